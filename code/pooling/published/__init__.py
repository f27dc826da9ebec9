"""Chapters 3 to 6: the published programs on the published grid, and the same with one line mended.

The published query for theta_d first learns (mu, tau) from all of t, then draws
theta_d given (mu, tau) and observes t_d *again*: `theta_as_published`. The mended
query conditions theta_d on t_d within each (mu, tau): `theta_mended`. The
programs before that line are those of `pooling.partial_pooling`; they stand here
a second time because memo finds its domains among its own module's globals.

Source: "Multilevel models", comosoco (daeh.info).
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling import checks
from pooling.departments import Department
from pooling.grids import PUBLISHED, domain
from pooling.likelihood import department_likelihood
from pooling.posterior import Marginal, Posterior, checked
from pooling.priors import halfcauchypdf
from pooling.published import learned_variance

__all__ = [
    "evidence",
    "population_posterior",
    "population_with_twin",
    "posterior",
    "posterior_with_twin",
    "theta_as_published",
    "theta_mended",
    "theta_with_twin",
]

MU, TAU, THETA = map(domain, (PUBLISHED.mu, PUBLISHED.tau, PUBLISHED.theta))
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
def theta_as_published[d: Department, theta: THETA](
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
        )
    ]
    president: observes_event(
        wpp=department_likelihood(t, d, department.theta, sigma)
    )
    return president[Pr[department.theta == theta]]


@memo
def theta_mended[d: Department, theta: THETA](
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


@memo
def population_with_twin[mu: MU, tau: TAU](
    t: ..., twin, mu_scale, tau_scale, sigma
):
    president: knows(mu, tau)
    president: thinks[
        university: chooses(
            mu in MU, tau in TAU,
            wpp=population_posterior[mu, tau](t, mu_scale, tau_scale, sigma)
        )
    ]
    president: observes_event(
        wpp=evidence[university.mu, university.tau](t, twin, sigma)
    )
    return president[Pr[university.mu == mu, university.tau == tau]]


@memo
def theta_with_twin[d: Department, theta: THETA](
    t: ..., twin, mu_scale, tau_scale, sigma
):
    president: knows(d, theta)
    president: thinks[
        university: chooses(
            mu in MU, tau in TAU, wpp=population_with_twin[mu, tau](...)
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


def posterior(t, *, mu_scale, tau_scale, sigma=15.0, count="twice"):
    """Posterior by the published query, or by the mended one, on the published grid.

    Counted twice, theta_d gets p(theta_d | t) ∝ Σ p(mu, tau | t) N(theta_d; mu, tau)
    p(t_d | theta_d), in which t_d appears in both factors that depend on it. This is
    the exact answer for another meeting: one in which a fourth department had reported
    the same t_d. mu and tau are the same either way.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    mu_scale : float
        Prior sd of mu, minutes, > 0.
    tau_scale : float
        Scale (median) of the half-Cauchy prior of tau, minutes, > 0; the grid keeps
        only 1 <= tau <= 30 of it.
    sigma : float or None
        Sd of a single arrival, minutes, > 0; None learns one a department, sigma_d ~ HC(5).
    count : {"twice", "once"}
        The published query, or the mended one.

    Returns
    -------
    Posterior
        `theta` with probability of shape (3, 200), `mu` (100,), `tau` (100,); a learned
        sigma_d is summed out.

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0, another count.

    Warns
    -----
    GridEdgeWarning
        If the posterior of theta or mu piles up at an end of the grid.
    """
    if count not in ("twice", "once"):
        raise ValueError(f'count must be "twice" or "once", got {count!r}')
    t = checks.observations(t)
    settings = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale)
    if sigma is None:
        twice, once = learned_variance.theta_as_published, learned_variance.theta_mended
        population_query = learned_variance.population_posterior
    else:
        twice, once, population_query = theta_as_published, theta_mended, population_posterior
        settings += (checks.scale("sigma", sigma),)
    return _marginals(t, twice if count == "twice" else once, population_query, settings)


def posterior_with_twin(t, *, twin, mu_scale, tau_scale, sigma=15.0):
    """Posterior, every arrival counted once, after a meeting of four departments.

    The fourth is a twin of one of the three: another department of the same
    university, with a theta of its own, which happened to report the same arrivals.
    For d = twin the probabilities equal those of `posterior(..., count="twice")`:
    this is the question that the published query answers.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals of the three in minutes, NaN = nobody there.
    twin : Department
        The department whose twin was at the meeting.
    mu_scale, tau_scale, sigma : float
        As in `posterior`; so are the errors and warnings.

    Returns
    -------
    Posterior
        `theta` of the three departments (3, 200), `mu` (100,), `tau` (100,).
    """
    if twin not in list(Department):
        raise ValueError(f"twin must be one of {[d.name for d in Department]}, got {twin!r}")
    t = checks.observations(t)
    settings = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    return _marginals(t, theta_with_twin, population_with_twin, (int(twin), *settings))


def _marginals(t, theta_query, population_query, settings):
    with jax.enable_x64(True):
        arrivals = jnp.asarray(t)
        theta = np.asarray(theta_query(arrivals, *settings))
        population = np.asarray(population_query(arrivals, *settings))
    mu, tau = Marginal(PUBLISHED.mu, population.sum(axis=1)), Marginal(PUBLISHED.tau, population.sum(axis=0))
    return checked(Posterior(Marginal(PUBLISHED.theta, theta), mu, tau), t, stacklevel=4)
