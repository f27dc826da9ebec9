// Chapter 2: a theta for each department.
import { COURSE, likelihood, marginals, normal, normalise, THETAS } from "./grid.js";

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
