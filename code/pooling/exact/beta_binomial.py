"""All chapters: the log likelihood of beta-binomial groups, stable for 0 to 10⁹ trials, kappa from 0 to ∞.

A group of s successes and f failures says (x)_s (y)_f / (x + y)_(s + f) of x = m kappa and
y = (1 - m) kappa, where (x)_s = Γ(x + s) / Γ(x). As a difference of logs of Γ that cancels to nothing for
large x or s. So with Stirling's series, at x + 8, where it is good to the last digit,

    log (x)_s - s log s + s = (x - ½) log(1 + s/x) + s log(1 + x/s) + δ(x + s) - δ(x);

what is subtracted does not depend on m and kappa. The likelihood is concave in m for each kappa.

Summed over groups each of the three factors needs the numbers of one kind only: how often each s occurs, each
f, each s + f. As a function of s > 0 the right-hand side has no singularity but at s <= 0: within a factor of
two of s a polynomial of degree 19 is it to the last digits, (3 + √8)^-20. So where more than twenty different
numbers lie between 2^k and 2^(k + 1), twenty Chebyshev points stand for them, weighed once for all m and
kappa (`tally`): a likelihood costs 600 numbers of each kind at most, however many the groups.
"""

from typing import NamedTuple

import numpy as np

from pooling.exact.groups import blocks

__all__ = ["Counts", "Tally", "counts", "log_likelihood", "pull_on_mean", "tally"]

_SHIFT = 8
_POINTS = 20  # that stand for all numbers within a factor of two


class Tally(NamedTuple):
    """Numbers (V,) and how many groups each stands for (V,), not all whole and not all > 0."""

    number: np.ndarray
    times: np.ndarray


class Counts(NamedTuple):
    """Kinds of groups, and what the likelihood sums over.

    Attributes
    ----------
    successes, failures : ndarray (U,)
        Of each kind.
    kind : ndarray of int (J,)
        The kind of each group.
    won, lost, tried : Tally
        Successes, failures and trials of all groups, groups without any left out.
    """

    successes: np.ndarray
    failures: np.ndarray
    kind: np.ndarray
    won: Tally
    lost: Tally
    tried: Tally


def counts(successes, trials):
    """Return what is known of the groups, each kind once."""
    failures = trials - successes
    kinds, kind = np.unique(np.stack([successes, failures], axis=1), axis=0, return_inverse=True)
    return Counts(*kinds.T, kind.ravel(), tally(successes), tally(failures), tally(trials))


def tally(numbers):
    """Return few numbers over which sums of smooth functions are what they are over all of these > 0."""
    number, times = np.unique(numbers[numbers > 0], return_counts=True)
    power = np.frexp(number)[1]
    parts = [_few(number[power == k], times[power == k], np.ldexp(0.5, k)) for k in np.unique(power)]
    return Tally(*np.concatenate([np.empty((2, 0)), *parts], axis=1))


def _few(number, times, lower):
    """Return Chebyshev points of [lower, 2 lower] and how many groups each stands for, if they are fewer."""
    if number.size <= _POINTS:
        return np.stack([number, times])
    angle = (np.arange(_POINTS) + 0.5) * np.pi / _POINTS
    point = lower * (1.5 + 0.5 * np.cos(angle))
    away = number[:, None] - point
    share = np.sin(angle) * (-1.0) ** np.arange(_POINTS) / np.where(away == 0, 1e-300, away)
    return np.stack([point, times @ (share / share.sum(axis=1, keepdims=True))])


def _delta(y):
    """Return log Γ(y) less Stirling's formula, y >= 8."""
    z = 1 / (y * y)
    return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y


def _rise(x, s):
    """Return log (x)_s - s log s + s, s > 0."""
    y = x + _SHIFT
    ratio = np.ones(np.broadcast(x, s).shape)
    for i in range(_SHIFT):
        ratio *= (x + i) / (x + s + i)
    value = (y - 0.5) * np.log1p(s / y) + s * np.log1p(y / s) + _delta(y + s) - _delta(y)
    return value + np.log(ratio)


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
    total = _sum(_rise, m * kappa, data.won)
    total += _sum(_rise, q * kappa, data.lost)
    return total - _sum(_rise, kappa, data.tried)


def pull_on_mean(data, m, q, kappa):
    """Return the derivative of the log likelihood in logit m, (R,)."""
    return q * _sum(_slope, m * kappa, data.won) - m * _sum(_slope, q * kappa, data.lost)


def _sum(function, x, over):
    """Return the sum over groups of a function of x (R,) and their numbers."""
    total = np.zeros(x.size)
    for at in blocks(over.number.size, x.size):
        total += function(x[:, None], over.number[at]) @ over.times[at]
    return total
