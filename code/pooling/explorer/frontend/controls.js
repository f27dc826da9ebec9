// The sliders of the explorer's box are ipywidgets' own (noUiSlider): here they get a name, and say their unit.
import { onto } from "./drag.js";
import { decimals, element, write } from "./draw.js";

/** Its own aria-valuenow has one decimal; its aria-valuetext begins with the number, be it its own or ours. */
const spokenValue = (handle, { step }) =>
  Number.parseFloat(handle.getAttribute("aria-valuetext")).toFixed(decimals(step));

/** Give each attribute only if it differs, so that the observer below does not wake itself. */
function give(node, attributes) {
  for (const [name, value] of Object.entries(attributes))
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Under its label, which is in words, the name that the program has for it. */
function beside(slider, handle, name) {
  if (!slider.querySelector(".pe-name"))
    slider
      .querySelector(".widget-label")
      .after(element("span", { class: "pe-name", "aria-hidden": "true" }, null, name));
  give(handle, { "aria-description": name });
}

/** What the slider tells beside it, twice at each move: in its place, as `write` does, and not by a new text. */
function written(readout) {
  if (!readout || Object.hasOwn(readout, "textContent")) return;
  const { get } = Object.getOwnPropertyDescriptor(Node.prototype, "textContent");
  Object.defineProperty(readout, "textContent", { get, set: (text) => write(readout, text) });
}

function nameAll(box, controls) {
  for (const control of controls) {
    const slider = box.querySelector(`.pooling-control-${control.trait}`);
    const handle = slider?.querySelector("[role=slider]");
    if (!handle) continue; // not drawn yet: the observer calls again
    const value = spokenValue(handle, control);
    give(handle, {
      "aria-label": control.words,
      "data-control": control.name,
      "aria-valuenow": value,
      "aria-valuetext": `${value} ${control.unit}`,
    });
    beside(slider, handle, control.name);
    const readout = slider.querySelector(".widget-readout");
    written(readout);
    give(readout, {
      role: "textbox",
      "aria-label": `${control.words}, typed`,
      inputmode: "decimal",
      spellcheck: "false",
    });
  }
}

/**
 * Name the sliders of the box around `root`, now and whenever they are drawn again. noUiSlider writes its
 * own aria-valuetext at each move; ours follows before anything else can read it. `press` hears of a
 * pointer that goes down anywhere in the box.
 */
export function nameSliders(root, controls, { press, write }) {
  let box = null;
  /** Of a number that is typed, before the slider's own listeners hear of it: it grows, or shrinks to its range. */
  function typed({ type, key, target }) {
    if (!target.matches?.(".widget-readout") || (type === "keydown" && key !== "Enter")) return;
    const value = Number.parseFloat(target.textContent.replace("−", "-"));
    const own = ({ trait }) => target.closest(`.pooling-control-${trait}`);
    const control = controls.find((one) => one.slider && own(one));
    if (!control?.most || Number.isNaN(value)) return;
    const { name, min, step, most } = control;
    write({ [name]: onto({ min: min < 0 ? -most : min, max: most, step }, value) });
  }
  const naming = new MutationObserver(() => nameAll(box, controls));
  const drawing = new MutationObserver(watch);
  function watch() {
    naming.disconnect();
    const panel = box.querySelector(".pooling-explorer-controls");
    if (!panel) return;
    naming.observe(panel, { childList: true, subtree: true, attributeFilter: ["aria-valuetext"] });
    nameAll(box, controls);
  }
  /** A view may be attached after it is rendered, detached and attached elsewhere. */
  function attach() {
    const found = root.closest(".pooling-explorer-box");
    if (!found) return;
    if (found === box) return nameAll(box, controls);
    detach();
    box = found;
    box.addEventListener("pointerdown", press);
    for (const type of ["keydown", "blur"]) box.addEventListener(type, typed, true);
    drawing.observe(box, { childList: true });
    watch();
  }
  function detach() {
    naming.disconnect();
    drawing.disconnect();
    box?.removeEventListener("pointerdown", press);
    for (const type of ["keydown", "blur"]) box?.removeEventListener(type, typed, true);
    box = null;
  }
  return { attach, detach };
}
