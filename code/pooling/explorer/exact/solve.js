// Groups with one population mean, solved in the data's own unit, around a value among the data.
import { checkUnit, middleOf, times } from "./answer.js";
import { groupsProblem } from "./groups.js";
import { integrate } from "./mixture.js";
import { inUnit, sizeOf } from "./priors.js";

/**
 * `n` and `ss` are in units already; `mean` and the priors are not. `there` says which groups have data; `unit` is
 * that of means and tau, `sigmaUnit` that of sigma; `mu` is { loc, scale }.
 */
export function solve({ n, mean, there, ss, rows, mu, tau, sigma, inner, bySize, unit, sigmaUnit }) {
  const { loc, scale } = mu;
  const data = Array.from(mean).filter((_, j) => there[j]);
  const centre = scale ? middleOf(data, loc) : loc;
  const problem = groupsProblem({
    n: Float64Array.from(n),
    y: Float64Array.from(mean, (y, j) => (there[j] ? (y - centre) / unit : 0)),
    ss,
    rows,
    loc: (loc - centre) / unit,
    scale: scale / unit,
    tau: inUnit(tau, unit),
    sigma: inUnit(sigma, sigmaUnit),
    inner,
    bySize,
  });
  checkUnit({
    n: problem.n.map(Math.sqrt),
    mean: [Math.max(1, problem.reach)],
    mu: [scale / unit],
    tau: [sizeOf(problem.tau)],
    sigma: [sizeOf(problem.sigma)],
  });
  const { mixture, answer, error } = integrate(problem);
  const { coefficients, groups, scales } = answer;
  return {
    mu: times(unit, coefficients, 0, centre),
    tau: times(unit, scales, 0),
    sigma: times(sigmaUnit, scales, 1),
    theta: Array.from(groups.mean, (_, j) => times(unit, groups, j, centre)),
    error,
    mixture: { ...mixture, centre, unit, sigmaUnit },
  };
}
