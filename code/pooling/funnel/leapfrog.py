"""Chapter 13: one school in two coordinates, and a path of the sampler over it.

theta ~ N(0, tau), tau ~ HC(tau_scale), y ~ N(theta, se): with the population mean known, theta and log tau
are all there is. The surface can be drawn, and what a leapfrog integrator does on it can be watched.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.funnel.joint_density import JointDensity
from pooling.posterior import Marginal

__all__ = ["LIMIT", "OneSchool", "Path", "leapfrog", "log_density", "one_school", "paths"]

LIMIT = 1000  #: Of the energy error, beyond which the sampler calls a path divergent.
_LOG_TAU = np.linspace(-10, 10, 501)


class OneSchool(NamedTuple):
    """The posterior of one school.

    Attributes
    ----------
    y, se, tau_scale : float
        As given.
    theta, z : JointDensity
        Centred and non-centred: (theta, log tau) and (theta/tau, log tau).
    tau : Marginal
        On cells equally wide in log tau.
    """

    y: float
    se: float
    tau_scale: float
    theta: JointDensity
    z: JointDensity
    tau: Marginal


def one_school(y, se, *, tau_scale=5.0):
    """Return the posterior of one school whose population has the known mean 0.

    Given tau, with w = tau²/(tau² + se²): theta ~ N(w y, se √w); y ~ N(0, √(tau² + se²)).

    Parameters
    ----------
    y, se : float
        Estimate and its standard error (> 0), points.
    tau_scale : float
        Of the half-Cauchy prior of tau, > 0.

    Returns
    -------
    OneSchool
    """
    y, (se, tau_scale) = checks.number("y", y), checks.scales(se=se, tau_scale=tau_scale)
    x, tau = _LOG_TAU, np.exp(_LOG_TAU)
    variance = tau**2 + se**2
    log_p = x - np.log1p((tau / tau_scale) ** 2) - 0.5 * (np.log(variance) + y**2 / variance)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    center, spread = tau**2 / variance * y, se * tau / np.sqrt(variance)
    half = (x[1] - x[0]) / 2
    marginal = Marginal(tau, p, np.exp(np.append(x - half, x[-1] + half)))
    return OneSchool(
        y,
        se,
        tau_scale,
        JointDensity(x, p, center, spread),
        JointDensity(x, p, center / tau, spread / tau),
        marginal,
    )


def log_density(q, *, y, se, tau_scale, centred):
    """Log posterior of one school, up to a constant, and its gradient.

    As a density of q = (theta, log tau) if centred, else of q = (z, log tau) with theta = tau z; the
    two differ by the Jacobian tau.

    Parameters
    ----------
    q : array_like (2,)
    y, se, tau_scale : float
    centred : bool

    Returns
    -------
    value : float
    gradient : ndarray (2,)
    """
    x, log_tau = q
    tau = np.exp(log_tau)
    of_tau = log_tau - np.log1p((tau / tau_scale) ** 2)
    slope = 1 - 2 / (1 + (tau_scale / tau) ** 2)
    if centred:
        own, data = x / tau, (y - x) / se
        value = of_tau - log_tau - 0.5 * (own**2 + data**2)
        return value, np.array([-own / tau + data / se, slope - 1 + own**2])
    data = (y - tau * x) / se
    value = of_tau - 0.5 * (x**2 + data**2)
    return value, np.array([-x + data * tau / se, slope + data * tau * x / se])


class Path(NamedTuple):
    """Where a leapfrog integrator goes.

    Attributes
    ----------
    q : ndarray (n + 1, 2)
        Positions; cut off after the first that diverges.
    error : ndarray (n + 1,)
        Energy above the start's, which an exact path would keep at 0.
    diverged : bool
        Whether the error passed `LIMIT`, where the sampler gives up.
    """

    q: np.ndarray
    error: np.ndarray
    diverged: bool


def leapfrog(school, q, p, *, centred, step, n):
    """Follow a ball on the surface -`log_density` by n leapfrog steps.

    Parameters
    ----------
    school : OneSchool
    q, p : array_like (2,)
        Where it starts, and its momentum, which the sampler draws from N(0, 1) in each coordinate.
    centred : bool
        The coordinate of q.
    step : float
        > 0, in units of each coordinate's posterior sd: the scales that a sampler learns while it tunes.
        In a bowl whose density has sd s, a path is stable if it moves by less than 2 s a step.
    n : int
        Steps, >= 1.

    Returns
    -------
    Path
    """
    step, q, p = checks.scale("step", step), np.array(q, float), np.array(p, float)
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be an integer >= 1, got {n!r}")
    own = school.theta if centred else school.z
    x = own.log_tau
    scale = np.array([own.sd, np.sqrt(own.probability @ (x - own.probability @ x) ** 2)])
    target = {"y": school.y, "se": school.se, "tau_scale": school.tau_scale, "centred": centred}
    value, slope = log_density(q, **target)
    start, path, error = 0.5 * p @ p - value, [q], [0.0]
    for _ in range(n):
        p = p + 0.5 * step * scale * slope
        q = q + step * scale * p
        with np.errstate(over="ignore", invalid="ignore"):
            value, slope = log_density(q, **target)
            p = p + 0.5 * step * scale * slope
            excess = 0.5 * p @ p - value - start
        path.append(q)
        error.append(excess)
        if not excess < LIMIT:
            break
    return Path(np.array(path), np.array(error), not error[-1] < LIMIT)


def paths(school, *, step, momentum=(0.0, -1.5), length=4.8):
    """Launch the same path, towards small tau, in both coordinates.

    From tau at its median and theta one sd above its mean given that tau.

    Parameters
    ----------
    school : OneSchool
    step : float
        > 0.
    momentum : array_like (2,)
    length : float
        Steps are taken until step times their number is this long.

    Returns
    -------
    centred, non_centred : Path
    """
    x = float(school.theta.quantile(0.5))
    tau, step = np.exp(x), checks.scale("step", step)
    share = tau**2 / (tau**2 + school.se**2)
    theta, n = share * school.y + np.sqrt(share) * school.se, max(1, round(length / step))
    return tuple(
        leapfrog(school, (start, x), momentum, centred=centred, step=step, n=n)
        for start, centred in ((theta, True), (theta / tau, False))
    )
