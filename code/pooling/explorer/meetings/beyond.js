// Beyond the course grid: the models of chapters 1 to 5 without one. With known scales all is normal; a population is
// learned by the exact engine. What is drawn are densities, in units of a cell of the course grid, so that a curve
// from there may be compared; what is told comes from no grid.
import { density } from "../exact/density.js";
import { knownSe } from "../exact/known_se.js";
import { halfCauchy, normal } from "../exact/priors.js";
import { interval, median } from "../frontend/summary.js";
import { COURSE, DEPARTMENTS, points, present, THETAS } from "./grid.js";
import { completeLimit } from "./partial_pooling.js";

const [FAR, WIDE] = [40, 20]; // minutes, as in beyond.py
const WINDOW = 60;
const CELL = COURSE.theta[1] - COURSE.theta[0];
const LIGHT = 1e-7; // of a node that is not drawn
const NEAR = points(41, -5, 0.25); // sds
const STEP = 0.02; // of log tau; as in beyond.py
const TAU = Float64Array.from({ length: 1501 }, (_, i) => Math.exp((i - 500) * STEP));
const EDGES = Float64Array.from({ length: 1502 }, (_, i) => Math.exp((i - 500.5) * STEP));

/** Whether the course grid is meant for these settings. */
export const holds = (t, settings) =>
  ["tau", "mu_scale", "tau_scale"].every((name) => !(settings[name] > WIDE)) &&
  t.flat().every((value) => !(Math.abs(value) > FAR));

/** The end of an axis that reaches x: 60, 150, 300, 600, … */
function round(x) {
  if (x <= WINDOW) return WINDOW;
  const power = 10 ** Math.floor(Math.log10(x));
  return [1.5, 3, 6, 15].map((one) => one * power).find((end) => end >= x);
}

/** A mixture of normals as a curve over an axis up to `end`, closer where `centre` is; heights are those of a cell. */
function drawn(parts, centre, end, cell) {
  const near = Array.from(NEAR, (z) => centre.mean + z * Math.min(centre.sd, end));
  const values = Float64Array.from([...points(241, -end, end / 120), ...near]).sort();
  const probability = new Float64Array(values.length);
  for (const { mean, sd, weight } of parts) {
    const height = (cell * weight) / (sd * Math.sqrt(2 * Math.PI));
    for (let i = 0; i < values.length; i++) {
      const z = (values[i] - mean) / sd;
      if (z > -7 && z < 7) probability[i] += height * Math.exp(-0.5 * z * z);
    }
  }
  return { values, probability };
}
const hill = (one, end, cell = CELL) => drawn([{ ...one, weight: 1 }], one, end, cell);

/** Of N(mean, sd) and arrivals, `count` of them with mean `centre` and sd `sigma`. */
function conjugate(mu, tau, sigma, { count, mean }) {
  const precision = tau ** -2 + count * sigma ** -2;
  const data = count ? count * mean * sigma ** -2 : 0;
  return { mean: (mu * tau ** -2 + data) / precision, sd: precision ** -0.5 };
}

/** theta under each name, learned from its own arrivals only. */
function known(rows, t, { mu, tau, sigma }) {
  const end = endOf(t);
  const result = { posterior: {}, prior: {}, likelihood: {}, told: {}, axes: { theta: end, tau: WINDOW } };
  for (const [name, row] of rows) {
    const seen = present(row);
    const own = conjugate(mu, tau, sigma, seen);
    result.posterior[name] = hill(own, end);
    result.prior[name] = hill({ mean: mu, sd: tau }, end);
    result.likelihood[name] = hill({ mean: seen.mean, sd: sigma / Math.sqrt(seen.count) }, end);
    Object.assign(result.told, { [`mean:${name}`]: own.mean, [`sd:${name}`]: own.sd });
  }
  return result;
}

const endOf = (t) => round(1.1 * Math.max(0, ...t.flat().filter(Number.isFinite).map(Math.abs)));

function completePooling(t, settings) {
  const references = { "sample mean": present(t.flat()).mean };
  return { ...known([["theta", t.flat()]], t, settings), references };
}

function noPooling(t, settings) {
  const rows = THETAS.map((name, d) => [name, t[d]]);
  return { ...known(rows, t, settings), references: { mu: settings.mu } };
}

/** Of theta_j, or of mu: normal given tau, a part for each node of the exact engine. */
function partsOf({ problem, full, weight, centre, unit }, j) {
  return full.flatMap((node, k) => {
    if (weight[k] < LIGHT) return [];
    const kept = j === null ? 0 : 1 / (1 + problem.n[j] * node.r2);
    const [mean, variance] =
      j === null
        ? [node.mean[0], node.covariance[0]]
        : [
            problem.base[j] + problem.effect(j, kept, node),
            kept * node.r2 * node.sigma ** 2 + problem.uncertain(j, kept, node),
          ];
    return [{ mean: centre + unit * mean, sd: unit * Math.sqrt(variance), weight: weight[k] }];
  });
}

/** tau: its median and interval, and its density over an axis that reaches the interval. */
function spreadOf(mixture, tau_scale) {
  const probability = density(mixture, "tau", TAU).map((p) => p * STEP);
  const marginal = { values: TAU, probability, edges: EDGES };
  const [lower, upper] = interval(marginal);
  const end = round(upper);
  const values = points(240, end / 480, end / 240);
  const prior = values.map((x) => 2 / (Math.PI * tau_scale * (1 + (x / tau_scale) ** 2)));
  return {
    told: { "median:tau": median(marginal), "lower:tau": lower, "upper:tau": upper },
    posterior: { values, probability: density(mixture, "tau", values).map((p, i) => p / values[i]) },
    prior: { values, probability: prior },
    end,
  };
}

function partialPooling(t, { mu_scale, tau_scale, sigma }) {
  const rows = [...DEPARTMENTS.map((_, d) => present(t[d])), { count: 0, mean: NaN }];
  const se = rows.map(({ count }) => (count ? sigma / Math.sqrt(count) : NaN));
  const estimate = rows.map(({ count, mean }) => (count ? mean : NaN));
  const { mu, theta, mixture } = knownSe(estimate, se, {
    mu: normal(0, mu_scale),
    tau: halfCauchy(tau_scale),
  });
  const tau = spreadOf(mixture, tau_scale);
  const end = endOf(t);
  const told = { ...tau.told, "mean:mu": mu.mean, "sd:mu": mu.sd };
  const posterior = { mu: drawn(partsOf(mixture, null), mu, end, 2 * CELL), tau: tau.posterior };
  [...THETAS, "theta[NEW]"].forEach((name, j) => {
    posterior[name] = drawn(partsOf(mixture, j), theta[j], end, CELL);
    Object.assign(told, { [`mean:${name}`]: theta[j].mean, [`sd:${name}`]: theta[j].sd });
  });
  return {
    posterior,
    prior: { mu: hill({ mean: 0, sd: mu_scale }, end, 2 * CELL), tau: tau.prior },
    likelihood: {},
    references: { "complete pooling": completeLimit(t, mu_scale, sigma) },
    told,
    axes: { theta: end, tau: tau.end },
  };
}

/** By stem: posterior(t, settings), a new result each time, with what is `told` and the ends of the `axes`. */
export const BEYOND = {
  complete_pooling: completePooling,
  no_pooling: noPooling,
  partial_pooling: partialPooling,
  hyperpriors: partialPooling,
  missing_data: partialPooling,
};
