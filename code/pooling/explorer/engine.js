// The course's posteriors on the course grid: numbers only, no DOM.
// Every grid point has equal weight and everything is normalised on the grid, as in the memo programs.

export const DEPARTMENTS = ["GOVERNMENT", "ENGLISH", "MATH"];

const points = (count, first, step) => Float64Array.from({ length: count }, (_, i) => first + i * step);

export const COURSE = { theta: points(321, -80, 0.5), mu: points(121, -60, 1), tau: points(60, 0.5, 1) };

// --- densities, up to a constant -----------------------------------------------------------

/** N(x; loc, scale) at each value, written into `out`. */
function normal(values, loc, scale, out) {
  for (let i = 0; i < values.length; i++) out[i] = Math.exp(-0.5 * ((values[i] - loc) / scale) ** 2);
}

/** N(t; theta, sigma) as a function of theta, divided by its maximum on the grid: it cannot underflow everywhere. */
function likelihood(theta, t, sigma, out) {
  if (Number.isNaN(t)) return out.fill(1); // nobody there
  let nearest = Infinity;
  for (const value of theta) nearest = Math.min(nearest, (t - value) ** 2);
  for (let i = 0; i < theta.length; i++) out[i] = Math.exp((nearest - (t - theta[i]) ** 2) / (2 * sigma ** 2));
  return out;
}

function normalise(p) {
  let total = 0;
  for (let i = 0; i < p.length; i++) total += p[i];
  for (let i = 0; i < p.length; i++) p[i] /= total;
}

const marginal = (values) => ({ values, probability: new Float64Array(values.length) });

/** Marginals under each name, to be filled again and again without allocating. */
const marginals = (values, names) => Object.fromEntries(names.map((name) => [name, marginal(values)]));

const THETAS = DEPARTMENTS.map((name) => `theta[${name}]`);

// --- the models: each returns posterior(t, settings), which fills and returns one result ---------

/** One theta for all: p(theta) ∝ N(theta; mu, tau), times the likelihood of every observation. */
export function completePooling() {
  const { theta } = COURSE;
  const [posterior, prior, whole] = ["theta", "theta", "theta"].map((name) => marginals(theta, [name]));
  const one = new Float64Array(theta.length);
  const result = { posterior, prior, likelihood: whole, references: {} };
  return (t, { mu, tau, sigma }) => {
    const [p, q, l] = [posterior, prior, whole].map((set) => set.theta.probability);
    normal(theta, mu, tau, q);
    l.fill(1);
    for (const value of t) {
      likelihood(theta, value, sigma, one);
      let peak = 0;
      for (let i = 0; i < l.length; i++) peak = Math.max(peak, (l[i] *= one[i]));
      for (let i = 0; i < l.length; i++) l[i] /= peak;
    }
    for (let i = 0; i < p.length; i++) p[i] = q[i] * l[i];
    [p, q, l].forEach(normalise);
    const there = Array.from(t).filter((value) => !Number.isNaN(value));
    result.references["sample mean"] = there.reduce((a, b) => a + b, 0) / there.length;
    return result;
  };
}

/** A theta for each department, none learning from another. */
export function noPooling() {
  const { theta } = COURSE;
  const [posterior, prior, own] = [0, 1, 2].map(() => marginals(theta, THETAS));
  const result = { posterior, prior, likelihood: own, references: {} };
  return (t, { mu, tau, sigma }) => {
    THETAS.forEach((name, d) => {
      const [p, q, l] = [posterior, prior, own].map((set) => set[name].probability);
      normal(theta, mu, tau, q);
      likelihood(theta, t[d], sigma, l);
      for (let i = 0; i < p.length; i++) p[i] = q[i] * l[i];
      [p, q, l].forEach(normalise);
    });
    result.references.mu = mu;
    return result;
  };
}

/**
 * mu ~ N(0, mu_scale), tau ~ HalfCauchy(tau_scale), theta_d ~ N(mu, tau) normalised for each (mu, tau).
 *
 * theta − mu takes few values on two regular grids, so N(theta; mu, tau) is one short table for each tau.
 * The evidence of an observation depends on (t_d, sigma) only and is kept until one of them moves.
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

  const seen = DEPARTMENTS.map(() => ({ t: undefined, sigma: undefined }));
  const likelihoods = DEPARTMENTS.map(() => new Float64Array(I));
  const evidences = DEPARTMENTS.map(() => new Float64Array(K * J));
  const mixtures = DEPARTMENTS.map(() => new Float64Array(I));
  const joint = new Float64Array(K * J);
  const posterior = { mu: marginal(mu), tau: marginal(tau), ...marginals(theta, THETAS) };
  const prior = { mu: marginal(mu), tau: marginal(tau) };
  const result = { posterior, prior, likelihood: {}, references: {} };

  /** evidence(mu, tau) = Σ_theta p(theta | mu, tau) N(t; theta, sigma); four sums side by side are faster than one. */
  function weigh(l, evidence) {
    for (let k = 0; k < K; k++)
      for (let j = 0; j < J; j++) {
        const kernel = kernels[k];
        const shift = widest - centre(j);
        const end = last(j, k);
        let [a, b, c, d] = [0, 0, 0, 0];
        let i = first(j, k);
        for (; i + 3 <= end; i += 4) {
          a += kernel[shift + i] * l[i];
          b += kernel[shift + i + 1] * l[i + 1];
          c += kernel[shift + i + 2] * l[i + 2];
          d += kernel[shift + i + 3] * l[i + 3];
        }
        for (; i <= end; i++) a += kernel[shift + i] * l[i];
        evidence[k * J + j] = (a + b + c + d) * norm[k * J + j];
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
        const [w0, w1, w2] = [weight * e1[n] * e2[n], weight * e0[n] * e2[n], weight * e0[n] * e1[n]];
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
    seen.forEach((kept, d) => {
      if (Object.is(kept.t, t[d]) && kept.sigma === sigma) return;
      Object.assign(kept, { t: t[d], sigma });
      weigh(likelihood(theta, t[d], sigma, likelihoods[d]), evidences[d]);
    });
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
    const there = Array.from(t).filter((value) => !Number.isNaN(value));
    const pull = (sigma / mu_scale) ** 2; // tau → 0: one theta for all, so n observations of mu
    result.references["complete pooling"] = there.reduce((a, b) => a + b, 0) / (there.length + pull);
    return result;
  };
}

