// Numbers that describe one marginal {values, probability}, as pooling.posterior.Marginal defines them.

export function mean({ values, probability }) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] * probability[i];
  return total;
}

export function sd(marginal) {
  const { values, probability } = marginal;
  const centre = mean(marginal);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += probability[i] * (values[i] - centre) ** 2;
  return Math.sqrt(total);
}

/** Cell edges midway between values, the end cells symmetric. */
function between(values) {
  const n = values.length;
  const edges = new Float64Array(n + 1);
  for (let i = 1; i < n; i++) edges[i] = (values[i - 1] + values[i]) / 2;
  edges[0] = 2 * values[0] - edges[1];
  edges[n] = 2 * values[n - 1] - edges[n - 1];
  return edges;
}

/** What a curve shows: the probability of equal cells; of cells given by their edges, that per tenfold of the value. */
export function heights({ values, probability, edges }) {
  return edges ? probability.map((p, i) => (p * values[i]) / (edges[i + 1] - edges[i])) : probability;
}

/** The marginal as a histogram: cell edges, and the cdf at each edge. */
function cells({ values, probability, edges = between(values) }) {
  const n = values.length;
  const cdf = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) cdf[i + 1] = cdf[i] + probability[i];
  for (let i = 0; i <= n; i++) cdf[i] /= cdf[n];
  return { edges, cdf };
}

/** The value below which `mass` lies, linear within a cell; where no mass lies between two values, the upper. */
function quantile({ edges, cdf }, mass) {
  let [low, high] = [0, cdf.length - 1];
  if (mass >= cdf[high]) return edges[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cdf[middle] <= mass) low = middle;
    else high = middle;
  }
  return edges[low] + ((mass - cdf[low]) / (cdf[high] - cdf[low])) * (edges[high] - edges[low]);
}

export const median = (marginal) => quantile(cells(marginal), 0.5);

/** The narrowest [a, b] that holds `mass`: one of its ends is a cell's edge, so try each edge as either end. */
export function interval(marginal, mass = 0.94) {
  const histogram = cells(marginal);
  const { edges, cdf } = histogram;
  let best = [edges[0], edges[edges.length - 1]];
  const consider = (a, b) => {
    if (b - a < best[1] - best[0]) best = [a, b];
  };
  for (let i = 0; i < edges.length; i++)
    if (cdf[i] + mass <= 1) consider(edges[i], quantile(histogram, cdf[i] + mass));
  for (let i = 0; i < edges.length; i++)
    if (cdf[i] - mass >= 0) consider(quantile(histogram, cdf[i] - mass), edges[i]);
  return best;
}

const SUMMARIES = {
  mean,
  sd,
  median,
  lower: (marginal) => interval(marginal)[0],
  upper: (marginal) => interval(marginal)[1],
};

/** The number a page calls `quantity`, such as "mean:theta[MATH]". */
export function summarise(result, quantity) {
  const [kind, name] = quantity.split(":");
  return SUMMARIES[kind](result.posterior[name]);
}
