// Small dense linear algebra: matrices are arrays of columns.

export const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** a + t b, in place. */
export function add(a, t, b) {
  for (let i = 0; i < a.length; i++) a[i] += t * b[i];
}

/** Σ_k x_k column_k. */
export function combined(columns, x, length) {
  const sum = new Float64Array(length);
  columns.forEach((column, k) => add(sum, x[k], column));
  return sum;
}

/**
 * X = Q T by Gram and Schmidt, twice over: Q of as many columns as X has rank, orthonormal to rounding, and T of their
 * number by p, as columns.
 */
export function orthogonalised(columns) {
  const q = [];
  const t = columns.map((column) => {
    const rest = Float64Array.from(column);
    const size = Math.sqrt(dot(rest, rest));
    const along = q.map(() => 0);
    for (let pass = 0; pass < 2; pass++)
      q.forEach((one, i) => {
        const part = dot(one, rest);
        along[i] += part;
        add(rest, -part, one);
      });
    const left = Math.sqrt(dot(rest, rest));
    if (left <= 1e-14 * size || q.length === rest.length) return along;
    q.push(rest.map((one) => one / left));
    return [...along, left];
  });
  return { q, t: t.map((column) => Float64Array.from({ length: q.length }, (_, i) => column[i] ?? 0)) };
}

/** C, upper triangular, with CᵀC = a, positive definite but for rounding. */
export function cholesky(a) {
  const size = a.length;
  const c = a.map(() => new Float64Array(size));
  for (let m = 0; m < size; m++) {
    for (let i = 0; i < m; i++) {
      c[m][i] = a[m][i];
      for (let k = 0; k < i; k++) c[m][i] -= c[i][k] * c[m][k];
      c[m][i] /= c[i][i];
    }
    const square = a[m][m] - dot(c[m], c[m]);
    c[m][m] = Math.sqrt(Math.max(square, Number.EPSILON * a[m][m], 1e-300)); // other columns may be of another size
  }
  return c;
}

/** x with C x = b, C upper triangular. */
export function solvedUpper(c, b) {
  const x = new Float64Array(b);
  for (let m = x.length - 1; m >= 0; m--) {
    x[m] /= c[m][m];
    for (let i = 0; i < m; i++) x[i] -= c[m][i] * x[m];
  }
  return x;
}

/** x with Cᵀ x = b. */
export function solvedLower(c, b) {
  const x = new Float64Array(b);
  for (let m = 0; m < x.length; m++) {
    for (let k = 0; k < m; k++) x[m] -= c[m][k] * x[k];
    x[m] /= c[m][m];
  }
  return x;
}

// Columns that depend on others stay what rounding makes them, and are turned as often as this
const SWEEPS = 12;

/** M = A S Bᵀ by Jacobi's rotations of M's columns: the columns of A S, and those of B. */
export function rotated(matrix) {
  const p = matrix.length;
  const as = matrix.map((column) => new Float64Array(column));
  const b = matrix.map(() => new Float64Array(p));
  b.forEach((column, i) => (column[i] = 1));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false;
    for (let i = 0; i < p; i++) for (let k = i + 1; k < p; k++) turned = turn(as, b, i, k) || turned;
    if (!turned) break;
  }
  return { as, b };
}

/** Turn columns i and k, of both, so that the first two are at right angles; whether they were not. */
function turn(as, b, i, k) {
  const [own, other, product] = [dot(as[i], as[i]), dot(as[k], as[k]), dot(as[i], as[k])];
  if (Math.abs(product) <= 1e-15 * Math.sqrt(own * other)) return false;
  const ratio = (other - own) / (2 * product);
  const tangent = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  for (const columns of [as, b]) {
    const [one, two] = [columns[i], columns[k]];
    for (let n = 0; n < one.length; n++) {
      const x = one[n];
      one[n] = cosine * (x - tangent * two[n]);
      two[n] = cosine * (tangent * x + two[n]);
    }
  }
  return true;
}

/** What columns leave of the last one, and their rank: of the sums of squares and products of all. */
export function leftOf(square) {
  const matrix = square.slice(0, -1).map((column) => column.slice(0, -1));
  const cross = square.at(-1);
  const { as, b } = rotated(matrix);
  const sizes = as.map((column) => Math.sqrt(dot(column, column)));
  const least = Math.max(...sizes, 0) * matrix.length * Number.EPSILON;
  const kept = [...sizes.keys()].filter((i) => sizes[i] > least);
  const explained = kept.reduce((sum, i) => sum + (dot(b[i], cross) * dot(as[i], cross)) / sizes[i] ** 2, 0);
  return { own: cross.at(-1) - explained, rank: kept.length };
}
