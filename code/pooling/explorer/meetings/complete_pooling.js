// Chapter 1: one theta for all departments.
import { COURSE, likelihood, marginals, normal, normalise, present } from "./grid.js";

/** One theta for all: p(theta) ∝ N(theta; mu, tau), times the likelihood of every observation. */
export function completePooling() {
  const { theta } = COURSE;
  const [posterior, prior, whole] = ["theta", "theta", "theta"].map((name) => marginals(theta, [name]));
  const result = { posterior, prior, likelihood: whole, references: {} };
  return (t, { mu, tau, sigma }) => {
    const [p, q, l] = [posterior, prior, whole].map((set) => set.theta.probability);
    normal(theta, mu, tau, q);
    likelihood(theta, t.flat(), sigma, l);
    for (let i = 0; i < p.length; i++) p[i] = q[i] * l[i];
    [p, q, l].forEach(normalise);
    result.references["sample mean"] = present(t.flat()).mean;
    return result;
  };
}
