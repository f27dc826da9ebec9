// Chapter 8: three curves, the weight as a bar, and fifty schools as arrows from raw to shrunk.
import { createAxes } from "../frontend/axes.js";
import { follow } from "../frontend/drag.js";
import { draw, LETTER, label, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { centre, line } from "../frontend/swatches.js";
import { figure } from "../frontend/view.js";
import { compute, number, XS } from "./engine.js";

const POINTS = [40, 90];
const STUDENTS = [0, 102];
const WIDE = 640;
const KINDS = ["prior", "likelihood", "posterior"];

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The table below tells its numbers.` });

  const below = createAxes(svg, { across: "points" });
  const fill = draw("path", { class: "pe-fill" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const lines = Object.fromEntries(KINDS.map((kind) => [kind, draw("path", { class: `pe-${kind}` }, svg)]));
  const drop = draw("path", { class: "pe-centre" }, svg);
  const dot = draw("circle", { class: "pe-dot", r: 4 }, svg);
  const bar = draw("g", { class: "pe-split" }, svg);
  const ours = draw("path", { class: "pe-own" }, bar);
  const theirs = draw("path", { class: "pe-rest" }, bar);
  const words = draw("text", { class: "pe-stat" }, bar);
  const points = { mu: SHAPES.reference, mean: SHAPES.GOVERNMENT };
  const pulls = Object.entries(points).map(([name, mark]) => createPoint(svg, name, mark, state, () => x));

  const fifty = createAxes(svg, { across: "students n", up: "" });
  const level = draw("path", { class: "pe-through" }, svg);
  const arrows = draw("path", { class: "pe-posterior pe-arrows" }, svg);
  const raw = draw("g", {}, svg);
  const own = draw("path", { class: "pe-arrow" }, svg);
  const head = draw("path", { class: "pe-head", d: SHAPES.head }, svg);
  const title = draw("text", {}, svg);
  const { n, mean } = explorer.schools;
  const circles = n.map(() => draw("circle", { class: "pe-raw", r: 3 }, raw));

  let x = null; // scales: points along the curves, students and points of the fifty
  let xs = null;
  let students = null;
  let up = null;
  const BASE = 150;

  function layout(width) {
    const wide = width >= WIDE;
    const half = wide ? Math.round(width * 0.5) : width;
    x = linear(POINTS, [12, half - 12]);
    xs = XS.map(x);
    below.layout({ x, y: linear([0, 1], [BASE + 66, 20]) });
    const [left, top] = wide ? [half + 44, 34] : [36, 318];
    const foot = top + (wide ? BASE + 66 - top : 240);
    students = linear(STUDENTS, [left, width - 10]);
    up = linear([44, 82], [foot, top]);
    fifty.layout({ x: students, y: up });
    write(title, width > 400 ? "Fifty schools: from own mean to estimate, points" : "Fifty schools, points");
    put(title, { x: wide ? half + 14 : 0, y: top - 14 });
    n.forEach((size, j) => put(circles[j], { cx: students(size), cy: up(mean[j]) }));
    put(svg, { width, height: foot + 46 });
  }

  function update({ result: { one, lines: heights, schools }, settings, ghost }) {
    const tallest = (set) => KINDS.reduce((top, kind) => Math.max(top, ...(set[kind] ?? [0])), 0);
    const unit = (BASE - 24) / tallest(heights);
    const path = (ys, per = unit) => `M${ys.map((y, i) => `${xs[i]},${tenth(BASE - per * y)}`).join("L")}`;
    for (const kind of KINDS) put(lines[kind], { d: heights[kind] ? path(heights[kind]) : "" });
    put(fill, { d: `${path(heights.posterior)}L${xs.at(-1)},${BASE}L${xs[0]},${BASE}Z` });
    put(past, { d: ghost ? path(ghost.result.lines.posterior, unit) : "" });
    const [from, at, to] = [settings.mu, one.mean, settings.mean].map(x);
    const top = tenth(BASE - unit * Math.max(...heights.posterior));
    put(drop, { d: `M${at},${top}V${BASE + 40}` });
    put(dot, { cx: at, cy: top });
    put(ours, { d: `M${from},${BASE + 40}H${at}` });
    put(theirs, { d: `M${at},${BASE + 40}H${to}` });
    const share = `weight ${label(one.weight)} : ${label(1 - one.weight)}`;
    write(words, share);
    const room = (LETTER * share.length) / 2;
    put(words, {
      x: Math.min(x(POINTS[1]) - room, Math.max(x(POINTS[0]) + room, (from + to) / 2)),
      y: BASE + 60,
    });
    put(words, { "text-anchor": "middle" });
    for (const point of pulls) point.update(settings, BASE + 17);

    const pieces = schools.map((s) => `M${students(s.n)},${up(s.mean)}V${up(s.estimate)}m-3.5,0h7`);
    put(arrows, { d: pieces.join("") });
    put(level, { d: `M${students(STUDENTS[0])},${up(settings.mu)}H${students(STUDENTS[1])}` });
    const [start, end] = [up(settings.mean), up(one.mean)];
    put(own, { d: `M${students(settings.n)},${start}V${end}` });
    const turn = end > start ? 90 : -90;
    put(head, { transform: `translate(${students(settings.n)},${end}) rotate(${turn})` });
  }

  return { layout, update, remove: () => svg.remove() };
}

/** mu, or the school's own mean: the slider's twin on the drawing, for a pointer. */
function createPoint(svg, name, mark, state, scaleNow) {
  const root = draw(
    "g",
    { class: name === "mean" ? "pe-point pe-own-mean" : "pe-point", "data-point": name },
    svg,
  );
  draw("circle", { class: "pe-reach", r: 15 }, root);
  draw("path", { class: name === "mu" ? "pe-reference" : "pe-puck", d: mark }, root);
  const { min, max } = state.range(name);
  root.addEventListener("pointerdown", (event) => {
    const set = (value) => state.set(name, Math.round(Math.min(max, Math.max(min, value))));
    follow(event, { scale: scaleNow(), value: state.read()[name], set });
  });
  return {
    update: (settings, y) => put(root, { transform: `translate(${scaleNow()(settings[name])},${y})` }),
  };
}

export default figure(({ data }) => ({
  title: "The shrinkage formula: a school between its own mean and the population's",
  hint: "Drag the school's mean or μ, or use the sliders.",
  unit: "points",
  numbers: [
    ["theta", ["mean", "sd"]],
    ["theta", ["weight"]],
  ],
  headings: { weight: ["weight of ȳ in", "w"] },
  units: { weight: "" },
  legend: [
    ["posterior", line("posterior")],
    ["prior", line("prior")],
    ["likelihood", line("likelihood")],
    [
      "the school's own mean ȳ",
      [
        [
          "path",
          { class: "pe-puck pe-ENGLISH", d: SHAPES.GOVERNMENT, transform: "translate(14,9) scale(0.7)" },
        ],
      ],
    ],
    ["μ", [["path", { class: "pe-reference", d: SHAPES.reference, transform: "translate(14,9)" }]]],
    ["posterior mean", centre()],
    [
      "each of fifty schools: own mean, estimate",
      [
        ["circle", { class: "pe-raw", cx: 14, cy: 4, r: 3 }],
        ["path", { class: "pe-posterior pe-arrows", d: "M14,7V15m-3.5,0h7" }],
      ],
    ],
  ],
  schools: data,
  compute,
  number,
  scene: createScene,
}));
