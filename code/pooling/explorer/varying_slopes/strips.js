// The four scales: where the posterior has each, and where the reader has set it.
import { draw, linear, put, write } from "../frontend/draw.js";

const SCALES = [
  ["tau_a", [0, 60]],
  ["tau_b", [0, 15]],
  ["rho", [-1, 1]],
  ["sigma", [5, 60]],
];
const HIGH = 10; // pixels, of the mark by hand, each way

/** `layout({ left, right, top, rows })`: four in a row, or in two rows; `update(settings)`. */
export function createStrips(svg, marks) {
  const strips = SCALES.map(([name, domain]) => ({
    name,
    domain,
    rail: draw("path", { class: "pe-rail" }, svg),
    band: draw("path", { class: "pe-band" }, svg),
    median: draw("path", { class: "pe-median" }, svg),
    hand: draw("path", { class: "pe-leader pe-by-hand", "data-scale": name }, svg),
    word: draw("text", { class: "pe-tick pe-code", "text-anchor": "middle" }, svg),
  }));
  function layout({ left, right, top, rows }) {
    const columns = SCALES.length / rows;
    const wide = (right - left) / columns;
    strips.forEach((strip, n) => {
      const start = left + (n % columns) * wide;
      const at = top + Math.floor(n / columns) * 46;
      const x = linear(strip.domain, [start + 8, start + wide - 8]);
      const [low, high, middle] = marks[strip.name];
      Object.assign(strip, { x, at });
      put(strip.rail, { d: `M${x(strip.domain[0])},${at}H${x(strip.domain[1])}` });
      put(strip.band, { d: `M${x(low)},${at}H${x(high)}` });
      put(strip.median, { d: `M${x(middle)},${at - 5}V${at + 5}` });
      put(strip.word, { x: start + wide / 2, y: at + 25 });
      write(strip.word, strip.name);
    });
  }
  function update(settings) {
    for (const { name, x, at, hand } of strips)
      put(hand, { d: `M${x(settings[name])},${at - HIGH}V${at + HIGH}` });
  }
  return { layout, update };
}
