"""Chapter 3, partial pooling: departments of one university, whose habits are learned too.

mu ~ N(0, mu_scale); tau ~ HC(tau_scale); theta_d ~ N(mu, tau); t_d ~ N(theta_d, sigma).
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
from pooling.priors import halfcauchypdf

__all__ = ["evidence", "population_posterior", "posterior", "theta_posterior"]

MU, TAU, THETA = map(domain, (COURSE.mu, COURSE.tau, COURSE.theta))
GOVERNMENT, ENGLISH, MATH = Department


# fmt: off
@memo
def evidence[mu: MU, tau: TAU](t: ..., d, sigma):
    president: knows(mu, tau)
    president: thinks[
        department: knows(mu, tau),
        department: chooses(theta in THETA, wpp=normpdf(theta, mu, tau))
    ]
    return president[E[department_likelihood(t, d, department.theta, sigma)]]


@memo
def population_posterior[mu: MU, tau: TAU](
    t: ..., mu_scale, tau_scale, sigma
):
    president: knows(mu, tau)
    president: thinks[
        university: chooses(mu in MU, wpp=normpdf(mu, 0, mu_scale)),
        university: chooses(tau in TAU, wpp=halfcauchypdf(tau, tau_scale))
    ]
    president: observes_event(
        wpp=evidence[university.mu, university.tau](t, {GOVERNMENT}, sigma)
    )
    president: observes_event(
        wpp=evidence[university.mu, university.tau](t, {ENGLISH}, sigma)
    )
    president: observes_event(
        wpp=evidence[university.mu, university.tau](t, {MATH}, sigma)
    )
    return president[Pr[university.mu == mu, university.tau == tau]]


@memo
def theta_posterior[d: Department, theta: THETA](
    t: ..., mu_scale, tau_scale, sigma
):
    president: knows(d, theta)
    president: thinks[
        university: chooses(
            mu in MU, tau in TAU, wpp=population_posterior[mu, tau](...)
        ),
        department: knows(d, university.mu, university.tau),
        department: chooses(
            theta in THETA,
            wpp=normpdf(theta, university.mu, university.tau)
            * department_likelihood(t, d, theta, sigma)
        )
    ]
    return president[Pr[department.theta == theta]]
# fmt: on


def posterior(t, *, mu_scale, tau_scale, sigma=15.0):
    """Posterior of mu, tau and each theta_d; every arrival counts once.

    p(mu, tau | t) ∝ N(mu; 0, mu_scale) HC(tau; tau_scale) ∏_d p(t_d | mu, tau), and
    p(theta_d | t) = Σ p(mu, tau | t) p(theta_d | mu, tau, t_d), on the course
    grid, by the memo programs of this module, in double precision. With
    sigma = 15 and both scales in [1, 20] each E[theta_d] of the course's meetings
    is within 0.15 minutes of the exact one (`pooling.exact.known_se`).

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there; a department without any is
        predicted from the others, and a meeting without any returns the prior.
    mu_scale : float
        Prior sd of mu, minutes, > 0.
    tau_scale : float
        Scale (median) of the half-Cauchy prior of tau, minutes, > 0. Small: towards
        complete pooling, large: towards no pooling.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    Posterior
        `theta` with probability of shape (3, 321), `mu` (121,), `tau` (60,); sigma is
        fixed, so None.

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0.

    Warns
    -----
    GridEdgeWarning
        If the posterior of theta or mu piles up at an end of the grid.
    """
    t = checks.observations(t)
    settings = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    with jax.enable_x64(True):
        arrivals = jnp.asarray(t)
        theta = np.asarray(theta_posterior(arrivals, *settings))
        population = np.asarray(population_posterior(arrivals, *settings))
    mu, tau = Marginal(COURSE.mu, population.sum(axis=1)), Marginal(COURSE.tau, population.sum(axis=0))
    return checked(Posterior(Marginal(COURSE.theta, theta), mu, tau), t)
