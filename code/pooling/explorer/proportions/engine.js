// Batting averages: all by the engine that every explorer has, kappa learned, and at a kappa of one's own.
import { counted } from "../exact/beta_binomial.js";
import { binomialGroups } from "../exact/binomial_groups.js";
import { visit } from "../exact/proportion.js";
import { keptLast } from "../frontend/kept.js";

const PRIORS = { mean: { a: 1, b: 1 }, concentration: { minimum: 1, alpha: 1.5 } };
const NODES = 61; // of logit m, given kappa

/** Where the population's density is shown. */
export const SHARES = Array.from({ length: 120 }, (_, k) => 0.005 * (k + 0.5));

/** Nobody hits more often than he bats; all times a factor. */
export function counts({ hits, at_bats, times }) {
  const successes = hits.map((one, j) => times * Math.min(one, at_bats[j]));
  return { successes, trials: at_bats.map((one) => times * one) };
}

const learned = keptLast(); // kappa by hand does not move it

/** E[m] and all E[p] at a kappa. */
function given(successes, trials, kappa) {
  const problem = { ...counted(successes, trials), mean: PRIORS.mean, ...PRIORS.concentration };
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const guess = Math.log((sum(successes) + 1) / (sum(trials) - sum(successes) + 1));
  const { m } = visit(problem, Math.log(kappa - 1), guess, NODES);
  const means = problem.kinds.map(
    (one) => (kappa * m + one.successes) / (kappa + one.successes + one.failures),
  );
  return { m, p: problem.kind.map((k) => means[k]) };
}

/** The density of Beta(m kappa, (1 - m) kappa), its highest value here 1. */
function population(m, kappa) {
  const log = SHARES.map((p) => (m * kappa - 1) * Math.log(p) + ((1 - m) * kappa - 1) * Math.log1p(-p));
  const highest = Math.max(...log);
  return log.map((one) => Math.exp(one - highest));
}

/** What the page shows: the posterior, and what would be believed if kappa were known. */
export function compute(settings) {
  const { successes, trials } = counts(settings);
  const { mean, concentration, p } = learned([...successes, ...trials], () =>
    binomialGroups(successes, trials, PRIORS),
  );
  const fixed = given(successes, trials, settings.kappa);
  return {
    m: mean,
    kappa: concentration,
    p,
    given: fixed,
    population: population(fixed.m, settings.kappa),
    own: trials.map((n, j) => (n ? successes[j] / n : null)),
    over: settings.hits.flatMap((one, j) => (one > settings.at_bats[j] ? [j] : [])),
  };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, name, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  if (kind === "given") return result.given.p[j];
  return (j === undefined ? result[name] : result[name][j])[kind];
}
