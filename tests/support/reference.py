"""Independent answers to compare with: NumPy enumeration and SciPy quadrature.

Nothing here calls the package; formulas are written out from shared definitions.
"""

import numpy as np
from scipy import integrate, stats


def closed_form(prior_mean, prior_sd, total, n, sigma):
    """Mean and sd of a normal mean with a normal prior, given n observations' total."""
    precision = 1 / prior_sd**2 + n / sigma**2
    return (prior_mean / prior_sd**2 + total / sigma**2) / precision, precision**-0.5


def enumerate_once(groups, *, mu, tau, theta, mu_scale, tau_scale, sigma):
    """Posterior by brute force on a grid, any number of groups, each counted once.

    groups: a list of arrays of observations. Returns p(theta_j | t) (J, K), p(mu, tau | t).
    """
    prior = stats.norm.pdf(mu, 0, mu_scale)[:, None] * stats.halfcauchy.pdf(tau, 0, tau_scale)
    given = stats.norm.pdf(theta, mu[:, None, None], tau[:, None])
    given /= given.sum(axis=-1, keepdims=True)
    likelihood = [
        np.prod([stats.norm.pdf(x, theta, sigma) for x in group] or [np.ones_like(theta)], axis=0)
        for group in groups
    ]
    evidence = [given @ row for row in likelihood]
    joint = prior * np.prod(evidence, axis=0)
    joint /= joint.sum()
    each = [
        np.einsum("mt,mtk->k", joint / e, given) * row for e, row in zip(evidence, likelihood, strict=True)
    ]
    return np.array(each), joint


def quadrature(y, se, tau_density, *, mu_scale):
    """E and sd of each theta_j by adaptive quadrature over tau in (0, inf)."""
    y, se = np.asarray(y, float), np.asarray(se, float)
    covariance_mu = mu_scale**2 * np.ones((y.size, y.size))

    def conditional(tau):
        # theta jointly normal with y: condition by matrices, no shrinkage formula used
        theta_theta = covariance_mu + tau**2 * np.eye(y.size)
        y_y = theta_theta + np.diag(se**2)
        gain = theta_theta @ np.linalg.inv(y_y)
        density = stats.multivariate_normal.pdf(y, np.zeros(y.size), y_y) * tau_density(tau)
        return density, gain @ y, np.diag(theta_theta - gain @ theta_theta)

    def integral(f):
        # tau = x / (1 - x) maps (0, 1) to (0, inf)
        def g(x):
            return f(x / (1 - x)) / (1 - x) ** 2

        return integrate.quad_vec(g, 0, 1, epsabs=0, epsrel=1e-10)[0]

    def moments(tau):
        density, mean, variance = conditional(tau)
        return density * np.concatenate([[1.0, tau], mean, variance + mean**2])

    total, tau_mean, *rest = integral(moments)
    mean, square = np.array(rest).reshape(2, -1) / total
    return mean, np.sqrt(square - mean**2), tau_mean / total


def brute_force(x, group, y, n_groups, *, mu, tau_density, sigma_density, sigma_reach=(-5, 8)):
    """E and sd of mu, tau, sigma and each theta_j in y_i ~ N(x_i theta_group(i), sigma), rows kept apart.

    A grid even in log tau and log sigma, and on it the joint normal of all rows, conditioned by matrices:
    no sums over groups, no shrinkage formula. `mu` is (mean, sd), sd 0 for a known one. A density may be a
    number, the parameter's value. For data of order one in three groups or more; `sigma_reach` is the log
    of the smallest and the largest sigma.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    design = np.zeros((y.size, n_groups))
    design[np.arange(y.size), group] = x
    (tau, tau_weight), (sigma, sigma_weight) = (
        (np.atleast_1d(float(density)), np.ones(1)) if np.isscalar(density) else _log_grid(density, *reach)
        for density, reach in ((tau_density, (-10, 9)), (sigma_density, sigma_reach))
    )
    tau, sigma = (a.ravel() for a in np.meshgrid(tau, sigma, indexing="ij"))
    with np.errstate(divide="ignore"):  # a density may underflow far out
        log_weight = np.log(np.outer(tau_weight, sigma_weight)).ravel()

    # what is asked, (mu, theta_1, ..., theta_J), and the rows: all of it jointly normal
    own = tau[:, None, None] ** 2 * np.diag([0.0] + [1.0] * n_groups) + mu[1] ** 2
    rows = np.hstack([np.zeros((y.size, 1)), design])
    cross = own @ rows.T
    total = rows @ cross + sigma[:, None, None] ** 2 * np.eye(y.size)
    residual = y - mu[0] * x
    gain = np.swapaxes(np.linalg.solve(total, np.swapaxes(cross, 1, 2)), 1, 2)
    misfit = np.linalg.solve(total, np.broadcast_to(residual[:, None], (sigma.size, y.size, 1)))[..., 0]
    log_p = log_weight - 0.5 * (np.linalg.slogdet(total)[1] + misfit @ residual)
    mean = mu[0] + gain @ residual
    variance = np.diagonal(own - gain @ np.swapaxes(cross, 1, 2), axis1=1, axis2=2)

    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    values = np.column_stack([mean, tau, sigma])
    center = p @ values
    spread = p @ ((values - center) ** 2 + np.column_stack([variance, 0 * tau, 0 * sigma]))
    return center, np.sqrt(spread)


def _log_grid(density, lower, upper):
    values = np.exp(np.arange(lower, upper, 0.125))
    return values, density(values) * values
