// A point on the drawing that is a slider of its own: by pointer, by finger, by keys.
import { follow, KEYS, onto } from "./drag.js";
import { decimals, draw, put } from "./draw.js";

/** Handles stand over the drawing, which is an image: an image holds no controls. Lay it out as large as that. */
export const createLayer = (stage) =>
  draw("svg", { class: "pe-layer", role: "group", "aria-label": "Points to move" }, stage);

/**
 * `layer` is the handles'; `name` is that of the control, such as "estimate[2]"; `axis` is the way it moves; `mark` is a path about
 * (0, 0), drawn with class `kind`. `update({ x, y, scale, value })`: where it stands, and the scale along its axis.
 */
export function createHandle(layer, { name, axis = "x", mark, kind = "pe-puck" }, state) {
  const { min, max, step, unit } = state.range(name);
  const root = draw("g", { class: "pe-handle", role: "slider", tabindex: 0, "data-control": name }, layer);
  put(root, { "aria-label": name, "aria-valuemin": min, "aria-valuemax": max });
  put(root, { "aria-orientation": axis === "x" ? "horizontal" : "vertical" });
  draw("circle", { class: "pe-reach", r: 14 }, root);
  draw("circle", { class: "pe-focus", r: 12 }, root);
  draw("path", { class: kind, d: mark }, root);
  let shown = null;

  const set = (value) => {
    shown.value = onto({ min, max, step }, value); // a second key may come before the next frame
    state.set(name, shown.value);
  };
  // A finger drags the point and does not scroll the page: touch-action does not reach into an SVG.
  root.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  root.addEventListener("pointerdown", (event) => {
    root.focus({ preventScroll: true });
    follow(event, { ...shown, axis, set });
  });
  root.addEventListener("keydown", (event) => {
    const steps = KEYS[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    set(shown.value + steps * step);
  });

  function update({ x, y, scale, value }) {
    shown = { scale, value };
    const text = value.toFixed(decimals(step));
    put(root, {
      transform: `translate(${x},${y})`,
      "aria-valuenow": value,
      "aria-valuetext": `${text} ${unit}`,
    });
  }
  return { root, update };
}
