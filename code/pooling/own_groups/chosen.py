"""Chapter 18, own_groups: weakly informative priors in the unit of the data, their halves and doubles."""

import numpy as np

from pooling.priors import Beta, HalfNormal, Normal, Pareto, ScalePrior

__all__ = ["chosen", "is_number", "told", "varied"]

_WIDE = 2.5


def chosen(groups, mu, tau, sigma):
    """Return the priors of mu, tau and sigma by name, those that are None chosen from the data's scatter.

    With s² = (variance of a row within its group) + (variance of the group means; each counts once),

        mu ~ Normal(median of the group means, 2.5 s)
        tau ~ HalfNormal(s)
        sigma ~ HalfNormal(s)

    Of estimates, the variance within is the median se². Both s and the median follow the data through
    any change of unit and of origin, so the answer does too. The priors are wide: s holds the scatter
    between groups *and* that within, so that tau is rarely more than s, and HalfNormal(s) is nearly flat
    where tau is less. It is as rstanarm does it, which scales Normal(0, 2.5) by the sd of the data, and as
    Gelman (2006) advises for tau: flat where the data decide, falling beyond what is possible, since few
    groups say little of what tau is *not*. The data are used twice, for two or three numbers;
    `Analysis.sensitivity` tells what that does.

    Counts have priors of their own, without a unit: of the mean proportion, `mu`, Beta(1, 1); and in the
    place of tau that of the concentration kappa, Pareto(1, 1.5), as Carpenter (2016) has it.

    Parameters
    ----------
    groups : Groups
    mu, tau, sigma
        See `analyse`.

    Returns
    -------
    dict
        "mu", "tau", "sigma" to a prior or a number; without "sigma" for estimates and counts.

    Raises
    ------
    ValueError
        If priors are to be chosen from data without any scatter, or for a prior of another kind of table.

    References
    ----------
    Gabry & Goodrich, "Prior distributions for rstanarm models", rstanarm's vignette; Gelman (2006), "Prior
    distributions for variance parameters in hierarchical models", Bayesian Analysis 1; Carpenter (2016),
    "Hierarchical partial pooling for repeated binary trials", Stan case studies.
    """
    if groups.kind in ("estimates", "counts") and sigma is not None:
        known = "each estimate has its own se" if groups.kind == "estimates" else "counts have no sigma"
        raise ValueError(f"sigma must be None for {groups.kind}, got {sigma!r}: {known}, leave it out")
    if groups.kind == "counts":
        for name, prior, kind in (("mu", mu, Beta), ("tau", tau, Pareto)):
            if prior is not None and not isinstance(prior, kind):
                what = "mean proportion" if name == "mu" else "concentration"
                example = "Beta(1, 1)" if name == "mu" else "Pareto(1, 1.5)"
                raise ValueError(
                    f"{name} must be a {kind.__name__} prior of the {what} for counts, got {prior!r}: "
                    f"such as {example}, or leave it out"
                )
        return {"mu": Beta(1, 1) if mu is None else mu, "tau": Pareto(1, 1.5) if tau is None else tau}
    given = {"mu": mu, "tau": tau, "sigma": sigma}
    if groups.kind == "estimates":
        del given["sigma"]
    if None not in given.values():
        return given
    centre, s = _scatter(groups)
    if not s > 0:
        left = " and ".join(name for name, prior in given.items() if prior is None)
        raise ValueError(
            f"{left} must be given, got None, where the values do not differ ({groups.n.sum():,.0f} of "
            "them, all "
            f"{centre:g}): nothing says on which scale to look for differences. Give priors of mu, tau "
            "and sigma, such "
            "as Normal(loc, scale) and HalfNormal(scale)"
        )
    own = {"mu": Normal(centre, _WIDE * s), "tau": HalfNormal(s), "sigma": HalfNormal(s)}
    return {name: own[name] if prior is None else prior for name, prior in given.items()}


def _scatter(groups):
    """Return the median of the group means, and s."""
    there = groups.n > 0
    mean, n = groups.mean[there], groups.n[there]
    centre = float(np.median(mean))
    between = float(np.std(mean - centre, ddof=1)) if mean.size > 1 else 0.0
    if groups.kind == "estimates":
        within = float(np.median(groups.se[there]))
    else:
        within = float(np.sqrt(groups.ss.sum() / max(n.sum() - n.size, 1)))
    return centre, float(np.hypot(between, within))


def varied(prior, factor):
    """Return a prior that is factor times as wide; None for a number, which is no prior.

    Normal and the scales' priors by their scale. Beta by its counts, which are divided; Pareto by its
    exponent, divided too, so that large concentrations, groups alike, get more of the mass.
    """
    if isinstance(prior, Normal):
        return Normal(prior.loc, prior.scale * factor)
    if isinstance(prior, ScalePrior):
        return prior.scaled(1 / factor)
    if isinstance(prior, Beta):
        return Beta(prior.a / factor, prior.b / factor)
    return Pareto(prior.minimum, prior.alpha / factor) if isinstance(prior, Pareto) else None


def is_number(prior):
    """Whether it is a value that is taken as known."""
    return not hasattr(prior, "params")


def told(prior):
    """Return a prior as it is written, to four digits; a number as the value that is taken as known."""
    if is_number(prior):
        return f"{prior:.4g} (taken as known)"
    return f"{type(prior).__name__}({', '.join(f'{x:.4g}' for x in prior.params)})"
