// The exact posterior of eight slopes through the origin with one unknown sigma: all by the engine that every explorer
// has. Newtons, centimetres; scales are sds; y are the readings of bench 7.
import { density } from "../exact/density.js";
import { normalGroups } from "../exact/normal_groups.js";
import { exponential, normal } from "../exact/priors.js";
import { keptLast } from "../frontend/kept.js";
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of log sigma and of log tau; as in __init__.py
const SIGMA = cellsOf(-100, 281);
const TAU = cellsOf(-700, 1101);
const ALONE = 20; // sd of the prior of a slope that stands alone

/** Cells of equal width in the logarithm, the first about exp(first · STEP). */
function cellsOf(first, length) {
  const at = (shift, n) => Float64Array.from({ length: n }, (_, i) => Math.exp((first + i + shift) * STEP));
  return { values: at(0, length), edges: at(-0.5, length + 1) };
}

/** What is enough to know of each bench, { weight, slope, ss, count }. `own` are the readings y. */
function sums({ x, y, bench }, own) {
  const groups = bench.at(-1) + 1;
  const weight = new Float64Array(groups);
  const products = new Float64Array(groups);
  const count = new Float64Array(groups);
  const first = bench.indexOf(groups - 1);
  const read = (i) => (i < first ? y[i] : own[i - first]);
  bench.forEach((j, i) => {
    count[j]++;
    weight[j] += x[i] ** 2;
    products[j] += x[i] * read(i);
  });
  const slope = products.map((sum, j) => sum / weight[j]);
  const ss = new Float64Array(groups);
  bench.forEach((j, i) => (ss[j] += (read(i) - slope[j] * x[i]) ** 2));
  return { weight, slope, ss, count };
}

/** A scale's marginal on cells, its median and 94 % HDI. */
function described(mixture, of, { values, edges }) {
  const marginal = { values, edges, probability: density(mixture, of, values).map((p) => p * STEP) };
  const [lower, upper] = interval(marginal);
  return { ...marginal, median: median(marginal), lower, upper };
}

const alone = keptLast(); // tau's prior does not move it

/** What the page shows; `data` are all readings { x, y, bench }, `y` those of the last bench. */
export function compute({ y, tau_rate }, data) {
  const { weight, slope, ss, count } = sums(data, y);
  const posterior = (mu, tau) => normalGroups(weight, slope, ss, { mu, tau, sigma: exponential(10), count });
  const { mu, theta, mixture } = posterior(normal(0, 1), exponential(tau_rate));
  return {
    mu,
    theta,
    tau: described(mixture, "tau", TAU),
    sigma: described(mixture, "sigma", SIGMA),
    apart: alone([data, ...y], () => posterior(0, ALONE).theta),
  };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, of, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  if (kind === "alone") return result.apart[j].mean;
  if (kind === "spread") return result.apart[j].sd;
  return (j === undefined ? result[of] : result[of][j])[kind];
}
