"""Chapters 1 to 7: how likely the arrivals are, given a department's typical lateness theta.

Each function returns the density of the arrivals divided by the largest value
it takes for a theta within the course grid. The divisor does not depend on theta,
so it cancels from every posterior; without it, the density of a distant or
a large meeting would underflow to zero.
"""

import jax
import jax.numpy as jnp

from pooling.grids import COURSE

__all__ = ["department_likelihood", "meeting_likelihood", "spread_likelihood"]

_LOWEST, _HIGHEST = float(COURSE.theta[0]), float(COURSE.theta[-1])


def _relative(t, theta, sigma):
    """Return prod_i N(t_i; theta, sigma) over its maximum; 1 without arrivals."""
    there = ~jnp.isnan(t)
    n = there.sum()
    mean = jnp.where(there, t, 0).sum() / jnp.maximum(n, 1)
    best = jnp.clip(mean, _LOWEST, _HIGHEST)
    # sum (t-theta)^2 - sum (t-best)^2, without subtracting two large sums
    excess = n * (theta - best) * (theta + best - 2 * mean)
    return jnp.exp(-excess / (2 * sigma**2))


@jax.jit
def meeting_likelihood(t, theta, sigma):
    """Likelihood of the whole meeting if every department had the same theta.

    prod over d, i of N(t_di; theta, sigma), over its maximum on the grid.

    Parameters
    ----------
    t : array (3,) or (3, N)
        Arrivals in minutes; NaN = nobody there.
    theta : scalar
        Typical lateness in minutes.
    sigma : scalar
        Sd of a single arrival in minutes.
    """
    return _relative(t.ravel(), theta, sigma)


@jax.jit
def department_likelihood(t, d, theta, sigma):
    """Likelihood of the arrivals of department d; 1 if nobody came.

    prod over i of N(t_di; theta, sigma), over its maximum on the grid.
    Parameters as in `meeting_likelihood`, and d, the row of t.
    """
    return _relative(jnp.atleast_1d(t[jnp.int32(d)]), theta, sigma)


@jax.jit
def spread_likelihood(t, d, theta, sigma, smallest, largest, blur=0.0):
    """Likelihood of the arrivals of department d when sigma is learned too; 1 if nobody came.

    With n arrivals, mean m, sum of squares S about it: sigma^(1-n) exp(-S/2sigma²)
    N(m; theta, √(sigma²/n + blur²)), over a constant that brings it to 1 or little more at
    most. Without blur that is prod over i of N(t_di; theta, sigma).

    A point of theta's grid stands for all of its cell. Where sigma is smaller than the
    cell, the likelihood at the point itself would be far too large for an arrival that
    lies on the point, too small for any other: a blur of half the spacing makes the sum
    over the grid right to 2 % for every sigma.

    Parameters
    ----------
    t : array (3,) or (3, N)
        Arrivals in minutes; NaN = nobody there.
    d : int
        Row of t.
    theta, sigma : scalar
        Typical lateness and sd of a single arrival, minutes.
    smallest, largest : scalar
        Ends of the grid of sigma, minutes.
    blur : scalar
        Sd, minutes: half the spacing of theta's grid, or 0.
    """
    row = jnp.atleast_1d(t[jnp.int32(d)])
    there = ~jnp.isnan(row)
    n = there.sum()
    mean = jnp.where(there, row, 0).sum() / jnp.maximum(n, 1)
    squares = jnp.where(there, (row - mean) ** 2, 0).sum()

    def log_density(theta, sigma):
        variance = sigma**2 / jnp.maximum(n, 1) + blur**2
        of_mean = -0.5 * (jnp.log(variance) + (theta - mean) ** 2 / variance)
        return (1 - n) * jnp.log(sigma) - squares / (2 * sigma**2) + of_mean

    best = jnp.clip(mean, _LOWEST, _HIGHEST)
    spread = jnp.clip(jnp.sqrt(squares / jnp.maximum(n, 1) + (mean - best) ** 2), smallest, largest)
    return jnp.where(n == 0, 1.0, jnp.exp(log_density(theta, sigma) - log_density(best, spread)))
