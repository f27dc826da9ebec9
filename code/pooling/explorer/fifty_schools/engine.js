// Fifty schools given tau and sigma, with mu integrated; and the posterior of tau given sigma. In points; scales are sds.
import { keptFor } from "../frontend/kept.js";
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of tau; as in __init__.py
const TAUS = Float64Array.from({ length: 1000 }, (_, k) => STEP * (k + 0.5));
const PRIOR = { loc: 50, scale: 10 }; // of mu; that of tau is exponential with rate 1

/** Given tau and sigma: mu's mean and variance, and log p(y | tau, sigma) up to a constant. */
function population({ n, mean }, tau, sigma) {
  let [weights, total, squares, spread] = [1 / PRIOR.scale ** 2, 0, 0, 0];
  for (let j = 0; j < n.length; j++) {
    const variance = sigma ** 2 / n[j] + tau ** 2;
    const y = mean[j] - PRIOR.loc;
    weights += 1 / variance;
    total += y / variance;
    squares += y ** 2 / variance;
    spread += Math.log(variance);
  }
  const logEvidence = -0.5 * (spread + Math.log(weights) + squares - total ** 2 / weights);
  return { mean: PRIOR.loc + total / weights, variance: 1 / weights, logEvidence };
}

/** Each school's mean and sd given tau and sigma; mu's too. */
function given(schools, { tau, sigma }) {
  const { mean, variance } = population(schools, tau, sigma);
  const theta = schools.n.map((n, j) => {
    const pull = sigma ** 2 / (sigma ** 2 + n * tau ** 2);
    return {
      mean: pull * mean + (1 - pull) * schools.mean[j],
      sd: Math.sqrt(pull * tau ** 2 + pull ** 2 * variance),
    };
  });
  return { theta, mu: { mean, sd: Math.sqrt(variance) } };
}

/** p(tau | y, sigma) on equal cells, with its median and 94 % HDI. */
function ofTau(schools, sigma) {
  const log = Array.from(TAUS, (tau) => population(schools, tau, sigma).logEvidence - tau);
  const top = log.reduce((a, b) => Math.max(a, b));
  const weight = log.map((one) => Math.exp(one - top));
  const sum = weight.reduce((a, b) => a + b);
  const marginal = { values: TAUS, probability: Float64Array.from(weight, (one) => one / sum) };
  const [lower, upper] = interval(marginal);
  return { ...marginal, step: STEP, median: median(marginal), lower, upper };
}

/** The posterior of tau, kept while sigma stays. */
const tauOf = keptFor((schools) => {
  let kept = { sigma: null };
  return (sigma) => {
    if (kept.sigma !== sigma) kept = { sigma, tau: ofTau(schools, sigma) };
    return kept.tau;
  };
});

/** What the page shows; `schools` are { n, mean }. */
export const compute = (settings, schools) => ({
  ...given(schools, settings),
  tau: tauOf(schools)(settings.sigma),
});

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, name, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  return (j === undefined ? result[name] : result[name][j])[kind];
}
