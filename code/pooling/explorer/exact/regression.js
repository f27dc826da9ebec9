// Sums over groups of a regression, y = X beta + alpha[group] + noise, as functions of x = log r, r = tau/sigma:
// XᵀV⁻¹X is what X has within groups, plus Σ_j w_j x̄_j x̄_jᵀ, w_j = n_j / (1 + n_j r²): sums of squares, from which
// nothing cancels. X = Q T is orthogonal, and y a residual around `reference`.
import {
  add,
  cholesky,
  combined,
  dot,
  leftOf,
  orthogonalised,
  rotated,
  solvedLower,
  solvedUpper,
} from "./linear.js";

/**
 * Data summed by group: n and mean residual y (J), means q of the orthogonal columns (J, m), `within`, sums of squares
 * and products within groups of q's columns and, last, of y; root, from whitened coefficients (beta - reference) / sd
 * to those of q; prior, the prior mean of the whitened ones.
 */
export function design({ y, columns, group, groups, loc, scale, references }) {
  const n = new Float64Array(groups);
  for (const j of group) n[j]++;
  const residual = Float64Array.from(y);
  const prior = Float64Array.from(loc);
  for (const reference of references) {
    reference.forEach((one, i) => one && add(residual, -one, columns[i]));
    add(prior, -1, reference);
  }
  // what is constant within groups first: there rounding stays 0
  const first = new Map();
  group.forEach((j, i) => first.has(j) || first.set(j, i));
  const varies = columns.map((column) => group.some((j, i) => column[i] !== column[first.get(j)]));
  const order = [...columns.keys()].sort((a, b) => varies[a] - varies[b]);
  const { q, t } = orthogonalised(order.map((i) => columns[i]));
  const means = [...q, residual].map((column) => {
    const sums = new Float64Array(groups);
    group.forEach((j, i) => (sums[j] += column[i]));
    return sums.map((sum, j) => sum / Math.max(n[j], 1));
  });
  const off = [...q, residual].map((column, k) => column.map((one, i) => one - means[k][group[i]]));
  return {
    n,
    rows: y.length,
    y: means.at(-1),
    q: means.slice(0, -1),
    within: off.map((a) => off.map((b) => dot(a, b))),
    root: columns.map((_, i) => t[order.indexOf(i)].map((one) => one * scale[i])),
    prior: prior.map((one, i) => one / scale[i]),
    squares: dot(residual, residual),
    least: () => solvedLeast(q, t, order, residual),
  };
}

/** Least-squares coefficients of X; 0 where a column says nothing that those before it do not. */
function solvedLeast(q, t, order, residual) {
  const found = new Float64Array(order.length);
  let rank = 0;
  const kept = order.filter((_, k) => t[k][rank] !== 0 && rank < q.length && ++rank);
  const upper = kept.map((i) => t[order.indexOf(i)]);
  solvedUpper(
    upper,
    q.map((one) => dot(one, residual)),
  ).forEach((one, k) => (found[kept[k]] = one));
  return found;
}

/** The problem that `mixture` solves; y, root and `within` in the residuals' own unit, whitened coefficients pure. */
export function regressionProblem({ n, rows, y, q, within, root, prior, tau, sigma, inner }) {
  const [m, p] = [q.length, root.length];
  const both = [...q, y];
  const atPrior = combined(root, prior, m);
  const own = leftOf(within).own - 64 * Number.EPSILON * within[m][m];

  const kinds = productsBySize(n, both);

  function given(x) {
    const r2 = Math.exp(2 * x);
    const [square, steep] = [within.map((column) => new Float64Array(column)), zeros(m + 1)];
    let [logSpread, flex] = [0, 0];
    for (const { size, many, products } of kinds) {
      const kept = 1 / (1 + size * r2);
      logSpread -= many * Math.log(kept);
      flex += many * kept * (1 - kept);
      for (let i = 0; i <= m; i++)
        for (let k = i; k <= m; k++) {
          const one = size * kept * products[i][k];
          square[i][k] += one;
          steep[i][k] += one * (1 - kept);
        }
    }
    mirror(square);
    mirror(steep);
    // square = CᵀC for q; C root = A S Bᵀ: in the coordinates B, data and prior are both diagonal
    const c = cholesky(square.slice(0, m).map((column) => column.slice(0, m)));
    const fit = solvedLower(c, square[m].slice(0, m));
    const { as, b } = rotated(root.map((column) => triangular(c, column)));
    const sizes = as.map((column) => Math.sqrt(dot(column, column)));
    // of rank m; a small one counts, relative to its own column
    const least = Float64Array.from(sizes).sort()[p - m - 1] ?? 0;
    const centre = as.map((column, i) => (sizes[i] > least ? dot(column, fit) / sizes[i] ** 2 : 0));
    const coefficients = solvedUpper(c, fit);
    const off = [...coefficients.map((one) => -one), 1];
    const turned = b.map((column) => combined(root, column, m));
    const quadratic = (a, vector) => {
      let total = 0;
      for (let i = 0; i < vector.length; i++)
        for (let k = 0; k < vector.length; k++) total += vector[i] * a[i][k] * vector[k];
      return Math.abs(total);
    };
    const steepMisfit = quadratic(steep, off);
    return {
      x,
      r2,
      // it loses its digits where X fits all but exactly, but not below what is left within groups, however X is
      // chosen, nor below a share of what is left between them
      misfit: Math.max(square[m][m] - dot(fit, fit), steepMisfit, own),
      logSpread,
      flex,
      steep: steepMisfit,
      steepWeight: turned.map((column) => quadratic(steep, column)),
      weight: sizes.map((size) => (size > least ? size ** 2 : 0)),
      gap: centre.map((one, i) => one - dot(b[i], prior)),
      centre,
      b,
      square: square[m][m],
    };
  }

  return {
    n,
    rows,
    tau,
    sigma,
    inner,
    given,
    ss: within[m][m],
    reach: largest(y) + largest(y.map((_, j) => atPrior.reduce((sum, one, k) => sum + one * q[k][j], 0))),
    base: new Float64Array(n.length),
    population: (at, mean, covariance) => whitened(at, mean, covariance, root, m, p),
    /** alpha_j, and the variance that the coefficients' own adds. */
    effect: (j, kept, { ofQ }) => {
      let away = y[j];
      for (let k = 0; k < m; k++) away -= ofQ[k] * q[k][j];
      return (1 - kept) * away;
    },
    uncertain: (j, kept, { whole }) => {
      let sum = 0;
      for (let i = 0; i < m; i++) for (let k = 0; k < m; k++) sum += whole[i][k] * q[i][j] * q[k][j];
      return (1 - kept) ** 2 * sum;
    },
  };
}

const zeros = (size) => Array.from({ length: size }, () => new Float64Array(size));

/** The lower half of a matrix from its upper one. */
function mirror(matrix) {
  for (let i = 0; i < matrix.length; i++) for (let k = 0; k < i; k++) matrix[i][k] = matrix[k][i];
}

/** Groups of one size weigh the same: how many are of each, and their sums of products of columns' means. */
function productsBySize(n, columns) {
  const kinds = new Map();
  n.forEach((size, j) => {
    if (!kinds.has(size)) kinds.set(size, { size, many: 0, products: zeros(columns.length) });
    const own = kinds.get(size);
    own.many++;
    columns.forEach((one, i) => columns.forEach((other, k) => (own.products[i][k] += one[j] * other[j])));
  });
  return [...kinds.values()];
}

const largest = (values) => values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
const triangular = (c, x) =>
  c.map((_, i) => c.reduce((sum, column, m) => sum + (m < i ? 0 : column[i] * x[m]), 0));

/** Mean and covariance of the whitened coefficients, and those of q's: ofQ, whole. */
function whitened({ b, centre }, mean, covariance, root, m, p) {
  const own = combined(
    b,
    centre.map((one, i) => one + mean[i]),
    p,
  );
  const turn = (columns, length) => {
    const half = b.map((_, k) => combined(columns, covariance.slice(k * p, (k + 1) * p), length));
    return Array.from({ length }, (_, i) =>
      combined(
        columns,
        half.map((column) => column[i]),
        length,
      ),
    );
  };
  const turned = b.map((column) => combined(root, column, m));
  return {
    mean: own,
    covariance: turn(b, p).flatMap((column) => Array.from(column)),
    ofQ: combined(root, own, m),
    whole: turn(turned, m),
  };
}
