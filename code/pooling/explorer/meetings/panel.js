// One panel: curves over one parameter, its centre, and under the axis the observations to drag.

import {
  curve,
  draw,
  LETTER,
  label,
  linear,
  logarithmic,
  put,
  SHAPES,
  tenth,
  ticks,
  write,
} from "../frontend/draw.js";
import { heights } from "../frontend/summary.js";
import { BAND } from "./arrivals.js";
import { createMarks } from "./contrast.js";
import { DEPARTMENTS, present } from "./engine.js";

const HEADER = 24;
const LANE = 28;
const AXIS = 24;
const CURVES = ["prior", "likelihood", "posterior"];

export function panelHeight({ height, lanes, arrivals, axis }) {
  return HEADER + height + lanes.length * LANE + (arrivals ? BAND : 0) + (axis ? AXIS : 0) + 10;
}

/** `told` are the panel's numbers, such as ["mean", "sd"]; `grab(event, control, scale)` starts a drag. */
export function createPanel(svg, panel, told, grab) {
  const { name, height, lanes } = panel;
  const root = draw("g", { class: "pe-panel", "data-panel": name }, svg);
  const grid = draw("g", { class: "pe-grid" }, root);
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
  let scale;
  let roomy;
  let lineOf; // by its grid, which changes seldom

  /** Returns the band in which the arrivals stand. */
  function layout(x, y, width) {
    put(root, { transform: `translate(${x},${y})` });
    scale = (panel.log ? logarithmic : linear)(panel.domain, [16, width - 16]);
    lineOf = new WeakMap();
    put(baseline, { d: `M${scale(panel.domain[0])},${base}H${scale(panel.domain[1])}` });
    put(stat, { x: width - 16 });
    put(title, { x: 16 });
    roomy = width > 340;
    write(quiet, (width <= 480 && panel.short) || panel.title || "");
    grid.replaceChildren();
    for (const tick of ticks(scale)) {
      draw("path", { class: tick === 0 ? "pe-zero" : "", d: `M${scale(tick)},${HEADER}V${foot}` }, grid);
      if (panel.axis)
        draw(
          "text",
          { class: "pe-tick", x: scale(tick), y: foot + 17, "text-anchor": "middle" },
          grid,
        ).textContent = label(tick, tick % 1 ? 1 : 0);
    }
    marks.forEach((mark, n) => mark.layout(scale, base + LANE * (n + 0.5), width));
    return { top: y + band, width, scale };
  }

  /** `ghost` is the snapshot to compare with, or null; `peak` the height that reaches the panel's top. */
  function update({ result, settings, number, ghost, peak }) {
    const path = (set, closed) => {
      const { values } = set[name];
      if (!lineOf.has(values)) lineOf.set(values, curve(values, scale));
      return lineOf.get(values)(heights(set[name]), base, height / peak, closed);
    };
    const topAt = (marginal, at) => tenth(base - (height / peak) * heightAt(marginal, at));
    const drop = (marginal, at) => `M${scale(at)},${topAt(marginal, at)}V${base}`;
    for (const kind of CURVES) put(lines[kind], { d: result[kind][name] ? path(result[kind], false) : "" });
    put(fill, { d: path(result.posterior, true) });
    const was = ghost?.posterior[name];
    put(past, { d: was ? path(ghost.posterior, false) : "" });
    put(pastCentre, { d: was ? drop(was, was.centre) : "" });

    const at = number(`${told[0]}:${name}`);
    const x = scale(at);
    const top = topAt(result.posterior[name], at);
    put(centre, { d: `M${x},${top}V${base + (lanes.some((lane) => lane.pulled) ? LANE - 4 : 0)}` });
    put(dot, { cx: x, cy: top });
    if (span)
      put(span, { d: `M${scale(number(`lower:${name}`))},${base + 4}H${scale(number(`upper:${name}`))}` });
    write(
      stat,
      roomy && told[1] === "sd"
        ? `mean ${label(at)}, sd ${label(number(`sd:${name}`))}`
        : `${told[0]} ${label(at)}`,
    );
    if (through) put(through, { d: `M${scale(result.references[panel.through])},${HEADER}V${foot}` });
    if (panel.arrivals)
      write(quiet, counted(settings.t[DEPARTMENTS.indexOf(panel.arrivals)], scale(60) - scale(-60)));
    for (const mark of marks) mark.update(result, settings, x);
  }

  return { layout, update };
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

/** What a lane begins with, and its words: an observation, the mean of a department's, or a reference. */
function marked({ observation, mean, reference, named }, settings, references, width) {
  if (mean) return [present(settings.t[DEPARTMENTS.indexOf(mean)]).mean, ""];
  if (!observation) return [references[reference], `${reference} ${label(references[reference])}`];
  const value = settings[`t[${observation}]`];
  return [value, `${named ? observation : width > 400 ? "t =" : "t"} ${label(value, 0)}`];
}

/** Under the axis: that mark, and the arrow from it to the centre. */
function createLane(root, lane, grab) {
  const { observation, fixed, mean, reference, named, pulled } = lane;
  const arrow = pulled && draw("path", { class: "pe-arrow" }, root);
  const head = pulled && draw("path", { class: "pe-head", d: SHAPES.head }, root);
  const diamond = reference && draw("path", { class: "pe-reference", d: SHAPES.reference }, root);
  const point = observation && draw("g", { class: `pe-${observation}` }, root);
  if (point) draw("path", { class: "pe-puck", d: SHAPES[observation] }, point);
  if (point && !fixed) {
    put(point, { class: `pe-point pe-${observation}`, "data-point": `t[${observation}]` });
    draw("rect", { class: "pe-reach", x: -22, y: -LANE / 2, width: 44, height: LANE }, point);
    point.addEventListener("pointerdown", (event) => grab(event, `t[${observation}]`));
    // A finger on a point drags it and does not scroll the page: touch-action does not reach into an SVG.
    point.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  }
  const sample = mean && draw("path", { class: `pe-sample pe-${mean}`, d: SHAPES[mean] }, root);
  const text = draw("text", { class: named ? "" : "pe-code" }, root);
  let [scale, y, width] = [null, 0, 0];

  return {
    layout(newScale, newY, newWidth) {
      [scale, y, width] = [newScale, newY, newWidth];
      put(text, { y: y + 4.5 });
    },
    update({ references }, settings, centre) {
      const [value, words] = marked(lane, settings, references, width);
      const there = !Number.isNaN(value);
      const x = there ? scale(value) : centre;
      if (diamond) put(diamond, { transform: `translate(${scale(references[reference])},${y})` });
      if (point) put(point, { transform: `translate(${x},${y})` });
      if (sample)
        put(sample, {
          transform: `translate(${x},${y}) scale(0.8)`,
          visibility: there ? "visible" : "hidden",
        });
      write(text, words);
      // The label keeps out of the arrow's way, unless it would leave the drawing there.
      let right = pulled ? centre <= x : x < width / 2;
      let from = x;
      const room = 16 + LETTER * words.length;
      if (right ? x + room > width : x < room) {
        right = !right;
        if (pulled) from = right ? Math.max(x, centre) : Math.min(x, centre);
      }
      put(text, { x: from + (right ? 16 : -16), "text-anchor": right ? "start" : "end" });
      if (!pulled) return;
      const far = Math.abs(centre - x) > 20;
      const way = Math.sign(centre - x);
      put(arrow, { d: far ? `M${x + 11 * way},${y}H${centre - 6 * way}` : "" });
      put(head, {
        transform: `translate(${centre},${y}) scale(${way || 1},1)`,
        visibility: far ? "visible" : "hidden",
      });
    },
  };
}
