// Radon in counties: summed by county once, then by the engine that every explorer has; tau learned, and tau by hand.
import { density } from "../exact/density.js";
import { integrate } from "../exact/mixture.js";
import { halfNormal, inUnit } from "../exact/priors.js";
import { regressionProblem } from "../exact/regression.js";
import { inner } from "../exact/sigma.js";
import { keptFor, keptLast } from "../frontend/kept.js";

const SD = 5; // of the coefficients' priors; tau and sigma ~ HN(1)
const SCALE = inUnit(halfNormal(1), 1);

/** Where the posterior density of tau is shown. */
export const TAUS = Array.from({ length: 81 }, (_, k) => 0.01 * (k + 0.25));

/** Sizes and means of counties, and sums of squares and products within them: floor, floor by y, y. */
const counties = keptFor(({ y, floor }) => {
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
  const sums = { ff: 0, fy: 0, yy: 0 };
  const [means, shares] = [y.map(mean), floor.map(mean)];
  y.forEach((houses, j) =>
    houses.forEach((one, i) => {
      const [off, away] = [floor[j][i] - shares[j], one - means[j]];
      sums.ff += off * off;
      sums.fy += off * away;
      sums.yy += away * away;
    }),
  );
  const n = Float64Array.from(y, (houses) => houses.length);
  const rows = n.reduce((a, b) => a + b);
  const middle = means.reduce((sum, one, j) => sum + one * n[j], 0) / rows;
  return { n, rows, means, shares, middle, ...sums };
});

/** The regression of these counties, its columns: ones, and of floor and uranium those that are on. */
function problemOf({ n, rows, means, shares, middle, ff, fy, yy }, uranium, settings, scales) {
  const [floors, soil] = [settings.floor === "on", settings.uranium === "on"];
  const q = [n.map(() => 1)];
  if (floors) q.push(Float64Array.from(shares));
  if (soil) q.push(Float64Array.from(uranium));
  const size = q.length + 1;
  const within = Array.from({ length: size }, () => new Float64Array(size));
  within[size - 1][size - 1] = yy;
  if (floors) {
    within[1][1] = ff;
    within[1][size - 1] = within[size - 1][1] = fy;
  }
  const moved = settings.shift;
  return regressionProblem({
    n,
    rows,
    y: Float64Array.from(means, (one, j) => one + (j === settings.county ? moved : 0) - middle),
    q,
    within,
    root: q.map((_, i) => Float64Array.from(q, (_one, k) => (i === k ? SD : 0))),
    prior: q.map((_, i) => (i === 0 ? -middle / SD : 0)),
    ...scales,
    inner,
  });
}

/** What the engine answers, in the data's words: a coefficient that is off is 0. */
function solved(data, settings, known) {
  const summed = counties(data);
  const { answer, mixture } = integrate(problemOf(summed, data.uranium, settings, known));
  const [{ mean, sd }, { groups, scales }] = [answer.coefficients, answer];
  const at = (i, on) => (on ? { mean: SD * mean[i], sd: SD * sd[i] } : { mean: 0, sd: 0 });
  const [floors, soil] = [settings.floor === "on", settings.uranium === "on"];
  const gamma0 = { mean: SD * mean[0] + summed.middle, sd: SD * sd[0] };
  const [beta, gamma1] = [at(1, floors), at(1 + floors, soil)];
  const line = data.uranium.map((u) => gamma0.mean + gamma1.mean * u);
  return {
    gamma0,
    gamma1,
    beta,
    line,
    groups,
    theta: line.map((one, j) => one + groups.mean[j]),
    tau: { mean: scales.mean[0], sd: scales.sd[0] },
    sigma: { mean: scales.mean[1], sd: scales.sd[1] },
    mixture,
  };
}

const kept = keptLast(); // tau by hand does not move it, nor which county it is unless it is moved

function learned(data, settings) {
  const { floor, uranium, county, shift } = settings;
  return kept([data, floor, uranium, shift && county, shift], () => {
    const posterior = solved(data, settings, { tau: SCALE, sigma: SCALE });
    const along = density({ ...posterior.mixture, unit: 1, sigmaUnit: 1 }, "tau", TAUS);
    return { ...posterior, density: Array.from(along, (one, k) => one / TAUS[k]) };
  });
}

/** What the page shows: the posterior, and what would be believed at a tau, with sigma at its posterior mean. */
export function compute(settings, data) {
  const { means, shares } = counties(data);
  const full = learned(data, settings);
  const given = solved(data, settings, { tau: settings.tau, sigma: full.sigma.mean });
  const { county } = settings;
  const moved = (j) => (j === county ? settings.shift : 0);
  // of houses as they would be in the basement
  const own = means.map((one, j) => one + moved(j) - given.beta.mean * shares[j]);
  const alpha = { mean: full.groups.mean[county], sd: full.groups.sd[county] };
  return { ...full, alpha, given, own, county };
}

/** A number that the page tells. */
export function number(result, quantity) {
  const [kind, name] = quantity.split(":");
  if (kind !== "given") return result[name][kind];
  return name === "beta" ? result.given.beta.mean : result.given[name][result.county];
}
