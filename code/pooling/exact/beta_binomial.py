"""All chapters: the log likelihood of beta-binomial groups, stable for 0 to 10⁹ trials, kappa from 0 to ∞.

A group of s successes and f failures says (x)_s (y)_f / (x + y)_(s + f) of x = m kappa and
y = (1 - m) kappa, where (x)_s = Γ(x + s) / Γ(x). As a difference of logs of Γ that cancels to nothing for
large x or s. So with Stirling's series, at x + 8, where it is good to the last digit,

    log (x)_s - s log s + s = (x - ½) log(1 + s/x) + s log(1 + x/s) + δ(x + s) - δ(x);

what is subtracted does not depend on m and kappa. The likelihood is concave in m for each kappa.
"""

from typing import NamedTuple

import numpy as np

from pooling.exact.groups import blocks

__all__ = ["Counts", "counts", "log_likelihood", "pull_on_mean"]

_SHIFT = 8


class Counts(NamedTuple):
    """Kinds of groups: successes, failures, how many groups are of it (U,); the kind of each group (J,)."""

    successes: np.ndarray
    failures: np.ndarray
    times: np.ndarray
    kind: np.ndarray


def counts(successes, trials):
    """Return what is known of the groups, each kind once."""
    both = np.stack([successes, trials - successes], axis=1)
    kinds, kind, times = np.unique(both, axis=0, return_inverse=True, return_counts=True)
    return Counts(*kinds.T, times.astype(float), kind.ravel())


def _delta(y):
    """Return log Γ(y) less Stirling's formula, y >= 8."""
    z = 1 / (y * y)
    return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y


def _rise(x, s):
    """Return log (x)_s - s log s + s; 0 where s is 0."""
    y = x + _SHIFT
    ratio = np.ones(np.broadcast(x, s).shape)
    for i in range(_SHIFT):
        ratio *= (x + i) / (x + s + i)
    some = np.where(s > 0, s, 1.0)
    value = (y - 0.5) * np.log1p(some / y) + some * np.log1p(y / some) + _delta(y + some) - _delta(y)
    return np.where(s > 0, value + np.log(ratio), 0.0)


def _slope(x, s):
    """Return the derivative of log (x)_s in x, times x."""
    y = x + _SHIFT
    z, z_s = 1 / (y * y), 1 / ((y + s) * (y + s))
    value = np.log1p(s / y) + 0.5 * s / (y * (y + s)) + (z - z_s) / 12 - (z * z - z_s * z_s) / 120
    value = x * (value + (z**3 - z_s**3) / 252)
    for i in range(_SHIFT):
        value = value + x / (x + i) * (s / (x + s + i))
    return value


def log_likelihood(data, m, q, kappa):
    """Return the log likelihood, up to a constant, (R,) at means m, q = 1 - m, and concentrations kappa."""
    total = np.zeros(m.size)
    for at in blocks(data.times.size, m.size):
        s, f = data.successes[at], data.failures[at]
        value = _rise((m * kappa)[:, None], s) + _rise((q * kappa)[:, None], f) - _rise(kappa[:, None], s + f)
        total += value @ data.times[at]
    return total


def pull_on_mean(data, m, q, kappa):
    """Return the derivative of the log likelihood in logit m, (R,)."""
    total = np.zeros(m.size)
    for at in blocks(data.times.size, m.size):
        up = _slope((m * kappa)[:, None], data.successes[at]) @ data.times[at]
        down = _slope((q * kappa)[:, None], data.failures[at]) @ data.times[at]
        total += q * up - m * down
    return total
