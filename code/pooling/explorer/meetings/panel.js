// One panel: curves over one parameter, its centre, and lanes under the axis.
import { MINUTE_STEPS, ticks } from "../frontend/axes.js";
import { curve, draw, label, linear, logarithmic, put, several, tenth, write } from "../frontend/draw.js";
import { heights } from "../frontend/summary.js";
import { BAND } from "./arrivals.js";
import { createMarks } from "./contrast.js";
import { DEPARTMENTS, present } from "./grid.js";
import { createLane, LANE } from "./lane.js";

const HEADER = 20;
const AXIS = 22;
const FOOT = 6;
const SMALL = 260; // pixels: room for one number
const CURVES = ["prior", "likelihood", "posterior"];

export function panelHeight({ height, lanes, arrivals, axis }) {
  return HEADER + height + lanes.length * LANE + (arrivals ? BAND : 0) + (axis ? AXIS : 0) + FOOT;
}

/** `told` are the panel's numbers, such as ["mean", "sd"]; `grab(event, control, scale)` starts a drag. */
export function createPanel(svg, panel, told, grab) {
  const { name, height, lanes } = panel;
  const root = draw("g", { class: "pe-panel", "data-panel": name }, svg);
  const grid = draw("g", { class: "pe-grid" }, root);
  const gridLines = several("path", {}, grid);
  const numbers = several("text", { class: "pe-tick", "text-anchor": "middle" }, grid);
  const through = panel.through && draw("path", { class: "pe-through" }, root);
  const fill = draw("path", { class: "pe-fill" }, root);
  const past = draw("path", { class: "pe-ghost" }, root);
  const pastCentre = draw("path", { class: "pe-ghost" }, root);
  const lines = Object.fromEntries(CURVES.map((kind) => [kind, draw("path", { class: `pe-${kind}` }, root)]));
  const baseline = draw("path", { class: "pe-baseline" }, root);
  const span = told.includes("lower") && draw("path", { class: "pe-span" }, root);
  const centre = draw("path", { class: "pe-centre" }, root);
  const dot = draw("circle", { class: "pe-dot", r: 4 }, root);
  const title = draw("text", { y: 14 }, root);
  draw("tspan", { class: "pe-code" }, title).textContent = name;
  const quiet = draw("tspan", { class: "pe-quiet", dx: 8 }, title);
  const stat = draw("text", { class: "pe-stat", y: 14, "text-anchor": "end" }, root);
  const marks = lanes.map((lane) =>
    lane.models
      ? createMarks(root, name)
      : createLane(root, lane, (event, control) => grab(event, control, scale)),
  );

  const base = HEADER + height;
  const band = base + lanes.length * LANE;
  const foot = band + (panel.arrivals ? BAND : 0);
  const tail = lanes.some((lane) => lane.pulled) ? LANE - 4 : 0; // of the centre, to where the arrows end
  let scale;
  let roomy;
  let small;
  let room; // pixels of the axis
  let lineOf; // by its grid, which changes seldom

  function drawTicks(at) {
    gridLines(
      at.map((value) => ({ class: value === 0 ? "pe-zero" : "", d: `M${scale(value)},${HEADER}V${foot}` })),
    );
    if (panel.axis)
      numbers(at.map((value) => ({ words: label(value, value % 1 ? 1 : 0), x: scale(value), y: foot + 17 })));
  }

  /** `domain` is that of the axis. Returns the band in which the arrivals stand. */
  function layout(x, y, width, domain) {
    put(root, { transform: `translate(${x},${y})` });
    scale = (panel.log ? logarithmic : linear)(domain, [16, width - 16]);
    lineOf = new WeakMap();
    put(baseline, { d: `M${scale(domain[0])},${base}H${scale(domain[1])}` });
    put(stat, { x: width - 16 });
    put(title, { x: 16 });
    roomy = width > 340;
    small = width < SMALL;
    room = width - 32;
    write(quiet, (width <= 480 && panel.short) || panel.title || "");
    drawTicks(ticks(scale, { gap: 64, steps: MINUTE_STEPS }).at);
    marks.forEach((mark, n) => mark.layout(scale, base + LANE * (n + 0.5), width));
    return { top: y + band, width, scale };
  }

  /** `ghost` is the snapshot to compare with, or null; `unit` the pixels of a height of 1. */
  function update({ result, settings, number, ghost, unit }) {
    const path = (set, closed) => {
      const { values } = set[name];
      if (!lineOf.has(values)) lineOf.set(values, curve(values, scale));
      return lineOf.get(values)(heights(set[name]), base, unit, closed);
    };
    for (const kind of CURVES) put(lines[kind], { d: result[kind][name] ? path(result[kind], false) : "" });
    put(fill, { d: path(result.posterior, true) });
    const was = ghost?.posterior[name];
    put(past, { d: was ? path(ghost.posterior, false) : "" });
    put(pastCentre, { d: was ? `M${scale(was.centre)},${topOf(was, was.centre, unit)}V${base}` : "" });

    const at = number(`${told[0]}:${name}`);
    mark(scale(at), topOf(result.posterior[name], at, unit), number);
    tell(at, number);
    if (through) put(through, { d: `M${scale(result.references[panel.through])},${HEADER}V${foot}` });
    if (panel.arrivals) write(quiet, counted(settings.t[DEPARTMENTS.indexOf(panel.arrivals)], room));
    for (const one of marks) one.update(result, settings, scale(at));
  }

  const topOf = (marginal, at, unit) => tenth(base - unit * heightAt(marginal, at));

  /** The centre of the posterior, and the interval under it. */
  function mark(x, top, number) {
    put(centre, { d: `M${x},${top}V${base + tail}` });
    put(dot, { cx: x, cy: top });
    if (!span) return;
    const [lower, upper] = ["lower", "upper"].map((end) => scale(number(`${end}:${name}`)));
    put(span, { d: `M${lower},${base + 4}H${upper}` });
  }

  function tell(at, number) {
    const [kind, more] = told;
    if (roomy && more === "sd") write(stat, `mean ${label(at)}, sd ${label(number(`sd:${name}`))}`);
    else write(stat, small ? label(at) : `${kind} ${label(at)}`);
  }

  const show = (visible) => put(root, { display: visible ? "inline" : "none" });

  return { layout, update, show };
}

/** How many came, and when, as far as there is room. */
function counted(row, room) {
  const { count, mean } = present(row);
  if (!count) return room > 290 ? "nobody came" : "n = 0";
  return room > 440 ? `n = ${count}, mean ${label(mean, 1)}` : `n = ${count}`;
}

/** The posterior's height at a value between two grid points. */
function heightAt(marginal, at) {
  const { values } = marginal;
  const all = heights(marginal);
  let i = 0;
  while (i < values.length - 2 && values[i + 1] <= at) i += 1;
  return all[i] + ((at - values[i]) / (values[i + 1] - values[i])) * (all[i + 1] - all[i]);
}
