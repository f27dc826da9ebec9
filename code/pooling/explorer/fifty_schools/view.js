// Chapter 10: fifty schools from own mean to estimate, one of them picked, and where the data put tau.
import { createAxes } from "../frontend/axes.js";
import { draw, label, linear, put, SHAPES, write } from "../frontend/draw.js";
import { hill, line } from "../frontend/swatches.js";
import { figure } from "../frontend/view.js";
import { compute, number } from "./engine.js";
import { createHill } from "./hill.js";

const STUDENTS = [0, 102];
const POINTS = [53, 70];
const WIDE = 640;
const REACH = 26; // px from a pointer to the school that it means
const HALF = 1.8808; // sds in half of a normal 94 % interval

function createScene(stage, explorer, state) {
  const { n, mean } = explorer.schools;
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const axes = createAxes(svg, { across: "students n", up: "points" });
  const words = draw("text", { class: "pe-stat", "text-anchor": "end" }, svg);
  const level = draw("path", { class: "pe-level" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const arrows = draw("path", { class: "pe-posterior pe-arrows" }, svg);
  const raw = n.map(() => draw("circle", { class: "pe-raw", r: 2.8 }, svg));
  const estimates = n.map(() => draw("circle", { class: "pe-estimate", r: 3 }, svg));
  const bar = draw("path", { class: "pe-leader" }, svg);
  const own = draw("circle", { class: "pe-raw", r: 5 }, svg);
  const dot = draw("circle", { class: "pe-dot", r: 5.5 }, svg);
  const near = draw("circle", { class: "pe-near", r: 9 }, svg);
  const pick = draw("rect", { class: "pe-pick" }, svg);

  const tau = createHill(svg);

  let [x, y] = [null, null]; // scales: students, points
  let shown = null; // { theta, school }

  function layout(width) {
    const wide = width >= WIDE;
    const [right, foot] = [wide ? Math.round(width * 0.62) : width, 320];
    x = linear(STUDENTS, [30, right - 6]);
    y = linear(POINTS, [foot, 40]);
    axes.layout({ x, y });
    put(words, { x: right - 6, y: 14 });
    n.forEach((size, j) => put(raw[j], { cx: x(size), cy: y(mean[j]) }));
    n.forEach((size, j) => put(estimates[j], { cx: x(size) }));
    put(pick, { x: 30, y: 24, width: right - 30, height: foot - 24 });

    const [left, top] = wide ? [right + 24, 40] : [10, foot + 96];
    const base = wide ? foot : top + 150;
    tau.layout({ left, right: width - 10, top, base });
    put(svg, { width, height: base + 44 });
    shown = null;
  }

  const ticks = (theta) => theta.map((one, j) => `M${x(n[j]) - 5},${y(one.mean)}h10`).join("");

  function update({ result: { theta, mu, tau: ofTau }, settings, ghost }) {
    put(arrows, { d: theta.map((one, j) => `M${x(n[j])},${y(mean[j])}V${y(one.mean)}`).join("") });
    theta.forEach((one, j) => put(estimates[j], { cy: y(one.mean) }));
    put(level, { d: `M${x(STUDENTS[0])},${y(mu.mean)}H${x(STUDENTS[1])}` });
    put(past, { d: ghost ? ticks(ghost.result.theta) : "" });

    const k = settings.school;
    const [low, high] = [-HALF, HALF].map((sds) =>
      y(Math.min(POINTS[1], Math.max(POINTS[0], theta[k].mean + sds * theta[k].sd))),
    );
    const at = x(n[k]);
    put(bar, { d: `M${at - 5},${low}h10M${at},${low}V${high}M${at - 5},${high}h10` });
    put(own, { cx: at, cy: y(mean[k]) });
    put(dot, { cx: at, cy: y(theta[k].mean) });
    tau.update(ofTau, settings.tau);
    shown = { theta, school: k };
    tell(k);
  }

  const tell = (k) =>
    write(words, `school ${k}: ${n[k]} students, ${label(mean[k], 1)} → ${label(shown.theta[k].mean, 1)}`);

  // --- picking: by pointer here, by keys with the slider ----------------------------------------------

  function meant({ clientX, clientY }) {
    const { left, top } = svg.getBoundingClientRect();
    let best = { school: -1, off: REACH };
    shown?.theta.forEach((one, j) => {
      for (const value of [one.mean, mean[j]]) {
        const off = Math.hypot(clientX - left - x(n[j]), clientY - top - y(value));
        if (off < best.off) best = { school: j, off };
      }
    });
    return best.school;
  }
  function hover(j) {
    near.classList.toggle("pe-on", j >= 0);
    if (!shown) return;
    tell(j < 0 ? shown.school : j);
    if (j >= 0) put(near, { cx: x(n[j]), cy: y(shown.theta[j].mean) });
  }
  pick.addEventListener("pointermove", (event) => hover(meant(event)));
  pick.addEventListener("pointerleave", () => hover(-1));
  pick.addEventListener("click", (event) => {
    const j = meant(event);
    if (j >= 0) state.set("school", j);
  });

  return { layout, update, remove: () => svg.remove() };
}

const dot = (kind) => [["circle", { class: kind, cx: 14, cy: 9, r: 4 }]];

export default figure(({ data }) => ({
  title: "Fifty schools between complete pooling and no pooling",
  hint: "Slide tau; click a school, or use the slider.",
  unit: "points",
  numbers: [
    ["theta[{school}]", ["mean", "sd"]],
    ["mu", ["mean", "sd"]],
    ["tau", ["median", "lower", "upper"]],
  ],
  legend: [
    ["own mean", dot("pe-raw")],
    ["estimate given tau", dot("pe-estimate")],
    [
      "the school picked, 94 % HDI",
      [
        ["path", { class: "pe-leader", d: "M9,1h10M14,1V17M9,17h10" }],
        ["circle", { class: "pe-dot", cx: 14, cy: 9, r: 5 }],
      ],
    ],
    ["μ given tau", line("level")],
    ["posterior of τ", hill()],
    ["its prior", line("prior")],
    [
      "its median and 94 % HDI",
      [
        ["path", { class: "pe-span", d: "M3,9H25" }],
        ["circle", { class: "pe-median", cx: 14, cy: 9, r: 4 }],
      ],
    ],
    [
      "the slider's tau",
      [
        ["path", { class: "pe-centre", d: "M14,4V18" }],
        ["path", { class: "pe-head", d: SHAPES.head, transform: "translate(14,5) rotate(90)" }],
      ],
    ],
  ],
  schools: data,
  compute,
  number,
  scene: createScene,
}));
