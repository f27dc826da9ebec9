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
