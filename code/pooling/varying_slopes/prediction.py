"""Chapter 17, varying_slopes: a driver of whom only the first days are known, and his days that came."""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.varying_slopes.given_scales import covariance, given, least_squares
from pooling.varying_slopes.posteriors import restricted

__all__ = ["Forecast", "forecast", "new_pairs"]


class Forecast(NamedTuple):
    """The later days of all drivers, and what was predicted of them.

    Attributes
    ----------
    y, day, driver : ndarray (m,)
        What came, when, and to whom.
    own, everybody, pooled : ndarray (m,)
        Predicted by the line through the driver's own first days, by the line of the population, and by
        the driver's pooled line; ms.
    sd : ndarray (m,)
        Of a time, as the pooled line has it, at the scales that were estimated.
    """

    y: np.ndarray
    day: np.ndarray
    driver: np.ndarray
    own: np.ndarray
    everybody: np.ndarray
    pooled: np.ndarray
    sd: np.ndarray


def forecast(data, *, first):
    """Predict each driver's later days from his first ones and from all days of the others.

    For every driver anew: his later days are taken away, the scales are estimated by `restricted` from what
    is left, and his line is that of `given` at these scales.

    Parameters
    ----------
    data : Sleep
    first : int
        Days that are known of the driver, >= 2, so that a line goes through them.

    Returns
    -------
    Forecast
    """
    checks.whole_number("first", first, least=2)
    parts = []
    for j in range(data.name.size):
        left = data.known(j, first)
        later = np.flatnonzero(data.driver == j)[first:]
        found = restricted(left)
        rows = np.column_stack([np.ones(later.size), data.day[later]])
        spread = given(left, tau=found.tau, rho=found.rho, sigma=found.sigma, flat=True).theta_cov[j]
        sd = np.sqrt(((rows @ spread) * rows).sum(axis=1) + found.sigma**2)
        lines = (least_squares(left)[j], found.mu, found.theta[j])
        parts.append([data.y[later], data.day[later], data.driver[later], *(rows @ one for one in lines), sd])
    return Forecast(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def new_pairs(mu, tau, rho, *, seed=0):
    """Return intercept and slope of a driver whom nobody has seen, one pair a draw of the posterior.

    N(mu, Sigma), Sigma of sds tau and correlation rho.

    Parameters
    ----------
    mu, tau : array (n, 2)
    rho : array (n,)
    seed : int

    Returns
    -------
    ndarray (n, 2)
    """
    mu = checks.array("mu", mu, shape="(n, 2)")
    tau = checks.array("tau", tau, shape=mu.shape)
    rho = checks.array("rho", rho, shape=mu.shape[:1])
    covariance(tau, rho)  # refuses what is none
    z = np.random.default_rng(seed).standard_normal(mu.shape)
    pair = np.column_stack([z[:, 0], rho * z[:, 0] + np.sqrt(1 - rho**2) * z[:, 1]])
    return mu + tau * pair
