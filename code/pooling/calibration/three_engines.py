"""Chapter 14: every model of the course, computed by every engine that can: grid, exact, NUTS.

The grid is that of the memo programs; exact is `pooling.exact`, or for a learned sigma_d the quadrature
of `pooling.learned_variance.exact`; NUTS samples the PyMC model and brings a Monte Carlo error with it.
"""

from typing import NamedTuple

import numpy as np

from pooling import (
    complete_pooling,
    fifty_schools,
    funnel,
    learned_variance,
    missing_data,
    no_pooling,
    partial_pooling,
)
from pooling.calibration import pymc_models
from pooling.departments import LARGE_MEETING, ONE_MEETING
from pooling.exact import known_se, normal_groups
from pooling.learned_variance.exact import learned_variance as exact_learned_variance
from pooling.priors import Exponential, HalfCauchy, Normal
from pooling.sampling import fit

__all__ = ["MODELS", "Row", "compare"]

_FIXED = {"mu": 0.0, "tau": 20.0}
_SIGMA = 15.0
_SCALES = {"mu_scale": 10.0, "tau_scale": 3.0}
_PRIORS = {"mu": Normal(0, 10), "tau": HalfCauchy(3)}
_SCHOOLS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}


class Row(NamedTuple):
    """One posterior summary by each engine, in the unit of the data.

    Attributes
    ----------
    model : str
    kind : {"mean", "median"}
        Medians for scales whose mean exists barely or not at all.
    name : str
        Of the parameter, such as "theta[MATH]".
    grid : float or None
        None where no memo program exists.
    exact : float
    nuts, error : float
        Of the draws, and its Monte Carlo standard error.
    sd : float or None
        Exact posterior sd; None for medians.
    """

    model: str
    kind: str
    name: str
    grid: float | None
    exact: float
    nuts: float
    error: float
    sd: float | None

    @property
    def apart(self):
        """(nuts - exact) in Monte Carlo standard errors: chance alone leaves it within ±2 mostly."""
        return (self.nuts - self.exact) / self.error


class _Case(NamedTuple):
    """A fit, and by (kind, parameter) what exact engine and grid say, numbers or arrays."""

    tree: object
    exact: dict
    grid: dict


def compare(model):
    """Return a row for each parameter of a model, from a NUTS fit that passed its checks.

    Parameters
    ----------
    model : str
        One of `MODELS`.

    Returns
    -------
    list of Row

    Raises
    ------
    ValueError
        For another model.
    ConvergenceError
        See `pooling.sampling.fit`.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, got {model!r}")
    case = MODELS[model]()
    return [
        Row(model, kind, one, grid, exact, nuts, error, sd)
        for (kind, name) in case.exact
        for one, grid, exact, nuts, error, sd in _entries(case, kind, name)
    ]


def _entries(case, kind, name):
    """Yield each entry of a parameter with what each engine says of it."""
    import arviz_stats

    draws = case.tree.posterior[name]
    nuts = getattr(draws, kind)(("chain", "draw")).values
    error = arviz_stats.mcse(case.tree, var_names=[name], method=kind)[name].values
    exact, sd = case.exact[kind, name]
    labels = [f"{name}[{label}]" for dim in draws.dims[2:] for label in draws.coords[dim].values] or [name]
    grid = case.grid.get((kind, name), np.full(len(labels), None))
    none = np.full(len(labels), None)
    columns = (np.atleast_1d(x) for x in (grid, exact, nuts, error, none if sd is None else sd))
    for label, *values in zip(labels, *columns, strict=True):
        yield label, *(None if x is None else float(x) for x in values)


def _of(exact, *, sigma=False):
    """Name what `pooling.exact` returns."""
    told = {
        ("mean", "theta"): (exact.theta_mean, exact.theta_sd),
        ("mean", "mu"): (exact.mu_mean, exact.mu_sd),
        ("median", "tau"): (exact.tau_median, None),
    }
    return told | ({("mean", "sigma"): (exact.sigma_mean, exact.sigma_sd)} if sigma else {})


def _on_grid(posterior):
    """Name what a memo program's module returns."""
    told = {("mean", "theta"): posterior.theta.mean}
    if posterior.mu:
        told |= {("mean", "mu"): posterior.mu.mean, ("median", "tau"): posterior.tau.median}
    if posterior.sigma:
        told |= {("median", "sigma"): posterior.sigma.median}
    return told


def _thetas(exact):
    return {("mean", "theta"): (exact.theta_mean, exact.theta_sd)}


def _complete_pooling():
    tree = _fit(pymc_models.complete_pooling_model(ONE_MEETING, **_FIXED, sigma=_SIGMA), target_accept=0.9)
    exact = known_se([ONE_MEETING.mean()], [_SIGMA / 3**0.5], **_FIXED)
    return _Case(tree, _thetas(exact), _on_grid(complete_pooling.posterior(ONE_MEETING)))


def _no_pooling():
    tree = _fit(pymc_models.no_pooling_model(ONE_MEETING, **_FIXED, sigma=_SIGMA), target_accept=0.9)
    exact = known_se(ONE_MEETING, np.full(3, _SIGMA), **_FIXED)
    return _Case(tree, _thetas(exact), _on_grid(no_pooling.posterior(ONE_MEETING)))


def _partial_pooling(t=ONE_MEETING, module=partial_pooling):
    tree = _fit(pymc_models.partial_pooling_model(t, **_SCALES, sigma=_SIGMA))
    known = missing_data.estimates(t, sigma=_SIGMA)
    exact = known_se(known.estimate, known.se, **_PRIORS)
    return _Case(tree, _of(exact), _on_grid(module.posterior(t, **_SCALES)))


def _missing_data():
    return _partial_pooling(LARGE_MEETING, missing_data)


def _learned_variance():
    # the smaller tau, the tighter mu around English, whose sigma is small: a funnel, so small steps
    tree = _fit(pymc_models.learned_variance_model(LARGE_MEETING, **_SCALES), target_accept=0.998, tune=2000)
    exact = exact_learned_variance(LARGE_MEETING, **_SCALES)
    told = {
        ("mean", "theta"): (exact.theta_mean, exact.theta_sd),
        ("mean", "mu"): (exact.mu_mean, None),
        ("median", "sigma"): (exact.sigma_median, None),
    }
    return _Case(tree, told, _on_grid(learned_variance.posterior(LARGE_MEETING, **_SCALES)))


def _eight_schools():
    schools = funnel.EIGHT_SCHOOLS
    return _Case(_fit(funnel.non_centred_model(schools)), _of(known_se(*schools, **_SCHOOLS)), {})


def _fifty_schools():
    data = fifty_schools.simulate()
    priors = {"mu": Normal(50, 10), "tau": Exponential(1), "sigma": Exponential(1)}
    exact = normal_groups(data.n, data.mean, data.ss, **priors)
    tree = fit(fifty_schools.partial_pooling_model(data))
    return _Case(tree, _of(exact, sigma=True), {})


def _fit(model, *, target_accept=0.99, tune=1000):
    return fit(model, seed=14, draws=2500, tune=tune, target_accept=target_accept)


#: The models by name, in the order of their chapters.
MODELS = {
    "complete pooling": _complete_pooling,
    "no pooling": _no_pooling,
    "partial pooling": _partial_pooling,
    "missing data": _missing_data,
    "learned variance": _learned_variance,
    "eight schools": _eight_schools,
    "fifty schools": _fifty_schools,
}
