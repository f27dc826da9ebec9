// Grid, ticks and labels of a plot, for the explorers that are not rows of departments.
import { draw, label } from "./draw.js";

/** Of minutes: 10, 20, 30, 60. */
export const MINUTE_STEPS = [1, 2, 3, 6, 10];

/**
 * Round values that leave about `gap` pixels between them: one of `steps` times a power of ten apart; a scale may
 * bring its own. `digits` are the decimals they need.
 */
export function ticks(scale, { gap = 56, steps = [1, 2, 5, 10] } = {}) {
  if (scale.ticks) return { at: scale.ticks, digits: Math.max(0, -Math.floor(Math.log10(scale.ticks[0]))) };
  const [low, high] = scale.domain;
  const room = Math.max(1, Math.abs(scale(high) - scale(low)) / gap);
  const least = (high - low) / room;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = steps.map((one) => one * power).find((one) => one >= least * (1 - 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const at = Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
  return { at, digits };
}

/**
 * `across` and `up` are the words at the axes; either may be missing, and an `up` of null draws no vertical axis.
 * `layout({ x, y, xTicks, yTicks })` takes scales (their ranges say where the plot is) and, in place of round
 * values, ticks as [[value, text], …].
 */
export function createAxes(svg, { across = "", up = null }) {
  const root = draw("g", { class: "pe-axes" }, svg);
  const ticksOf = (scale, given) => {
    if (given) return given;
    const { at, digits } = ticks(scale);
    return at.map((value) => [value, label(value, digits)]);
  };
  return {
    layout({ x, y, xTicks, yTicks }) {
      root.replaceChildren();
      const grid = draw("g", { class: "pe-grid" }, root);
      const [left, right] = x.domain.map(x);
      const [bottom, top] = y.domain.map(y);
      const text = (words, attributes) =>
        (draw("text", { class: "pe-tick", ...attributes }, root).textContent = words);
      for (const [value, words] of ticksOf(x, xTicks)) {
        draw("path", { d: `M${x(value)},${top}V${bottom}` }, grid);
        text(words, { x: x(value), y: bottom + 17, "text-anchor": "middle" });
      }
      draw("path", { class: "pe-baseline", d: `M${left},${bottom}H${right}` }, root);
      if (across) text(across, { x: (left + right) / 2, y: bottom + 35, "text-anchor": "middle" });
      if (up === null) return;
      for (const [value, words] of ticksOf(y, yTicks)) {
        draw("path", { d: `M${left},${y(value)}H${right}` }, grid);
        text(words, { x: left - 6, y: y(value) + 4, "text-anchor": "end" });
      }
      if (up) text(up, { x: 0, y: top - 10 });
    },
  };
}
