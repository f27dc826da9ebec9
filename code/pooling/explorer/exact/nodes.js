// Nodes of a one-dimensional integral: every hill of the density is found, then resolved.
// The trapezoidal rule converges exponentially for a smooth density that decays at both ends. `scan` finds the
// hills: it halves intervals until a bound on the curvature says that none can hide in one. `lay` then takes
// equal steps in z = Σ arcsinh((x - hill) / width): narrow ones on a hill, ever wider ones away from all.

// e^-40 of the top is left out
const DROP = 40;
// And e^-75 on the right, for the moments' sake
const DROP_RIGHT = 75;
// Log units within which the scan knows the density wherever it matters
const SURE = 0.5;
// Places to begin with
const FIRST = 49;
// Evaluations
const MOST = 20000;
// Of the range, from place to place
const CLOSEST = 1e-12;
// Log units between two hills that count as two
const VALLEY = 1;
// A normal density falls by this much two sds away from its top
const FLANK = 2;
// Of a search by Newton's rule or halving
const ROUNDS = 80;

const drop = (x, top) => (x > top ? DROP_RIGHT : DROP);
const highest = (seen) => seen.reduce((a, b) => (b.log > a.log ? b : a));

/**
 * Look at a log density over a whole range, until no hill can hide between two places.
 * `look(x)` gives { log, stiff }: log p, and a bound on -d²log p/dx² that from x to x ± 1 changes by a factor e²
 * at most. Returns what was seen, { x, log, stiff } ascending, and the log units left unsure.
 */
export function scan(look, lower, upper) {
  const at = (x) => ({ x, ...look(x) });
  let seen = Array.from({ length: FIRST }, (_, k) => at(lower + ((upper - lower) * k) / (FIRST - 1)));
  for (;;) {
    const top = highest(seen);
    let unsure = 0;
    const next = [seen[0]];
    for (let k = 1; k < seen.length; k++) {
      const [a, b] = [seen[k - 1], seen[k]];
      const { ceiling, bulge } = between(a, b);
      if (ceiling > top.log - drop(b.x, top.x)) {
        unsure = Math.max(unsure, bulge);
        if (bulge > SURE && b.x - a.x > CLOSEST * (upper - lower)) next.push(at((a.x + b.x) / 2));
      }
      next.push(b);
    }
    if (next.length === seen.length) return { seen, unsure };
    if (next.length > MOST) return { seen, unsure: Infinity };
    seen = next;
  }
}

/** What the density may reach between two places: a chord, and a parabola of the largest curvature on it. */
function between(a, b) {
  const step = b.x - a.x;
  const bulge = (Math.exp(Math.min(0.5 * Math.log(a.stiff * b.stiff + 1e-300) + step, 600)) * step ** 2) / 8;
  const rise = Math.abs(b.log - a.log);
  const ceiling =
    rise >= 4 * bulge ? Math.max(a.log, b.log) : (a.log + b.log) / 2 + bulge + rise ** 2 / (16 * bulge);
  return { ceiling, bulge };
}

/** Tops and widths of all hills that matter, and the range outside of which nothing does. */
export function hillsOf(seen) {
  const best = seen.indexOf(highest(seen));
  const matters = ({ x, log }) => log >= seen[best].log - drop(x, seen[best].x);
  const log = (k) => seen[k]?.log ?? -Infinity;
  const tops = [...seen.keys()].filter(
    (k) => matters(seen[k]) && log(k) >= log(k - 1) && log(k) > log(k + 1),
  );
  const kept = [best];
  for (const k of tops.sort((a, b) => log(b) - log(a))) {
    const apart = (other) => {
      let valley = Infinity;
      for (let i = Math.min(k, other); i <= Math.max(k, other); i++) valley = Math.min(valley, log(i));
      return log(k) - valley > VALLEY;
    };
    if (kept.every(apart)) kept.push(k);
  }
  // of the rounding of a log density that is 1e16
  const least = CLOSEST * (seen.at(-1).x - seen[0].x);
  return {
    hills: kept.map((k) => ({
      top: seen[k].x,
      width: Math.max((fallen(seen, k, 1) - fallen(seen, k, -1)) / (2 * FLANK), least),
    })),
    lower: seen[Math.max(0, seen.findIndex(matters) - 1)].x,
    upper: seen[Math.min(seen.length - 1, seen.findLastIndex(matters) + 1)].x,
  };
}

/** Where the density has fallen by FLANK from a top, in one direction. */
function fallen(seen, top, step) {
  const level = seen[top].log - FLANK;
  let k = top;
  while (seen[k + step] && seen[k].log >= level) k += step;
  if (k === top || seen[k].log >= level) return seen[k].x;
  const [a, b] = [seen[k - step], seen[k]];
  return a.x + ((a.log - level) / (a.log - b.log)) * (b.x - a.x);
}

/** z at x, and dz/dx. */
function stretched(hills, x) {
  let [z, slope] = [0, 0];
  for (const { top, width } of hills) {
    const away = (x - top) / width;
    z += Math.asinh(away);
    slope += 1 / Math.hypot(1, away) / width;
  }
  return { z, slope };
}

/** The nodes' number, odd, if they are `step` apart in z. */
export function countOf({ hills, lower, upper }, step) {
  return 2 * Math.ceil((stretched(hills, upper).z - stretched(hills, lower).z) / step / 2) + 1;
}

/** `n` nodes { x, logWidth }, equal steps of z apart, where logWidth is log(dx/dz · step). */
export function lay(where, n) {
  const { hills, lower } = where;
  const step = stepOf(where, n);
  if (hills.length === 1) {
    const [{ top, width }] = hills;
    const first = stretched(hills, lower).z;
    return Array.from({ length: n }, (_, k) => {
      const grown = Math.exp(first + k * step);
      const [x, slope] = [(grown - 1 / grown) / 2, (grown + 1 / grown) / 2];
      return { x: top + width * x, logWidth: Math.log(step * width * slope) };
    });
  }
  let x = lower;
  return Array.from({ length: n }, (_, k) => {
    x = placeOf(where, n, k, x);
    return { x, logWidth: Math.log(step / stretched(hills, x).slope) };
  });
}

const stepOf = ({ hills, lower, upper }, n) =>
  (stretched(hills, upper).z - stretched(hills, lower).z) / (n - 1);

/** Where a place lies among `n` nodes: 1.5 is halfway, in z, between the second and the third. */
export function indexOf(where, n, x) {
  const from = stretched(where.hills, where.lower).z;
  return (
    (stretched(where.hills, Math.min(Math.max(x, where.lower), where.upper)).z - from) / stepOf(where, n)
  );
}

/** The place that has an index among `n` nodes, which is beyond `left`. */
export function placeOf(where, n, index, left = where.lower) {
  const { hills, lower, upper } = where;
  const z = stretched(hills, lower).z + index * stepOf(where, n);
  return hills.length > 1 ? placed(hills, z, left, upper) : hills[0].top + hills[0].width * Math.sinh(z);
}

/** Where z(x) is z, between two places: by Newton's rule, kept within them. */
function placed(hills, z, left, right) {
  let [low, high, x] = [left, right, left];
  for (let round = 0; round < ROUNDS; round++) {
    const at = stretched(hills, x);
    if (Math.abs(at.z - z) < 1e-12 * Math.max(1, Math.abs(z))) break;
    if (at.z < z) low = x;
    else high = x;
    const next = x + (z - at.z) / at.slope;
    x = next > low && next < high ? next : (low + high) / 2;
  }
  return x;
}
