"""Accidents in 61 cities, 110 rows of counts: does what one city reports reach the others?

PyMC is imported when a model is built, and not before.
"""

from typing import NamedTuple

import numpy as np

from pooling.sampling import fit

__all__ = [
    "Accidents",
    "by_city",
    "fit",
    "negative_binomial_model",
    "new_city",
    "partial_pooling_model",
    "poisson_model",
    "replicate",
    "simulate",
    "unpooled_model",
]

_CITIES_WITH = {1: 34, 2: 16, 3: 7, 5: 3, 8: 1}  # rows: cities that have so many; 61 cities, 110 rows
_MEDIAN, _SPREAD, _DISPERSION = 8.0, 0.5, 6.0  # what the counts are made with


class Accidents(NamedTuple):
    """Counts, a row a month and city, and what is enough to know of each city.

    Attributes
    ----------
    name : ndarray of str (61,)
        Of each city.
    city : ndarray of int (110,)
        Which city each row is about: a position in `name`. In no order.
    y : ndarray of int (110,)
        Accidents in that month.
    n : ndarray of int (61,)
        Rows of each city, >= 1.
    mean : ndarray (61,)
        Mean count of each city.
    ss : ndarray (61,)
        Sum of squared deviations from it.
    rate : ndarray (61,)
        Accidents a month that the counts were drawn around; no model is shown them.
    """

    name: np.ndarray
    city: np.ndarray
    y: np.ndarray
    n: np.ndarray
    mean: np.ndarray
    ss: np.ndarray
    rate: np.ndarray


def simulate(seed=42):
    """Simulate 110 rows of counts from 61 cities: 34 with one row, 16 with two, 7, 3 and 1 with 3, 5 and 8.

    log rate_j ~ N(log 8, 0.5); a count has mean rate_j and variance rate_j + rate_j²/6 (negative binomial).
    A typical city has 8 accidents a month.

    Parameters
    ----------
    seed : int
        Of `numpy.random.default_rng`, from which all draws come: same seed, same cities.

    Returns
    -------
    Accidents
    """
    rng = np.random.default_rng(seed)
    n = rng.permutation(np.repeat(list(_CITIES_WITH), list(_CITIES_WITH.values())))
    rate = np.exp(rng.normal(np.log(_MEDIAN), _SPREAD, n.size))
    city = rng.permutation(np.repeat(np.arange(n.size), n))
    y = rng.negative_binomial(_DISPERSION, _DISPERSION / (_DISPERSION + rate[city]))
    mean = np.bincount(city, y) / n
    ss = np.bincount(city, (y - mean[city]) ** 2)
    name = np.array([f"city {j:02}" for j in range(n.size)])
    return Accidents(name, city, y, n, mean, ss, rate)


def unpooled_model(data):
    """Return theta_j ~ N(0, 10), sigma ~ HC(10), y_i ~ N(theta_city(i), sigma): a prior for each city.

    Parameters
    ----------
    data : Accidents

    Returns
    -------
    pymc.Model
        With theta (city), sigma and the observed y (row).
    """
    import pymc as pm

    with pm.Model(coords=_coords(data)) as model:
        theta = pm.Normal("theta", 0, 10, dims="city")
        sigma = pm.HalfCauchy("sigma", 10)
        pm.Normal("y", theta[data.city], sigma, observed=data.y, dims="row")
    return model


def partial_pooling_model(data, *, centred=True):
    """Return mu ~ N(0, 10), tau ~ HC(10), theta_j ~ N(mu, tau), sigma ~ HC(10), y_i ~ N(theta_city(i), sigma).

    Parameters
    ----------
    data : Accidents
    centred : bool
        Whether theta is sampled as it stands; else as mu + tau · z with z ~ N(0, 1), the same model.

    Returns
    -------
    pymc.Model
        With mu, tau, theta (city), sigma and the observed y (row).
    """
    import pymc as pm

    with pm.Model(coords=_coords(data)) as model:
        mu = pm.Normal("mu", 0, 10)
        tau = pm.HalfCauchy("tau", 10)
        if centred:
            theta = pm.Normal("theta", mu, tau, dims="city")
        else:
            z = pm.Normal("z", dims="city")
            theta = pm.Deterministic("theta", mu + tau * z, dims="city")
        sigma = pm.HalfCauchy("sigma", 10)
        pm.Normal("y", theta[data.city], sigma, observed=data.y, dims="row")
    return model


def _coords(data):
    return {"city": data.name, "row": np.arange(data.y.size)}
