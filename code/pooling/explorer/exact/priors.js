// Priors, as pooling.priors has them. A scale's is { family, size } and is looked at along t = log of the scale;
// a location's is { loc, scale }; a number in place of a prior fixes its parameter.

export const normal = (loc, scale) => ({ loc, scale });
export const halfCauchy = (scale) => ({ family: "HalfCauchy", size: scale });
export const halfNormal = (scale) => ({ family: "HalfNormal", size: scale });
export const exponential = (rate) => ({ family: "Exponential", size: 1 / rate });

/** At z = t - log size: the log density of a scale up to a constant. */
const LOG = {
  HalfCauchy: (z) => (z > 0 ? -2 * z - Math.log1p(Math.exp(-2 * z)) : -Math.log1p(Math.exp(2 * z))),
  HalfNormal: (z) => -Math.exp(2 * z) / 2,
  Exponential: (z) => -Math.exp(z),
};

/** Its first two derivatives. */
const SLOPES = {
  HalfCauchy(z) {
    const above = 1 / (1 + Math.exp(-2 * z));
    return [-2 * above, -4 * above * (1 - above)];
  },
  HalfNormal: (z) => [-Math.exp(2 * z), -2 * Math.exp(2 * z)],
  Exponential: (z) => [-Math.exp(z), -Math.exp(z)],
};

export const isPrior = (scale) => typeof scale === "object";
/** Of priors in the problem's unit, which `inUnit` makes. */
export const logAlong = ({ family, logSize }, t) => LOG[family](t - logSize);
export const slopesAlong = ({ family, logSize }, t) => SLOPES[family](t - logSize);
/** A number of the order of a scale, given its prior or its value. */
export const sizeOf = (scale) => (isPrior(scale) ? scale.size : scale) || 1;
/** A scale's prior, or its value, in another unit. */
export const inUnit = (scale, unit) =>
  isPrior(scale) ? { ...scale, size: scale.size / unit, logSize: Math.log(scale.size / unit) } : scale / unit;

/** A scale's prior or value, or an error. */
export function checkedScale(name, scale, lowest = 0) {
  const value = isPrior(scale) && scale ? scale.size : scale;
  const known = !isPrior(scale) || scale?.family in LOG;
  if (known && Number.isFinite(value) && (isPrior(scale) ? value > 0 : value >= lowest)) return scale;
  throw new RangeError(
    `${name} must be a prior of a scale, or a number >= ${lowest}, got ${JSON.stringify(scale)}`,
  );
}

/** A location's prior, where a number is one of scale 0, or an error. */
export function checkedLocation(name, location) {
  const { loc, scale } = typeof location === "number" ? { loc: location, scale: 0 } : (location ?? {});
  if (Number.isFinite(loc) && Number.isFinite(scale) && (scale > 0 || location === loc))
    return { loc, scale };
  throw new RangeError(
    `${name} must be a normal prior or a number, got ${JSON.stringify(location)}; its scale is > 0`,
  );
}
