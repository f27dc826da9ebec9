// Where a regression's posterior is improper: as sigma goes to 0 the density grows without bound, because more rows are
// fitted exactly than there are coefficients and groups.
import { leftOf } from "./linear.js";

/** Whether rows are; `started` is the sum of squares of y around a value among the data. */
export function fittedExactly({ n, rows, y, q, within }, started, tau) {
  const m = q.length;
  const scatter = within[m][m];
  const rounding = 1e3 * Number.EPSILON ** 2 * rows * started;
  const { own, rank } = leftOf(within);
  const inside = scatter <= rounding || own <= 1e-13 * scatter;
  const everywhere = scatter + y.reduce((sum, one, j) => sum + n[j] * one ** 2, 0) <= rounding;
  const spare = rows - n.filter((one) => one > 0).length - rank;
  if (typeof tau !== "object") return tau === 0 ? everywhere && rows > m : inside && spare >= 1;
  return (inside && spare >= 1) || (everywhere && rows - m >= 2);
}
