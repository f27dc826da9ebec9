"""Chapter 9: what pooling gains, and what the exact posterior costs: errors and seconds, both measured."""

import time
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, Normal

__all__ = ["PRIORS", "Cost", "Risks", "cost", "risks", "schools"]

#: Of the fifty schools, and of any number of them.
PRIORS = {"mu": Normal(50, 10), "tau": Exponential(1), "sigma": Exponential(1)}


class Risks(NamedTuple):
    """Mean squared errors of four estimators of all thetas, in units of sigma².

    Attributes
    ----------
    tau : ndarray (T,)
        In units of sigma.
    complete_pooling, no_pooling, james_stein, partial_pooling : ndarray (T,)
    noise : ndarray (T,)
        Standard error of the last one, from the simulation.
    """

    tau: np.ndarray
    complete_pooling: np.ndarray
    no_pooling: np.ndarray
    james_stein: np.ndarray
    partial_pooling: np.ndarray
    noise: np.ndarray


class Cost(NamedTuple):
    """Numbers of groups (S,), and seconds (S,) of a call of `normal_groups`, not the first."""

    n_groups: np.ndarray
    seconds: np.ndarray


def risks(tau, *, n_groups=10, replications=200, seed=9):
    """Simulate what four estimators are worth, as the true tau varies.

    theta_j ~ N(0, tau), y_j ~ N(theta_j, 1). Complete pooling says ȳ of every group, no pooling y_j,
    James and Stein ȳ + (1 - B)(y_j - ȳ), B = min(1, (J - 3)/Σ(y_j - ȳ)²); partial pooling is the mean of
    the exact posterior with mu ~ N(0, 10), tau ~ HC(1). All taus get the same luck.

    Parameters
    ----------
    tau : array_like (T,)
        True population sds, >= 0, in units of sigma.
    n_groups : int
        J, >= 4.
    replications : int
        Data sets for each tau.
    seed : int
        Of `numpy.random.default_rng`.

    Returns
    -------
    Risks
    """
    tau = checks.array("tau", tau, shape="(T,)")
    if n_groups < 4:
        raise ValueError(f"n_groups must be >= 4, got {n_groups!r}")
    rng = np.random.default_rng(seed)
    unit, noise = rng.standard_normal((2, replications, n_groups))
    se, priors, rows = np.ones(n_groups), {"mu": Normal(0, 10), "tau": HalfCauchy(1)}, []
    for true in tau:
        theta = true * unit
        y = theta + noise
        center = y.mean(axis=1, keepdims=True)
        away = y - center
        pull = np.minimum((n_groups - 3) / (away**2).sum(axis=1, keepdims=True), 1)
        exact = np.array([known_se(row, se, **priors).theta_mean for row in y])
        squares = [((guess - theta) ** 2).mean(axis=1) for guess in (center, y, y - pull * away, exact)]
        rows.append([*np.mean(squares, axis=1), squares[-1].std() / replications**0.5])
    return Risks(tau, *np.transpose(rows))


def cost(n_groups, *, repeats=5, seed=9):
    """Time `normal_groups` on schools of 2 to 99 students, everything unknown.

    Parameters
    ----------
    n_groups : sequence of int
        Sizes, each >= 1; a first call is not counted.
    repeats : int
        Calls of which the fastest counts: the others were disturbed.
    seed : int
        Of `numpy.random.default_rng`.

    Returns
    -------
    Cost
    """
    seconds = []
    for size in n_groups:
        groups = schools(size, seed=seed)
        normal_groups(*groups, **PRIORS)
        seconds.append(min(_seconds(groups) for _ in range(repeats)))
    return Cost(np.array(n_groups), np.array(seconds))


def schools(n_groups, *, seed=9):
    """Return sizes, means and sums of squares (J,) of schools as in `fifty_schools`, students not kept."""
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 100, n_groups)
    theta = rng.normal(63, 2, n_groups)
    return n, rng.normal(theta, 10 / np.sqrt(n)), 100 * rng.chisquare(n - 1)


def _seconds(groups):
    start = time.perf_counter()
    normal_groups(*groups, **PRIORS)
    return time.perf_counter() - start
