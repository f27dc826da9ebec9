"""Chapter 14: the departments' models of chapters 1 to 6 as PyMC programs, with the names of the course.

The same models as the memo programs have, but for their grids: here a prior has no ends. PyMC is
imported when a model is built, and not before.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.departments import Department

__all__ = ["complete_pooling_model", "learned_variance_model", "no_pooling_model", "partial_pooling_model"]


def complete_pooling_model(t, *, mu=0.0, tau=20.0, sigma=15.0):
    """Return theta ~ N(mu, tau), t_di ~ N(theta, sigma): one theta for all; mu, tau, sigma are fixed.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    mu, tau, sigma : float
        Minutes; tau and sigma are sds, > 0.

    Returns
    -------
    pymc.Model
        With theta and the observed t (arrival).
    """
    import pymc as pm

    arrivals = _arrivals(t)
    tau, sigma = checks.scales(tau=tau, sigma=sigma)
    with pm.Model(coords=arrivals.coords) as model:
        theta = pm.Normal("theta", checks.number("mu", mu), tau)
        pm.Normal("t", theta, sigma, observed=arrivals.t, dims="arrival")
    return model


def no_pooling_model(t, *, mu=0.0, tau=20.0, sigma=15.0):
    """Return theta_d ~ N(mu, tau), t_di ~ N(theta_d, sigma): mu, tau, sigma are fixed.

    Parameters as in `complete_pooling_model`; the model has theta (department) and t (arrival).
    """
    import pymc as pm

    arrivals = _arrivals(t)
    tau, sigma = checks.scales(tau=tau, sigma=sigma)
    with pm.Model(coords=arrivals.coords) as model:
        theta = pm.Normal("theta", checks.number("mu", mu), tau, dims="department")
        pm.Normal("t", theta[arrivals.d], sigma, observed=arrivals.t, dims="arrival")
    return model


def partial_pooling_model(t, *, mu_scale, tau_scale, sigma=15.0):
    """Return mu ~ N(0, mu_scale), tau ~ HC(tau_scale), theta_d ~ N(mu, tau), t_di ~ N(theta_d, sigma).

    Non-centred, theta_d = mu + tau eta_d with eta_d ~ N(0, 1): with so few arrivals the centred form
    diverges (chapter 13).

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    mu_scale, tau_scale, sigma : float
        Minutes, > 0; sigma, the sd of an arrival, is fixed.

    Returns
    -------
    pymc.Model
        With mu, tau, eta (department), the deterministic theta (department) and the observed t (arrival).
    """
    import pymc as pm

    arrivals, sigma = _arrivals(t), checks.scale("sigma", sigma)
    with pm.Model(coords=arrivals.coords) as model:
        mu, tau = _population(mu_scale, tau_scale)
        eta = pm.Normal("eta", 0, 1, dims="department")
        theta = pm.Deterministic("theta", mu + tau * eta, dims="department")
        pm.Normal("t", theta[arrivals.d], sigma, observed=arrivals.t, dims="arrival")
    return model


def learned_variance_model(t, *, mu_scale, tau_scale, sigma_scale=5.0):
    """Return the model of chapter 6, sigma_d ~ HC(sigma_scale), in coordinates that NUTS can explore.

    As it stands in chapter 6 it defeats NUTS: where a department has one arrival, the density of
    (theta_d, sigma_d) grows without bound towards theta_d = t_d, sigma_d = 0. So theta_d is integrated
    out: with n arrivals, mean m and sum of squares S within d,
    m ~ N(mu, √(tau² + sigma_d²/n)) and S ~ sigma_d² χ²(n - 1), and then drawn from what is left of it,
    theta_d ~ N(mu + w (m - mu), √(1 - w) tau), w = tau² / (tau² + sigma_d²/n), by eta_d ~ N(0, 1).

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there; each department needs one at least.
    mu_scale, tau_scale, sigma_scale : float
        Minutes, > 0.

    Returns
    -------
    pymc.Model
        With mu, tau, sigma, eta and the deterministic theta (department); observed are mean (department)
        and squares (of the departments with two arrivals or more).
    """
    import pymc as pm

    t = checks.observations(t).reshape(len(Department), -1)
    sigma_scale = checks.scale("sigma_scale", sigma_scale)
    n = np.isfinite(t).sum(axis=1)
    if not n.all():
        raise ValueError(f"t must have an arrival of each department, got {n.tolist()} arrivals")
    several = np.flatnonzero(n > 1)
    mean = np.nanmean(t, axis=1)
    squares = np.nansum((t - mean[:, None]) ** 2, axis=1)[several]
    with pm.Model(coords={"department": _NAMES}) as model:
        mu, tau = _population(mu_scale, tau_scale)
        sigma = pm.HalfCauchy("sigma", sigma_scale, dims="department")
        noise = sigma**2 / n
        pm.Normal("mean", mu, pm.math.sqrt(tau**2 + noise), observed=mean, dims="department")
        of = {"alpha": (n[several] - 1) / 2, "beta": 0.5 / sigma[several] ** 2}
        pm.Gamma("squares", **of, observed=squares)
        weight = tau**2 / (tau**2 + noise)
        eta = pm.Normal("eta", 0, 1, dims="department")
        left = pm.math.sqrt(1 - weight) * tau * eta
        pm.Deterministic("theta", mu + weight * (mean - mu) + left, dims="department")
    return model


class _Arrivals(NamedTuple):
    """All arrivals in a row (N,), and the department of each (N,)."""

    t: np.ndarray
    d: np.ndarray

    @property
    def coords(self):
        return {"department": _NAMES, "arrival": np.arange(self.t.size)}


_NAMES = [d.name for d in Department]


def _arrivals(t):
    t = checks.observations(t).reshape(len(Department), -1)
    d, i = np.nonzero(np.isfinite(t))
    return _Arrivals(t[d, i], d)


def _population(mu_scale, tau_scale):
    import pymc as pm

    mu_scale, tau_scale = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale)
    return pm.Normal("mu", 0, mu_scale), pm.HalfCauchy("tau", tau_scale)
