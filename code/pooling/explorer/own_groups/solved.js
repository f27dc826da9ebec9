// The exact posterior of a reader's groups, whose last one is a new group; and what priors do to it.
import { binomialGroups } from "../exact/binomial_groups.js";
import { knownSe } from "../exact/known_se.js";
import { normalGroups } from "../exact/normal_groups.js";
import { quantiles } from "../exact/quantiles.js";
import { varied } from "./chosen.js";
import { told } from "./words.js";

const ENOUGH = 1e-4; // posterior sds: an error above it is told
const and = (list, last) => [...list, last];

/** { mean, sd, population, error, mixture }: means and sds of all groups and a new one, arrays. */
export function solve(groups, priors) {
  const { kind, n, mean, ss, se, successes } = groups;
  const answer =
    kind === "counts"
      ? binomialGroups(and(successes, 0), and(n, 0), { mean: priors.mu, concentration: priors.tau })
      : kind === "estimates"
        ? knownSe(and(mean, Number.NaN), and(se, Number.NaN), priors)
        : ofRows(and(n, 0), and(mean, Number.NaN), and(ss, 0), priors);
  const each = answer.theta ?? answer.p;
  return {
    mean: Float64Array.from(each, (one) => one.mean),
    sd: Float64Array.from(each, (one) => one.sd),
    population: {
      mu: answer.mu ?? answer.mean,
      tau: answer.tau,
      sigma: answer.sigma,
      concentration: answer.concentration,
    },
    error: answer.error,
    doubts:
      answer.error > ENOUGH
        ? [
            `The computation: its error may be ${answer.error.toPrecision(1)} posterior sds. Look for priors far from the data.`,
          ]
        : [],
    mixture: answer.mixture,
  };
}

function ofRows(n, mean, ss, priors) {
  try {
    return normalGroups(n, mean, ss, priors);
  } catch (error) {
    if (!error.message.startsWith("ss must not be 0")) throw error;
    throw new RangeError(
      "sigma must be a number, got no group with any spread within it, and nothing else to learn it from. Give sigma below, or look whether rows are copies",
    );
  }
}

/** Shares of tau's posterior, or of sigma's, below which values lie. */
export const valuesAt = ({ mixture }, of, shares) => quantiles(mixture, of, shares);

/** The groups as if nothing were known of some of them. */
export function without(groups, far) {
  const hidden = (list, otherwise) => list?.map((one, j) => (far[j] ? otherwise : one));
  return {
    ...groups,
    n: hidden(groups.n, 0),
    mean: hidden(groups.mean, Number.NaN),
    ss: hidden(groups.ss, 0),
    successes: hidden(groups.successes, 0),
  };
}

/** What each prior halved and doubled does: [{ prior, factor, changed, mu, tau, moved, group }]. */
export function sensitivity(groups, priors, { mean, sd }) {
  return Object.entries(priors).flatMap(([name, prior]) =>
    [0.5, 2].flatMap((factor) => {
      const changed = varied(prior, factor);
      if (!changed) return [];
      const other = solve(groups, { ...priors, [name]: changed });
      const { moved, at } = furthest(groups.names.length, mean, sd, other);
      const tau =
        groups.kind === "counts"
          ? other.population.concentration.median
          : typeof priors.tau === "number"
            ? priors.tau
            : valuesAt(other, "tau", [0.5])[0];
      return [
        {
          prior: name,
          factor,
          changed: told(changed),
          mu: other.population.mu.mean,
          tau,
          moved,
          group: groups.names[at],
        },
      ];
    }),
  );
}

/** The largest move of a mean or an sd, in sds, and whose it is. */
function furthest(size, mean, sd, other) {
  let [moved, at] = [0, 0];
  for (let j = 0; j < size; j++) {
    if (!(sd[j] > 0 && Number.isFinite(sd[j]) && Number.isFinite(other.sd[j]))) continue;
    const move = Math.max(Math.abs(other.mean[j] - mean[j]), Math.abs(other.sd[j] - sd[j])) / sd[j];
    if (move > moved) [moved, at] = [move, j];
  }
  return { moved, at };
}
