// The shrinkage formula: one school, and many. Scales are sds; everything in points.

/** Where the curves are computed. */
export const XS = Array.from({ length: 251 }, (_, i) => 40 + i / 5);

/** The weight of a school's own mean: 0 for nobody there. */
const weight = (n, sigma, tau) => (n * tau ** 2) / (sigma ** 2 + n * tau ** 2);

function school({ n, mean, sigma, tau, mu }) {
  const w = weight(n, sigma, tau);
  return { weight: w, mean: mu + w * (mean - mu), sd: tau * Math.sqrt(1 - w) };
}

/** Each of many schools, with its estimate. */
const shrunk = (schools, { sigma, tau, mu }) =>
  schools.n.map((n, j) => ({
    n,
    mean: schools.mean[j],
    estimate: school({ n, mean: schools.mean[j], sigma, tau, mu }).mean,
  }));

const density = (x, mean, sd) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

/** Prior, likelihood (scaled to area 1; none without students) and posterior at xs. */
function curves(xs, settings) {
  const { n, mean, sigma, tau, mu } = settings;
  const one = school(settings);
  return {
    prior: xs.map((x) => density(x, mu, tau)),
    likelihood: n ? xs.map((x) => density(x, mean, sigma / Math.sqrt(n))) : null,
    posterior: xs.map((x) => density(x, one.mean, one.sd)),
  };
}

/** What the page shows: one school, its curves, and each of `data`'s many. */
export const compute = (settings, data) => ({
  one: school(settings),
  lines: curves(XS, settings),
  schools: shrunk(data, settings),
});

/** A number that the page tells. */
export const number = ({ one }, quantity) => one[quantity.split(":")[0]];
