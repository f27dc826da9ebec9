// The setting on chapter 4's map, and the way it has come.
import { draw, LETTER, put, write } from "../frontend/draw.js";
import { MARGIN } from "./map_surface.js";

const NEAR = 26; // as far as a finger may be from the marker and still take hold of it

export function createMarker(svg) {
  const hair = draw("path", { class: "pe-hair" }, svg);
  const way = draw("path", { class: "pe-ghost" }, svg);
  const was = draw("circle", { class: "pe-ghost", r: 7 }, svg);
  const root = draw("g", { class: "pe-marker" }, svg);
  draw("circle", { class: "pe-ring", r: 8 }, root);
  draw("circle", { class: "pe-dot", r: 3 }, root);
  const text = draw("text", { class: "pe-halo" }, root);

  /** `at` and `from` are pixels, `from` null if it has not moved; `x` and `y` are the map's scales. */
  function update({ at, from, words, x, y }) {
    const [left, right] = x.domain.map(x);
    const [foot, top] = y.domain.map(y);
    put(root, { transform: `translate(${at})` });
    put(hair, { d: `M${at[0]},${at[1] + 8}V${foot}M${at[0] - 8},${at[1]}H${left}` });
    const [cx, cy] = from ?? at;
    put(was, { cx, cy, visibility: from ? "visible" : "hidden" });
    put(way, { d: from ? `M${from}L${at}` : "" });

    write(text, words);
    const onTheLeft = at[0] > (left + right) / 2;
    const room = (onTheLeft ? at[0] : right + MARGIN.right - at[0]) - LETTER * words.length;
    const [above, below] = room > 14 ? [-9, 17] : [-14, 24]; // beside the marker, or clear of it
    const off = Math.min(14, room);
    put(text, {
      x: onTheLeft ? -off : off,
      y: at[1] < top + 16 ? below : above,
      "text-anchor": onTheLeft ? "end" : "start",
    });
  }

  function isNear({ clientX, clientY }) {
    const { e, f } = root.getScreenCTM();
    return Math.hypot(clientX - e, clientY - f) < NEAR;
  }

  return { update, isNear };
}
