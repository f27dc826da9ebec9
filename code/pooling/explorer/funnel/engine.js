// One school, theta ~ N(0, tau), tau ~ HC(5), y ~ N(theta, sigma/√n), as (theta, log tau) and as (z, log tau) with
// theta = tau z: its exact posterior, contours of it, and a leapfrog path over it. Points; scales are sds.
import { interval, median } from "../frontend/summary.js";

const CELLS = 501; // of log tau from -10 to 10, as in funnel_school.py
const WIDTH = 0.04;
const LOG_TAU = Float64Array.from({ length: CELLS }, (_, k) => -10 + (20 * k) / (CELLS - 1));
export const TAU_VALUES = LOG_TAU.map(Math.exp);
const TAU_EDGES = Float64Array.from({ length: CELLS + 1 }, (_, k) => Math.exp(-10 + WIDTH * (k - 0.5)));
const PRIOR = 5; // scale of tau's
export const LIMIT = 1000; // of the energy error: beyond it a path is called divergent
const PUSH = [0, -1.5];
const LENGTH = 4.8;
const TINY = 0.04;

/** log tau below which so much of the posterior lies, linear within a cell. */
function logQuantile(probability, mass) {
  let below = 0;
  let k = 0;
  while (k < CELLS - 1 && below + probability[k] < mass) below += probability[k++];
  return LOG_TAU[k] + WIDTH * ((mass - below) / probability[k] - 0.5);
}

/** At a log tau between two cells. */
function between2(values, logTau) {
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
  const [low, high] = [0.03, 0.97].map((mass) => between2(spread, logQuantile(probability, mass)));
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

// --- contours ----------------------------------------------------------------------------------------------

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

// --- paths -------------------------------------------------------------------------------------------------

/** Log density at (x, log tau), x being theta or z, up to a constant; and its slope. */
function surface([x, logTau], { y, se }, centred) {
  const tau = Math.exp(logTau);
  const ofTau = logTau - Math.log1p((tau / PRIOR) ** 2);
  const slope = 1 - 2 / (1 + (PRIOR / tau) ** 2);
  if (centred) {
    const [own, data] = [x / tau, (y - x) / se];
    return [
      ofTau - logTau - 0.5 * (own * own + data * data),
      [-own / tau + data / se, slope - 1 + own * own],
    ];
  }
  const data = (y - tau * x) / se;
  return [ofTau - 0.5 * (x * x + data * data), [-x + (data * tau) / se, slope + (data * tau * x) / se]];
}

function leapfrog(school, name, start, step) {
  const centred = name === "theta";
  const scale = [school[name].sd, school[name].logSd];
  let q = start;
  let p = PUSH;
  let [value, slope] = surface(q, school, centred);
  const kinetic = () => 0.5 * (p[0] * p[0] + p[1] * p[1]);
  const energy = kinetic() - value;
  const points = [[q[0], Math.exp(q[1])]];
  let error = 0;
  for (let n = Math.max(1, Math.round(LENGTH / step)); n && error < LIMIT; n--) {
    p = p.map((one, i) => one + 0.5 * step * scale[i] * slope[i]);
    q = q.map((one, i) => one + step * scale[i] * p[i]);
    [value, slope] = surface(q, school, centred);
    p = p.map((one, i) => one + 0.5 * step * scale[i] * slope[i]);
    error = kinetic() - value - energy;
    points.push([q[0], Math.exp(q[1])]);
  }
  const diverged = !(error < LIMIT);
  return { points, diverged, error: diverged ? LIMIT : Math.max(-LIMIT, error) };
}

/** The same push from the same place in both coordinates, with these steps and with tiny ones. */
export function launch(school, step) {
  const logTau = logQuantile(school.theta.probability, 0.5);
  const tau = Math.exp(logTau);
  const share = (tau * tau) / (tau * tau + school.se ** 2);
  const theta = share * school.y + Math.sqrt(share) * school.se;
  const paths = {};
  for (const [name, x] of [
    ["theta", theta],
    ["z", theta / tau],
  ]) {
    const run = (one) => leapfrog(school, name, [x, logTau], one);
    paths[name] = { ...run(step), smooth: run(TINY).points };
  }
  return paths;
}

/** A number that the page tells. */
export function told({ school, paths }, quantity) {
  const [kind, name] = quantity.split(":");
  return kind === "error" ? paths[name].error : school[name][kind];
}
