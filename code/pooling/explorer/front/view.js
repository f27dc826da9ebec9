// The front page: a row for each department, from its arrival to its estimate; below, the dial with the data's mark.
import { createAxes } from "../frontend/axes.js";
import { follow } from "../frontend/drag.js";
import { draw, label, linear, put, SHAPES, write } from "../frontend/draw.js";
import { line, pucks } from "../frontend/swatches.js";
import { figure } from "../frontend/view.js";
import { compute, DEPARTMENTS, number } from "./engine.js";

const MINUTES = [-40, 40];
const ROW = 46; // pixels
const TOP = 14;
const BOTTOM = TOP + ROW * DEPARTMENTS.length;
const DIAL = BOTTOM + 96;
const NAMES = { GOVERNMENT: "Government", ENGLISH: "English", MATH: "Math" };

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The table below tells its numbers.` });
  const axes = createAxes(svg, { across: "minutes late" });
  const middle = draw("path", { class: "pe-through pe-middle" }, svg);
  let x = null; // scales: minutes, and the dial's tau
  let along = null;
  const rows = DEPARTMENTS.map((name, d) => createRow(svg, name, TOP + ROW * (d + 0.5), state, () => x));

  const dial = draw("g", { class: "pe-dial" }, svg);
  const track = draw("path", { class: "pe-baseline" }, dial);
  const ends = ["all alike", "nearly each for itself"].map((words, n) => {
    const text = draw("text", { y: DIAL + 26, "text-anchor": n ? "end" : "start" }, dial);
    write(text, words);
    return text;
  });
  const data = draw("path", { class: "pe-reference pe-data", d: SHAPES.reference }, dial);
  const words = draw("text", { class: "pe-tick", y: DIAL - 16, "text-anchor": "middle" }, dial);
  const here = draw("circle", { class: "pe-dot pe-here", r: 5 }, dial);

  function layout(width) {
    x = linear(MINUTES, [width > 480 ? 100 : 14, width - 14]);
    const { min, max } = state.range("tau");
    along = linear([min, max], [14, width - 14]);
    axes.layout({ x, y: linear([0, 1], [BOTTOM, TOP]) });
    put(track, { d: `M${along(min)},${DIAL}H${along(max)}` });
    ends.forEach((text, n) => put(text, { x: along([min, max][n]) }));
    for (const row of rows) row.layout(width);
    put(svg, { width, height: DIAL + 34 });
  }

  function update({ result, settings, ghost }) {
    const at = x(result.given.mu.mean);
    put(middle, { d: `M${at},${TOP}V${BOTTOM}` });
    rows.forEach((row, d) => {
      const [theta, believed] = [result.given, result.learned].map((one) => one.theta[d].mean);
      row.update(settings, { theta, believed, before: ghost?.result.given.theta[d].mean });
    });
    const { min, max } = state.range("tau");
    put(here, { cx: along(settings.tau), cy: DIAL });
    const place = along(Math.min(max, result.tau));
    put(data, { transform: `translate(${place},${DIAL})` });
    write(words, `the data: ${label(result.tau, 1)} minutes`);
    const room = 80;
    put(words, { x: Math.min(along(max) - room, Math.max(along(min) + room, place)) });
  }

  return { layout, update, remove: () => svg.remove() };
}

/** One department: its name, its arrival to drag, the way to its estimate, and where the data put that. */
function createRow(svg, name, y, state, scaleNow) {
  const root = draw("g", { class: `pe-${name}`, "data-row": name }, svg);
  const title = draw("text", {}, root);
  write(title, NAMES[name]);
  const past = draw("path", { class: "pe-ghost" }, root);
  const way = draw("path", { class: "pe-leader" }, root);
  const learned = draw("circle", { class: "pe-ring", r: 8 }, root);
  const estimate = draw("circle", { class: "pe-dot", r: 5 }, root);
  const value = draw("text", { class: "pe-stat", "text-anchor": "middle" }, root);
  const point = draw("g", { class: `pe-point pe-${name}`, "data-point": `t[${name}]` }, root);
  draw("circle", { class: "pe-reach", r: 18 }, point);
  draw("path", { class: "pe-puck", d: SHAPES[name] }, point);
  const { min, max } = state.range(`t[${name}]`);
  point.addEventListener("pointerdown", (event) => {
    const set = (t) => state.set(`t[${name}]`, Math.round(Math.min(max, Math.max(min, t))));
    follow(event, { scale: scaleNow(), value: state.read()[`t[${name}]`], set });
  });
  // A finger on a point drags it and does not scroll the page: touch-action does not reach into an SVG.
  point.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  return {
    layout(width) {
      put(title, width > 480 ? { x: 0, y: y + 4.5 } : { x: 0, y: y - 12 });
    },
    update(settings, { theta, believed, before }) {
      const x = scaleNow();
      const [from, to] = [x(settings[`t[${name}]`]), x(theta)];
      put(point, { transform: `translate(${from},${y})` });
      put(way, { d: `M${from},${y}H${to}` });
      put(past, { d: before === undefined ? "" : `M${x(before)},${y - 14}V${y + 14}` });
      put(estimate, { cx: to, cy: y });
      put(learned, { cx: x(believed), cy: y });
      write(value, label(theta, 1));
      const [left, right] = [min, max].map(x);
      put(value, { x: Math.min(right - 8, Math.max(left + 8, to)), y: y - 11 });
    },
  };
}

export default figure(() => ({
  title: "Three arrivals, and how much their departments have in common",
  hint: "Turn the dial tau from 0 (all alike) to 60 (nearly each for itself), and drag the arrivals.",
  numbers: [...DEPARTMENTS.map((name) => [`theta[${name}]`, ["mean", "learned"]]), ["tau", ["median"]]],
  headings: {
    mean: ["minutes late", "by your dial", "by the data"],
    median: ["departments differ by, minutes", "by the data"],
  },
  legend: [
    ["an arrival", pucks()],
    ["what to expect next, by your dial", [["circle", { class: "pe-dot", cx: 14, cy: 9, r: 5 }]]],
    ["what to expect, by the data", [["circle", { class: "pe-ring", cx: 14, cy: 9, r: 7 }]]],
    ["the university, by your dial", line("through")],
    [
      "where the data put the dial",
      [["path", { class: "pe-reference", d: SHAPES.reference, transform: "translate(14,9)" }]],
    ],
  ],
  compute,
  number,
  scene: createScene,
}));
