// What stands around the drawing: hint, legend, reset, the comparison, the numbers, and the voice.
import { createChoice, createContrast } from "./contrast.js";
import { SHAPES, draw, element, show, write } from "./draw.js";
import { createNumbers } from "./numbers.js";

/** Swatches: a stretch of the line, or the mark itself. */
const line = (kind) => [["path", { class: `pe-${kind}`, d: "M1,9H27" }]];
const LEGEND = {
  posterior: ["posterior", [["path", { class: "pe-fill", d: "M1,16C9,16 10,4 14,4S19,16 27,16Z" }], ["path", { class: "pe-posterior", d: "M1,16C9,16 10,4 14,4S19,16 27,16" }]]],
  prior: ["prior", line("prior")],
  likelihood: ["likelihood", line("likelihood")],
  observation: ["observation: drag it", pucks()],
  limit: ["observation: drag it. Also the limit tau → ∞, no pooling", pucks()],
  mean: ["posterior mean", centre()],
  median: ["tau: median and 94 % HDI", span()],
  medians: ["tau and sigma: median and 94 % HDI", span()],
  mu: ["mu, the mean of the prior", diamond()],
  arrivals: ["arrival: drag it, or move it by arrow keys", pucks()],
  sample: ["mean of a department's arrivals", pucks("sample")],
  "sample limit": ["mean of a department's arrivals: the limit tau → ∞, no pooling", pucks("sample")],
  "mean of mu": ["mean of mu", diamond()],
  models: ["E[theta] under each model, the chosen one filled", letters()],
  "sample mean": ["sample mean", diamond()],
  "complete pooling": ["the limit tau → 0, complete pooling", diamond()],
  arrival: ["arrival. Also the limit tau → ∞, no pooling", pucks()],
  setting: ["the current setting", ring()],
};
function pucks(kind = "puck") {
  return Object.keys(SHAPES).slice(0, 3).map((name, n) => [
    "path",
    { class: `pe-${kind} pe-${name}`, d: SHAPES[name], transform: `translate(${5 + 10 * n},9) scale(0.55)` },
  ]);
}
function diamond() {
  return [
    ["path", { class: "pe-through", d: "M14,0V18" }],
    ["path", { class: "pe-reference", d: SHAPES.reference, transform: "translate(14,9)" }],
  ];
}
function centre() {
  return [
    ["path", { class: "pe-centre", d: "M14,4V18" }],
    ["circle", { class: "pe-dot", cx: 14, cy: 5, r: 4 }],
  ];
}
function span() {
  return [...centre(), ["path", { class: "pe-span", d: "M3,17H25" }]];
}
function letters() {
  return ["pe-mark", "pe-mark pe-chosen"].map((kind, n) => ["circle", { class: kind, cx: 7 + 14 * n, cy: 9, r: 6 }]);
}
function ring() {
  return [["circle", { class: "pe-ring", cx: 14, cy: 9, r: 7 }], ["circle", { class: "pe-dot", cx: 14, cy: 9, r: 3 }]];
}

function createSwatch(place, parts) {
  const swatch = draw("svg", { width: 28, height: 18, "aria-hidden": "true" }, place);
  for (const [tag, attributes] of parts) draw(tag, attributes, swatch);
}

export function createFurniture(root, explorer, { reset, redraw, choose }) {
  const bar = element("div", { class: "pe-bar" }, root);
  element("p", { class: "pe-hint" }, bar, explorer.hint ?? "Drag a point, or use the sliders.");
  const button = element("button", { type: "button", class: "pe-reset" }, bar, "Reset");
  button.addEventListener("click", reset);

  const models = explorer.scenes && createChoice(root, choose);
  const stage = element("div", { class: "pe-stage" }, root);
  const list = element("ul", { class: "pe-legend", "aria-label": "Legend" }, root);

  const choice = element("div", { class: "pe-choice" }, root);
  const box = element("label", {}, choice);
  const toggle = element("input", { type: "checkbox", checked: "" }, box);
  box.append(" Compare with previous setting");
  toggle.addEventListener("change", redraw);
  const noted = element("span", { class: "pe-note" }, choice);
  createSwatch(noted, line("ghost"));
  const note = element("span", {}, noted);

  const warning = element("p", { class: "pe-warning", role: "status" }, root);
  const tables = element("div", { class: "pe-numbers" }, root);
  const contrast = explorer.scenes && createContrast(root);
  const voice = element("p", { class: "pe-voice", role: "status", "aria-live": "polite" }, root);

  let numbers = null;
  return {
    stage,
    comparing: () => toggle.checked,
    /** `changes`: in words, what had been otherwise. */
    compare(changes) {
      noted.hidden = !changes.length;
      write(note, changes.length ? `dashed: ${changes.join(", ")}` : "");
    },
    /** What stands around one scene: its legend and its numbers. */
    dress({ legend, numbers: kinds }) {
      list.replaceChildren();
      for (const name of legend) {
        const item = element("li", {}, list);
        const [words, parts] = LEGEND[name];
        createSwatch(item, parts);
        element("span", {}, item, words);
      }
      numbers = createNumbers(tables, kinds);
    },
    tell(result, settings, number) {
      numbers.tell(number);
      models?.(settings.model);
      contrast?.(result, settings);
      write(warning, (result.improper ?? []).map(warn).join(" "));
    },
    /** One short sentence, once the setting has come to rest. */
    say: (number) => write(voice, numbers.sentence(number)),
  };
}

/** Of a department whose arrivals are identical. */
const warn = ({ name, count, smallest }) =>
  `The ${count} arrivals of ${name} are identical, so this posterior is improper: as sigma[${name}] → 0 their density ` +
  `grows without bound, and the answer depends on the smallest sigma of the grid, ${show(smallest, 3)} minutes.`;
