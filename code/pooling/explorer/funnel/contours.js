// The smallest regions that hold so much of a posterior over (theta or z, log tau).
import { LOG_TAU } from "./school.js";

/** Abramowitz and Stegun 7.1.26, to 1e-7: for drawing only. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return 1 - series * Math.exp(-x * x);
}

const ROWS = [...LOG_TAU.keys()].filter((k) => k % 3 === 0);
const CAP = 12; // rows between two, where a region ends

/** For each share held: rows { tau, from, to } of the smallest region that holds it, from small tau to large. */
export function contours({ probability, center, spread }, shares) {
  const tops = ROWS.map((k) => Math.log(probability[k] / spread[k]));
  const whole = ROWS.reduce((sum, k) => sum + probability[k], 0);
  const highest = Math.max(...tops);
  return shares.map((share) => {
    let [low, high] = [highest - 60, highest];
    for (let round = 0; round < 24; round++) {
      const middle = (low + high) / 2;
      let inside = 0;
      ROWS.forEach((k, i) => {
        if (tops[i] > middle) inside += probability[k] * erf(Math.sqrt(tops[i] - middle));
      });
      if (inside > share * whole) low = middle;
      else high = middle;
    }
    const rows = [];
    const add = (i, part) => {
      const between = (values, from, to) =>
        part ? values[from] + part * (values[to] - values[from]) : values[from];
      const [k, next] = [ROWS[i], ROWS[i + 1]];
      const room = between(tops, i, i + 1) - low;
      if (room <= 0) return;
      const [middle, reach] = [between(center, k, next), between(spread, k, next) * Math.sqrt(2 * room)];
      rows.push({ tau: Math.exp(between(LOG_TAU, k, next)), from: middle - reach, to: middle + reach });
    };
    ROWS.forEach((_, i) => {
      add(i, 0);
      const ends = i + 1 < ROWS.length && tops[i] > low !== tops[i + 1] > low;
      for (let part = 1; ends && part < CAP; part++) add(i, part / CAP); // to end round, not flat
    });
    return rows;
  });
}
