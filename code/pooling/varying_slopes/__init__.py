"""Chapter 17, varying_slopes: reaction times of 18 drivers who sleep too little, a line for each of them.

PyMC is imported when a model is built, and not before.
"""

import csv
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.sampling import fit

__all__ = ["Sleep", "centred_model", "data", "fit", "lkj_model", "non_centred_model", "unpooled_model"]


class Sleep(NamedTuple):
    """Reaction times, and who drove.

    Attributes
    ----------
    name : ndarray of str (J,)
        Drivers, in the order of their numbers.
    driver : ndarray of int (N,)
        Which driver each row is of.
    day : ndarray of float (N,)
        Days of too little sleep; counted from another day, negative before it.
    y : ndarray (N,)
        Mean reaction time on that day, ms.
    """

    name: np.ndarray
    driver: np.ndarray
    day: np.ndarray
    y: np.ndarray

    @property
    def n(self):
        """Days of each driver, (J,)."""
        return np.bincount(self.driver, minlength=self.name.size)

    def since(self, origin):
        """Return the same data with days counted from another one: an intercept is then the time on that day.

        Parameters
        ----------
        origin : float
            The day that becomes day 0.
        """
        return self._replace(day=self.day - checks.number("origin", origin))

    def known(self, driver, first):
        """Return the data as they were when only a driver's first days were known.

        Parameters
        ----------
        driver : int
            A position in `name`.
        first : int
            How many days are kept of this driver; 0 leaves none.
        """
        first = checks.whole_number("first", first, least=0)
        if not 0 <= checks.whole_number("driver", driver, least=0) < self.name.size:
            raise ValueError(f"driver must be in 0, ..., {self.name.size - 1}, got {driver}")
        late = np.flatnonzero(self.driver == driver)[first:]
        return self._replace(
            **{name: np.delete(getattr(self, name), late) for name in ("driver", "day", "y")}
        )


def data():
    """Return the reaction times of the study of sleep.

    Returns
    -------
    Sleep
        180 rows: 18 drivers on days 0 to 9.

    References
    ----------
    Belenky et al. (2003), *Patterns of performance degradation and restoration during sleep restriction and
    subsequent recovery*, Journal of Sleep Research 12. Units of the columns: `code/pooling/data/README.md`.
    """
    with files("pooling").joinpath("data", "sleep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    day, y = (np.array([float(row[name]) for row in rows]) for name in ("days", "reaction"))
    name, driver = np.unique([row["subject"] for row in rows], return_inverse=True)
    return Sleep(name, driver, day, y)


def unpooled_model(data):
    """Return a model in which no driver says anything about another, but for the scatter.

    sigma ~ HN(50); a_j ~ N(300, 500); b_j ~ N(0, 100); y_i ~ N(a_j(i) + b_j(i) day_i, sigma).

    Parameters
    ----------
    data : Sleep

    Returns
    -------
    pymc.Model
        With sigma, a and b (driver), and the observed y; ms, and ms a day.
    """
    import pymc as pm

    with pm.Model(coords={"driver": data.name}) as model:
        sigma = pm.HalfNormal("sigma", 50)
        a = pm.Normal("a", 300, 500, dims="driver")
        b = pm.Normal("b", 0, 100, dims="driver")
        pm.Normal("y", a[data.driver] + b[data.driver] * data.day, sigma, observed=data.y)
    return model


def centred_model(data):
    """Return a model whose drivers' pairs of intercept and slope come from one population of pairs.

    mu ~ N((300, 0), (100, 20)); tau ~ HN((50, 20)); rho = 2 v - 1, v ~ Beta(2, 2), which is LKJ(2) of two;
    sigma ~ HN(50); a_j ~ N(mu_a, tau_a); b_j given a_j ~ N(mu_b + rho tau_b/tau_a (a_j - mu_a),
    tau_b √(1 - rho²)), so that (a_j, b_j) is normal around mu with sds tau and correlation rho;
    y_i ~ N(a_j(i) + b_j(i) day_i, sigma).

    Parameters
    ----------
    data : Sleep

    Returns
    -------
    pymc.Model
        With mu and tau (effect), lkj (which is v), rho, sigma, a and b (driver), and the observed y.
    """
    import pymc as pm

    coords = {"driver": data.name, "effect": ["intercept", "slope"]}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", [300, 0], [100, 20], dims="effect")
        tau = pm.HalfNormal("tau", [50, 20], dims="effect")
        rho = pm.Deterministic("rho", 2 * pm.Beta("lkj", 2, 2) - 1)
        sigma = pm.HalfNormal("sigma", 50)
        a = pm.Normal("a", mu[0], tau[0], dims="driver")
        line = mu[1] + rho * tau[1] / tau[0] * (a - mu[0])
        b = pm.Normal("b", line, tau[1] * (1 - rho**2) ** 0.5, dims="driver")
        pm.Normal("y", a[data.driver] + b[data.driver] * data.day, sigma, observed=data.y)
    return model


def non_centred_model(data):
    """Return the model of `centred_model`, its pairs told by two standard normal numbers a driver.

    a_j = mu_a + tau_a z_1j; b_j = mu_b + tau_b (rho z_1j + √(1 - rho²) z_2j); z ~ N(0, 1);
    all else as in `centred_model`.

    Parameters
    ----------
    data : Sleep

    Returns
    -------
    pymc.Model
        With mu and tau (effect), lkj, rho, sigma, z (effect, driver), a and b (driver), and the observed y.
    """
    import pymc as pm

    coords = {"driver": data.name, "effect": ["intercept", "slope"]}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", [300, 0], [100, 20], dims="effect")
        tau = pm.HalfNormal("tau", [50, 20], dims="effect")
        rho = pm.Deterministic("rho", 2 * pm.Beta("lkj", 2, 2) - 1)
        sigma = pm.HalfNormal("sigma", 50)
        z = pm.Normal("z", dims=("effect", "driver"))
        pair = rho * z[0] + (1 - rho**2) ** 0.5 * z[1]
        a = pm.Deterministic("a", mu[0] + tau[0] * z[0], dims="driver")
        b = pm.Deterministic("b", mu[1] + tau[1] * pair, dims="driver")
        pm.Normal("y", a[data.driver] + b[data.driver] * data.day, sigma, observed=data.y)
    return model


def lkj_model(data):
    """Return the model of `centred_model` as it is written for any number of effects.

    The matrix of covariances has an LKJ prior, eta = 2, of its correlations, and HN((50, 20)) of its sds;
    chol is its Cholesky factor. All else as in `centred_model`. It takes longer to compile.

    Parameters
    ----------
    data : Sleep

    Returns
    -------
    pymc.Model
        With mu and tau (effect), rho, sigma, theta (driver, effect), chol and the observed y.
    """
    import pymc as pm

    coords = {"driver": data.name, "effect": ["intercept", "slope"]}
    with pm.Model(coords=coords) as model:
        mu = pm.Normal("mu", [300, 0], [100, 20], dims="effect")
        chol, corr, sds = pm.LKJCholeskyCov(
            "chol", eta=2, n=2, sd_dist=pm.HalfNormal.dist([50, 20]), store_in_trace=False
        )
        pm.Deterministic("tau", sds, dims="effect")
        pm.Deterministic("rho", corr[0, 1])
        sigma = pm.HalfNormal("sigma", 50)
        theta = pm.MvNormal("theta", mu, chol=chol, dims=("driver", "effect"))
        mean = theta[data.driver, 0] + theta[data.driver, 1] * data.day
        pm.Normal("y", mean, sigma, observed=data.y)
    return model
