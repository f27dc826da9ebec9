"""Chapter 10: fifty schools between complete pooling and no pooling."""

from functools import cache
from pathlib import Path

import numpy as np

from pooling import fifty_schools
from pooling.exact import normal_groups
from pooling.explorer.controls import Control, Preset
from pooling.explorer.kind import Kind
from pooling.plots import shrinkage_formula as figures
from pooling.posterior import Marginal
from pooling.priors import Normal

__all__ = ["EXPLORER", "numbers", "posterior", "tau_marginal"]

_STEP = 0.02
_TAU = _STEP * (np.arange(1000) + 0.5)  # points; engine.js has the same
_MU = Normal(50, 10)
_SCHOOLS = fifty_schools.simulate()


def posterior(settings):
    """Return the `ExactPosterior` of theta (50,) and mu given tau and sigma.

    Parameters
    ----------
    settings : dict
        tau and sigma in points; the school that is picked does not matter.
    """
    scales = {name: settings[name] for name in ("tau", "sigma")}
    return normal_groups(_SCHOOLS.n, _SCHOOLS.mean, _SCHOOLS.ss, mu=_MU, **scales)


@cache
def tau_marginal(sigma):
    """Return p(tau | y, sigma), tau ~ Exp(1) and mu ~ N(50, 10), as a Marginal on cells of 0.02 points.

    Formed from the covariance of the school means, sigma²/n + tau² on the diagonal and 10² everywhere, and
    not from the shrinkage formula.
    """
    loc, scale = _MU.params
    y = _SCHOOLS.mean - loc
    covariance = (sigma**2 / _SCHOOLS.n + _TAU[:, None] ** 2)[..., None] * np.eye(y.size) + scale**2
    square = (y * np.linalg.solve(covariance, y[None, :, None])[..., 0]).sum(axis=1)
    log_p = -0.5 * (square + np.linalg.slogdet(covariance)[1]) - _TAU
    p = np.exp(log_p - log_p.max())
    return Marginal(_TAU, p / p.sum())


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    given, k = posterior(settings), int(settings["school"])
    tau = tau_marginal(settings["sigma"])
    lower, upper = tau.interval(0.94)
    return {
        f"mean:theta[{k}]": given.theta_mean[k],
        f"sd:theta[{k}]": given.theta_sd[k],
        "mean:mu": given.mu_mean,
        "sd:mu": given.mu_sd,
        "median:tau": tau.median,
        "lower:tau": lower,
        "upper:tau": upper,
    }


def _still(settings):
    given, k = posterior(settings), int(settings["school"])
    n, mean = _SCHOOLS.n, _SCHOOLS.mean
    moved = np.abs(given.theta_mean - mean)
    alt = (
        f"Default state. Arrows from the own means of fifty schools to their estimates at tau "
        f"{settings['tau']:g}, towards mu at {given.mu_mean:.2f}; they are {moved.max():.1f} points long at "
        f"most. School {k}, with {n[k]} students, goes from {mean[k]:.2f} to {given.theta_mean[k]:.2f}."
    )
    return figures.arrows(mean, n, given.theta_mean, mu=given.mu_mean, alt=alt)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("tau", 0, 10, 0.1, 1.3, "points", words="spread of schools"),
        Control("sigma", 5, 20, 0.5, 10, "points", words="scatter of students"),
        Control("school", 0, 49, 1, 6, "of 0 to 49", words="which school"),
    ),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("alike", "tau 0", {"tau": 0}),
        Preset("different", "tau 10", {"tau": 10}),
        Preset("scatter-20", "sigma 20", {"sigma": 20}),
        Preset("scatter-5", "sigma 5", {"sigma": 5}),
    ),
    data={"n": _SCHOOLS.n.tolist(), "mean": _SCHOOLS.mean.tolist()},
)
