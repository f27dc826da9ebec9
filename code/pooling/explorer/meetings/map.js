// Chapter 4's map: both settings at once, by pointer. By keyboard the sliders do the same.
import { carry, onto } from "../frontend/drag.js";
import { draw, element, label, put } from "../frontend/draw.js";
import { createMarker } from "./map_marker.js";
import { createSurface } from "./map_surface.js";

let named = 0; // each map's radio buttons are a group of their own

/** `map` is the explorer's: { across, up, scales, values, layers }. `set(changes)` moves the sliders. */
export function createMap(stage, map, set) {
  const { across, up, scales, values, layers } = map;
  const [low, high] = [scales[0], scales.at(-1)];
  const step = scales[1] - low;
  const place = element("div", { class: "pe-map" });
  stage.before(place);
  createLayers(place, layers, (chosen) => {
    layer = chosen;
    show();
    point();
  });
  const svg = draw("svg", { class: "pe-map-drawing", role: "img" }, place);
  const surface = createSurface(svg, map);
  const marker = createMarker(svg);
  const reach = draw("rect", { class: "pe-reach" }, svg);

  let layer = layers[0];
  let x = null; // scales, once laid out
  let y = null;
  let tables = null; // of each layer, once computed
  let shown = null; // what was drawn last: { settings, before }
  let computed = ""; // the data of `tables`
  let timer = 0;

  function layout() {
    ({ x, y } = surface.layout(place.clientWidth));
    const side = x(high) - x(low);
    put(reach, { x: x(low) - 14, y: y(high) - 14, width: side + 28, height: side + 28 });
    show();
  }
  function show() {
    if (tables && x) surface.show(tables[layer.name]);
  }

  /** Draw the setting; compute the map after this frame, and again only if the data are others. */
  function update(settings, before, result) {
    shown = { settings, before };
    const data = Object.entries(settings)
      .filter(([name]) => name !== across && name !== up)
      .join();
    if (data !== computed && result.evidences) {
      const grid = result;
      computed = data;
      clearTimeout(timer);
      timer = setTimeout(() => {
        tables = values(grid, settings);
        show();
        point();
      });
    }
    point();
  }

  // --- the setting on it -------------------------------------------------------------------------------

  const index = (value) => Math.round((value - low) / step);
  const value = (settings) =>
    tables[layer.name][index(settings[across]) * scales.length + index(settings[up])];
  const within = (value) => Math.min(high, Math.max(low, value));
  const pixel = (settings) => [x(within(settings[across])), y(within(settings[up]))];
  const onMap = (settings) => [across, up].every((name) => settings[name] <= high);

  function point() {
    if (!x || !shown) return;
    const { settings, before } = shown;
    const moved = before && (before[across] !== settings[across] || before[up] !== settings[up]);
    const here = `(${settings[across]}, ${settings[up]})`;
    const there = onMap(settings);
    const beyond = `${here}, beyond the map`;
    const words = there ? (tables ? `${label(value(settings))} at ${here}` : here) : beyond;
    marker.update({ at: pixel(settings), from: moved ? pixel(before) : null, words, x, y });
    put(svg, { "aria-label": tables ? aloud(settings) : `Map of ${layer.name}` });
  }

  function aloud(settings) {
    const told = (a, b) => `${label(value({ [across]: a, [up]: b }))} at (${a}, ${b})`;
    const corners = [told(low, low), told(high, low), told(low, high), told(high, high)];
    return (
      `Map of ${layer.name}${layer.unit} over ${across} (across) and ${up} (up): ${corners.join(", ")}. ` +
      (onMap(settings)
        ? `At the current setting, ${across} ${settings[across]} and ${up} ${settings[up]}, it is ${label(value(settings))}.`
        : `The current setting, ${across} ${settings[across]} and ${up} ${settings[up]}, is beyond the map.`)
    );
  }

  // --- by pointer -----------------------------------------------------------------------------------------

  const slider = { min: low, max: high, step };
  function go({ clientX, clientY }) {
    const { left, top } = svg.getBoundingClientRect();
    set({ [across]: onto(slider, x.invert(clientX - left)), [up]: onto(slider, y.invert(clientY - top)) });
  }
  reach.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !marker.isNear(event))) return;
    carry(event, go, place);
    if (event.pointerType !== "touch") go(event);
  });
  // A finger on the marker drags it; elsewhere it scrolls the page, unless it only taps.
  const hold = (event) => marker.isNear(event.touches[0]) && event.preventDefault();
  reach.addEventListener("touchstart", hold, { passive: false });
  reach.addEventListener("click", (event) => event.detail && go(event));

  return { layout, update, remove: () => clearTimeout(timer) };
}

/** Radio buttons: which of the tables is shown. */
function createLayers(place, layers, choose) {
  const group = element("fieldset", {}, place);
  element("legend", {}, group, "Map:");
  named += 1;
  layers.forEach((layer, n) => {
    const box = element("label", {}, group);
    const radio = element("input", { type: "radio", name: `pe-map-${named}` }, box);
    radio.checked = n === 0;
    element("span", layer.code ? { class: "pe-code" } : {}, box, layer.name);
    radio.addEventListener("change", () => choose(layer));
  });
}
