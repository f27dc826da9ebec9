"""Chapter 8: one group's estimate when the population is known.

y_ji ~ N(alpha_j, sigma), alpha_j ~ N(mu, tau), with mu, tau and sigma given. Chapter 8 derives it
(`pooling.shrinkage_formula` holds the steps); `pooling.exact` averages it over what is not known after all.
"""

import numpy as np

from pooling import checks

__all__ = ["pooling_factor", "population_mean", "shrink", "weight"]


def weight(n, *, sigma, tau):
    """Share of a group's own mean in its estimate: n tau² / (sigma² + n tau²).

    Parameters
    ----------
    n : array_like
        Observations of the group, >= 0; 0 gives 0, n → infinity gives 1. For a slope through
        the origin Σ x², so it need not be an integer.
    sigma : array_like
        Sd of a single observation, in the unit of the data, > 0.
    tau : array_like
        Sd of the group means, in the unit of the data, >= 0; 0 (complete pooling) gives 0,
        tau → infinity (no pooling) gives 1.

    Returns
    -------
    float or ndarray
        In [0, 1], of the common shape of the arguments.

    Raises
    ------
    ValueError
        If n or tau is negative, sigma is not > 0, or one of them is not finite.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4, equation 5.17.
    """
    n, sigma, tau = _checked(n=n, sigma=sigma, tau=tau)
    return _shares(n, sigma, tau)[0][()]


def pooling_factor(n, *, sigma, tau):
    """Share of the population mean in a group's estimate: sigma² / (sigma² + n tau²) = 1 - weight.

    1 for n = 0 or tau = 0 (the group is taken to be where the population is), towards 0 as n or
    tau → infinity. Small values keep their digits, which 1 - `weight` would lose.
    `hyperpriors.expected_pooling_factor` averages it over a posterior of tau.

    Parameters
    ----------
    n, sigma, tau : array_like
        As for `weight`.

    Returns
    -------
    float or ndarray
        In [0, 1], of the common shape of the arguments.

    Raises
    ------
    ValueError
        As for `weight`.

    References
    ----------
    Gelman and Pardoe (2006), *Bayesian measures of explained variance and pooling in
    multilevel (hierarchical) models*, Technometrics 48, 241-251.
    """
    n, sigma, tau = _checked(n=n, sigma=sigma, tau=tau)
    return _shares(n, sigma, tau)[1][()]


def shrink(mean, n, *, mu, sigma, tau):
    """Posterior mean, and mode, of a group's alpha_j: weight · mean + (1 - weight) · mu.

    (n/sigma² · mean + mu/tau²) / (n/sigma² + 1/tau²), written so that tau = 0 and n = 0 are
    allowed. Both give mu; tau → infinity and n → infinity give the group's own mean.

    Parameters
    ----------
    mean : array_like
        Means of the groups' observations, in the unit of the data; not used, and may be NaN,
        where n is 0.
    n, sigma, tau : array_like
        As for `weight`.
    mu : array_like
        Population mean, in the unit of the data.

    Returns
    -------
    float or ndarray
        Between mean and mu, of the common shape of the arguments.

    Raises
    ------
    ValueError
        As for `weight`, and if mean is NaN where n > 0.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4, equation 5.17.
    """
    mean, n, mu, sigma, tau = _checked(mean=mean, n=n, mu=mu, sigma=sigma, tau=tau)
    own, population = _shares(n, sigma, tau)
    return (own * np.where(n > 0, mean, 0) + population * mu)[()]


def population_mean(mean, n, *, sigma, tau):
    """The mean of the group means, each with its precision: Σ p_j mean_j / Σ p_j.

    p_j = 1/(tau² + sigma²/n_j), one over the variance of mean_j around mu. It is the best
    estimate of mu for known sigma and tau, and its posterior mean under a flat prior.
    tau = 0 weighs groups by size (the mean of all observations); tau → infinity weighs them equally.

    Parameters
    ----------
    mean, n : array_like (J,)
        Group means and sizes; a group with n = 0 has no say, and its mean may be NaN.
    sigma, tau : float
        As for `weight`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `shrink`, and if every n is 0.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4, equation 5.20.
    """
    sigma, tau = checks.scale("sigma", sigma), checks.number("tau", tau)
    mean, n, sigma, tau = _checked(mean=mean, n=n, sigma=sigma, tau=tau)
    if not n.any():
        raise ValueError("n must be > 0 for at least one group, got 0 for all")
    share = n * _shares(n, sigma, tau)[1]  # p_j up to a common factor; this form allows tau = 0
    return float((share * np.where(n > 0, mean, 0)).sum() / share.sum())


def _shares(n, sigma, tau):
    """Return the weights of the group and of the population, both with all their digits."""
    ratio = tau / sigma
    with np.errstate(divide="ignore", over="ignore"):  # 1/0 and what overflows are infinite, as they should
        signal = n * ratio * ratio
        return 1 / (1 + 1 / signal), 1 / (1 + signal)


def _checked(**values):
    """Return the arguments as arrays, in order."""
    x = {name: checks.array(name, x, shape="(...)", nan=name == "mean") for name, x in values.items()}
    shapes = [array.shape for array in x.values()]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"{', '.join(x)} must have shapes that broadcast, got {shapes}") from None
    for name, bad, allowed in (
        ("n", x["n"] < 0, ">= 0"),
        ("sigma", x["sigma"] <= 0, "> 0"),
        ("tau", x["tau"] < 0, ">= 0"),
    ):
        if bad.any():
            raise ValueError(f"{name} must be {allowed}, got {x[name][bad].flat[0]}")
    if "mean" in x and (np.isnan(x["mean"]) & (x["n"] > 0)).any():
        raise ValueError("mean must be finite where n > 0, got nan")
    return x.values()
