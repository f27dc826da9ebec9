// How numbers are told: as many decimals as their sds need.

/** Decimals that show the sds to about three digits. */
export function decimalsFor(sds) {
  const sizes = Array.from(sds)
    .filter((sd) => sd > 0 && Number.isFinite(sd))
    .sort((a, b) => a - b);
  if (!sizes.length) return 2;
  return Math.min(Math.max(0, 2 - Math.floor(Math.log10(sizes[sizes.length >> 1]))), 20);
}

/** A number for the eye: what is very large or very small in powers of ten. */
export function shown(value, digits) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= 1e9 || digits > 9) return value.toExponential(3).replace("-", "−");
  return value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "");
}

/** Of a tick. */
export const tickText = (value, digits) =>
  Math.abs(value) >= 1e7 || digits > 5
    ? String(Number(value.toPrecision(4))).replace("-", "−")
    : shown(value, digits).replace("-", "−");
