"""Chapter 12: how far each group's estimate moves when another group's data move.

That is the derivative of the exact posterior: what every node of the quadrature says, and how data reweigh
the nodes.
"""

import numpy as np

from pooling import checks
from pooling.exact import ExactPosterior
from pooling.exact.groups import pull

__all__ = ["influence", "influence_of_draws"]


def influence(posterior, *, scales="learned"):
    """Return the matrix ∂E[theta_j | y] / ∂mean_k of an exact posterior.

    Row j: what moves group j. Column k: what group k moves, if all its observations move together, so that
    their scatter `ss` stays. It equals Cov(theta_j, n_k (theta_k - mean_k) / sigma² | y).

    Parameters
    ----------
    posterior : exact.ExactPosterior
        From `exact.normal_groups` or `exact.known_se`.
    scales : str
        "learned": all that moves. "held": what is believed about tau and sigma stays as it is, and only
        what is believed about mu moves. The difference is what goes through the scales.

    Returns
    -------
    ndarray (J, J)
        No unit. The column of a group without data is zero. With mu, tau and sigma all fixed only the
        diagonal is not: it holds the weights n_j tau² / (sigma² + n_j tau²). A row sums to what the prior
        of mu leaves to the data, which is 1 if that prior is flat. Memory grows with J².

    Raises
    ------
    ValueError
        For an argument of another kind.
    """
    if not isinstance(posterior, ExactPosterior):
        raise ValueError(f"posterior must be an ExactPosterior, got {type(posterior).__name__}")
    if scales not in ("learned", "held"):
        raise ValueError(f'scales must be "learned" or "held", got {scales!r}')
    problem, mixture, centre, (unit, _) = posterior.sampler.args
    theta_mean = (posterior.theta_mean - centre) / unit
    at = mixture.at
    answer = np.zeros((problem.n.size,) * 2)
    for i, weight in enumerate(mixture.weight):
        kept = pull(problem.n, np.exp(2 * at.given.x[i]))
        own = problem.n * kept
        for s, share in zip(at.s[i], at.share[i], strict=True):
            v = np.exp(-2 * s)
            precision = problem.scale**2 * v  # of the data about mu, for a weight of 1
            learned = precision / (1 + precision * own.sum()) * own  # ∂E[mu] / ∂y
            mu = problem.loc + learned @ (problem.y - problem.loc) if problem.scale else 0.0
            p = weight * share
            answer += p * kept[:, None] * learned
            answer[np.diag_indices_from(answer)] += p * (1 - kept)
            if scales == "learned":  # ∂ log p(node) / ∂y, and where the node would have theta
                away = problem.y + kept * (mu - problem.y) - theta_mean
                answer += p * np.outer(away, -v * own * (problem.y - mu))
    return answer


def influence_of_draws(theta, sigma, *, n, mean):
    """Estimate the same matrix from draws of a posterior, as Cov(theta_j, n_k (theta_k - mean_k) / sigma²).

    The second factor is the derivative of the log likelihood in mean_k: moving the data reweighs the
    draws by it. Nothing else of the model enters, so any sampler's draws will do.

    Parameters
    ----------
    theta : array_like (draws, J)
    sigma : array_like (draws,) or float
    n, mean : array_like (J,)
        Sizes and means of the groups.

    Returns
    -------
    ndarray (J, J)
        With a Monte Carlo error in each entry of about sd(theta_j) sd(second factor) / √draws.
    """
    theta = checks.array("theta", theta, shape="(draws, J)")
    if theta.ndim != 2:
        raise ValueError(f"theta must have shape (draws, J), got shape {theta.shape}")
    n, mean = (checks.array(k, x, shape=theta.shape[1:]) for k, x in (("n", n), ("mean", mean)))
    sigma = np.broadcast_to(checks.array("sigma", sigma, shape="(draws,)"), theta.shape[:1])
    slope = n * (theta - mean) / sigma[:, None] ** 2
    return (theta - theta.mean(axis=0)).T @ (slope - slope.mean(axis=0)) / (len(theta) - 1)
