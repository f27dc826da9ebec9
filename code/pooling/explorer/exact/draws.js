// Independent draws from the exact posterior, the same for the same seed: a place of x = log r by its distribution
// function, at that place one of s = log sigma, and what is normal given both.
import { cumulated } from "./cumulated.js";
import { learned, visit } from "./mixture.js";
import { placeOf } from "./nodes.js";

/** Numbers in (0, 1), and standard normal ones, from a whole number: sfc32, of 128 bits of state, and Marsaglia's polar method. */
export function generator(seed) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed >>> 0];
  /** A whole number of 32 bits, with a sign. */
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let k = 0; k < 15; k++) next();
  const uniform = () => ((next() >>> 5) * 0x4000000 + (next() >>> 6) + 0.5) / 2 ** 53;
  const side = () => (next() + 0.5) / 2 ** 31; // in (-1, 1)
  let [spare, kept] = [0, false]; // they come in pairs
  const normal = () => {
    kept = !kept;
    if (!kept) return spare;
    let [u, v, square] = [0, 0, 1];
    while (square >= 1) {
      u = side();
      v = side();
      square = u * u + v * v;
    }
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    spare = v * factor;
    return u * factor;
  };
  return { uniform, normal };
}

/**
 * `n` draws { mu, tau, sigma, theta } of a mixture of knownSe or normalGroups; of randomIntercept { beta, tau, sigma,
 * alpha }.
 */
export function draws(mixture, seed, n) {
  const { problem, where, at, weight, inner, reference, unit, sigmaUnit } = mixture;
  const origin = reference ? 0 : mixture.centre; // of the groups
  const { uniform, normal } = generator(seed);
  const ofX = where && cumulated(weight);
  return Array.from({ length: n }, () => {
    const x = where ? placeOf(where, at.length, ofX.inverse(uniform())) : at[0].given.x;
    const one = visit(problem, where ? problem.given(x) : at[0].given, inner);
    const s = learned(problem).s
      ? placeOf(one.where, inner, cumulated(one.share).inverse(uniform()))
      : one.s[0];
    const { gap, weight: information, r2 } = one.given;
    const away = Array.from(gap, (own, i) => {
      const left = 1 / (1 + information[i] * Math.exp(-2 * s));
      return -left * own + Math.sqrt(left) * normal();
    });
    const given = problem.population(one.given, away, new Float64Array(gap.length ** 2 || 1));
    const tau = Math.sqrt(r2) * Math.exp(s);
    const groups = new Array(problem.base.length); // a loop: there may be many
    for (let j = 0; j < groups.length; j++) {
      const kept = 1 / (1 + problem.n[j] * r2);
      const own = problem.base[j] + problem.effect(j, kept, given) + Math.sqrt(kept) * tau * normal();
      groups[j] = origin + unit * own;
    }
    return { ...named(mixture, given.mean, groups), tau: unit * tau, sigma: sigmaUnit * Math.exp(s) };
  });
}

/** Coefficients in the unit of the data, with the groups. */
function named({ centre, reference, scale, unit }, [...own], groups) {
  if (reference) return { beta: own.map((one, i) => reference[i] + scale[i] * one), alpha: groups };
  return { mu: centre + unit * own[0], theta: groups };
}
