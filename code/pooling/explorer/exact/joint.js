// The density of x = log r, r = tau/sigma, and s = log sigma, given what the groups say at x (`given`): misfit, the
// weighted sum of squares around the least-squares coefficients; logSpread = Σ log(1 + n_j r²); and for each of the
// population's coefficients, whitened, its information `weight` and its distance `gap` from the prior, in prior sds.
import { isPrior, logAlong, slopesAlong } from "./priors.js";

/** log p(x, s | y) up to a constant, the coefficients integrated out. */
export function logJoint({ rows, tau, sigma }, given, s) {
  const v = Math.exp(-2 * s);
  let sum = given.misfit * v + given.logSpread;
  for (let i = 0; i < given.gap.length; i++) {
    const lv = given.weight[i] * v;
    sum += given.gap[i] ** 2 / (1 + 1 / lv) + Math.log1p(lv);
  }
  let log = -rows * s - sum / 2;
  if (isPrior(sigma)) log += logAlong(sigma, s) + s;
  if (isPrior(tau)) log += logAlong(tau, given.x + s) + given.x + s;
  return log;
}

/** A bound on -d²log p/dx² given s, with which `scan` is sure. */
export function stiffness({ tau, sigma }, given, s) {
  const v = Math.exp(-2 * s);
  let [bound, steep] = [2 * given.flex, Math.sqrt(v * given.steep)];
  for (let i = 0; i < given.gap.length; i++) {
    const lv = given.weight[i] * v;
    const left = 1 / (1 + lv);
    const own = given.steepWeight[i] * v * left;
    steep += Math.sqrt(own * left) * Math.abs(given.gap[i]);
    bound += 2 * own;
    if (!isPrior(tau)) bound += (4 * given.gap[i] ** 2 * left) / (1 + 1 / lv);
  }
  bound += 2 * steep ** 2;
  if (isPrior(tau)) return bound - slopesAlong(tau, given.x + s)[1];
  // sigma moves with x
  return bound + 2 * v * given.misfit - slopesAlong(sigma, s)[1];
}
