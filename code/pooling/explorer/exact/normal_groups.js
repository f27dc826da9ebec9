// Each group's size, mean and sum of squares, with one unknown sigma: y_ji ~ N(theta_j, sigma), i = 1, ..., n_j;
// theta_j ~ N(mu, tau).
import { check, middleOf } from "./answer.js";
import { bySize } from "./by_size.js";
import { checkedLocation, checkedScale, isPrior, sizeOf } from "./priors.js";
import { inner } from "./sigma.js";
import { solve } from "./solve.js";

/**
 * The exact posterior; `n` is what a group's mean weighs, Σ x² for slopes through the origin, and `count` its rows
 * where that is not n. `mu` is normal(loc, scale) or a number, `tau` and `sigma` priors of scales or numbers.
 * Returns { mu, tau, sigma, theta, error, mixture }, see `knownSe`.
 */
export function normalGroups(n, mean, ss, { mu, tau, sigma, count = n }) {
  checkedScale("tau", tau);
  checkedScale("sigma", sigma, Number.MIN_VALUE);
  checkGroups({ n, mean, ss, count });
  const there = Array.from(n, (one) => one > 0);
  const [sizes, means] = [n, mean].map((list) => Array.from(list).filter((_, j) => there[j]));
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const rows = sum(count);
  const squares = sum(Array.from(ss));
  check(
    !isPrior(sigma) || squares > 0 || isProper({ rows, means, mu, tau }),
    "ss must not be 0 in every group where sigma is learned from so few distinct means: the posterior is improper",
  );
  const sigmaUnit = sigmaUnitOf({ means, sizes, squares, rows, sigma });
  const unit = means.length ? sigmaUnit / Math.sqrt(middleOf(sizes)) : sizeOf(tau);
  return solve({
    n: Array.from(n, (one) => one * (unit / sigmaUnit) ** 2),
    mean,
    there,
    ss: isPrior(sigma) ? squares / sigmaUnit ** 2 : 0, // else a constant, which would cost digits
    rows,
    mu: checkedLocation("mu", mu),
    tau,
    sigma,
    inner,
    bySize,
    unit,
    sigmaUnit,
  });
}

function checkGroups({ n, mean, ss, count }) {
  for (const [name, list] of Object.entries({ mean, ss, count }))
    check(n.length > 0 && list.length === n.length, `${name} must be as many as n, and some`);
  for (const [name, list] of Object.entries({ n, ss, count }))
    list.forEach((one, j) =>
      check(one >= 0 && one < Infinity, `${name} must be >= 0, got ${one} at group ${j}`),
    );
  n.forEach((one, j) =>
    check(
      one === 0 || Number.isFinite(mean[j]),
      `mean must be finite where n > 0, got ${mean[j]} at group ${j}`,
    ),
  );
}

/** A number of the order of sigma: what is known, or the scatter within groups, or else between. */
function sigmaUnitOf({ means, sizes, squares, rows, sigma }) {
  if (!isPrior(sigma)) return sigma;
  if (squares > 0) return Math.sqrt(squares / Math.max(rows - means.length, 1));
  const [low, high] = means.reduce(([a, b], y) => [Math.min(a, y), Math.max(b, y)], [Infinity, -Infinity]);
  return (means.length && (high - low) * Math.sqrt(middleOf(sizes))) || sigma.size;
}

/** Whether the posterior exists although no group has any spread within it and sigma is learned. */
function isProper({ rows, means, mu, tau }) {
  const free = typeof mu === "object";
  const [k, q] = [rows - means.length, means.length - free];
  const coincide = new Set(free ? means : [...means, mu]).size <= 1;
  if (tau === 0) return !(coincide && k + q >= 1);
  return k < 1 && !(coincide && isPrior(tau) && k + q >= 2);
}
