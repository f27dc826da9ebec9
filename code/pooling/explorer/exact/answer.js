// What the engine's answers share: checks of what goes in, and the way back into the unit of the data.
import { isPrior } from "./priors.js";

// Scales further apart than this do not come from one unit
const APART = 1e60;

/** Complain of what is not so. */
export function check(so, message) {
  if (!so) throw new RangeError(message);
}

/** A value in the middle of a list, its own and not an average: differences to it are exact where small. */
export function middleOf(values, otherwise) {
  return values.length ? Float64Array.from(values).sort()[values.length >> 1] : otherwise;
}

/** Refuse sizes, in the data's own unit, that no single unit explains. */
export function checkUnit(sizes) {
  for (const [name, values] of Object.entries(sizes))
    for (const one of values) {
      const size = Math.abs(one);
      const odd = size !== 0 && !(size < APART && size > 1 / APART);
      check(
        !odd,
        `${name} must be within a factor 1e60 of the data's own scale; give data and priors in one unit`,
      );
    }
}

/** Mean and sd of tau and of sigma, in the problem's unit; where a half-Cauchy leaves none, Infinity. */
export function scalesOf({ problem, full, weight }) {
  const average = (of) => full.reduce((sum, one, k) => sum + weight[k] * of(one), 0);
  const scale = (prior, first, square, count) => {
    if (!isPrior(prior)) return { mean: prior, sd: 0 };
    const mean = average(first);
    const sd = Math.sqrt(Math.max(average(square) - mean ** 2, 0));
    const heavy = prior.family === "HalfCauchy";
    return { mean: heavy && count < 1 ? Infinity : mean, sd: heavy && count < 2 ? Infinity : sd };
  };
  const withData = problem.n.filter((n) => n > 0).length;
  return {
    tau: scale(
      problem.tau,
      ({ r2, sigma }) => Math.sqrt(r2) * sigma,
      ({ tauSquared }) => tauSquared,
      withData,
    ),
    sigma: scale(
      problem.sigma,
      ({ sigma }) => sigma,
      ({ sigmaSquared }) => sigmaSquared,
      problem.rows,
    ),
  };
}

export const times = (unit, { mean, sd }, shift = 0) => ({ mean: shift + unit * mean, sd: unit * sd });
