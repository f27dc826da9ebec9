"""Chapter 9: eight schools, given tau and with tau learned."""

from pathlib import Path

import numpy as np

from pooling.exact import known_se
from pooling.explorer.controls import Control, Preset, Values
from pooling.explorer.kind import Kind
from pooling.plots import exact_posterior as figures
from pooling.posterior import Marginal
from pooling.priors import HalfCauchy, Normal

__all__ = ["EXPLORER", "numbers", "posterior", "tau_marginal"]

_STEP = 0.02  # of log tau
_LOG_TAU = np.arange(-575, 576) * _STEP  # tau from 1e-5 to 1e5; engine.js has the same


def _priors(settings):
    return {"mu": Normal(0, settings["mu_scale"]), "tau": HalfCauchy(settings["tau_scale"])}


def posterior(settings):
    """Return the `ExactPosterior` of mu, tau and theta (8,).

    Parameters
    ----------
    settings : dict
        estimate (8,), se (8,), mu_scale and tau_scale in points; tau is not used: here it is learned.
    """
    return known_se(settings["estimate"], settings["se"], **_priors(settings))


def tau_marginal(estimate, se, *, mu_scale, tau_scale):
    """Return p(tau | y) as a Marginal on cells of equal width in log tau, 2 % each.

    Formed from the covariance of the estimates, se² + tau² on the diagonal and mu_scale² everywhere, and not
    from the shrinkage formula.
    """
    y, se, tau = np.asarray(estimate, float), np.asarray(se, float), np.exp(_LOG_TAU)
    covariance = (se**2 + tau[:, None] ** 2)[..., None] * np.eye(y.size) + mu_scale**2
    square = (y * np.linalg.solve(covariance, y[None, :, None])[..., 0]).sum(axis=1)
    log_p = -0.5 * (square + np.linalg.slogdet(covariance)[1]) - np.log1p((tau / tau_scale) ** 2) + _LOG_TAU
    p = np.exp(log_p - log_p.max())
    edges = np.exp(np.append(_LOG_TAU - _STEP / 2, _LOG_TAU[-1] + _STEP / 2))
    return Marginal(tau, p / p.sum(), edges)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    full, given = (
        posterior(settings),
        known_se(settings["estimate"], settings["se"], mu=_priors(settings)["mu"], tau=settings["tau"]),
    )
    scales = {name: settings[name] for name in ("mu_scale", "tau_scale")}
    tau = tau_marginal(settings["estimate"], settings["se"], **scales)
    lower, upper = tau.interval(0.94)
    told = {"mean:mu": full.mu_mean, "sd:mu": full.mu_sd}
    told |= {"median:tau": tau.median, "lower:tau": lower, "upper:tau": upper}
    for j in range(full.theta_mean.size):
        told |= {f"mean:theta[{j}]": full.theta_mean[j], f"sd:theta[{j}]": full.theta_sd[j]}
        told |= {f"given:theta[{j}]": given.theta_mean[j], f"given_sd:theta[{j}]": given.theta_sd[j]}
    return told


def _still(settings):
    full = posterior(settings)
    data = settings["estimate"], settings["se"]
    return figures.schools(list("ABCDEFGH"), *data, full.theta_mean, full.theta_sd, mu=full.mu_mean)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("tau", 0, 30, 0.5, 5, "points", words="spread of groups"),
        Control("mu_scale", 1, 20, 0.5, 5, "points", words="mean, prior scale"),
        Control("tau_scale", 1, 20, 0.5, 5, "points", words="spread, prior scale"),
    ),
    held=(
        Values("estimate", -20, 60, 1, (28, 8, -3, 7, -1, 1, 18, 12), "points"),
        Values("se", 2, 25, 1, (15, 10, 16, 11, 9, 11, 10, 18), "points"),
    ),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("precise", "School A's standard error 5", {"se": [5, 10, 16, 11, 9, 11, 10, 18]}),
        Preset("same", "All estimates 8", {"estimate": [8] * 8}),
        Preset("wide", "mu_scale 20", {"mu_scale": 20}),
    ),
)
