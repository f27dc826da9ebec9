"""Chapter 13: the exact joint density of log tau and one group, in any coordinate.

With known standard errors everything is normal given tau. So the joint density is a density of log tau
times a normal whose mean and sd depend on it, and its contours have a formula too.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import erf

from pooling import checks

__all__ = ["COORDINATES", "JointDensity", "joint_density"]

#: What one group can be described by: itself, its distance from mu, or that distance in units of tau.
COORDINATES = ("theta", "delta", "z")


class JointDensity(NamedTuple):
    """Joint posterior of log tau and one coordinate; everything else is integrated out.

    Attributes
    ----------
    log_tau : ndarray (K,)
        Equally spaced, wide enough to hold the posterior.
    probability : ndarray (K,)
        Of each; sums to 1.
    center, spread : ndarray (K,)
        Mean and sd of the coordinate given tau, which is normal.
    """

    log_tau: np.ndarray
    probability: np.ndarray
    center: np.ndarray
    spread: np.ndarray

    @property
    def mean(self):
        """Mean of the coordinate."""
        return float(self.probability @ self.center)

    @property
    def sd(self):
        """Sd of the coordinate."""
        return float(np.sqrt(self.probability @ (self.spread**2 + (self.center - self.mean) ** 2)))

    @property
    def correlation(self):
        """Correlation of the coordinate with log tau."""
        away = self.log_tau - self.probability @ self.log_tau
        covariance = self.probability @ (away * self.center)
        return float(covariance / (self.sd * np.sqrt(self.probability @ away**2)))

    @property
    def narrowing(self):
        """How many times the spread changes between the 3 % and the 97 % quantile of tau, >= 1."""
        low, high = np.interp(self.quantile([0.03, 0.97]), self.log_tau, self.spread)
        return float(max(low, high) / min(low, high))

    def quantile(self, p):
        """Return quantiles of log tau: the masses of its cells, spread evenly within each."""
        return np.interp(p, *self._cdf())

    def below(self, log_tau):
        """Return the probability that log tau is smaller than that."""
        mass, edges = self._cdf()
        return np.interp(log_tau, edges, mass)

    def level(self, held):
        """Return the log density at the edge of the smallest region that holds a probability.

        On a row of one tau the region is center ± k spread with k² = 2 (top - level), top being the row's
        highest log density; the row holds erf(k/√2) of its probability.
        """
        if not 0 < checks.number("held", held) < 1:
            raise ValueError(f"held must be in (0, 1), got {held!r}")
        top = self._top()
        low, high = top.max() - 60, top.max()
        for _ in range(50):
            middle = (low + high) / 2
            inside = self.probability @ erf(np.sqrt(np.maximum(top - middle, 0)))
            low, high = (middle, high) if inside > held else (low, middle)
        return (low + high) / 2

    def ends(self, level):
        """Return where the log density is above a level: lower and upper (K,), NaN on rows below it."""
        room = self._top() - level
        reach = self.spread * np.sqrt(2 * np.where(room > 0, room, np.nan))
        return self.center - reach, self.center + reach

    def _cdf(self):
        cell = self.log_tau[1] - self.log_tau[0]
        edges = np.append(self.log_tau - cell / 2, self.log_tau[-1] + cell / 2)
        return np.append(0, np.cumsum(self.probability)), edges

    def _top(self):
        cell = self.log_tau[1] - self.log_tau[0]
        tiny = np.finfo(float).tiny
        return np.log(np.maximum(self.probability, tiny) / (cell * self.spread * np.sqrt(2 * np.pi)))


def joint_density(data, log_tau, *, school=0, coordinate="theta"):
    """Exact joint posterior of log tau and one group, under mu ~ N(0, 5) and tau ~ HC(5).

    Given tau, mu ~ N(m, √v) with 1/v = 1/25 + Σ 1/(se_j² + tau²). With b = se²/(se² + tau²) of this
    group, theta ~ N(b m + (1 - b) y, √(b tau² + b² v)), delta = theta - mu ~ N((1 - b)(y - m),
    √(b tau² + (1 - b)² v)), and z = delta/tau. As tau → 0, delta narrows to 0, theta only to mu, and
    z becomes N(0, 1).

    Parameters
    ----------
    data : funnel.Estimates
    log_tau : array_like (K,)
        Equally spaced, and wide enough to hold the posterior.
    school : int
        Which group.
    coordinate : str
        "theta", "delta" or "z".

    Returns
    -------
    JointDensity

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.4.
    """
    if coordinate not in COORDINATES:
        raise ValueError(f"coordinate must be one of {', '.join(COORDINATES)}, got {coordinate!r}")
    x = checks.array("log_tau", log_tau, shape="(K,)")
    y, se = (np.asarray(part, float) for part in data)
    if not 0 <= school < y.size:
        raise ValueError(f"school must be in 0..{y.size - 1}, got {school!r}")
    tau = np.exp(x)
    variance = se**2 + tau[:, None] ** 2  # (K, J)
    v = 1 / (1 / 25 + (1 / variance).sum(axis=1))
    m = v * (y / variance).sum(axis=1)
    log_p = x - np.log1p((tau / 5) ** 2)
    log_p += 0.5 * (np.log(v) - np.log(variance).sum(axis=1) - (y**2 / variance).sum(axis=1) + m**2 / v)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    b = se[school] ** 2 / variance[:, school]
    if coordinate == "theta":
        return JointDensity(x, p, b * m + (1 - b) * y[school], np.sqrt(b * tau**2 + b**2 * v))
    unit = tau if coordinate == "z" else 1.0
    spread = np.sqrt(b * tau**2 + (1 - b) ** 2 * v)
    return JointDensity(x, p, (1 - b) * (y[school] - m) / unit, spread / unit)
