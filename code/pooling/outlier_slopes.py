"""Chapter 11: slopes of springs measured at eight benches, simulated, and four models of them.

Bench j hangs weights x (newtons) on its spring and reads how far it stretches, y (cm); theta_j is the
spring's slope (cm per newton). The smallest bench holds blunders. PyMC is imported when a model is
built, and not before.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.sampling import fit

__all__ = [
    "OutlierSlopes",
    "centred_model",
    "fit",
    "non_centred_model",
    "pooled_model",
    "population_model",
    "simulate",
    "student_t_model",
    "unpooled_model",
    "with_y",
]

SIZES = 24, 20, 16, 12, 10, 8, 6, 4  #: Readings at each bench.
_MU, _TAU, _SIGMA = 2.0, 0.05, 0.5  # what the readings are made with


class OutlierSlopes(NamedTuple):
    """Readings of all benches, and what is enough to know of each bench.

    Attributes
    ----------
    n : ndarray of int (J,)
        Readings of each bench.
    bench : ndarray of int (N,)
        Which bench each reading is from, ascending.
    x : ndarray (N,)
        Weights, in newtons.
    y : ndarray (N,)
        Stretches, in cm.
    weight : ndarray (J,)
        Σ x² of each bench, in newtons squared.
    slope : ndarray (J,)
        Σ xy / Σ x², the least-squares slope through the origin, in cm per newton.
    ss : ndarray (J,)
        Sum of squared residuals from it, in cm².
    blunder : ndarray of bool (N,)
        Which readings are blunders; no model is shown that.
    theta : ndarray (J,)
        The slopes that the readings were drawn around; no model is shown them either.
    """

    n: np.ndarray
    bench: np.ndarray
    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    slope: np.ndarray
    ss: np.ndarray
    blunder: np.ndarray
    theta: np.ndarray


def simulate(seed=42, *, n_blunders=2, blunder=3.0):
    """Simulate eight benches of 24 to 4 readings, with blunders at the last one.

    theta_j ~ N(2, 0.05); x uniform on 0.1, 0.2, ..., 1.0; y ~ N(theta_bench x, 0.5); drawn in this
    order. The last `n_blunders` readings of bench 7 then get `blunder` added, and y is rounded to 0.1.

    Parameters
    ----------
    seed : int
        Of `numpy.random.default_rng`, from which all draws come: same seed, same springs, whatever
        the blunders are.
    n_blunders : int
        In [0, 4]; bench 7 has 4 readings.
    blunder : float
        By how much they are wrong, in cm; 0 for careful pupils.

    Returns
    -------
    OutlierSlopes
    """
    if not isinstance(n_blunders, int | np.integer) or not 0 <= n_blunders <= SIZES[-1]:
        raise ValueError(f"n_blunders must be an integer in [0, {SIZES[-1]}], got {n_blunders!r}")
    wrong = checks.number("blunder", blunder)
    rng = np.random.default_rng(seed)
    bench = np.repeat(np.arange(len(SIZES)), SIZES)
    theta = rng.normal(_MU, _TAU, len(SIZES))
    x = rng.integers(1, 11, bench.size) / 10
    y = rng.normal(theta[bench] * x, _SIGMA)
    is_blunder = np.arange(bench.size) >= bench.size - n_blunders
    return _summed(bench, x, np.round(y + wrong * is_blunder, 1), is_blunder, theta)


def with_y(data, y):
    """Return the same benches and weights with other readings.

    Parameters
    ----------
    data : OutlierSlopes
    y : array_like (N,)
        In cm.
    """
    y = checks.array("y", y, shape=data.y.shape)
    return _summed(data.bench, data.x, y, data.blunder, data.theta)


def _summed(bench, x, y, blunder, theta):
    weight = np.bincount(bench, x**2)
    slope = np.bincount(bench, x * y) / weight
    ss = np.bincount(bench, (y - slope[bench] * x) ** 2)
    return OutlierSlopes(np.bincount(bench), bench, x, y, weight, slope, ss, blunder, theta)


def unpooled_model(data):
    """Return theta_j ~ N(0, 20), sigma ~ Exp(10), y ~ N(theta_bench x, sigma): each bench alone.

    Parameters
    ----------
    data : OutlierSlopes

    Returns
    -------
    pymc.Model
        With theta (bench), sigma and the observed y (reading).
    """
    import pymc as pm

    coords = {"bench": range(data.n.size), "reading": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        theta = pm.Normal("theta", 0, 20, dims="bench")
        sigma = pm.Exponential("sigma", 10)
        line = theta[data.bench] * data.x
        pm.Normal("y", line, sigma, observed=data.y, dims="reading")
    return model


def pooled_model(data):
    """Return theta ~ N(0, 20), sigma ~ Exp(10), y ~ N(theta x, sigma): one slope for all benches.

    Parameters
    ----------
    data : OutlierSlopes

    Returns
    -------
    pymc.Model
        With theta (a scalar), sigma and the observed y (reading).
    """
    import pymc as pm

    coords = {"bench": range(data.n.size), "reading": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        theta = pm.Normal("theta", 0, 20)
        sigma = pm.Exponential("sigma", 10)
        pm.Normal("y", theta * data.x, sigma, observed=data.y, dims="reading")
    return model


def centred_model(data):
    """Return the hierarchical model as written: theta_j ~ N(mu, tau).

    mu ~ N(0, 1), tau ~ Exp(13), sigma ~ Exp(10), and
    y ~ N(theta_bench x, sigma).

    Parameters
    ----------
    data : OutlierSlopes

    Returns
    -------
    pymc.Model
        With mu, tau, theta (bench), sigma and the observed y (reading).
    """
    import pymc as pm

    coords = {"bench": range(data.n.size), "reading": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 0, 1)
        tau = pm.Exponential("tau", 13)
        theta = pm.Normal("theta", mu, tau, dims="bench")
        sigma = pm.Exponential("sigma", 10)
        line = theta[data.bench] * data.x
        pm.Normal("y", line, sigma, observed=data.y, dims="reading")
    return model


def non_centred_model(data):
    """Return the same model in z: theta_j = mu + tau z_j, z_j ~ N(0, 1).

    Parameters
    ----------
    data : OutlierSlopes

    Returns
    -------
    pymc.Model
        As `centred_model`, and z (bench).
    """
    import pymc as pm

    coords = {"bench": range(data.n.size), "reading": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 0, 1)
        tau = pm.Exponential("tau", 13)
        z = pm.Normal("z", 0, 1, dims="bench")
        theta = pm.Deterministic("theta", mu + tau * z, dims="bench")
        sigma = pm.Exponential("sigma", 10)
        line = theta[data.bench] * data.x
        pm.Normal("y", line, sigma, observed=data.y, dims="reading")
    return model


def student_t_model(data, *, nu=4.0):
    """Return the hierarchical model with readings that may stray: y ~ StudentT(nu, theta_bench x, sigma).

    Parameters
    ----------
    data : OutlierSlopes
    nu : float
        Degrees of freedom, > 0; the smaller, the heavier the tails; a normal as nu → infinity.

    Returns
    -------
    pymc.Model
        As `non_centred_model`; sigma is the scale, not the sd, which is sigma √(nu/(nu - 2)).
    """
    import pymc as pm

    checks.scale("nu", nu)
    coords = {"bench": range(data.n.size), "reading": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 0, 1)
        tau = pm.Exponential("tau", 13)
        z = pm.Normal("z", 0, 1, dims="bench")
        theta = pm.Deterministic("theta", mu + tau * z, dims="bench")
        sigma = pm.Exponential("sigma", 10)
        line = theta[data.bench] * data.x
        nu = data.y.dtype.type(nu)  # double precision, as the readings: else PyTensor keeps single
        pm.StudentT("y", nu, mu=line, sigma=sigma, observed=data.y, dims="reading")
    return model


def population_model(estimate, se, *, nu=None):
    """Return a model of reported slopes whose population is normal, or Student-t: groups that may stray.

    mu ~ N(2, 1), tau ~ HN(1), theta_j = mu + tau z_j with z_j ~ t_nu, and
    y_j ~ N(theta_j, se_j).

    Parameters
    ----------
    estimate : array_like (J,)
        Reported slopes y_j, in cm per newton.
    se : array_like (J,)
        Their standard errors, > 0.
    nu : float, optional
        Degrees of freedom of the population, > 0; left out, z_j ~ N(0, 1).

    Returns
    -------
    pymc.Model
        With mu, tau, z and theta (group) and the observed y (group); with a
        Student-t tau is the scale, not the sd.
    """
    import pymc as pm

    y = checks.array("estimate", estimate, shape="(J,)")
    se = checks.array("se", se, shape=y.shape)
    if not (se > 0).all():
        raise ValueError(f"se must be > 0, got {se.min()!r}")
    with pm.Model(coords={"group": np.arange(y.size)}) as model:
        mu = pm.Normal("mu", 2, 1)
        tau = pm.HalfNormal("tau", 1)
        if nu is None:
            z = pm.Normal("z", 0, 1, dims="group")
        else:
            nu = np.float64(checks.scale("nu", nu))
            z = pm.StudentT("z", nu=nu, dims="group")
        theta = pm.Deterministic("theta", mu + tau * z, dims="group")
        pm.Normal("y", theta, se, observed=y, dims="group")
    return model
