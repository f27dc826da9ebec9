// Fifty schools given tau and sigma, with mu integrated; and the posterior of tau given sigma: all by the engine that every
// explorer has. In points; scales are sds.
import { density } from "../exact/density.js";
import { normalGroups } from "../exact/normal_groups.js";
import { exponential, normal } from "../exact/priors.js";
import { keptFor } from "../frontend/kept.js";
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of tau; as in __init__.py
const TAUS = Float64Array.from({ length: 1000 }, (_, k) => STEP * (k + 0.5));
const MU = normal(50, 10);

/** Given sigma, and a tau or its prior; the spread within schools says no more where sigma is known. */
const posterior = ({ n, mean }, tau, sigma) =>
  normalGroups(
    n,
    mean,
    n.map(() => 0),
    { mu: MU, tau, sigma },
  );

/** p(tau | y, sigma) on equal cells, with its median and 94 % HDI. */
function ofTau(schools, sigma) {
  const { mixture } = posterior(schools, exponential(1), sigma);
  const p = density(mixture, "tau", TAUS).map((one, k) => one / TAUS[k]); // per point, not per log tau
  const sum = p.reduce((a, b) => a + b);
  const marginal = { values: TAUS, probability: p.map((one) => one / sum) };
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
export function compute({ tau, sigma }, schools) {
  const { mu, theta } = posterior(schools, tau, sigma);
  return { mu, theta, tau: tauOf(schools)(sigma) };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, name, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  return (j === undefined ? result[name] : result[name][j])[kind];
}
