// On the way between two steps a density is their geometric mean, as if the evidence were multiplied bit by bit.
const LEAST = 1e-12; // of a density that is drawn

/** Between two densities on the same values; `part` of the way, area 1. */
export function between(one, other, part) {
  if (part >= 1) return other.density;
  const heights = one.density.map(
    (p, i) => Math.max(p, LEAST) ** (1 - part) * Math.max(other.density[i], LEAST) ** part,
  );
  const width = one.values[1] - one.values[0];
  const area = heights.reduce((sum, p) => sum + p, 0) * width;
  return heights.map((p) => p / area);
}

export function meanOf(values, density) {
  let [total, mass] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    total += values[i] * density[i];
    mass += density[i];
  }
  return total / mass;
}
