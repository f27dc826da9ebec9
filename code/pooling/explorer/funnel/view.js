// Chapter 13: one posterior as (theta, log tau) and as (z, log tau), and the same steps on both.
import { createAxes } from "../frontend/axes.js";
import { draw, label, linear, logarithmic, put, tenth, write } from "../frontend/draw.js";
import { figure } from "../frontend/view.js";
import { compute, HELD, number } from "./engine.js";

const TAU_RANGE = [0.05, 100];
const TAU_TICKS = [0.1, 1, 10, 100].map((tau) => [tau, String(tau)]);
const WIDE = 640;
const TALL = 300;
const SIDES = { theta: ["Centred: θ", "θ (points)"], z: ["Non-centred: z = θ/τ", "z"] };
const NAMES = Object.keys(SIDES);
const DIAMOND = "M0,-4L4,0L0,4L-4,0Z";
const CRASH = "M-7,-7L7,7M-7,7L7,-7";

/** One of the two: axes that follow the posterior's own scale, and what is drawn within them. */
function createSide(svg, name) {
  const [words, across] = SIDES[name];
  const title = draw("text", {}, svg);
  write(title, words);
  const axes = createAxes(svg, { across, up: "" });
  const window = draw("svg", {}, svg); // what leaves it is not drawn
  const rings = draw("g", { class: "pe-rings" }, window);
  const outer = draw("path", { class: "pe-posterior" }, rings);
  const inner = HELD.slice(1).map(() => draw("path", {}, rings));
  const past = draw("path", { class: "pe-ghost" }, window);
  const smooth = draw("path", { class: "pe-smooth" }, window);
  const hops = draw("path", { class: "pe-leader pe-hops" }, window);
  const marks = draw("path", { class: "pe-hop" }, window);
  const crash = draw("path", { class: "pe-crash" }, svg);
  const start = draw("circle", { class: "pe-dot", r: 4.5 }, window);
  const stat = draw("text", { class: "pe-stat", "text-anchor": "end" }, svg);

  let place = null;
  let y = null;

  function layout(at) {
    place = at;
    y = logarithmic(TAU_RANGE, [at.foot, at.top]);
    put(title, { x: at.left - 30, y: at.top - 14 });
    put(stat, { x: at.right, y: at.foot + 56 });
    put(window, { x: at.left, y: at.top, width: at.right - at.left, height: at.foot - at.top });
    put(window, { viewBox: `${at.left} ${at.top} ${at.right - at.left} ${at.foot - at.top}` });
  }

  const outline = (rows, x) => {
    const seen = rows.filter(({ tau }) => tau > TAU_RANGE[0] / 2 && tau < TAU_RANGE[1] * 2);
    if (!seen.length) return "";
    const side = (key) => seen.map((row) => `${x(row[key])},${height(row.tau)}`);
    return `M${[...side("from"), ...side("to").reverse()].join("L")}Z`;
  };
  /** As `y`, and beyond its ends. */
  const height = (tau) =>
    tenth(
      place.foot -
        ((place.foot - place.top) * Math.log(tau / TAU_RANGE[0])) / Math.log(TAU_RANGE[1] / TAU_RANGE[0]),
    );
  const near = (value, low, high) => Math.max(low, Math.min(high, Number.isNaN(value) ? low : value));

  function update({ school, rings: levels, paths }, ghost) {
    const { mean, sd } = school[name];
    const x = linear([mean - 4 * sd, mean + 4 * sd], [place.left, place.right]);
    axes.layout({ x, y, yTicks: TAU_TICKS });
    put(outer, { d: outline(levels[name][0], x) });
    inner.forEach((ring, i) => put(ring, { d: outline(levels[name][i + 1], x) }));
    put(past, { d: ghost ? outline(ghost.result.rings[name][1], x) : "" });
    const far = 5 * (place.right - place.left);
    const point = ([at, tau]) => [
      near(x(at), place.left - far, place.right + far),
      near(height(tau), place.top - far, place.foot + far),
    ];
    const path = paths[name];
    const points = path.points.map(point);
    put(smooth, { d: `M${path.smooth.map(point).join("L")}` });
    put(hops, { d: `M${points.join("L")}` });
    put(marks, {
      d: points
        .slice(1)
        .map(([px, py]) =>
          DIAMOND.replace("M0,-4", `M${px},${tenth(py - 4)}`).replace("L4,0L0,4L-4,0", "l4,4l-4,4l-4,-4"),
        )
        .join(""),
    });
    put(start, { cx: points[0][0], cy: points[0][1] });
    const [px, py] = points.at(-1);
    const [ex, ey] = [near(px, place.left, place.right), near(py, place.top, place.foot)];
    put(crash, { d: path.diverged ? CRASH : "", transform: `translate(${ex},${ey})` });
    write(
      stat,
      path.diverged ? `diverged after ${points.length - 1} steps` : `energy off by ${label(path.error)}`,
    );
  }
  return { layout, update };
}

function createScene(stage, explorer) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const up = draw("text", {}, svg);
  write(up, "τ (points), logarithmic, upwards");
  const sides = NAMES.map((name) => createSide(svg, name));

  function layout(width) {
    const wide = width >= WIDE;
    const half = wide ? Math.round(width / 2) : width;
    put(up, { x: 0, y: 14 });
    sides.forEach((side, i) => {
      const left = wide ? i * half + 36 : 36;
      const top = 54 + (wide ? 0 : i * (TALL + 104));
      side.layout({ left, right: (wide ? (i + 1) * half : width) - 14, top, foot: top + TALL });
    });
    put(svg, { width, height: 54 + TALL + 66 + (wide ? 0 : TALL + 104) });
  }
  const update = ({ result, ghost }) => sides.forEach((side) => side.update(result, ghost));
  return { layout, update, remove: () => svg.remove() };
}

export default figure(() => ({
  title: "One school's posterior in two coordinates, and the same steps on both",
  hint: "Give the school more observations, and change the length of a step.",
  unit: "points",
  numbers: [
    ["theta", ["mean", "sd"]],
    ["tau", ["median", "lower", "upper"]],
    ...["narrowing", "correlation", "error"].flatMap((kind) => NAMES.map((name) => [name, [kind]])),
  ],
  headings: {
    narrowing: ["widest : narrowest", "ratio"],
    correlation: ["correlation with log τ", "r"],
    error: ["energy error of the path", "1000: diverged"],
  },
  units: { narrowing: "", correlation: "", error: "" },
  spoken: ["theta", "tau"],
  legend: [
    [
      "exact posterior: 40, 70, 90, 99 %",
      [
        ["path", { class: "pe-fill", d: "M1,16C9,16 10,4 14,4S19,16 27,16Z" }],
        ["path", { class: "pe-posterior", d: "M1,16C9,16 10,4 14,4S19,16 27,16Z" }],
      ],
    ],
    ["where the ball starts", [["circle", { class: "pe-dot", cx: 14, cy: 9, r: 4.5 }]]],
    ["where it should roll", [["path", { class: "pe-smooth", d: "M1,9H27" }]]],
    [
      "where your steps take it",
      [
        ["path", { class: "pe-hops", d: "M1,9H27" }],
        ["path", { class: "pe-hop", d: DIAMOND, transform: "translate(14,9)" }],
      ],
    ],
    ["divergence", [["path", { class: "pe-crash", d: CRASH, transform: "translate(14,9) scale(0.8)" }]]],
  ],
  compute,
  number,
  warn: ({ paths }) => {
    const lost = NAMES.filter((name) => paths[name].diverged).map(
      (name) => ({ theta: "centred", z: "non-centred" })[name],
    );
    return lost.length
      ? `With these steps the path diverges in the ${lost.join(" and in the ")} coordinate.`
      : "";
  },
  scene: createScene,
}));
