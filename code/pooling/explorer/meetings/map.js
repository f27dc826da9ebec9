// Chapter 4's map: both settings at once, by pointer. By keyboard the sliders do the same.

import { carry, onto } from "../frontend/drag.js";
import { draw, element, LETTER, label, linear, put, write } from "../frontend/draw.js";
import { contours, levels, region } from "./contours.js";

const MARGIN = { left: 34, right: 14, top: 34, bottom: 44 };
const LARGEST = 380;
const NEAR = 26; // as far as a finger may be from the marker and still take hold of it
const TICKS = [1, 5, 10, 15, 20];

let named = 0; // each map's radio buttons are a group of their own

/** `map` is the explorer's: { across, up, scales, values, layers }. `set(changes)` moves the sliders. */
export function createMap(stage, { across, up, scales, values, layers }, set) {
  const [low, high] = [scales[0], scales.at(-1)];
  const step = scales[1] - low;
  const place = element("div", { class: "pe-map" });
  stage.before(place);

  const group = element("fieldset", {}, place);
  element("legend", {}, group, "Map:");
  named += 1;
  layers.forEach(({ name, code }, n) => {
    const box = element("label", {}, group);
    const radio = element("input", { type: "radio", name: `pe-map-${named}` }, box);
    radio.checked = n === 0;
    element("span", code ? { class: "pe-code" } : {}, box, name);
    radio.addEventListener("change", () => {
      layer = layers[n];
      surface();
      point();
    });
  });

  const svg = draw("svg", { class: "pe-map-drawing", role: "img" }, place);
  const shades = draw("g", { class: "pe-shades" }, svg);
  const axes = draw("g", {}, svg);
  const lines = draw("g", { class: "pe-contours" }, svg);
  const hair = draw("path", { class: "pe-hair" }, svg);
  const way = draw("path", { class: "pe-ghost" }, svg);
  const was = draw("circle", { class: "pe-ghost", r: 7 }, svg);
  const marker = draw("g", { class: "pe-marker" }, svg);
  draw("circle", { class: "pe-ring", r: 8 }, marker);
  draw("circle", { class: "pe-dot", r: 3 }, marker);
  const words = draw("text", { class: "pe-halo" }, marker);
  const reach = draw("rect", { class: "pe-reach" }, svg);

  let layer = layers[0];
  let x = null; // scales, once laid out
  let y = null;
  let tables = null; // of each layer, once computed
  let shown = null; // what was drawn last: { settings, before, result }
  let computed = ""; // the data of `tables`
  let timer = 0;

  // --- what stands still while the sliders move ------------------------------------------------------

  function layout() {
    const width = place.clientWidth;
    const side = Math.min(LARGEST, width - MARGIN.left - MARGIN.right);
    const foot = MARGIN.top + side;
    x = linear([low, high], [MARGIN.left, MARGIN.left + side]);
    y = linear([low, high], [foot, MARGIN.top]);
    put(svg, { width, height: foot + MARGIN.bottom });
    put(reach, { x: x(low) - 14, y: y(high) - 14, width: side + 28, height: side + 28 });
    axes.replaceChildren();
    draw("rect", { class: "pe-frame", x: x(low), y: y(high), width: side, height: side }, axes);
    const text = (name, at, words) => (draw("text", { class: name, ...at }, axes).textContent = words);
    for (const tick of TICKS) {
      text("pe-tick", { x: x(tick), y: foot + 17, "text-anchor": "middle" }, tick);
      text("pe-tick", { x: x(low) - 11, y: y(tick) + 4, "text-anchor": "end" }, tick);
    }
    text("pe-code", { x: 0, y: 14 }, up);
    text("pe-code", { x: x(high), y: foot + 38, "text-anchor": "end" }, across);
    surface();
  }

  /** Shades and contours of the layer, each contour with its value on it. */
  function surface() {
    shades.replaceChildren();
    lines.replaceChildren();
    if (!tables || !x) return;
    const pixel = ([i, j]) => [x(low + step * i), y(low + step * j)];
    const path = (all, end) =>
      all.map((line) => `M${line.map((at) => pixel(at).join()).join("L")}${end}`).join("");
    const table = tables[layer.name];
    const { at, digits } = levels(table);
    const taken = [];
    for (const level of at) {
      draw("path", { d: path(region(table, scales.length, level), "Z") }, shades);
      const found = contours(table, scales.length, level);
      draw("path", { d: path(found, "") }, lines);
      const where = roomiest(found.flat().map(pixel), taken);
      if (where)
        draw("text", { class: "pe-halo", x: where[0], y: where[1] + 4 }, lines).textContent = label(
          level,
          digits,
        );
    }
  }

  /** Where on a contour its label stands: on the rising diagonal if it can, clear of the others and of the rim. */
  function roomiest(points, taken) {
    const inside = ([px, py]) =>
      px > x(low) + 18 && px < x(high) - 18 && py > y(high) + 12 && py < y(low) - 12;
    const clear = ([px, py]) => taken.every(([tx, ty]) => Math.abs(px - tx) > 38 || Math.abs(py - ty) > 18);
    const off = ([px, py]) => Math.abs(px - x(low) - (y(low) - py));
    const best = points.filter((at) => inside(at) && clear(at)).sort((a, b) => off(a) - off(b))[0];
    if (best) taken.push(best);
    return best;
  }

  // --- the setting on it -------------------------------------------------------------------------------

  const index = (value) => Math.round((value - low) / step);
  const value = (settings) =>
    tables[layer.name][index(settings[across]) * scales.length + index(settings[up])];

  function point() {
    if (!x || !shown) return;
    const { settings, before } = shown;
    const at = [x(settings[across]), y(settings[up])];
    put(marker, { transform: `translate(${at})` });
    put(hair, { d: `M${at[0]},${at[1] + 8}V${y(low)}M${at[0] - 8},${at[1]}H${x(low)}` });
    const moved = before && (before[across] !== settings[across] || before[up] !== settings[up]);
    const from = moved ? [x(before[across]), y(before[up])] : at;
    put(was, { cx: from[0], cy: from[1], visibility: moved ? "visible" : "hidden" });
    put(way, { d: moved ? `M${from}L${at}` : "" });

    const here = `(${settings[across]}, ${settings[up]})`;
    write(words, tables ? `${label(value(settings))} at ${here}` : here);
    const left = at[0] > (x(low) + x(high)) / 2;
    const room = (left ? at[0] : x(high) + MARGIN.right - at[0]) - LETTER * words.textContent.length;
    const [above, below] = room > 14 ? [-9, 17] : [-14, 24]; // beside the marker, or clear of it
    const off = Math.min(14, room);
    put(words, {
      x: left ? -off : off,
      y: at[1] < y(high) + 16 ? below : above,
      "text-anchor": left ? "end" : "start",
    });
    put(svg, { "aria-label": tables ? aloud(settings) : `Map of ${layer.name}` });
  }

  function aloud(settings) {
    const told = (a, b) => `${label(value({ [across]: a, [up]: b }))} at (${a}, ${b})`;
    const corners = [told(low, low), told(high, low), told(low, high), told(high, high)];
    return (
      `Map of ${layer.name}${layer.unit} over ${across} (across) and ${up} (up): ${corners.join(", ")}. ` +
      `At the current setting, ${across} ${settings[across]} and ${up} ${settings[up]}, it is ${label(value(settings))}.`
    );
  }

  /** Draw the setting; compute the map after this frame, and again only if the data are others. */
  function update(settings, before, result) {
    shown = { settings, before, result };
    const data = Object.entries(settings)
      .filter(([name]) => name !== across && name !== up)
      .join();
    if (data !== computed) {
      computed = data;
      clearTimeout(timer);
      timer = setTimeout(() => {
        tables = values(shown.result, shown.settings);
        surface();
        point();
      });
    }
    point();
  }

  // --- by pointer -----------------------------------------------------------------------------------------

  const slider = { min: low, max: high, step };
  function go({ clientX, clientY }) {
    const { left, top } = svg.getBoundingClientRect();
    set({ [across]: onto(slider, x.invert(clientX - left)), [up]: onto(slider, y.invert(clientY - top)) });
  }
  function isNear({ clientX, clientY }) {
    const { e, f } = marker.getScreenCTM();
    return Math.hypot(clientX - e, clientY - f) < NEAR;
  }
  reach.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !isNear(event))) return;
    carry(event, go, place);
    if (event.pointerType !== "touch") go(event);
  });
  // A finger on the marker drags it; elsewhere it scrolls the page, unless it only taps.
  const hold = (event) => isNear(event.touches[0]) && event.preventDefault();
  reach.addEventListener("touchstart", hold, { passive: false });
  reach.addEventListener("click", (event) => event.detail && go(event));

  return { layout, update, remove: () => clearTimeout(timer) };
}
