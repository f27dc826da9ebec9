"""All chapters: the exact posterior of a regression whose intercept varies by group."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.exact import arguments, results
from pooling.exact.engine import answer, integrate, learned, look
from pooling.exact.quantiles import draw, tau_median
from pooling.exact.regression import Design, design
from pooling.priors import Normal, ScalePrior

__all__ = ["InterceptDraws", "RandomIntercept", "random_intercept"]

_CANCELS = 1e6  # a residual this much larger than what least squares leave of it is taken off
_LOST = 1e-6  # of an sd: more than that is not to be left to rounding


class InterceptDraws(NamedTuple):
    """Independent posterior draws: beta (n, p), tau (n,), sigma (n,), alpha (n, J)."""

    beta: np.ndarray
    tau: np.ndarray
    sigma: np.ndarray
    alpha: np.ndarray


class RandomIntercept(NamedTuple):
    """Posterior moments, right to the quadrature error.

    Attributes
    ----------
    beta_mean, beta_sd : ndarray (p,)
    beta_cov : ndarray (p, p)
    tau_mean, tau_median, tau_sd, sigma_mean, sigma_sd : float
        In the unit of y; infinite where the moment does not exist.
    alpha_mean, alpha_sd : ndarray (J,)
        What a group has beyond X beta; of a group without rows, what is to be expected.
    error : float
        As `ExactPosterior.error`, of beta and alpha.
    sampler : Callable
        What `draw` calls.
    """

    beta_mean: np.ndarray
    beta_sd: np.ndarray
    beta_cov: np.ndarray
    tau_mean: float
    tau_median: float
    tau_sd: float
    sigma_mean: float
    sigma_sd: float
    alpha_mean: np.ndarray
    alpha_sd: np.ndarray
    error: float
    sampler: Callable

    draw = results.draw

    def __repr__(self):
        """Return one line."""
        beta = results.few(self.beta_mean, self.beta_sd)
        groups = f"beta {beta}; alpha of {self.alpha_mean.size:,} groups"
        return results.line(self, "tau", "sigma", groups=groups)

    def _repr_html_(self):
        return results.table(self, "tau", "sigma", of=("beta", "alpha"))


def random_intercept(y, X, group, *, beta, tau, sigma):
    """Exact posterior of a regression with an intercept of its own for each group.

    y_i ~ N(X_i beta + alpha_group(i), sigma); alpha_j ~ N(0, tau). With r = tau/sigma, S_j the sums of X in
    group j and c_j = r²/(1 + n_j r²), beta given r and sigma is normal with precision
    [XᵀX - Σ_j c_j S_j S_jᵀ] / sigma² + 1/beta.scale². A predictor of the groups is a column that is constant
    within each; the population mean is a column of ones.

    Parameters
    ----------
    y : array_like (N,)
    X : array_like (N, p)
        p >= 1; columns may be collinear, and p may exceed N: then the priors decide.
    group : array_like of int (N,)
        0, ..., J - 1, in any order; J is the largest plus one, and a number in between that does not occur
        is a group without rows.
    beta : Normal or sequence of p Normal
        Priors of the coefficients: one for all, or one each.
    tau : HalfCauchy, HalfNormal, Exponential or float
        Prior of the sd between groups, or its value, >= 0.
    sigma : HalfCauchy, HalfNormal, Exponential or float
        Prior of the sd within groups, or its value, > 0.

    Returns
    -------
    RandomIntercept
        Time grows with N p² and nodes · J p², memory with N p.

    Raises
    ------
    ValueError
        For arrays of unequal or wrong shape, labels that differ, missing or infinite values, codes that are
        not 0, ..., J - 1, a prior of another kind, data and priors that cannot be in one unit; and if sigma
        is learned from rows that X and the groups fit exactly, where the posterior is improper.

    Warns
    -----
    QuadratureWarning
        If the estimated error is more than 1e-4 posterior sds.

    References
    ----------
    Gelman & Hill (2007), *Data Analysis Using Regression and Multilevel/Hierarchical Models*, chapter 12.
    """
    y, x, group, n_groups = _rows(y, X, group)
    loc, width = _beta_priors(beta, x.shape[1])
    tau, sigma = arguments.scale("tau", tau, zero=True), arguments.scale("sigma", sigma)
    *data, reference = design(y, x, group, n_groups, loc=loc, scale=width)
    _refuse_improper(y, x, data, reference, tau, sigma)
    problem, unit = _problem(data, tau, sigma, y.size)
    found = look(problem) if learned(problem)[0] else None
    again = _better_reference(problem, found, width)
    if again is not None:
        *data, reference = design(y, x, group, n_groups, loc=loc, scale=width, reference=[*reference, again])
        (problem, unit), found = _problem(data, tau, sigma, y.size), None

    mixture = integrate(problem, found)
    found, error = answer(problem, mixture)
    mean, sd = found["coefficients"]
    scales, scales_sd = (unit * x for x in found["scales"])
    return RandomIntercept(
        beta_mean=sum(reference) + width * mean,
        beta_sd=width * sd,
        beta_cov=width[:, None] * found["covariance"] * width,
        tau_mean=float(scales[0]),
        tau_median=unit * tau_median(problem, mixture),
        tau_sd=float(scales_sd[0]),
        sigma_mean=float(scales[1]),
        sigma_sd=float(scales_sd[1]),
        alpha_mean=unit * found["groups"][0],
        alpha_sd=unit * found["groups"][1],
        error=results.checked_error(error + _lost(problem, found["scales"][0][1]), 2),
        sampler=functools.partial(_sample, problem, mixture, sum(reference), width, unit),
    )


def _rows(y, x, group):
    aligned = arguments.same_order(y=y, X=x, group=group)
    y = checks.array("y", aligned["y"], shape="(N,)")
    if y.ndim != 1 or y.size == 0:
        raise ValueError(f"y must have shape (N,) with N >= 1, got shape {y.shape}")
    x = checks.array("X", aligned["X"], shape="(N, p)")
    if x.ndim != 2 or x.shape[0] != y.size or x.shape[1] == 0:
        raise ValueError(f"X must have shape ({y.size}, p) with p >= 1, got shape {x.shape}")
    group = np.asarray(aligned["group"])
    if group.dtype.kind not in "iu":
        raise ValueError(
            f"group must be integers 0, ..., J - 1, got {checks.shown(aligned['group'])}; "
            "`names, group = numpy.unique(labels, return_inverse=True)` makes them"
        )
    n_groups = int(group.max(initial=0)) + 1
    group = checks.codes("group", aligned["group"], n_groups, size=y.size)
    if n_groups > 100 * y.size + 1000:
        raise ValueError(
            f"group must be integers 0, ..., J - 1 without large gaps, got {n_groups - 1} in {y.size} rows; "
            "`names, group = numpy.unique(labels, return_inverse=True)` makes them"
        )
    return y, x, group.astype(np.intp), n_groups


def _beta_priors(beta, p):
    priors = [beta] * p if isinstance(beta, Normal) else beta
    try:
        priors = list(priors)
    except TypeError:
        priors = [priors]
    if len(priors) != p or not all(isinstance(prior, Normal) for prior in priors):
        raise ValueError(
            f"beta must be a Normal prior for all coefficients or a sequence of {p}, got {checks.shown(beta)}"
        )
    return np.array([prior.loc for prior in priors]), np.array([prior.scale for prior in priors])


def _problem(data, tau, sigma, rows):
    """Return the problem in the unit of the residuals, and that unit."""
    n, y, q, within, root, prior = data
    left = np.sqrt((within[-1, -1] + (n * y**2).sum()) / rows)
    unit = float(left) if left > 0 else arguments.size_of(sigma)
    within = within.copy()
    within[-1] /= unit
    within[:, -1] /= unit
    # the coefficients of q carry the unit of y: root does, and the whitened ones are pure numbers
    problem = Design(
        n, y / unit, q, within, float(rows), int((n > 0).sum()), root / unit, prior,
        arguments.in_unit(tau, unit), arguments.in_unit(sigma, unit),
    )  # fmt: skip
    arguments.one_unit(
        beta=np.append(np.abs(problem.root).max(axis=0, initial=0.0), np.maximum(np.abs(problem.prior), 1.0)),
        tau=arguments.size_of(problem.tau) if tau != 0 else 1.0,
        sigma=arguments.size_of(problem.sigma),
    )
    return problem, unit


def _lost(problem, sigma):
    """Return how far rounding may move what the coefficients predict, in sds of what rows tell of it.

    Along a column that is a time stamp a whitened coefficient counts `root`-fold, and it is the sum of those
    in the rotated coordinates, which are as large as the prior mean is far from the reference.
    """
    return np.finfo(float).eps * np.abs(problem.root).max(initial=0.0) * np.abs(problem.prior).max() / sigma


def _better_reference(problem, found, width):
    """Return coefficients to take off y besides, or None.

    They are taken where what is left of y is mostly not noise; and, as the prior lets them be, where the
    reference is so far from it that digits are lost.
    """
    if found is not None:
        at = found.x[found.log_p.argmax()]
    else:
        at = -np.inf if problem.tau == 0 else np.log(problem.tau / problem.sigma)
    given = problem.given(np.array([at]))
    weight = problem.n / (1 + problem.n * np.exp(2 * at))
    misfit, own = given.misfit[0], given.centre[0]
    cancels = problem.ss + (weight * problem.y**2).sum() >= _CANCELS * misfit
    noise = problem.sigma
    if isinstance(noise, ScalePrior):
        noise = max(np.sqrt(misfit / problem.rows), 1e-150)
    lost = _lost(problem, noise) > _LOST
    if lost:
        left = 1 / (1 + given.weight[0] / noise**2)
        own = np.where(left < 0.5, own - left * given.gap[0], given.start[0] + (1 - left) * given.gap[0])
    return width * (given.rotation[0] @ own) if lost or cancels else None


def _refuse_improper(y, x, data, reference, tau, sigma):
    """Raise where, as sigma goes to 0, the density grows without bound: too many rows fitted exactly."""
    if not isinstance(sigma, ScalePrior):
        return
    n, means, _, within, *_ = data
    off = y - x @ reference[0] if len(reference) > 1 else y
    rounding = 1e3 * np.finfo(float).eps ** 2 * y.size * np.sum(off**2)
    scatter, cross = within[-1, -1], within[-1, :-1]
    own = scatter - cross @ np.linalg.lstsq(within[:-1, :-1], cross, rcond=None)[0]  # what X cannot explain
    inside = scatter <= rounding or own <= 1e-13 * scatter
    everywhere = scatter + (n * means**2).sum() <= rounding
    rank, spare = np.linalg.matrix_rank(x), y.size - (n > 0).sum() - np.linalg.matrix_rank(within[:-1, :-1])
    if isinstance(tau, ScalePrior):
        improper = (inside and spare >= 1) or (everywhere and y.size - rank >= 2)
    else:
        improper = (everywhere and y.size > rank) if tau == 0 else (inside and spare >= 1)
    if improper:
        raise ValueError(
            "y must not be fitted exactly by X and the groups where sigma is learned: as sigma goes to 0 the "
            "density grows without bound, and the posterior is improper; give sigma a value, or look at y"
        )


def _sample(problem, mixture, reference, width, unit, rng, n):
    tau, sigma, coefficients, alpha = draw(problem, mixture, rng, n)
    return InterceptDraws(reference + width * coefficients, unit * tau, unit * sigma, unit * alpha)
