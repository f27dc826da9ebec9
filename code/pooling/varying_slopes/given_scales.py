"""Chapter 17, varying_slopes: the closed form, two numbers a driver, when the four scales are known."""

from typing import NamedTuple

import numpy as np

from pooling import checks

__all__ = ["MU_MEAN", "MU_SD", "Given", "covariance", "given", "least_squares", "predict"]

#: The prior of the population's means, of intercept and slope: ms, and ms a day.
MU_MEAN, MU_SD = np.array([300.0, 0.0]), np.array([100.0, 20.0])
_ONE = np.eye(2)


class Given(NamedTuple):
    """What is known when the scales are: all of it normal.

    Attributes
    ----------
    mu_mean, mu_cov : ndarray (..., 2), (..., 2, 2)
        Of the population's means of intercept and slope.
    theta_mean, theta_cov : ndarray (..., J, 2), (..., J, 2, 2)
        Of the drivers' pairs.
    log_marginal : ndarray (...)
        Log density of y, mu and theta integrated out; with a flat prior of mu, up to a constant.
    """

    mu_mean: np.ndarray
    mu_cov: np.ndarray
    theta_mean: np.ndarray
    theta_cov: np.ndarray
    log_marginal: np.ndarray


def covariance(tau, rho):
    """Return the covariance of intercepts and slopes, [[tau_a², rho tau_a tau_b], [., tau_b²]].

    Parameters
    ----------
    tau : array (..., 2)
        Sds of intercepts and of slopes, each >= 0.
    rho : array (...)
        Their correlation, in [-1, 1].

    Returns
    -------
    ndarray (..., 2, 2)
    """
    tau, rho = np.asarray(tau, float), np.asarray(rho, float)
    if not np.all(tau >= 0) or not np.all(np.isfinite(tau)):
        raise ValueError(f"tau must be finite numbers >= 0, got {checks.shown(tau)}")
    if not np.all(np.abs(rho) <= 1):
        raise ValueError(f"rho must be in [-1, 1], got {checks.shown(rho)}")
    ones = np.ones_like(rho)
    corr = np.stack([np.stack([ones, rho], -1), np.stack([rho, ones], -1)], -2)
    return tau[..., :, None] * tau[..., None, :] * corr


def least_squares(data):
    """Return each driver's own intercept and slope, (J, 2); NaN with fewer than two different days.

    Parameters
    ----------
    data : Sleep
    """
    _, products, _ = _sums(data)
    found = np.full((data.name.size, 2), np.nan)
    square = _squares(data)
    fits = _det(square) > 1e-9 * square[:, 0, 0] ** 2
    found[fits] = np.linalg.solve(square[fits], products[fits][..., None])[..., 0]
    return found


def given(data, *, tau, rho, sigma, flat=False, drivers=True):
    """Return the posterior of means and drivers at known scales, at many of them at once if they are arrays.

    With Sigma of sds tau and correlation rho, S_j = X_jᵀX_j/sigma² and s_j = X_jᵀy_j/sigma², X_j of rows
    (1, day): M_j = Sigma (I + S_j Sigma)⁻¹, A_j = (I + S_j Sigma)⁻¹ S_j; mu has precision P + Σ A_j and mean
    its inverse times P m + Σ (I + S_j Sigma)⁻¹ s_j; given mu, theta_j has mean (I - M_j S_j) mu + M_j s_j and
    covariance M_j. No Sigma is inverted, so tau may be 0, where every theta_j is mu.

    Parameters
    ----------
    data : Sleep
        A driver may have no day left.
    tau : array (..., 2)
        Sds of intercepts, ms, and of slopes, ms a day.
    rho : array (...)
        Correlation of intercepts and slopes.
    sigma : array (...)
        Sd of a day's time about its driver's line, ms, > 0.
    drivers : bool
        Whether to work out theta, too; None stands for it if not.
    flat : bool
        A flat prior of mu in place of N((300, 0), (100, 20)), as restricted maximum likelihood has it.

    Returns
    -------
    Given
    """
    sigma = np.asarray(sigma, float)
    if not np.all((sigma > 0) & np.isfinite(sigma)):
        raise ValueError(f"sigma must be > 0 and finite, got {checks.shown(sigma)}")
    spread = covariance(tau, rho)
    variance = sigma[..., None, None] ** 2
    days, products, total = _sums(data)
    precision = np.zeros((2, 2)) if flat else np.diag(MU_SD**-2)
    pull = precision @ MU_MEAN
    designs, of = np.unique(_squares(data).reshape(-1, 4), axis=0, return_inverse=True)
    kept = []
    log_p = -days * np.log(sigma) - total / (2 * sigma**2)
    for k, square in enumerate(designs.reshape(-1, 2, 2)):
        s, here = products[of == k], square / variance
        inverse = _inverse(_ONE + here @ spread)
        m, a = spread @ inverse, inverse @ here
        scaled = s.sum(axis=0)[:, None] / variance
        precision = precision + len(s) * a
        pull = pull + (inverse @ scaled)[..., 0]
        log_p = log_p + (m * (s.T @ s)).sum((-2, -1)) / (2 * variance[..., 0, 0] ** 2)
        log_p = log_p - len(s) * np.log(_det(_ONE + here @ spread)) / 2
        kept.append((_ONE - m @ here, m))
    mu_cov = _inverse(precision)
    mu_mean = (mu_cov @ pull[..., None])[..., 0]
    log_p = log_p + (np.log(_det(mu_cov)) + (pull * mu_mean).sum(-1)) / 2
    if not flat:
        prior = np.log(MU_SD).sum() + (MU_MEAN**2 / MU_SD**2).sum() / 2
        log_p = log_p - prior - days * np.log(2 * np.pi) / 2
    if not drivers:
        return Given(mu_mean, mu_cov, None, None, log_p)
    shape = np.broadcast_shapes(spread.shape[:-2], sigma.shape)
    theta_mean, theta_cov = np.empty((*shape, len(of), 2)), np.empty((*shape, len(of), 2, 2))
    for j, k in enumerate(of):
        keep, m = kept[k]
        theta_mean[..., j, :] = ((keep @ mu_mean[..., None]) + m @ (products[j][:, None] / variance))[..., 0]
        theta_cov[..., j, :, :] = m + keep @ mu_cov @ np.swapaxes(keep, -1, -2)
    return Given(mu_mean, mu_cov, theta_mean, theta_cov, log_p)


def predict(mean, cov, day, *, sigma):
    """Return mean and sd of a line and of a time on it, at known scales: (mean, sd of line, sd of time).

    Parameters
    ----------
    mean, cov : array (2,), (2, 2)
        Of intercept and slope: of a driver, or mu and mu_cov + Sigma of a new one.
    day : array (D,)
    sigma : float

    Returns
    -------
    tuple of ndarray (D,)
    """
    rows = np.column_stack([np.ones(np.size(day)), day])
    variance = ((rows @ cov) * rows).sum(axis=1)
    return rows @ mean, np.sqrt(variance), np.sqrt(variance + checks.scale("sigma", sigma) ** 2)


def _squares(data):
    """Return X_jᵀX_j of each driver, (J, 2, 2)."""
    n, first, second = (np.bincount(data.driver, data.day**k, data.name.size) for k in range(3))
    return np.stack([np.stack([n, first], -1), np.stack([first, second], -1)], -2)


def _sums(data):
    """Return the number of rows, X_jᵀy_j (J, 2), and the sum of all y²."""
    y = (np.bincount(data.driver, data.y * data.day**k, data.name.size) for k in range(2))
    return data.y.size, np.stack([*y], -1), float(data.y @ data.y)


def _inverse(x):
    """Return the inverses of matrices (..., 2, 2)."""
    turned = np.stack(
        [np.stack([x[..., 1, 1], -x[..., 0, 1]], -1), np.stack([-x[..., 1, 0], x[..., 0, 0]], -1)], -2
    )
    return turned / _det(x)[..., None, None]


def _det(x):
    """Return the determinants of matrices (..., 2, 2)."""
    return x[..., 0, 0] * x[..., 1, 1] - x[..., 0, 1] * x[..., 1, 0]
