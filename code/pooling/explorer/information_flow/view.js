// Chapter 12: sixty-one cities above, and below how far each estimate has moved.
import { createAxes } from "../frontend/axes.js";
import { createChoices } from "../frontend/choice.js";
import { follow, onto } from "../frontend/drag.js";
import { draw, label, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { figure } from "../frontend/view.js";
import { compute, number } from "./engine.js";

const ACCIDENTS = [0, 48];
const MOVES = [-2, 3.5];
const MODELS = [
  ["partial_pooling", " partial pooling"],
  ["no_pooling", " no pooling"],
  ["error_fixed", " no pooling, error fixed"],
];

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const { n, mean, order } = explorer.cities;
  const slot = order.map((_, j) => order.indexOf(j)); // of each city
  const spans = blocks(order.map((j) => n[j]));

  const band = draw("rect", { class: "pe-band" }, svg);
  const upper = createAxes(svg, { up: "accidents a month" });
  const lower = createAxes(svg, {
    across: "cities, by how many rows they have",
    up: "its estimate has moved by",
  });
  const edges = draw("path", { class: "pe-edges" }, svg);
  const raw = draw("path", { class: "pe-raw" }, svg);
  const arrows = draw("path", { class: "pe-posterior pe-arrows" }, svg);
  const level = draw("path", { class: "pe-through" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const rises = draw("path", { class: "pe-leader pe-rise" }, svg);
  const falls = draw("path", { class: "pe-leader pe-fall" }, svg);
  const zero = draw("path", { class: "pe-baseline" }, svg);
  const name = draw("text", { class: "pe-stat" }, svg);
  const said = draw("text", { class: "pe-stat" }, svg);
  const field = draw("rect", { class: "pe-field" }, svg);
  const puck = draw("g", { class: "pe-point pe-own-mean", "data-point": "added" }, svg);
  draw("circle", { class: "pe-reach", r: 15 }, puck);
  draw("path", { class: "pe-puck", d: SHAPES.GOVERNMENT }, puck);

  let [x, y, moves] = [null, null, null];
  let half = 2; // of a bar

  field.addEventListener("click", (event) => {
    const at = Math.round(x.invert(event.clientX - svg.getBoundingClientRect().left));
    state.set("city", order[Math.min(order.length - 1, Math.max(0, at))]);
  });
  puck.addEventListener("pointerdown", (event) => {
    const { city, added } = state.read();
    const scale = (value) => y(mean[city] + value);
    scale.invert = (px) => y.invert(px) - mean[city];
    follow(event, {
      scale,
      value: added,
      axis: "y",
      set: (value) => state.set("added", onto(state.range("added"), value)),
    });
  });

  function layout(width) {
    const [left, right] = [34, width - 8];
    x = linear([-0.7, order.length - 0.3], [left, right]);
    y = linear(ACCIDENTS, [250, 26]);
    moves = linear(MOVES, [430, 300]);
    half = Math.max(1.5, (x(1) - x(0)) * 0.36);
    const ticks = spread(spans.map(([rows, from, to]) => [(from + to) / 2, `${rows}`]));
    upper.layout({ x, y, xTicks: [] });
    lower.layout({
      x,
      y: moves,
      xTicks: ticks,
      yTicks: [-2, -1, 0, 1, 2, 3].map((one) => [one, label(one, 0)]),
    });
    const ends = spans.slice(1).map(([, from]) => x(from - 0.5));
    put(edges, { d: ends.map((at) => `M${at},${y(48)}V${y(0)}M${at},${moves(3.5)}V${moves(-2)}`).join("") });
    put(zero, { d: `M${left},${moves(0)}H${right}` });
    put(field, { x: left, y: y(48), width: right - left, height: moves(-2) - y(48) });
    put(band, { y: y(48), height: moves(-2) - y(48), width: tenth(2 * half + 4) });
    put(svg, { width, height: 474 });
  }

  const within = (value, [low, high]) => Math.min(high, Math.max(low, value));
  const bar = (j, change) => {
    const [from, to] = [x(slot[j]), moves(within(change, MOVES))];
    return `M${tenth(from - half)},${moves(0)}V${to}H${tenth(from + half)}V${moves(0)}Z`;
  };
  const cross = (at, height) => `M${tenth(at - half)},${height}H${tenth(at + half)}`;

  function update({ result, settings, ghost }) {
    const { city } = settings;
    const cities = [...order.keys()];
    put(raw, { d: cities.map((j) => cross(x(slot[j]), y(within(result.mean[j], ACCIDENTS)))).join("") });
    const way = (j) => `M${x(slot[j])},${y(within(result.mean[j], ACCIDENTS))}V${y(result.theta[j])}`;
    put(arrows, { d: cities.map((j) => way(j) + cross(x(slot[j]), y(result.theta[j]))).join("") });
    put(level, { d: `M${x(-0.7)},${y(result.mu.mean)}H${x(order.length - 0.3)}` });
    const bars = (up) =>
      cities.filter((j) => up === result.change[j] >= 0).map((j) => bar(j, result.change[j]));
    put(rises, { d: bars(true).join("") });
    put(falls, { d: bars(false).join("") });
    put(past, {
      d: ghost
        ? cities.map((j) => cross(x(slot[j]), moves(within(ghost.result.change[j], MOVES)))).join("")
        : "",
    });
    const at = x(slot[city]);
    put(band, { x: tenth(at - half - 2) });
    put(puck, { transform: `translate(${at},${y(within(result.mean[city], ACCIDENTS))})` });
    const left = slot[city] > order.length / 2;
    for (const [text, words, height] of [
      [name, `city ${city}, ${n[city]} ${n[city] === 1 ? "row" : "rows"}`, y(48) + 12],
      [said, `itself ${label(result.change[city])}`, moves(3.5) + 12],
    ]) {
      write(text, words);
      put(text, {
        x: tenth(at + (left ? -1 : 1) * (half + 8)),
        y: height,
        "text-anchor": left ? "end" : "start",
      });
    }
  }

  return { layout, update, remove: () => svg.remove() };
}

/** Ticks as in the chapter's figures: a label that is too close to the one before is left out. */
function spread(ticks) {
  const kept = [];
  for (const tick of ticks) if (!kept.length || tick[0] - kept.at(-1)[0] >= 2.5) kept.push(tick);
  return kept;
}

/** [value, first place, last place] of each run of equal values. */
function blocks(values) {
  const found = [];
  values.forEach((value, k) => {
    if (found.at(-1)?.[0] === value) found.at(-1)[2] = k;
    else found.push([value, k, k]);
  });
  return found;
}

const MOMENTS = ["mean", "sd"];

export default figure(({ data }) => ({
  title: "Sixty-one cities: one moves, and the others?",
  hint: "Tap a city, and drag its circle up or down; or use the sliders.",
  unit: "accidents a month",
  numbers: [
    ["theta", MOMENTS],
    ["mu", MOMENTS],
    ["tau", MOMENTS],
    ["sigma", MOMENTS],
    ["theta", ["moved"]],
    ["others", ["rise", "fall"]],
  ],
  headings: { moved: ["this city moved", "by"], rise: ["the 60 others moved", "most", "least"] },
  spoken: ["theta", "others"],
  legend: [
    [
      "the city that you move",
      [
        [
          "path",
          { class: "pe-puck pe-ENGLISH", d: SHAPES.GOVERNMENT, transform: "translate(14,9) scale(0.8)" },
        ],
      ],
    ],
    ["mean of a city's rows", [["path", { class: "pe-raw", d: "M9,9H19" }]]],
    ["from there to its estimate", [["path", { class: "pe-posterior pe-arrows", d: "M14,2V16M9,16H19" }]]],
    ["E[μ], towards which they are pulled", [["path", { class: "pe-through", d: "M1,9H27" }]]],
    [
      "an estimate that went up, or down",
      [
        ["path", { class: "pe-leader pe-rise", d: "M6,10V2H12V10Z" }],
        ["path", { class: "pe-leader pe-fall", d: "M16,10V17H22V10Z" }],
      ],
    ],
  ],
  cities: data,
  above: (root, state) => createChoices(root, { name: "model", legend: "Model", options: MODELS }, state),
  compute,
  number,
  scene: createScene,
}));
