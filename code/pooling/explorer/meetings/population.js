// What the departments' arrivals teach about their population (mu, tau), and so about each other.
// A likelihood is any function of theta on the grid: how the arrivals come about is not known here.
import { COURSE, DEPARTMENTS, marginal, marginals, normal, normalise, points, THETAS } from "./grid.js";

const { theta, mu, tau } = COURSE;
const [I, J, K] = [theta.length, mu.length, tau.length];
const STEP = theta[1] - theta[0];
const MU_AT = Int32Array.from(mu, (value) => Math.round((value - theta[0]) / STEP)); // the theta index where theta = mu
const WIDEST = Math.max(MU_AT[J - 1], I - 1 - MU_AT[0]); // largest |theta − mu|, in steps

/** theta − mu takes few values on two regular grids, so N(theta; mu, tau) is one short table for each tau. */
function tabulate() {
  const kernels = Array.from(tau, (scale) => {
    const offsets = points(2 * WIDEST + 1, -WIDEST * STEP, STEP);
    normal(offsets, 0, scale, offsets);
    return offsets;
  });
  const cells = []; // each (mu, tau): where its kernel begins, and the theta that it reaches
  for (let k = 0; k < K; k++) {
    const reach = Math.ceil((9 * tau[k]) / STEP); // beyond 9 sd: below 1e-17
    for (let j = 0; j < J; j++) {
      const [first, last] = [Math.max(0, MU_AT[j] - reach), Math.min(I - 1, MU_AT[j] + reach)];
      const cell = { kernel: kernels[k], shift: WIDEST - MU_AT[j], first, last, norm: 0 };
      for (let i = first; i <= last; i++) cell.norm += cell.kernel[cell.shift + i];
      cell.norm = 1 / cell.norm;
      cells.push(cell);
    }
  }
  return cells;
}

/** Σ_theta p(theta | mu, tau) l(theta) at every (mu, tau), p normalised for each of them. Four sums at once: a third of the time. */
function expect(cells, l, out) {
  for (let n = 0; n < out.length; n++) {
    const { kernel, shift, first, last, norm } = cells[n];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = first;
    for (; i + 3 <= last; i += 4) {
      a += kernel[shift + i] * l[i];
      b += kernel[shift + i + 1] * l[i + 1];
      c += kernel[shift + i + 2] * l[i + 2];
      d += kernel[shift + i + 3] * l[i + 3];
    }
    for (; i <= last; i++) a += kernel[shift + i] * l[i];
    out[n] = (a + b + c + d) * norm;
  }
}

/**
 * mu ~ N(0, mu_scale), tau ~ HalfCauchy(tau_scale), theta_d ~ N(mu, tau) normalised for each (mu, tau).
 * First `observe` each department, then `learn`. `others` are p(theta_d) given the arrivals of the other
 * departments only, not normalised.
 */
export function createPopulation() {
  const cells = tabulate();
  const seen = [];
  const likelihoods = DEPARTMENTS.map(() => new Float64Array(I));
  const evidences = DEPARTMENTS.map(() => new Float64Array(K * J));
  const others = DEPARTMENTS.map(() => new Float64Array(I));
  const joint = new Float64Array(K * J);
  const posterior = { mu: marginal(mu), tau: marginal(tau), ...marginals(theta, [...THETAS, "theta[NEW]"]) };
  const prior = { mu: marginal(mu), tau: marginal(tau) };

  /** evidence_d · E[theta_d | mu, tau, t_d]; like the evidences, it does not know the hyperpriors. */
  function moment(d) {
    const out = new Float64Array(K * J);
    expect(
      cells,
      likelihoods[d].map((value, i) => value * theta[i]),
      out,
    );
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

  /** Σ over (mu, tau) of p(theta | mu, tau), each weighed by all departments but d, and by all: one loop for the four. */
  function mix(p, q, peak) {
    const [g0, g1, g2] = others;
    const all = posterior["theta[NEW]"].probability;
    const [e0, e1, e2] = evidences;
    for (const g of [...others, all]) g.fill(0);
    for (let n = 0; n < K * J; n++) {
      if (joint[n] < 1e-13 * peak) continue; // all such cells together: below 1e-9 of the mass
      const { kernel, shift, first, last, norm } = cells[n];
      const weight = p[n % J] * q[(n / J) | 0] * norm;
      const w0 = weight * e1[n] * e2[n];
      const w1 = weight * e0[n] * e2[n];
      const w2 = weight * e0[n] * e1[n];
      const w = w0 * e0[n];
      for (let i = first; i <= last; i++) {
        const value = kernel[shift + i];
        g0[i] += w0 * value;
        g1[i] += w1 * value;
        g2[i] += w2 * value;
        all[i] += w * value;
      }
    }
    normalise(all);
  }

  /** `fill` writes department d's likelihood; the same `key` as before means that it is still the same. */
  function observe(d, key, fill) {
    if (seen[d] === key) return;
    seen[d] = key;
    fill(likelihoods[d]);
    expect(cells, likelihoods[d], evidences[d]);
  }

  function learn({ mu_scale, tau_scale }) {
    const [p, q] = [prior.mu.probability, prior.tau.probability];
    normal(mu, 0, mu_scale, p);
    for (let k = 0; k < K; k++) q[k] = 1 / (1 + (tau[k] / tau_scale) ** 2);
    [p, q].forEach(normalise);
    mix(p, q, join(p, q));
    THETAS.forEach((name, d) => {
      const out = posterior[name].probability;
      for (let i = 0; i < I; i++) out[i] = others[d][i] * likelihoods[d][i];
      normalise(out);
    });
  }

  return { posterior, prior, evidences, others, moment, observe, learn };
}
