"""How far each group's estimate moves when another group's data move: the derivative of the exact posterior.

The quadrature puts its nodes where the posterior is, and a derivative should not move them: they are
placed by data that carry no derivative, and the data that do carry one only reweigh the nodes. At the data
themselves every weight is what it was.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from pooling import exact

__all__ = ["influence", "influence_of_draws"]


def influence(posterior):
    """Return the matrix ∂E[theta_j | y] / ∂mean_k of an exact posterior.

    Row j: what moves group j. Column k: what group k moves, if all its observations move together, so that
    their scatter `ss` stays. It is also Cov(theta_j, n_k (theta_k - mean_k) / sigma² | y).

    Parameters
    ----------
    posterior : exact.ExactPosterior
        From `exact.normal_groups` or `exact.known_se`.

    Returns
    -------
    ndarray (J, J)
        No unit. The column of a group without data is zero. With mu, tau and sigma all fixed only the
        diagonal is not: it holds the weights n_j tau² / (sigma² + n_j tau²). A row sums to what is
        left to the data when the prior of mu has taken its share, to 1 if that prior is flat.
    """
    if not isinstance(posterior, exact.ExactPosterior):
        raise ValueError(f"posterior must be an ExactPosterior, got {type(posterior).__name__}")
    spec, problem, nodes = posterior.sampler.args
    with jax.enable_x64(True):
        return np.asarray(_jacobian(spec, problem, nodes))


@functools.partial(jax.jit, static_argnums=0)
def _jacobian(spec, problem, nodes):
    x, weight = nodes
    s, share = jax.lax.map(lambda x: _inner(spec, problem, x), x)
    placed = x, s, weight[:, None] * share, _log_density(spec, problem, x, s)
    return jax.jacobian(lambda y: _theta_mean(spec, problem._replace(y=y), placed))(problem.y)


def _inner(spec, problem, x):
    s, share, _ = exact._given_r(spec, problem, exact._sums(jnp.exp(x), problem), x)
    return s, share


def _log_density(spec, problem, x, s):
    """Log density (R, K) at nodes x (R,) and s (R, K)."""

    def one(x, s):
        return exact._log_density(spec, problem, exact._sums(jnp.exp(x), problem), x, s)

    return jax.vmap(one)(x, s)


def _theta_mean(spec, problem, placed):
    """E[theta | y] by nodes that were placed for, and weighed by, data nearby."""
    x, s, weight, before = placed
    weight = weight * jnp.exp(_log_density(spec, problem, x, s) - before)
    weight /= weight.sum()

    def given_r(x, s, weight):
        total, centre, *_ = exact._sums(jnp.exp(x), problem)
        loc, scale = problem.mu
        precision = total * jnp.exp(-2 * s)
        mu = loc + scale**2 * precision / (1 + scale**2 * precision) * (centre - loc)
        pull = 1 / (1 + problem.n * jnp.exp(2 * x))
        return pull * (weight @ mu) + (1 - pull) * weight.sum() * problem.y

    return jax.vmap(given_r)(x, s, weight).sum(axis=0)
