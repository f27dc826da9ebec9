"""Chapter 6: the published programs that learn sigma_d, on the published grid, and the mended line.

As `pooling.published`, with sigma_d ~ HC(5) on a uniform grid. The likelihood is averaged
over sigma first, which changes nothing but time and memory.

Source: "Multilevel models", comosoco (daeh.info).
"""

import jax
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo

from pooling.departments import Department
from pooling.grids import PUBLISHED, domain
from pooling.likelihood import spread_likelihood
from pooling.priors import halfcauchypdf

__all__ = ["population_posterior", "theta_as_published", "theta_mended"]

MU, TAU, THETA = map(domain, (PUBLISHED.mu, PUBLISHED.tau, PUBLISHED.theta))
SIGMA = domain(PUBLISHED.sigma)
GOVERNMENT, ENGLISH, MATH = Department
SIGMA_SCALE = 5.0
_ENDS = min(SIGMA), max(SIGMA)


@jax.jit
def likelihood(t, d, theta, sigma):
    """Likelihood of d's arrivals, scaled so that it is at most 1 on the grid."""
    return spread_likelihood(t, d, theta, sigma, *_ENDS)


# fmt: off
@memo
def arrivals_likelihood[d: Department, theta: THETA](t: ...):
    department: knows(d, theta)
    department: chooses(sigma in SIGMA, wpp=halfcauchypdf(sigma, {SIGMA_SCALE}))
    return E[likelihood(t, d, theta, department.sigma)]


@memo
def evidence[d: Department, mu: MU, tau: TAU](t: ...):
    president: knows(d, mu, tau)
    president: thinks[
        department: knows(d, mu, tau),
        department: chooses(theta in THETA, wpp=normpdf(theta, mu, tau))
    ]
    return president[E[arrivals_likelihood[department.d, department.theta](t)]]


@memo
def population_posterior[mu: MU, tau: TAU](t: ..., mu_scale, tau_scale):
    president: knows(mu, tau)
    president: thinks[
        university: chooses(mu in MU, wpp=normpdf(mu, 0, mu_scale)),
        university: chooses(tau in TAU, wpp=halfcauchypdf(tau, tau_scale)),
        government: given(d in Department, wpp=(d == {GOVERNMENT})),
        english: given(d in Department, wpp=(d == {ENGLISH})),
        math: given(d in Department, wpp=(d == {MATH}))
    ]
    president: observes_event(
        wpp=evidence[government.d, university.mu, university.tau](t)
    )
    president: observes_event(
        wpp=evidence[english.d, university.mu, university.tau](t)
    )
    president: observes_event(
        wpp=evidence[math.d, university.mu, university.tau](t)
    )
    return president[Pr[university.mu == mu, university.tau == tau]]


@memo
def theta_as_published[d: Department, theta: THETA](t: ..., mu_scale, tau_scale):
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
        wpp=arrivals_likelihood[d, department.theta](t)
    )
    return president[Pr[department.theta == theta]]


@memo
def theta_mended[d: Department, theta: THETA](t: ..., mu_scale, tau_scale):
    president: knows(d, theta)
    president: thinks[
        university: chooses(
            mu in MU, tau in TAU, wpp=population_posterior[mu, tau](...)
        ),
        department: knows(d, university.mu, university.tau),
        department: chooses(
            theta in THETA,
            wpp=normpdf(theta, university.mu, university.tau)
            * arrivals_likelihood[d, theta](t)
        )
    ]
    return president[Pr[department.theta == theta]]
# fmt: on
