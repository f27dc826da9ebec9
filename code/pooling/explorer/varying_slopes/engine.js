// Lines of drivers at known scales: two numbers a driver, all of it normal; as pooling.varying_slopes.given_scales.
import { keptFor } from "../frontend/kept.js";

const DAYS = 10;
const MEAN = [300, 0]; // of the prior of mu, ms and ms a day
const PRECISION = [1 / 100 ** 2, 0, 0, 1 / 20 ** 2];

// Matrices of two rows, [a, b, c, d] for [[a, b], [c, d]].
const add = (x, y) => x.map((one, i) => one + y[i]);
const times = ([a, b, c, d], [e, f, g, h]) => [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
const on = ([a, b, c, d], [x, y]) => [a * x + b * y, c * x + d * y];
const turned = ([a, b, c, d]) => [a, c, b, d];
const scaled = (x, by) => x.map((one) => one * by);
function inverse([a, b, c, d]) {
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det];
}

/** XᵀX and Xᵀy of the first days, the rows of X being (1, day). */
function sums(y, days = DAYS) {
  const [square, product] = [
    [0, 0, 0, 0],
    [0, 0],
  ];
  for (let day = 0; day < days; day++) {
    [1, day, day, day * day].forEach((one, i) => (square[i] += one));
    product[0] += y[day];
    product[1] += day * y[day];
  }
  return { square, product };
}

const everybody = keptFor(({ y }) => y.map((one) => sums(one)));

/** What Sigma and sigma make of one set of days: M, (I + S Sigma)⁻¹, A and I - M S. */
function design(square, spread, variance) {
  const s = scaled(square, 1 / variance);
  const back = inverse(add([1, 0, 0, 1], times(s, spread)));
  const m = times(spread, back);
  return { m, back, a: times(back, s), keep: add([1, 0, 0, 1], scaled(times(m, s), -1)) };
}

const least = ({ square, product }) => on(inverse(square), product);

/** What the page shows: the population and every driver at the scales that are set, and their own lines. */
export function compute(settings, data) {
  const { tau_a, tau_b, rho, sigma, driver, shift } = settings;
  const days = Number(settings.known);
  const across = rho * tau_a * tau_b;
  const spread = [tau_a * tau_a, across, across, tau_b * tau_b];
  const variance = sigma * sigma;

  const moved = data.y[driver].map((one, i) => one + shift[i]);
  const all = everybody(data).with(driver, sums(moved, days));
  const [full, his] = [all[driver ? 0 : 1], all[driver]].map((one) => design(one.square, spread, variance));
  let [precision, pull] = [PRECISION, on(PRECISION, MEAN)];
  all.forEach(({ product }, j) => {
    const { back, a } = j === driver ? his : full;
    precision = add(precision, a);
    pull = add(pull, scaled(on(back, product), 1 / variance));
  });
  const cov = inverse(precision);
  const mu = { mean: on(cov, pull), cov };
  const theta = all.map(({ product }, j) => {
    const { m, keep } = j === driver ? his : full;
    return add(on(keep, mu.mean), scaled(on(m, product), 1 / variance));
  });
  return {
    mu,
    theta,
    spread,
    own: all.map((one, j) => (j !== driver || days > 1 ? least(one) : null)),
    cov: add(his.m, times(times(his.keep, cov), turned(his.keep))),
    times: moved,
    days,
    driver,
  };
}

/** A number that the page tells: mean:a, sd:mu_b. */
export function number({ mu, theta, cov, driver }, quantity) {
  const [, kind, of, name] = /^(mean|sd):(mu_)?([ab])$/.exec(quantity);
  const k = name === "a" ? 0 : 1;
  if (kind === "mean") return (of ? mu.mean : theta[driver])[k];
  return Math.sqrt((of ? mu.cov : cov)[3 * k]);
}
