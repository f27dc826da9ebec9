"""All chapters: the exact posterior of the normal hierarchical model, no sampling, no grid that is a prior.

y_ji ~ N(theta_j, sigma); theta_j ~ N(mu, tau). Given tau and sigma everything is
normal: mu and each theta_j integrate out in closed form (Gelman et al., *Bayesian Data Analysis*, section
5.4). What is left is an integral over log r, r = tau/sigma, and log sigma. `groups` has the sums over the
groups, `sigma` the inner integral, `quadrature` the nodes of the outer one; `engine` puts them together.
All is NumPy in float64; the `key` of a draw may be one of JAX's.
"""

import functools

import numpy as np

from pooling.exact.arguments import (
    at_group,
    in_unit,
    labels,
    location,
    one_unit,
    same_order,
    scale,
    size_of,
    vector,
)
from pooling.exact.binomial_groups import BinomialDraws, BinomialGroups, binomial_groups
from pooling.exact.engine import answer, integrate
from pooling.exact.groups import Problem
from pooling.exact.quantiles import draw, tau_median
from pooling.exact.random_intercept import InterceptDraws, RandomIntercept, random_intercept
from pooling.exact.results import Draws, ExactPosterior, QuadratureWarning, checked_error
from pooling.priors import Normal, ScalePrior

__all__ = [
    "BinomialDraws",
    "BinomialGroups",
    "Draws",
    "ExactPosterior",
    "InterceptDraws",
    "QuadratureWarning",
    "RandomIntercept",
    "binomial_groups",
    "known_se",
    "normal_groups",
    "random_intercept",
]


def known_se(estimate, se, *, mu, tau):
    """Exact posterior given one estimate and its standard error for each group.

    y_j ~ N(theta_j, se_j); theta_j ~ N(mu, tau); mu and tau from their priors.
    Given tau, with w_j = 1/(se_j² + tau²): mu is normal with precision 1/mu.scale² + Σ w_j, and
    E[theta_j | mu, tau, y] = mu + tau² w_j (y_j - mu).

    Parameters
    ----------
    estimate : array_like (J,)
        y_j; NaN or masked = a group without data, whose theta is predicted from the others.
    se : array_like (J,)
        Standard errors (sds), > 0; that of a group without data is not used and may be NaN. Labelled
        values (pandas Series) are paired by label.
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
        For arrays of unequal or wrong shape, labels that differ, infinite estimates, standard errors not
        > 0, a prior of another kind, or data and priors that cannot be in one unit.

    Warns
    -----
    QuadratureWarning
        If the estimated error is more than 1e-4 posterior sds.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4.
    """
    aligned = same_order(estimate=estimate, se=se)
    y = vector("estimate", aligned["estimate"], nan=True)
    se = vector("se", aligned["se"], size=y.size, nan=True)
    there = ~np.isnan(y)
    bad = there & ~(se > 0)
    if bad.any():
        raise ValueError(
            f"se must be > 0 where there is an estimate, got {at_group(bad, se, labels(*aligned.values()))}; "
            "an estimate of NaN says that there is none"
        )
    unit = float(np.exp(np.median(np.log(se[there])))) if there.any() else size_of(tau)
    with np.errstate(over="ignore", under="ignore"):
        n = np.where(there, (unit / np.where(there, se, unit)) ** 2, 0)
    answer = _solve(n, y, there, 0.0, there.sum(), mu, tau, 1.0, units=(unit, 1.0))
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
    aligned = same_order(n=n, mean=mean, ss=ss, count=count)
    names = labels(*aligned.values())
    n = vector("n", aligned["n"])
    mean = vector("mean", aligned["mean"], size=n.size, nan=True)
    for name, x in (("n", n), ("mean", mean)):
        bad = (x < 0) if name == "n" else (n > 0) & np.isnan(x)
        if bad.any():
            what = "n must be >= 0" if name == "n" else "mean must be finite where n > 0"
            raise ValueError(f"{what}, got {at_group(bad, x, names)}")
    ss = _sums("ss", aligned["ss"], n, names)
    count = n if count is None else _sums("count", aligned["count"], n, names)
    there = n > 0
    y = np.where(there, mean, 0)
    if not (not isinstance(sigma, ScalePrior) or ss.any() or _is_proper(n, y, count, mu, tau)):
        raise ValueError(
            "ss must not be 0 in every group where sigma is learned from so few distinct means: as sigma "
            "goes to 0 the density grows without bound, and the posterior is improper"
        )
    sigma_unit = _sigma_unit(y[there], n[there], ss, count.sum(), sigma)
    unit = sigma_unit / float(np.exp(np.median(np.log(n[there])) / 2)) if there.any() else size_of(tau)
    with np.errstate(over="ignore", under="ignore"):
        weight = n * (unit / sigma_unit) ** 2
        # of a sigma that is known they say nothing, and would only cost the density its digits
        squares = float(np.sum((np.sqrt(ss) / sigma_unit) ** 2)) if isinstance(sigma, ScalePrior) else 0.0
    return _solve(weight, mean, there, squares, count.sum(), mu, tau, sigma, units=(unit, sigma_unit))


def _sums(name, value, n, names):
    """Return what is >= 0 in each group; NaN is what `var` of one observation gives, and is explained."""
    x = vector(name, value, size=n.size, nan=True)
    bad = ~(x >= 0)
    if bad.any():
        hint = (
            "; of values grouped by pandas, n is `count()`, and ss is `(var() * (n - 1)).fillna(0)`: "
            "`size()` counts missing values too, and `var()` of one value is missing"
            if np.isnan(x[bad]).any()
            else ""
        )
        raise ValueError(f"{name} must be >= 0, got {at_group(bad, x, names)}{hint}")
    return x


def _sigma_unit(y, n, ss, rows, sigma):
    """Return a number of the order of sigma: what is known, or the scatter within groups, or else between."""
    if not isinstance(sigma, ScalePrior):
        return scale("sigma", sigma)
    if ss.any():
        root = np.sqrt(ss)
        return float(root.max() * np.sqrt(np.sum((root / root.max()) ** 2) / max(rows - n.size, 1.0)))
    between = float(np.ptp(y * np.sqrt(np.median(n)))) if y.size else 0.0
    return between or sigma.size


def _is_proper(n, y, count, mu, tau):
    """Whether the posterior exists although no group has any spread within it and sigma is learned.

    As sigma goes to 0 the density grows like sigma^-k, k the rows beyond one a group with data; and if
    the means coincide, by another (tau² + sigma²)^(-q/2), q the groups beyond what mu adapts to.
    """
    there = n > 0
    k, q = count.sum() - there.sum(), there.sum() - isinstance(mu, Normal)
    means = y[there] if isinstance(mu, Normal) else np.append(y[there], mu)
    coincide = means.size == 0 or np.ptp(means) == 0
    if not isinstance(tau, ScalePrior) and tau == 0:
        return not (coincide and k + q >= 1)
    return k < 1 and not (coincide and isinstance(tau, ScalePrior) and k + q >= 2)


def _solve(n, y, there, ss, rows, mu, tau, sigma, *, units):
    """Answer in the data's own unit, around a value among the data; n and ss are in it already."""
    unit, sigma_unit = units
    loc, width = location(mu)
    tau, sigma = scale("tau", tau, zero=True), scale("sigma", sigma)
    centre = _middle(y[there], loc) if width else loc
    problem = Problem(
        n=n,
        y=np.where(there, (np.where(there, y, centre) - centre) / unit, 0.0),
        ss=ss,
        rows=float(rows),
        groups=int(there.sum()),
        loc=(loc - centre) / unit,
        scale=width / unit,
        tau=in_unit(tau, unit),
        sigma=in_unit(sigma, sigma_unit),
    )
    one_unit(
        n=np.sqrt(problem.n),
        mean=np.maximum(np.abs(problem.y), 1.0),
        mu=[max(abs(problem.loc), 1.0), problem.scale],
        tau=size_of(problem.tau) if tau else 1.0,
        sigma=size_of(problem.sigma),
    )
    mixture = integrate(problem)
    found, error = answer(problem, mixture)
    (mu_mean, mu_sd), (theta_mean, theta_sd) = found["coefficients"], found["groups"]
    (tau_mean, sigma_mean), (tau_sd, sigma_sd) = found["scales"]
    return ExactPosterior(
        mu_mean=centre + unit * float(mu_mean[0]),
        mu_sd=unit * float(mu_sd[0]),
        tau_mean=unit * float(tau_mean),
        tau_median=unit * tau_median(problem, mixture),
        tau_sd=unit * float(tau_sd),
        theta_mean=centre + unit * theta_mean,
        theta_sd=unit * theta_sd,
        error=checked_error(error, 3),
        sampler=functools.partial(_sample, problem, mixture, centre, units),
        sigma_mean=sigma_unit * float(sigma_mean),
        sigma_sd=sigma_unit * float(sigma_sd),
    )


def _middle(y, loc):
    """Return a value in the middle of the data: differences to it are exact where they are small."""
    return float(np.partition(y, y.size // 2)[y.size // 2]) if y.size else loc


def _sample(problem, mixture, centre, units, rng, n):
    tau, sigma, mu, theta = draw(problem, mixture, rng, n)
    return Draws(centre + units[0] * mu[:, 0], units[0] * tau, units[1] * sigma, centre + units[0] * theta)
