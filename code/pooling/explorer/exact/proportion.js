// Proportions in groups at one w = log(kappa / minimum - 1): the inner integral, over a = logit m, where the density has
// one top. A problem is what beta_binomial.js has counted, and the priors of binomial_groups.js: { mean, minimum, alpha }.
import { logLikelihood, pullOnMean } from "./beta_binomial.js";
import { normalised } from "./mixture.js";
import { lay } from "./nodes.js";

// e^-40 of the top is left out; ends of a; a flat top's width
const [FALL, FAR, WIDEST] = [40, 600, 30];
// Steps to a top, and how close, in widths
const [ROUNDS, CLOSE] = [100, 0.01];

const expit = (a) => 1 / (1 + Math.exp(-a));
const softplus = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
const sum = (list) => list.reduce((a, b) => a + b, 0);

export const kappaAt = ({ minimum }, w) => minimum * (1 + Math.exp(w));

export function logDensity(problem, w, a) {
  const { mean, alpha } = problem;
  const prior = w - (alpha + 1) * softplus(w) - mean.a * softplus(-a) - mean.b * softplus(a);
  return prior + logLikelihood(problem, expit(a), expit(-a), kappaAt(problem, w));
}

/** The top of a, and its width: by secants, kept between two places. */
export function topAt(problem, w, guess) {
  const { mean } = problem;
  const kappa = kappaAt(problem, w);
  const push = (a) =>
    mean.a * expit(-a) - mean.b * expit(a) + pullOnMean(problem, expit(a), expit(-a), kappa);
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
  const log = (a) => logDensity(problem, w, a);
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

export function row(kappa, a, logs) {
  const best = Math.max(...logs);
  const share = normalised(logs);
  const m = sum(a.map((one, k) => share[k] * expit(one)));
  return {
    kappa,
    a,
    logs,
    log: best + Math.log(sum(logs.map((log) => Math.exp(log - best)))),
    m,
    q: sum(a.map((one, k) => share[k] * expit(-one))),
    variance: sum(a.map((one, k) => share[k] * (expit(one) - m) ** 2)),
  };
}
