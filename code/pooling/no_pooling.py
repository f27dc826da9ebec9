"""Chapter 2, no pooling: each department has a typical lateness of its own.

theta_d ~ N(mu, tau), with mu and tau fixed; t_d ~ N(theta_d, sigma), sigma fixed.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling import checks
from pooling.departments import Department
from pooling.grids import COURSE, domain
from pooling.likelihood import department_likelihood
from pooling.posterior import Marginal, Posterior, checked

__all__ = ["posterior", "theta_posterior"]

THETA = domain(COURSE.theta)


# fmt: off
@memo
def theta_posterior[d: Department, theta: THETA](
    t: ..., mu, tau, sigma
):
    president: knows(d, theta)
    president: thinks[
        department: chooses(theta in THETA, wpp=normpdf(theta, mu, tau))
    ]
    president: observes_event(
        wpp=department_likelihood(t, d, department.theta, sigma)
    )
    return president[Pr[department.theta == theta]]
# fmt: on


def posterior(t, *, mu=0.0, tau=20.0, sigma=15.0):
    """Posterior of each department's theta_d, learned from its own arrivals only.

    p(theta_d | t) ∝ N(theta_d; mu, tau) ∏ N(t_di; theta_d, sigma) on the course
    grid, by the memo program `theta_posterior`, in double precision. The exact
    answer is normal, with precision 1/tau² + n_d/sigma².

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there; a department without any keeps its prior.
    mu : float
        Prior mean of each theta_d, minutes.
    tau : float
        Prior sd of each theta_d, minutes, > 0. As tau → 0 the answer is mu, whatever t says.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    Posterior
        `theta` with probability of shape (3, 321); mu, tau, sigma are fixed, so None.

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0.

    Warns
    -----
    GridEdgeWarning
        If the posterior piles up at an end of the grid.
    """
    t = checks.observations(t)
    settings = checks.number("mu", mu), checks.scale("tau", tau), checks.scale("sigma", sigma)
    with jax.enable_x64(True):
        probability = np.asarray(theta_posterior(jnp.asarray(t), *settings))
    return checked(Posterior(Marginal(COURSE.theta, probability)), t)
