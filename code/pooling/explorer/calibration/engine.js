// Rank histograms: counts, their χ² against a uniform one, the band that holds those of chance.
import { keptFor } from "../frontend/kept.js";

export const BINS = 25;
const LEVELS = 100; // ranks come as whole hundredths

/** Ranks by study, "course grid once", from base64. */
const decoded = keptFor((data) =>
  Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]),
  ),
);

/** Which ranks are asked for: mu and tau are the same by either query. */
const field = ({ of, query }) => (of === "theta" ? query : of);

/** P(χ² > x) with an even number of degrees of freedom: e^-y Σ y^k / k!, k < df/2, y = x/2. */
export function survival(x, df) {
  const y = x / 2;
  let term = Math.exp(-y);
  let total = term;
  for (let k = 1; k < df / 2; k++) {
    term *= y / k;
    total += term;
  }
  return Math.min(1, total);
}

/** The smallest count at which the cdf of Binomial(n, 1/BINS) reaches q. */
function binomial(q, n) {
  const odds = 1 / (BINS - 1);
  let p = Math.exp(n * Math.log1p(-1 / BINS));
  let below = p;
  let count = 0;
  while (below < q && count < n) {
    p *= ((n - count) / (count + 1)) * odds;
    below += p;
    count += 1;
  }
  return count;
}

/** Between these counts all bins of n uniform ranks stay, with a probability of at least 99 %. */
export function band(n) {
  const outside = 0.01 / BINS / 2;
  return [binomial(outside, n), binomial(1 - outside, n)];
}

/** The first `replications` ranks, counted. */
function histogram(ranks, n) {
  const counts = new Array(BINS).fill(0);
  let inside = 0;
  for (let r = 0; r < n; r++) {
    counts[Math.floor((ranks[r] * BINS) / LEVELS)] += 1;
    if (ranks[r] >= 0.03 * LEVELS && ranks[r] < 0.97 * LEVELS) inside += 1;
  }
  const expected = n / BINS;
  const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const [lower, upper] = band(n);
  const out = counts.map((count) => count < lower || count > upper);
  return {
    heights: counts.map((count) => count / expected),
    limits: [lower / expected, upper / expected],
    out,
    told: {
      chi2,
      p: survival(chi2, BINS - 1),
      bins_outside: out.filter(Boolean).length,
      coverage_percent: (100 * inside) / n,
    },
  };
}

/** What the page shows; `data` are the ranks of each study. */
export function compute(settings, data) {
  const { grid, source, replications } = settings;
  return histogram(decoded(data)[`${grid} ${source} ${field(settings)}`], replications);
}

/** A number that the page tells. */
export const number = ({ told }, quantity) => told[quantity.split(":")[1]];
