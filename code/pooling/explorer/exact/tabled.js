// A function of log x that is asked for at thousands of places, from its Chebyshev polynomials.

// Intervals, and points in each: where no singularity is nearer than pi the series falls by 12 from one to the next
const [LENGTH, POINTS] = [1, 16];

const COSINES = Array.from({ length: POINTS }, (_, n) =>
  Float64Array.from({ length: POINTS }, (_one, i) => Math.cos((n * (i + 0.5) * Math.PI) / POINTS)),
);

/** `of(t)`, smooth: itself until an interval of t has been asked for as often as it has points. */
export function tabled(of) {
  const [asked, series] = [new Map(), new Map()];
  return (t) => {
    const place = t / LENGTH;
    const k = Math.floor(place);
    const known = series.get(k);
    if (known) return sum(known, 2 * (place - k) - 1);
    const times = (asked.get(k) ?? 0) + 1;
    asked.set(k, times);
    if (times === POINTS) series.set(k, coefficients(of, k));
    return of(t);
  };
}

/** Of the series between places k and k + 1. */
function coefficients(of, k) {
  const values = COSINES[1].map((cosine) => of(LENGTH * (k + (cosine + 1) / 2)));
  return Float64Array.from(COSINES, (cosines, n) => {
    let total = 0;
    for (let i = 0; i < POINTS; i++) total += cosines[i] * values[i];
    return ((n ? 2 : 1) * total) / POINTS;
  });
}

/** Σ_n c_n T_n(z), by Clenshaw's recurrence. */
function sum(c, z) {
  let next = 0;
  let last = 0;
  for (let n = POINTS - 1; n > 0; n--) {
    const one = 2 * z * next - last + c[n];
    last = next;
    next = one;
  }
  return z * next - last + c[0];
}
