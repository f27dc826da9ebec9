"""Chapter 16, group_predictors: radon in 919 houses of 85 counties, and models with reasons for the counties.

PyMC is imported when a model is built, and not before.
"""

import csv
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from pooling.sampling import fit

__all__ = [
    "Radon",
    "contextual_model",
    "data",
    "fit",
    "floor_model",
    "intercept_model",
    "unpooled_model",
    "uranium_model",
]


class Radon(NamedTuple):
    """Houses, and the counties that they stand in.

    Attributes
    ----------
    name : ndarray of str (J,)
        Counties, in the order of the alphabet.
    county : ndarray of int (N,)
        Which county each house stands in.
    first_floor : ndarray of float (N,)
        1 if the house was measured on its first floor, 0 if in its basement.
    uranium : ndarray (J,)
        Log of the uranium in the county's soil, parts per million.
    y : ndarray (N,)
        Log of the house's radon, pCi/L.
    """

    name: np.ndarray
    county: np.ndarray
    first_floor: np.ndarray
    uranium: np.ndarray
    y: np.ndarray

    @property
    def n(self):
        """Houses in each county, (J,)."""
        return np.bincount(self.county, minlength=self.name.size)

    @property
    def share(self):
        """The share of each county's houses that were measured on the first floor, (J,)."""
        return np.bincount(self.county, self.first_floor, self.name.size) / self.n

    @property
    def mean(self):
        """The mean of y in each county, (J,)."""
        return np.bincount(self.county, self.y, self.name.size) / self.n


def data():
    """Return the radon of Minnesota.

    Returns
    -------
    Radon
        919 houses, 85 counties.

    References
    ----------
    State Residential Radon Survey of the US EPA; Gelman and Hill (2007), *Data Analysis Using Regression and
    Multilevel/Hierarchical Models*, chapter 12. Units of the columns: `code/pooling/data/README.md`.
    """
    with files("pooling").joinpath("data", "radon.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    floor, uranium, y = (
        np.array([float(row[name]) for row in rows]) for name in ("first_floor", "log_uranium", "log_radon")
    )
    name, first, county = np.unique([row["county"] for row in rows], return_index=True, return_inverse=True)
    return Radon(name, county, floor, uranium[first], y)


def unpooled_model(data):
    """Return a model in which no county says anything about another.

    beta ~ N(0, 5); sigma ~ HN(1); theta_j ~ N(0, 5); y_i ~ N(theta_j(i) + beta floor_i, sigma).

    Parameters
    ----------
    data : Radon

    Returns
    -------
    pymc.Model
        With beta, sigma, theta (county) and the observed y.
    """
    import pymc as pm

    with pm.Model(coords={"county": data.name}) as model:
        beta = pm.Normal("beta", 0, 5)
        sigma = pm.HalfNormal("sigma", 1)
        theta = pm.Normal("theta", 0, 5, dims="county")
        pm.Normal("y", theta[data.county] + beta * data.first_floor, sigma, observed=data.y)
    return model


def intercept_model(data):
    """Return a model whose counties are pulled towards one point, and whose houses are all alike.

    gamma0 ~ N(0, 5); tau, sigma ~ HN(1); theta_j ~ N(gamma0, tau); y_i ~ N(theta_j(i), sigma).

    Parameters
    ----------
    data : Radon

    Returns
    -------
    pymc.Model
        With gamma0, tau, sigma, theta (county) and the observed y.
    """
    import pymc as pm

    with pm.Model(coords={"county": data.name}) as model:
        gamma0 = pm.Normal("gamma0", 0, 5)
        tau = pm.HalfNormal("tau", 1)
        sigma = pm.HalfNormal("sigma", 1)
        theta = pm.Normal("theta", gamma0, tau, dims="county")
        pm.Normal("y", theta[data.county], sigma, observed=data.y)
    return model


def floor_model(data):
    """Return a model whose counties are pulled towards one point, with a predictor of the houses.

    gamma0, beta ~ N(0, 5); tau, sigma ~ HN(1); theta_j ~ N(gamma0, tau);
    y_i ~ N(theta_j(i) + beta floor_i, sigma).

    Parameters
    ----------
    data : Radon

    Returns
    -------
    pymc.Model
        With gamma0, beta, tau, sigma, theta (county) and the observed y.
    """
    import pymc as pm

    with pm.Model(coords={"county": data.name}) as model:
        gamma0 = pm.Normal("gamma0", 0, 5)
        beta = pm.Normal("beta", 0, 5)
        tau = pm.HalfNormal("tau", 1)
        sigma = pm.HalfNormal("sigma", 1)
        theta = pm.Normal("theta", gamma0, tau, dims="county")
        pm.Normal("y", theta[data.county] + beta * data.first_floor, sigma, observed=data.y)
    return model


def uranium_model(data):
    """Return a model whose counties are pulled towards a line: a predictor of the groups.

    gamma0, gamma1, beta ~ N(0, 5); tau, sigma ~ HN(1); theta_j ~ N(gamma0 + gamma1 uranium_j, tau), told by
    z_j ~ N(0, 1); y_i ~ N(theta_j(i) + beta floor_i, sigma).

    Parameters
    ----------
    data : Radon

    Returns
    -------
    pymc.Model
        With gamma0, gamma1, beta, tau, sigma, z and theta (county), and the observed y.
    """
    import pymc as pm

    with pm.Model(coords={"county": data.name}) as model:
        gamma0 = pm.Normal("gamma0", 0, 5)
        gamma1 = pm.Normal("gamma1", 0, 5)
        beta = pm.Normal("beta", 0, 5)
        tau = pm.HalfNormal("tau", 1)
        sigma = pm.HalfNormal("sigma", 1)
        line = gamma0 + gamma1 * data.uranium
        z = pm.Normal("z", dims="county")
        theta = pm.Deterministic("theta", line + tau * z, dims="county")
        pm.Normal("y", theta[data.county] + beta * data.first_floor, sigma, observed=data.y)
    return model


def contextual_model(data):
    """Return the model of `uranium_model` with the county's share of first floors as a predictor of its own.

    gamma0, gamma1, gamma2, beta ~ N(0, 5); tau, sigma ~ HN(1);
    theta_j ~ N(gamma0 + gamma1 uranium_j + gamma2 share_j, tau), told by z_j ~ N(0, 1);
    y_i ~ N(theta_j(i) + beta floor_i, sigma).

    Parameters
    ----------
    data : Radon

    Returns
    -------
    pymc.Model
        With gamma0, gamma1, gamma2, beta, tau, sigma, z and theta (county), and the observed y.
    """
    import pymc as pm

    with pm.Model(coords={"county": data.name}) as model:
        gamma0 = pm.Normal("gamma0", 0, 5)
        gamma1 = pm.Normal("gamma1", 0, 5)
        gamma2 = pm.Normal("gamma2", 0, 5)
        beta = pm.Normal("beta", 0, 5)
        tau = pm.HalfNormal("tau", 1)
        sigma = pm.HalfNormal("sigma", 1)
        line = gamma0 + gamma1 * data.uranium + gamma2 * data.share
        z = pm.Normal("z", dims="county")
        theta = pm.Deterministic("theta", line + tau * z, dims="county")
        pm.Normal("y", theta[data.county] + beta * data.first_floor, sigma, observed=data.y)
    return model
