// The groups in the order of their estimates: own value, estimate and interval; as many as there are.
import { createAxes, ticks } from "../frontend/axes.js";
import { draw, linear, put, tenth, write } from "../frontend/draw.js";
import { tickText } from "./scale.js";

const [NAMED, ROW, TOP, TALLEST] = [60, 18, 30, 900]; // groups; pixels
const LETTER = 7; // about, in pixels

const cut = (name, letters) => {
  const plain = name.replace(/\s+/g, " ").trim();
  const all = Array.from(plain);
  return all.length <= letters ? plain : `${all.slice(0, letters - 1).join("")}…`;
};
const within = (value, [low, high]) => Math.min(high, Math.max(low, value));

/** From the lowest to the highest, own values included as far as they are near. */
function rangeOf({ groups, mean, sd, lower, upper }) {
  const size = groups.names.length;
  let [low, high] = [Infinity, -Infinity];
  for (let j = 0; j < size; j++) {
    const reach = Number.isFinite(sd[j]) ? 2 * sd[j] : 0;
    low = Math.min(low, lower?.[j] ?? mean[j] - reach);
    high = Math.max(high, upper?.[j] ?? mean[j] + reach);
  }
  const room = (high - low) / 2 || 1;
  const [least, most] = [low - room, high + room];
  for (const own of groups.mean) {
    if (Number.isNaN(own)) continue;
    low = Math.min(low, Math.max(own, least));
    high = Math.max(high, Math.min(own, most));
  }
  const air = (high - low) / 40 || 1;
  return [low - air, high + air];
}

/** Where things stand: names at the left if there are few groups, rows as high as the page has room for. */
function placesOf(analysis, width) {
  const { names } = analysis.groups;
  const few = names.length <= NAMED;
  const letters = width < 480 ? 12 : 26;
  const written = names.map((name) => (few ? cut(name, letters) : ""));
  const longest = Math.max(...written.map((name) => Array.from(name).length));
  const left = few ? Math.min(longest * LETTER + 14, width * 0.4) : 16;
  const height = few ? ROW * names.length : Math.min(ROW * names.length, TALLEST);
  const range = rangeOf(analysis);
  const step = height / names.length;
  return {
    few,
    written,
    left,
    base: TOP + height + 4,
    x: linear(range, [left, width - 12]),
    at: (value) =>
      tenth(left + ((within(value, range) - range[0]) / (range[1] - range[0])) * (width - 12 - left)),
    y: (k) => tenth(TOP + (k + 0.5) * step),
    r: few ? 3.6 : Math.min(2.2, Math.max(step, 1)),
  };
}

const dot = (px, py, r) => `M${tenth(px - r)},${py}a${r},${r} 0 1 1 ${2 * r},0a${r},${r} 0 1 1 ${-2 * r},0Z`;
const cross = (px, py, r) =>
  `M${tenth(px - r)},${tenth(py - r)}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`;

/** The legend: its marks are those of the plot. */
export const LEGEND = [
  ["its own value", [["path", { class: "pw-own", d: cross(14, 9, 3.6) }]]],
  [
    "pooled, with 94 %",
    [
      ["path", { class: "pe-posterior pw-intervals", d: "M1,9H27" }],
      ["path", { class: "pw-dots", d: dot(14, 9, 3.6) }],
    ],
  ],
  ["population mean", [["path", { class: "pe-leader pw-mu", d: "M1,9H27" }]]],
];

export function createPlot(stage) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  const axes = createAxes(svg, { across: "" });
  const middle = draw("path", { class: "pe-leader pw-mu" }, svg);
  const intervals = draw("path", { class: "pe-posterior pw-intervals" }, svg);
  const owns = draw("path", { class: "pw-own" }, svg);
  const dots = draw("path", { class: "pw-dots" }, svg);
  const labels = draw("g", { class: "pw-names" }, svg);
  const title = draw("text", { y: 16, class: "pw-title" }, svg);

  function name(order, { few, written, left, y }) {
    labels.replaceChildren();
    if (!few) return;
    order.forEach((j, k) => {
      const text = draw("text", { x: left - 8, y: y(k) + 4.5, "text-anchor": "end" }, labels);
      write(text, written[j]);
    });
  }

  /** Draw an analysis into a width; `order` are the groups from the largest. */
  function update(analysis, order, width) {
    const { groups, mean, lower, upper, population } = analysis;
    const places = placesOf(analysis, width);
    const { few, left, base, x, at, y, r } = places;
    const { at: values, digits } = ticks(x, { gap: 70 });
    const xTicks = values.map((one) => [one, tickText(one, digits)]);
    axes.layout({ x, y: linear([0, 1], [base, TOP]), xTicks });
    const drawn = (mark) => order.map(mark).join("");
    const bars = lower ? drawn((j, k) => `M${at(lower[j])},${y(k)}H${at(upper[j])}`) : "";
    put(intervals, { d: bars, "stroke-width": few ? 2 : 1 });
    put(dots, { d: drawn((j, k) => dot(at(mean[j]), y(k), r)) });
    const own = (j, k) => (Number.isNaN(groups.mean[j]) ? "" : cross(at(groups.mean[j]), y(k), r));
    put(owns, { d: drawn(own) });
    put(middle, { d: `M${at(population.mu.mean)},${TOP}V${base}` });
    name(order, places);
    const size = order.length;
    const words = few ? namedValue(groups) : `${namedValue(groups)}, ${size} groups by estimate`;
    put(title, { x: left });
    write(title, cut(words, Math.floor((width - left) / LETTER)));
    put(svg, { width, height: base + 30 });
    put(svg, {
      "aria-label": `${size} groups in the order of their estimates, each with its own value, its estimate and an interval. The table below tells the numbers.`,
    });
  }
  return { update, svg };
}

/** What the numbers are, in the reader's words. */
export function namedValue({ kind, columns }) {
  if (kind === "counts") return `${columns.successes} / ${columns.trials}`;
  return columns[{ rows: "value", summary: "mean", estimates: "estimate" }[kind]];
}
