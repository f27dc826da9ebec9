// The exact posterior of estimates with known standard errors: all by the engine that every explorer has. Everything in
// points; scales are sds.
import { density } from "../exact/density.js";
import { knownSe } from "../exact/known_se.js";
import { halfCauchy, normal } from "../exact/priors.js";
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of log tau; as in __init__.py
export const TAU = Float64Array.from({ length: 1151 }, (_, i) => Math.exp((i - 575) * STEP));
const EDGES = Float64Array.from({ length: 1152 }, (_, i) => Math.exp((i - 575.5) * STEP));

/** The taus at which the fan is computed. */
export const FAN = Array.from({ length: 61 }, (_, i) => i / 2);

/** Everything averaged over p(tau | y), and given the tau of the settings. */
export function compute({ estimate, se, mu_scale, tau_scale, tau }) {
  const posterior = (spread) => knownSe(estimate, se, { mu: normal(0, mu_scale), tau: spread });
  const { mu, theta, mixture } = posterior(halfCauchy(tau_scale));
  const probability = density(mixture, "tau", TAU).map((p) => p * STEP);
  const marginal = { values: TAU, probability, edges: EDGES };
  const [lower, upper] = interval(marginal);
  const fan = FAN.map((one) => posterior(one).theta);
  return {
    theta,
    mu,
    tau: { ...marginal, median: median(marginal), lower, upper },
    given: posterior(tau).theta,
    fan: estimate.map((_, j) => fan.map((at) => at[j].mean)), // a row a school
  };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, name, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  if (kind === "given") return result.given[j].mean;
  if (kind === "given_sd") return result.given[j].sd;
  return (j === undefined ? result[name] : result[name][j])[kind];
}
