// Tails of the normal and of the F distribution, by continued fractions.

/** log Γ(x), x > 0, by Stirling's series at x + 8 or more. */
function logGamma(x) {
  let [shift, at] = [0, x];
  while (at < 8) shift += Math.log(at++);
  const v = 1 / (at * at);
  const series = (1 / 12 - v * (1 / 360 - v * (1 / 1260 - v * (1 / 1680 - v / 1188)))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** The share of a normal distribution above z >= 2. */
export function aboveNormal(z) {
  let fraction = z;
  for (let k = 80; k > 0; k--) fraction = z + k / fraction;
  return Math.exp((-z * z) / 2) / (Math.sqrt(2 * Math.PI) * fraction);
}

/** The z above which a small share, < 0.02, of a normal distribution lies. */
export function normalAbove(share) {
  let [low, high] = [2, 40];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (aboveNormal(middle) > share) low = middle;
    else high = middle;
  }
  return low;
}

/** The share of an F distribution below a ratio, and that above it. */
export function tailsOfF(free, rest, ratio) {
  const x = (free * ratio) / (free * ratio + rest);
  const below = regularised(free / 2, rest / 2, x, 1 - x);
  return [below, regularised(rest / 2, free / 2, 1 - x, x)];
}

/** The regularised incomplete beta function; `y` is 1 - x. */
function regularised(a, b, x, y) {
  if (!(x > 0)) return 0;
  if (!(y > 0)) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularised(b, a, y, x);
  const log = a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return (Math.exp(log) / a) * fraction(a, b, x);
}

/** Lentz's rule for its continued fraction. */
function fraction(a, b, x) {
  const least = 1e-300;
  const not0 = (value) => (Math.abs(value) < least ? least : value);
  let [c, d] = [1, 1 / not0(1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let k = 1; k < 10_000; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / not0(1 + even * d);
    c = not0(1 + even / c);
    value *= c * d;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / not0(1 + odd * d);
    c = not0(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-13) break;
  }
  return value;
}
