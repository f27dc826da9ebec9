// Chapter 4's map: one answer at every setting of the two sliders. Numbers only, no DOM.
import { COURSE, DEPARTMENTS, points } from "./grid.js";

/** Both sliders' steps. Values of a map are in the order [mu_scale][tau_scale]. */
export const SCALES = points(39, 1, 0.5);

const PRIORS_MU = Array.from(SCALES, (scale) => COURSE.mu.map((mu) => Math.exp(-0.5 * (mu / scale) ** 2)));
const PRIORS_TAU = Array.from(SCALES, (scale) => COURSE.tau.map((tau) => 1 / (scale ** 2 + tau ** 2)));

/** Σ value(mu, tau) p(mu) p(tau) under every pair of priors: two matrix products, first over mu, then over tau. */
function reweigh(value) {
  const [J, K, S] = [COURSE.mu.length, COURSE.tau.length, SCALES.length];
  const row = new Float64Array(K);
  const out = new Float64Array(S * S);
  PRIORS_MU.forEach((p, a) => {
    for (let k = 0; k < K; k++) {
      row[k] = 0;
      for (let j = 0; j < J; j++) row[k] += p[j] * value[k * J + j];
    }
    PRIORS_TAU.forEach((q, b) => {
      for (let k = 0; k < K; k++) out[a * S + b] += row[k] * q[k];
    });
  });
  return out;
}

/**
 * `result` is what partialPooling returned: its evidences and moments do not depend on the scales, so every
 * answer is a reweighing of them. The pooling factor is E[sigma² / (sigma² + tau²) | t], one arrival each.
 */
export function hyperpriorMaps({ evidences, moment }, { sigma }) {
  const J = COURSE.mu.length;
  const d = DEPARTMENTS.indexOf("MATH");
  const others = evidences.filter((_, e) => e !== d);
  const evidence = evidences[d].map((value, n) => value * others[0][n] * others[1][n]);
  const theta = moment(d).map((value, n) => value * others[0][n] * others[1][n]);
  const factor = evidence.map((value, n) => value / (1 + (COURSE.tau[Math.floor(n / J)] / sigma) ** 2));
  const total = reweigh(evidence);
  const mean = (value) => reweigh(value).map((sum, n) => sum / total[n]);
  return { "E[theta[MATH]]": mean(theta), "pooling factor": mean(factor) };
}
