// The reader's table, from its text to all that the page tells: in stages, since the first numbers need not wait for ranks.
import { chosen } from "./chosen.js";
import { concernsOfAnswer, concernsOfData } from "./concerns.js";
import { groupsOf } from "./groups.js";
import { counted } from "./ranks.js";
import { sensitivity, solve, valuesAt } from "./solved.js";
import { guessed, readTable } from "./table.js";

const PROB = 0.94;
const TAIL = (1 - PROB) / 2;

/** A table, and what its columns are used for, as it is guessed or chosen: { table, kind, roles }. */
export function read({ text, header = "auto", kind, roles }) {
  const table = readTable(text, header);
  const guess = guessed(table);
  return { table, kind: kind ?? guess.kind, roles: { ...guess.roles, ...roles } };
}

/** The stages of an analysis: each yields what is known so far. */
export function* stages({ table, kind, roles, decimal, priors: given }) {
  const groups = groupsOf(table, kind, roles, decimal);
  if (!groups.n.some((one) => one > 0))
    throw new RangeError(
      "groups must have data in one group at least, got none: choose another column, or look whether its cells are empty",
    );
  const priors = chosen(groups, given);
  const solved = solve(groups, priors);
  const population = scalesOf(solved, priors);
  const { mixture: _, ...answer } = solved;
  const first = {
    groups,
    priors,
    ...answer,
    population,
    prob: PROB,
    warnings: concernsOfData(groups, priors),
  };
  yield { stage: "numbers", ...first };
  const over = counted(groups, solved, PROB);
  Object.assign(population.mu, { lower: over.mu.lower, upper: over.mu.upper });
  if (kind === "counts") population.tau = over.tau;
  yield { stage: "ranks", ...first, ...over, population };
  const moved = sensitivity(groups, priors, solved);
  const warnings = [
    ...first.warnings,
    ...concernsOfAnswer(groups, priors, moved, over.ranks),
    ...solved.doubts,
  ];
  yield { stage: "all", ...first, ...over, population, sensitivity: moved, warnings };
}

/** Medians and intervals of what is learned of the scales. */
function scalesOf(solved, priors) {
  const { mu, tau, sigma, concentration } = solved.population;
  const of = (name, moments) => {
    if (typeof priors[name] === "number")
      return { ...moments, median: priors[name], lower: priors[name], upper: priors[name] };
    const [lower, median, upper] = valuesAt(solved, name, [TAIL, 0.5, 1 - TAIL]);
    return { ...moments, lower, median, upper };
  };
  return {
    mu: { ...mu },
    tau: tau && of("tau", tau),
    sigma: sigma && of("sigma", sigma),
    concentration,
  };
}

/** All of it, of one of the tables that come with the page. */
export function compute(settings, { tables }) {
  const { text, kind, roles } = tables[settings.table];
  return [...stages(read({ text, kind, roles }))].at(-1);
}

/** A number that the page tells, such as "mean:theta[Leeds]". */
export function number(result, quantity) {
  const [, kind, name, group] = /^(\w+):(\w*)(?:\[(.*)\])?$/s.exec(quantity);
  if (name === "new") return result.newGroup[kind];
  if (group === undefined) return result.population[name][kind];
  const j = result.groups.names.indexOf(group);
  if (kind === "best") return result.ranks.best[j];
  if (name === "rank") return result.ranks[kind][j];
  return result[kind][j];
}
