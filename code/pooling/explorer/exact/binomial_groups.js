// Proportions in groups: successes_j ~ Binomial(trials_j, p_j); p_j ~ Beta(m kappa, (1 - m) kappa). An integral over
// w = log(kappa / minimum - 1) and, at each w, over a = logit m, where the density has one top.
import { check } from "./answer.js";
import { counted } from "./beta_binomial.js";
import { cumulated } from "./cumulated.js";
import { normalised } from "./mixture.js";
import { countOf, hillsOf, lay, placeOf } from "./nodes.js";
import { along, kappaAt, row, topAt, visit } from "./proportion.js";

// Of z between nodes of w; nodes of a; the change at which both are enough; how often they are doubled
const [STEP, INNER, ENOUGH, DOUBLINGS] = [0.26, 49, 1e-6, 4];
// The end of w
const FAR = 600;
// Log units: bends that are looked into, how deep, and how deep at the foot of a top
const [BEND, LOW, CLIMBED] = [0.5, 80, 1e5];
const MOST = 1e9;

const even = (list) => list.filter((_, k) => k % 2 === 0);
const sum = (list) => list.reduce((a, b) => a + b, 0);

/**
 * The exact posterior; 0 trials are a group without data. `mean` is { a, b }, a beta prior of m, `concentration`
 * { minimum, alpha }, a Pareto prior of kappa.
 * Returns { mean, concentration, p, error, mixture }, see `knownSe`; of kappa, whose mean need not exist, the median.
 */
export function binomialGroups(successes, trials, { mean, concentration }) {
  check(
    trials.length > 0 && successes.length === trials.length,
    "successes must be as many as trials, and some",
  );
  trials.forEach((n, j) => {
    check(Number.isInteger(n) && n >= 0 && n <= MOST, `trials must be 0, ..., 1e9, got ${n} at group ${j}`);
    const s = successes[j];
    check(
      Number.isInteger(s) && s >= 0 && s <= n,
      `successes must be 0, ..., trials, got ${s} at group ${j}`,
    );
  });
  for (const [name, prior] of Object.entries({ "mean's a": mean?.a, "mean's b": mean?.b }))
    check(prior > 0 && prior < Infinity, `${name} must be > 0, got ${prior}`);
  for (const [name, prior] of Object.entries({
    minimum: concentration?.minimum,
    alpha: concentration?.alpha,
  }))
    check(prior > 0 && prior < Infinity, `concentration's ${name} must be > 0, got ${prior}`);
  const problem = { ...counted(successes, trials), mean, ...concentration };
  const { where, rows, weight, moments, error } = integrate(problem);
  const w = placeOf(where, rows.length, cumulated(weight).inverse(0.5));
  return {
    mean: moments[0],
    concentration: { median: kappaAt(problem, w) },
    p: problem.kind.map((k) => moments[k + 1]),
    error,
    mixture: { problem, kind: problem.kind, where, at: rows, weight },
  };
}

// --- nodes of w -----------------------------------------------------------------------------------------------------

/** Look at all w, from where the prior alone speaks to where groups are alike, until straight lines are near enough. */
function look(problem) {
  const { kinds, mean, minimum, alpha } = problem;
  const all = (of) => kinds.reduce((total, one) => total + one.times * of(one), 0);
  const largest = kinds.reduce((most, { successes, failures }) => Math.max(most, successes + failures), 0);
  const last = Math.log1p((largest * all(() => 1)) / minimum) + 10 + 80 / alpha;
  const first = Math.log((all((one) => one.successes) + mean.a) / (all((one) => one.failures) + mean.b));
  const at = (x, guess) => {
    const { top, width } = topAt(problem, x, guess);
    return { x, top, log: along(problem, x)(top) + Math.log(width) };
  };
  let guess = first;
  let seen = Array.from({ length: Math.ceil(Math.min(last, FAR) + 51) }, (_, k) => {
    const one = at(k - 50, guess);
    guess = one.top;
    return one;
  });
  for (;;) {
    const highest = seen.reduce((most, { log }) => Math.max(most, log), -Infinity);
    const log = (k) => seen[k]?.log ?? -Infinity;
    const isTop = (k) => log(k) >= log(k - 1) && log(k) >= log(k + 1);
    const height = (k) => seen[k].x - seen[k - 1].x;
    const slope = (k) => (log(k) - log(k - 1)) / height(k);
    const bent = (k) =>
      seen[k - 1] &&
      seen[k + 1] &&
      (Math.abs(slope(k + 1) - slope(k)) * Math.min(height(k), height(k + 1))) / 4 > BEND;
    const next = seen.flatMap((one, k) => {
      if (k === 0 || !(bent(k) || bent(k - 1)) || height(k) <= 1e-6) return [one];
      const deep = isTop(k) || isTop(k - 1) ? CLIMBED : LOW;
      if (Math.max(log(k), log(k - 1)) <= highest - deep) return [one];
      return [at((one.x + seen[k - 1].x) / 2, (one.top + seen[k - 1].top) / 2), one];
    });
    if (next.length === seen.length) return { seen, cut: last > FAR };
    seen = next;
  }
}

/** Lay nodes, and double those of w, or of a, until leaving out every second one changes little. */
function integrate(problem) {
  const { seen, cut } = look(problem);
  const where = hillsOf(seen);
  const guess = (w) => {
    const k = Math.max(
      seen.findIndex(({ x }) => x >= w),
      1,
    );
    const [one, other] = [seen[k - 1], seen[k]];
    return one.top + ((other.top - one.top) * (w - one.x)) / (other.x - one.x);
  };
  let [n, inner, rows] = [countOf(where, STEP), INNER, []];
  for (let round = 0; ; round++) {
    const nodes = lay(where, n);
    rows = nodes.map(({ x }, k) => rows[k] ?? visit(problem, x, guess(x), inner));
    const logs = rows.map(({ log }, k) => log + nodes[k].logWidth);
    const weight = normalised(logs);
    const moments = momentsOf(problem, rows, weight);
    const few = rows.map(({ kappa, a, logs: own }) => row(kappa, even(a), even(own)));
    const thin = normalised(few.map(({ log }, k) => log + nodes[k].logWidth));
    const changed = {
      w: change(moments, momentsOf(problem, even(rows), normalised(even(logs)))),
      a: change(moments, momentsOf(problem, few, thin)),
    };
    if (Math.max(changed.w, changed.a) < ENOUGH || round === DOUBLINGS) {
      const beyond = cut ? weight.at(-1) * n : 0;
      const error =
        changed.w + changed.a + rounding(problem, rows[weight.indexOf(Math.max(...weight))]) + beyond;
      return { where, rows, weight, moments, error };
    }
    rows = changed.w < ENOUGH ? rows : rows.flatMap((one) => [one, undefined]).slice(0, -1);
    if (changed.w >= ENOUGH) n = 2 * n - 1;
    if (changed.a < ENOUGH) continue;
    inner = 2 * inner - 1;
    rows = [];
  }
}

/** Mean and sd of m, and of p for each kind of group. */
function momentsOf({ kinds }, rows, weight) {
  const average = (of) => {
    const mean = rows.reduce((total, one, k) => total + weight[k] * of(one).mean, 0);
    const square = rows.reduce((total, one, k) => {
      const { mean: own, variance } = of(one);
      return total + weight[k] * (variance + (own - mean) ** 2);
    }, 0);
    return { mean, sd: Math.sqrt(square) };
  };
  const ofKind = ({ successes, failures }) =>
    average(({ kappa, m, q, variance }) => {
      const total = kappa + successes + failures;
      const [p, rest] = [(kappa * m + successes) / total, (kappa * q + failures) / total];
      const ofMean = variance * (kappa / total) ** 2;
      return { mean: p, variance: (p * rest - ofMean) / (total + 1) + ofMean };
    });
  return [average(({ m, variance }) => ({ mean: m, variance })), ...kinds.map(ofKind)];
}

const change = (one, other) =>
  one.reduce((worst, { mean, sd }, k) => {
    const off = Math.max(Math.abs(mean - other[k].mean), Math.abs(sd - other[k].sd));
    return Math.max(worst, off / (sd + 1e-300));
  }, 0);

/** How far rounding may move the log density where the posterior is. */
function rounding({ kinds }, { kappa, m, q }) {
  const size = (x, s) => s * Math.log1p(x / Math.max(s, 1)) + x * Math.log1p(s / x);
  const all = kinds.map(
    ({ successes, failures, times }) => times * (size(m * kappa, successes) + size(q * kappa, failures)),
  );
  return (4 + Math.abs(Math.log(kappa))) * Number.EPSILON * sum(all); // of the sums, and of log x
}
