"""Chapter 17, varying_slopes: what an LKJ prior says of a correlation; and how it changes with day 0."""

import numpy as np
from scipy import stats

from pooling import checks
from pooling.varying_slopes.given_scales import covariance

__all__ = ["marginal", "moved"]


def marginal(eta, effects=2):
    """Return the distribution of any one correlation of an LKJ matrix.

    LKJ(eta) has a density of matrices R proportional to det(R)^(eta - 1); of each single correlation it
    makes 2 Beta(c, c) - 1, c = eta - 1 + effects/2. Of two effects, eta = 1 is the uniform distribution.

    Parameters
    ----------
    eta : float
        > 0; above 1 correlations near ±1 become rare.
    effects : int
        How many effects vary together, >= 2.

    Returns
    -------
    scipy.stats frozen distribution
        On (-1, 1).

    References
    ----------
    Lewandowski, Kurowicka and Joe (2009), *Generating random correlation matrices based on vines and
    extended onion method*, Journal of Multivariate Analysis 100.
    """
    c = checks.scale("eta", eta) - 1 + checks.whole_number("effects", effects, least=2) / 2
    return stats.beta(c, c, loc=-1, scale=2)


def moved(tau, rho, origin):
    """Return sds and correlation of the same lines, if their intercepts are taken at another day.

    (a + origin b, b) has covariance K Sigma Kᵀ, K = [[1, origin], [0, 1]]: the slopes stay as they are.

    Parameters
    ----------
    tau, rho : array (2,), float
        Of intercepts at day 0, and of slopes.
    origin : array (n,)
        Days at which the intercept is taken.

    Returns
    -------
    tau_a, rho : ndarray (n,)
    """
    spread = covariance(tau, rho)
    origin = np.asarray(origin, float)
    variance = spread[0, 0] + 2 * origin * spread[0, 1] + origin**2 * spread[1, 1]
    return np.sqrt(variance), (spread[0, 1] + origin * spread[1, 1]) / np.sqrt(variance * spread[1, 1])
