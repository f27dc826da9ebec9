// The posterior of the noise that all benches share.
import { createAxes } from "../frontend/axes.js";
import { draw, label, linear, put, tenth, write } from "../frontend/draw.js";

export const HILL = 46; // pixels
const NOISE = [0.2, 2.6];

/** `careful` is its median with a good ruler. */
export function createNoise(svg, careful) {
  const below = createAxes(svg, { across: "noise σ of all benches (cm)" });
  const good = draw("path", { class: "pe-through" }, svg);
  const fill = draw("path", { class: "pe-fill" }, svg);
  const pastHill = draw("path", { class: "pe-ghost" }, svg);
  const density = draw("path", { class: "pe-posterior" }, svg);
  const median = draw("text", { class: "pe-stat", "text-anchor": "end" }, svg);

  let s = null; // the scale
  let foot = 0;

  function layout(place) {
    foot = place.foot;
    s = linear(NOISE, [place.left, place.right]);
    below.layout({ x: s, y: linear([0, 1], [foot, foot - HILL]) });
    put(good, { d: `M${s(careful)},${foot}V${foot - HILL}` });
    put(median, { x: place.right, y: foot - HILL + 12 });
  }

  function outline({ values, probability }) {
    const shown = [...values.keys()].filter((k) => values[k] > NOISE[0] && values[k] < NOISE[1]);
    const tall = Array.from(values, (value, k) => probability[k] / value);
    const unit = (HILL - 8) / tall.reduce((a, b) => Math.max(a, b));
    return `M${shown.map((k) => `${s(values[k])},${tenth(foot - unit * tall[k])}`).join("L")}`;
  }

  /** `before` is that of the setting to compare with, if there is one. */
  function update(sigma, before) {
    const curve = outline(sigma);
    put(density, { d: curve });
    put(fill, { d: `${curve}V${foot}H${s(NOISE[0])}Z` });
    put(pastHill, { d: before ? outline(before) : "" });
    write(median, `median ${label(sigma.median)}`);
  }

  return { layout, update };
}
