"""Chapter 15, proportions: how far estimates were from the season that came, and how sure that is."""

from typing import NamedTuple

import numpy as np
from scipy import special

from pooling import checks
from pooling.proportions import CONCENTRATION, MEAN
from pooling.proportions.estimators import complete_pooling, james_stein

__all__ = ["Losses", "bootstrap", "losses", "on_a_grid", "root_mean_square"]


def root_mean_square(estimate, truth):
    """Return the root of the mean squared distance of estimates from the truth.

    Parameters
    ----------
    estimate, truth : array (J,)

    Returns
    -------
    float
    """
    truth = checks.array("truth", truth, shape="(J,)")
    estimate = checks.array("estimate", estimate, shape=truth.shape)
    return float(np.sqrt(np.mean((estimate - truth) ** 2)))


def bootstrap(one, other, truth, *, n=10_000, seed=0):
    """Return how much larger the root mean square of one estimate is than that of another, for other players.

    Each time as many players are drawn from those there are, with replacement, and both are scored on them.

    Parameters
    ----------
    one, other, truth : array (J,)
    n : int
        How many times.
    seed : int
        Same seed, same draws.

    Returns
    -------
    ndarray (n,)
        Negative where `one` was nearer.
    """
    truth = checks.array("truth", truth, shape="(J,)")
    chosen = np.random.default_rng(seed).integers(0, truth.size, (n, truth.size))
    first, second = (
        np.sqrt(((checks.array(name, x, shape=truth.shape) - truth) ** 2)[chosen].mean(axis=1))
        for name, x in (("one", one), ("other", other))
    )
    return first - second


class Losses(NamedTuple):
    """Mean squared errors over simulated seasons.

    Attributes
    ----------
    mean : dict of str to float
        Of all seasons, by the name of the estimator.
    error : dict of str to float
        Standard error of that mean.
    beyond_complete : dict of str to tuple of float
        Mean and standard error of the loss less that of complete pooling in the same season.
    """

    mean: dict
    error: dict
    beyond_complete: dict


def losses(at_bats, *, seasons=1000, players=18, mean=MEAN, concentration=CONCENTRATION, seed=42):
    """Simulate seasons whose truth is known, and return each estimator's mean squared error.

    Parameters
    ----------
    at_bats : int
        Of each player.
    seasons, players : int
    mean, concentration : float
        Of the population that players are drawn from, as in `pooling.proportions.simulate`.
    seed : int
        Same seed, same seasons.

    Returns
    -------
    Losses
        Of "own average", "complete pooling", "partial pooling" (by `on_a_grid`) and "James–Stein".
    """
    at_bats = checks.whole_number("at_bats", at_bats, least=1)
    kappa = checks.scale("concentration", concentration)
    rng = np.random.default_rng(seed)
    p = rng.beta(mean * kappa, (1 - mean) * kappa, (seasons, players))
    hits = rng.binomial(at_bats, p)
    n = np.full(players, at_bats)
    guesses = {
        "own average": hits / at_bats,
        "complete pooling": np.array([complete_pooling(h, n) for h in hits]),
        "partial pooling": on_a_grid(hits, at_bats),
        "James–Stein": np.array([james_stein(h, n) for h in hits]),
    }
    loss = {name: ((x - p) ** 2).mean(axis=1) for name, x in guesses.items()}
    beyond = {name: x - loss["complete pooling"] for name, x in loss.items()}
    error = {name: float(x.std() / np.sqrt(seasons)) for name, x in loss.items()}
    return Losses(
        {name: float(x.mean()) for name, x in loss.items()},
        error,
        {name: (float(x.mean()), float(x.std() / np.sqrt(seasons))) for name, x in beyond.items()},
    )


def on_a_grid(hits, at_bats, *, minimum=1.0, alpha=1.5, size=81):
    """Return the posterior means of partial pooling by plain sums over a grid of m and kappa.

    m ~ Beta(1, 1), kappa ~ Pareto(minimum, alpha). Each number of hits has a table of its probability at all
    places of the grid, so that a season more costs a sum. The course's engine for one season is
    `pooling.exact.binomial_groups`, which places its own nodes and tells its error.

    Parameters
    ----------
    hits : array of int (seasons, J)
    at_bats : int
        Of every player.
    minimum, alpha : float
        Of the prior of kappa.
    size : int
        Places of m, and of kappa.

    Returns
    -------
    ndarray (seasons, J)
    """
    hits = np.atleast_2d(hits)
    total = hits.sum(axis=1) + 0.5
    centre = np.log(total / (hits.shape[1] * at_bats + 1 - total))
    # narrow steps where all seasons have their averages, wide ones as far as unlike players may have theirs
    near, far = 1 / np.sqrt(total.min()) + np.ptp(centre) / 2, 12 / np.sqrt(hits.shape[1])
    u = np.linspace(-1, 1, size)[:, None] * np.arcsinh(8 + far / near)
    a = (centre.min() + centre.max()) / 2 + near * np.sinh(u)
    w = np.linspace(-12, 16, size)
    m, q, kappa = special.expit(a), special.expit(-a), minimum * (1 + np.exp(w))
    # per step of u and of w = log(kappa/minimum - 1)
    log_prior = np.log(m * q * np.cosh(u)) + w - (alpha + 1) * np.logaddexp(0, w)
    kinds, which = np.unique(hits, return_inverse=True)
    which = which.reshape(hits.shape)
    log_p = np.array(
        [special.betaln(m * kappa + h, q * kappa + at_bats - h) - special.betaln(m * kappa, q * kappa)
         for h in kinds]
    )  # fmt: skip
    means = np.array([(m * kappa + h) / (kappa + at_bats) for h in kinds])
    found = np.empty(hits.shape)
    for k, kind in enumerate(which):
        log_weight = log_prior + log_p[kind].sum(axis=0)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        found[k] = means[kind].reshape(kind.size, -1) @ weight.ravel()
    return found
