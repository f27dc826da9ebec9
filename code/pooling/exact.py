"""The exact posterior of the normal hierarchical model, by one-dimensional quadrature.

Given tau everything is normal: mu and each theta_j integrate out in closed form
(Gelman et al., *Bayesian Data Analysis*, section 5.4). What is left is an integral
over tau, done by the trapezoidal rule in log tau, which converges exponentially
because the integrand decays exponentially at both ends. No grid is a prior here.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pooling import checks
from pooling.priors import HalfCauchy, Normal

__all__ = ["Draws", "ExactPosterior", "known_se"]

_NODES = 1025
_ZOOMS = 8  # each round narrows the bracket of the posterior up to a hundredfold
_SCAN = 257
_DROP = 40.0  # e^-40: what lies where the density is smaller than this is left out


class Draws(NamedTuple):
    """Independent posterior draws: mu (n,), tau (n,), theta (n, J)."""

    mu: np.ndarray
    tau: np.ndarray
    theta: np.ndarray


class ExactPosterior(NamedTuple):
    """Posterior moments, right to the quadrature error.

    Attributes
    ----------
    mu_mean, mu_sd, tau_mean, tau_median, tau_sd : float
        Infinite where the moment does not exist.
    theta_mean, theta_sd : ndarray (J,)
    error : float
        Largest change of a mean or sd of mu or theta when every second node is left
        out, in posterior sds.
    sampler : Callable
        What `draw` calls.
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

    def draw(self, key, n):
        """Return n independent draws of (mu, tau, theta); same key, same draws.

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
    mu : Normal
        Prior of the population mean.
    tau : HalfCauchy, HalfNormal or Exponential
        Prior of the population sd.

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

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4.
    """
    y = checks.array("estimate", estimate, shape="(J,)", nan=True)
    se = checks.array("se", se, shape=y.shape, nan=True)
    if y.ndim != 1 or y.size == 0:
        raise ValueError(f"estimate must have shape (J,) with J >= 1, got shape {y.shape}")
    there = ~np.isnan(y)
    bad = there & ~(se > 0)
    if bad.any():
        raise ValueError(f"se must be > 0 where there is an estimate, got {se[bad][0]}")
    if not isinstance(mu, Normal):
        raise ValueError(f"mu must be a Normal prior, got {mu!r}")
    if not hasattr(tau, "log_density") or isinstance(tau, Normal):
        raise ValueError(f"tau must be HalfCauchy, HalfNormal or Exponential, got {tau!r}")
    precision = np.where(there, 1 / np.where(there, se, 1) ** 2, 0)
    with jax.enable_x64(True):
        problem = (jnp.asarray(np.where(there, y, 0)), jnp.asarray(precision), mu.params, tau.params)
        moments = jax.tree.map(np.asarray, _moments(type(tau), *problem))
    heavy = isinstance(tau, HalfCauchy)
    if heavy and there.sum() < 1:
        moments["tau_mean"] = np.inf
    if heavy and there.sum() < 2:
        moments["tau_sd"] = np.inf
        moments["theta_sd"] = np.where(there, moments["theta_sd"], np.inf)
        moments["error"]["theta_sd"] = np.where(there, moments["error"]["theta_sd"], 0)
    moments["error"] = max(change.max() for change in moments["error"].values())
    sampler = functools.partial(_sample, problem, moments.pop("nodes"))
    values = {name: value if np.ndim(value) else float(value) for name, value in moments.items()}
    return ExactPosterior(**values, sampler=sampler)


def _population(tau, y, precision, mu_prior):
    """Return log p(y | tau) up to a constant, and mean and variance of mu given tau, y."""
    loc, scale = mu_prior
    spread = precision * tau**2  # tau²/se²: 0 for a group without data
    w = precision / (1 + spread)
    total = w.sum()
    y_bar = (w * y).sum() / jnp.where(total > 0, total, 1)
    prior_weight = 1 + scale**2 * total
    log_p = -0.5 * (
        jnp.log1p(spread).sum()
        + (w * (y - y_bar) ** 2).sum()
        + jnp.log(prior_weight)
        + total * (y_bar - loc) ** 2 / prior_weight
    )
    variance = scale**2 / prior_weight
    return log_p, loc + variance * total * (y_bar - loc), variance


@functools.partial(jax.jit, static_argnums=0)
def _moments(tau_family, y, precision, mu_prior, tau_prior):
    def log_density(x):  # of x = log tau
        tau = jnp.exp(x)
        return _population(tau, y, precision, mu_prior)[0] + tau_family.log_density(tau, *tau_prior) + x

    x, log_p = _nodes(log_density, jnp.log(tau_prior[0]))
    weight = jnp.exp(log_p - log_p.max())
    weight /= weight.sum()
    tau = jnp.exp(x)
    _, mu, mu_variance = jax.lax.map(lambda s: _population(s, y, precision, mu_prior), tau)

    spread = precision * tau[:, None] ** 2
    pull = 1 / (1 + spread)  # weight of mu in E[theta_j | mu, tau, y]
    theta = pull * mu[:, None] + (1 - pull) * y
    theta_variance = pull * tau[:, None] ** 2 + pull**2 * mu_variance[:, None]

    def mixture(p):
        mu_mean, mu_sd = _mixture(p, mu, mu_variance)
        theta_mean, theta_sd = _mixture(p, theta, theta_variance)
        return {"mu_mean": mu_mean, "mu_sd": mu_sd, "theta_mean": theta_mean, "theta_sd": theta_sd}

    full = mixture(weight)
    half = weight.at[1::2].set(0)
    coarse = mixture(half / half.sum())
    error = {name: jnp.abs(full[name] - coarse[name]) / full[name.split("_")[0] + "_sd"] for name in full}
    tau_mean, tau_sd = _mixture(weight, tau, jnp.zeros_like(tau))
    tau_median = jnp.exp(_quantile(jnp.array([0.5]), x, weight)[0])
    return full | {
        "tau_mean": tau_mean,
        "tau_median": tau_median,
        "tau_sd": tau_sd,
        "error": error,
        "nodes": (x, weight),
    }


def _mixture(p, mean, variance):
    """Mean and sd of a mixture with weights p over the first axis."""
    centre = jnp.tensordot(p, mean, axes=1)
    return centre, jnp.sqrt(jnp.tensordot(p, variance + (mean - centre) ** 2, axes=1))


def _nodes(log_density, start):
    """Place equidistant nodes where the density is not negligible: scan, then zoom in."""
    lower, upper = start - 60.0, start + 60.0
    for _ in range(_ZOOMS):
        x = jnp.linspace(lower, upper, _SCAN)
        log_p = jax.lax.map(log_density, x)
        inside = log_p > log_p.max() - _DROP
        first, last = jnp.argmax(inside), _SCAN - 1 - jnp.argmax(inside[::-1])
        lower, upper = x[jnp.maximum(first - 1, 0)], x[jnp.minimum(last + 1, _SCAN - 1)]
    x = jnp.linspace(lower, upper, _NODES)
    return x, jax.lax.map(log_density, x)


def _quantile(mass, x, weight):
    """Invert the cdf whose density is linear between the nodes."""
    cell = (weight[1:] + weight[:-1]) / 2
    cdf = jnp.concatenate([jnp.zeros(1), jnp.cumsum(cell)])
    target = mass * cdf[-1]
    i = jnp.clip(jnp.searchsorted(cdf, target, side="right") - 1, 0, cell.size - 1)
    slope, rest = weight[i + 1] - weight[i], target - cdf[i]
    # solve weight_i s + slope s²/2 = rest for the fraction s of the cell, stably
    root = jnp.sqrt(jnp.maximum(weight[i] ** 2 + 2 * slope * rest, 0))
    s = 2 * rest / jnp.maximum(weight[i] + root, jnp.finfo(x.dtype).tiny)
    return x[i] + jnp.clip(s, 0, 1) * (x[i + 1] - x[i])


def _sample(problem, nodes, key, n):
    """Draw tau by inverting its cdf, then mu and theta from their normal conditionals."""
    with jax.enable_x64(True):
        y, precision, mu_prior, _ = problem
        of_tau, of_mu, of_theta = jax.random.split(key, 3)
        tau = jnp.exp(_quantile(jax.random.uniform(of_tau, n), *map(jnp.asarray, nodes)))
        _, mean, variance = jax.lax.map(lambda s: _population(s, y, precision, mu_prior), tau)
        mu = mean + jnp.sqrt(variance) * jax.random.normal(of_mu, n)
        pull = 1 / (1 + precision * tau[:, None] ** 2)
        noise = jax.random.normal(of_theta, (n, y.size))
        theta = pull * mu[:, None] + (1 - pull) * y + jnp.sqrt(pull) * tau[:, None] * noise
        return Draws(*(np.asarray(draws) for draws in (mu, tau, theta)))
