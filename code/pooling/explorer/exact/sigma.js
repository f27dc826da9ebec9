// The inner integral of the exact engine, over s = log sigma, at one x = log r; `given` is what the groups say there.
// All in the density of s is concave but the prior of the coefficients against the data: a second hill needs
// Σ gap² >= 2 (rows - p - 2), so that ordinarily one is certain.
import { logJoint } from "./joint.js";
import { lay } from "./nodes.js";
import { isPrior, sizeOf, slopesAlong } from "./priors.js";

// e^-40 of the top is left out
const FALL = 40;
// e-folds from the data's own unit, within which every top lies
const EDGE = 340;
// e-folds: the priors bend within one or two, however flat a top is
const WIDEST = 3;
// How close, in widths, a top is found; steps of Newton's rule or halvings
const [CLOSE, ROUNDS] = [0.01, 200];
// Places at which two tops are looked for, e-folds beyond what they depend on
const [SEARCHED, BEYOND] = [512, 3];
const TINY = 1e-300;

/** What raises the density of s and what lowers it, > 0, and how both change with s. */
function balance({ rows, tau, sigma }, given, s) {
  const v = Math.exp(-2 * s);
  let [lift, liftOn, weigh, weighOn] = [given.misfit * v, -2 * given.misfit * v, rows, 0];
  for (let i = 0; i < given.gap.length; i++) {
    const u = 1 / (1 + 1 / (given.weight[i] * v));
    const turn = u * (1 - u);
    const conflict = given.gap[i] ** 2;
    lift += conflict * turn + u;
    liftOn -= 2 * turn * (conflict * (1 - 2 * u) + 1);
  }
  const add = (prior, t) => {
    if (!isPrior(prior)) return;
    const [slope, second] = slopesAlong(prior, t);
    lift += 1;
    weigh -= slope;
    weighOn -= second;
  };
  add(sigma, s);
  add(tau, given.x + s);
  return { lift, liftOn, weigh, weighOn };
}

/** Where the density stops rising: by Newton's rule on the log of the balance, kept between two places. */
function topOf(problem, given, low, high) {
  const start = 0.5 * Math.log(Math.max(given.misfit, TINY) / Math.max(problem.rows, 1));
  let [left, right, s, width] = [low, high, Math.min(Math.max(start, low), high), 1];
  for (let round = 0; round < ROUNDS; round++) {
    const { lift, liftOn, weigh, weighOn } = balance(problem, given, s);
    const ratio = Math.log(lift / weigh);
    width = 1 / Math.sqrt(Math.max(weighOn - liftOn, WIDEST ** -2));
    if (ratio > 0) left = s;
    else right = s;
    const before = s;
    const moved = s - ratio / (liftOn / lift - weighOn / weigh);
    s = moved >= left && moved <= right ? moved : (left + right) / 2;
    if (Math.abs(s - before) < CLOSE * width) break;
  }
  return { top: s, width };
}

/** The top, or the first and the last where there may be two. */
function topsOf(problem, given) {
  const { rows, tau, sigma } = problem;
  const conflict = given.gap.reduce((sum, gap) => sum + gap ** 2, 0);
  if (conflict < 2 * (rows - given.gap.length - 2)) return [topOf(problem, given, -EDGE, EDGE)];
  const count = Math.max(rows, 1);
  const marks = [given.misfit / count, ...given.weight];
  given.weight.forEach((weight, i) => marks.push((weight * (1 + given.gap[i] ** 2)) / count));
  if (isPrior(sigma)) marks.push(sizeOf(sigma) ** 2);
  if (isPrior(tau)) marks.push((sizeOf(tau) * Math.exp(-given.x)) ** 2);
  const logs = marks.map((mark) => 0.5 * Math.log(Math.max(mark, TINY)));
  const [first, last] = [Math.min(...logs) - BEYOND, Math.max(...logs) + BEYOND];
  const at = (k) => first + ((last - first) * k) / (SEARCHED - 1);
  const rises = (k) => {
    const { lift, weigh } = balance(problem, given, at(k));
    return lift > weigh;
  };
  let [left, right] = [0, SEARCHED - 1];
  while (left < right && rises(left)) left++;
  while (right > left && !rises(right)) right--;
  const ends = [left, right > left ? right + 1 : left].map((k) => Math.min(Math.max(k, 1), SEARCHED - 1));
  const [one, other] = ends.map((k) => topOf(problem, given, at(k - 1), at(k)));
  return ends[0] === ends[1] ? [one] : [one, other];
}

/** { s, share, log, where }: `n` nodes, their shares and the log of their integral; n = 0 is a normal at the top. */
export function inner(problem, given, n) {
  const hills = topsOf(problem, given);
  const log = (s) => logJoint(problem, given, s);
  const best = Math.max(...hills.map(({ top }) => log(top)));
  if (n === 0) {
    const [{ top }] = hills;
    const area = hills.map(({ top: s, width }) => log(s) + Math.log(width * Math.sqrt(2 * Math.PI)));
    return { s: [top], share: [1], log: Math.max(...area) };
  }
  const end = ({ top, width }, sign) => {
    let reach = 4 * width;
    while (log(top + sign * reach) > best - FALL) reach *= 1.5;
    return top + sign * reach;
  };
  const where = { hills, lower: end(hills[0], -1), upper: end(hills.at(-1), 1) };
  const nodes = lay(where, n);
  const [s, share] = [[], []];
  let top = -Infinity;
  for (const { x, logWidth } of nodes) {
    const one = log(x) + logWidth;
    s.push(x);
    share.push(one);
    if (one > top) top = one;
  }
  let total = 0;
  for (let k = 0; k < n; k++) {
    share[k] = Math.exp(share[k] - top);
    total += share[k];
  }
  for (let k = 0; k < n; k++) share[k] /= total;
  return { s, share, log: top + Math.log(total), where };
}
