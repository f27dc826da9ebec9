"""Chapter 6: the exact posterior when each department has a scatter of its own, by quadrature.

Given (mu, tau, sigma_d) everything about department d is normal and its theta_d integrates out in
closed form. What is left is one integral over sigma_d a department and one over mu and tau, each by
the trapezoidal rule (sigma and tau on a log scale), which converges exponentially because the
integrands are smooth and die out at both ends. No grid is a prior here.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.departments import Department

__all__ = ["ExactVariance", "learned_variance"]

_DECADES = 10.0  # the log grids reach from 10^-5 to 10^5 of the prior's median
_TAU_STEP, _SIGMA_STEP = 0.2, 0.1  # in log tau, log sigma


class ExactVariance(NamedTuple):
    """Posterior moments and medians, minutes; arrays (3,) in the order of `Department`.

    For arrivals at whole minutes, means and sds are right to 0.003 minutes, medians to 0.1 %.
    """

    theta_mean: np.ndarray
    theta_sd: np.ndarray
    sigma_median: np.ndarray
    mu_mean: float


def learned_variance(t, *, mu_scale, tau_scale, sigma_scale=5.0):
    """Exact posterior of the model of `pooling.learned_variance`.

    With n arrivals, mean m and sum of squares S within d,
    p(t_d | mu, tau, sigma) ∝ sigma^(1-n) exp(-S/2sigma²) N(m; mu, √(tau² + sigma²/n)).

    Parameters
    ----------
    t : array_like (3,) or (3, N)
        Arrivals in minutes, NaN = nobody there; somebody in two departments at least, since
        otherwise some theta_d has no finite sd.
    mu_scale : float
        Prior sd of mu, minutes, > 0.
    tau_scale, sigma_scale : float
        Scales (medians) of the half-Cauchy priors of tau and of each sigma_d, minutes, > 0.

    Returns
    -------
    ExactVariance

    Raises
    ------
    ValueError
        For a wrong shape, an infinite observation, a scale that is not > 0, fewer than two
        departments with arrivals, or a department with two or more arrivals, all identical,
        whose posterior is improper.
    """
    t = checks.observations(t).reshape(len(Department), -1)
    mu_scale, tau_scale, sigma_scale = checks.scales(
        mu_scale=mu_scale, tau_scale=tau_scale, sigma_scale=sigma_scale
    )
    n, mean, squares = _summaries(t)
    mu = _mu_nodes(mu_scale)
    tau, tau_weight = _log_nodes(tau_scale, _TAU_STEP)
    sigma, sigma_weight = _log_nodes(sigma_scale, _SIGMA_STEP)
    prior = np.exp(-0.5 * (mu / mu_scale) ** 2)
    summaries = list(zip(n, mean, squares, _largest(n, squares, sigma), strict=True))

    mass, mu_mean = 0.0, 0.0
    first, second = np.zeros(3), np.zeros(3)
    of_sigma = np.zeros((3, sigma.size))
    for s, w in zip(tau, tau_weight, strict=True):
        parts = [_department(*given, mu, s, sigma, sigma_weight) for given in summaries]
        evidence = np.array([p.sum(axis=1) for p, _, _ in parts])
        weight = w * prior * np.array([np.delete(evidence, d, 0).prod(axis=0) for d in range(3)])
        mass += weight[0] @ evidence[0]
        mu_mean += weight[0] @ (evidence[0] * mu)
        for d, (p, theta, variance) in enumerate(parts):
            first[d] += weight[d] @ (p * theta).sum(axis=1)
            second[d] += weight[d] @ (p * (theta**2 + variance)).sum(axis=1)
            of_sigma[d] += weight[d] @ p
    first, second = first / mass, second / mass
    medians = np.array([_median(sigma, p) for p in of_sigma])
    return ExactVariance(first, np.sqrt(second - first**2), medians, float(mu_mean / mass))


def _summaries(t):
    """Return n, mean and sum of squares within each department, or raise."""
    n = np.sum(~np.isnan(t), axis=1)
    mean = np.nansum(t, axis=1) / np.maximum(n, 1)
    squares = np.nansum((t - mean[:, None]) ** 2, axis=1)
    if np.sum(n > 0) < 2:
        raise ValueError(f"t must have arrivals in two departments at least, got {np.sum(n > 0)}")
    identical = [np.ptp(row[~np.isnan(row)]) == 0 if k > 1 else False for row, k in zip(t, n, strict=True)]
    for d in np.flatnonzero(identical):
        raise ValueError(
            f"t must differ within a department for its posterior to exist, got {n[d]} arrivals "
            f"of {Department(d).name} at {mean[d]:g}"
        )
    return n, mean, squares


def _mu_nodes(scale):
    """Return nodes that lie a sixth of a step beside each whole minute.

    A department with one arrival makes the integrand grow like log|t - mu| near mu = t. The
    trapezoidal error of that is proportional to log(2 sin πφ), if t is φ steps from a node: 0 at 1/6.
    """
    step = 1 / np.ceil(1 / min(scale / 6, 0.3))
    return step * (np.arange(-np.ceil(8 * scale / step), 8 * scale / step) + 1 / 6)


def _log_nodes(median, step):
    """Return nodes even in log x, and the half-Cauchy's weight at each."""
    reach = _DECADES / 2 * np.log(10)
    x = median * np.exp(np.arange(-reach, reach, step))
    return x, x / (1 + (x / median) ** 2)


def _largest(n, squares, sigma):
    """Return what brings the density of each department's arrivals to about 1, as a log."""
    return np.array(
        [(-k * np.log(sigma) - s / (2 * sigma**2)).max() for k, s in zip(n, squares, strict=True)]
    )


def _department(n, mean, squares, scale, mu, tau, sigma, weight):
    """Return p(t_d, sigma | mu, tau), and mean and variance of theta given sigma: (mu, sigma)."""
    if n == 0:
        p = np.broadcast_to(weight, (mu.size, sigma.size))
        return p, np.broadcast_to(mu[:, None], p.shape), np.full(sigma.size, tau**2)
    total = tau**2 + sigma**2 / n
    off = mean - mu[:, None]
    log = (1 - n) * np.log(sigma) - squares / (2 * sigma**2) - 0.5 * (np.log(total) + off**2 / total)
    return weight * np.exp(log - scale), mu[:, None] + tau**2 / total * off, tau**2 * (1 - tau**2 / total)


def _median(sigma, p):
    """Invert the cdf, whose node k ends half a step above it in log sigma."""
    cdf = np.cumsum(p) / p.sum()
    return float(np.exp(np.interp(0.5, cdf, np.log(sigma) + _SIGMA_STEP / 2)))
