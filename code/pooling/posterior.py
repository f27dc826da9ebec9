"""Chapters 1 to 7: what the grid programs return, marginal posteriors on equal-weight points."""

import warnings
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.departments import Department

__all__ = ["GridEdgeWarning", "Interval", "Marginal", "Posterior", "checked"]

#: More mass than this in an outermost cell means that the answer was cut off.
_EDGE_MASS = 0.01


class GridEdgeWarning(UserWarning):
    """Posterior mass piles up at an end of the grid: the answer is cut off."""


class Interval(NamedTuple):
    """Lower and upper end, in the unit of the parameter."""

    lower: float | np.ndarray
    upper: float | np.ndarray


class Marginal(NamedTuple):
    """A marginal posterior on a grid: one parameter, or one a department.

    Attributes
    ----------
    values : ndarray (K,)
        Grid points, ascending, minutes.
    probability : ndarray (K,) or (3, K)
        Probability of each point; sums to 1 over the last axis.
    boundaries : ndarray (K + 1,) or None
        Where the cells end, if not halfway between the points.

    Each summary is a float for (K,), an array (3,) for (3, K).
    """

    values: np.ndarray
    probability: np.ndarray
    boundaries: np.ndarray | None = None

    @property
    def mean(self):
        """E[x] = Σ p x, minutes."""
        return self._each(lambda p: p @ self.values)

    @property
    def sd(self):
        """√(Σ p (x - E[x])²), an sd in minutes."""
        return self._each(lambda p: np.sqrt(p @ (self.values - p @ self.values) ** 2))

    @property
    def median(self):
        """The point with half the mass on either side, interpolated within its cell."""
        return self._each(lambda p: self._quantile(p, 0.5))

    @property
    def edges(self):
        """Cell edges (K + 1,): the boundaries, or midpoints between points with symmetric end cells."""
        if self.boundaries is not None:
            return self.boundaries
        middle = (self.values[1:] + self.values[:-1]) / 2
        first = 2 * self.values[0] - middle[0]
        last = 2 * self.values[-1] - middle[-1]
        return np.concatenate([[first], middle, [last]])

    @property
    def density(self):
        """Probability over cell width, per minute; same shape as `probability`."""
        return self.probability / np.diff(self.edges)

    def interval(self, prob=0.94):
        """Return the highest-density interval: the narrowest that holds `prob`.

        Mass is spread evenly within each cell, so that the ends interpolate.

        Parameters
        ----------
        prob : float
            Mass to hold, in (0, 1).

        Raises
        ------
        ValueError
            If prob is not in (0, 1).
        """
        prob = checks.number("prob", prob)
        if not 0 < prob < 1:
            raise ValueError(f"prob must be in (0, 1), got {prob}")
        rows = np.atleast_2d(self.probability)
        ends = np.array([self._narrowest(p, prob) for p in rows]).T
        if self.probability.ndim == 1:
            return Interval(*ends[:, 0].tolist())
        return Interval(*ends)

    def _each(self, summary):
        if self.probability.ndim == 1:
            return float(summary(self.probability))
        return np.array([summary(p) for p in self.probability])

    def _quantile(self, p, mass):
        cdf = np.concatenate([[0.0], np.cumsum(p)])
        return np.interp(mass, cdf / cdf[-1], self.edges)

    def _narrowest(self, p, prob):
        """Find the narrowest interval; one of its ends is a cell edge."""
        cdf = np.concatenate([[0.0], np.cumsum(p)])
        cdf /= cdf[-1]
        lower = np.concatenate([self.edges, self._quantile(p, np.maximum(cdf - prob, 0))])
        upper = np.concatenate([self._quantile(p, np.minimum(cdf + prob, 1)), self.edges])
        enough = np.concatenate([cdf + prob <= 1, cdf - prob >= 0])
        width = np.where(enough, upper - lower, np.inf)
        best = np.argmin(width)
        return lower[best], upper[best]


class Posterior(NamedTuple):
    """Marginal posteriors of a model's parameters; None for what it does not learn.

    Attributes
    ----------
    theta : Marginal
        Typical lateness: (K,) for one theta, (3, K) for one a department.
    mu, tau, sigma : Marginal or None
        Population mean, population sd, sd of a single arrival.
    """

    theta: Marginal
    mu: Marginal | None = None
    tau: Marginal | None = None
    sigma: Marginal | None = None


def checked(posterior, t, *, stacklevel=3):
    """Return the posterior of arrivals t, warning where the grid cuts it off.

    Raises
    ------
    ValueError
        If prior and arrivals together leave no grid point a density above zero.
    """
    names = {"theta": posterior.theta, "mu": posterior.mu}
    for name, marginal in names.items():
        if marginal is None:
            continue
        ends = marginal.values[[0, -1]]
        if not np.allclose(marginal.probability.sum(axis=-1), 1):
            raise ValueError(
                f"t must leave some point of the {name} grid [{ends[0]:g}, {ends[1]:g}] with a "
                f"density above zero at these settings, got {np.asarray(t).tolist()}"
            )
        mass = np.atleast_2d(marginal.probability)[:, [0, -1]]
        for row, side in np.argwhere(mass > _EDGE_MASS):
            warnings.warn(
                f"{mass[row, side]:.0%} of the posterior of {_label(name, marginal, row)} lies in "
                f"the last cell at the {('lower', 'upper')[side]} end ({ends[side]:g} minutes) of "
                "its grid: an observation is too far off the grid for this answer to be trusted",
                GridEdgeWarning,
                stacklevel=stacklevel,
            )
    return posterior


def _label(name, marginal, row):
    if marginal.probability.ndim == 1:
        return name
    return f"{name}[{Department(row).name}]"
