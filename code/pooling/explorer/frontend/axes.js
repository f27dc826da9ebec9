// Grid, ticks and labels of a plot, for the explorers that are not rows of departments.
import { draw, label, put, several } from "./draw.js";

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
  const grid = several("path", {}, draw("g", { class: "pe-grid" }, root));
  const baseline = draw("path", { class: "pe-baseline" }, root);
  const texts = several("text", { class: "pe-tick" }, root);
  const ticksOf = (scale, given) => {
    if (given) return given;
    const { at, digits } = ticks(scale);
    return at.map((value) => [value, label(value, digits)]);
  };
  return {
    layout({ x, y, xTicks, yTicks }) {
      const [left, right] = x.domain.map(x);
      const [bottom, top] = y.domain.map(y);
      const [below, beside] = [ticksOf(x, xTicks), up === null ? [] : ticksOf(y, yTicks)];
      put(baseline, { d: `M${left},${bottom}H${right}` });
      grid([
        ...below.map(([value]) => ({ d: `M${x(value)},${top}V${bottom}` })),
        ...beside.map(([value]) => ({ d: `M${left},${y(value)}H${right}` })),
      ]);
      const middle = (at) => ({ x: at, "text-anchor": "middle" });
      texts([
        ...below.map(([value, words]) => ({ words, y: bottom + 17, ...middle(x(value)) })),
        ...(across ? [{ words: across, y: bottom + 35, ...middle((left + right) / 2) }] : []),
        ...beside.map(([value, words]) => ({ words, x: left - 6, y: y(value) + 4, "text-anchor": "end" })),
        ...(up ? [{ words: up, x: 0, y: top - 10, "text-anchor": "start" }] : []),
      ]);
    },
  };
}
