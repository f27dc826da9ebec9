// One school, theta ~ N(0, tau), tau ~ HC(5), y ~ N(theta, sigma/√n), as (theta, log tau) and as (z, log tau) with
// theta = tau z: its exact posterior. Points; scales are sds.
import { interval, median } from "../frontend/summary.js";

const CELLS = 501; // of log tau from -10 to 10, as in funnel_school.py
const WIDTH = 0.04;
export const LOG_TAU = Float64Array.from({ length: CELLS }, (_, k) => -10 + (20 * k) / (CELLS - 1));
const TAU_VALUES = LOG_TAU.map(Math.exp);
const TAU_EDGES = Float64Array.from({ length: CELLS + 1 }, (_, k) => Math.exp(-10 + WIDTH * (k - 0.5)));
export const PRIOR = 5; // scale of tau's

/** log tau below which so much of the posterior lies, linear within a cell. */
export function logQuantile(probability, mass) {
  let below = 0;
  let k = 0;
  while (k < CELLS - 1 && below + probability[k] < mass) below += probability[k++];
  return LOG_TAU[k] + WIDTH * ((mass - below) / probability[k] - 0.5);
}

/** At a log tau between two cells. */
function atLogTau(values, logTau) {
  const at = Math.max(0, Math.min(CELLS - 1, (logTau + 10) / WIDTH));
  const k = Math.min(CELLS - 2, Math.floor(at));
  return values[k] + (at - k) * (values[k + 1] - values[k]);
}

/** Of one coordinate, normal given tau: its moments, and how often its width at one end fits into that at the other. */
function describe(probability, center, spread) {
  let [first, logs] = [0, 0];
  for (let k = 0; k < CELLS; k++) {
    first += probability[k] * center[k];
    logs += probability[k] * LOG_TAU[k];
  }
  let [square, logSquare, product] = [0, 0, 0];
  for (let k = 0; k < CELLS; k++) {
    const away = LOG_TAU[k] - logs;
    square += probability[k] * (spread[k] ** 2 + (center[k] - first) ** 2);
    logSquare += probability[k] * away ** 2;
    product += probability[k] * away * center[k];
  }
  const [sd, logSd] = [square, logSquare].map(Math.sqrt);
  const [low, high] = [0.03, 0.97].map((mass) => atLogTau(spread, logQuantile(probability, mass)));
  const narrowing = Math.max(low, high) / Math.min(low, high);
  return {
    probability,
    center,
    spread,
    mean: first,
    sd,
    logSd,
    correlation: product / (sd * logSd),
    narrowing,
  };
}

export function oneSchool({ n, sigma, y }) {
  const se = sigma / Math.sqrt(n);
  const log = TAU_VALUES.map((tau, k) => {
    const variance = tau * tau + se * se;
    return LOG_TAU[k] - Math.log1p((tau / PRIOR) ** 2) - 0.5 * (Math.log(variance) + (y * y) / variance);
  });
  const top = log.reduce((a, b) => Math.max(a, b));
  const weights = log.map((one) => Math.exp(one - top));
  const total = weights.reduce((a, b) => a + b);
  const probability = weights.map((one) => one / total);
  const share = TAU_VALUES.map((tau) => (tau * tau) / (tau * tau + se * se));
  const center = share.map((w) => w * y);
  const spread = share.map((w) => se * Math.sqrt(w));
  const over = (values) => values.map((value, k) => value / TAU_VALUES[k]);
  const marginal = { values: TAU_VALUES, edges: TAU_EDGES, probability };
  const [lower, upper] = interval(marginal);
  return {
    y,
    se,
    tau: { median: median(marginal), lower, upper },
    theta: describe(probability, center, spread),
    z: describe(probability, over(center), over(spread)),
  };
}
