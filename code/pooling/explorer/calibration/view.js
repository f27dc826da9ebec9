// Chapter 14: a rank histogram over the band of chance, and what is ranked.
import { createAxes } from "../frontend/axes.js";
import { createChoices } from "../frontend/choice.js";
import { draw, label, linear, put, write } from "../frontend/draw.js";
import { line } from "../frontend/swatches.js";
import { figure } from "../frontend/view.js";
import { BINS, compute, number } from "./engine.js";

const TALLEST = 2.4; // times uniform; a higher bin is cut there, and says how high it is
const [TOP, BOTTOM] = [46, 270];

const CHOICES = [
  {
    name: "query",
    legend: "Query:",
    options: [
      ["once", "counted once"],
      ["twice", "published: counted twice"],
    ],
  },
  {
    name: "grid",
    legend: "Grid:",
    options: [
      ["course", "course"],
      ["published", "published"],
    ],
  },
  {
    name: "source",
    legend: "Truth from:",
    options: [
      ["grid", "the grid's own prior"],
      ["prior", "the prior without ends"],
    ],
  },
  {
    name: "of",
    legend: "Rank of:",
    options: [
      ["theta", "Math's θ"],
      ["mu", "μ"],
      ["tau", "τ"],
    ],
  },
];

function createScene(stage, explorer) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The table below tells its numbers.` });
  const chance = draw("rect", { class: "pe-band" }, svg);
  const axes = createAxes(svg, { across: "rank: share of the posterior below the truth", up: "" });
  const outside = draw("path", { class: "pe-outside" }, svg);
  const uniform = draw("path", { class: "pe-through" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const steps = draw("path", { class: "pe-posterior" }, svg);
  const words = draw("text", { class: "pe-stat" }, svg);
  const title = draw("text", { class: "pe-tick", x: 0, y: 14 }, svg);
  write(title, "times a uniform histogram");
  const cut = Array.from({ length: BINS }, () => draw("text", { class: "pe-tick" }, svg));

  let [x, y] = [null, null];

  function layout(width) {
    x = linear([0, 1], [30, width - 10]);
    y = linear([0, TALLEST], [BOTTOM, TOP]);
    const marks = [0, 0.5, 1, 1.5, 2].map((value) => [value, label(value, 1)]);
    axes.layout({ x, y, yTicks: marks });
    put(uniform, { d: `M${x(0)},${y(1)}H${x(1)}` });
    put(words, { x: x(1), y: 34, "text-anchor": "end" });
    put(svg, { width, height: BOTTOM + 46 });
  }

  const edge = (k) => x(k / BINS);
  const high = (height) => y(Math.min(height, TALLEST));
  const stairs = (heights) =>
    `M${x(0)},${y(0)}${heights.map((h, k) => `V${high(h)}H${edge(k + 1)}`).join("")}V${y(0)}`;

  function update({ result: { heights, limits, out, told }, ghost }) {
    const [lower, upper] = limits.map(high);
    put(chance, { x: x(0), y: upper, width: x(1) - x(0), height: lower - upper });
    put(steps, { d: stairs(heights) });
    put(past, { d: ghost ? stairs(ghost.result.heights) : "" });
    const bars = heights.map((h, k) =>
      out[k] ? `M${edge(k)},${y(0)}V${high(h)}H${edge(k + 1)}V${y(0)}Z` : "",
    );
    put(outside, { d: bars.join("") });
    heights.forEach((h, k) => {
      put(cut[k], { x: edge(k) + 14, y: TOP + 12 });
      if (k > BINS / 2) put(cut[k], { x: edge(k) - 3, "text-anchor": "end" });
      write(cut[k], h > TALLEST ? `×${label(h, 1)}` : "");
    });
    write(words, `χ² = ${label(told.chi2, 1)}, p ${told.p < LEAST ? "" : "= "}${chanceOf(told.p)}`);
  }

  return { layout, update, remove: () => svg.remove() };
}

const LEAST = 0.001; // of p: below it, its digits say nothing
const chanceOf = (p) => (p < LEAST ? `< ${LEAST}` : label(p, 3));

export default figure(() => ({
  title: "Simulation-based calibration: ranks of the truth in its posterior",
  hint: "Choose a query, a grid and where the truth comes from; slide to see the ranks build up.",
  unit: "meetings",
  numbers: ["chi2", "p", "bins_outside", "coverage_percent"].map((name) => [name, ["value"]]),
  texts: { p: chanceOf, bins_outside: (count) => label(count, 0) },
  headings: { value: ["of these ranks", "value"] },
  units: { value: "" },
  legend: [
    ["ranks", line("posterior")],
    [
      "all bins of a uniform histogram stay here, in 99 of 100",
      [["rect", { class: "pe-band", x: 1, y: 2, width: 26, height: 14 }]],
    ],
    ["outside the band", [["rect", { class: "pe-outside", x: 1, y: 2, width: 26, height: 14 }]]],
    ["uniform", [["path", { class: "pe-through", d: "M1,9H27" }]]],
  ],
  above: (root, state) => {
    const all = CHOICES.map((one) => createChoices(root, one, state));
    return (result, settings) => all.forEach((show) => show(result, settings));
  },
  compute,
  number,
  scene: createScene,
}));
