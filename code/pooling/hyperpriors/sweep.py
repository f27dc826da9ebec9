"""Chapter 4, hyperpriors: one question at several settings, answered four ways.

It stands by itself so that what draws a map need not load the published programs.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks, missing_data, partial_pooling, published
from pooling.exact import known_se
from pooling.priors import HalfCauchy, Normal

__all__ = ["Answer", "Sweep", "sweep"]


class Answer(NamedTuple):
    """Posterior mean and sd of each theta_d at each of S settings, (S, 3), minutes."""

    mean: np.ndarray
    sd: np.ndarray


class Sweep(NamedTuple):
    """One question at S settings, answered four ways.

    Attributes
    ----------
    settings : ndarray (S, 2)
        mu_scale and tau_scale, minutes.
    published, once, course, exact : Answer
        The published query and the mended one on the published grid; the mended one on the
        course grid; quadrature.
    """

    settings: np.ndarray
    published: Answer
    once: Answer
    course: Answer
    exact: Answer


def sweep(t, settings, *, sigma=15.0):
    """Answer the same question at several settings, four ways.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    settings : sequence of pairs
        (mu_scale, tau_scale), minutes, > 0; at least one.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    Sweep

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0.

    Warns
    -----
    GridEdgeWarning
        If a posterior of theta or mu piles up at an end of its grid.
    """
    t = checks.observations(t)
    settings = checks.array("settings", settings, shape="(S, 2)")
    if settings.ndim != 2 or settings.shape[1] != 2 or not len(settings):
        raise ValueError(f"settings must have shape (S, 2) with S >= 1, got shape {settings.shape}")
    rows = {name: [] for name in Sweep._fields[1:]}
    for mu_scale, tau_scale in settings:
        at = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma": sigma}
        rows["published"].append(published.posterior(t, **at).theta)
        rows["once"].append(published.posterior(t, **at, count="once").theta)
        rows["course"].append(partial_pooling.posterior(t, **at).theta)
        rows["exact"].append(_exact(t, **at))
    answers = {
        name: Answer(np.array([theta.mean for theta in row]), np.array([theta.sd for theta in row]))
        for name, row in rows.items()
    }
    return Sweep(settings, **answers)


def _exact(t, *, mu_scale, tau_scale, sigma):
    known = missing_data.estimates(t, sigma=sigma)
    posterior = known_se(known.estimate, known.se, mu=Normal(0, mu_scale), tau=HalfCauchy(tau_scale))
    return Answer(posterior.theta_mean, posterior.theta_sd)
