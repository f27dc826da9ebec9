// Sums over groups with one population mean, as functions of x = log r, r = tau/sigma. With u_j = n_j r² / (1 + n_j r²)
// a group's mean weighs n_j (1 - u_j), and 1 - u_j is what pooling leaves of its distance from the population.

/**
 * The problem that `mixture` solves; data and priors in one unit, around a value among the data. `bySize` puts groups
 * together, where some are of one size.
 */
export function groupsProblem({ n, y, ss, rows, loc, scale, tau, sigma, inner, bySize }) {
  const [size, many, middle, spread] = bySize?.(n, y) ?? [n, n.map(() => 1), y, n.map(() => 0)];
  const [weight, lost] = [size.slice(), size.slice()]; // at one x

  function given(x) {
    const r2 = Math.exp(2 * x);
    let [total, first, logSpread, product, flex] = [0, 0, 0, 1, 0];
    for (let k = 0; k < size.length; k++) {
      const grown = 1 + size[k] * r2;
      weight[k] = (many[k] * size[k]) / grown;
      lost[k] = 1 - 1 / grown;
      total += weight[k];
      first += weight[k] * middle[k];
      flex += (many[k] * lost[k]) / grown;
      if (many[k] > 1) logSpread += many[k] * Math.log(grown);
      else product *= grown;
      // one logarithm for many sizes
      if (product > 1e100) {
        logSpread += Math.log(product);
        product = 1;
      }
    }
    logSpread += Math.log(product);
    const centre = scale && total > 0 ? first / total : 0;
    let [misfit, steep, steepWeight] = [ss, 0, 0];
    for (let k = 0; k < size.length; k++) {
      const square = weight[k] * (spread[k] + (middle[k] - centre) ** 2);
      misfit += square;
      steep += square * lost[k];
      steepWeight += weight[k] * lost[k];
    }
    return {
      x,
      r2,
      misfit,
      logSpread,
      steep,
      flex,
      centre,
      weight: scale ? [scale ** 2 * total] : [],
      gap: scale ? [(centre - loc) / scale] : [],
      steepWeight: scale ? [scale ** 2 * steepWeight] : [],
    };
  }

  return {
    n,
    ss,
    rows,
    tau,
    sigma,
    inner,
    given,
    /** How far the groups are from the prior mean of mu, at most. */
    reach: y.reduce((most, one) => Math.max(most, Math.abs(one)), 0) + Math.abs(loc),
    base: y,
    /** Mean and covariance of mu, from those of its whitened distance to `centre`. */
    population: ({ centre }, mean, covariance) =>
      scale
        ? { mean: [centre + scale * mean[0]], covariance: [scale ** 2 * covariance[0]] }
        : { mean: [0], covariance: [0] },
    /** How far mu pulls theta_j away from y_j, and the variance that mu's own adds. */
    effect: (j, kept, { mean }) => kept * (mean[0] - y[j]),
    uncertain: (_, kept, { covariance }) => kept ** 2 * covariance[0],
  };
}
