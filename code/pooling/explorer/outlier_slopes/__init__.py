"""Chapter 11: the readings of bench 7, alone and in company."""

import warnings
from pathlib import Path

import numpy as np

from pooling import outlier_slopes
from pooling.exact import QuadratureWarning, normal_groups
from pooling.explorer.controls import Control, Values
from pooling.explorer.kind import Kind
from pooling.plots import outlier_slopes as figures
from pooling.posterior import Marginal
from pooling.priors import Exponential, Normal

__all__ = ["EXPLORER", "marginals", "numbers", "posterior"]

_ODD = 7
_STEP = 0.02  # of log tau and log sigma; engine.js has the same cells
_LOG_TAU = np.arange(-700, 401) * _STEP
_LOG_SIGMA = np.arange(-100, 181) * _STEP
_DATA = outlier_slopes.simulate(seed=42)
_OWN = _DATA.bench == _ODD


def _benches(y):
    """Return the springs with these readings at bench 7."""
    readings = _DATA.y.copy()
    readings[_OWN] = y
    return outlier_slopes.with_y(_DATA, readings)


def _exact(data, **prior):
    return normal_groups(
        data.weight, data.slope, data.ss, count=data.n, sigma=Exponential(10), **prior
    )  # fmt: skip


def posterior(settings):
    """Return the `ExactPosterior` of the hierarchical model: mu, tau, sigma and theta (8,).

    Parameters
    ----------
    settings : dict
        y (4,), the readings of bench 7 in cm; tau_rate, of the exponential prior of tau, newtons per cm.
    """
    return _exact(_benches(settings["y"]), mu=Normal(0, 1), tau=Exponential(settings["tau_rate"]))


def marginals(y, *, tau_rate):
    """Return p(tau | y) and p(sigma | y) as Marginals on cells of equal width in the logarithm, 2 % each.

    Formed from the normal distribution of the eight least-squares slopes around mu, whose variances are
    tau² + sigma² / Σ x².
    """
    data = _benches(y)
    tau, sigma = np.exp(_LOG_TAU), np.exp(_LOG_SIGMA)
    precision = 1 / (tau[:, None, None] ** 2 + sigma[:, None] ** 2 / data.weight)  # (tau, sigma, bench)
    total = 1 + precision.sum(axis=-1)  # that of mu, with its prior N(0, 1)
    square = (precision * data.slope**2).sum(axis=-1) - (precision @ data.slope) ** 2 / total
    log_p = 0.5 * (np.log(precision).sum(axis=-1) - np.log(total) - square)
    log_p += (1 - data.n.sum() + data.n.size) * _LOG_SIGMA - data.ss.sum() / (2 * sigma**2) - 10 * sigma
    log_p += (_LOG_TAU - tau_rate * tau)[:, None]
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    return _marginal(_LOG_TAU, p.sum(axis=1)), _marginal(_LOG_SIGMA, p.sum(axis=0))


def _marginal(log_values, probability):
    edges = np.exp(np.append(log_values - _STEP / 2, log_values[-1] + _STEP / 2))
    return Marginal(np.exp(log_values), probability, edges)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    with warnings.catch_warnings():
        # The estimated error is that of half the nodes, too high where two stories compete; the tests hold
        # the answer to 1e-5 of the engine's, which places its nodes otherwise.
        warnings.simplefilter("ignore", QuadratureWarning)
        together = posterior(settings)
    alone = _exact(_benches(settings["y"]), mu=0.0, tau=20.0)
    tau, sigma = marginals(**settings)
    told = {"mean:mu": together.mu_mean, "sd:mu": together.mu_sd}
    for name, marginal in (("tau", tau), ("sigma", sigma)):
        lower, upper = marginal.interval(0.94)
        told |= {f"median:{name}": marginal.median, f"lower:{name}": lower, f"upper:{name}": upper}
    for j in range(together.theta_mean.size):
        told |= {f"mean:theta[{j}]": together.theta_mean[j], f"sd:theta[{j}]": together.theta_sd[j]}
        told |= {f"alone:theta[{j}]": alone.theta_mean[j], f"spread:theta[{j}]": alone.theta_sd[j]}
    return told


def _still(settings):
    told = numbers(**settings)
    lines = {"alone": told["alone:theta[7]"], "in company": told["mean:theta[7]"]}
    return figures.readings(_benches(settings["y"]), lines)


_CAREFUL = outlier_slopes.simulate(seed=42, blunder=0)

EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(Control("tau_rate", 1, 20, 1, 13, "newtons per cm", words="prior rate of spread"),),
    held=(Values("y", -4, 16, 0.1, tuple(_DATA.y[_OWN].tolist()), "cm", group=_ODD),),
    posterior=posterior,
    still=_still,
    data={
        "x": _DATA.x.tolist(),
        "y": _DATA.y.tolist(),
        "bench": _DATA.bench.tolist(),
        "good": _CAREFUL.y[_OWN].tolist(),  # what a good ruler would have read
    },
)
