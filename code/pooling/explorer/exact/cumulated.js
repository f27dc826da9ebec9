// The integral below any place between equidistant nodes, by the polynomial of degree 11 through the nearest twelve:
// what is smooth at the nodes' own distance is right to about ten digits. Beyond the nodes there is nothing.

// Nodes left of the one before the place
const SIDES = 5;
// Barycentric weights
const BINOMIAL = [1, -11, 55, -165, 330, -462, 462, -330, 165, -55, 11, -1];
// Of a search
const ROUNDS = 60;

/** Gauss-Legendre places and weights on [0, 1]. */
export function gauss(n) {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 8; round++) {
      let [before, now] = [1, x];
      for (let k = 2; k <= n; k++) [before, now] = [now, ((2 * k - 1) * x * now - (k - 1) * before) / k];
      slope = (n * (x * now - before)) / (x * x - 1);
      x -= now / slope;
    }
    return { at: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}

/** The value of the polynomial at index k + u, 0 <= u <= 1. */
function between(values, k, u) {
  let [over, under] = [0, 0];
  for (let i = 0; i < 12; i++) {
    const away = u + SIDES - i;
    const value = values[k - SIDES + i] ?? 0;
    if (away === 0) return value;
    over += (BINOMIAL[i] / away) * value;
    under += BINOMIAL[i] / away;
  }
  return over / under;
}

// Exact for degree 11
const SIX = gauss(6);
const part = (values, k, u) =>
  SIX.reduce((sum, { at, weight }) => sum + weight * u * between(values, k, at * u), 0);
const WHOLE = BINOMIAL.map((_, i) =>
  part(
    BINOMIAL.map((_, m) => Number(m === i)),
    SIDES,
    1,
  ),
);

/** Integrals of `values`, an array, below each index, whole or not, as shares of all: { below(index), inverse(share) }. */
export function cumulated(values) {
  const sums = new Float64Array(values.length);
  for (let k = 1; k < values.length; k++) {
    let step = 0;
    for (let i = 0; i < 12; i++) step += WHOLE[i] * (values[k - 1 - SIDES + i] ?? 0);
    sums[k] = sums[k - 1] + Math.max(step, 0);
  }
  const all = sums.at(-1);
  const below = (index) => {
    const k = Math.min(Math.max(Math.floor(index), 0), values.length - 2);
    return (sums[k] + part(values, k, Math.min(Math.max(index - k, 0), 1))) / all;
  };
  const inverse = (share) => {
    let k = 0;
    while (k < values.length - 2 && sums[k + 1] <= share * all) k++;
    return root((index) => below(index) - share, k, k + 1);
  };
  return { below, inverse };
}

/** Where a function that rises is 0, between two places; its end if it is 0 beyond: Ridders' rule. */
export function root(rising, low, high) {
  let [a, b] = [low, high].map((x) => ({ x, value: rising(x) }));
  if (a.value >= 0) return low;
  if (b.value <= 0) return high;
  let next = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (a.x + b.x) / 2;
    const at = rising(middle);
    const last = next;
    next = middle - ((middle - a.x) * at) / Math.sqrt(at * at - a.value * b.value);
    if (Math.abs(next - last) < 1e-13 * (1 + Math.abs(next))) break;
    const inside = [
      { x: middle, value: at },
      { x: next, value: rising(next) },
    ].sort((one, other) => one.x - other.x);
    a = inside.findLast(({ value }) => value < 0) ?? a;
    b = inside.find(({ value }) => value >= 0) ?? b;
  }
  return next;
}
