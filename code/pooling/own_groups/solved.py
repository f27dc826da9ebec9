"""Chapter 18, own_groups: the exact posterior of a reader's groups, and what is counted over draws."""

import warnings
from typing import NamedTuple

import numpy as np

from pooling.exact import QuadratureWarning, binomial_groups, known_se, normal_groups
from pooling.ranks import order_statistics

__all__ = ["Belief", "Population", "bounds_of", "counted", "moments", "solve", "without"]


class Belief(NamedTuple):
    """What is believed of one number: mean, sd, median and an interval, in the unit of the data.

    Mean and sd are exact where `exact` gives them, and infinite where they do not exist; the others are
    counted over draws.
    """

    mean: float
    sd: float
    median: float
    lower: float
    upper: float


class Population(NamedTuple):
    """The population of groups: its mean mu and sd tau; sigma within groups, or None; concentration, or None.

    Of counts, mu is the mean proportion m and tau the sd of proportions, sqrt(m (1 - m) / (concentration +
    1)).
    """

    mu: Belief
    tau: Belief
    sigma: Belief | None = None
    concentration: Belief | None = None


def solve(groups, priors):
    """Return the exact posterior, whose last group is a new one, and what `exact` doubts of it, in words."""
    more = {name: np.append(getattr(groups, name), 0.0) for name in ("n", "ss")}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", QuadratureWarning)
        if groups.kind == "counts":
            posterior = binomial_groups(
                np.append(groups.successes, 0), more["n"], mean=priors["mu"], concentration=priors["tau"]
            )
        elif groups.kind == "estimates":
            posterior = known_se(np.append(groups.mean, np.nan), np.append(groups.se, np.nan), **priors)
        else:
            posterior = _of_rows(more["n"], np.append(groups.mean, np.nan), more["ss"], priors)
    return posterior, [f"The computation: {warning.message}." for warning in caught]


def _of_rows(n, mean, ss, priors):
    try:
        return normal_groups(n, mean, ss, **priors)
    except ValueError as error:
        if not str(error).startswith("ss must not be 0"):
            raise
        raise ValueError(
            "sigma must be a number, got no group with any spread within it, and nothing else to learn it "
            "from. "
            "Give sigma, or look whether rows are copies"
        ) from error


def without(groups, far):
    """Return the groups as if nothing were known of some of them, far (J,) of booleans."""
    hidden = {"n": np.where(far, 0.0, groups.n), "mean": np.where(far, np.nan, groups.mean)}
    hidden["ss"] = np.where(far, 0.0, groups.ss)
    if groups.kind == "counts":
        hidden["successes"] = np.where(far, 0.0, groups.successes)
    return groups._replace(**hidden)


def moments(posterior):
    """Return mean and sd of each group's parameter."""
    name = "theta" if hasattr(posterior, "theta_mean") else "p"
    return getattr(posterior, f"{name}_mean"), getattr(posterior, f"{name}_sd")


def counted(groups, posterior, drawn, prob):
    """Return the population, each group's mean weight (J,), and draws of all groups (S, J + 1)."""
    kinds, which = np.unique(groups.n if groups.se is None else groups.se, return_inverse=True)
    if groups.kind == "counts":
        kappa, m = drawn.concentration, drawn.mean
        weight = np.array([np.mean(n / (n + kappa)) for n in kinds])[which]
        tau = np.sqrt(m * (1 - m) / (kappa + 1))
        counted = Belief(float(kappa.mean()), float(kappa.std()), *_middle_and_bounds(kappa, prob))
        counted = counted._replace(
            mean=np.inf, sd=np.inf, median=posterior.concentration_median
        )  # need not exist
        of_tau = Belief(float(tau.mean()), float(tau.std()), *_middle_and_bounds(tau, prob))
        of_mu = Belief(posterior.mean_mean, posterior.mean_sd, *_middle_and_bounds(m, prob))
        return Population(of_mu, of_tau, None, counted), weight, drawn.p
    of = {
        name: Belief(
            getattr(posterior, f"{name}_mean"),
            getattr(posterior, f"{name}_sd"),
            *_middle_and_bounds(getattr(drawn, name), prob),
        )
        for name in ("mu", "tau", "sigma")
        if getattr(posterior, f"{name}_mean") is not None
    }
    of["tau"] = of["tau"]._replace(median=posterior.tau_median)
    ratio = drawn.tau / (1.0 if groups.kind == "estimates" else drawn.sigma)
    with np.errstate(divide="ignore", over="ignore"):
        own = kinds**-2.0 if groups.kind == "estimates" else kinds  # rows, or rows of sd 1
        weight = np.array([np.mean(1 / (1 + 1 / (n * ratio**2))) if n > 0 else 0.0 for n in own])[which]
    theta = drawn.theta
    if not of["tau"].mean > 0:  # alike by assumption, and not but for rounding
        theta = np.repeat(theta[:, :1], theta.shape[1], axis=1)
    return Population(**of), weight, theta


def _middle_and_bounds(x, prob):
    x = np.sort(x)
    low, high = order_statistics(x.size, prob)
    return float(np.median(x)), float(x[low]), float(x[high])


def bounds_of(theta, mean, sd, prob):
    """Return lower bounds, medians, upper bounds: of draws that were given the exact mean and sd."""
    tail = (1 - prob) / 2
    found = np.quantile(theta, [tail, 0.5, 1 - tail], axis=0)
    centre, spread = theta.mean(axis=0), theta.std(axis=0)
    exists = np.isfinite(sd) & (spread > 0)
    stretched = mean + (found - centre) * np.where(exists, sd, 1) / np.where(exists, spread, 1)
    return np.where(exists, stretched, found)
