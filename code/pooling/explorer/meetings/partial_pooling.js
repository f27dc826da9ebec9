// The posterior of chapters 3 to 5: departments whose population is learned too, any number of arrivals each.
import { COURSE, DEPARTMENTS, likelihood, present } from "./grid.js";
import { createPopulation } from "./population.js";

/** tau → 0: one theta for all, so as many observations of mu as there are arrivals. */
export function completeLimit(t, mu_scale, sigma) {
  const { count, mean } = present(t.flat());
  return count ? (count * mean) / (count + (sigma / mu_scale) ** 2) : 0;
}

export function partialPooling() {
  const { posterior, prior, evidences, moment, observe, learn } = createPopulation();
  const result = { posterior, prior, likelihood: {}, references: {}, evidences, moment };
  return (t, { mu_scale, tau_scale, sigma }) => {
    DEPARTMENTS.forEach((_, d) =>
      observe(d, `${t[d]}; ${sigma}`, (out) => likelihood(COURSE.theta, t[d], sigma, out)),
    );
    learn({ mu_scale, tau_scale });
    result.references["complete pooling"] = completeLimit(t, mu_scale, sigma);
    return result;
  };
}
