"""Chapter 15, proportions: hits of 18 baseball players, and models that estimate how well each one bats.

PyMC is imported when a model is built, and not before.
"""

import csv
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.sampling import fit

__all__ = [
    "Batting",
    "Season",
    "beta_binomial_model",
    "complete_pooling_model",
    "data",
    "fit",
    "logit_normal_model",
    "partial_pooling_model",
    "simulate",
    "unpooled_model",
]

#: What simulated players are drawn from: about what the rest of the season of 1970 says once the scatter of
#: a player's own luck is taken off. The sd of their true averages is sqrt(m (1 - m)/(kappa + 1)) = 0.027.
MEAN, CONCENTRATION = 0.265, 260.0


class Batting(NamedTuple):
    """Eighteen players of the season of 1970.

    Attributes
    ----------
    player : ndarray of str (18,)
    hits, at_bats : ndarray of int (18,)
        Of the first 45 at-bats of each.
    rest_average : ndarray (18,)
        Hits per at-bat in the rest of the season, to three decimals; no model is shown them.
    rest_at_bats : ndarray of int (18,)
        How many at-bats that was.
    """

    player: np.ndarray
    hits: np.ndarray
    at_bats: np.ndarray
    rest_average: np.ndarray
    rest_at_bats: np.ndarray


class Season(NamedTuple):
    """Simulated players.

    Attributes
    ----------
    player : ndarray of str (J,)
    hits, at_bats : ndarray of int (J,)
    p : ndarray (J,)
        True averages; no model is shown them.
    """

    player: np.ndarray
    hits: np.ndarray
    at_bats: np.ndarray
    p: np.ndarray


def data():
    """Return the batting averages of Efron and Morris, best start first.

    Returns
    -------
    Batting

    References
    ----------
    Efron and Morris (1975), *Data analysis using Stein's estimator and its generalizations*, Journal of the
    American Statistical Association 70, 311-319, table 1.
    """
    with files("pooling").joinpath("data", "batting.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Batting(
        np.array([row["player"] for row in rows]),
        *(np.array([int(row[name]) for row in rows]) for name in ("hits", "at_bats")),
        np.array([float(row["rest_average"]) for row in rows]),
        np.array([int(row["rest_at_bats"]) for row in rows]),
    )


def simulate(seed=42, *, at_bats=45, players=18, mean=MEAN, concentration=CONCENTRATION):
    """Simulate the start of a season.

    p_j ~ Beta(mean · concentration, (1 - mean) · concentration); hits_j ~ Binomial(at_bats, p_j).

    Parameters
    ----------
    seed : int
        Of `numpy.random.default_rng`, from which all draws come: same seed, same players; p does not depend
        on at_bats.
    at_bats : int
        Of each player, >= 1.
    players : int
        How many, >= 1.
    mean : float
        Of the population, in (0, 1).
    concentration : float
        Of the population, > 0: the larger, the more alike are the players.

    Returns
    -------
    Season
    """
    at_bats = checks.whole_number("at_bats", at_bats, least=1)
    players = checks.whole_number("players", players, least=1)
    kappa = checks.scale("concentration", concentration)
    if not 0 < checks.number("mean", mean) < 1:
        raise ValueError(f"mean must be in (0, 1), got {mean!r}: it is a share of hits, not a percentage")
    rng = np.random.default_rng(seed)
    p = rng.beta(mean * kappa, (1 - mean) * kappa, players)
    name = np.array([f"player {j:02}" for j in range(players)])
    return Season(name, rng.binomial(at_bats, p), np.full(players, at_bats), p)


def complete_pooling_model(data):
    """Return a model in which all players are alike.

    p ~ Beta(1, 1); y_j ~ Binomial(n_j, p).

    Parameters
    ----------
    data : Batting or Season

    Returns
    -------
    pymc.Model
        With p and the observed y (player).
    """
    import pymc as pm

    with pm.Model(coords={"player": data.player}) as model:
        p = pm.Beta("p", 1, 1)
        pm.Binomial("y", data.at_bats, p, observed=data.hits, dims="player")
    return model


def unpooled_model(data):
    """Return a model in which no player says anything about another.

    p_j ~ Beta(1, 1); y_j ~ Binomial(n_j, p_j).

    Parameters
    ----------
    data : Batting or Season

    Returns
    -------
    pymc.Model
        With p (player) and the observed y (player).
    """
    import pymc as pm

    with pm.Model(coords={"player": data.player}) as model:
        p = pm.Beta("p", 1, 1, dims="player")
        pm.Binomial("y", data.at_bats, p, observed=data.hits, dims="player")
    return model


def partial_pooling_model(data):
    """Return a model whose players come from a population.

    m ~ Beta(1, 1); kappa ~ Pareto(1, 1.5); p_j ~ Beta(m kappa, (1 - m) kappa); y_j ~ Binomial(n_j, p_j).

    Parameters
    ----------
    data : Batting or Season

    Returns
    -------
    pymc.Model
        With m, kappa, p (player) and the observed y (player).

    References
    ----------
    Carpenter (2016), "Hierarchical partial pooling for repeated binary trials", Stan case studies.
    """
    import pymc as pm

    with pm.Model(coords={"player": data.player}) as model:
        m = pm.Beta("m", 1, 1)
        kappa = pm.Pareto("kappa", alpha=1.5, m=1)
        p = pm.Beta("p", m * kappa, (1 - m) * kappa, dims="player")
        pm.Binomial("y", data.at_bats, p, observed=data.hits, dims="player")
    return model


def beta_binomial_model(data):
    """Return the model of `partial_pooling_model` with the players' p integrated out.

    m ~ Beta(1, 1); kappa ~ Pareto(1, 1.5); y_j ~ BetaBinomial(n_j, m kappa, (1 - m) kappa).
    Given both, p_j is Beta(m kappa + y_j, (1 - m) kappa + n_j - y_j): a draw of m and kappa gives one of p_j.

    Parameters
    ----------
    data : Batting or Season

    Returns
    -------
    pymc.Model
        With m, kappa and the observed y (player).
    """
    import pymc as pm

    with pm.Model(coords={"player": data.player}) as model:
        m = pm.Beta("m", 1, 1)
        kappa = pm.Pareto("kappa", alpha=1.5, m=1)
        pm.BetaBinomial(
            "y", n=data.at_bats, alpha=m * kappa, beta=(1 - m) * kappa, observed=data.hits, dims="player"
        )
    return model


def logit_normal_model(data):
    """Return a model whose players come from a normal population of log odds.

    mu ~ N(-1, 1); tau ~ HN(1); theta_j ~ N(mu, tau); p_j = 1/(1 + exp(-theta_j)); y_j ~ Binomial(n_j, p_j).

    Parameters
    ----------
    data : Batting or Season

    Returns
    -------
    pymc.Model
        With mu, tau, z, theta and p (player), and the observed y (player).
    """
    import pymc as pm

    with pm.Model(coords={"player": data.player}) as model:
        mu = pm.Normal("mu", -1, 1)
        tau = pm.HalfNormal("tau", 1)
        z = pm.Normal("z", dims="player")
        theta = pm.Deterministic("theta", mu + tau * z, dims="player")
        p = pm.Deterministic("p", pm.math.invlogit(theta), dims="player")
        pm.Binomial("y", data.at_bats, p, observed=data.hits, dims="player")
    return model
