"""All chapters: what `pooling.exact` computes, compiled: arrays in, moments and draws out, nothing checked.

Given r = tau/sigma, and sigma, mu and each theta_j are normal; the posterior is a mixture of such normals
over nodes of log r and, for each of them, of log sigma. For a given r every sum over the groups is a number
that sigma only rescales, so the cost is a few hundred passes over the groups, whatever is learned. Meant to
be called under `jax.enable_x64`.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp

from pooling.exact.quadrature import cdf, cumulate, place, quantile

__all__ = ["Problem", "Spec", "draws", "group_sums", "log_joint", "moments", "sigma_nodes"]

_OUTER, _INNER = 193, 49  # nodes of log r, and of log sigma given r
_FEW, _OUTER_FEW = 32, 385  # of few groups an odd one makes a second hill: more nodes of log r, to see it
_OUTER_ALONE = 513  # nodes of log r where they cost little: no second integral, few groups
_AT_ONCE = 2**20  # groups times nodes at once, so that memory stays linear
_DRAW = 8192  # numbers that a draw takes at least, for its nodes of log sigma
_HALVINGS = 30  # of an interval of at most a few hundred e-folds, to find a median
_ROUNDING, _TINY = 1e-9, 1e-300  # of a value that is known, and whose sd is 0 or thereabouts


class Spec(NamedTuple):
    """What is static for the compiler: the prior's family of each scale, None where it is fixed."""

    tau: type | None
    sigma: type | None
    tau_is_zero: bool

    @property
    def r_varies(self):
        """Whether there is an integral over log r."""
        return not self.tau_is_zero and (self.tau is not None or self.sigma is not None)

    @property
    def sigma_varies_given_r(self):
        """Whether there is one over log sigma within it: with tau fixed, r determines sigma."""
        return self.sigma is not None and (self.tau is not None or self.tau_is_zero)


class Problem(NamedTuple):
    """Data and numbers; loc, scale of mu's prior (scale 0 fixes it), parameters of the scales'."""

    n: jax.Array
    y: jax.Array
    ss: jax.Array
    rows: jax.Array
    mu: tuple
    tau: tuple
    sigma: tuple


# --- for one r = tau/sigma: sums over the groups, which sigma only rescales -------------------------


def group_sums(r, problem):
    """Return Σ w, the mean of y by w, Σ w (y - mean)² and Σ log(1 + n r²), where w = n / (1 + n r²)."""
    spread = problem.n * r**2
    w = problem.n / (1 + spread)
    total = w.sum()
    centre = (w * problem.y).sum() / jnp.where(total > 0, total, 1)
    return total, centre, (w * (problem.y - centre) ** 2).sum(), jnp.log1p(spread).sum()


def log_joint(spec, problem, sums, x, s):
    """Return log p(log tau, log sigma | y) up to a constant, x = log r, s = log sigma."""
    (total, centre, squares, log_spread), (loc, scale) = sums, problem.mu
    sigma = jnp.exp(s)
    precision = 1 / sigma**2
    prior_weight = 1 + scale**2 * total * precision
    offset = total * (centre - loc) ** 2 / prior_weight
    log_p = -problem.rows * s - 0.5 * (
        (problem.ss + squares + offset) * precision + log_spread + jnp.log(prior_weight)
    )
    if spec.sigma is not None:
        log_p += spec.sigma.log_density(sigma, *problem.sigma) + s
    if spec.tau is not None:
        log_p += spec.tau.log_density(jnp.exp(x) * sigma, *problem.tau) + x + s
    return log_p


def sigma_nodes(spec, problem, sums, x):
    """Return nodes of s given r: s (K,), share (K,), and the log of their integral."""
    if spec.sigma_varies_given_r:
        return place(lambda s: log_joint(spec, problem, sums, x, s), 0.0, _INNER)[:3]
    s = jnp.log(problem.sigma[0]) if spec.sigma is None else jnp.log(problem.tau[0]) - x
    return s[None], jnp.ones(1), log_joint(spec, problem, sums, x, s)


def _visit(spec, problem, x):
    """Log p(log r | y) up to a constant; and given r, nodes s and share (K,), mean and variance of mu."""
    sums = group_sums(jnp.exp(x), problem)
    s, share, log_p = sigma_nodes(spec, problem, sums, x)
    (total, centre, *_), (loc, scale) = sums, problem.mu
    precision = total * jnp.exp(-2 * s)
    variance = scale**2 / (1 + scale**2 * precision)
    return log_p, (s, share, loc + variance * precision * (centre - loc), variance)


def _outer(spec, problem):
    """Nodes of x = log r: x (R,), weight (R,), and what `_visit` finds there, (R, K) each."""
    visit = functools.partial(_visit, spec, problem)
    if not spec.r_varies:
        x = -jnp.inf if spec.tau_is_zero else jnp.log(problem.tau[0] / problem.sigma[0])
        return jnp.full(1, x), jnp.ones(1), jax.vmap(visit)(jnp.full(1, x))[1]

    groups = problem.n.size
    if spec.sigma_varies_given_r:
        count = _OUTER_FEW if groups <= _FEW else _OUTER
    else:
        count = _OUTER_ALONE if groups * _OUTER_ALONE <= _AT_ONCE else _OUTER
    nodes = place(visit, 0.0, count, each=_each(problem), has_aux=True)
    return nodes.x, nodes.share, nodes.aux


def _each(problem):
    """All nodes together for few groups, one after the other for many."""
    if problem.n.size * _OUTER <= _AT_ONCE:
        return jax.vmap
    return lambda f: functools.partial(jax.lax.map, f)


# --- moments -----------------------------------------------------------------------------------------


@functools.partial(jax.jit, static_argnums=0)
def moments(spec, problem):
    """Return moments by name, their errors by name, the median of tau, and the nodes of log r (x, weight)."""
    x, weight, (s, share, mu, mu_variance) = _outer(spec, problem)
    full = _mixtures(problem, x, weight, s, share, mu, mu_variance)
    kept = slice(None, None, 2 if spec.r_varies else 1), slice(None, None, 2 if s.shape[1] > 1 else 1)
    half = [(a / a.sum(axis=-1, keepdims=True)) for a in (weight[kept[0]], share[kept])]
    coarse = _mixtures(problem, x[kept[0]], half[0], s[kept], half[1], mu[kept], mu_variance[kept])
    names = [name for name in full if name.startswith(("mu", "theta"))]
    unit = {
        of: jnp.maximum(full[f"{of}_sd"], _ROUNDING * jnp.abs(full[f"{of}_mean"])) + _TINY
        for of in ("mu", "theta")
    }
    error = {name: jnp.abs(full[name] - coarse[name]) / unit[name.split("_")[0]] for name in names}
    return full, error, _tau_median(spec, x, weight, s, share), (x, weight)


def _mixtures(problem, x, weight, s, share, mu, mu_variance):
    """Moments of a mixture over r (weight) and sigma given r (share)."""
    both = weight[:, None] * share
    told = {}
    for name, mean, variance in (
        ("mu", mu, mu_variance),
        ("tau", jnp.exp(x[:, None] + s), 0.0),
        ("sigma", jnp.exp(s), 0.0),
    ):
        centre = (both * mean).sum()
        told[f"{name}_mean"] = centre
        told[f"{name}_sd"] = jnp.sqrt((both * (variance + (mean - centre) ** 2)).sum())

    # given r, theta_j = pull_j mu + (1 - pull_j) y_j plus noise of variance pull_j tau²
    mu_r = (share * mu).sum(axis=1)
    mu_variance_r = (share * (mu_variance + (mu - mu_r[:, None]) ** 2)).sum(axis=1)
    tau_squared_r = jnp.exp(2 * x) * (share * jnp.exp(2 * s)).sum(axis=1)

    def centre(x, mu):
        pull = 1 / (1 + problem.n * jnp.exp(2 * x))
        return pull, pull * mu + (1 - pull) * problem.y

    def add_mean(total, node):
        p, x, mu, *_ = node
        return total + p * centre(x, mu)[1], None

    def add_variance(total, node):
        p, x, mu, variance, tau_squared = node
        pull, mean = centre(x, mu)
        inside = pull * tau_squared + pull**2 * variance
        return total + p * (inside + (mean - told["theta_mean"]) ** 2), None

    nodes = weight, x, mu_r, mu_variance_r, tau_squared_r
    zeros = jnp.zeros_like(problem.y)
    told["theta_mean"] = jax.lax.scan(add_mean, zeros, nodes)[0]
    told["theta_sd"] = jnp.sqrt(jax.lax.scan(add_variance, zeros, nodes)[0])
    return told


def _tau_median(spec, x, weight, s, share):
    """Half of the posterior of tau is below, interpolated between nodes of its log."""
    if spec.tau is None:
        return jnp.exp(x[0] + s[0, 0])
    if not spec.sigma_varies_given_r:
        return jnp.exp(quantile(x, weight, 0.5) + s[0, 0])

    below = jax.vmap(cumulate)(share)

    def halve(_, ends):
        middle = sum(ends) / 2
        at_middle = weight @ jax.vmap(cdf)(s, share, below, middle - x)
        return jnp.where(at_middle < 0.5, middle, ends[0]), jnp.where(at_middle < 0.5, ends[1], middle)

    ends = (x[:, None] + s).min(), (x[:, None] + s).max()
    return jnp.exp(sum(jax.lax.fori_loop(0, _HALVINGS, halve, ends)) / 2)


# --- draws -------------------------------------------------------------------------------------------


@functools.partial(jax.jit, static_argnums=(0, 4))
def draws(spec, problem, nodes, key, n):
    """Return n draws of mu (n,), tau (n,), sigma (n,) and theta (n, J); nodes as from `moments`."""
    of_r, of_sigma, of_mu, of_theta = (jax.random.split(k, n) for k in jax.random.split(key, 4))

    def one(keys):
        of_r, of_sigma, of_mu, of_theta = keys
        x = quantile(*nodes, jax.random.uniform(of_r)) if spec.r_varies else nodes[0][0]
        sums = group_sums(jnp.exp(x), problem)
        s, share, _ = sigma_nodes(spec, problem, sums, x)
        s = quantile(s, share, jax.random.uniform(of_sigma)) if spec.sigma_varies_given_r else s[0]
        precision = sums[0] * jnp.exp(-2 * s)
        (loc, scale), tau = problem.mu, jnp.exp(x + s)
        variance = scale**2 / (1 + scale**2 * precision)
        mu = loc + variance * precision * (sums[1] - loc) + jnp.sqrt(variance) * jax.random.normal(of_mu)
        pull = 1 / (1 + problem.n * jnp.exp(2 * x))
        noise = jax.random.normal(of_theta, problem.y.shape)
        return mu, tau, jnp.exp(s), pull * mu + (1 - pull) * problem.y + jnp.sqrt(pull) * tau * noise

    keys, at_once = (of_r, of_sigma, of_mu, of_theta), max(_AT_ONCE // max(problem.y.size, _DRAW), 1)
    return jax.vmap(one)(keys) if n <= at_once else jax.lax.map(one, keys, batch_size=at_once)
