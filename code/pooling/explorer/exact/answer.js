// What the engine's answers share: checks of what goes in, and the way back into the unit of the data.

// Scales further apart than this do not come from one unit
const APART = 1e60;

/** Complain of what is not so. */
export function check(so, message) {
  if (!so) throw new RangeError(message);
}

/** A value in the middle of a list, its own and not an average: differences to it are exact where small. */
export function middleOf(values, otherwise) {
  return values.length ? Float64Array.from(values).sort()[values.length >> 1] : otherwise;
}

/** Refuse sizes, in the data's own unit, that no single unit explains. */
export function checkUnit(sizes) {
  for (const [name, values] of Object.entries(sizes))
    for (const one of values) {
      const size = Math.abs(one);
      const odd = size !== 0 && !(size < APART && size > 1 / APART);
      check(
        !odd,
        `${name} must be within a factor 1e60 of the data's own scale; give data and priors in one unit`,
      );
    }
}

/** One of several means and sds, in the unit of the data. */
export const times = (unit, { mean, sd }, k, shift = 0) => ({
  mean: shift + unit * mean[k],
  sd: unit * sd[k],
});
