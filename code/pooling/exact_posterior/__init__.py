"""Chapter 9, the exact posterior: `pooling.exact` for known standard errors, in a form that fits on a page.

`given_tau` is all that is known for one tau, in closed form. What is left is one integral, and `placed`
gives the nodes for it.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.exact.engine import look, visit
from pooling.exact.groups import Problem
from pooling.exact.quadrature import hills, spread
from pooling.priors import HalfCauchy, Normal

__all__ = ["GivenTau", "Placed", "conditional", "given_tau", "placed"]


class GivenTau(NamedTuple):
    """What is known for one tau, or with a leading axis (T,) for each of several.

    Attributes
    ----------
    log_evidence : ndarray ()
        log p(y | tau), all other unknowns averaged out.
    mu_mean, mu_sd : ndarray ()
    theta_mean, theta_sd : ndarray (J,)
    """

    log_evidence: np.ndarray
    mu_mean: np.ndarray
    mu_sd: np.ndarray
    theta_mean: np.ndarray
    theta_sd: np.ndarray


class Placed(NamedTuple):
    """Nodes of tau (N,), and the share of its posterior (N,) that each of them stands for."""

    tau: np.ndarray
    share: np.ndarray


def given_tau(tau, y, se, prior):
    """Log evidence of tau, and the normal posteriors of mu and of each theta_j, given tau."""
    p = 1 / (se**2 + tau**2)
    variance = 1 / (1 / prior.scale**2 + p.sum())
    center = variance * (prior.loc / prior.scale**2 + (p * y).sum())

    log_evidence = (
        prior.logpdf(center)
        + Normal.log_density(y, center, p**-0.5).sum()
        - Normal.log_density(center, center, variance**0.5)
    )
    pull = p * se**2
    theta = pull * center + (1 - pull) * y
    theta_variance = (1 - pull) * se**2 + pull**2 * variance
    return GivenTau(log_evidence, center, variance**0.5, theta, theta_variance**0.5)


def conditional(tau, estimate, se, *, mu=Normal(0, 5)):  # noqa: B008 (immutable)
    """Return `given_tau` for each of several tau, in float64.

    With p_j = 1/(se_j² + tau²): mu has precision 1/mu.scale² + Σ p_j; theta_j has mean
    pull_j E[mu] + (1 - pull_j) y_j and variance (1 - pull_j) se_j² + pull_j² Var[mu], pull_j = se_j² p_j.

    Parameters
    ----------
    tau : array_like (T,)
        >= 0; 0 is complete pooling.
    estimate, se : array_like (J,)
        Estimates and their standard errors (sds), > 0.
    mu : Normal
        Prior of the population mean.

    Returns
    -------
    GivenTau
        Arrays (T,) and (T, J), sds throughout.

    Raises
    ------
    ValueError
        For arrays of wrong shape, a tau < 0 or a standard error <= 0.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, equations 5.17, 5.20 and 5.21.
    """
    tau = checks.array("tau", tau, shape="(T,)")
    y, se = _checked(estimate, se)
    if tau.ndim != 1 or (tau < 0).any():
        raise ValueError(f"tau must have shape (T,) and be >= 0, got {tau}")
    with jax.enable_x64(True):
        given = jax.vmap(lambda t: given_tau(t, y, se, mu))(jnp.asarray(tau))
        return GivenTau(*map(np.asarray, given))


def placed(estimate, se, n, *, mu=Normal(0, 5), tau=HalfCauchy(5)):  # noqa: B008
    """Return n nodes of tau, placed by the posterior of log tau itself.

    Parameters
    ----------
    estimate, se : array_like (J,)
        As for `conditional`.
    n : int
        Number of nodes, >= 5.
    mu, tau : Normal; HalfCauchy, HalfNormal or Exponential
        Priors.

    Returns
    -------
    Placed
    """
    y, se = _checked(estimate, se)
    if not isinstance(n, int | np.integer) or n < 5:
        raise ValueError(f"n must be an integer >= 5, got {n!r}")

    problem = Problem(se**-2.0, y, 0.0, y.size, y.size, mu.loc, mu.scale, tau, 1.0)
    nodes = spread(hills(look(problem)), n=int(n))
    log_share = visit(problem, problem.given(nodes.x), 1).log_p + nodes.log_width
    share = np.exp(log_share - log_share.max())
    return Placed(np.exp(nodes.x), share / share.sum())


def _checked(estimate, se):
    y = checks.array("estimate", estimate, shape="(J,)")
    se = checks.array("se", se, shape=y.shape)
    if y.ndim != 1 or not (se > 0).all():
        raise ValueError(f"se must be > 0, one for each estimate (J,), got {se}")
    return y, se
