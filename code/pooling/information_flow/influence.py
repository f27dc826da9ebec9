"""Chapter 12: how far each group's estimate moves when another group's data move.

The quadrature puts its nodes where the posterior is, and a derivative should not move them: they are
placed by data that carry no derivative, and the data that do carry one only reweigh the nodes. At the data
themselves every weight is what it was.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.exact import ExactPosterior
from pooling.exact.engine import group_sums, log_joint, sigma_nodes

__all__ = ["influence", "influence_of_draws"]


def influence(posterior, *, scales="learned"):
    """Return the matrix ∂E[theta_j | y] / ∂mean_k of an exact posterior.

    Row j: what moves group j. Column k: what group k moves, if all its observations move together, so that
    their scatter `ss` stays. It equals Cov(theta_j, n_k (theta_k - mean_k) / sigma² | y).

    Parameters
    ----------
    posterior : exact.ExactPosterior
        From `exact.normal_groups` or `exact.known_se`.
    scales : str
        "learned": all that moves. "held": what is believed about tau and sigma stays as it is, and only
        what is believed about mu moves. The difference is what goes through the scales.

    Returns
    -------
    ndarray (J, J)
        No unit. The column of a group without data is zero. With mu, tau and sigma all fixed only the
        diagonal is not: it holds the weights n_j tau² / (sigma² + n_j tau²). A row sums to what the prior
        of mu leaves to the data, which is 1 if that prior is flat. Memory grows with J².

    Raises
    ------
    ValueError
        For an argument of another kind.
    """
    if not isinstance(posterior, ExactPosterior):
        raise ValueError(f"posterior must be an ExactPosterior, got {type(posterior).__name__}")
    if scales not in ("learned", "held"):
        raise ValueError(f'scales must be "learned" or "held", got {scales!r}')
    spec, problem, nodes = posterior.sampler.args
    with jax.enable_x64(True):
        return np.asarray(_jacobian(spec, scales == "held", problem, nodes))


def influence_of_draws(theta, sigma, *, n, mean):
    """Estimate the same matrix from draws of a posterior, as Cov(theta_j, n_k (theta_k - mean_k) / sigma²).

    The second factor is the derivative of the log likelihood in mean_k: moving the data reweighs the
    draws by it. Nothing else of the model enters, so any sampler's draws will do.

    Parameters
    ----------
    theta : array_like (draws, J)
    sigma : array_like (draws,) or float
    n, mean : array_like (J,)
        Sizes and means of the groups.

    Returns
    -------
    ndarray (J, J)
        With a Monte Carlo error in each entry of about sd(theta_j) sd(second factor) / √draws.
    """
    theta = checks.array("theta", theta, shape="(draws, J)")
    if theta.ndim != 2:
        raise ValueError(f"theta must have shape (draws, J), got shape {theta.shape}")
    n, mean = (checks.array(k, x, shape=theta.shape[1:]) for k, x in (("n", n), ("mean", mean)))
    sigma = np.broadcast_to(checks.array("sigma", sigma, shape="(draws,)"), theta.shape[:1])
    slope = n * (theta - mean) / sigma[:, None] ** 2
    return (theta - theta.mean(axis=0)).T @ (slope - slope.mean(axis=0)) / (len(theta) - 1)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _jacobian(spec, held, problem, nodes):
    x, weight = nodes
    s, share = jax.lax.map(lambda x: sigma_nodes(spec, problem, _sums(problem, x), x)[:2], x)
    weight = weight[:, None] * share
    before = _log_density(spec, problem, x, s)

    def theta_mean(y):
        moved = problem._replace(y=y)
        reweighed = weight * jnp.exp(_log_density(spec, moved, x, s) - before)
        return _theta_mean(moved, x, s, weight if held else reweighed / reweighed.sum())

    return jax.jacobian(theta_mean)(problem.y)


def _sums(problem, x):
    return group_sums(jnp.exp(x), problem)


def _log_density(spec, problem, x, s):
    """Log density (R, K), up to a constant, at x (R,) and s (R, K)."""
    return jax.vmap(lambda x, s: log_joint(spec, problem, _sums(problem, x), x, s))(x, s)


def _theta_mean(problem, x, s, weight):
    """E[theta | y]: the shrinkage formula, averaged over nodes of weight (R, K)."""

    def given_r(x, s, weight):
        (total, centre, *_), (loc, scale) = _sums(problem, x), problem.mu
        precision = total * jnp.exp(-2 * s)
        mu = loc + scale**2 * precision / (1 + scale**2 * precision) * (centre - loc)
        pull = 1 / (1 + problem.n * jnp.exp(2 * x))
        return pull * (weight @ mu) + (1 - pull) * weight.sum() * problem.y

    return jax.vmap(given_r)(x, s, weight).sum(axis=0)
