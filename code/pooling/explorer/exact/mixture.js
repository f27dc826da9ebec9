// The outer integral of the exact engine, over x = log r, r = tau/sigma: the posterior as a mixture of normals over
// nodes of x and, for each, of s = log sigma. A problem (see groups.js) says what its groups tell at x.
import { logJoint, stiffness } from "./joint.js";
import { atX, change, moments } from "./moments.js";
import { countOf, hillsOf, lay, scan } from "./nodes.js";
import { isPrior, sizeOf } from "./priors.js";

// Of z between nodes of x
const STEP = 0.12;
// Nodes of s; while looking for hills SCANNED, or the top alone if there are MANY rows
const INNER = 53;
const [SCANNED, MANY] = [25, 30];
// An error estimate at which nodes are enough; how often they are doubled
const [ENOUGH, DOUBLINGS] = [1e-6, 5];
// e^-30 of the top: there s is not resolved; nor, below a share, tried with fewer nodes
const [FAINT, LIGHT] = [30, 1e-12];
// Of the integral: more than this between scan and nodes is an error
const MISSED = 0.5;

/** Whether there is an integral over x, and one over s within it. */
export function learned({ tau, sigma }) {
  return {
    x: tau !== 0 && (isPrior(tau) || isPrior(sigma)),
    s: isPrior(sigma) && (isPrior(tau) || tau === 0),
  };
}

/** The integral over s at one x: nodes s, their shares, and the log of it; n = 0 is a rough one. */
export function visit(problem, given, n) {
  if (learned(problem).s) return { given, ...problem.inner(problem, given, n) };
  const s = isPrior(problem.sigma) ? Math.log(problem.tau) - given.x : Math.log(problem.sigma);
  return { given, s: [s], share: [1], logShare: [0], log: logJoint(problem, given, s) };
}

/** Ends of x beyond which the posterior only falls. */
function rangeOf(problem) {
  const n = problem.n.filter((one) => one > 0);
  const [least, most] = n.reduce(([a, b], one) => [Math.min(a, one), Math.max(b, one)], [Infinity, 0]);
  const [smallest, largest] = n.length ? [least, most] : [1, 1];
  const tau = sizeOf(problem.tau);
  const sigmas = [sizeOf(problem.sigma)];
  if (isPrior(problem.sigma)) {
    const sizes = [problem.reach * Math.sqrt(largest), Math.sqrt(problem.ss / Math.max(problem.rows, 1))];
    sigmas.push(...sizes.filter((size) => size > 0));
  }
  const low = Math.min(-0.5 * Math.log(largest), Math.log(tau / Math.max(...sigmas)));
  const high = Math.max(
    -0.5 * Math.log(smallest),
    Math.log(Math.max(tau, problem.reach) / Math.min(...sigmas)),
  );
  return [low - 45, high + 85];
}

/** The density of x, scanned over its whole range. */
export function look(problem) {
  const n = problem.rows < MANY ? SCANNED : 0;
  return scan(
    (x) => {
      const { given, s, share, log } = visit(problem, problem.given(x), n);
      return { log, stiff: share.reduce((sum, one, k) => sum + one * stiffness(problem, given, s[k]), 0) };
    },
    ...rangeOf(problem),
  );
}

/** Lay nodes, and double those of x, or of s, until leaving out every second one changes little. */
export function integrate(problem, found = learned(problem).x ? look(problem) : null) {
  const where = found && hillsOf(found.seen);
  let [n, inner, known] = [where ? countOf(where, STEP) : 1, INNER, []];
  for (let round = 0; ; round++) {
    const nodes = nodesOf(problem, where, n);
    known = nodes.map(({ x }, k) => known[k] ?? rough(problem, problem.given(x)));
    if (learned(problem).s) settle(problem, nodes, known, inner);
    const { mixture, answer, changed } = resolved(problem, where, nodes, known, inner);
    if (Math.max(changed.x, changed.s) < ENOUGH || round === DOUBLINGS) {
      const error = changed.x + changed.s + rounding(mixture) + missed(mixture.logs, found);
      return { mixture, answer, error };
    }
    if (changed.s >= ENOUGH) {
      inner = 2 * inner - 1;
      known = known.map(({ given }) => rough(problem, given));
    }
    if (changed.x >= ENOUGH) {
      n = 2 * n - 1;
      known = known.flatMap((one) => [one, undefined]).slice(0, -1);
    }
  }
}

/** Nodes of x; where tau and sigma are known, or tau is 0, there is one. */
function nodesOf({ tau, sigma }, where, n) {
  return where ? lay(where, n) : [{ x: tau ? Math.log(tau / sigma) : -Infinity, logWidth: 0 }];
}

const node = (problem, at) => ({ given: at.given, at, full: atX(problem, at) });

/** A node with the top of s alone, which is all there is where s is known. */
const rough = (problem, given) => node(problem, visit(problem, given, 0));

/** Resolve s wherever the node matters, to a moment of tau if to nothing else. */
function settle(problem, nodes, known, inner) {
  const logs = known.map(({ at }, k) => at.log + nodes[k].logWidth);
  const top = logs.indexOf(Math.max(...logs));
  logs.forEach((log, k) => {
    const moment = Math.max(0, 2 * (nodes[k].x - nodes[top].x)) || 0;
    if (known[k].at.where || log + moment < logs[top] - FAINT) return;
    known[k] = node(problem, visit(problem, known[k].given, inner));
  });
}

/** The same with every second node of s, and the log of what they are of the integral. */
function thinned(problem, { given, at }) {
  const [s, share] = [[], []];
  let total = 0;
  for (let k = 0; k < at.s.length; k += 2) {
    s.push(at.s[k]);
    share.push(at.share[k]);
    total += at.share[k];
  }
  for (let k = 0; k < share.length; k++) share[k] /= total;
  const few = atX(problem, { given, s, share });
  return { few, kept: Math.log(2 * total) };
}

/** The mixture over these nodes, its moments, and what changes when every second node of x, or of s, is left out. */
function resolved(problem, where, nodes, known, inner) {
  const [at, full] = [known.map((one) => one.at), known.map((one) => one.full)];
  const logs = at.map(({ log }, k) => log + nodes[k].logWidth);
  const mixture = { problem, where, at, full, logs, inner, weight: normalised(logs) };
  const [answer, half] = moments(problem, full, mixture.weight);
  return {
    mixture,
    answer,
    changed: { x: where ? change(answer, half) : 0, s: within(problem, known, mixture, answer) },
  };
}

export function normalised(logs) {
  const top = Math.max(...logs);
  const shares = logs.map((log) => Math.exp(log - top));
  const total = shares.reduce((a, b) => a + b);
  return shares.map((share) => share / total);
}

// --- errors ---------------------------------------------------------------------------------------------------------

/** What changes when every second node of s is left out, where there is something. */
function within(problem, known, { logs, weight }, answer) {
  if (!learned(problem).s) return 0;
  known.forEach((one, k) => weight[k] > LIGHT && Object.assign(one, one.few ? {} : thinned(problem, one)));
  const fewer = normalised(logs.map((log, k) => log + (known[k].kept ?? 0)));
  const few = known.map((one) => one.few ?? one.full);
  return change(answer, moments(problem, few, fewer)[0]);
}

/** How far rounding may move the log density where the posterior is, and so its moments. */
function rounding({ problem, at, weight }) {
  // no integral
  if (at.length * at[0].s.length === 1) return 0;
  let size = 0;
  at.forEach(({ given, s, share }, k) => {
    for (let m = 0; m < s.length; m++) {
      const v = Math.exp(-2 * s[m]);
      let terms = given.misfit * v + Math.abs(problem.rows * s[m]) + given.logSpread;
      given.gap.forEach((gap, i) => (terms += gap ** 2 / (1 + 1 / (given.weight[i] * v))));
      if (weight[k] * share[m] > 0) size += weight[k] * share[m] * terms;
    }
  });
  return 4 * Number.EPSILON * size;
}

/** How far the scan's own sum, over straight lines, is from that of the nodes, if it is far. */
function missed(logs, found) {
  if (!found) return 0;
  const { seen, unsure } = found;
  const top = Math.max(...logs);
  const sum = logs.reduce((all, log) => all + Math.exp(log - top), 0);
  let rough = 0;
  for (let k = 1; k < seen.length; k++) {
    const [a, b] = [seen[k - 1], seen[k]];
    rough += ((Math.exp(a.log - top) + Math.exp(b.log - top)) / 2) * (b.x - a.x);
  }
  const off = Number.isFinite(unsure) ? Math.abs(Math.log(rough / sum)) : Infinity;
  return off > MISSED ? off : 0;
}
