"""All chapters: the exact posterior of the normal hierarchical model, no sampling, no grid that is a prior.

y_ji ~ N(theta_j, sigma); theta_j ~ N(mu, tau). Given tau and sigma everything is normal: mu and each
theta_j integrate out in closed form (Gelman et al., *Bayesian Data Analysis*, section 5.4). What is left
is an integral over log r, r = tau/sigma, and log sigma. `pooling.exact.engine` has the arithmetic of it and
`pooling.exact.quadrature` the nodes; here is what goes in and what comes out.
"""

import functools
import warnings
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.exact.engine import Problem, Spec, draws, moments
from pooling.priors import HalfCauchy, Normal, ScalePrior

__all__ = ["Draws", "ExactPosterior", "QuadratureWarning", "known_se", "normal_groups"]

_TOLERANCE = 1e-4  # of a posterior sd


class QuadratureWarning(UserWarning):
    """The estimated quadrature error is not negligible."""


class Draws(NamedTuple):
    """Independent posterior draws: mu (n,), tau (n,), sigma (n,), theta (n, J)."""

    mu: np.ndarray
    tau: np.ndarray
    sigma: np.ndarray
    theta: np.ndarray


class ExactPosterior(NamedTuple):
    """Posterior moments, right to the quadrature error.

    Attributes
    ----------
    mu_mean, mu_sd, tau_mean, tau_median, tau_sd : float
        In the unit of the data; infinite where the moment does not exist. The median is interpolated
        between nodes, to about 1e-4 of itself.
    theta_mean, theta_sd : ndarray (J,)
    error : float
        Largest change of a mean or sd of mu or theta when every second node is left out, in
        posterior sds. That is the error of the coarser rule: as the trapezoidal rule converges
        exponentially, the answer's own is about the square of it.
    sampler : Callable
        What `draw` calls.
    sigma_mean, sigma_sd : float or None
        Of the sd of a single observation; None where standard errors are given.
    """

    mu_mean: float
    mu_sd: float
    tau_mean: float
    tau_median: float
    tau_sd: float
    theta_mean: np.ndarray
    theta_sd: np.ndarray
    error: float
    sampler: Callable
    sigma_mean: float | None = None
    sigma_sd: float | None = None

    def draw(self, key, n):
        """Return n independent draws of (mu, tau, sigma, theta); same key, same draws.

        Parameters
        ----------
        key : jax.Array
            From `jax.random.key(seed)`.
        n : int
            Number of draws, >= 1.
        """
        if not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"n must be an integer >= 1, got {n!r}")
        return self.sampler(key, int(n))


def known_se(estimate, se, *, mu=Normal(0, 5), tau=HalfCauchy(5)):  # noqa: B008 (immutable)
    """Exact posterior given one estimate and its standard error for each group.

    y_j ~ N(theta_j, se_j); theta_j ~ N(mu, tau); mu and tau from their priors.
    Given tau, with w_j = 1/(se_j² + tau²): mu is normal with precision 1/mu.scale² + Σ w_j, and
    E[theta_j | mu, tau, y] = mu + tau² w_j (y_j - mu).

    Parameters
    ----------
    estimate : array_like (J,)
        y_j; NaN = a group without data, whose theta is predicted from the others.
    se : array_like (J,)
        Standard errors (sds), > 0; that of a group without data is not used and may be NaN.
    mu : Normal or float
        Prior of the population mean, or its value.
    tau : HalfCauchy, HalfNormal, Exponential or float
        Prior of the population sd, or its value, >= 0.

    Returns
    -------
    ExactPosterior
        sds throughout, in the unit of the estimates. With a half-Cauchy prior, J groups with
        data give tau a finite mean if J >= 1 and a finite sd if J >= 2: infinite otherwise.

    Raises
    ------
    ValueError
        For arrays of unequal or wrong shape, infinite estimates, standard errors not > 0,
        or a prior of another kind.

    Warns
    -----
    QuadratureWarning
        If the estimated error is more than 1e-4 posterior sds.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4.
    """
    y = _vector("estimate", estimate, nan=True)
    se = checks.array("se", se, shape=y.shape, nan=True)
    there = ~np.isnan(y)
    bad = there & ~(se > 0)
    if bad.any():
        raise ValueError(f"se must be > 0 where there is an estimate, got {se[bad][0]}")
    n = np.where(there, 1 / np.where(there, se, 1) ** 2, 0)
    answer = _solve(n, np.where(there, y, 0), 0.0, there.sum(), mu, tau, 1.0)
    return answer._replace(sigma_mean=None, sigma_sd=None)


def normal_groups(n, mean, ss, *, mu, tau, sigma, count=None):
    """Exact posterior from each group's size, mean and sum of squares, with one unknown sigma.

    y_ji ~ N(theta_j, sigma), i = 1, ..., n_j; theta_j ~ N(mu, tau). The likelihood of group j is
    sigma^-n_j exp(-[ss_j + n_j (mean_j - theta_j)²] / (2 sigma²)).

    Parameters
    ----------
    n : array_like (J,)
        Observations in each group, >= 0. For slopes through the origin, Σ x² (then `count` is needed).
    mean : array_like (J,)
        Group means, or slopes Σ xy / Σ x²; not used, and may be NaN, where n is 0.
    ss : array_like (J,)
        Sum of squared deviations of the group's observations from `mean`, >= 0.
    mu : Normal or float
        Prior of the population mean, or its value.
    tau : HalfCauchy, HalfNormal, Exponential or float
        Prior of the population sd, or its value, >= 0.
    sigma : HalfCauchy, HalfNormal, Exponential or float
        Prior of the sd of an observation, or its value, > 0.
    count : array_like (J,), optional
        Rows in each group where n is not that; default n.

    Returns
    -------
    ExactPosterior
        In the unit of the data; memory and time are linear in J.

    Raises
    ------
    ValueError
        For arrays of unequal or wrong shape, negative n, ss or count, a prior of another kind; and
        if sigma is learned from groups none of which has any spread within it, where the posterior
        may be improper (it is not with one observation a group and means that differ).

    Warns
    -----
    QuadratureWarning
        If the estimated error is more than 1e-4 posterior sds.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, sections 5.4 and 11.6.
    """
    n = _vector("n", n)
    mean = checks.array("mean", mean, shape=n.shape, nan=True)
    ss = checks.array("ss", ss, shape=n.shape)
    count = n if count is None else checks.array("count", count, shape=n.shape)
    for name, x in (("n", n), ("ss", ss), ("count", count)):
        if (x < 0).any():
            raise ValueError(f"{name} must be >= 0, got {x[x < 0][0]}")
    there = n > 0
    if np.isnan(mean[there]).any():
        raise ValueError("mean must be finite where n > 0, got nan")
    y = np.where(there, mean, 0)
    if not (isinstance(sigma, Real) or ss.any() or _is_proper(n, y, count, mu, tau)):
        raise ValueError(
            "ss must not be 0 in every group where sigma is learned from so few distinct means: as sigma "
            "goes to 0 the density grows without bound, and the posterior is improper"
        )
    return _solve(n, y, ss.sum(), count.sum(), mu, tau, sigma)


def _is_proper(n, y, count, mu, tau):
    """Whether the posterior exists although no group has any spread within it and sigma is learned.

    As sigma goes to 0 the density grows like sigma^-k, k the rows beyond one a group with data; and if
    the means coincide, by another (tau² + sigma²)^(-q/2), q the groups beyond what mu adapts to.
    """
    there = n > 0
    k, q = count.sum() - there.sum(), there.sum() - isinstance(mu, Normal)
    means = y[there] if isinstance(mu, Normal) else np.append(y[there], mu)
    coincide = means.size == 0 or np.ptp(means) == 0
    if isinstance(tau, Real) and tau == 0:
        return not (coincide and k + q >= 1)
    return k < 1 and not (coincide and not isinstance(tau, Real) and k + q >= 2)


def _vector(name, value, *, nan=False):
    x = checks.array(name, value, shape="(J,)", nan=nan)
    if x.ndim != 1 or x.size == 0:
        raise ValueError(f"{name} must have shape (J,) with J >= 1, got shape {x.shape}")
    return x


def _scale(name, prior, *, zero=False):
    """Return family and parameters of a scale's prior, or None and its value."""
    if isinstance(prior, ScalePrior):
        return type(prior), prior.params
    if isinstance(prior, Real) and not isinstance(prior, bool):
        if zero and not 0 <= prior < np.inf:
            raise ValueError(f"{name} must be >= 0 and finite, got {prior!r}")
        return None, (0.0 if zero and prior == 0 else checks.scale(name, prior),)
    raise ValueError(f"{name} must be HalfCauchy, HalfNormal, Exponential or a number, got {prior!r}")


def _solve(n, y, ss, rows, mu, tau, sigma):
    if not isinstance(mu, Normal | Real) or isinstance(mu, bool):
        raise ValueError(f"mu must be a Normal prior or a number, got {mu!r}")
    location = mu.params if isinstance(mu, Normal) else (checks.number("mu", mu), 0.0)
    tau_family, tau = _scale("tau", tau, zero=True)
    sigma_family, sigma = _scale("sigma", sigma)
    spec = Spec(tau_family, sigma_family, tau == (0.0,))
    with jax.enable_x64(True):
        numbers = jax.tree.map(lambda x: jnp.asarray(x, float), (n, y, ss, rows, location, tau, sigma))
        problem = Problem(*numbers)
        found, error, tau_median, nodes = jax.tree.map(np.asarray, moments(spec, problem))
    there, groups = n > 0, (n > 0).sum()
    infinite = {
        "tau_mean": tau_family is HalfCauchy and groups < 1,
        "tau_sd": tau_family is HalfCauchy and groups < 2,
        "sigma_mean": sigma_family is HalfCauchy and rows < 1,
        "sigma_sd": sigma_family is HalfCauchy and rows < 2,
        "theta_sd": ~there & (tau_family is HalfCauchy and groups < 2),
    }
    found = {name: np.where(infinite.get(name, False), np.inf, value) for name, value in found.items()}
    error["theta_sd"] = np.where(infinite["theta_sd"], 0, error["theta_sd"])
    worst = float(max(change.max() for change in error.values()))
    if not worst <= _TOLERANCE:
        warnings.warn(
            f"the quadrature error is about {worst:.1g} posterior sds, more than {_TOLERANCE:g}",
            QuadratureWarning,
            stacklevel=3,
        )
    values = {name: value if value.ndim else float(value) for name, value in found.items()}
    sampler = functools.partial(_sample, spec, problem, nodes)
    return ExactPosterior(**values, tau_median=float(tau_median), error=worst, sampler=sampler)


def _sample(spec, problem, nodes, key, n):
    with jax.enable_x64(True):
        return Draws(*map(np.asarray, draws(spec, problem, nodes, key, n)))
