// What is counted over draws: intervals, ranks, the chance of being best, how much of its own data a group keeps.
import { draws } from "../exact/draws.js";
import { createRanking, select, sharesOf } from "./order.js";
import { drawsOfProportions } from "./proportions.js";

const [NUMBERS, FEWEST, MOST, PORTION] = [3e6, 300, 2000, 20]; // drawn in all; draws; at once

/** Which of n sorted draws bound an equal-tailed interval. */
export function orderStatistics(n, prob) {
  const tail = (1 - prob) / 2;
  return [tail, 1 - tail].map((q) => Math.max(Math.ceil(Number((n * q).toFixed(9))) - 1, 0));
}

/** What one draw is of the population: the concentration where the groups are counts. */
function ownOf(kind, { mu, mean, tau, sigma, concentration }) {
  if (kind === "counts") {
    const scatter = Math.sqrt((mean * (1 - mean)) / (concentration + 1));
    return { mu: mean, tau: scatter, ratio: Number.NaN, kappa: concentration };
  }
  return { mu, tau, ratio: kind === "estimates" ? tau : tau / sigma, kappa: Number.NaN };
}

/** Lists by draw into lists by group, from draw `start` on. */
function put(portion, lists, start) {
  const several = portion.length;
  for (let j = 0; j < lists.length; j++) {
    const list = lists[j];
    for (let k = 0; k < several; k++) list[start + k] = portion[k][j];
  }
}

/**
 * Draws of all groups and of a new one, a list each; the ranks of the groups in each draw, how often each came first;
 * and draws of mu, tau, their ratio or the concentration. Lists are written a portion at a time: there are many.
 */
function drawn({ mixture, population }, kind, size, seed) {
  const n = Math.min(MOST, Math.max(FEWEST, Math.floor(NUMBERS / (size + 1))));
  const list = () => new Float64Array(n);
  const theta = Array.from({ length: size + 1 }, list);
  const ranks = Array.from({ length: size }, () => new Int32Array(n));
  const first = new Int32Array(size);
  const own = { mu: list(), tau: list(), ratio: list(), kappa: list() };
  const alike = kind !== "counts" && !(population.tau.mean > 0);
  const make = kind === "counts" ? drawsOfProportions : draws;
  const ranked = createRanking(size);
  for (let start = 0; start < n; start += PORTION) {
    const portion = make(mixture, seed + start, Math.min(PORTION, n - start));
    const values = portion.map((one) => one.theta);
    const places = portion.map((one, k) => {
      const told = ownOf(kind, one);
      for (const name of Object.keys(own)) own[name][start + k] = told[name];
      if (alike) one.theta.fill(one.theta[0]);
      const rank = ranked(one.theta, start + k).slice();
      first[rank.indexOf(1)]++;
      return rank;
    });
    put(values, theta, start);
    put(places, ranks, start);
  }
  return { n, theta, ranks, first, ...own };
}

/** Bounds and median of draws that were given the exact mean and sd; the draws are rearranged. */
function boundsOf(values, mean, sd, prob) {
  const n = values.length;
  let [sum, squares] = [0, 0];
  for (let k = 0; k < n; k++) sum += values[k];
  const centre = sum / n;
  for (let k = 0; k < n; k++) squares += (values[k] - centre) ** 2;
  const spread = squares / n;
  const tail = (1 - prob) / 2;
  const found = sharesOf(values, [tail, 0.5, 1 - tail]);
  if (!(Number.isFinite(sd) && spread > 0)) return found;
  return found.map((one) => mean + ((one - centre) * sd) / Math.sqrt(spread));
}

/** The mean weight of each group's own data, by what is the same for many. */
function weights({ kind, n, se }, { ratio, kappa }) {
  const known = new Map();
  return n.map((rows, j) => {
    const own = kind === "estimates" ? (rows > 0 ? se[j] ** -2 : 0) : rows;
    if (!known.has(own)) {
      const each =
        kind === "counts"
          ? kappa.map((k) => own / (own + k))
          : ratio.map((r) => 1 / (1 + 1 / (own * r ** 2)));
      known.set(own, own > 0 ? each.reduce((a, b) => a + b, 0) / each.length : 0);
    }
    return known.get(own);
  });
}

/** { lower, upper, ranks: { lower, upper, best }, kept, mu, tau, newGroup, draws }: bounds hold `prob`. */
export function counted(groups, solved, prob = 0.94, seed = 1) {
  const size = groups.names.length;
  const all = drawn(solved, groups.kind, size, seed);
  const places = orderStatistics(all.n, prob);
  const [lower, upper] = places.map((at) => Int32Array.from(all.ranks, (list) => select(list, at)));
  const between = (values) => {
    const [from, to] = places.map((at) => select(values, at));
    return { lower: from, median: sharesOf(values, [0.5])[0], upper: to };
  };
  const inside = (value) => (groups.kind === "counts" ? Math.min(1, Math.max(0, value)) : value);
  const kept = weights(groups, all);
  const bounds = all.theta.map((values, j) =>
    boundsOf(values, solved.mean[j], solved.sd[j], prob).map(inside),
  );
  const [from, middle, to] = bounds.pop();
  return {
    lower: Float64Array.from(bounds, (b) => b[0]),
    upper: Float64Array.from(bounds, (b) => b[2]),
    ranks: { lower, upper, best: Float64Array.from(all.first, (times) => times / all.n) },
    kept,
    mu: between(all.mu),
    tau: between(all.tau),
    newGroup: { mean: solved.mean[size], sd: solved.sd[size], lower: from, median: middle, upper: to },
    draws: all.n,
  };
}
