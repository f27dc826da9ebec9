// The exact posterior of estimates with known standard errors: mu and theta in closed form, tau by quadrature.
// Everything in points; scales are sds.
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of log tau; as in __init__.py
const LOG_TAU = Float64Array.from({ length: 1151 }, (_, i) => (i - 575) * STEP);
export const TAU = LOG_TAU.map(Math.exp);
const EDGES = Float64Array.from({ length: 1152 }, (_, i) => Math.exp((i - 575.5) * STEP));

/** The taus at which the fan is computed. */
export const FAN = Array.from({ length: 61 }, (_, i) => i / 2);

/** Given tau: mu's mean and variance, log p(y | tau), and each theta's mean and variance. */
function given(tau, { estimate, se, mu_scale }) {
  let [weights, total, spread, squares] = [1 / mu_scale ** 2, 0, 0, 0];
  for (let j = 0; j < estimate.length; j++) {
    const variance = se[j] ** 2 + tau ** 2;
    weights += 1 / variance;
    total += estimate[j] / variance;
    squares += estimate[j] ** 2 / variance;
    spread += Math.log(variance);
  }
  const [mu, variance] = [total / weights, 1 / weights];
  const means = [];
  const variances = [];
  for (let j = 0; j < estimate.length; j++) {
    const pull = se[j] ** 2 / (se[j] ** 2 + tau ** 2);
    means.push(pull * mu + (1 - pull) * estimate[j]);
    variances.push(pull * tau ** 2 + pull ** 2 * variance);
  }
  const logEvidence = -0.5 * (spread + Math.log(weights * mu_scale ** 2) + squares - total ** 2 / weights);
  return { mu, variance, means, variances, logEvidence };
}

/** Everything averaged over p(tau | y), and given the tau of the settings. */
export function compute(settings) {
  const { tau_scale, estimate } = settings;
  const nodes = Array.from(TAU, (tau) => given(tau, settings));
  const log = nodes.map(
    ({ logEvidence }, k) => logEvidence - Math.log1p((TAU[k] / tau_scale) ** 2) + LOG_TAU[k],
  );
  const top = log.reduce((a, b) => Math.max(a, b));
  const weight = log.map((one) => Math.exp(one - top));
  const sum = weight.reduce((a, b) => a + b);
  const probability = Float64Array.from(weight, (one) => one / sum);
  const average = (of) => nodes.reduce((all, node, k) => all + probability[k] * of(node), 0);
  const moments = (mean, variance) => {
    const centre = average(mean);
    return { mean: centre, sd: Math.sqrt(average((node) => variance(node) + (mean(node) - centre) ** 2)) };
  };
  const tau = { values: TAU, probability, edges: EDGES };
  const [lower, upper] = interval(tau);
  return {
    theta: estimate.map((_, j) =>
      moments(
        (node) => node.means[j],
        (node) => node.variances[j],
      ),
    ),
    mu: moments(
      (node) => node.mu,
      (node) => node.variance,
    ),
    tau: { ...tau, median: median(tau), lower, upper },
    given: given(settings.tau, settings),
    fan: paths(FAN, settings),
  };
}

/** E[theta_j | tau] at each of some taus: a row a school. */
function paths(taus, settings) {
  const at = Array.from(taus, (tau) => given(tau, settings).means);
  return settings.estimate.map((_, j) => at.map((means) => means[j]));
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, name, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  if (kind === "given") return result.given.means[j];
  if (kind === "given_sd") return Math.sqrt(result.given.variances[j]);
  return (j === undefined ? result[name] : result[name][j])[kind];
}
