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
  const { problem, logs, weight, unit, sigmaUnit } = mixture;
  const logUnit = Math.log(of === "tau" ? unit : sigmaUnit);
  const t = Float64Array.from(values, (value) => Math.log(value) - logUnit);
  const k = weight.indexOf(Math.max(...weight));
  const all = logs[k] - Math.log(weight[k]);
  if (!learned(problem).s) {
    const s = Math.log(problem.sigma);
    return t.map((one) => Math.exp(logJoint(problem, problem.given(one - s), s) - all));
  }
  const sum = new Float64Array(t.length);
  const own = t.map((one) => logAlong(problem[of], one) + one);
  const v = t.map((one) => Math.exp(-2 * one));
  for (const { given, log, lower, upper } of of === "tau" ? closer(mixture) : nodes(mixture)) {
    const shift = of === "tau" ? given.x : 0;
    const rest = others(problem, given, of, log - all);
    const wider = Math.exp(2 * shift);
    for (let k = 0; k < t.length && t[k] < upper + shift; k++)
      if (t[k] > lower + shift) sum[k] += rest(t[k] - shift, v[k] * wider, own[k]);
  }
  return sum;
}

/** exp(logJoint(problem, given, s) + log), as a function of s, e^(-2 s) and the prior of tau, or of sigma, itself. */
function others({ rows, tau, sigma }, given, of, log) {
  const [prior, shift] = of === "tau" ? [sigma, 0] : [tau, given.x];
  const { misfit, logSpread, gap, weight } = given;
  return (s, v, own) => {
    let [sum, spread] = [misfit * v + logSpread, 1];
    for (let i = 0; i < gap.length; i++) {
      const ratio = weight[i] * v;
      sum += gap[i] ** 2 / (1 + 1 / ratio);
      spread *= 1 + ratio;
    }
    sum = log + own - rows * s - sum / 2;
    if (isPrior(prior)) sum += logAlong(prior, s + shift) + s + shift;
    return Math.exp(sum) / Math.sqrt(spread);
  };
}

/** The nodes, with the log of their width and the range of s. */
function nodes({ at, logs, weight }) {
  return at.flatMap(({ given, s, share, where, log }, k) => {
    if (weight[k] < LIGHT) return [];
    const some = s.filter((_, i) => share[i] > LIGHT);
    return { given, lower: some[0], upper: some.at(-1), hills: where.hills, log: logs[k] - log };
  });
}

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
    const [a, b] = [heavy[k - 1], heavy[k]];
    const given = mixture.problem.given(x);
    return {
      given,
      log: Math.log(step),
      lower: Math.min(a.lower, b.lower),
      upper: Math.max(a.upper, b.upper),
    };
  });
}
