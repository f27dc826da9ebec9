// The log likelihood of beta-binomial groups, stable for 0 to 1e9 trials and any kappa, as in beta_binomial.py: a group
// of s successes and f failures says (x)_s (y)_f / (x + y)_(s + f) of x = m kappa and y = (1 - m) kappa, where
// (x)_s = Γ(x + s) / Γ(x), by Stirling's series at x + 8, whose parts without m and kappa are left out. Summed over groups
// each factor needs how often each s occurs, each f, each s + f: that is tallied once.
import { tabled } from "./tabled.js";

const SHIFT = 8;
const SHORT = 4; // factors x + i, at most, in place of one call of `rise`
const POINTS = 20; // that stand for all numbers within a factor of two
const LARGE = 1e7; // trials with which the rounding of log x counts

/** Groups that are different, { successes, failures, times }, which of them each one is, and sums over all of them. */
export function counted(successes, trials) {
  const [kinds, of] = [[], new Map()];
  const kind = Array.from(trials, (n, j) => {
    const key = `${successes[j]} ${n}`;
    if (!of.has(key)) {
      of.set(key, kinds.length);
      kinds.push({ successes: successes[j], failures: n - successes[j], times: 0 });
    }
    kinds[of.get(key)].times++;
    return of.get(key);
  });
  const quick = trials.reduce((a, b) => a + b, 0) < LARGE ? tabled : (of) => of;
  const over = (number) => {
    const numbers = tally(kinds.map((one) => [number(one), one.times]));
    return {
      rises: quick((logX) => rises(Math.exp(logX), numbers)),
      slopes: quick((logX) => slopes(Math.exp(logX), numbers)),
    };
  };
  return {
    kinds,
    kind,
    won: over((one) => one.successes),
    lost: over((one) => one.failures),
    tried: over((one) => one.successes + one.failures),
  };
}

/**
 * Sums over numbers > 0, of how many groups each is, by few: { numbers, times } over which sums of smooth functions are
 * what they are over all; or, if that is no longer, { steps }, of each i how many numbers are beyond it: then (x)_s is
 * a product of factors x + i.
 */
function tally(numbers) {
  const [all, powers] = [new Map(), new Map()];
  for (const [s, times] of numbers) if (s > 0) all.set(s, (all.get(s) ?? 0) + times);
  let largest = 0;
  for (const one of all) {
    const power = 31 - Math.clz32(one[0]);
    if (!powers.has(power)) powers.set(power, []);
    powers.get(power).push(one);
    largest = Math.max(largest, one[0]);
  }
  const few = [...powers].flatMap(([power, some]) =>
    some.length > POINTS ? chebyshev(some, 2 ** power) : some,
  );
  if (largest > SHORT * few.length)
    return { numbers: Float64Array.from(few, ([s]) => s), times: Float64Array.from(few, ([, n]) => n) };
  const steps = new Float64Array(largest);
  for (const [s, times] of all) for (let i = 0; i < s; i++) steps[i] += times;
  return { steps };
}

/** Chebyshev points of [lower, 2 lower], and how many groups each stands for. */
function chebyshev(numbers, lower) {
  const points = Array.from({ length: POINTS }, (_, i) => {
    const angle = ((i + 0.5) * Math.PI) / POINTS;
    return { at: lower * (1.5 + 0.5 * Math.cos(angle)), sign: (i % 2 ? -1 : 1) * Math.sin(angle), times: 0 };
  });
  for (const [s, times] of numbers) {
    const share = points.map(({ at, sign }) => sign / (s - at || 1e-300));
    const total = share.reduce((a, b) => a + b, 0);
    points.forEach((one, i) => {
      one.times += (times * share[i]) / total;
    });
  }
  return points.map(({ at, times }) => [at, times]);
}

/** log Γ(y) less Stirling's formula, y >= 8. */
function delta(y) {
  const z = 1 / (y * y);
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y;
}

/** log (x)_s - s log s + s, s > 0. */
function rise(x, s) {
  const y = x + SHIFT;
  let ratio = 1;
  for (let i = 0; i < SHIFT; i++) ratio *= (x + i) / (x + s + i);
  return (y - 0.5) * Math.log1p(s / y) + s * Math.log1p(y / s) + delta(y + s) - delta(y) + Math.log(ratio);
}

/** The derivative of log (x)_s in x, times x. */
function slope(x, s) {
  const y = x + SHIFT;
  const [z, w] = [1 / (y * y), 1 / ((y + s) * (y + s))];
  let value = Math.log1p(s / y) + (0.5 * s) / (y * (y + s)) + (z - w) / 12 - (z * z - w * w) / 120;
  value = x * (value + (z ** 3 - w ** 3) / 252);
  for (let i = 0; i < SHIFT; i++) value += (x / (x + i)) * (s / (x + s + i));
  return value;
}

/** Σ log (x)_s over a tally, less what does not depend on x. */
function rises(x, { steps, numbers, times }) {
  let total = 0;
  if (steps) for (let i = 0; i < steps.length; i++) total += steps[i] * Math.log(x + i);
  else for (let k = 0; k < numbers.length; k++) total += times[k] * rise(x, numbers[k]);
  return total;
}

/** Its derivative in log x. */
function slopes(x, { steps, numbers, times }) {
  let total = 0;
  if (steps) for (let i = 0; i < steps.length; i++) total += steps[i] * (x / (x + i));
  else for (let k = 0; k < numbers.length; k++) total += times[k] * slope(x, numbers[k]);
  return total;
}
