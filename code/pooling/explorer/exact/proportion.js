// Proportions in groups at one w = log(kappa / minimum - 1): the inner integral, over a = logit m, where the density has
// one top. A problem is what beta_binomial.js has counted, and the priors of binomial_groups.js: { mean, minimum, alpha }.
import { lay } from "./nodes.js";

// e^-40 of the top is left out; ends of a; a flat top's width
const [FALL, FAR, WIDEST] = [40, 600, 30];
// Steps to a top, and how close, in widths
const [ROUNDS, CLOSE] = [100, 0.01];

const expit = (a) => 1 / (1 + Math.exp(-a));
const softplus = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

export const kappaAt = ({ minimum }, w) => minimum * (1 + Math.exp(w));
const logKappaAt = ({ minimum }, w) => Math.log(minimum) + softplus(w);

/** The log density at one w, as a function of a. */
export function along(problem, w) {
  const { mean, alpha, won, lost, tried } = problem;
  const logKappa = logKappaAt(problem, w);
  const fixed = w - (alpha + 1) * softplus(w) - tried.rises(logKappa);
  return (a) => {
    const both = Math.log1p(Math.exp(-Math.abs(a)));
    const [m, q] = [Math.min(a, 0) - both, Math.min(-a, 0) - both]; // their logs
    return fixed + mean.a * m + mean.b * q + won.rises(logKappa + m) + lost.rises(logKappa + q);
  };
}

/** The top of a, and its width: by secants, kept between two places. */
export function topAt(problem, w, guess) {
  const { mean, won, lost } = problem;
  const logKappa = logKappaAt(problem, w);
  const push = (a) => {
    const [m, q] = [expit(a), expit(-a)];
    const [up, down] = [won.slopes(logKappa - softplus(-a)), lost.slopes(logKappa - softplus(a))];
    return q * (mean.a + up) - m * (mean.b + down);
  };
  let [left, right, a, step, width] = [-FAR, FAR, guess, 1e-3, 1];
  for (let round = 0; round < ROUNDS; round++) {
    const here = push(a);
    width = 1 / Math.sqrt(Math.max((here - push(a + step)) / step, WIDEST ** -2));
    if (here > 0) left = a;
    else right = a;
    let moved = a + Math.min(Math.max(here * width ** 2, -5), 5);
    if (!(moved > left && moved < right)) moved = (left + right) / 2;
    if (Math.abs(moved - a) < CLOSE * width) break;
    [a, step] = [moved, 1e-3 * width];
  }
  return { top: a, width };
}

/** The integral over a: its log, and the mean of m, of 1 - m and the variance. */
export function visit(problem, w, guess, n) {
  const hill = topAt(problem, w, guess);
  const log = along(problem, w);
  const level = log(hill.top) - FALL;
  const [lower, upper] = [-1, 1].map((sign) => {
    let reach = 6 * hill.width;
    while (log(hill.top + sign * reach) > level) reach *= 1.5;
    return hill.top + sign * reach;
  });
  const nodes = lay({ hills: [hill], lower, upper }, n);
  return row(
    kappaAt(problem, w),
    nodes.map(({ x }) => x),
    nodes.map(({ x, logWidth }) => log(x) + logWidth),
  );
}

/** Of nodes and the logs of their shares: the log of the sum, the means of m and of 1 - m, and the variance. */
export function row(kappa, a, logs) {
  const best = Math.max(...logs);
  const share = logs.map((log) => Math.exp(log - best));
  const [m, q] = [a.map((one) => expit(one)), a.map((one) => expit(-one))];
  const total = sum(share, () => 1);
  const middle = sum(share, (k) => m[k]) / total;
  return {
    kappa,
    a,
    logs,
    log: best + Math.log(total),
    m: middle,
    q: sum(share, (k) => q[k]) / total,
    variance: sum(share, (k) => (m[k] - middle) ** 2) / total,
  };
}

/** Σ_k share_k of(k). */
function sum(share, of) {
  let total = 0;
  for (let k = 0; k < share.length; k++) total += share[k] * of(k);
  return total;
}
