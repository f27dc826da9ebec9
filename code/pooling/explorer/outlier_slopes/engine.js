// The exact posterior of eight slopes through the origin with one unknown sigma: mu and theta in closed form,
// tau and sigma by quadrature. Newtons, centimetres; scales are sds; y are the readings of bench 7.
import { interval, median } from "../frontend/summary.js";

const STEP = 0.02; // of log sigma and of log tau; as in __init__.py
const STRIDE = 3; // that of log r, r = tau / sigma, is so many of them
const SIGMA = cellsOf(-100, 281);
const TAU = cellsOf(-700, 1101);
const AROUND = 45; // cells of sigma on either side of the most probable one, given r
const ALONE = 20; // sd of the prior of a slope that stands alone

/** Cells of equal width in the logarithm, the first about exp(first · STEP). */
function cellsOf(first, length) {
  const at = (shift, n) => Float64Array.from({ length: n }, (_, i) => Math.exp((first + i + shift) * STEP));
  return { first, values: at(0, length), edges: at(-0.5, length + 1) };
}

/** What is enough to know of each bench, { weight, slope }, and of all: ss, rows. `own` are the readings y. */
function sums({ x, y, bench }, own) {
  const groups = bench.at(-1) + 1;
  const weight = new Float64Array(groups);
  const products = new Float64Array(groups);
  const first = bench.indexOf(groups - 1);
  const read = (i) => (i < first ? y[i] : own[i - first]);
  bench.forEach((j, i) => {
    weight[j] += x[i] ** 2;
    products[j] += x[i] * read(i);
  });
  const slope = products.map((sum, j) => sum / weight[j]);
  const ss = bench.reduce((sum, j, i) => sum + (read(i) - slope[j] * x[i]) ** 2, 0);
  return { weight, slope, ss, rows: x.length };
}

/** Each bench for itself: theta_j ~ N(0, 20), sigma ~ Exp(10). */
function apart({ weight, slope, ss, rows }) {
  const log = Float64Array.from(SIGMA.values, (sigma) => {
    let sum = (1 + slope.length - rows) * Math.log(sigma) - ss / (2 * sigma ** 2) - 10 * sigma;
    for (let j = 0; j < slope.length; j++) {
      const variance = ALONE ** 2 + sigma ** 2 / weight[j];
      sum -= 0.5 * (Math.log(variance) + slope[j] ** 2 / variance);
    }
    return sum;
  });
  const top = log.reduce((a, b) => Math.max(a, b));
  const p = log.map((one) => Math.exp(one - top));
  const total = p.reduce((a, b) => a + b);
  return Array.from(slope, (own, j) => {
    let [first, second] = [0, 0];
    for (let k = 0; k < p.length; k++) {
      const noise = SIGMA.values[k] ** 2 / weight[j];
      const share = ALONE ** 2 / (ALONE ** 2 + noise);
      first += p[k] * share * own;
      second += p[k] * (share * noise + (share * own) ** 2);
    }
    return { mean: first / total, sd: Math.sqrt(second / total - (first / total) ** 2) };
  });
}

/** Given r: what its sums over the benches are, which sigma only rescales. */
function given(r, { weight, slope }) {
  let [total, centre, squares, spread] = [0, 0, 0, 0];
  for (let j = 0; j < weight.length; j++) {
    const w = weight[j] / (1 + weight[j] * r * r);
    total += w;
    centre += w * slope[j];
    spread += Math.log1p(weight[j] * r * r);
  }
  centre /= total;
  for (let j = 0; j < weight.length; j++)
    squares += (weight[j] / (1 + weight[j] * r * r)) * (slope[j] - centre) ** 2;
  return { total, centre, squares, spread };
}

/** The cell of sigma where its density given r is about highest: Newton's steps in log sigma. */
function summit(spare, squares, slopes) {
  let s = 0.5 * Math.log(squares / spare);
  for (let round = 0; round < 6; round++) {
    const [pull, push] = [squares * Math.exp(-2 * s), slopes * Math.exp(s)];
    s += Math.max(-0.5, Math.min(0.5, (pull - push - spare) / (2 * pull + push)));
  }
  return Math.round(s / STEP) - SIGMA.first;
}

/** The hierarchical model: theta_j ~ N(mu, tau), mu ~ N(0, 1), tau ~ Exp(tau_rate), sigma ~ Exp(10). */
function together(benches, tau_rate) {
  const { weight, slope, ss, rows } = benches;
  const nodes = [];
  let top = -Infinity;
  for (let i = -750; i <= 249; i += STRIDE) {
    const r = Math.exp(i * STEP);
    const sum = given(r, benches);
    const middle = summit(rows - 2, ss + sum.squares, 10 + tau_rate * r);
    const from = Math.max(0, middle - AROUND);
    const until = Math.min(SIGMA.values.length, middle + AROUND + 1);
    const log = new Float64Array(Math.max(0, until - from));
    for (let k = from; k < until; k++) {
      const sigma = SIGMA.values[k];
      const precision = 1 / (sigma * sigma);
      const against = 1 + sum.total * precision; // mu's prior, N(0, 1), is one more piece of evidence
      const misfit = (ss + sum.squares + (sum.total * sum.centre ** 2) / against) * precision;
      const scales = (2 - rows) * (SIGMA.first + k) * STEP + i * STEP - (10 + tau_rate * r) * sigma;
      log[k - from] = scales - 0.5 * (misfit + sum.spread + Math.log(against));
      top = Math.max(top, log[k - from]);
    }
    nodes.push({ i, r, from, log, ...sum });
  }

  const sigmas = new Float64Array(SIGMA.values.length);
  const taus = new Float64Array(TAU.values.length);
  const theta = Array.from(slope, () => [0, 0]);
  let [all, first, second] = [0, 0, 0];
  for (const { i, r, from, log, total, centre } of nodes) {
    let [p, mu, square, noise] = [0, 0, 0, 0];
    for (let n = 0; n < log.length; n++) {
      const share = Math.exp(log[n] - top);
      const variance = SIGMA.values[from + n] ** 2;
      const left = 1 / (1 + total / variance);
      const mean = (1 - left) * centre;
      p += share;
      mu += share * mean;
      square += share * (left + mean * mean);
      noise += share * variance;
      sigmas[from + n] += share;
      taus[clamp(i + SIGMA.first + from + n - TAU.first, taus.length)] += share;
    }
    all += p;
    first += mu;
    second += square;
    for (let j = 0; j < theta.length; j++) {
      const pull = 1 / (1 + weight[j] * r * r);
      const own = (1 - pull) * slope[j];
      theta[j][0] += pull * mu + own * p;
      theta[j][1] += pull * pull * square + 2 * pull * own * mu + own * own * p + pull * r * r * noise;
    }
  }
  const moments = ([one, two]) => ({ mean: one / all, sd: Math.sqrt(two / all - (one / all) ** 2) });
  return {
    mu: moments([first, second]),
    theta: theta.map(moments),
    tau: described(TAU, taus, all),
    sigma: described(SIGMA, sigmas, all),
  };
}

const clamp = (i, length) => Math.max(0, Math.min(length - 1, i));

function described({ values, edges }, weights, all) {
  const marginal = { values, edges, probability: weights.map((one) => one / all) };
  const [lower, upper] = interval(marginal);
  return { ...marginal, median: median(marginal), lower, upper };
}

/** What the page shows; `data` are all readings { x, y, bench }, `y` those of the last bench. */
export function compute({ y, tau_rate }, data) {
  const benches = sums(data, y);
  return { ...together(benches, tau_rate), apart: apart(benches) };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [, kind, of, j] = /^(\w+):(\w+)(?:\[(\d+)\])?$/.exec(quantity);
  if (kind === "alone") return result.apart[j].mean;
  if (kind === "spread") return result.apart[j].sd;
  return (j === undefined ? result[of] : result[of][j])[kind];
}
