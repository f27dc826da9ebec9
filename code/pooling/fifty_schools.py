"""Chapter 10: exam scores of few or many students a school, simulated, and four models of them.

The scores are out of 100. PyMC is imported when a model is built, and not before.
"""

import warnings
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.sampling import fit

__all__ = [
    "FiftySchools",
    "complete_pooling_model",
    "data_unit_model",
    "fit",
    "leave_out",
    "log_schools",
    "log_students",
    "new_school_model",
    "partial_pooling_model",
    "school_means",
    "simulate",
    "unpooled_model",
]

_MU, _TAU, _SIGMA = 63.0, 2.0, 10.0  # what the scores are made with


class FiftySchools(NamedTuple):
    """Scores of all students, and what is enough to know of each school.

    Attributes
    ----------
    n : ndarray of int (J,)
        Students in each school.
    school : ndarray of int (N,)
        Which school each student goes to, ascending.
    y : ndarray (N,)
        Scores, in points.
    mean : ndarray (J,)
        Mean score of each school.
    ss : ndarray (J,)
        Sum of squared deviations from it.
    theta : ndarray (J,)
        The school means that the scores were drawn around; no model is shown them.
    """

    n: np.ndarray
    school: np.ndarray
    y: np.ndarray
    mean: np.ndarray
    ss: np.ndarray
    theta: np.ndarray


def simulate(seed=42, n_groups=50):
    """Simulate schools of 2 to 99 students.

    n_j uniform on 2, ..., 99; theta_j ~ N(63, 2); y_i ~ N(theta_school(i), 10); drawn in this order.

    Parameters
    ----------
    seed : int
        Of `numpy.random.default_rng`, from which all draws come: same seed, same schools.
    n_groups : int
        Number of schools, >= 1.

    Returns
    -------
    FiftySchools
    """
    if not isinstance(n_groups, int | np.integer) or n_groups < 1:
        raise ValueError(f"n_groups must be an integer >= 1, got {n_groups!r}")
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 100, n_groups)
    theta = rng.normal(_MU, _TAU, n_groups)
    school = np.repeat(np.arange(n_groups), n)
    y = rng.normal(theta[school], _SIGMA)
    mean = np.bincount(school, y) / n
    ss = np.bincount(school, (y - mean[school]) ** 2)
    return FiftySchools(n, school, y, mean, ss, theta)


def school_means(y, data):
    """Return the mean score of each school, of the data or of data drawn from a model.

    Parameters
    ----------
    y : array_like (..., N)
        Scores, a column a student in the order of `data`.
    data : FiftySchools
        Its codes `school` may be in any order.

    Returns
    -------
    ndarray (..., J)
    """
    y = np.asarray(y, float)
    if y.ndim == 0 or y.shape[-1] != data.y.size:
        raise ValueError(f"y must have {data.y.size} columns, a student each, got shape {y.shape}")
    school = checks.codes("data.school", data.school, data.n.size, size=data.y.size)
    if (np.diff(school) < 0).any():
        order = np.argsort(school, kind="stable")
        school, y = school[order], y[..., order]
    there, first, n = np.unique(school, return_index=True, return_counts=True)
    means = np.full((*y.shape[:-1], data.n.size), np.nan)
    means[..., there] = np.add.reduceat(y, first, axis=-1) / n
    return means


def unpooled_model(data):
    """Return the model in which schools have nothing to do with each other.

    Parameters
    ----------
    data : FiftySchools

    Returns
    -------
    pymc.Model
        With theta (school), sigma and the observed y (student).

    Notes
    -----
    theta_j ~ N(50, 10), sigma ~ Exp(1), y_i ~ N(theta_school(i), sigma).
    """
    import pymc as pm

    checks.codes("data.school", data.school, data.n.size, size=data.y.size)
    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        theta = pm.Normal("theta", 50, 10, dims="school")
        sigma = pm.Exponential("sigma", 1)
        mean = theta[data.school]  # of each student's school
        pm.Normal("y", mean, sigma, observed=data.y, dims="student")
    return model


def partial_pooling_model(data):
    """Return the model in which schools come from a population.

    Parameters
    ----------
    data : FiftySchools

    Returns
    -------
    pymc.Model
        With mu, tau, theta (school), sigma and the observed y (student).

    Notes
    -----
    mu ~ N(50, 10), tau ~ Exp(1), theta_j ~ N(mu, tau), sigma ~ Exp(1),
    y_i ~ N(theta_school(i), sigma).
    """
    import pymc as pm

    checks.codes("data.school", data.school, data.n.size, size=data.y.size)
    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 50, 10)
        tau = pm.Exponential("tau", 1)
        theta = pm.Normal("theta", mu, tau, dims="school")
        sigma = pm.Exponential("sigma", 1)
        mean = theta[data.school]  # of each student's school
        pm.Normal("y", mean, sigma, observed=data.y, dims="student")
    return model


def data_unit_model(data, *, unit=1.0):
    """Return `partial_pooling_model` with priors in the data's unit.

    Parameters
    ----------
    data : FiftySchools
    unit : float
        How many units of y make a point, > 0: 1 for points out of 100, 100 for hundredths of a point.

    Returns
    -------
    pymc.Model
        With mu, tau, theta (school), sigma and the observed y (student), in the unit of y.

    Notes
    -----
    With u units a point: mu ~ N(50 u, 25 u), tau ~ HN(10 u),
    theta_j ~ N(mu, tau), sigma ~ HN(20 u), y_i ~ N(theta_school(i), sigma).
    """
    import pymc as pm

    checks.scale("unit", unit)
    checks.codes("data.school", data.school, data.n.size, size=data.y.size)
    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    unit = data.y.dtype.type(unit)  # double precision, as the scores: else PyTensor keeps single
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 50 * unit, 25 * unit)
        tau = pm.HalfNormal("tau", 10 * unit)
        theta = pm.Normal("theta", mu, tau, dims="school")
        sigma = pm.HalfNormal("sigma", 20 * unit)
        mean = theta[data.school]  # of each student's school
        pm.Normal("y", mean, sigma, observed=data.y, dims="student")
    return model


def complete_pooling_model(data):
    """Return the model in which all schools have the same mean.

    Parameters
    ----------
    data : FiftySchools

    Returns
    -------
    pymc.Model
        With theta, sigma and the observed y (student).

    Notes
    -----
    theta ~ N(50, 10), sigma ~ Exp(1), y_i ~ N(theta, sigma).
    """
    import pymc as pm

    checks.codes("data.school", data.school, data.n.size, size=data.y.size)
    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        theta = pm.Normal("theta", 50, 10)
        sigma = pm.Exponential("sigma", 1)
        pm.Normal("y", theta, sigma, observed=data.y, dims="student")
    return model


def new_school_model(data, n_new):
    """Return `partial_pooling_model` with one more school, still unseen.

    Parameters
    ----------
    data : FiftySchools
    n_new : int
        Its students, >= 1.

    Returns
    -------
    pymc.Model
        With theta_new ~ N(mu, tau) besides, and
        y_new ~ N(theta_new, sigma) (new_student).
    """
    import pymc as pm

    checks.whole_number("n_new", n_new, least=1)
    with partial_pooling_model(data) as model:
        model.add_coord("new_student", range(n_new))
        theta_new = pm.Normal("theta_new", model["mu"], model["tau"])
        pm.Normal("y_new", theta_new, model["sigma"], dims="new_student")
    return model


def log_students(theta, sigma, data):
    """Return the log density of each student's score, given the schools' true means.

    Parameters
    ----------
    theta : array_like (..., J)
        True mean of each school, in points.
    sigma : array_like (...)
        Standard deviation of students in one school, > 0.
    data : FiftySchools

    Returns
    -------
    ndarray (..., N)
    """
    theta, sigma = np.asarray(theta, float), np.asarray(sigma, float)[..., None]
    z = (data.y - theta[..., data.school]) / sigma
    return -(z**2) / 2 - np.log(sigma) - np.log(2 * np.pi) / 2


def log_schools(mu, tau, sigma, data):
    """Return the log density of all scores of each school together, whatever its true mean may be.

    The true mean theta_j ~ N(mu, tau) is integrated out:
    log p(y_j | mu, tau, sigma) = log N(mean_j | mu, sqrt(tau^2 + sigma^2/n_j))
    - (n_j - 1) log(2 pi sigma^2)/2 - ss_j/(2 sigma^2) - log(n_j)/2.
    A population with tau = 0 is complete pooling.

    Parameters
    ----------
    mu, tau, sigma : array_like (...)
        Population mean, sd of schools >= 0 and sd of students in one school > 0, in points.
    data : FiftySchools
        With at least one student in each school.

    Returns
    -------
    ndarray (..., J)
    """
    mu, tau, sigma = (np.asarray(x, float)[..., None] for x in (mu, tau, sigma))
    variance = tau**2 + sigma**2 / data.n
    of_mean = -((data.mean - mu) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2
    within = -data.ss / (2 * sigma**2) - (data.n - 1) * np.log(2 * np.pi * sigma**2) / 2
    return of_mean + within - np.log(data.n) / 2


def leave_out(tree, log_p):
    """Return the leave-one-out score by PSIS, from the draws of one fit.

    A draw counts in proportion to 1/p(what is left out | draw); the largest of these weights are smoothed by
    a Pareto distribution, whose shape k says how far to trust them (Vehtari, Gelman & Gabry 2017).

    Parameters
    ----------
    tree : xarray.DataTree
        A fit, with the group posterior.
    log_p : array_like (chains, draws, M)
        In each draw, the log density of each of the M things that are left out in turn.

    Returns
    -------
    arviz_stats.ELPDDataLOO
        With elpd, its parts elpd_i (M,) and pareto_k (M,). ArviZ's warning of a large k is not passed on:
        look at pareto_k.
    """
    import xarray as xr
    from arviz_stats import loo

    sizes = tuple(tree.posterior.sizes[axis] for axis in ("chain", "draw"))
    log_p = np.asarray(log_p, np.float32)
    if log_p.ndim != 3 or log_p.shape[:2] != sizes:
        raise ValueError(f"log_p must have shape {(*sizes, 'M')}, as the fit has draws, got {log_p.shape}")
    likelihood = xr.Dataset({"left_out": (("chain", "draw", "unit"), log_p)})
    known = xr.DataTree.from_dict({"posterior": tree.posterior.dataset, "log_likelihood": likelihood})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Estimated shape parameter of Pareto", UserWarning)
        return loo(known, pointwise=True)
