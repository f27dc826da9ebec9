"""Chapter 5, missing data: several observations a department, some missing.

mu ~ N(0, mu_scale); tau ~ HC(tau_scale); theta_d ~ N(mu, tau); t_di ~ N(theta_d, sigma)
for i = 1, ..., n_d, with n_d >= 0. Only the likelihood of chapter 3 has more factors, so
`posterior` is that of `pooling.partial_pooling`. New are the question about a
department never met, the two numbers in which all that a department's arrivals say is held,
and the product of densities that shows why we stay in logs.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling import checks
from pooling.grids import COURSE, domain
from pooling.partial_pooling import population_posterior, posterior
from pooling.posterior import Marginal

__all__ = [
    "Estimates", "estimates", "new_department", "new_department_posterior", "posterior",
    "product_of_densities",
]  # fmt: skip

MU, TAU, THETA = map(domain, (COURSE.mu, COURSE.tau, COURSE.theta))


# fmt: off
@memo
def new_department_posterior[theta: THETA](
    t: ..., mu_scale, tau_scale, sigma
):
    president: knows(theta)
    president: thinks[
        university: chooses(
            mu in MU, tau in TAU, wpp=population_posterior[mu, tau](...)
        ),
        psychology: knows(university.mu, university.tau),
        psychology: chooses(
            theta in THETA,
            wpp=normpdf(theta, university.mu, university.tau)
        )
    ]
    return president[Pr[psychology.theta == theta]]
# fmt: on


def new_department(t, *, mu_scale, tau_scale, sigma=15.0):
    """Posterior of theta for a department of which nobody has come yet.

    p(theta_new | t) = Σ p(mu, tau | t) N(theta_new; mu, tau), on the course grid, in double
    precision: what the others teach. A row of NaN in `posterior` gives the same. For the course's
    meetings the mean is within 0.15 minutes of the exact one, and the intervals are right. The sd is too
    small (by 6 % for the large meeting at scales 10 and 3): it owes much to the tail of tau beyond 60
    minutes, and if only one department was there it is in truth infinite.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals of the known departments in minutes, NaN = nobody there.
    mu_scale, tau_scale, sigma : float
        As in `posterior`; so are the errors.

    Returns
    -------
    Marginal
        Of theta, minutes, shape (321,).
    """
    t = checks.observations(t)
    settings = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    with jax.enable_x64(True):
        return Marginal(COURSE.theta, np.asarray(new_department_posterior(jnp.asarray(t), *settings)))


class Estimates(NamedTuple):
    """A department's arrivals, summed up; arrays (3,), in minutes.

    Attributes
    ----------
    estimate : ndarray
        Mean arrival; NaN where nobody came.
    se : ndarray
        Its standard error; NaN where nobody came.
    n : ndarray of int
        How many came.
    """

    estimate: np.ndarray
    se: np.ndarray
    n: np.ndarray


def estimates(t, *, sigma=15.0):
    """Return each department's mean arrival, its standard error sigma / √n_d, and n_d.

    With sigma known that is all that the arrivals say about theta_d: ∏_i N(t_di; theta_d, sigma) is
    N(mean_d; theta_d, sigma / √n_d) times a factor free of theta_d. The first two are what
    `pooling.exact.known_se` takes.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    Estimates

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a sigma that is not > 0.
    """
    t = checks.observations(t).reshape(3, -1)
    sigma = checks.scale("sigma", sigma)
    n = np.sum(~np.isnan(t), axis=1)
    count = np.where(n > 0, n, np.nan)
    return Estimates(np.nansum(t, axis=1) / count, sigma / np.sqrt(count), n)


def product_of_densities(t, theta, sigma):
    """Return ∏_i N(t_i; theta, sigma) as it stands in a formula, in single precision.

    Correct on paper. In float32 the product is 0 for every theta once there are about two
    dozen observations: the smallest positive normal float32 is 1.2e-38, and JAX rounds what is
    smaller to 0.

    Parameters
    ----------
    t : array_like (N,)
        Arrivals of one department in minutes, NaN = nobody there.
    theta : array_like (K,)
        Values of theta, minutes.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    ndarray (K,) of float32

    Raises
    ------
    ValueError
        For an array that is not one row, an infinite observation or theta, a sigma that is not > 0.
    """
    sigma = checks.scale("sigma", sigma)
    t = checks.array("t", t, shape="(N,)", nan=True)
    theta = checks.array("theta", theta, shape="(K,)")
    for name, x, shape in (("t", t, "(N,)"), ("theta", theta, "(K,)")):
        if x.ndim != 1:
            raise ValueError(f"{name} must have shape {shape}, got shape {x.shape}")
    arrivals = jnp.asarray(t[~np.isnan(t)], jnp.float32)
    density = normpdf(arrivals[:, None], jnp.asarray(theta, jnp.float32), jnp.float32(sigma))
    return np.asarray(density.prod(axis=0))
