"""Chapter 3: what is believed when the arrivals of one department are counted once, twice, and again."""

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.departments import Department
from pooling.grids import PUBLISHED
from pooling.likelihood import department_likelihood
from pooling.posterior import Marginal, Posterior
from pooling.published import evidence, population_posterior

__all__ = ["counted"]


def counted(t, *, department, times, mu_scale, tau_scale, sigma=15.0):
    """Posterior if the evidence of a department's arrivals has weighed the universities so many times.

    p(mu, tau) p(t_others | mu, tau) p(t_d | mu, tau)^times weighs the universities; within each, theta_d is
    conditioned on t_d, unless times is 0. Once is the mended query, and twice the published one.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    department : Department
        The one that is counted.
    times : int
        How often, >= 0; at 0 it has not been at the meeting.
    mu_scale, tau_scale, sigma : float
        As `pooling.published.posterior` has them.

    Returns
    -------
    Posterior
        `theta` of this department (200,), `mu` (100,), `tau` (100,), on the published grid.

    Raises
    ------
    ValueError
        For no such department, a number of times that is not a whole one >= 0, and as
        `pooling.published.posterior`.
    """
    if department not in list(Department):
        raise ValueError(f"department must be one of {[d.name for d in Department]}, got {department!r}")
    if isinstance(times, bool) or not isinstance(times, int) or times < 0:
        raise ValueError(f"times must be a whole number >= 0, got {times!r}")
    t = checks.observations(t)
    scales = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    others = t.copy()
    others[department] = np.nan
    mu, tau, theta = (values.reshape(shape) for values, shape in zip(PUBLISHED[:3], _SHAPES, strict=True))
    with jax.enable_x64(True):
        of_others = np.asarray(population_posterior(jnp.asarray(others), *scales))
        again = np.asarray(evidence(jnp.asarray(t), int(department), scales[-1]))
        seen = np.asarray(department_likelihood(jnp.asarray(t), int(department), theta, scales[-1]))
    weight = of_others * again**times
    within = np.exp(-0.5 * ((theta - mu) / tau) ** 2) * (seen if times else 1.0)
    believed = (weight / weight.sum() / within.sum(axis=0) * within).sum(axis=(1, 2))
    population = weight / weight.sum()
    return Posterior(
        Marginal(PUBLISHED.theta, believed),
        Marginal(PUBLISHED.mu, population.sum(axis=1)),
        Marginal(PUBLISHED.tau, population.sum(axis=0)),
    )


#: The axes (theta, mu, tau) along which each of mu, tau and theta lies.
_SHAPES = (1, -1, 1), (1, 1, -1), (-1, 1, 1)
