// Accidents a month in cities, with pooling and without: all by the engine that every explorer has. Scales are sds.
import { normalGroups } from "../exact/normal_groups.js";
import { halfCauchy, normal } from "../exact/priors.js";
import { keptFor } from "../frontend/kept.js";

const SCALE = 10; // mu ~ N(0, 10); tau and sigma ~ HC(10); without pooling theta_j ~ N(0, 10)
const PRIORS = {
  partial_pooling: () => ({ mu: normal(0, SCALE), tau: halfCauchy(SCALE), sigma: halfCauchy(SCALE) }),
  no_pooling: () => ({ mu: 0, tau: SCALE, sigma: halfCauchy(SCALE) }),
  error_fixed: ({ sigma }) => ({ mu: 0, tau: SCALE, sigma }),
};

/** All theta; mean and sd of mu, tau and sigma. `data.ss` is that of all cities together. */
function posterior(data, model) {
  const ss = data.n.map((_, j) => (j === 0 ? data.ss : 0));
  return normalGroups(data.n, data.mean, ss, PRIORS[model](data));
}

/** `added` accidents to each row of one city, whose mean stops at 0. */
function moved(data, { city, added }) {
  return { ...data, mean: data.mean.with(city, Math.max(0, data.mean[city] + added)) };
}

const means = ({ theta }) => theta.map(({ mean }) => mean);

/** Under each model, all estimates while no city has moved. */
const untouched = keptFor((data) => {
  const kept = {};
  return (model) => (kept[model] ??= means(posterior(data, model)));
});

/** What the page shows: the posterior, and how far every estimate has come from where it was. */
export function compute(settings, data) {
  const { city, model } = settings;
  const before = untouched(data)(model);
  const now = moved(data, settings);
  const { mu, tau, sigma, theta } = posterior(now, model);
  const result = { mu, tau, sigma, theta: means({ theta }), own: theta[city] };
  const change = result.theta.map((x, j) => x - before[j]);
  const others = change.filter((_, j) => j !== city);
  return { ...result, mean: now.mean, change, rise: Math.max(...others), fall: Math.min(...others), city };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [kind, name] = quantity.split(":");
  if (name === "others") return result[kind];
  if (kind === "moved") return result.change[result.city];
  return result[name === "theta" ? "own" : name][kind];
}
