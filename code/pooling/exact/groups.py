"""All chapters: sums over the groups, for many r = tau/sigma at once: what grows with the groups' number.

Blocks of groups and of r are small enough for a processor's cache, so
memory is linear in the groups. With u_j = n_j r² / (1 + n_j r²), the weight of group j's mean is
w_j = n_j (1 - u_j), and 1 - u_j is what pooling leaves of its distance from the population.
"""

from typing import NamedTuple

import numpy as np

from pooling.exact.sigma import Given
from pooling.priors import ScalePrior

__all__ = ["Problem", "blocks", "pull"]

_BLOCK = 2**16  # numbers at once
_ROWS = 32  # values of r at once


class Problem(NamedTuple):
    """One intercept for all groups: data and priors in the data's own unit, around a value among the data.

    Attributes
    ----------
    n, y : ndarray (J,)
    ss, rows, groups : float
        Sum of squares within groups, observations and groups with data, in all.
    loc, scale : float
        Of mu's prior; scale 0 fixes it, and loc is then 0.
    tau, sigma : ScalePrior or float
    """

    n: np.ndarray
    y: np.ndarray
    ss: float
    rows: float
    groups: int
    loc: float
    scale: float
    tau: ScalePrior | float
    sigma: ScalePrior | float

    @property
    def reach(self):
        """How far the groups are from the prior mean of mu, at most, or from each other."""
        return float(np.abs(self.y).max() + abs(self.loc))

    def given(self, x):
        """Return what the groups say at each x = log r, (R,)."""
        parts = [self._sums(np.exp(x[i : i + _ROWS])) for i in range(0, x.size, _ROWS)]
        total, centre, squares, log_spread, steep, steep_total, flex = (
            np.concatenate(part) for part in zip(*parts, strict=True)
        )
        if self.scale == 0:
            none = np.empty((x.size, 0))
            return Given(x, self.ss + squares, none, none, none, none, log_spread, steep, none, flex)
        weight, gap = self.scale**2 * total[:, None], (centre[:, None] - self.loc) / self.scale
        steep_weight = self.scale**2 * steep_total[:, None]
        centre, start = centre[:, None], np.full((x.size, 1), self.loc)
        return Given(x, self.ss + squares, centre, start, weight, gap, log_spread, steep, steep_weight, flex)

    def _sums(self, r):
        r = r[:, None] ** 2
        total, centre, squares, log_spread, steep, steep_first, steep_total, flex = np.zeros((8, r.size))
        for at in blocks(self.n.size, r.size):
            kept = pull(self.n[at], r)
            lost = 1 - kept
            log_spread -= np.log(kept).sum(axis=1)
            flex += np.vecdot(kept, lost)
            weight = np.multiply(kept, self.n[at], out=kept)
            lost *= weight
            own = weight.sum(axis=1)
            middle = np.where(own > 0, weight @ self.y[at], 0) / np.where(own > 0, own, 1)
            middle = middle if self.scale else 0 * middle
            away = self.y[at] - middle[:, None]
            own_first, own_total = np.vecdot(lost, away), lost.sum(axis=1)
            away *= away

            # squares around a block's own centre become squares around that of all blocks until now
            total += own
            share = own / np.where(total > 0, total, 1)
            moved, left = share * (middle - centre), (1 - share) * (middle - centre)
            squares += np.vecdot(weight, away) + own * left * (middle - centre)
            steep += moved * (moved * steep_total - 2 * steep_first)
            steep += np.vecdot(lost, away) + left * (left * own_total + 2 * own_first)
            steep_first += own_first + left * own_total - moved * steep_total
            steep_total += own_total
            centre += moved
        return total, centre, squares, log_spread, np.maximum(steep, 0), steep_total, flex

    def coefficients(self, mean, covariance, given):
        """Return mean (R, 1) and covariance (R, 1, 1) of mu, in prior sds until now."""
        del given
        if self.scale == 0:
            return np.zeros((len(mean), 1)), np.zeros((len(mean), 1, 1))
        return mean, self.scale**2 * covariance

    def effect(self, kept, coefficients, at):
        """Return theta of the groups `at` as y and (R, j) how far mu (R, 1) pulls it away."""
        return self.y[at], kept * (coefficients - self.y[at])

    def uncertain(self, kept, covariance, at):
        """Return the variance of that, (R, j), which mu's own adds."""
        del at
        return kept**2 * covariance[:, 0]

    def take(self, kept):
        """Return the problem with some groups only, to try out nodes on."""
        return self._replace(n=self.n[kept], y=self.y[kept])


def blocks(groups, rows):
    """Yield slices of groups, of which all rows together are a block."""
    size = max(_BLOCK // rows, 1)
    return (slice(i, i + size) for i in range(0, groups, size))


def pull(n, r_squared):
    """Return 1 / (1 + n r²), (R, J): how far a group is pulled towards the population."""
    kept = n * r_squared
    kept += 1
    return np.divide(1, kept, out=kept)
