// The posterior of chapters 6 and 7: each department also has a scatter sigma_d ~ HalfCauchy(sigma_scale).
// The grid of sigma is that prior: equal weights at its quantiles.

import { mean } from "../frontend/summary.js";
import { COURSE, DEPARTMENTS, normalise, points, present } from "./grid.js";
import { createPopulation } from "./population.js";

const COUNT = 60;
const U = points(COUNT, 0.5 / COUNT, 1 / COUNT);
const BLUR = (COURSE.theta[1] - COURSE.theta[0]) / 2; // as in pooling.likelihood.spread_likelihood
export const SIGMAS = DEPARTMENTS.map((name) => `sigma[${name}]`);

/** sigma's points and the ends of their cells; the last cell, endless, is made symmetric. */
function quantiles(scale) {
  const values = U.map((u) => scale * Math.tan((Math.PI / 2) * u));
  const edges = Float64Array.from(
    { length: COUNT + 1 },
    (_, k) => scale * Math.tan((Math.PI / 2) * (k / COUNT)),
  );
  edges[COUNT] = 2 * values[COUNT - 1] - edges[COUNT - 1];
  return { values, edges };
}

/**
 * p(t_d | theta, sigma) for one department, a row for each sigma, divided by about its maximum:
 * sigma^(1−n) exp(−squares / 2 sigma²) N(mean; theta, √(sigma²/n + BLUR²)).
 */
function tableOf({ count, mean: centre, squares }, sigma, table) {
  if (!count) return table.fill(1); // nobody there
  const { theta } = COURSE;
  const peak = Math.min(sigma[COUNT - 1], Math.max(sigma[0], Math.sqrt(squares / count)));
  const variance = (s) => s ** 2 / count + BLUR ** 2;
  const ofSquares = (s) => (1 - count) * Math.log(s) - squares / (2 * s ** 2) - 0.5 * Math.log(variance(s));
  for (let k = 0; k < COUNT; k++) {
    const row = table.subarray(k * theta.length, (k + 1) * theta.length);
    hill(row, ofSquares(sigma[k]) - ofSquares(peak), -0.5 / variance(sigma[k]), centre);
  }
  return table;
}

/**
 * exp(level + half x²) at each x = theta − centre. Steps are equal, so two products make the next value from the last;
 * outwards from the nearest theta, for what has become 0 would stay 0.
 */
function hill(row, level, half, centre) {
  const { theta } = COURSE;
  const step = theta[1] - theta[0];
  const nearest = Math.min(theta.length - 1, Math.max(0, Math.round((centre - theta[0]) / step)));
  const x = theta[nearest] - centre;
  const bend = Math.exp(2 * half * step ** 2);
  row[nearest] = Math.exp(level + half * x ** 2);
  for (const way of [1, -1]) {
    let value = row[nearest];
    let ratio = Math.exp(half * step * (step + 2 * way * x));
    for (let i = nearest + way; i >= 0 && i < row.length; i += way) {
      value *= ratio;
      ratio *= bend;
      row[i] = value;
    }
  }
}

export function learnedVariance() {
  const population = createPopulation();
  const tables = DEPARTMENTS.map(() => new Float64Array(COUNT * COURSE.theta.length));
  const posterior = { ...population.posterior };
  const prior = { ...population.prior };
  const result = { posterior, prior, likelihood: {}, references: {}, improper: [] };
  let grid = {};

  /** p(t_d | theta): sigma summed out, before anything else is done. */
  function likelihood(d, arrivals, out) {
    const table = tableOf(arrivals, grid.values, tables[d]);
    out.fill(0);
    for (let k = 0; k < COUNT; k++) for (let i = 0; i < out.length; i++) out[i] += table[k * out.length + i];
  }

  /** p(sigma_d | t) from what the others say of theta_d and what its own arrivals say of both. */
  function scatter(d) {
    const from = population.others[d];
    const { probability } = posterior[SIGMAS[d]];
    for (let k = 0; k < COUNT; k++) {
      probability[k] = 0;
      for (let i = 0; i < from.length; i++) probability[k] += from[i] * tables[d][k * from.length + i];
    }
    normalise(probability);
  }

  return (t, { mu_scale, tau_scale, sigma_scale }) => {
    if (grid.scale !== sigma_scale) {
      grid = { scale: sigma_scale, ...quantiles(sigma_scale) };
      for (const name of SIGMAS) {
        prior[name] = { ...grid, probability: new Float64Array(COUNT).fill(1 / COUNT) };
        posterior[name] = { ...grid, probability: new Float64Array(COUNT) };
      }
    }
    result.improper.length = 0;
    DEPARTMENTS.forEach((name, d) => {
      const arrivals = present(t[d]);
      const key = Object.values(arrivals).concat(sigma_scale).join();
      population.observe(d, key, (out) => likelihood(d, arrivals, out));
      if (arrivals.count > 1 && arrivals.squares === 0)
        result.improper.push({ name, count: arrivals.count, smallest: grid.values[0] });
    });
    population.learn({ mu_scale, tau_scale });
    DEPARTMENTS.forEach((_, d) => scatter(d));
    result.references["mean of mu"] = mean(posterior.mu);
    return result;
  };
}
