// Groups that the others, without all that look far out, would not have expected.
import { median } from "./chosen.js";
import { solve, without } from "./solved.js";
import { normalAbove } from "./tails.js";
import { general, quoted, some } from "./words.js";

const [FAR, CANDIDATE] = [1e-3, 3.5]; // chance of one such group among all; robust sds
const MAD = 1.4826; // times the median absolute deviation: the sd of a normal
const sum = (list) => list.reduce((a, b) => a + b, 0);

/** A rough standard error of each group's own value. */
function standardErrors({ kind, n, ss, se, successes }) {
  if (kind === "estimates") return se;
  const rows = n.map((one) => Math.max(one, 1));
  if (kind === "counts") {
    const share = (sum(successes) + 0.5) / (sum(n) + 1);
    return rows.map((one) => Math.sqrt((share * (1 - share)) / one));
  }
  // A median: one wrong value must not hide itself by the spread that it makes.
  const each = [...n.keys()].filter((j) => n[j] > 1).map((j) => Math.sqrt(ss[j] / (n[j] - 1)));
  const within = each.length ? median(each) : 0;
  return rows.map((one) => within / Math.sqrt(one));
}

/** Groups more than so many robust sds from the middle, the farthest first. */
function candidatesOf({ n, mean }, there, error) {
  const middle = median(there.map((j) => mean[j]));
  const scatter = MAD * median(there.map((j) => Math.abs(mean[j] - middle)));
  const score = (j) => (n[j] > 0 ? Math.abs(mean[j] - middle) / Math.hypot(scatter, error[j]) : 0);
  const scored = there.map((j) => ({ j, score: score(j) || 0 }));
  return scored
    .filter((one) => one.score > CANDIDATE)
    .sort((a, b) => b.score - a.score)
    .map((one) => one.j);
}

export function outliers(groups, priors) {
  const { names, n, mean } = groups;
  const there = [...n.keys()].filter((j) => n[j] > 0);
  if (there.length < 4) return [];
  const error = standardErrors(groups);
  const candidates = candidatesOf(groups, there, error);
  if (!candidates.length) return [];
  if (candidates.length > there.length / 4) {
    const each = some(candidates.map((j) => quoted(names[j])));
    return [`Many groups lie far from the middle: ${each}. A normal population has no such tails.`];
  }
  const far = n.map((_, j) => Number(candidates.includes(j)));
  const others = othersOf(groups, priors, far);
  if (!others) return [];
  const sigma = others.population.sigma?.mean;
  const size = (j) => (sigma === undefined ? error[j] : sigma / Math.sqrt(Math.max(n[j], 1)));
  const away = (j) => (mean[j] - others.mean[j]) / Math.hypot(others.sd[j], size(j));
  const limit = normalAbove(FAR / 2 / there.length);
  const each = candidates
    .filter((j) => Math.abs(away(j)) > limit)
    .map(
      (j) =>
        `${quoted(names[j])} (own ${general(mean[j])}, expected ${general(others.mean[j])}, sds off ${Math.abs(away(j)).toFixed(1)})`,
    );
  if (!each.length) return [];
  return [
    `Far from what the other groups let expect: ${some(each)}. A wrong value, another unit, or a known reason to be different? It widens the population for all.`,
  ];
}

/** What the others say, or null: what is left may have no spread to learn sigma from. */
function othersOf(groups, priors, far) {
  try {
    return solve(without(groups, far), priors);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
