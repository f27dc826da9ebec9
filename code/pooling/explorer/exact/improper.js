// Where a regression's posterior is improper: as sigma goes to 0 the density grows without bound, because more rows are
// fitted exactly than there are coefficients and groups.
import { dot, rotated } from "./linear.js";

/** Whether rows are; `started` is the sum of squares of y around a value among the data. */
export function fittedExactly({ n, rows, y, q, within }, started, tau) {
  const m = q.length;
  const scatter = within[m][m];
  const rounding = 1e3 * Number.EPSILON ** 2 * rows * started;
  const { explained, rank } = least(
    within.slice(0, m).map((column) => column.slice(0, m)),
    within[m].slice(0, m),
  );
  const inside = scatter <= rounding || scatter - explained <= 1e-13 * scatter;
  const everywhere = scatter + y.reduce((sum, one, j) => sum + n[j] * one ** 2, 0) <= rounding;
  const spare = rows - n.filter((one) => one > 0).length - rank;
  if (typeof tau !== "object") return tau === 0 ? everywhere && rows > m : inside && spare >= 1;
  return (inside && spare >= 1) || (everywhere && rows - m >= 2);
}

/** What least squares with a symmetric matrix explain, and its rank. */
function least(matrix, cross) {
  const { as, b } = rotated(matrix);
  const sizes = as.map((column) => Math.sqrt(dot(column, column)));
  const smallest = Math.max(...sizes, 0) * matrix.length * Number.EPSILON;
  const kept = [...sizes.keys()].filter((i) => sizes[i] > smallest);
  const explained = kept.reduce((sum, i) => sum + (dot(b[i], cross) * dot(as[i], cross)) / sizes[i] ** 2, 0);
  return { explained, rank: kept.length };
}
