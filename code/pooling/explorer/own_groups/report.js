// What a reader takes away in words: the paragraph for a report, as pooling.own_groups.methods, and the table as csv.
import { general, quoted, rowsOf, some, told, whole } from "./words.js";

const NORMAL = "y_ij ~ Normal(theta_j, sigma), theta_j ~ Normal(mu, tau)";
const MODELS = {
  rows: NORMAL,
  summary: NORMAL,
  estimates: "estimate_j ~ Normal(theta_j, se_j), theta_j ~ Normal(mu, tau)",
  counts: "successes_j ~ Binomial(trials_j, p_j), p_j ~ Beta(m kappa, (1 - m) kappa)",
};
const sum = (list) => list.reduce((a, b) => a + b, 0);

/** Data, model, priors, computation, population, what was left out, what the priors do; of a whole analysis. */
export function methods({ groups, priors, population, prob, error, sensitivity }) {
  const share = `${general(100 * prob, 6)} %`;
  const { mu, tau } = population;
  const there = groups.n.filter((n) => n > 0).length;
  const least = Math.max(error, 1e-12)
    .toExponential(0)
    .replace(/e([+-])(\d)$/, "e$10$2");
  return [
    `${dataOf(groups)} ${whole(there)} groups (${groups.columns.group}) were analysed by partial pooling,`,
    `with a hierarchical model: ${MODELS[groups.kind]}, independently given these; scales are sds.`,
    `Priors: ${priorsOf(groups, priors)}. The posterior was computed by numerical integration (estimated`,
    `error ${least} posterior sds at most); intervals (${share}, equal-tailed), ranks and`,
    "probabilities of being the largest were counted over independent draws from it.",
    `The population mean is ${general(mu.mean)} (${share} interval ${general(mu.lower)} to ${general(mu.upper)}), the sd`,
    `between groups ${general(tau.median)} (median; ${general(tau.lower)} to ${general(tau.upper)}).`,
    `${leftOut(groups)}${sensitive(sensitivity)}`,
  ].join(" ");
}

function dataOf({ kind, n, successes, columns }) {
  const all = whole(sum(n));
  if (kind === "rows") return `${all} values of ${columns.value} in`;
  if (kind === "summary") return `Size, mean and sd of ${all} observations in`;
  return kind === "estimates"
    ? "Estimates with standard errors of"
    : `${whole(sum(successes))} successes in ${all} trials in`;
}

function priorsOf({ kind }, priors) {
  const names = kind === "counts" ? { mu: "m", tau: "kappa" } : {};
  const each = Object.entries(priors).map(
    ([name, prior]) => `${names[name] ?? name} ${typeof prior === "number" ? "=" : "~"} ${told(prior)}`,
  );
  return each.join(", ");
}

function leftOut({ names, dropped, nameless }) {
  const all = sum(dropped) + nameless;
  if (!all) return "No row was left out.";
  const each = names.flatMap((name, j) => (dropped[j] ? [`${quoted(name)} ${whole(dropped[j])}`] : []));
  if (nameless) each.push(`without a name ${whole(nameless)}`);
  return `For missing cells, ${rowsOf(all)} ${all === 1 ? "was" : "were"} left out (${some(each)}).`;
}

function sensitive(sensitivity) {
  if (!sensitivity.length) return "";
  const most = general(Math.max(...sensitivity.map((one) => one.moved)), 2);
  return ` Halving or doubling the width of a prior moved no estimate, nor its sd, by more than ${most} posterior sds.`;
}

const cell = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The table with all digits; a value that is not there is an empty cell. */
export function csvOf({ groups, mean, sd, lower, upper, kept, ranks }) {
  const number = (value) => (Number.isNaN(value) ? "" : String(value));
  const head = "group,n,own,estimate,sd,lower,upper,kept,rank_lower,rank_upper,p_best";
  const rows = groups.names.map((name, j) => {
    const told = [groups.n, groups.mean, mean, sd, lower, upper, kept, ranks.lower, ranks.upper, ranks.best];
    return [cell(name), ...told.map((list) => number(list[j]))].join(",");
  });
  return `${[head, ...rows].join("\n")}\n`;
}
