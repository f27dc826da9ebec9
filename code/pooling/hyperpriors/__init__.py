"""Chapter 4, hyperpriors: what mu_scale and tau_scale do to the answer.

The model is that of `pooling.partial_pooling`. The evidence of the arrivals for (mu, tau)
does not depend on the scales of the priors, so a whole map over the scales needs it only once.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks, shrinkage
from pooling.grids import COURSE
from pooling.posterior import Marginal, Posterior, checked
from pooling.priors import Exponential, HalfCauchy, HalfNormal

__all__ = [
    "MeanMap",
    "PriorPredictive",
    "equal_medians",
    "expected_pooling_factor",
    "mean_map",
    "prior_predictive",
    "reweigh",
]

MU, TAU, THETA = COURSE.mu, COURSE.tau, COURSE.theta
_HALF_NORMAL_MEDIAN = 0.6744897501960817  # of |N(0, 1)|: the 75 % quantile of N(0, 1)


class MeanMap(NamedTuple):
    """Posterior means over A values of mu_scale and B values of tau_scale.

    Attributes
    ----------
    mu_scales, tau_scales : ndarray (A,), (B,)
        Minutes.
    theta : ndarray (3, A, B)
        E[theta_d | t], minutes.
    mu : ndarray (A, B)
        E[mu | t], minutes: also the prediction for a department never met.
    pooling_factor : ndarray (3, A, B)
        Of each department, in (0, 1]; see `expected_pooling_factor`.
    """

    mu_scales: np.ndarray
    tau_scales: np.ndarray
    theta: np.ndarray
    mu: np.ndarray
    pooling_factor: np.ndarray


class PriorPredictive(NamedTuple):
    """Universities drawn from the prior: mu, tau (n,); theta, t (n, 3); minutes."""

    mu: np.ndarray
    tau: np.ndarray
    theta: np.ndarray
    t: np.ndarray


def reweigh(value, evidence, prior_mu, prior_tau):
    """Posterior mean of value(mu, tau) for every pair of two priors.

    Σ value p(mu) p(tau) p(t | mu, tau) / Σ p(mu) p(tau) p(t | mu, tau)

    Parameters
    ----------
    value, evidence : ndarray (M, T)
        On the grid of mu and tau; the evidence up to a constant.
    prior_mu : ndarray (M, A)
        A prior of mu a column, up to a constant.
    prior_tau : ndarray (T, B)
        A prior of tau a column, up to a constant.

    Returns
    -------
    ndarray (A, B)
    """
    total = prior_mu.T @ evidence @ prior_tau
    return prior_mu.T @ (value * evidence) @ prior_tau / total


def mean_map(t, mu_scales, tau_scales, *, sigma=15.0):
    """Posterior means for every pair of hyperprior scales, on the course grid.

    The same numbers as `partial_pooling.posterior` at each pair, without a run for each:
    evidence and E[theta_d | mu, tau, t] are computed once, then reweighed by the priors.

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there.
    mu_scales : array_like (A,)
        Prior sds of mu, minutes, > 0.
    tau_scales : array_like (B,)
        Scales (medians) of the half-Cauchy prior of tau, minutes, > 0.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    MeanMap

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0.

    Warns
    -----
    GridEdgeWarning
        If at the largest scales the posterior of theta or mu piles up at an end of the grid.
    """
    t = checks.observations(t)
    mu_scales, tau_scales = _axis("mu_scales", mu_scales), _axis("tau_scales", tau_scales)
    sigma = checks.scale("sigma", sigma)
    n, mean = _summary(t)
    log_likelihood = -0.5 * n[:, None] * ((THETA - np.where(n > 0, mean, 0)[:, None]) / sigma) ** 2
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    given = np.exp(-0.5 * ((THETA - MU[:, None, None]) / TAU[:, None]) ** 2)  # p(theta | mu, tau)
    given /= given.sum(axis=-1, keepdims=True)
    each = np.array([given @ row for row in likelihood])  # p(t_d | mu, tau), (3, M, T)
    each = np.maximum(each, np.finfo(float).tiny)  # far from the arrivals it underflows: weight 0
    theta = np.array([given @ (row * THETA) for row in likelihood]) / each
    log_evidence = np.log(each).sum(axis=0)
    evidence = np.exp(log_evidence - log_evidence.max())

    prior_mu = np.exp(-0.5 * (MU[:, None] / mu_scales) ** 2)
    prior_tau = 1 / (tau_scales**2 + TAU[:, None] ** 2)
    widest = evidence * prior_mu[:, [mu_scales.argmax()]] * prior_tau[:, tau_scales.argmax()]
    _check_edges(t, widest, given, likelihood, each)
    factor = shrinkage.pooling_factor(n[:, None], sigma=sigma, tau=TAU)[:, None, :] + 0 * MU[:, None]
    priors = evidence, prior_mu, prior_tau
    return MeanMap(
        mu_scales,
        tau_scales,
        np.array([reweigh(value, *priors) for value in theta]),
        reweigh(MU[:, None] + 0 * TAU, *priors),
        np.array([reweigh(value, *priors) for value in factor]),
    )


def expected_pooling_factor(tau, *, n=1, sigma=15.0):
    """How much of a department's estimate is the population's: E[sigma²/(sigma² + n tau²) | t].

    Given mu and tau, E[theta_d | mu, tau, t] = b mu + (1 - b) mean(t_d) with
    b = sigma²/(sigma² + n_d tau²), `shrinkage.pooling_factor`; this is the posterior mean
    of b. It goes to 1 as tau -> 0 (complete pooling) or n_d = 0, and to 0 as tau, n_d -> infinity or
    sigma -> 0 (no pooling).

    Parameters
    ----------
    tau : Marginal
        Posterior of tau, probability of shape (K,).
    n : int or array_like of int
        Observations of the department, >= 0.
    sigma : float
        Sd of a single arrival, minutes, > 0.

    Returns
    -------
    float or ndarray
        In [0, 1], of the shape of n.

    Raises
    ------
    ValueError
        If n is negative or sigma is not > 0.

    References
    ----------
    Gelman and Pardoe (2006), *Bayesian measures of explained variance and pooling in
    multilevel (hierarchical) models*, Technometrics 48, 241-251, measure pooling at every
    level of a model; for one normal level with known tau it is b.
    """
    n = np.asarray(n)
    if n.dtype.kind not in "iu" or (n < 0).any():
        raise ValueError(f"n must be an integer >= 0 or an array of them, got {n.tolist()!r}")
    b = shrinkage.pooling_factor(n[..., None], sigma=checks.scale("sigma", sigma), tau=tau.values)
    factor = b @ tau.probability
    return factor if n.ndim else float(factor)


def equal_medians(median):
    """Three priors of tau with the same median, by name, from the heaviest tail to the lightest.

    Parameters
    ----------
    median : float
        Minutes, > 0.

    Returns
    -------
    dict of str to HalfCauchy, Exponential, HalfNormal
    """
    median = checks.scale("median", median)
    return {
        "half-Cauchy": HalfCauchy(median),
        "exponential": Exponential(np.log(2) / median),
        "half-normal": HalfNormal(median / _HALF_NORMAL_MEDIAN),
    }


def prior_predictive(rng, n, *, mu_scale, tau_scale, sigma=15.0):
    """Draw n universities from the prior, and a first meeting in each.

    mu ~ N(0, mu_scale); tau ~ HC(tau_scale); theta_d ~ N(mu, tau); t_d ~ N(theta_d, sigma).

    Parameters
    ----------
    rng : numpy.random.Generator
        The same state gives the same draws.
    n : int
        Universities, >= 1.
    mu_scale, tau_scale, sigma : float
        Minutes, > 0.

    Returns
    -------
    PriorPredictive

    Raises
    ------
    ValueError
        If rng is no Generator, n is no integer >= 1, or a scale is not > 0.
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator, got {rng!r}")
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be an integer >= 1, got {n!r}")
    mu_scale, tau_scale, sigma = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    mu = rng.normal(0, mu_scale, n)
    tau = tau_scale * np.tan(np.pi / 2 * rng.random(n))  # the half-Cauchy's quantiles
    theta = rng.normal(mu[:, None], tau[:, None], (n, 3))
    return PriorPredictive(mu, tau, theta, rng.normal(theta, sigma))


def _summary(t):
    """Return how many came from each department and their mean, NaN if nobody did."""
    t = t.reshape(3, -1)
    n = np.isfinite(t).sum(axis=1)
    return n, np.where(n > 0, np.nansum(t, axis=1) / np.maximum(n, 1), np.nan)


def _axis(name, scales):
    x = checks.array(name, scales, shape="(K,)")
    if x.ndim != 1 or not x.size:
        raise ValueError(f"{name} must have shape (K,) with K >= 1, got shape {x.shape}")
    if x.min() <= 0:
        raise ValueError(f"{name} must be > 0, got {x.min()}")
    return x


def _check_edges(t, joint, given, likelihood, each):
    """Warn as `partial_pooling.posterior` does, from p(mu, tau | t) (M, T) up to a constant."""
    joint = joint / joint.sum()
    theta = [np.einsum("mt,mtk->k", joint / e, given) * row for e, row in zip(each, likelihood, strict=True)]
    checked(Posterior(Marginal(THETA, np.array(theta)), Marginal(MU, joint.sum(axis=1))), t, stacklevel=4)
