"""Chapter 13: one model in two coordinates, centred, whose posterior is a funnel, and non-centred.

An estimate and its standard error for each group: y_j ~ N(theta_j, se_j), theta_j ~ N(mu, tau).
Centred, the sampler moves theta_j itself; non-centred, z_j = (theta_j - mu)/tau. Nothing else differs,
and `pooling.exact.known_se` has the exact posterior of both. PyMC is imported when a model is built.
"""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.sampling import fit

__all__ = [
    "EIGHT_SCHOOLS",
    "Diagnosis",
    "Estimates",
    "centred_model",
    "diagnose",
    "fifty_non_centred_model",
    "fifty_partly_centred_model",
    "fit",
    "non_centred_model",
    "simulate",
]


class Estimates(NamedTuple):
    """What is known of each group: an estimate, and how uncertain it is.

    Attributes
    ----------
    estimate : ndarray (J,)
        y_j.
    se : ndarray (J,)
        Standard errors (sds), > 0, taken as known; in the unit of the estimates.
    """

    estimate: np.ndarray
    se: np.ndarray


#: Effect of coaching on a test's score in eight schools, in points, each with its standard error.
#: Rubin (1981); Gelman et al. (2014), *Bayesian Data Analysis*, table 5.2.
EIGHT_SCHOOLS = Estimates(
    np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]),
    np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0]),
)


def simulate(n, *, n_groups=8, mu=0.0, tau=5.0, sigma=15.0, seed=13):
    """Simulate the estimates that groups of n observations each would give.

    theta_j ~ N(mu, tau); y_j = theta_j + sigma/√n · e_j, e_j ~ N(0, 1); se_j = sigma/√n. All theta are
    drawn first, then all e, so that one seed gives the same schools and the same luck for every n.

    Parameters
    ----------
    n : int
        Observations in each group, >= 1.
    n_groups : int
        Number of groups, >= 1.
    mu, tau, sigma : float
        Population mean, population sd (>= 0) and sd of one observation (> 0), in one unit.
    seed : int
        Of `numpy.random.default_rng`: same seed, same groups.

    Returns
    -------
    Estimates
    """
    for name, value in (("n", n), ("n_groups", n_groups)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be an integer >= 1, got {value!r}")
    if checks.number("tau", tau) < 0:
        raise ValueError(f"tau must be >= 0, got {tau!r}")
    rng = np.random.default_rng(seed)
    theta = rng.normal(checks.number("mu", mu), tau, n_groups)
    se = np.full(n_groups, checks.scale("sigma", sigma) / np.sqrt(n))
    return Estimates(theta + se * rng.normal(size=n_groups), se)


def centred_model(data):
    """Return mu ~ N(0, 5), tau ~ HC(5), theta_j ~ N(mu, tau), y_j ~ N(theta_j, se_j).

    Parameters
    ----------
    data : Estimates

    Returns
    -------
    pymc.Model
        With mu, tau, theta (school) and the observed y (school).
    """
    import pymc as pm

    _check(data)
    coords = {"school": range(len(data.estimate))}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfCauchy("tau", 5)
        theta = pm.Normal("theta", mu, tau, dims="school")
        pm.Normal("y", theta, data.se, observed=data.estimate, dims="school")
    return model


def non_centred_model(data):
    """Return the same model with theta_j = mu + tau z_j, z_j ~ N(0, 1).

    Parameters
    ----------
    data : Estimates

    Returns
    -------
    pymc.Model
        With mu, tau, z (school), the deterministic theta (school) and the observed y (school).
    """
    import pymc as pm

    _check(data)
    coords = {"school": range(len(data.estimate))}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfCauchy("tau", 5)
        z = pm.Normal("z", 0, 1, dims="school")
        theta = pm.Deterministic("theta", mu + tau * z, dims="school")
        pm.Normal("y", theta, data.se, observed=data.estimate, dims="school")
    return model


def fifty_non_centred_model(data):
    """Return `fifty_schools.partial_pooling_model` with theta_j = mu + tau z_j, z_j ~ N(0, 1).

    Parameters
    ----------
    data : fifty_schools.FiftySchools

    Returns
    -------
    pymc.Model
        With mu, tau, z (school), the deterministic theta (school), sigma and the observed y (student).
    """
    import pymc as pm

    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 50, 10)
        tau = pm.Exponential("tau", 1)
        z = pm.Normal("z", 0, 1, dims="school")
        theta = pm.Deterministic("theta", mu + tau * z, dims="school")
        sigma = pm.Exponential("sigma", 1)
        pm.Normal("y", theta[data.school], sigma, observed=data.y, dims="student")
    return model


def fifty_partly_centred_model(data, w):
    """Return `fifty_schools.partial_pooling_model` with theta_j = mu + tau^(1 - w_j) (u_j - w_j mu).

    u_j ~ N(w_j mu, tau^w_j): w_j = 1 is the centred form, w_j = 0 the non-centred one.

    Parameters
    ----------
    data : fifty_schools.FiftySchools
    w : array_like (J,)
        How much of each school is centred, in [0, 1].

    Returns
    -------
    pymc.Model
        With mu, tau, u (school), the deterministic theta (school), sigma and the observed y (student).

    References
    ----------
    Papaspiliopoulos, Roberts and Sköld (2007), *A general framework for the parametrization of
    hierarchical models*, Statistical Science 22, 59-73.
    """
    import pymc as pm

    w = checks.array("w", w, shape=data.n.shape)
    if (wrong := (w < 0) | (w > 1)).any():
        raise ValueError(f"w must be in [0, 1], got {w[wrong][0]}")
    coords = {"school": range(data.n.size), "student": range(data.y.size)}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", 50, 10)
        tau = pm.Exponential("tau", 1)
        u = pm.Normal("u", w * mu, tau**w, dims="school")
        theta = pm.Deterministic("theta", mu + tau ** (1 - w) * (u - w * mu), dims="school")
        sigma = pm.Exponential("sigma", 1)
        pm.Normal("y", theta[data.school], sigma, observed=data.y, dims="student")
    return model


class Diagnosis(NamedTuple):
    """How a sample was come by, and what it is worth.

    Attributes
    ----------
    divergences : int
    r_hat : float
        The largest of mu, tau and all theta.
    ess : float
        The smallest bulk ESS of mu, tau and all theta.
    steps : float
        Leapfrog steps a draw, on average.
    per_step : float
        `ess` for 1,000 steps, which no other work of the machine can change.
    per_second : float
        `ess` for each second of sampling, tuning included.
    """

    divergences: int
    r_hat: float
    ess: float
    steps: float
    per_step: float
    per_second: float


def diagnose(tree):
    """Say how a sample of one of these models was come by.

    Parameters
    ----------
    tree : xarray.DataTree
        From `fit`.

    Returns
    -------
    Diagnosis
    """
    import arviz_stats

    names = ["mu", "tau", "theta"]
    r_hat = max(float(x.max()) for x in arviz_stats.rhat(tree, var_names=names).data_vars.values())
    ess = min(float(x.min()) for x in arviz_stats.ess(tree, var_names=names).data_vars.values())
    steps = tree.sample_stats.n_steps
    return Diagnosis(
        int(tree.sample_stats.diverging.sum()),
        r_hat,
        ess,
        float(steps.mean()),
        1000 * ess / float(steps.sum()),
        ess / tree.posterior.attrs["sampling_time"],
    )


def _check(data):
    """Raise unless estimates and standard errors have one shape (J,)."""
    estimate = checks.array("estimate", data.estimate, shape="(J,)")
    if estimate.ndim != 1 or not estimate.size:
        raise ValueError(f"estimate must have shape (J,) with J >= 1, got shape {estimate.shape}")
    se = checks.array("se", data.se, shape=estimate.shape)
    if (se <= 0).any():
        raise ValueError(f"se must be > 0, got {se[se <= 0][0]}")
