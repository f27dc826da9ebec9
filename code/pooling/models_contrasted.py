"""Chapter 7, the models contrasted: one meeting, what each model believes and predicts.

Every model's posterior of a department is a joint distribution of its typical lateness theta and
its scatter sigma; a new arrival is N(theta, sigma) averaged over it. That one object gives the
predictive of the next professor, of a department never met, and the leave-one-out scores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats.norm import pdf as normpdf
from memo import memo
from scipy import special, stats

from pooling import checks, complete_pooling, missing_data, no_pooling, partial_pooling
from pooling.departments import Department
from pooling.grids import COURSE, domain
from pooling.learned_variance import expected_from_others, likelihood, population_posterior
from pooling.posterior import Marginal

__all__ = ["MODELS", "DepartmentPosterior", "Scores", "department_posterior", "leave_one_out"]

MU, TAU, THETA, U = map(domain, (COURSE.mu, COURSE.tau, COURSE.theta, COURSE.u))

#: The models by name, from the most to the least that is fixed.
MODELS = ("complete_pooling", "no_pooling", "partial_pooling", "learned_variance")


class DepartmentPosterior(NamedTuple):
    """Joint distribution of (theta, sigma) of each known department and of one never met.

    Attributes
    ----------
    theta : ndarray (K,)
        Minutes.
    sigma : ndarray (S,)
        Sds, minutes; S = 1 where sigma is fixed.
    probability : ndarray (4, K, S)
        Rows are the departments in story order, the last one a department never met; each
        row sums to 1.
    """

    theta: np.ndarray
    sigma: np.ndarray
    probability: np.ndarray

    @property
    def theta_marginal(self):
        """Marginal of theta, probability of shape (4, K)."""
        return Marginal(self.theta, self.probability.sum(axis=2))

    def probability_of_minute(self, arrival):
        """Probability that the next arrival is recorded as that minute, shape (4, M).

        Σ p(theta, sigma) [Φ((x + ½ - theta)/sigma) - Φ((x - ½ - theta)/sigma)]: arrivals are measured to
        the minute. Where sigma may be small the density itself would show the grid of theta.

        Parameters
        ----------
        arrival : array_like (M,)
            Minutes.
        """
        x = checks.array("arrival", arrival, shape="(M,)")
        later = np.array(
            [[self._later(p, edge) for edge in (*(x - 0.5), *(x + 0.5))] for p in self.probability]
        )
        return later[:, : x.size] - later[:, x.size :]

    def later_than(self, minutes):
        """Probability that the next arrival is later than so many minutes, shape (4,)."""
        minutes = checks.number("minutes", minutes)
        return np.array([self._later(p, minutes) for p in self.probability])

    def _later(self, probability, x):
        return np.sum(probability * special.ndtr((self.theta[:, None] - x) / self.sigma))


class Scores(NamedTuple):
    """Exact leave-one-out predictive scores.

    Attributes
    ----------
    log_probability : ndarray, same shape as t
        log of the probability of the minute t_di, given all other arrivals; NaN where
        nobody was there.
    total : float
        Their sum, the expected log predictive density (elpd): the larger the better.
    error : float
        Standard error of the total, √n times the sd of the n terms.
    """

    log_probability: np.ndarray
    total: float
    error: float


# fmt: off
@memo
def joint_posterior[d: Department, theta: THETA, u: U](
    t: ..., mu_scale, tau_scale, sigma_scale
):
    president: knows(d, theta, u)
    president: thinks[
        department: knows(d),
        department: chooses(
            theta in THETA, u in U,
            wpp=expected_from_others[d, theta](t, mu_scale, tau_scale, sigma_scale)
            * likelihood(t, d, theta, u, sigma_scale)
        )
    ]
    return president[Pr[department.theta == theta, department.u == u]]


@memo
def new_department_posterior[theta: THETA](
    t: ..., mu_scale, tau_scale, sigma_scale
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


def department_posterior(
    model, t, *, mu=0.0, tau=20.0, sigma=15.0, mu_scale=10.0, tau_scale=10.0, sigma_scale=5.0
):
    """Return what a model believes about every department, and about one never met.

    Parameters
    ----------
    model : str
        One of `MODELS`.
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    mu, tau : float
        Mean and sd of theta's fixed prior, minutes (complete and no pooling).
    sigma : float
        Sd of a single arrival, minutes (not used by learned_variance).
    mu_scale, tau_scale, sigma_scale : float
        Scales of the hyperpriors, minutes (partial pooling and learned variance).

    Returns
    -------
    DepartmentPosterior

    Raises
    ------
    ValueError
        For another model, a wrong shape, an infinite observation, a scale that is not > 0.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, got {model!r}")
    if model == "learned_variance":
        return _learned_variance(t, mu_scale=mu_scale, tau_scale=tau_scale, sigma_scale=sigma_scale)
    if model == "complete_pooling":
        theta = complete_pooling.posterior(t, mu=mu, tau=tau, sigma=sigma).theta.probability
        rows = np.stack([theta] * 4)
    elif model == "no_pooling":
        known = no_pooling.posterior(t, mu=mu, tau=tau, sigma=sigma).theta.probability
        prior = stats.norm.pdf(COURSE.theta, mu, tau)
        rows = np.vstack([known, prior / prior.sum()])
    else:
        settings = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma": sigma}
        known = partial_pooling.posterior(t, **settings).theta.probability
        rows = np.vstack([known, missing_data.new_department(t, **settings).probability])
    return DepartmentPosterior(COURSE.theta, np.array([float(sigma)]), rows[:, :, None])


def _learned_variance(t, **scales):
    t = checks.observations(t)
    settings = checks.scales(**scales)
    with jax.enable_x64(True):
        arrivals = jnp.asarray(t)
        known = np.asarray(joint_posterior(arrivals, *settings))
        new = np.asarray(new_department_posterior(arrivals, *settings))
    # the sigma of a department never met has its prior: every u is equally probable
    never_met = np.repeat(new[:, None] / len(U), len(U), axis=1)
    sigma = settings[-1] * np.tan(np.pi * COURSE.u / 2)
    return DepartmentPosterior(COURSE.theta, sigma, np.concatenate([known, never_met[None]]))


def leave_one_out(model, t, **settings):
    """Score a model by predicting each arrival from all the others, by refitting.

    Parameters
    ----------
    model, t, **settings
        As in `department_posterior`.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        As `department_posterior`; also if fewer than two arrivals are left to compare.
    """
    t = checks.observations(t)
    there = np.argwhere(~np.isnan(t))
    if len(there) < 2:
        raise ValueError(f"t must hold at least 2 arrivals, got {len(there)}")
    log_probability = np.full(t.shape, np.nan)
    for place in map(tuple, there):
        others = t.copy()
        others[place] = np.nan
        predicted = department_posterior(model, others, **settings).probability_of_minute([t[place]])
        log_probability[place] = np.log(predicted[place[0], 0])
    terms = log_probability[~np.isnan(log_probability)]
    return Scores(log_probability, terms.sum(), terms.std(ddof=1) * np.sqrt(terms.size))
