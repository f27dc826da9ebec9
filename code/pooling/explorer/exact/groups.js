// Sums over groups with one population mean, as functions of x = log r, r = tau/sigma. With u_j = n_j r² / (1 + n_j r²)
// a group's mean weighs n_j (1 - u_j), and 1 - u_j is what pooling leaves of its distance from the population.

const NONE = [];

/** The problem that `mixture` solves; data and priors in one unit, around a value among the data. */
export function groupsProblem({ n, y, ss, rows, loc, scale, tau, sigma, inner }) {
  const keep = new Float64Array(n.length);

  /** What pooling leaves of each group, into `keep`; the sums that need no centre. */
  function summed(r2) {
    let [total, first, logSpread, product, flex] = [0, 0, 0, 1, 0];
    for (let j = 0; j < n.length; j++) {
      const grown = 1 + n[j] * r2;
      const kept = 1 / grown;
      keep[j] = kept;
      total += n[j] * kept;
      first += n[j] * kept * y[j];
      flex += kept * (1 - kept);
      // one logarithm for many groups
      product *= grown;
      if (product > 1e100) {
        logSpread += Math.log(product);
        product = 1;
      }
    }
    return { total, first, logSpread: logSpread + Math.log(product), flex };
  }

  function given(x) {
    const r2 = Math.exp(2 * x);
    const { total, first, logSpread, flex } = summed(r2);
    const centre = scale && total > 0 ? first / total : 0;
    let [misfit, steep, steepTotal] = [ss, 0, 0];
    for (let j = 0; j < n.length; j++) {
      const weight = n[j] * keep[j];
      const square = weight * (y[j] - centre) ** 2;
      misfit += square;
      steep += square * (1 - keep[j]);
      steepTotal += weight * (1 - keep[j]);
    }
    const whitened = (value) => (scale ? [value] : NONE);
    return {
      x,
      r2,
      misfit,
      logSpread,
      steep,
      flex,
      centre,
      weight: whitened(scale ** 2 * total),
      gap: whitened((centre - loc) / scale),
      steepWeight: whitened(scale ** 2 * steepTotal),
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
