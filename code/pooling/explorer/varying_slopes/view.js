// Chapter 17: one driver's days to drag, all drivers in the plane of intercept and slope, and the four scales.
import { createAxes } from "../frontend/axes.js";
import { createChoices } from "../frontend/choice.js";
import { draw, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { createHandle, createLayer } from "../frontend/handle.js";
import { figure } from "../frontend/view.js";
import { compute, number } from "./engine.js";
import { createStrips } from "./strips.js";

const DAYS = [...Array(10).keys()];
const INTERCEPTS = [150, 340];
const SLOPES = [-12, 30];
const TIMES = [90, 570];
const [WIDE, TOP, DEEP] = [560, 26, 250]; // pixels; DEEP of each plot
const RADIUS = Math.sqrt(-2 * Math.log(0.06)); // of an ellipse that holds 94 %
const TURNS = Array.from({ length: 49 }, (_, i) => (i * Math.PI) / 24);
const KNOWN = [
  ["10", " all ten"],
  ["5", " first five"],
  ["2", " first two"],
  ["0", " none"],
];

const ring = (x, y, r) => `M${tenth(x - r)},${y}a${r},${r} 0 1 1 ${2 * r},0a${r},${r} 0 1 1 ${-2 * r},0Z`;
const within = (value, [low, high]) => Math.min(high, Math.max(low, value));

/** The ellipse of a normal population that holds 94 % of it, in the plane of two scales. */
function ellipse({ mu, spread: [aa, ab, , bb] }, a, b) {
  const root = Math.sqrt(aa);
  const along = root ? ab / root : 0;
  const rest = Math.sqrt(Math.max(0, bb - along * along));
  const points = TURNS.map((turn) => {
    const [c, s] = [RADIUS * Math.cos(turn), RADIUS * Math.sin(turn)];
    return `${a(mu.mean[0] + root * c)},${b(mu.mean[1] + along * c + rest * s)}`;
  });
  return `M${points.join("L")}Z`;
}

function createScene(stage, explorer, state) {
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const { names, marks } = explorer.drivers;

  const left = createAxes(svg, { across: "day", up: "reaction time (ms)" });
  const right = createAxes(svg, { across: "intercept a (ms)", up: "" });
  const upward = draw("text", { class: "pe-tick" }, svg);
  write(upward, "slope b (ms a day)");
  const cut = draw("svg", { class: "pe-window" }, svg); // what leaves the plane is cut off
  const oval = draw("path", { class: "pe-through pe-oval" }, cut);
  const all = draw("path", { class: "pe-centre pe-all" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const apart = draw("path", { class: "pe-apart" }, svg);
  const line = draw("path", { class: "pe-posterior pe-line" }, svg);
  const name = draw("text", { class: "pe-stat", "text-anchor": "end" }, svg);
  const pulls = draw("path", { class: "pe-posterior pe-pulls" }, svg);
  const owns = draw("path", { class: "pe-own" }, svg);
  const dots = draw("path", { class: "pe-estimates" }, svg);
  const chosen = draw("path", { class: "pe-leader pe-chosen" }, svg);
  const middle = draw("path", { class: "pe-dot pe-mu", d: SHAPES.reference }, svg);
  const field = draw("rect", { class: "pe-field" }, svg);
  const strips = createStrips(svg, marks);

  const layer = createLayer(stage);
  const handles = DAYS.map((day) =>
    createHandle(
      layer,
      { name: `shift[${day}]`, axis: "y", mark: SHAPES.reference, kind: "pe-puck pe-ENGLISH" },
      state,
    ),
  );

  let [x, y, a, b] = [null, null, null, null]; // scales: days, times, intercepts, slopes
  let shown = null;

  /** The driver whose own pair is nearest to a tap. */
  field.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const at = [event.clientX - box.left, event.clientY - box.top];
    const away = shown.own.map((own, j) => {
      const [px, py] = place(own ?? shown.theta[j]);
      return (px - at[0]) ** 2 + (py - at[1]) ** 2;
    });
    state.set("driver", away.indexOf(Math.min(...away)));
  });

  const place = ([one, slope]) => [a(within(one, INTERCEPTS)), b(within(slope, SLOPES))];

  function layout(width) {
    const wide = width >= WIDE;
    const half = wide ? Math.round(width / 2) - 8 : width - 8;
    x = linear([0, 9], [40, half - 10]);
    y = linear(TIMES, [TOP + DEEP, TOP]);
    left.layout({ x, y });
    const [from, top] = wide ? [half + 42, TOP] : [40, TOP + DEEP + 74];
    a = linear(INTERCEPTS, [from, width - 8]);
    b = linear(SLOPES, [top + DEEP, top]);
    right.layout({ x: a, y: b });
    put(upward, { x: from - 34, y: top - 10 });
    put(cut, { x: from, y: top, width: width - 8 - from, height: DEEP, overflow: "hidden" });
    put(cut, { viewBox: `${from} ${top} ${width - 8 - from} ${DEEP}` });
    put(field, { x: from, y: top, width: width - 8 - from, height: DEEP });
    put(name, { x: half - 10, y: TOP - 10 });
    const foot = top + DEEP + 62;
    strips.layout({ left: 0, right: width, top: foot, rows: wide ? 1 : 2 });
    for (const one of [svg, layer]) put(one, { width, height: foot + (wide ? 32 : 78) });
  }

  /** A line over the days, as far as the plot has it. */
  function through([start, slope]) {
    const ends = DAYS.filter((day) => start + slope * day >= TIMES[0] && start + slope * day <= TIMES[1]);
    const at = (day) => `${x(day)},${y(start + slope * day)}`;
    return ends.length ? `M${at(ends[0])}L${at(ends.at(-1))}` : "";
  }

  function update({ result, settings, ghost }) {
    shown = result;
    const { own, theta, mu, driver, days, times } = result;
    put(all, { d: through(mu.mean) });
    put(past, { d: ghost ? through(ghost.result.theta[ghost.result.driver]) : "" });
    put(apart, { d: own[driver] ? through(own[driver]) : "" });
    put(line, { d: through(theta[driver]) });
    write(name, `driver ${names[driver]}`);
    put(oval, { d: ellipse(result, a, b) });
    const [before, after] = [own.map((one) => one && place(one)), theta.map(place)];
    put(pulls, { d: after.map((to, j) => (before[j] ? `M${before[j]}L${to}` : `M${to}h0`)).join("") });
    put(owns, { d: before.map((from) => (from ? ring(...from, 4) : "")).join("") });
    put(dots, { d: after.map((to) => ring(...to, 2)).join("") });
    put(chosen, { d: ring(...after[driver], 7) });
    put(middle, { transform: `translate(${place(mu.mean)})` });
    strips.update(settings);
    handles.forEach((handle, day) => {
      put(handle.root, { visibility: day < days ? "visible" : "hidden" });
      const start = times[day] - settings.shift[day];
      const scale = (value) => y(start + value);
      scale.invert = (px) => y.invert(px) - start;
      handle.update({ x: x(day), y: y(times[day]), scale, value: settings.shift[day] });
    });
  }

  return { layout, update, remove: () => [svg, layer].forEach((one) => one.remove()) };
}

export default figure(({ data }) => ({
  title: "Eighteen drivers: a line for each, pooled in two directions at once",
  hint: "Drag a day up or down; tap another driver in the plane.",
  unit: "ms; slopes ms a day",
  numbers: ["a", "b", "mu_a", "mu_b"].map((one) => [one, ["mean", "sd"]]),
  spoken: ["a", "b"],
  legend: [
    [
      "a day of this driver: drag it",
      [["path", { class: "pe-puck pe-ENGLISH", d: SHAPES.reference, transform: "translate(14,9)" }]],
    ],
    ["his own line", [["path", { class: "pe-apart", d: "M1,13L27,5" }]]],
    ["his pooled line", [["path", { class: "pe-posterior pe-line", d: "M1,13L27,5" }]]],
    ["everybody's line", [["path", { class: "pe-centre pe-all", d: "M1,13L27,5" }]]],
    [
      "own pair, pulled to the pooled one",
      [
        ["path", { class: "pe-own", d: ring(6, 9, 4) }],
        ["path", { class: "pe-posterior pe-pulls", d: "M6,9H22" }],
        ["path", { class: "pe-estimates", d: ring(22, 9, 2) }],
      ],
    ],
    ["this driver", [["path", { class: "pe-leader pe-chosen", d: ring(14, 9, 7) }]]],
    [
      "the population: its mean, and 94 % of it",
      [
        ["path", { class: "pe-through pe-oval", d: "M2,9a12,8 0 1 1 24,0a12,8 0 1 1 -24,0Z" }],
        ["path", { class: "pe-dot pe-mu", d: SHAPES.reference, transform: "translate(14,9) scale(0.7)" }],
      ],
    ],
    [
      "a scale: 94 % of its posterior, median, and by hand",
      [
        ["path", { class: "pe-band", d: "M2,9H20" }],
        ["path", { class: "pe-median", d: "M11,4V14" }],
        ["path", { class: "pe-leader pe-by-hand", d: "M24,0V18" }],
      ],
    ],
  ],
  drivers: data,
  above: (root, state) => createChoices(root, { name: "known", legend: "His days", options: KNOWN }, state),
  compute,
  number,
  scene: createScene,
}));
