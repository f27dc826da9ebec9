// Chapter 9: eight schools in rows, and what tau does to them all.
import { createAxes } from "../frontend/axes.js";
import { draw, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { createHandle, createLayer } from "../frontend/handle.js";
import { differences } from "../frontend/state.js";
import { figure } from "../frontend/view.js";
import { compute, FAN, number, TAU } from "./engine.js";

const POINTS = [-46, 86];
const LARGEST = FAN.at(-1); // of tau
const ROW = 38;
const TOP = 26;
const WIDE = 640;
const LETTERS = "ABCDEFGH";
const SE_MARK = "M-3,-8H3V8H-3Z";

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const axes = createAxes(svg, { across: "points" });
  const whiskers = draw("path", { class: "pe-whisker" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const bars = draw("path", { class: "pe-posterior pe-bars" }, svg);
  const leader = draw("path", { class: "pe-leader" }, svg);
  const dots = draw("g", {}, svg);
  const schools = Array.from(LETTERS, (letter, j) => ({
    name: Object.assign(draw("text", { class: "pe-code" }, svg), { textContent: letter }),
    full: draw("circle", { class: "pe-dot", r: 4 }, dots),
    given: draw("path", { class: "pe-reference", d: SHAPES.reference }, dots),
    end: Object.assign(draw("text", { class: "pe-tick" }, svg), { textContent: letter }),
    line: draw("path", { class: "pe-fan" }, svg),
    tie: draw("path", { class: "pe-tie" }, svg),
    j,
  }));
  const across = createAxes(svg, { across: "tau (points)", up: "" });
  const title = draw("text", {}, svg);
  write(title, "E[θ | τ], and the posterior of τ below");
  const fill = draw("path", { class: "pe-fill" }, svg);
  const density = draw("path", { class: "pe-posterior" }, svg);
  const now = draw("path", { class: "pe-through" }, svg);

  const layer = createLayer(stage);
  for (const school of schools) {
    school.estimate = createHandle(layer, { name: `estimate[${school.j}]`, mark: SHAPES.GOVERNMENT }, state);
    school.se = createHandle(
      layer,
      { name: `se[${school.j}]`, mark: SE_MARK, kind: "pe-puck pe-grip" },
      state,
    );
  }

  let [x, t, up] = [null, null, null]; // scales: points in the rows, tau, points of the fan
  let foot = 0;
  const y = (j) => TOP + ROW * (j + 0.5);

  function layout(width) {
    const wide = width >= WIDE;
    const half = wide ? Math.round(width * 0.56) : width;
    x = linear(POINTS, [22, half - 8]);
    axes.layout({ x, y: linear([0, 1], [TOP + ROW * 8, TOP - 6]) });
    const [left, top] = wide ? [half + 36, TOP - 6] : [30, TOP + ROW * 8 + 84];
    foot = wide ? TOP + ROW * 8 : top + 250;
    t = linear([0, LARGEST], [left, width - 28]);
    up = linear([-20, 60], [foot - 62, top]);
    across.layout({ x: t, y: linear([-20 - (62 * 80) / (foot - 62 - top), 60], [foot, top]) });
    put(title, { x: left - 24, y: top - 10 });
    for (const { name, j } of schools) put(name, { x: 0, y: y(j) + 4 });
    for (const one of [svg, layer]) put(one, { width, height: foot + 44 });
  }

  function spans(theta) {
    return theta.map(({ mean, sd }, j) => `M${x(mean - sd)},${y(j) + 9}H${x(mean + sd)}`).join("");
  }

  function update({ result, settings, ghost }) {
    const { estimate, se, tau } = settings;
    put(whiskers, { d: estimate.map((m, j) => `M${x(m - se[j])},${y(j) - 8}H${x(m + se[j])}`).join("") });
    put(bars, { d: spans(result.theta) });
    put(past, { d: ghost ? spans(ghost.result.theta).replaceAll("H", "v5v-5H") : "" });
    put(leader, {
      d: schools.map(({ j }) => `M${x(result.given[j].mean)},${y(j) + 2}V${y(j) + 16}`).join(""),
    });
    const { fan } = result;
    const ends = apart(
      fan.map((line) => up(line.at(-1))),
      12,
    );
    for (const school of schools) {
      const { j } = school;
      put(school.full, { cx: x(result.theta[j].mean), cy: y(j) + 9 });
      put(school.given, { transform: `translate(${x(result.given[j].mean)},${y(j) + 9}) scale(0.8)` });
      put(school.line, { d: `M${fan[j].map((m, i) => `${t(FAN[i])},${up(m)}`).join("L")}` });
      put(school.tie, { d: `M${t(LARGEST)},${up(fan[j].at(-1))}l12,${tenth(ends[j] - up(fan[j].at(-1)))}` });
      put(school.end, { x: t(LARGEST) + 14, y: ends[j] + 4 });
      const right = (value) => x(estimate[j] + value);
      right.invert = (px) => x.invert(px) - estimate[j];
      school.estimate.update({ x: x(estimate[j]), y: y(j) - 8, scale: x, value: estimate[j] });
      school.se.update({ x: right(se[j]), y: y(j) - 8, scale: right, value: se[j] });
    }
    put(now, { d: `M${t(tau)},${up(60)}V${foot}` });
    const curve = hill(result.tau);
    put(density, { d: curve });
    put(fill, { d: `${curve}V${foot}H${t(0)}Z` });
  }

  /** p(tau | y), which is per point of tau, not of its log. */
  function hill({ probability }) {
    const height = Array.from(TAU, (tau, k) => probability[k] / tau);
    const unit = 54 / height.reduce((a, b) => Math.max(a, b));
    const shown = [...TAU.keys()].filter((k) => TAU[k] > 0.01 && TAU[k] < LARGEST);
    const points = shown.map((k) => `${t(TAU[k])},${tenth(foot - unit * height[k])}`);
    return `M${t(0)},${tenth(foot - unit * height[shown[0]])}L${points.join("L")}`;
  }

  return { layout, update, remove: () => [svg, layer].forEach((one) => one.remove()) };
}

/** Heights near `ys`, each at least `gap` from the next. */
function apart(ys, gap) {
  const order = ys.map((_, n) => n).sort((a, b) => ys[a] - ys[b]);
  const out = ys.slice();
  for (let n = 1; n < order.length; n++) out[order[n]] = Math.max(out[order[n]], out[order[n - 1]] + gap);
  const over = Math.max(0, out[order.at(-1)] - ys[order.at(-1)]) / 2;
  return out.map((one) => one - over);
}

const LEARNED = ["mean", "sd"];
/** The letter of a school in place of its number, as in the picture. */
const lettered = (text) => text.replace(/\[(\d)\]/g, (_, j) => `[${LETTERS[j]}]`);
const thetas = (kinds) => Array.from(LETTERS, (_, j) => [`theta[${j}]`, kinds]);

export default figure(() => ({
  title: "Eight schools: given tau, and with tau learned",
  hint: "Drag an estimate, or the end of its standard error; arrow keys move them too.",
  unit: "points",
  numbers: [
    ...thetas(LEARNED),
    ["mu", LEARNED],
    ["tau", ["median", "lower", "upper"]],
    ...thetas(["given", "given_sd"]),
  ],
  headings: { given: ["given tau, points", "mean", "sd"] },
  spoken: ["theta[0]", "mu", "tau"],
  called: lettered,
  differences: (before, now) => differences(before, now).map(lettered),
  legend: [
    [
      "estimate: drag it, or its standard error",
      [
        ["path", { class: "pe-whisker", d: "M4,9H24" }],
        ["path", { class: "pe-puck", d: SHAPES.GOVERNMENT, transform: "translate(14,9) scale(0.6)" }],
        ["path", { class: "pe-puck pe-grip", d: SE_MARK, transform: "translate(24,9) scale(0.7)" }],
      ],
    ],
    [
      "full posterior: mean ± sd",
      [
        ["path", { class: "pe-posterior pe-bars", d: "M3,9H25" }],
        ["circle", { class: "pe-dot", cx: 14, cy: 9, r: 4 }],
      ],
    ],
    [
      "mean given the slider's tau",
      [["path", { class: "pe-reference", d: SHAPES.reference, transform: "translate(14,9) scale(0.8)" }]],
    ],
    ["the slider's tau", [["path", { class: "pe-through", d: "M14,0V18" }]]],
  ],
  compute,
  number,
  scene: createScene,
}));
