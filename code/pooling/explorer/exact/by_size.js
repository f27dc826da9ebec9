// Groups of one size, which tell together what their number, mean and variance tell.

/** [sizes, how many groups are of each, the mean of their means, the variance]: a list of each. */
export function bySize(n, y) {
  const known = new Map();
  n.forEach((size, j) => {
    const own = known.get(size) ?? [size, 0, 0, 0];
    const away = y[j] - own[2];
    own[2] += away / ++own[1];
    own[3] += (away * (y[j] - own[2]) - own[3]) / own[1];
    known.set(size, own);
  });
  return [0, 1, 2, 3].map((k) => Float64Array.from(known.values(), (own) => own[k]));
}
