// One estimate and its standard error for each group: y_j ~ N(theta_j, se_j); theta_j ~ N(mu, tau).
import { check, middleOf } from "./answer.js";
import { checkedLocation, checkedScale, sizeOf } from "./priors.js";
import { solve } from "./solve.js";

/**
 * The exact posterior; an estimate of NaN or null is a group without data.
 * `mu` is normal(loc, scale) or a number, `tau` a prior of a scale or a number >= 0.
 * Returns { mu, tau, theta, error, mixture }: mu, tau and each theta are { mean, sd }; error bounds, in posterior sds,
 * what nodes and rounding may have missed: above 1e-4 do not believe the rest. Quantiles and draws take the mixture.
 */
export function knownSe(estimate, se, { mu, tau }) {
  check(estimate.length > 0 && se.length === estimate.length, "se must be as many as estimate, and some");
  const there = Array.from(estimate, (y) => y !== null && !Number.isNaN(y));
  there.forEach((is, j) => {
    check(!is || Number.isFinite(estimate[j]), `estimate must be finite, got ${estimate[j]} at group ${j}`);
    check(!is || se[j] > 0, `se must be > 0, got ${se[j]} at group ${j}`);
  });
  checkedScale("tau", tau);
  const logs = Array.from(se, Math.log).filter((_, j) => there[j]);
  const unit = logs.length ? Math.exp(middleOf(logs)) : sizeOf(tau);
  const { sigma: _, ...answer } = solve({
    n: there.map((is, j) => (is ? (unit / se[j]) ** 2 : 0)),
    mean: estimate,
    there,
    ss: 0,
    rows: logs.length,
    mu: checkedLocation("mu", mu),
    tau,
    sigma: 1,
    unit,
    sigmaUnit: 1,
  });
  return answer;
}
