// The evidence of one arrival multiplied once, and again: two curves that move from one step to the next. What is drawn
// and told at each step comes from Python.
import { createAxes } from "../frontend/axes.js";
import { curve, draw, element, label, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { between, meanOf } from "./between.js";

const MINUTES = [-40, 40];
const MOVE = 900; // ms from one step to the next
const PANEL = 116;
const HEADER = 22;
const FOOT = 30;
const TITLES = { mu: "the university", "theta[MATH]": "Math" };
const TIMES = ["not yet", "once", "twice", "three times", "four times", "five times"];

/** One of the two curves: where it began, where it was when all was counted once, and where it is. */
function createPanel(svg, name, n, steps) {
  const top = n * (PANEL + HEADER) + HEADER;
  const base = top + PANEL;
  const peak = Math.max(...steps.flatMap((step) => step[name].density));
  const unit = (PANEL - 8) / peak;
  const root = draw("g", { "data-panel": name }, svg);
  const axes = createAxes(root, { across: n ? "minutes late" : "" });
  const fill = draw("path", { class: "pe-fill" }, root);
  const prior = draw("path", { class: "pe-prior" }, root);
  const once = draw("path", { class: "pe-ghost" }, root);
  const line = draw("path", { class: "pc-curve" }, root);
  const centre = draw("path", { class: "pe-centre" }, root);
  const dot = draw("circle", { class: "pe-dot", r: 4 }, root);
  const title = draw("text", { y: top - 7 }, root);
  write(title, TITLES[name]);
  const told = draw("text", { y: top - 7, "text-anchor": "end", class: "pe-stat" }, root);
  const { values } = steps[0][name];
  let x;
  let path;

  function layout(width) {
    x = linear(MINUTES, [14, width - 14]);
    const along = curve(values, x);
    path = (density, closed = false) => along(density, base, unit, closed);
    axes.layout({ x, y: linear([0, 1], [base, top]), ...(n ? {} : { xTicks: [] }) });
    put(title, { x: 14 });
    put(told, { x: width - 14 });
    put(prior, { d: path(steps[0][name].density) });
  }
  function update(from, to, part) {
    const density = between(steps[from][name], steps[to][name], part);
    put(line, { d: path(density) });
    put(fill, { d: path(density, true) });
    put(once, { d: to > 1 ? path(steps[1][name].density) : "" });
    const mean = meanOf(values, density);
    const at = Math.max(
      0,
      values.findIndex((value) => value >= mean),
    );
    const high = tenth(base - unit * density[at]);
    put(centre, { d: `M${x(mean)},${high}V${base}` });
    put(dot, { cx: x(mean), cy: high });
    const step = steps[to][name];
    write(told, `mean ${label(step.mean)}, sd ${label(step.sd)}`);
  }
  return { layout, update, base, place: (value) => x(value) };
}

/** Each step that was reached, in numbers. */
function createTable(root, steps) {
  const table = element("table", { class: "pc-steps" }, root);
  const head = element("tr", {}, element("thead", {}, table));
  for (const words of ["counted", "university, mean", "sd", "Math, mean", "sd"])
    element("th", { scope: "col" }, head, words);
  const body = element("tbody", {}, table);
  return (times) => {
    body.replaceChildren();
    for (let n = 0; n <= times; n++) {
      const row = element("tr", { "data-step": n, ...(n === times && { "aria-current": "step" }) }, body);
      element("th", { scope: "row" }, row, TIMES[n]);
      for (const name of Object.keys(TITLES))
        for (const kind of ["mean", "sd"]) {
          const cell = element("td", {}, row);
          element("output", { "data-counted": `${kind}:${name}` }, cell, label(steps[n][name][kind]));
        }
    }
  };
}

function sentence(times, steps) {
  const { mean, sd } = steps[times]["theta[MATH]"];
  const told = `Math: mean ${label(mean)}, sd ${label(sd)} minutes.`;
  if (times === 0) return `Before Math's arrival is weighed. ${told}`;
  if (times === 1) return `Counted once: what she should believe. ${told}`;
  if (times === 2) return `Counted twice: the published answer. ${told}`;
  return `Counted ${TIMES[times]}: nobody else has come, and she is surer still. ${told}`;
}

function render({ model, el }) {
  const steps = model.get("steps");
  const arrival = model.get("arrival");
  const root = element("div", { class: "pooling-count", role: "group" }, el);
  root.setAttribute("aria-label", "The evidence of Math's arrival, multiplied step by step");
  const bar = element("div", { class: "pc-bar" }, root);
  const [more, back] = ["", "Back"].map((words) => element("button", { type: "button" }, bar, words));
  const voice = element("p", { class: "pc-told", "aria-live": "polite" }, root);
  const stage = element("div", { class: "pe-stage" }, root);
  const svg = draw("svg", { class: "pc-drawing", role: "img" }, stage);
  put(svg, {
    "aria-label": "Two curves, the university and Math. The table below tells each step's numbers.",
  });
  const panels = Object.keys(TITLES).map((name, n) => createPanel(svg, name, n, steps));
  const came = draw("path", { class: "pe-puck pe-MATH", d: SHAPES.MATH }, svg);
  const legend = element("p", { class: "pc-legend" }, root);
  write(legend, "Dotted: before Math’s arrival. Dashed: counted once. Triangle: Math’s arrival.");
  const tell = createTable(root, steps);

  let times = 0;
  let frame = 0;
  let width = 0;

  function show(from, part) {
    for (const panel of panels) panel.update(from, times, part);
  }
  function go(to) {
    if (to < 0 || to >= steps.length) return;
    const from = times;
    times = to;
    tell(times);
    write(voice, sentence(times, steps));
    write(more, times ? "… and again" : "Multiply the evidence once");
    put(more, { "aria-disabled": times === steps.length - 1 });
    put(back, { "aria-disabled": times === 0 });
    move(from);
  }
  function move(from) {
    cancelAnimationFrame(frame);
    if (!width) return;
    if (from === times || matchMedia("(prefers-reduced-motion: reduce)").matches) return show(times, 1);
    const start = performance.now();
    const draw = (now) => {
      const part = Math.min(1, Math.max(0, (now - start) / MOVE));
      show(from, part * part * (3 - 2 * part));
      if (part < 1) frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
  }
  more.addEventListener("click", () => go(times + 1));
  back.addEventListener("click", () => go(times - 1));

  const size = new ResizeObserver(() => {
    const now = Math.floor(stage.clientWidth);
    if (!now || now === width) return;
    width = now;
    for (const panel of panels) panel.layout(width);
    const { base, place } = panels[1];
    put(came, { transform: `translate(${place(arrival)},${base}) scale(0.8)` });
    put(svg, { width, height: base + FOOT + 12 });
    move(times);
  });
  size.observe(stage);
  go(0);
  document.documentElement.classList.add("explorer-live");
  return () => {
    size.disconnect();
    cancelAnimationFrame(frame);
  };
}

export default { render };
