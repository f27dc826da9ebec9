"""Chapters 1 to 5: what their explorers tell where the course grid is not meant for the settings.

Without a grid of theta, mu or tau: with known scales the posterior is normal, and a population is learned
by `pooling.exact.known_se`; the interval of tau comes from cells of 2 %, formed from the covariance of the
estimates.
"""

import numpy as np

from pooling.exact import known_se
from pooling.explorer.meetings.settings import WIDE_ARRIVALS, WIDE_TAU_SCALE
from pooling.missing_data import estimates
from pooling.posterior import Marginal, Posterior
from pooling.priors import HalfCauchy, Normal

__all__ = ["holds", "known", "learned", "learned_numbers"]

_FAR, _WIDE = WIDE_ARRIVALS[0].begin[1], WIDE_TAU_SCALE.begin[1]
_STEP = 0.02  # of log tau; beyond.js has the same
_LOG_TAU = np.arange(-500, 1001) * _STEP
_SDS = np.linspace(-8, 8, 641)


def holds(settings):
    """Return whether the course grid is meant for these settings: arrivals to 40 minutes, scales to 20."""
    scales = [settings.get(name, 0) for name in ("tau", "mu_scale", "tau_scale")]
    return max(scales) <= _WIDE and bool(np.all(np.abs(settings["t"])[np.isfinite(settings["t"])] <= _FAR))


def known(rows, *, mu, tau, sigma):
    """Posterior of theta given arrivals, mu, tau and sigma: normal, with precision 1/tau² + n/sigma².

    Parameters
    ----------
    rows : list of array_like
        Arrivals that share a theta; a single row gives a theta for all.
    mu, tau, sigma : float
        Minutes.

    Returns
    -------
    Posterior
        On points of its own, 8 sds to either side: of three departments the widest span.
    """
    n = np.array([np.isfinite(row).sum() for row in rows])
    precision = tau**-2 + n * sigma**-2
    mean = (mu * tau**-2 + np.array([np.nansum(row) for row in rows]) * sigma**-2) / precision
    sd = precision**-0.5
    steps = np.ceil((mean.max() - mean.min() + 16 * sd.max()) / sd.min() * 4)
    values = np.linspace(mean.min() - 8 * sd.max(), mean.max() + 8 * sd.max(), int(steps) + 1)
    p = np.exp(-0.5 * ((values - mean[:, None]) / sd[:, None]) ** 2)
    p /= p.sum(axis=1, keepdims=True)
    return Posterior(Marginal(values, p[0] if len(rows) == 1 else p))


def learned(settings):
    """Return the `ExactPosterior` of the three departments and of one never met, the last theta.

    Parameters
    ----------
    settings : dict
        t (3,) or (3, N) with NaN = nobody there, mu_scale, tau_scale and sigma.
    """
    estimate, se, _ = estimates(settings["t"], sigma=settings["sigma"])
    mu, tau = Normal(0, settings["mu_scale"]), HalfCauchy(settings["tau_scale"])
    return known_se(np.append(estimate, np.nan), np.append(se, np.nan), mu=mu, tau=tau)


def learned_numbers(settings, *, new=False):
    """Return what the page tells of `learned`, by quantity; with `new` of a department never met too."""
    found, tau = learned(settings), _tau(settings)
    lower, upper = tau.interval(0.94)
    told = {"mean:mu": found.mu_mean, "sd:mu": found.mu_sd}
    told |= {"median:tau": tau.median, "lower:tau": lower, "upper:tau": upper}
    for j, name in enumerate(["GOVERNMENT", "ENGLISH", "MATH", *(["NEW"] if new else [])]):
        told |= {f"mean:theta[{name}]": found.theta_mean[j], f"sd:theta[{name}]": found.theta_sd[j]}
    return told


def _tau(settings):
    """Return p(tau | t) on cells of equal width in log tau."""
    estimate, se, n = estimates(settings["t"], sigma=settings["sigma"])
    y, se, tau = estimate[n > 0], se[n > 0], np.exp(_LOG_TAU)
    covariance = (se**2 + tau[:, None] ** 2)[..., None] * np.eye(y.size) + settings["mu_scale"] ** 2
    square = (
        y * np.linalg.solve(covariance, np.broadcast_to(y[:, None], (tau.size, y.size, 1)))[..., 0]
    ).sum(axis=1)
    log_p = -0.5 * (square + np.linalg.slogdet(covariance)[1])
    log_p += _LOG_TAU - np.log1p((tau / settings["tau_scale"]) ** 2)
    p = np.exp(log_p - log_p.max())
    edges = np.exp(np.append(_LOG_TAU - _STEP / 2, _LOG_TAU[-1] + _STEP / 2))
    return Marginal(tau, p / p.sum(), edges)
