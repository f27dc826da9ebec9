// Densities of tau and of sigma along their logarithm, from the nodes of the exact engine.
import { logJoint } from "./joint.js";
import { learned } from "./mixture.js";
import { isPrior, logAlong } from "./priors.js";

// Of a node that adds nothing
const LIGHT = 1e-8;
// Sds of s between places of x: a sum of normals so far apart is smooth to e^(-2 pi² / CLOSE²)
const CLOSE = 1.1;

/** p(log "tau" | y), or of "sigma", at ascending values; neither is fixed. */
export function density(mixture, of, values) {
  const { problem, logs, unit, sigmaUnit } = mixture;
  const logUnit = Math.log(of === "tau" ? unit : sigmaUnit);
  const t = Float64Array.from(values, (value) => Math.log(value) - logUnit);
  const top = logs.reduce((a, b) => Math.max(a, b));
  const all = top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
  if (!learned(problem).s) {
    const s = Math.log(problem.sigma);
    return t.map((one) => Math.exp(logJoint(problem, problem.given(one - s), s) - all));
  }
  const sum = new Float64Array(t.length);
  const own = t.map((one) => logAlong(problem[of], one) + one);
  const precision = t.map((one) => Math.exp(-2 * one));
  for (const { given, log, lower, upper } of of === "tau" ? closer(mixture) : nodes(mixture)) {
    const shift = of === "tau" ? given.x : 0;
    const rest = others(problem, given, of, log - all);
    const wider = Math.exp(2 * shift);
    for (let k = firstFrom(t, lower + shift); k < t.length && t[k] < upper + shift; k++)
      sum[k] += rest(t[k] - shift, precision[k] * wider, own[k]);
  }
  return sum;
}

/** exp(logJoint(problem, given, s) + log), as a function of s, e^(-2 s) and the prior of tau, or of sigma, itself. */
function others({ rows, tau, sigma }, given, of, log) {
  const [prior, shift] = of === "tau" ? [sigma, 0] : [tau, given.x];
  const { misfit, gap, weight } = given;
  const start = log - given.logSpread / 2;
  return (s, v, own) => {
    let [sum, spread] = [start + own - rows * s - (misfit * v) / 2, 1];
    for (let i = 0; i < gap.length; i++) {
      const information = weight[i] * v;
      sum -= gap[i] ** 2 / (1 + 1 / information) / 2;
      spread *= 1 + information;
    }
    if (isPrior(prior)) sum += logAlong(prior, s + shift) + s + shift;
    return Math.exp(sum) / Math.sqrt(spread);
  };
}

/** The nodes, with the log of their width and the range of s. */
function nodes({ at, logs, weight }) {
  const heavy = [...at.keys()].filter((k) => weight[k] > LIGHT);
  return heavy.map((k) => {
    const { given, s, share, where, log } = at[k];
    const [first, last] = [share.findIndex(counts) - 1, share.findLastIndex(counts) + 1];
    const [lower, upper] = [s[first] ?? where.lower, s[last] ?? where.upper];
    return { given, lower, upper, hills: where.hills, log: logs[k] - log };
  });
}

const counts = (share) => share > LIGHT;

/** Places of x as close as s is certain: where x all but determines tau, the nodes are too far apart. */
function closer(mixture) {
  const heavy = nodes(mixture);
  const width = Math.min(...heavy.flatMap(({ hills }) => hills.map((hill) => hill.width)));
  const [first, last] = [heavy[0].given.x, heavy.at(-1).given.x];
  const n = Math.ceil((last - first) / (CLOSE * width)) + 1;
  const step = (last - first) / (n - 1);
  let k = 1;
  return Array.from({ length: n }, (_, i) => {
    const x = first + i * step;
    while (k < heavy.length - 1 && heavy[k].given.x < x) k++;
    const [lower, upper] = [
      Math.min(heavy[k - 1].lower, heavy[k].lower),
      Math.max(heavy[k - 1].upper, heavy[k].upper),
    ];
    return { given: mixture.problem.given(x), log: Math.log(step), lower, upper };
  });
}

/** The first of ascending values that is not below one. */
function firstFrom(values, least) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
