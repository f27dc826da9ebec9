// The course grid of chapters 1 to 7, and densities on it: numbers only, no DOM.
// Every grid point has equal weight and everything is normalised on the grid, as in the memo programs.

export const DEPARTMENTS = ["GOVERNMENT", "ENGLISH", "MATH"];

export const points = (count, first, step) =>
  Float64Array.from({ length: count }, (_, i) => first + i * step);

export const COURSE = { theta: points(321, -80, 0.5), mu: points(121, -60, 1), tau: points(60, 0.5, 1) };

// --- densities, up to a constant -----------------------------------------------------------

/** N(x; loc, scale) at each value, written into `out`. */
export function normal(values, loc, scale, out) {
  for (let i = 0; i < values.length; i++) out[i] = Math.exp(-0.5 * ((values[i] - loc) / scale) ** 2);
}

/** The arrivals of those who came: how many, their mean, and the squares about it. `t`: a number or several, NaN = nobody. */
export function present(t) {
  const there = [t].flat().filter((value) => !Number.isNaN(value));
  const count = there.length;
  const mean = there.reduce((sum, value) => sum + value, 0) / count;
  return { count, mean, squares: there.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/** Π N(t_i; theta, sigma) as a function of theta, divided by its maximum: it cannot underflow everywhere. */
export function likelihood(theta, t, sigma, out) {
  const { count, mean } = present(t);
  if (!count) return out.fill(1); // nobody there
  for (let i = 0; i < theta.length; i++)
    out[i] = Math.exp((-count * (theta[i] - mean) ** 2) / (2 * sigma ** 2));
  return out;
}

export function normalise(p) {
  let total = 0;
  for (let i = 0; i < p.length; i++) total += p[i];
  for (let i = 0; i < p.length; i++) p[i] /= total;
}

export const marginal = (values) => ({ values, probability: new Float64Array(values.length) });

/** Marginals under each name, to be filled again and again without allocating. */
export const marginals = (values, names) => Object.fromEntries(names.map((name) => [name, marginal(values)]));

export const THETAS = DEPARTMENTS.map((name) => `theta[${name}]`);
