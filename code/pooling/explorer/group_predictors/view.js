// Chapter 16: eighty-five counties by their uranium; below, the posterior of tau and the tau by hand.
import { createAxes } from "../frontend/axes.js";
import { createChoices } from "../frontend/choice.js";
import { follow, onto } from "../frontend/drag.js";
import { draw, label, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { figure } from "../frontend/view.js";
import { compute, number, TAUS } from "./engine.js";

const URANIUM = [-0.95, 0.6];
const RADON = [-1, 4];
const SPREAD = [0, 0.8];
const [TOP, BOTTOM, CREST, BASE] = [26, 306, 366, 436]; // pixels: counties; the posterior of tau
const HIGHEST = 11; // of its density
const ON = [
  ["on", " on"],
  ["off", " off"],
];

const ring = (x, y, r) => `M${tenth(x - r)},${y}a${r},${r} 0 1 1 ${2 * r},0a${r},${r} 0 1 1 ${-2 * r},0Z`;
const within = (value, [low, high]) => Math.min(high, Math.max(low, value));

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const { names, uranium, y: radon, floor } = explorer.counties;

  const upper = createAxes(svg, { across: "log uranium of the county's soil", up: "log radon" });
  const lower = createAxes(svg, { across: "tau, spread of counties about the line", up: "" });
  const past = draw("path", { class: "pe-ghost" }, svg);
  const line = draw("path", { class: "pe-through" }, svg);
  const pulls = draw("path", { class: "pe-posterior pe-pulls" }, svg);
  const owns = draw("path", { class: "pe-own" }, svg);
  const dots = draw("path", { class: "pe-estimates" }, svg);
  const chosen = draw("path", { class: "pe-leader pe-chosen" }, svg);
  const cellar = draw("path", { class: "pe-houses" }, svg);
  const ground = draw("path", { class: "pe-houses pe-ground" }, svg);
  const hill = draw("path", { class: "pe-prior pe-tau" }, svg);
  const mark = draw("path", { class: "pe-leader pe-by-hand" }, svg);
  const name = draw("text", { class: "pe-stat" }, svg);
  const hand = draw("text", { class: "pe-stat" }, svg);
  const field = draw("rect", { class: "pe-field" }, svg);
  const puck = draw("g", { class: "pe-point pe-own-mean", "data-point": "shift" }, svg);
  draw("circle", { class: "pe-reach", r: 15 }, puck);
  draw("path", { class: "pe-puck", d: SHAPES.GOVERNMENT }, puck);

  let [x, y, across, height] = [null, null, null, null];
  let shown = null;

  /** The county whose own mean is nearest to a tap. */
  field.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    const away = shown.own.map((own, j) => (x(uranium[j]) - left) ** 2 + (at(own) - top) ** 2);
    state.set("county", away.indexOf(Math.min(...away)));
  });
  puck.addEventListener("pointerdown", (event) => {
    const { shift } = state.read();
    const start = shown.own[shown.county] - shift;
    const scale = (value) => y(start + value);
    scale.invert = (px) => y.invert(px) - start;
    follow(event, {
      scale,
      value: shift,
      axis: "y",
      set: (value) => state.set("shift", onto(state.range("shift"), value)),
    });
  });

  const at = (value) => y(within(value, RADON));

  function layout(width) {
    const [left, right] = [34, width - 8];
    x = linear(URANIUM, [left, right]);
    y = linear(RADON, [BOTTOM, TOP]);
    across = linear(SPREAD, [left, right]);
    height = linear([0, HIGHEST], [BASE, CREST]);
    upper.layout({ x, y, yTicks: [-1, 0, 1, 2, 3, 4].map((one) => [one, label(one, 0)]) });
    lower.layout({ x: across, y: height, yTicks: [] });
    put(field, { x: left, y: TOP, width: right - left, height: BOTTOM - TOP });
    put(svg, { width, height: BASE + 44 });
  }

  /** A house in the basement, and one on the first floor. */
  const square = (px, py) => `M${tenth(px - 2.5)},${tenth(py - 2.5)}h5v5h-5Z`;
  const cross = (px, py) => `M${tenth(px - 3)},${tenth(py - 3)}l6,6m0,-6l-6,6`;
  const size = (n) => tenth(1.5 + 0.55 * Math.sqrt(n));
  const lineOf = ({ gamma0, gamma1 }) => {
    const ends = URANIUM.map((u) => `${x(u)},${at(gamma0.mean + gamma1.mean * u)}`);
    return `M${ends[0]}L${ends[1]}`;
  };

  function update({ result, settings, ghost }) {
    shown = result;
    const { given, own, county } = result;
    put(line, { d: lineOf(given) });
    put(past, { d: ghost ? lineOf(ghost.result.given) : "" });
    put(pulls, { d: own.map((one, j) => `M${x(uranium[j])},${at(one)}V${at(given.theta[j])}`).join("") });
    put(owns, { d: own.map((one, j) => ring(x(uranium[j]), at(one), size(radon[j].length))).join("") });
    put(dots, { d: given.theta.map((one, j) => ring(x(uranium[j]), at(one), 2)).join("") });
    const here = x(uranium[county]);
    const houses = (kind, draws) =>
      radon[county]
        .map((one, i) => (floor[county][i] === kind ? draws(here, at(one + settings.shift)) : ""))
        .join("");
    put(chosen, { d: ring(here, at(given.theta[county]), 6) });
    put(cellar, { d: houses(0, square) });
    put(ground, { d: houses(1, cross) });
    put(puck, { transform: `translate(${here},${at(own[county])})` });
    const many = radon[county].length;
    write(name, `${names[county]}, ${many} ${many === 1 ? "house" : "houses"}`);
    put(name, { x: x(URANIUM[1]), y: TOP - 10, "text-anchor": "end" });
    const heights = result.density.map((one) => height(Math.min(one, HIGHEST)));
    put(hill, { d: `M${heights.map((one, k) => `${across(TAUS[k])},${one}`).join("L")}` });
    const where = across(settings.tau);
    put(mark, { d: `M${where},${BASE}V${CREST}` });
    write(hand, `tau ${label(settings.tau)}`);
    const beyond = settings.tau > 0.6;
    put(hand, { x: where + (beyond ? -6 : 6), y: CREST + 6, "text-anchor": beyond ? "end" : "start" });
  }

  return { layout, update, remove: () => svg.remove() };
}

const MOMENTS = ["mean", "sd"];

export default figure(({ data }) => ({
  title: "Eighty-five counties: pulled to a point, or to a line",
  hint: "Tap a county, and drag its circle up or down: all its houses move. Slide tau, and switch the predictors.",
  unit: "log pCi/L",
  numbers: [
    ["gamma0", MOMENTS],
    ["gamma1", MOMENTS],
    ["beta", MOMENTS],
    ["tau", MOMENTS],
    ["sigma", MOMENTS],
    ["alpha", MOMENTS],
    ["line", ["given"]],
    ["theta", ["given"]],
    ["beta", ["given"]],
  ],
  headings: { given: ["at the slider's tau", "mean"] },
  spoken: ["theta", "tau"],
  legend: [
    ["own mean in the basement, larger with more houses", [["path", { class: "pe-own", d: ring(14, 9, 6) }]]],
    [
      "pulled to its estimate, at the slider's tau",
      [
        ["path", { class: "pe-posterior pe-pulls", d: "M14,1V14" }],
        ["path", { class: "pe-estimates", d: "M12,14a2,2 0 1 1 4,0a2,2 0 1 1 -4,0Z" }],
      ],
    ],
    ["the line, or the point, that they are pulled to", [["path", { class: "pe-through", d: "M1,13L27,5" }]]],
    [
      "the county that you move",
      [
        [
          "path",
          { class: "pe-puck pe-ENGLISH", d: SHAPES.GOVERNMENT, transform: "translate(14,9) scale(0.8)" },
        ],
      ],
    ],
    ["its estimate", [["circle", { class: "pe-leader pe-chosen", cx: 14, cy: 9, r: 6 }]]],
    [
      "its houses: basement, first floor",
      [
        ["path", { class: "pe-houses", d: "M5,6.5h5v5h-5Z" }],
        ["path", { class: "pe-houses pe-ground", d: "M17,6l6,6m0,-6l-6,6" }],
      ],
    ],
    ["posterior of tau", [["path", { class: "pe-prior pe-tau", d: "M1,16C9,16 10,3 14,3S19,16 27,16" }]]],
    ["tau by hand", [["path", { class: "pe-leader pe-by-hand", d: "M14,1V17" }]]],
  ],
  counties: data,
  above: (root, state) => {
    const told = [
      createChoices(root, { name: "floor", legend: "Floor of the house", options: ON }, state),
      createChoices(root, { name: "uranium", legend: "Uranium of the county", options: ON }, state),
    ];
    return (result, settings) => told.forEach((one) => one(result, settings));
  },
  compute,
  number,
  scene: createScene,
}));
