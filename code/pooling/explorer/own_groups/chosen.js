// Weakly informative priors in the unit of the data, their halves and doubles: as pooling.own_groups.chosen.
import { general, whole } from "./words.js";

const WIDE = 2.5;
const sum = (list) => list.reduce((a, b) => a + b, 0);

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The priors by name, those that are not `given` chosen from the data's scatter. */
export function chosen(groups, given = {}) {
  if (groups.kind === "counts")
    return { mu: given.mu ?? { a: 1, b: 1 }, tau: given.tau ?? { minimum: 1, alpha: 1.5 } };
  const names = groups.kind === "estimates" ? ["mu", "tau"] : ["mu", "tau", "sigma"];
  const left = names.filter((name) => given[name] === undefined);
  if (!left.length) return Object.fromEntries(names.map((name) => [name, given[name]]));
  const { centre, s } = scatter(groups);
  if (!(s > 0))
    throw new RangeError(
      `${left.join(" and ")} must be given, where the values do not differ (${whole(sum(groups.n))} of them, all ${general(centre, 6)}): nothing says on which scale to look for differences. Give priors below`,
    );
  const wide = { family: "HalfNormal", size: s };
  const own = { mu: { loc: centre, scale: WIDE * s }, tau: wide, sigma: wide };
  return Object.fromEntries(names.map((name) => [name, given[name] ?? own[name]]));
}

/** The median of the group means, and the scatter between and within them. */
function scatter({ kind, n, mean, ss, se }) {
  const there = [...n.keys()].filter((j) => n[j] > 0);
  const means = there.map((j) => mean[j]);
  const centre = median(means);
  const off = means.map((one) => one - centre);
  const middle = sum(off) / off.length;
  const between =
    off.length > 1 ? Math.sqrt(sum(off.map((one) => (one - middle) ** 2)) / (off.length - 1)) : 0;
  const within =
    kind === "estimates"
      ? median(there.map((j) => se[j]))
      : Math.sqrt(sum(ss) / Math.max(sum(n) - means.length, 1));
  return { centre, s: Math.hypot(between, within) };
}

/** A prior that is `factor` times as wide; null for a number, which is no prior. */
export function varied(prior, factor) {
  if (typeof prior === "number") return null;
  if ("loc" in prior) return { loc: prior.loc, scale: prior.scale * factor };
  if ("a" in prior) return { a: prior.a / factor, b: prior.b / factor };
  if ("minimum" in prior) return { minimum: prior.minimum, alpha: prior.alpha / factor };
  return { ...prior, size: prior.size * factor };
}
