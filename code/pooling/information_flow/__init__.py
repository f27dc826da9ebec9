"""Chapter 12: accidents in 61 cities, 110 rows of counts: does what one reports reach the others?

PyMC is imported when a model is built, and not before.
"""

from typing import NamedTuple

import numpy as np

from pooling.sampling import fit

__all__ = [
    "Accidents",
    "add_city_predictions",
    "add_new_city",
    "count_model",
    "fit",
    "partial_pooling_model",
    "predict",
    "predict_before",
    "simulate",
    "summary",
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
    """Return a model that learns nothing in common but sigma.

    theta_j ~ N(0, 10); sigma ~ HC(10); y_i ~ N(theta_city(i), sigma).

    Parameters
    ----------
    data : Accidents

    Returns
    -------
    pymc.Model
        With theta (city), sigma and the observed y (row).
    """
    import pymc as pm

    coords = {"city": data.name, "row": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        theta = pm.Normal("theta", 0, 10, dims="city")
        sigma = pm.HalfCauchy("sigma", 10)
        pm.Normal("y", theta[data.city], sigma, observed=data.y, dims="row")
    return model


def partial_pooling_model(data, *, centred=False):
    """Return a model whose cities come from a population.

    mu ~ N(0, 10); tau ~ HC(10); theta_j ~ N(mu, tau);
    sigma ~ HC(10); y_i ~ N(theta_city(i), sigma).

    Parameters
    ----------
    data : Accidents
    centred : bool
        Whether theta is sampled as it stands; else as mu + tau · z with
        z ~ N(0, 1): the same model, and easier to sample where cities
        have one or two rows.

    Returns
    -------
    pymc.Model
        With mu, tau, theta (city), sigma, the observed y (row), and z
        (city) unless centred.
    """
    import pymc as pm

    coords = {"city": data.name, "row": range(data.y.size)}
    with pm.Model(coords=coords) as model:
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


def count_model(data, *, overdispersed=True):
    """Return a model of whole numbers >= 0, whose theta is a logarithm.

    mu ~ N(2, 1); tau ~ HN(1); theta_j ~ N(mu, tau);
    y_i is a count with mean m = exp(theta_city(i)).

    Parameters
    ----------
    data : Accidents
    overdispersed : bool
        Whether counts are negative binomial, with variance m + m²/alpha
        and alpha ~ Exp(0.1); else they are Poisson, with variance m.

    Returns
    -------
    pymc.Model
        With mu, tau, z, theta and rate = exp(theta) (city), perhaps
        alpha, and the observed y (row).
    """
    import pymc as pm

    coords = {"city": data.name, "row": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 2, 1)
        tau = pm.HalfNormal("tau", 1)
        z = pm.Normal("z", dims="city")
        theta = pm.Deterministic("theta", mu + tau * z, dims="city")
        rate = pm.Deterministic("rate", pm.math.exp(theta), dims="city")
        if overdispersed:
            alpha = pm.Exponential("alpha", 0.1)
            pm.NegativeBinomial("y", rate[data.city], alpha, observed=data.y, dims="row")
        else:
            pm.Poisson("y", rate[data.city], observed=data.y, dims="row")
    return model


def add_city_predictions(model):
    """Add y_city to a normal model: one month to come for each city."""
    import pymc as pm

    with model:
        pm.Normal("y_city", model["theta"], model["sigma"], dims="city")


def add_new_city(model):
    """Add a city that no row is about to a normal model."""
    import pymc as pm

    with model:
        mu, tau = (model["mu"], model["tau"]) if "tau" in model.named_vars else (0, 10)
        theta_new = pm.Normal("theta_new", mu, tau)
        pm.Normal("y_new", theta_new, model["sigma"])


def predict(model, fitted, *, add=None, names=("y",), seed=42):
    """Draw what a fitted model predicts, once for each posterior draw.

    Parameters
    ----------
    model : pymc.Model
        Is not changed.
    fitted : xarray.DataTree
        What `fit(model)` returned.
    add : callable, optional
        Adds variables to a copy of the model, such as `add_new_city`.
    names : sequence of str
        What to draw.
    seed : int
        Same seed, same draws.

    Returns
    -------
    xarray.Dataset
        The names asked for, each with dims (chain, draw, ...).
    """
    import pymc as pm
    from pymc.model.fgraph import clone_model

    if add is not None:
        model = clone_model(model)
        add(model)
    drawn = pm.sample_posterior_predictive(
        fitted, model, var_names=list(names), random_seed=seed, progressbar=False
    )
    return drawn["posterior_predictive"].dataset


def predict_before(model, *, draws=1000, seed=42):
    """Draw parameters from the prior, and counts given each.

    Parameters
    ----------
    model : pymc.Model
    draws : int
    seed : int
        Same seed, same draws.

    Returns
    -------
    xarray.DataTree
        With the groups prior and prior_predictive, each with dims (chain, draw, ...).
    """
    import pymc as pm

    return pm.sample_prior_predictive(draws, model, random_seed=seed)


def summary(y, data):
    """Summarise counts, the data's or replicated ones, by what a model of them may get wrong.

    Parameters
    ----------
    y : array_like (..., 110)
    data : Accidents
        Whose rows they are.

    Returns
    -------
    dict of str to ndarray (...)
        The smallest count; the largest; and how much counts scatter within cities: their variance around
        their city's mean, over that mean, of all cities with two rows or more together (Poisson: about 1).
    """
    y = np.asarray(y, float)
    if y.shape[-1:] != data.y.shape:
        raise ValueError(f"y must have shape (..., {data.y.size}), got shape {y.shape}")
    mean = y @ np.equal.outer(data.city, np.arange(data.n.size)) / data.n
    spare = data.n - 1
    scatter = ((y - mean[..., data.city]) ** 2).sum(axis=-1) / (mean @ spare)
    return {"smallest": y.min(axis=-1), "largest": y.max(axis=-1), "scatter": scatter}
