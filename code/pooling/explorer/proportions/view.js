// Chapter 15: eighteen players in rows; on the right how often each one has batted.
import { createAxes } from "../frontend/axes.js";
import { draw, label, linear, put, SHAPES, tenth, write } from "../frontend/draw.js";
import { createHandle, createLayer } from "../frontend/handle.js";
import { differences } from "../frontend/state.js";
import { figure } from "../frontend/view.js";
import { compute, number, SHARES } from "./engine.js";

const AVERAGES = [0, 0.6];
const [ROW, TOP, FOOT] = [25, 30, 70]; // pixels: a row, above the first, the population below the last
const AT_BATS_MARK = "M-3,-8H3V8H-3Z";

/** As averages are written: .265 */
const average = (value) => label(value, 3).replace(/^0/, "");
const within = (value) => Math.min(AVERAGES[1], Math.max(AVERAGES[0], value));

function createScene(stage, explorer, state) {
  const { names } = explorer;
  const svg = draw("svg", { class: "pe-drawing", role: "img" }, stage);
  put(svg, { "aria-label": `Drawing. ${explorer.title}. The tables below tell its numbers.` });
  const axes = createAxes(svg, { across: "hits per at-bat" });
  const beside = createAxes(svg, { across: "at-bats" });
  const heading = draw("text", { class: "pe-tick" }, svg);
  const everybody = draw("path", { class: "pe-through" }, svg);
  const past = draw("path", { class: "pe-ghost" }, svg);
  const spans = draw("path", { class: "pe-posterior pe-reach-of-sd" }, svg);
  const arrows = draw("path", { class: "pe-posterior pe-pull" }, svg);
  const leader = draw("path", { class: "pe-leader pe-given" }, svg);
  const dots = draw("g", {}, svg);
  const hill = draw("path", { class: "pe-prior" }, svg);
  const note = draw("text", { class: "pe-tick" }, svg);
  write(note, "population at this kappa");

  const layer = createLayer(stage);
  const players = names.map((name, j) => ({
    j,
    name: Object.assign(draw("text", {}, svg), { textContent: name }),
    dot: draw("circle", { class: "pe-dot", r: 4 }, dots),
    hits: createHandle(layer, { name: `hits[${j}]`, mark: SHAPES.GOVERNMENT }, state),
    atBats: createHandle(
      layer,
      { name: `at_bats[${j}]`, mark: AT_BATS_MARK, kind: "pe-puck pe-grip" },
      state,
    ),
  }));

  let [x, n] = [null, null]; // scales: averages, at-bats
  const y = (j) => TOP + ROW * (j + 0.5);
  const last = TOP + ROW * names.length;

  function layout(width) {
    const [left, right] = [80, width - 92];
    x = linear(AVERAGES, [left, right]);
    n = linear([0, 90], [right + 24, width - 14]);
    const span = (bottom) => linear([0, 1], [bottom, TOP - 6]);
    axes.layout({ x, y: span(last + FOOT), xTicks: [0, 0.2, 0.4, 0.6].map((one) => [one, label(one, 1)]) });
    beside.layout({ x: n, y: span(last), xTicks: [0, 45, 90].map((one) => [one, label(one, 0)]) });
    put(heading, { x: left, y: 14 });
    put(note, { x: right, y: last + 14, "text-anchor": "end" });
    for (const { name, j } of players) put(name, { x: 0, y: y(j) + 4 });
    for (const one of [svg, layer]) put(one, { width, height: last + FOOT + 44 });
  }

  const at = (value) => x(within(value));
  const bars = (p, away) =>
    p.map(({ mean, sd }, j) => `M${at(mean - sd)},${y(j) + away}H${at(mean + sd)}`).join("");

  /** From a player's own average to his estimate, with a head if there is room for one. */
  function pull(own, mean, j) {
    if (own === null) return "";
    const [from, to] = [at(own), at(mean)];
    const back = Math.sign(from - to) * Math.min(10, Math.abs(from - to));
    return `M${from},${y(j)}H${to}m${tenth(back)},-5L${to},${y(j)}l${tenth(back)},5`;
  }

  function update({ result, settings, ghost }) {
    const { p, own, given, m } = result;
    put(spans, { d: bars(p, 0) });
    put(arrows, { d: p.map(({ mean }, j) => pull(own[j], mean, j)).join("") });
    put(past, { d: ghost ? bars(ghost.result.p, 6) : "" });
    put(everybody, { d: `M${at(m.mean)},${TOP - 6}V${last}` });
    write(heading, `everybody ${average(m.mean)}`);
    put(leader, { d: given.p.map((mean, j) => `M${at(mean)},${y(j) - 9}V${y(j) + 9}`).join("") });
    put(hill, {
      d: `M${SHARES.map((share, k) => `${x(share)},${tenth(last + FOOT - (FOOT - 22) * result.population[k])}`).join("L")}`,
    });
    for (const { j, dot, hits, atBats } of players) {
      put(dot, { cx: at(p[j].mean), cy: y(j) });
      const trials = Math.max(settings.at_bats[j], 5);
      const scale = (value) => x(value / trials);
      scale.invert = (px) => x.invert(px) * trials;
      hits.update({ x: at(own[j] ?? m.mean), y: y(j), scale, value: settings.hits[j] });
      atBats.update({ x: n(settings.at_bats[j]), y: y(j), scale: n, value: settings.at_bats[j] });
    }
  }

  return { layout, update, remove: () => [svg, layer].forEach((one) => one.remove()) };
}

const MOMENTS = ["mean", "sd"];

export default figure(({ data: { names } }) => {
  /** The name of a player in place of his number, as in the picture. */
  const named = (text) => text.replace(/\[(\d+)\]/g, (_, j) => `[${names[j]}]`);
  const each = (kinds) => names.map((_, j) => [`p[${j}]`, kinds]);
  return {
    title: "Eighteen batting averages: kappa by hand, and by the posterior",
    hint: "Drag a player's average, or on the right his at-bats; arrow keys move them too.",
    unit: "hits per at-bat",
    names,
    numbers: [...each(MOMENTS), ["m", MOMENTS], ["kappa", ["median"]], ...each(["given"])],
    headings: { median: ["posterior, at-bats", "median"], given: ["at the slider's kappa", "mean"] },
    texts: Object.fromEntries([...names.map((_, j) => `p[${j}]`), "m"].map((name) => [name, average])),
    units: { median: "at-bats" },
    spoken: ["p[0]", "m", "kappa"],
    called: named,
    differences: (before, now) => differences(before, now).map(named),
    warn: ({ over }) =>
      over.length
        ? `More hits than at-bats, and counted as a hit each time: ${over.map((j) => names[j]).join(", ")}.`
        : "",
    legend: [
      [
        "own average: drag it, or the at-bats",
        [
          ["path", { class: "pe-puck", d: SHAPES.GOVERNMENT, transform: "translate(9,9) scale(0.6)" }],
          ["path", { class: "pe-puck pe-grip", d: AT_BATS_MARK, transform: "translate(22,9) scale(0.7)" }],
        ],
      ],
      [
        "pulled to its estimate: mean ± sd",
        [
          ["path", { class: "pe-posterior pe-reach-of-sd", d: "M1,9H19" }],
          ["path", { class: "pe-posterior pe-pull", d: "M27,9H10m5,-4L10,9l5,4" }],
          ["circle", { class: "pe-dot", cx: 10, cy: 9, r: 4 }],
        ],
      ],
      ["estimate at the slider's kappa", [["path", { class: "pe-leader pe-given", d: "M14,1V17" }]]],
      ["E[m], towards which they are pulled", [["path", { class: "pe-through", d: "M14,0V18" }]]],
      [
        "the population, at the slider's kappa",
        [["path", { class: "pe-prior", d: "M1,16C9,16 10,4 14,4S19,16 27,16" }]],
      ],
    ],
    compute,
    number,
    scene: createScene,
  };
});
