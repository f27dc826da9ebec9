// Moments of the mixture: what is normal given x = log r and s = log sigma, averaged over nodes of both.
import { isPrior } from "./priors.js";

// Of a value that is known, and whose sd is 0 or thereabouts
const ROUNDING = 1e-9;

const zeros = (length) => new Array(length).fill(0);
const some = (n) => n.filter((one) => one > 0).length;

/** At one x, averaged over s: the coefficients' mean and covariance, sigma's mean and variance. */
export function atX(problem, { given, s, share }) {
  const p = given.gap.length;
  const [mean, covariance, away, v] = [zeros(p), zeros(p * p), zeros(p), []];
  let [sigma, sigmaVariance] = [0, 0];
  for (let k = 0; k < s.length; k++) {
    const one = Math.exp(-2 * s[k]);
    v.push(one);
    for (let i = 0; i < p; i++) mean[i] -= (share[k] * given.gap[i]) / (1 + given.weight[i] * one);
    sigma += share[k] / Math.sqrt(one);
  }
  for (let k = 0; k < s.length; k++) {
    sigmaVariance += share[k] * (1 / Math.sqrt(v[k]) - sigma) ** 2;
    for (let i = 0; i < p; i++) {
      const left = 1 / (1 + given.weight[i] * v[k]);
      away[i] = -left * given.gap[i] - mean[i];
      covariance[i * p + i] += share[k] * left;
    }
    for (let i = 0; i < p; i++)
      for (let m = 0; m < p; m++) covariance[i * p + m] += share[k] * away[i] * away[m];
  }
  return { r2: given.r2, sigma, sigmaVariance, ...problem.population(given, mean, covariance) };
}

/**
 * Means and sds, over weighted nodes: { coefficients, covariance, groups, scales }, scales of tau and of sigma; and the
 * same over every second node, with twice the weight, which shows what the nodes are worth.
 */
export function moments(problem, nodes, weight) {
  let even = 0;
  for (let k = 0; k < weight.length; k += 2) even += weight[k];
  const half = weight.map((one, k) => (k % 2 ? 0 : one / even));
  const [groups, halfGroups] = ofGroups(problem, nodes, weight, half);
  return [
    { ...ofPopulation(problem, nodes, weight), groups },
    { ...ofPopulation(problem, nodes, half), groups: halfGroups },
  ];
}

function ofPopulation({ n, rows, tau, sigma }, nodes, weight) {
  const p = nodes[0].mean.length;
  const average = (of) => nodes.reduce((sum, node, k) => sum + weight[k] * of(node), 0);
  const mean = Array.from({ length: p }, (_, i) => average((node) => node.mean[i]));
  const covariance = Array.from({ length: p * p }, (_, k) => {
    const [i, m] = [Math.floor(k / p), k % p];
    return average((node) => node.covariance[k] + (node.mean[i] - mean[i]) * (node.mean[m] - mean[m]));
  });
  const sd = mean.map((_, i) => Math.sqrt(covariance[i * p + i]));
  // given a half-Cauchy prior, k groups with data, or rows, leave as many moments
  const scale = (prior, left, unit) => {
    if (!isPrior(prior)) return [prior, 0];
    const center = average((node) => unit(node) * node.sigma);
    const square = ({ sigma, sigmaVariance }, own) => own ** 2 * sigmaVariance + (own * sigma - center) ** 2;
    const own = Math.sqrt(average((node) => square(node, unit(node))));
    const light = prior.family !== "HalfCauchy";
    return [light || left > 0 ? center : Infinity, light || left > 1 ? own : Infinity];
  };
  const [one, other] = [scale(tau, some(n), ({ r2 }) => Math.sqrt(r2)), scale(sigma, rows, () => 1)];
  const scales = { mean: [one[0], other[0]], sd: [one[1], other[1]] };
  return { coefficients: { mean, sd }, covariance, scales };
}

function ofGroups(problem, nodes, weight, half) {
  const { n, base, tau } = problem;
  const [mean, sd, halfMean, halfSd] = Array.from({ length: 4 }, () => new Float64Array(n.length));
  const [moved, kept] = [new Float64Array(nodes.length), new Float64Array(nodes.length)];
  const tauSquared = nodes.map(({ r2, sigma, sigmaVariance }) => r2 * (sigmaVariance + sigma ** 2));
  const lost = tau.family === "HalfCauchy" && some(n) < 2;
  for (let j = 0; j < n.length; j++) {
    let [centre, other, square, otherSquare] = [0, 0, 0, 0];
    for (let k = 0; k < nodes.length; k++) {
      kept[k] = 1 / (1 + n[j] * nodes[k].r2);
      moved[k] = problem.effect(j, kept[k], nodes[k]);
      centre += weight[k] * moved[k];
    }
    for (let k = 0; k < nodes.length; k++) {
      const away = moved[k] - centre;
      const own = kept[k] * tauSquared[k] + problem.uncertain(j, kept[k], nodes[k]) + away * away;
      square += weight[k] * own;
      other += half[k] * away;
      otherSquare += half[k] * own;
    }
    // with one group tau has no finite variance
    const none = lost && n[j] === 0;
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

/** The largest difference of two sets of moments, in sds of the first; what is infinite left out. */
export function change(one, other) {
  let worst = 0;
  for (const of of ["coefficients", "groups", "scales"]) {
    const { mean, sd } = one[of];
    for (let j = 0; j < mean.length; j++) {
      // a scale, > 0, without an sd is its own measure
      const size = of === "scales" && sd[j] === Infinity ? mean[j] : sd[j];
      const unit = Math.max(size, ROUNDING * Math.abs(mean[j])) + 1e-300;
      const off = (values, others) => (values[j] === Infinity ? 0 : Math.abs(values[j] - others[j]) / unit);
      worst = Math.max(worst, off(mean, other[of].mean), off(sd, other[of].sd));
    }
  }
  return worst;
}
