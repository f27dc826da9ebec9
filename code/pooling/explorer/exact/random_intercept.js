// A regression whose intercept varies by group: y_i ~ N(X_i beta + alpha_group(i), sigma); alpha_j ~ N(0, tau).
import { check, checkUnit, middleOf, times } from "./answer.js";
import { fittedExactly } from "./improper.js";
import { combined, dot } from "./linear.js";
import { integrate, learned, look } from "./mixture.js";
import { checkedLocation, checkedScale, inUnit, isPrior, sizeOf } from "./priors.js";
import { design, regressionProblem } from "./regression.js";
import { inner } from "./sigma.js";

const CANCELS = 1e6; // a residual this much larger than what least squares leave of it is taken off

/**
 * The exact posterior: y (N), rows of X (N, p), group (N) of integers from 0; `beta` is a normal prior for all
 * coefficients or one each, `tau` and `sigma` priors of scales or numbers.
 * Returns { beta, covariance, tau, sigma, alpha, error, mixture }, see `knownSe`; covariance is p by p, in one row.
 */
export function randomIntercept(y, rows, group, { beta, tau, sigma }) {
  const columns = checkedColumns(y, rows, group);
  const listed = Array.isArray(beta) ? beta : columns.map(() => beta);
  const priors = listed.map((one) => checkedLocation("beta", one));
  check(
    priors.length === columns.length && priors.every((prior) => prior.scale > 0),
    `beta must be a normal prior or a list of ${columns.length}`,
  );
  checkedScale("tau", tau);
  checkedScale("sigma", sigma, Number.MIN_VALUE);
  const groups = group.reduce((a, b) => Math.max(a, b)) + 1;
  const [loc, scale] = [priors.map((prior) => prior.loc), priors.map((prior) => prior.scale)];

  const designed = (references) => design({ y, columns, group, groups, loc, scale, references });
  const references = middle(y, columns);
  references.push(designed(references).least());
  const data = designed(references);
  const started = references.length > 1 ? designed(references.slice(0, 1)).squares : dot(y, y);
  check(
    !isPrior(sigma) || !fittedExactly(data, started, tau),
    "y must not be fitted exactly by X and the groups where sigma is learned: the posterior is improper",
  );
  let { problem, unit } = problemOf(data, { tau, sigma });
  let found = learned(problem).x ? look(problem) : null;
  const more = found && further(problem, found, scale);
  if (more) {
    references.push(more);
    ({ problem, unit } = problemOf(designed(references), { tau, sigma }));
    found = look(problem);
  }
  const { mixture, answer, error } = integrate(problem, found);
  const { coefficients, covariance, groups: alpha, scales } = answer;
  const reference = scale.map((_, i) => references.reduce((sum, one) => sum + one[i], 0));
  const p = scale.length;
  return {
    beta: scale.map((one, i) => times(one, coefficients, i, reference[i])),
    covariance: covariance.map((one, k) => scale[Math.floor(k / p)] * scale[k % p] * one),
    tau: times(unit, scales, 0),
    sigma: times(unit, scales, 1),
    alpha: Array.from(alpha.mean, (_, j) => times(unit, alpha, j)),
    error,
    mixture: { ...mixture, reference, scale, unit, sigmaUnit: unit },
  };
}

function checkedColumns(y, rows, group) {
  const equal = rows.length === y.length && group.length === y.length;
  check(y.length > 0 && equal, "y, X and group must have equal rows, and some");
  const p = rows[0].length;
  y.forEach((one, i) => {
    check(p > 0 && rows[i].length === p, "X must have as many columns in each row, and some");
    check([one, ...rows[i]].every(Number.isFinite), `y and X must be finite; row ${i} is not`);
    const known = Number.isInteger(group[i]) && group[i] >= 0 && group[i] < 100 * y.length + 1000;
    check(known, `group must be integers 0, ..., J - 1 without large gaps, got ${group[i]} in row ${i}`);
  });
  return Array.from({ length: p }, (_, k) => Float64Array.from(rows, (row) => row[k]));
}

/** Coefficients that take a value among the data off y, if there is a constant column. */
function middle(y, columns) {
  const k = columns.findIndex((column) => column[0] !== 0 && column.every((one) => one === column[0]));
  return k < 0 ? [] : [columns.map((_, i) => (i === k ? middleOf(y) / columns[k][0] : 0))];
}

/** The problem in the unit of the residuals, and that unit. */
function problemOf({ y, within, root, ...data }, { tau, sigma }) {
  const m = within.length - 1;
  const between = y.reduce((sum, one, j) => sum + data.n[j] * one ** 2, 0);
  const unit = Math.sqrt((within[m][m] + between) / data.rows) || sizeOf(sigma);
  const problem = regressionProblem({
    ...data,
    y: y.map((one) => one / unit),
    within: within.map((row, i) => row.map((one, k) => one / (i === m ? unit : 1) / (k === m ? unit : 1))),
    root: root.map((column) => column.map((one) => one / unit)),
    tau: inUnit(tau, unit),
    sigma: inUnit(sigma, unit),
    inner,
  });
  const sizes = [problem.tau, problem.sigma].map(sizeOf);
  checkUnit({ beta: root.map((column) => Math.max(...column.map(Math.abs), 0) / unit), tau: sizes });
  return { problem, unit };
}

/** Coefficients to take off y besides, if what is left of y is mostly not noise. */
function further(problem, { seen }, scale) {
  const { x } = seen.reduce((a, b) => (b.log > a.log ? b : a));
  const { misfit, b, centre, square } = problem.given(x);
  if (square < CANCELS * misfit) return null;
  return combined(b, centre, scale.length).map((one, i) => scale[i] * one);
}
