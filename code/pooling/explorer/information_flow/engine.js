// The exact posterior of normal groups with one unknown sigma, as pooling.exact has it: given r = tau/sigma and
// sigma all is in closed form, and what is left is a sum over nodes. Accidents a month; scales are sds.
import { keptFor } from "../frontend/kept.js";

const MU_SCALE = 10; // mu ~ N(0, 10); tau and sigma ~ HC(10); without pooling theta_j ~ N(0, 10)
const SCALE = 10;
const LOG_R = Float64Array.from({ length: 161 }, (_, i) => -12 + i / 10);
const INNER = 37; // nodes of log sigma given r
const WIDTH = 9; // how far they reach, in sds
const LOG_SIGMA = Float64Array.from({ length: 281 }, (_, i) => -1.6 + i / 50); // where tau is fixed

const halfCauchy = (x) => -Math.log1p((x / SCALE) ** 2);

/** For one r: sums over the groups, which sigma only rescales. */
function sums(r, { n, mean }) {
  let [total, weighted, spread] = [0, 0, 0];
  for (let j = 0; j < n.length; j++) {
    const w = n[j] / (1 + n[j] * r * r);
    total += w;
    weighted += w * mean[j];
    spread += Math.log1p(n[j] * r * r);
  }
  const centre = weighted / total;
  let squares = 0;
  for (let j = 0; j < n.length; j++) squares += (n[j] / (1 + n[j] * r * r)) * (mean[j] - centre) ** 2;
  return { total, centre, spread, squares };
}

/** A node: its log weight; r; mu's mean and variance; tau and sigma, and their squares, all averaged given r. */
function node(x, data) {
  const r = Math.exp(x);
  const { total, centre, spread, squares } = sums(r, data);
  const rows = data.n.reduce((a, b) => a + b);
  const middle = 0.5 * Math.log((data.ss + squares) / rows);
  const step = (2 * WIDTH) / Math.sqrt(2 * rows) / (INNER - 1);
  const logs = new Float64Array(INNER);
  const all = { mass: 0, mu: 0, square: 0, sigma: 0, variance: 0 };
  const at = (k) => middle + (k - (INNER - 1) / 2) * step;
  let top = -Infinity;
  for (let k = 0; k < INNER; k++) {
    const s = at(k);
    const sigma = Math.exp(s);
    const precision = total / sigma ** 2;
    const prior = 1 + MU_SCALE ** 2 * precision;
    logs[k] =
      -rows * s -
      0.5 * ((data.ss + squares) / sigma ** 2 + (precision * centre ** 2) / prior + spread + Math.log(prior));
    logs[k] += halfCauchy(sigma) + halfCauchy(r * sigma) + x + 2 * s;
    top = Math.max(top, logs[k]);
  }
  for (let k = 0; k < INNER; k++) {
    const weight = Math.exp(logs[k] - top);
    const sigma = Math.exp(at(k));
    const precision = total / sigma ** 2;
    const variance = MU_SCALE ** 2 / (1 + MU_SCALE ** 2 * precision);
    const mu = variance * precision * centre;
    all.mass += weight;
    all.mu += weight * mu;
    all.square += weight * (variance + mu ** 2);
    all.sigma += weight * sigma;
    all.variance += weight * sigma ** 2;
  }
  for (const name of ["mu", "square", "sigma", "variance"]) all[name] /= all.mass;
  return {
    ...all,
    log: top + Math.log(all.mass * step),
    r,
    tau: r * all.sigma,
    tauSquare: r * r * all.variance,
  };
}

/** The same where theta_j ~ N(0, 10) for each city, and only sigma, or nothing, is learned. */
function alone(sigma, log) {
  const r = SCALE / sigma;
  return { log, r, mu: 0, square: 0, sigma, variance: sigma ** 2, tau: SCALE, tauSquare: SCALE ** 2 };
}
function logSigma(s, { n, mean, ss }) {
  const variance = Math.exp(2 * s);
  let log = s + halfCauchy(Math.exp(s)) - 0.5 * (ss / variance);
  for (let j = 0; j < n.length; j++) {
    const own = SCALE ** 2 + variance / n[j];
    log -= (n[j] - 1) * s + 0.5 * (Math.log(own) + mean[j] ** 2 / own);
  }
  return log;
}

function nodes(model, data) {
  if (model === "partial_pooling") return Array.from(LOG_R, (x) => node(x, data));
  if (model === "error_fixed") return [alone(data.sigma, 0)];
  return Array.from(LOG_SIGMA, (s) => alone(Math.exp(s), logSigma(s, data)));
}

/** Means of all theta; mean and sd of mu, tau, sigma and of one city's theta. */
function posterior(data, model, city) {
  const all = nodes(model, data);
  const top = all.reduce((a, { log }) => Math.max(a, log), -Infinity);
  let total = 0;
  for (const one of all) total += one.weight = Math.exp(one.log - top);
  const average = (of) => all.reduce((sum, one) => sum + one.weight * of(one), 0) / total;
  const moments = (mean, square) => {
    const centre = average(mean);
    const within = average((one) => square(one) - mean(one) ** 2);
    return { mean: centre, sd: Math.sqrt(Math.max(0, within) + average((one) => (mean(one) - centre) ** 2)) };
  };
  const pull = (one, j) => 1 / (1 + data.n[j] * one.r * one.r);
  const theta = data.mean.map((y, j) => {
    let sum = 0;
    for (const one of all) sum += one.weight * (y + pull(one, j) * (one.mu - y));
    return sum / total;
  });
  const y = data.mean[city];
  const square = (one) => {
    const b = pull(one, city);
    return b * one.tauSquare + b * b * one.square + 2 * b * (1 - b) * one.mu * y + ((1 - b) * y) ** 2;
  };
  return {
    theta,
    own: { mean: theta[city], sd: moments((one) => y + pull(one, city) * (one.mu - y), square).sd },
    mu: moments(
      (one) => one.mu,
      (one) => one.square,
    ),
    tau: moments(
      (one) => one.tau,
      (one) => one.tauSquare,
    ),
    sigma: moments(
      (one) => one.sigma,
      (one) => one.variance,
    ),
  };
}

/** `added` accidents to each row of one city, whose mean stops at 0. */
function moved(data, { city, added }) {
  return { ...data, mean: data.mean.with(city, Math.max(0, data.mean[city] + added)) };
}

/** Under each model, all estimates while no city has moved. */
const untouched = keptFor((data) => {
  const kept = {};
  return (model) => (kept[model] ??= posterior(data, model, 0).theta);
});

/** What the page shows: the posterior, and how far every estimate has come from where it was. */
export function compute(settings, data) {
  const { city, model } = settings;
  const before = untouched(data)(model);
  const now = moved(data, settings);
  const result = posterior(now, model, city);
  const change = result.theta.map((x, j) => x - before[j]);
  const others = change.filter((_, j) => j !== city);
  return { ...result, mean: now.mean, change, rise: Math.max(...others), fall: Math.min(...others), city };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [kind, name] = quantity.split(":");
  if (name === "others") return result[kind];
  if (kind === "moved") return result.change[result.city];
  return result[name === "theta" ? "own" : name][kind];
}
