"""Chapter 5, several observations a department, some missing.

mu ~ N(0, mu_scale); tau ~ HC(tau_scale); theta_d ~ N(mu, tau); t_di ~ N(theta_d, sigma)
for i = 1, ..., n_d, with n_d >= 0. Only the likelihood of chapter 3 has more factors, so
`posterior` is that of `pooling.partial_pooling`. New is the question about a
department never met, and the product of densities that shows why we stay in logs.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling import checks
from pooling.grids import COURSE
from pooling.partial_pooling import population_posterior, posterior
from pooling.posterior import Marginal

__all__ = ["new_department", "new_department_posterior", "posterior", "product_of_densities"]

MU, TAU, THETA = COURSE.mu, COURSE.tau, COURSE.theta


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
    precision: what the others teach. A row of NaN in `posterior` gives the same.

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
        return Marginal(THETA, np.asarray(new_department_posterior(jnp.asarray(t), *settings)))


def product_of_densities(t, theta, sigma):
    """Return ∏_i N(t_i; theta, sigma) as written in the book of formulas, in single precision.

    Correct on paper. In float32 the product is 0 for every theta once there are a few dozen
    observations, because the smallest positive float32 is about 1e-45.

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
    """
    sigma = checks.scale("sigma", sigma)
    t = checks.array("t", t, shape="(N,)", nan=True)
    density = normpdf(jnp.asarray(t[~np.isnan(t)], jnp.float32)[:, None], jnp.asarray(theta), sigma)
    return np.asarray(density.prod(axis=0))
