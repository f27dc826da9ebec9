"""Chapters 1 to 7: the numbers of a posterior, by the names that the page has for them."""

import numpy as np

from pooling.departments import Department

__all__ = ["quantities"]


def quantities(posterior, new=None):
    """Return mean and sd of theta and mu, median and 94 % HDI of tau and sigma, by quantity.

    Parameters
    ----------
    posterior : Posterior
        What has no marginal in it has no quantities.
    new : Marginal, optional
        Of theta of a department never met.

    Returns
    -------
    dict of str to float
        By quantity: "mean:theta[MATH]", "lower:tau"; theta without brackets where it is one for all.
    """
    numbers = {}
    for name, marginal in (("theta", posterior.theta), ("theta[NEW]", new), ("mu", posterior.mu)):
        if marginal is not None:
            numbers |= _named("mean", name, marginal.mean) | _named("sd", name, marginal.sd)
    for name, marginal in (("tau", posterior.tau), ("sigma", posterior.sigma)):
        if marginal is not None:
            lower, upper = marginal.interval(0.94)
            numbers |= _named("median", name, marginal.median)
            numbers |= _named("lower", name, lower) | _named("upper", name, upper)
    return numbers


def _named(kind, name, value):
    if np.ndim(value) == 0:
        return {f"{kind}:{name}": float(value)}
    return {f"{kind}:{name}[{d.name}]": float(value[d]) for d in Department}
