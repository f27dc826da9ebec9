// Chapter 11: the readings of bench 7 to drag, its slope alone and in company, and the noise that all share.
import { createAxes } from "../frontend/axes.js";
import { draw, label, linear, put, SHAPES, write } from "../frontend/draw.js";
import { createHandle, createLayer } from "../frontend/handle.js";
import { hill } from "../frontend/swatches.js";
import { figure } from "../frontend/view.js";
import { compute, number } from "./engine.js";
import { createNoise, HILL } from "./noise.js";

const NEWTONS = [0, 1.1];
const CENTIMETRES = [-5, 17];
const SLOPES = [0, 8];
const BENCHES = [0, 1, 2, 3, 4, 5, 6, 7];
const TOP = 26;
const ROW = 34;
const WIDE = 640;
const SQUARE = "M-3.5,-3.5H3.5V3.5H-3.5Z";

function createScene(stage, explorer, state) {
  const { x: weights, y: readings, bench } = explorer.data;
  const own = [...bench.keys()].filter((i) => bench[i] === 7);
  const others = [...bench.keys()].filter((i) => bench[i] !== 7);

  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const plot = createAxes(svg, { across: "weight x (newtons)", up: "stretch y (cm)" });
  const dots = others.map(() => draw("circle", { class: "pe-reading", r: 3 }, svg));
  const past = draw("path", { class: "pe-ghost" }, svg);
  const apart = draw("path", { class: "pe-apart" }, svg);
  const line = draw("path", { class: "pe-posterior" }, svg);

  const rows = createAxes(svg, { across: "slope θ (cm per newton)" });
  const names = BENCHES.map(() => draw("text", { class: "pe-code" }, svg));
  const pastRows = draw("path", { class: "pe-ghost" }, svg);
  const whiskers = draw("path", { class: "pe-apart" }, svg);
  const bars = draw("path", { class: "pe-posterior pe-wide" }, svg);
  const squares = BENCHES.map(() => draw("path", { class: "pe-square", d: SQUARE }, svg));
  const circles = BENCHES.map(() => draw("circle", { class: "pe-dot", r: 3.2 }, svg));
  const beyond = draw("text", { class: "pe-stat", "text-anchor": "end" }, svg);

  const noise = createNoise(svg, explorer.good);

  const layer = createLayer(stage);
  const handles = own.map((_, i) =>
    createHandle(
      layer,
      { name: `y[7,${i}]`, axis: "y", mark: SHAPES.reference, kind: "pe-puck pe-ENGLISH" },
      state,
    ),
  );

  let [x, y, t] = [null, null, null]; // scales: newtons, centimetres, slopes
  const level = (j) => (t.top ?? 0) + ROW * (j + 0.5);
  const within = ([low, high], value) => Math.min(high, Math.max(low, value));

  function layout(width) {
    const wide = width >= WIDE;
    const half = wide ? Math.round(width * 0.46) : width;
    const deep = wide ? TOP + ROW * 8 + 50 + HILL : 340;
    x = linear(NEWTONS, [30, half - 10]);
    y = linear(CENTIMETRES, [deep, TOP]);
    plot.layout({ x, y });
    others.forEach((i, n) => put(dots[n], { cx: x(weights[i]), cy: y(readings[i]) }));

    const [left, top] = wide ? [half + 40, TOP - 10] : [26, deep + 62];
    t = linear(SLOPES, [left, width - 12]);
    t.top = top;
    rows.layout({ x: t, y: linear([0, 1], [top + ROW * 8, top]) });
    names.forEach((name, j) => {
      write(name, String(j));
      put(name, { x: left - 16, y: level(j) + 4 });
    });
    put(beyond, { x: width - 12, y: level(7) - 11 });
    const foot = top + ROW * 8 + 60 + HILL;
    noise.layout({ left, right: width - 12, foot });
    for (const one of [svg, layer]) put(one, { width, height: Math.max(foot, deep) + 44 });
  }

  const through = (slope) => {
    const [from, to] = [0, NEWTONS[1]];
    const end = within(CENTIMETRES, slope * to); // it leaves the plot where it would leave it
    return `M${x(from)},${y(0)}L${x(slope ? within(NEWTONS, end / slope) : to)},${y(end)}`;
  };
  const span = ({ mean, sd }, at) => `M${t(within(SLOPES, mean - sd))},${at}H${t(within(SLOPES, mean + sd))}`;
  const spans = (all, shift) => BENCHES.map((j) => span(all[j], level(j) + shift)).join("");

  function update({ result, settings, ghost }) {
    put(apart, { d: through(result.apart[7].mean) });
    put(line, { d: through(result.theta[7].mean) });
    put(past, { d: ghost ? through(ghost.result.theta[7].mean) : "" });
    put(whiskers, { d: spans(result.apart, -6) });
    put(bars, { d: spans(result.theta, 6) });
    put(pastRows, { d: ghost ? spans(ghost.result.theta, 12) : "" });
    for (const j of BENCHES) {
      const at = t(within(SLOPES, result.apart[j].mean));
      put(squares[j], { transform: `translate(${at},${level(j) - 6})` });
      put(circles[j], { cx: t(within(SLOPES, result.theta[j].mean)), cy: level(j) + 6 });
    }
    const alone = result.apart[7].mean;
    write(
      beyond,
      alone > SLOPES[1]
        ? `alone: ${label(alone, 1)} →`
        : alone < SLOPES[0]
          ? `← alone: ${label(alone, 1)}`
          : "",
    );

    noise.update(result.sigma, ghost?.result.sigma);
    handles.forEach((handle, i) =>
      handle.update({ x: x(weights[own[i]]), y: y(settings.y[i]), scale: y, value: settings.y[i] }),
    );
  }

  return { layout, update, remove: () => [svg, layer].forEach((one) => one.remove()) };
}

/** In words, what was set otherwise: a reading is that of bench 7. */
function otherwise(before, now) {
  const moved = now.y.flatMap((reading, i) =>
    reading === before.y[i] ? [] : `y[7,${i}] ${+before.y[i].toFixed(1)}`,
  );
  return before.tau_rate === now.tau_rate ? moved : [`tau_rate ${before.tau_rate}`, ...moved];
}

const thetas = (kinds) => BENCHES.map((j) => [`theta[${j}]`, kinds]);

export default figure(({ data }) => ({
  title: "Eight springs: bench 7 alone and in company",
  hint: "Drag a reading of bench 7 up or down; arrow keys move it too.",
  unit: "cm per newton",
  units: { median: "cm" },
  numbers: [
    ...thetas(["mean", "sd"]),
    ["mu", ["mean", "sd"]],
    ["tau", ["median", "lower", "upper"]],
    ["sigma", ["median", "lower", "upper"]],
    ...thetas(["alone", "spread"]),
  ],
  headings: {
    mean: ["in company", "mean", "sd"],
    alone: ["alone", "mean", "sd"],
    median: ["in company", "median", "94 % HDI"],
  },
  spoken: ["theta[7]", "sigma"],
  legend: [
    [
      "reading of bench 7: drag it",
      [["path", { class: "pe-puck pe-ENGLISH", d: SHAPES.reference, transform: "translate(14,9)" }]],
    ],
    ["reading of another bench", [["circle", { class: "pe-reading", cx: 14, cy: 9, r: 3 }]]],
    [
      "alone: mean ± sd, and its line",
      [
        ["path", { class: "pe-apart", d: "M2,9H26" }],
        ["path", { class: "pe-square", d: SQUARE, transform: "translate(14,9)" }],
      ],
    ],
    [
      "in company: mean ± sd, and its line",
      [
        ["path", { class: "pe-posterior pe-wide", d: "M3,9H25" }],
        ["circle", { class: "pe-dot", cx: 14, cy: 9, r: 4 }],
      ],
    ],
    ["posterior of the noise", hill()],
    ["its median with a good ruler", [["path", { class: "pe-through", d: "M14,0V18" }]]],
  ],
  data,
  good: compute({ y: data.good, tau_rate: 13 }, data).sigma.median,
  compute,
  number,
  differences: otherwise,
  scene: createScene,
}));
