"""Chapter 1, complete pooling: one typical lateness for the whole university.

theta ~ N(mu, tau), with mu and tau fixed; t_d ~ N(theta, sigma), sigma fixed.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling import checks
from pooling.grids import COURSE, domain
from pooling.likelihood import meeting_likelihood
from pooling.posterior import Marginal, Posterior, checked

__all__ = ["posterior", "theta_posterior"]

THETA = domain(COURSE.theta)


# fmt: off
@memo
def theta_posterior[theta: THETA](t: ..., mu, tau, sigma):
    president: knows(theta)
    president: thinks[
        university: chooses(theta in THETA, wpp=normpdf(theta, mu, tau))
    ]
    president: observes_event(
        wpp=meeting_likelihood(t, university.theta, sigma)
    )
    return president[Pr[university.theta == theta]]
# fmt: on


def posterior(t, *, mu=0.0, tau=20.0, sigma=15.0):
    """Posterior of the one theta that all departments share.

    p(theta | t) ∝ N(theta; mu, tau) ∏ N(t_d; theta, sigma) on the course grid, by
    the memo program `theta_posterior`, in double precision. The exact answer is
    normal, with precision 1/tau² + n/sigma².

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there; without any, the prior returns.
    mu : float
        Prior mean of theta, minutes.
    tau : float
        Prior sd of theta, minutes, > 0. As tau → 0 the answer is mu, whatever t says.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    Posterior
        `theta` with probability of shape (321,); mu, tau, sigma are fixed, so None.

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
