"""Chapters 1 to 7: the grids on which the memo programs enumerate, equal-weight points.

A grid is part of the prior: what lies beyond its ends has probability zero,
and where its points are dense the prior is heavier. `COURSE` is wide enough
that this hardly shows; `PUBLISHED` is the grid of the published notebook.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["COURSE", "PUBLISHED", "Grid", "domain"]


class Grid(NamedTuple):
    """Points of equal weight for each parameter.

    Attributes
    ----------
    mu, theta : ndarray
        Minutes.
    tau : ndarray
        Minutes; an sd, so > 0.
    u : ndarray or None
        Probabilities in (0, 1) at which a learned sigma takes its prior's
        quantiles: the grid *is* the prior.
    sigma : ndarray or None
        Minutes, an sd: points for a learned sigma where the grid is uniform.
    """

    mu: np.ndarray
    tau: np.ndarray
    theta: np.ndarray
    u: np.ndarray | None = None
    sigma: np.ndarray | None = None


def domain(points):
    """Return grid points as the list that a memo program takes for a domain.

    An array would do for one precision: JAX remembers its dtype from the first call, so that a
    reader's call in single precision after ours in double would warn.
    """
    return points.tolist()


def _midpoints(n, upper):
    """Return the n midpoints of n equal cells that fill (0, upper)."""
    return (np.arange(n) + 0.5) * (upper / n)


COURSE = Grid(
    mu=np.linspace(-60, 60, 121),
    tau=_midpoints(60, 60.0),
    theta=np.linspace(-80, 80, 321),
    u=_midpoints(60, 1.0),
)

PUBLISHED = Grid(
    mu=np.linspace(-25, 25, 100),
    tau=np.linspace(1, 30, 100),
    theta=np.linspace(-40, 40, 200),
    sigma=np.linspace(1, 30, 100),
)
