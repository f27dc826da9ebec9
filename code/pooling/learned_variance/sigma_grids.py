"""Chapter 6: two ways to place grid points for a learned sigma, and the answer on any of them.

A uniform grid ends somewhere, and what lies beyond its end has probability zero. The quantiles of
the prior end as well, but their last point stands for the whole tail.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.departments import Department
from pooling.grids import COURSE
from pooling.learned_variance import HALF_CELL
from pooling.likelihood import spread_likelihood
from pooling.posterior import Marginal, Posterior

__all__ = ["SigmaGrid", "posterior", "quantiles", "uniform"]


class SigmaGrid(NamedTuple):
    """Points for sigma in minutes (S,), the prior's weight of each (S,), where cells end (S + 1,)."""

    sigma: np.ndarray
    weight: np.ndarray
    edges: np.ndarray


def uniform(n, upper, *, sigma_scale=5.0):
    """Return the midpoints of n equal cells of (0, upper), weighted by the density of HC(sigma_scale)."""
    edges = np.linspace(0, checks.scale("upper", upper), _count(n) + 1)
    sigma = (edges[1:] + edges[:-1]) / 2
    return SigmaGrid(sigma, 1 / (1 + (sigma / checks.scale("sigma_scale", sigma_scale)) ** 2), edges)


def quantiles(n, *, sigma_scale=5.0):
    """Return the quantiles of HC(sigma_scale) at the midpoints of n equal cells of (0, 1), all alike."""
    sigma_scale = checks.scale("sigma_scale", sigma_scale)
    sigma = sigma_scale * np.tan(np.pi * (np.arange(_count(n)) + 0.5) / n / 2)
    edges = sigma_scale * np.tan(np.pi * np.arange(n) / n / 2)
    return SigmaGrid(sigma, np.ones(n), np.append(edges, 2 * sigma[-1] - edges[-1]))


def posterior(t, grid, *, mu_scale, tau_scale):
    """Posterior of each theta_d and sigma_d: chapter 6's model with any grid for sigma.

    By plain enumeration over the course grid of mu, tau and theta. On `quantiles(60)` it is what
    `pooling.learned_variance.posterior` returns.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    grid : SigmaGrid
        From `uniform` or `quantiles`, or your own.
    mu_scale, tau_scale : float
        Scales of the hyperpriors, minutes, > 0.

    Returns
    -------
    Posterior
        `theta` (3, 321) and `sigma` (3, S); mu and tau are summed out.
    """
    t = checks.observations(t)
    mu_scale, tau_scale = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale)
    by_sigma = _likelihood(t, grid.sigma)  # (3, S, K)
    by_theta = np.einsum("s,dsk->dk", grid.weight, by_sigma)
    mu, tau = COURSE.mu[:, None], COURSE.tau
    population = np.exp(-0.5 * (mu / mu_scale) ** 2) / (1 + (tau / tau_scale) ** 2)
    given = np.exp(-0.5 * ((COURSE.theta - mu[..., None]) / tau[:, None]) ** 2)
    given /= given.sum(axis=-1, keepdims=True)
    evidence = np.moveaxis(given @ by_theta.T, -1, 0)
    others = population * np.array([np.delete(evidence, d, 0).prod(axis=0) for d in range(3)])
    expected = np.tensordot(others, given, axes=2)  # (3, K): theta_d from the other departments
    sigma = grid.weight * np.einsum("dk,dsk->ds", expected, by_sigma)
    theta, sigma = (p / p.sum(axis=1, keepdims=True) for p in (expected * by_theta, sigma))
    return Posterior(Marginal(COURSE.theta, theta), sigma=Marginal(grid.sigma, sigma, grid.edges))


def _likelihood(t, sigma):
    """Return the likelihood of each department's arrivals, shape (3, S, K)."""
    with jax.enable_x64(True):
        over_theta = jax.vmap(spread_likelihood, (None, None, 0, None, None, None, None))
        over_sigma = jax.vmap(over_theta, (None, None, None, 0, None, None, None))
        over_d = jax.vmap(over_sigma, (None, 0, None, None, None, None, None))
        ends = float(np.min(sigma)), float(np.max(sigma))
        points = jnp.arange(len(Department)), jnp.asarray(COURSE.theta), jnp.asarray(sigma)
        return np.asarray(over_d(jnp.asarray(t), *points, *ends, HALF_CELL))


def _count(n):
    if not isinstance(n, int | np.integer) or n < 2:
        raise ValueError(f"n must be an integer >= 2, got {n!r}")
    return int(n)
