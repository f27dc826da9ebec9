// What the departments' arrivals teach about their population (mu, tau), and so about each other.
// A likelihood is any function of theta on the grid: how the arrivals come about is not known here.
import { COURSE, DEPARTMENTS, marginal, marginals, normal, normalise, THETAS } from "./grid.js";
import { normals } from "./normals.js";

const { theta, mu, tau } = COURSE;
const [I, J, K] = [theta.length, mu.length, tau.length];

/**
 * mu ~ N(0, mu_scale), tau ~ HalfCauchy(tau_scale), theta_d ~ N(mu, tau) normalised for each (mu, tau).
 * First `observe` each department, then `learn`. `others` are p(theta_d) given the arrivals of the other
 * departments only, not normalised.
 */
export function createPopulation() {
  const { expect, mix } = normals();
  const seen = [];
  const likelihoods = DEPARTMENTS.map(() => new Float64Array(I));
  const evidences = DEPARTMENTS.map(() => new Float64Array(K * J));
  const others = DEPARTMENTS.map(() => new Float64Array(I));
  const joint = new Float64Array(K * J);
  const without = DEPARTMENTS.map(() => new Float64Array(K * J)); // p(mu, tau | t of the others), not normalised
  const posterior = { mu: marginal(mu), tau: marginal(tau), ...marginals(theta, [...THETAS, "theta[NEW]"]) };
  const prior = { mu: marginal(mu), tau: marginal(tau) };

  /** evidence_d · E[theta_d | mu, tau, t_d]; like the evidences, it does not know the hyperpriors. */
  function moment(d) {
    const out = new Float64Array(K * J);
    const weighed = likelihoods[d].map((value, i) => value * theta[i]);
    expect(weighed, out);
    return out;
  }

  /** p(mu, tau | t), not normalised; returns its largest value. */
  function join(p, q) {
    const [pMu, pTau] = [posterior.mu.probability.fill(0), posterior.tau.probability.fill(0)];
    const [e0, e1, e2] = evidences;
    let peak = 0;
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const n = k * J + j;
        joint[n] = p[j] * q[k] * e0[n] * e1[n] * e2[n];
        pMu[j] += joint[n];
        pTau[k] += joint[n];
        if (joint[n] > peak) peak = joint[n];
      }
    [pMu, pTau].forEach(normalise);
    return peak;
  }

  /** p(theta), weighed by all departments but d, and by all. Drops the cells that matter to none: below 1e-9 of the mass. */
  function weigh(p, q, peak) {
    const all = posterior["theta[NEW]"].probability;
    const [e0, e1, e2] = evidences;
    const [w0, w1, w2] = without;
    for (let n = 0; n < K * J; n++) {
      if (joint[n] < 1e-13 * peak) joint[n] = 0;
      const weight = joint[n] && p[n % J] * q[(n / J) | 0];
      w0[n] = weight * e1[n] * e2[n];
      w1[n] = weight * e0[n] * e2[n];
      w2[n] = weight * e0[n] * e1[n];
    }
    mix([...without, joint], [...others, all]);
    normalise(all);
  }

  /** `fill` writes department d's likelihood; the same `key` as before means that it is still the same. */
  function observe(d, key, fill) {
    if (seen[d] === key) return;
    seen[d] = key;
    fill(likelihoods[d]);
    expect(likelihoods[d], evidences[d]);
  }

  function learn({ mu_scale, tau_scale }) {
    const [p, q] = [prior.mu.probability, prior.tau.probability];
    normal(mu, 0, mu_scale, p);
    for (let k = 0; k < K; k++) q[k] = 1 / (1 + (tau[k] / tau_scale) ** 2);
    [p, q].forEach(normalise);
    weigh(p, q, join(p, q));
    THETAS.forEach((name, d) => {
      const out = posterior[name].probability;
      for (let i = 0; i < I; i++) out[i] = others[d][i] * likelihoods[d][i];
      normalise(out);
    });
  }

  return { posterior, prior, evidences, others, moment, observe, learn };
}
