"""Chapter 16, group_predictors: a county that nobody measured, houses over the limit, and what to do."""

from typing import NamedTuple

import numpy as np
from scipy import special

from pooling import checks
from pooling.group_predictors.posteriors import design, posterior

__all__ = ["LIMIT", "HeldOut", "cost", "held_out", "new_county", "over"]

#: Log of 4 pCi/L, above which the US EPA recommends to do something.
LIMIT = float(np.log(4))


class HeldOut(NamedTuple):
    """What is predicted of houses whose counties had been left out.

    Attributes
    ----------
    mean, sd : ndarray (N,)
        Of log radon of each house.
    over : ndarray (N,)
        Probability that it is over the limit, a normal of this mean and sd.
    """

    mean: np.ndarray
    sd: np.ndarray
    over: np.ndarray


def new_county(draws, *, uranium=None, seed=0):
    """Return draws of theta of a county that nobody measured.

    N(gamma0 + gamma1 uranium, tau), a draw for each of the posterior's.

    Parameters
    ----------
    draws : pooling.exact.InterceptDraws
        Of a posterior with predictors ("floor",), or ("floor", "uranium") if `uranium` is given.
    uranium : float, optional
        Log uranium of the county's soil.
    seed : int

    Returns
    -------
    ndarray (n,)
    """
    asked = 2 if uranium is None else 3
    if draws.beta.shape[1] != asked:
        wanted = '("floor",)' if uranium is None else '("floor", "uranium")'
        raise ValueError(
            f"draws must be of a posterior with the predictors {wanted}, of {asked} coefficients, got "
            f"{draws.beta.shape[1]}: give `uranium` if the model has it"
        )
    line = draws.beta[:, 0]
    if uranium is not None:
        line = line + draws.beta[:, 2] * checks.number("uranium", uranium)
    return line + draws.tau * np.random.default_rng(seed).standard_normal(line.size)


def over(theta, sigma, *, limit=LIMIT):
    """Return the probability that a house, one more, is over the limit.

    The mean over draws of 1 - Phi((limit - theta)/sigma): within each draw it is known.

    Parameters
    ----------
    theta : array (n,) or (n, J)
        Draws of the mean of houses like it.
    sigma : array (n,)
        Draws of their sd.
    limit : float
        On the log scale.

    Returns
    -------
    float or ndarray (J,)
    """
    sigma = checks.array("sigma", sigma, shape="(n,)")
    theta = np.asarray(theta, float)
    if theta.ndim not in (1, 2) or len(theta) != sigma.size:
        raise ValueError(
            f"theta must have shape ({sigma.size},) or ({sigma.size}, J), got shape {theta.shape}"
        )
    sigma = sigma.reshape(-1, *(theta.ndim - 1) * [1])
    return special.ndtr((theta - limit) / sigma).mean(axis=0)


def held_out(data, predictors, *, folds=5):
    """Predict the houses of each county from others: each time every `folds`-th county is left out.

    A house has mean X E[beta] and variance X Cov[beta] Xᵀ + E[tau²] + E[sigma²]: that of beta, of the
    county, and of the house.

    Parameters
    ----------
    data : Radon
    predictors : sequence of str
        As `design` takes them.
    folds : int
        2 to the number of counties.

    Returns
    -------
    HeldOut
    """
    folds = checks.whole_number("folds", folds, least=2)
    if folds > data.name.size:
        raise ValueError(f"folds must be at most the number of counties, {data.name.size}, got {folds}")
    x = design(data, predictors)
    mean, variance = np.empty((2, data.y.size))
    for fold in range(folds):
        out = data.county % folds == fold
        kept = np.unique(data.county[~out], return_inverse=True)
        rest = data._replace(
            name=data.name[kept[0]], county=kept[1], uranium=data.uranium[kept[0]],
            first_floor=data.first_floor[~out], y=data.y[~out],
        )  # fmt: skip
        found = posterior(rest, predictors)
        mean[out] = x[out] @ found.beta_mean
        variance[out] = np.einsum("ip,pq,iq->i", x[out], found.beta_cov, x[out])
        variance[out] += found.tau_mean**2 + found.tau_sd**2 + found.sigma_mean**2 + found.sigma_sd**2
    sd = np.sqrt(variance)
    return HeldOut(mean, sd, special.ndtr((mean - LIMIT) / sd))


def cost(act, over, *, treat, leave):
    """Return what a decision costs, on average a house.

    Parameters
    ----------
    act : array of bool (N,)
        Which houses are treated.
    over : array (N,)
        Which are over the limit, or with what probability.
    treat : float
        What it costs to treat a house, > 0.
    leave : float
        What it costs to leave a house that is over the limit, > treat.

    Returns
    -------
    float
    """
    treat, leave = checks.scale("treat", treat), checks.scale("leave", leave)
    if leave <= treat:
        raise ValueError(f"leave must be > treat = {treat:g}, got {leave:g}: else nobody would ever treat")
    return float(np.where(act, treat, leave * np.asarray(over, float)).mean())
