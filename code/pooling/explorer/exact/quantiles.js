// Distribution functions of tau and of sigma, from the nodes of the exact engine, and their inverse.
import { cumulated, gauss, root } from "./cumulated.js";
import { learned, visit } from "./mixture.js";
import { indexOf } from "./nodes.js";
import { isPrior } from "./priors.js";

// Nodes of x that should lie where tau's distribution given x turns from 0 to 1
const TURNS = 4;
// Places of x where they do not
const CLOSER = gauss(40);
// Of a node that is not looked at
const LIGHT = 1e-12;

/** The share of the posterior below log tau = t, or log sigma = t. */
function shareBelow(mixture, of) {
  const { problem, where, at, logs, weight, inner } = mixture;
  const top = logs.reduce((a, b) => Math.max(a, b));
  const ofX = cumulated(logs.map((log) => Math.exp(log - top)));
  const belowX = (x) => ofX.below(indexOf(where, at.length, x));
  if (!learned(problem).s) {
    const s = Math.log(problem.sigma);
    return isPrior(problem.tau) ? (t) => belowX(t - s) : (t) => 1 - belowX(Math.log(problem.tau) - t);
  }
  const table = (one) => {
    const below = cumulated(one.share).below;
    return (s) => below(indexOf(one.where, inner, s));
  };
  const heavy = at.flatMap((one, k) =>
    weight[k] > LIGHT ? [{ ...one, weight: weight[k], below: table(one), likely: likely(one) }] : [],
  );
  const shift = ({ given }) => (of === "tau" ? given.x : 0);
  const byNode = (t) => heavy.reduce((sum, one) => sum + one.weight * one.below(t - shift(one)), 0);
  if (of === "sigma" || !where) return byNode;

  // where x all but determines tau, the nodes are too far apart for that: closer ones, where it turns
  const all = top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
  const turn = (t, first, last) =>
    CLOSER.reduce((sum, { at: place, weight: width }) => {
      const given = problem.given(first + place * (last - first));
      const one = visit(problem, given, inner);
      return sum + width * (last - first) * Math.exp(one.log - all) * table(one)(t - given.x);
    }, 0);
  return (t) => {
    const turning = heavy.filter((one) => Math.abs(one.below(t - shift(one)) - 0.5) < 0.45);
    if (turning.length >= TURNS) return byNode(t);
    const near = heavy.reduce((a, b) => (Math.abs(t - b.likely) < Math.abs(t - a.likely) ? b : a));
    return runs(near).reduce((sum, [low, high], i, every) => {
      const [first, last, next] = [t - high, t - low, every[i + 1]];
      const left = near.below(high) * (belowX(first) - (next ? belowX(t - next[0]) : 0));
      return sum + left + turn(t, first, last);
    }, 0);
  };
}

/** The most probable log tau at a node. */
const likely = ({ given, s, share }) => given.x + s[share.indexOf(Math.max(...share))];

/** Where s has any share worth the name, of one hill or of two. */
function runs({ s, share }) {
  const found = [];
  share.forEach((one, k) => {
    if (one < LIGHT) return;
    const [low, high] = [s[Math.max(k - 1, 0)], s[Math.min(k + 1, s.length - 1)]];
    if (found.at(-1)?.[1] >= s[k]) found.at(-1)[1] = high;
    else found.push([low, high]);
  });
  return found;
}

/** Values of "tau" or "sigma" below which shares of the posterior lie. */
export function quantiles(mixture, of, shares) {
  const { problem, at, unit, sigmaUnit } = mixture;
  const scale = of === "tau" ? unit : sigmaUnit;
  if (!isPrior(problem[of])) return shares.map(() => scale * problem[of]);
  const below = shareBelow(mixture, of);
  const shift = ({ given }) => (of === "tau" ? given.x : 0);
  const ends = at.flatMap((one) => one.s.map((s) => s + shift(one)));
  const [low, high] = ends.reduce(([a, b], t) => [Math.min(a, t), Math.max(b, t)], [Infinity, -Infinity]);
  return shares.map((share) => scale * Math.exp(root((t) => below(t) - share, low, high)));
}
