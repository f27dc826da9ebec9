"""All chapters: the median of tau, and independent draws, from the nodes of the exact engine."""

from functools import cache

import numpy as np
from scipy import optimize, special

from pooling.exact.engine import EXTREMES, between, learned, visit
from pooling.exact.groups import blocks, pull
from pooling.exact.quadrature import inverse, place, quantile_table
from pooling.exact.sigma import log_joint
from pooling.priors import ScalePrior

__all__ = ["draw", "median_of", "tau_median"]

_TURNS = 4  # nodes of x, at least, where tau's cdf given x turns from 0 to 1: about one in an sd
_COLUMNS, _STENCIL = 65, 6  # places of log sigma, and nodes between which a crossing is interpolated
_STEPS, _LEAST, _STILL = 8, 1e-12, 1e-10  # of Newton's rule to a crossing: the least slope, the last step
_LIGHT = 1e-10  # of the heaviest node: less of x than that does not move a median
_NEAR = 0.05  # e-folds from a first guess
_PORTION = 4096  # draws at once


@EXTREMES
def tau_median(problem, mixture):
    """Return the median of tau, in the problem's unit."""
    if not isinstance(problem.tau, ScalePrior):
        return problem.tau
    nodes = mixture.nodes
    if not learned(problem)[1]:
        z = nodes.z[0] + median_of(mixture.weight) * (nodes.z[1] - nodes.z[0])
        return float(np.exp(place(mixture.where, z) + mixture.at.s[0, 0]))
    kept = np.flatnonzero(mixture.weight > _LIGHT * mixture.weight.max())
    at = _rows(mixture.at, slice(kept[0], kept[-1] + 1))
    x, weight = at.given.x, mixture.weight[kept[0] : kept[-1] + 1]
    weight = weight / weight.sum()

    def given_x(t):
        """Return the cdf of log tau at t, given each x (R,): smooth in x unless x all but determines tau."""
        k = (at.steps.z(t - x) - at.steps.first) / at.steps.step
        return np.einsum("rk,rk->r", at.share, below(k[:, None] - np.arange(at.s.shape[1])))

    values = (x[:, None] + at.s).ravel()
    order = np.argsort(values)
    near = np.searchsorted(np.cumsum((weight[:, None] * at.share).ravel()[order]), 0.5)
    t = values[order[min(near, order.size - 1)]]
    by_row = (np.abs(given_x(t) - 0.5) < 0.45).sum() >= _TURNS
    cdf = (lambda t: weight @ given_x(t)) if by_row else _by_column(problem, at, weight)
    cdf, reach = cache(cdf), _NEAR  # the ends are asked for again when it is solved
    while reach < values.max() - values.min() and not cdf(t - reach) < 0.5 < cdf(t + reach):
        reach *= 4
    return float(np.exp(_solve(cdf, t - reach, t + reach)))


def _rows(at, kept):
    given = at.given._make(None if a is None else a[kept] for a in at.given)
    return at._replace(
        given=given, s=at.s[kept], share=at.share[kept], steps=at.steps._make(a[kept] for a in at.steps)
    )


def _by_column(problem, at, weight):
    """Return the cdf of log tau: for each of many z of log sigma, the share of x that is below a crossing.

    The crossing is where x + s is t, s at the same z given each x; it moves smoothly with z. With one row a
    group tau no longer moves with x once it is all of the scatter: then there may be none.
    """
    first, last = at.steps.first, at.steps.first + at.steps.step * (at.s.shape[1] - 1)
    z = np.linspace(first.min(), last.max(), _COLUMNS)
    s, slope = at.steps.places(np.tile(z, (first.size, 1)))
    log_p = log_joint(problem, at.given, s) - np.log(slope)
    share = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    share *= (weight / share.sum(axis=1))[:, None]
    t_at, rows = at.given.x[:, None] + s, np.arange(first.size)
    size = min(_STENCIL, first.size)
    columns, offsets = np.arange(z.size), np.arange(size)

    def cdf(t):
        passed = (t_at < t).sum(axis=0)
        left = np.clip(passed - 1, 0, max(first.size - 2, 0))
        start = np.clip(left - size // 2 + 1, 0, first.size - size)
        powers = _through(t_at[start + offsets[:, None], columns])
        from_middle = start + (size - 1) / 2
        u = left + 0.5 - from_middle  # t is smooth in it, where it is not in t: t may come to rest
        for _ in range(_STEPS):
            value, slope = 0.0, 0.0
            for power in powers:
                slope = slope * u + value
                value = value * u + power
            step = (value - t) / np.maximum(slope, _LEAST)
            before, u = u, np.clip(u - step, left - from_middle, left + 1 - from_middle)
            if np.abs(u - before).max() < _STILL:
                break
        crossing = from_middle + u
        crossing = np.where(passed == 0, -np.inf, np.where(passed == first.size, np.inf, crossing))
        return np.einsum("rk,rk->", share, below(crossing - rows[:, None]))

    return cdf


def _through(near):
    """Return (S, K): coefficients of polynomials in steps from the middle of equidistant values (S, K)."""
    size = len(near)
    return np.linalg.solve(np.vander(np.arange(size) - (size - 1) / 2), near)


def median_of(weight):
    """Return the median of an integral by equidistant nodes of these shares, in steps from the first."""
    k = np.arange(weight.size)
    return _solve(lambda at: weight @ below(at - k), 0, k[-1])


def below(k):
    """Return which part of what a node stands for lies below a place k steps above it.

    The trapezoidal rule is exact for functions without frequencies above its own, which are those that sinc
    interpolates: a node's sinc, integrated.
    """
    return 0.5 + special.sici(np.pi * k)[0] / np.pi


def _solve(cdf, lower, upper):
    return optimize.brentq(lambda t: cdf(t) - 0.5, lower, upper, xtol=1e-8)


@EXTREMES
def draw(problem, mixture, rng, n):
    """Return n draws of x, s, the coefficients' place and each group's parameter; see `Draws`."""
    x = np.full(n, mixture.at.given.x[0])
    if learned(problem)[0]:
        places, shares = quantile_table(mixture.at.given.x, mixture.log_share - mixture.log_share.max())
        x = np.interp(rng.random(n), shares, places)
    n_inner = mixture.at.s.shape[1]
    parts = [_given_x(problem, x[i : i + _PORTION], rng, n_inner) for i in range(0, n, _PORTION)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _given_x(problem, x, rng, n_inner):
    at = visit(problem, problem.given(x), n_inner)
    s = at.s[:, 0]
    if learned(problem)[1]:
        s = inverse(at.s, at.log_share, rng.random(x.size))
    v, tau = np.exp(-2 * s), np.exp(x + s)
    lv = at.given.weight * v[:, None]
    left = 1 / (1 + lv)
    noise = problem.scale * np.sqrt(left) * rng.standard_normal(left.shape)
    coefficients = between(problem, at.given, left, 1 / (1 + 1 / lv)) + noise
    none = np.zeros((*left.shape, left.shape[1]))
    coefficients = problem.coefficients(coefficients, none, at.given)[0]
    groups = np.empty((x.size, problem.n.size))
    for block in blocks(problem.n.size, x.size):
        kept = pull(problem.n[block], np.exp(2 * x)[:, None])
        base, moved = problem.effect(kept, coefficients, block)
        noise = rng.standard_normal(kept.shape)
        groups[:, block] = base + moved + np.sqrt(kept) * tau[:, None] * noise
    return tau, np.exp(s), coefficients, groups
