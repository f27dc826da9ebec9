"""The exact posterior of the normal hierarchical model: no sampling, no grid that is a prior.

y_ji ~ N(theta_j, sigma); theta_j ~ N(mu, tau). Given tau and sigma everything is normal: mu and each
theta_j integrate out in closed form (Gelman et al., *Bayesian Data Analysis*, section 5.4). What is left
is an integral over log r, r = tau/sigma, and log sigma. For a given r every sum over groups is a number
that sigma only rescales, so the cost is a few hundred passes over the groups, whatever is learned.
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
from pooling.priors import HalfCauchy, Normal, ScalePrior
from pooling.quadrature import cdf, cumulate, place, quantile

__all__ = ["Draws", "ExactPosterior", "QuadratureWarning", "known_se", "normal_groups"]

_OUTER, _INNER = 193, 49  # nodes of log r, and of log sigma given r
_FEW, _OUTER_FEW = 32, 385  # of few groups an odd one makes a second hill: more nodes of log r, to see it
_OUTER_ALONE = 513  # nodes of log r where they cost little: no second integral, few groups
_AT_ONCE = 2**20  # groups times nodes at once, so that memory stays linear
_TOLERANCE = 1e-4  # of a posterior sd
_HALVINGS = 30  # of an interval of at most a few hundred e-folds, to find a median
_ROUNDING, _TINY = 1e-9, 1e-300  # of a value that is known, and whose sd is 0 or thereabouts


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


class _Spec(NamedTuple):
    """What is static for the compiler: the prior's family of each scale, None where it is fixed."""

    tau: type | None
    sigma: type | None
    tau_is_zero: bool

    @property
    def r_varies(self):
        return not self.tau_is_zero and (self.tau is not None or self.sigma is not None)

    @property
    def sigma_varies_given_r(self):
        return self.sigma is not None and (self.tau is not None or self.tau_is_zero)


class _Problem(NamedTuple):
    """Data and numbers; loc, scale of mu's prior (scale 0 fixes it), parameters of the scales'."""

    n: jax.Array
    y: jax.Array
    ss: jax.Array
    rows: jax.Array
    mu: tuple
    tau: tuple
    sigma: tuple


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
    spec = _Spec(tau_family, sigma_family, tau == (0.0,))
    with jax.enable_x64(True):
        numbers = jax.tree.map(lambda x: jnp.asarray(x, float), (n, y, ss, rows, location, tau, sigma))
        problem = _Problem(*numbers)
        moments, error, tau_median, nodes = jax.tree.map(np.asarray, _moments(spec, problem))
    there, groups = n > 0, (n > 0).sum()
    infinite = {
        "tau_mean": tau_family is HalfCauchy and groups < 1,
        "tau_sd": tau_family is HalfCauchy and groups < 2,
        "sigma_mean": sigma_family is HalfCauchy and rows < 1,
        "sigma_sd": sigma_family is HalfCauchy and rows < 2,
        "theta_sd": ~there & (tau_family is HalfCauchy and groups < 2),
    }
    moments = {name: np.where(infinite.get(name, False), np.inf, value) for name, value in moments.items()}
    error["theta_sd"] = np.where(infinite["theta_sd"], 0, error["theta_sd"])
    worst = float(max(change.max() for change in error.values()))
    if not worst <= _TOLERANCE:
        warnings.warn(
            f"the quadrature error is about {worst:.1g} posterior sds, more than {_TOLERANCE:g}",
            QuadratureWarning,
            stacklevel=3,
        )
    values = {name: value if value.ndim else float(value) for name, value in moments.items()}
    sampler = functools.partial(_sample, spec, problem, nodes)
    return ExactPosterior(**values, tau_median=float(tau_median), error=worst, sampler=sampler)


# --- for one r = tau/sigma: sums over the groups, which sigma only rescales -------------------------


def _sums(r, problem):
    spread = problem.n * r**2
    w = problem.n / (1 + spread)
    total = w.sum()
    centre = (w * problem.y).sum() / jnp.where(total > 0, total, 1)
    return total, centre, (w * (problem.y - centre) ** 2).sum(), jnp.log1p(spread).sum()


def _log_density(spec, problem, sums, x, s):
    """Log p(log tau, log sigma | y) up to a constant, x = log r, s = log sigma."""
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


def _given_r(spec, problem, sums, x):
    """Nodes of s given r: s (K,), share (K,), and the log of their integral."""
    if spec.sigma_varies_given_r:
        return place(lambda s: _log_density(spec, problem, sums, x, s), 0.0, _INNER)
    s = jnp.log(problem.sigma[0]) if spec.sigma is None else jnp.log(problem.tau[0]) - x
    return s[None], jnp.ones(1), _log_density(spec, problem, sums, x, s)


def _outer(spec, problem):
    """Nodes of x = log r: x (R,), weight (R,)."""
    if not spec.r_varies:
        x = -jnp.inf if spec.tau_is_zero else jnp.log(problem.tau[0] / problem.sigma[0])
        return jnp.full(1, x), jnp.ones(1)

    def log_density(x):
        return _given_r(spec, problem, _sums(jnp.exp(x), problem), x)[-1]

    groups = problem.n.size
    if spec.sigma_varies_given_r:
        count = _OUTER_FEW if groups <= _FEW else _OUTER
    else:
        count = _OUTER_ALONE if groups * _OUTER_ALONE <= _AT_ONCE else _OUTER
    nodes = place(log_density, 0.0, count, each=_each(problem))
    return nodes.x, nodes.share


def _each(problem):
    """All nodes together for few groups, one after the other for many."""
    if problem.n.size * _OUTER <= _AT_ONCE:
        return jax.vmap
    return lambda f: functools.partial(jax.lax.map, f)


# --- moments -----------------------------------------------------------------------------------------


@functools.partial(jax.jit, static_argnums=0)
def _moments(spec, problem):
    x, weight = _outer(spec, problem)

    def visit(x):
        sums = _sums(jnp.exp(x), problem)
        s, share, _ = _given_r(spec, problem, sums, x)
        (total, centre, *_), (loc, scale) = sums, problem.mu
        precision = total * jnp.exp(-2 * s)
        variance = scale**2 / (1 + scale**2 * precision)
        return s, share, loc + variance * precision * (centre - loc), variance

    s, share, mu, mu_variance = _each(problem)(visit)(x)  # (R, K) each
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
    moments = {}
    for name, mean, variance in (
        ("mu", mu, mu_variance),
        ("tau", jnp.exp(x[:, None] + s), 0.0),
        ("sigma", jnp.exp(s), 0.0),
    ):
        centre = (both * mean).sum()
        moments[f"{name}_mean"] = centre
        moments[f"{name}_sd"] = jnp.sqrt((both * (variance + (mean - centre) ** 2)).sum())

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
        return total + p * (inside + (mean - moments["theta_mean"]) ** 2), None

    nodes = weight, x, mu_r, mu_variance_r, tau_squared_r
    zeros = jnp.zeros_like(problem.y)
    moments["theta_mean"] = jax.lax.scan(add_mean, zeros, nodes)[0]
    moments["theta_sd"] = jnp.sqrt(jax.lax.scan(add_variance, zeros, nodes)[0])
    return moments


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
def _draws(spec, problem, nodes, key, n):
    of_r, of_sigma, of_mu, of_theta = (jax.random.split(k, n) for k in jax.random.split(key, 4))

    def one(keys):
        of_r, of_sigma, of_mu, of_theta = keys
        x = quantile(*nodes, jax.random.uniform(of_r)) if spec.r_varies else nodes[0][0]
        sums = _sums(jnp.exp(x), problem)
        s, share, _ = _given_r(spec, problem, sums, x)
        s = quantile(s, share, jax.random.uniform(of_sigma)) if spec.sigma_varies_given_r else s[0]
        precision = sums[0] * jnp.exp(-2 * s)
        (loc, scale), tau = problem.mu, jnp.exp(x + s)
        variance = scale**2 / (1 + scale**2 * precision)
        mu = loc + variance * precision * (sums[1] - loc) + jnp.sqrt(variance) * jax.random.normal(of_mu)
        pull = 1 / (1 + problem.n * jnp.exp(2 * x))
        noise = jax.random.normal(of_theta, problem.y.shape)
        return mu, tau, jnp.exp(s), pull * mu + (1 - pull) * problem.y + jnp.sqrt(pull) * tau * noise

    keys, at_once = (of_r, of_sigma, of_mu, of_theta), max(_AT_ONCE // problem.y.size, 1)
    return jax.vmap(one)(keys) if n <= at_once else jax.lax.map(one, keys, batch_size=at_once)


def _sample(spec, problem, nodes, key, n):
    with jax.enable_x64(True):
        return Draws(*map(np.asarray, _draws(spec, problem, nodes, key, n)))
