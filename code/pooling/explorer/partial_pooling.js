// The posterior of chapter 3: departments whose population is learned too.
import {
  COURSE,
  DEPARTMENTS,
  THETAS,
  likelihood,
  marginal,
  marginals,
  normal,
  normalise,
  points,
  present,
} from "./engine.js";

/**
 * mu ~ N(0, mu_scale), tau ~ HalfCauchy(tau_scale), theta_d ~ N(mu, tau) normalised for each (mu, tau).
 *
 * theta − mu takes few values on two regular grids, so N(theta; mu, tau) is one short table for each tau.
 * Each loop over (mu, tau, theta) serves the three departments at once, which is faster than three loops.
 */
export function partialPooling() {
  const { theta, mu, tau } = COURSE;
  const [I, J, K] = [theta.length, mu.length, tau.length];
  const step = theta[1] - theta[0];
  const centre = (j) => Math.round((mu[j] - theta[0]) / step); // the theta index where theta = mu
  const widest = Math.max(centre(J - 1), I - 1 - centre(0)); // largest |theta − mu|, in steps
  const kernels = Array.from(tau, (scale) => {
    const offsets = points(2 * widest + 1, -widest * step, step);
    normal(offsets, 0, scale, offsets);
    return offsets;
  });
  const reach = Array.from(tau, (scale) => Math.ceil((9 * scale) / step)); // beyond 9 sd: below 1e-17
  const first = (j, k) => Math.max(0, centre(j) - reach[k]);
  const last = (j, k) => Math.min(I - 1, centre(j) + reach[k]);

  const norm = new Float64Array(K * J); // 1 / Σ_theta N(theta; mu, tau)
  for (let k = 0; k < K; k++)
    for (let j = 0; j < J; j++) {
      let total = 0;
      for (let i = first(j, k); i <= last(j, k); i++) total += kernels[k][widest - centre(j) + i];
      norm[k * J + j] = 1 / total;
    }

  let seen = []; // the (t, sigma) of these likelihoods and evidences: hyperpriors only reweigh them
  const likelihoods = DEPARTMENTS.map(() => new Float64Array(I));
  const evidences = DEPARTMENTS.map(() => new Float64Array(K * J));
  const mixtures = DEPARTMENTS.map(() => new Float64Array(I));
  const joint = new Float64Array(K * J);
  const posterior = { mu: marginal(mu), tau: marginal(tau), ...marginals(theta, THETAS) };
  const prior = { mu: marginal(mu), tau: marginal(tau) };
  const result = { posterior, prior, likelihood: {}, references: {}, evidences, moment };

  /** evidence_d · E[theta_d | mu, tau, t_d]; like the evidences, it does not know the hyperpriors. */
  function moment(d) {
    const weighted = likelihoods[d].map((value, i) => value * theta[i]);
    const out = new Float64Array(K * J);
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const shift = widest - centre(j);
        const end = last(j, k);
        for (let i = first(j, k); i <= end; i++) out[k * J + j] += kernels[k][shift + i] * weighted[i];
        out[k * J + j] *= norm[k * J + j];
      }
    return out;
  }

  /** evidence_d(mu, tau) = Σ_theta p(theta | mu, tau) N(t_d; theta, sigma), for the three d at once. */
  function weigh() {
    const [l0, l1, l2] = likelihoods;
    const [e0, e1, e2] = evidences;
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const kernel = kernels[k];
        const shift = widest - centre(j);
        const end = last(j, k);
        let a = 0;
        let b = 0;
        let c = 0;
        for (let i = first(j, k); i <= end; i++) {
          const value = kernel[shift + i];
          a += value * l0[i];
          b += value * l1[i];
          c += value * l2[i];
        }
        const n = k * J + j;
        e0[n] = a * norm[n];
        e1[n] = b * norm[n];
        e2[n] = c * norm[n];
      }
  }

  /** Σ over (mu, tau) of p(mu, tau) Π_{e ≠ d} evidence_e · p(theta | mu, tau), for the three d at once. */
  function mix(p, q) {
    const [g0, g1, g2] = mixtures;
    const [e0, e1, e2] = evidences;
    mixtures.forEach((g) => g.fill(0));
    let peak = 0;
    for (let n = 0; n < K * J; n++) peak = Math.max(peak, joint[n]);
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const n = k * J + j;
        if (joint[n] < 1e-13 * peak) continue; // all such cells together: below 1e-9 of the mass
        const weight = p[j] * q[k] * norm[n];
        const w0 = weight * e1[n] * e2[n];
        const w1 = weight * e0[n] * e2[n];
        const w2 = weight * e0[n] * e1[n];
        const kernel = kernels[k];
        const shift = widest - centre(j);
        const end = last(j, k);
        for (let i = first(j, k); i <= end; i++) {
          const value = kernel[shift + i];
          g0[i] += w0 * value;
          g1[i] += w1 * value;
          g2[i] += w2 * value;
        }
      }
  }

  return (t, { mu_scale, tau_scale, sigma }) => {
    const data = [...t, sigma];
    if (data.some((value, n) => !Object.is(value, seen[n]))) {
      seen = data;
      likelihoods.forEach((l, d) => likelihood(theta, t[d], sigma, l));
      weigh();
    }
    const [p, q] = [prior.mu.probability, prior.tau.probability];
    normal(mu, 0, mu_scale, p);
    for (let k = 0; k < K; k++) q[k] = 1 / (1 + (tau[k] / tau_scale) ** 2);
    [p, q].forEach(normalise);

    const [pMu, pTau] = [posterior.mu.probability.fill(0), posterior.tau.probability.fill(0)];
    const [e0, e1, e2] = evidences;
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const n = k * J + j;
        joint[n] = p[j] * q[k] * e0[n] * e1[n] * e2[n];
        pMu[j] += joint[n];
        pTau[k] += joint[n];
      }
    mix(p, q);
    THETAS.forEach((name, d) => {
      const out = posterior[name].probability;
      for (let i = 0; i < I; i++) out[i] = mixtures[d][i] * likelihoods[d][i];
      normalise(out);
    });
    [pMu, pTau].forEach(normalise);
    const { count, total } = present(t); // tau → 0: one theta for all, so `count` observations of mu
    result.references["complete pooling"] = total / (count + (sigma / mu_scale) ** 2);
    return result;
  };
}
