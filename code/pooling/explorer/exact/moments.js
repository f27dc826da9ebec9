// Moments of the mixture: what is normal given x = log r and s = log sigma, averaged over nodes of both.

// Of a value that is known, and whose sd is 0 or thereabouts
const ROUNDING = 1e-9;

const zeros = (length) => new Array(length).fill(0);

/** At one x, averaged over s: the coefficients' mean and covariance, E[sigma], E[sigma²] and E[tau²]. */
export function atX(problem, { given, s, share }) {
  const p = given.gap.length;
  const [mean, covariance, away, v] = [zeros(p), zeros(p * p), zeros(p), []];
  let [sigma, sigmaSquared] = [0, 0];
  for (let k = 0; k < s.length; k++) {
    const one = Math.exp(-2 * s[k]);
    v.push(one);
    for (let i = 0; i < p; i++) mean[i] -= (share[k] * given.gap[i]) / (1 + given.weight[i] * one);
    sigma += share[k] / Math.sqrt(one);
    sigmaSquared += share[k] / one;
  }
  for (let k = 0; k < s.length; k++) {
    for (let i = 0; i < p; i++) {
      const left = 1 / (1 + given.weight[i] * v[k]);
      away[i] = -left * given.gap[i] - mean[i];
      covariance[i * p + i] += share[k] * left;
    }
    for (let i = 0; i < p; i++)
      for (let m = 0; m < p; m++) covariance[i * p + m] += share[k] * away[i] * away[m];
  }
  const scales = { r2: given.r2, sigma, sigmaSquared, tauSquared: given.r2 * sigmaSquared };
  return { ...scales, ...problem.population(given, mean, covariance) };
}

/**
 * Means and sds, over weighted nodes: { coefficients, covariance, groups }; and the same over every second node, with
 * twice the weight, which shows what the nodes are worth.
 */
export function moments(problem, nodes, weight) {
  let even = 0;
  for (let k = 0; k < weight.length; k += 2) even += weight[k];
  const half = weight.map((one, k) => (k % 2 ? 0 : one / even));
  const [groups, halfGroups] = ofGroups(problem, nodes, weight, half);
  return [
    { ...ofCoefficients(nodes, weight), groups },
    { ...ofCoefficients(nodes, half), groups: halfGroups },
  ];
}

function ofCoefficients(nodes, weight) {
  const p = nodes[0].mean.length;
  const average = (of) => nodes.reduce((sum, node, k) => sum + weight[k] * of(node), 0);
  const mean = Array.from({ length: p }, (_, i) => average((node) => node.mean[i]));
  const covariance = Array.from({ length: p * p }, (_, k) => {
    const [i, m] = [Math.floor(k / p), k % p];
    return average((node) => node.covariance[k] + (node.mean[i] - mean[i]) * (node.mean[m] - mean[m]));
  });
  const sd = mean.map((_, i) => Math.sqrt(covariance[i * p + i]));
  return { coefficients: { mean, sd }, covariance };
}

function ofGroups(problem, nodes, weight, half) {
  const { n, base, tau } = problem;
  const [mean, sd, halfMean, halfSd] = Array.from({ length: 4 }, () => new Float64Array(n.length));
  const [moved, kept] = [new Float64Array(nodes.length), new Float64Array(nodes.length)];
  const lost = tau.family === "HalfCauchy" && n.filter((one) => one > 0).length < 2;
  for (let j = 0; j < n.length; j++) {
    let [centre, other, square, otherSquare] = [0, 0, 0, 0];
    for (let k = 0; k < nodes.length; k++) {
      kept[k] = 1 / (1 + n[j] * nodes[k].r2);
      moved[k] = problem.effect(j, kept[k], nodes[k]);
      centre += weight[k] * moved[k];
    }
    for (let k = 0; k < nodes.length; k++) {
      const away = moved[k] - centre;
      const own = kept[k] * nodes[k].tauSquared + problem.uncertain(j, kept[k], nodes[k]) + away * away;
      square += weight[k] * own;
      other += half[k] * away;
      otherSquare += half[k] * own;
    }
    const none = lost && n[j] === 0; // with one group tau has no finite variance
    mean[j] = base[j] + centre;
    sd[j] = none ? Infinity : Math.sqrt(square);
    halfMean[j] = mean[j] + other;
    halfSd[j] = Math.sqrt(otherSquare - other * other);
  }
  return [
    { mean, sd },
    { mean: halfMean, sd: halfSd },
  ];
}

/** The largest difference of two sets of moments, in sds of the first; infinite sds left out. */
export function change(one, other) {
  let worst = 0;
  for (const of of ["coefficients", "groups"]) {
    const { mean, sd } = one[of];
    for (let j = 0; j < mean.length; j++) {
      if (!Number.isFinite(sd[j])) continue;
      const off = Math.max(Math.abs(mean[j] - other[of].mean[j]), Math.abs(sd[j] - other[of].sd[j]));
      worst = Math.max(worst, off / (Math.max(sd[j], ROUNDING * Math.abs(mean[j])) + 1e-300));
    }
  }
  return worst;
}
