// Draws from the posterior of proportions, over the nodes that the exact engine has laid.
import { cumulated } from "../exact/cumulated.js";
import { generator } from "../exact/draws.js";

/** Of Gamma(shape, 1), by Marsaglia and Tsang (2000). */
function gamma(shape, { uniform, normal }) {
  if (shape < 1) return gamma(shape + 1, { uniform, normal }) * uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(uniform()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** One of the nodes on either side of a place drawn from the distribution that they stand for. */
function nodeOf(share, uniform) {
  const place = share.inverse(uniform());
  return Math.floor(place) + (uniform() < place % 1);
}

/** `n` draws { mean, concentration, theta } of the mixture of binomialGroups. */
export function drawsOfProportions({ problem, kind, at, weight }, seed, n) {
  const { uniform, normal } = generator(seed);
  const ofW = cumulated(weight);
  const ofA = at.map(() => null);
  return Array.from({ length: n }, () => {
    const k = Math.min(nodeOf(ofW, uniform), at.length - 1);
    const { a, logs, kappa } = at[k];
    if (!ofA[k]) {
      const top = Math.max(...logs);
      ofA[k] = cumulated(logs.map((log) => Math.exp(log - top)));
    }
    const m = 1 / (1 + Math.exp(-a[Math.min(nodeOf(ofA[k], uniform), a.length - 1)]));
    const theta = kind.map((one) => {
      const { successes, failures } = problem.kinds[one];
      const won = gamma(m * kappa + successes, { uniform, normal });
      const lost = gamma((1 - m) * kappa + failures, { uniform, normal });
      return won + lost > 0 ? won / (won + lost) : m;
    });
    return { mean: m, concentration: kappa, theta };
  });
}
