// The ground of chapter 4's map: shades and contours of one table of values, and the axes. It stands still while the
// sliders move.
import { draw, label, linear, put, write } from "../frontend/draw.js";
import { contours, levels, region } from "./contours.js";

export const MARGIN = { left: 34, right: 14, top: 34, bottom: 44 };
const LARGEST = 380;
const TICKS = [1, 5, 10, 15, 20];

/** `scales` are the steps of both axes, `across` and `up` their names. */
export function createSurface(svg, { across, up, scales }) {
  const [low, high] = [scales[0], scales.at(-1)];
  const shades = draw("g", { class: "pe-shades" }, svg);
  const axes = draw("g", {}, svg);
  const lines = draw("g", { class: "pe-contours" }, svg);
  let [x, y] = [null, null];

  /** Returns the scales. */
  function layout(width) {
    const side = Math.min(LARGEST, width - MARGIN.left - MARGIN.right);
    const foot = MARGIN.top + side;
    x = linear([low, high], [MARGIN.left, MARGIN.left + side]);
    y = linear([low, high], [foot, MARGIN.top]);
    put(svg, { width, height: foot + MARGIN.bottom });
    axes.replaceChildren();
    draw("rect", { class: "pe-frame", x: x(low), y: y(high), width: side, height: side }, axes);
    const text = (name, at, words) => write(draw("text", { class: name, ...at }, axes), words);
    for (const tick of TICKS) {
      text("pe-tick", { x: x(tick), y: foot + 17, "text-anchor": "middle" }, `${tick}`);
      text("pe-tick", { x: x(low) - 11, y: y(tick) + 4, "text-anchor": "end" }, `${tick}`);
    }
    text("pe-code", { x: 0, y: 14 }, up);
    text("pe-code", { x: x(high), y: foot + 38, "text-anchor": "end" }, across);
    return { x, y };
  }

  /** Shades and contours of a table, each contour with its value on it. */
  function show(table) {
    shades.replaceChildren();
    lines.replaceChildren();
    const step = scales[1] - low;
    const pixel = ([i, j]) => [x(low + step * i), y(low + step * j)];
    const path = (all, end) =>
      all.map((line) => `M${line.map((at) => pixel(at).join()).join("L")}${end}`).join("");
    const { at, digits } = levels(table);
    const taken = [];
    for (const level of at) {
      draw("path", { d: path(region(table, scales.length, level), "Z") }, shades);
      const found = contours(table, scales.length, level);
      draw("path", { d: path(found, "") }, lines);
      const where = roomiest(found.flat().map(pixel), taken);
      if (!where) continue;
      taken.push(where);
      write(draw("text", { class: "pe-halo", x: where[0], y: where[1] + 4 }, lines), label(level, digits));
    }
  }

  /** Where on a contour its label stands: on the rising diagonal if it can, clear of the others and of the rim. */
  function roomiest(points, taken) {
    const inside = ([px, py]) =>
      px > x(low) + 18 && px < x(high) - 18 && py > y(high) + 12 && py < y(low) - 12;
    const clear = ([px, py]) => taken.every(([tx, ty]) => Math.abs(px - tx) > 38 || Math.abs(py - ty) > 18);
    const off = ([px, py]) => Math.abs(px - x(low) - (y(low) - py));
    return points.filter((at) => inside(at) && clear(at)).sort((a, b) => off(a) - off(b))[0];
  }

  return { layout, show };
}
