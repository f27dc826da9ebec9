// What stands around the drawing: hint, legend, reset, the comparison, the numbers, and the voice.
import { element, write } from "./draw.js";
import { createNumbers } from "./numbers.js";
import { createPresets } from "./presets.js";
import { createSwatch, line } from "./swatches.js";

export function createFurniture(root, explorer, { state, redraw, pin }) {
  const bar = element("div", { class: "pe-bar" }, root);
  element("p", { class: "pe-hint" }, bar, explorer.hint ?? "Drag a point, or use the sliders.");
  const button = element("button", { type: "button", class: "pe-reset" }, bar, "Reset");
  button.addEventListener("click", state.reset);

  const preset = createPresets(root, state);
  const above = explorer.above?.(root, state);
  const stage = element("div", { class: "pe-stage" }, root);
  const list = element("ul", { class: "pe-legend", "aria-label": "Legend" }, root);

  const choice = element("div", { class: "pe-choice" }, root);
  const box = element("label", {}, choice);
  const toggle = element("input", { type: "checkbox", checked: "" }, box);
  box.append(" Compare with previous setting");
  toggle.addEventListener("change", redraw);
  const pinning = element("button", { type: "button", class: "pe-pin" }, choice);
  pinning.addEventListener("click", pin);
  const noted = element("span", { class: "pe-note" }, choice);
  createSwatch(noted, line("ghost"));
  const note = element("span", {}, noted);

  const warning = element("p", { class: "pe-warning", role: "status" }, root);
  const fold = element("details", { class: "pe-fold", open: "" }, root);
  element("summary", {}, fold, "Numbers");
  const tables = element("div", { class: "pe-numbers" }, fold);
  const below = explorer.below?.(fold, state);
  const voice = element("p", { class: "pe-voice", role: "status", "aria-live": "polite" }, root);

  let numbers = null;
  let fitted = false;

  /** When first drawn: the numbers are folded away if the window could not hold the explorer with them. */
  function fit() {
    if (fitted) return;
    fitted = true;
    const box = root.closest(".pooling-explorer-box") ?? root;
    fold.open = box.offsetHeight <= window.innerHeight;
  }

  return {
    stage,
    comparing: () => toggle.checked,
    /** `changes`: in words, what had been otherwise; `pinned`: the numbers of a setting that is kept, or null. */
    compare(changes, pinned) {
      noted.hidden = !changes.length;
      write(note, changes.length ? `${pinned ? "pinned" : "dashed"}: ${changes.join(", ")}` : "");
      write(pinning, pinned ? "Unpin" : "Pin this setting");
      numbers.compare(changes.length ? pinned : null);
    },
    /** The numbers as they are read, by quantity. */
    told: () => numbers.texts(),
    /** What stands around one scene: its legend and its numbers. */
    dress({ legend, numbers: kinds }) {
      list.replaceChildren();
      for (const [words, parts] of legend) {
        const item = element("li", {}, list);
        createSwatch(item, parts);
        element("span", {}, item, words);
      }
      numbers = createNumbers(tables, kinds, explorer);
    },
    tell(result, settings, number) {
      numbers.tell(number, settings);
      preset(settings);
      above?.(result, settings);
      below?.(result, settings);
      write(warning, explorer.warn?.(result) ?? "");
      fit();
    },
    /** One short sentence, once the setting has come to rest. */
    say: (number) => write(voice, numbers.sentence(number)),
    announce: (words) => write(voice, words),
  };
}
