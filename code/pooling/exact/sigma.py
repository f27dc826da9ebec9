"""All chapters: the exact engine's inner integral, over s = log sigma, for each of R values of x = log r.

Given r, the sums over the groups are a few numbers (`Given`), which
sigma only rescales. With v = 1/sigma², u_i = l_i v / (1 + l_i v), and the population's coefficients i
integrated out, the density of s is

    -rows s - (misfit v + Σ_i [gap_i² u_i + log(1 + l_i v)] + log_spread) / 2 + log priors.

Everything in it is concave in s except gap_i² u_i, the prior of a coefficient against the data: a second hill
needs Σ gap² >= 2 (rows - p - 2), so that ordinarily one is certain.
"""

from typing import NamedTuple

import numpy as np

from pooling.priors import ScalePrior

__all__ = ["Given", "Inner", "Steps", "inner", "log_joint", "rough"]

_FALL = 40.0  # e^-40 of the top is left out
_EDGE = 340.0  # e-folds from the data's own unit, within which every top lies
_WIDEST = 3.0  # e-folds: the priors bend within one or two, however flat a top is
_CLOSE, _ROUNDS = 0.01, 200  # how close, in widths, a top is found; steps of Newton's rule or halvings
_SEARCHED, _BEYOND = 512, 3.0  # places at which two tops are looked for, e-folds beyond what they depend on
_HALVINGS = 64
_TINY = 1e-300


class Given(NamedTuple):
    """What the groups say for each of R values of x = log r, p coefficients of the population whitened.

    Attributes
    ----------
    x : ndarray (R,)
    misfit : ndarray (R,)
        Weighted sum of squares around the least-squares coefficients, within groups and between.
    centre, start : ndarray (R, p)
        Least-squares coefficients, and their prior means, in the problem's own coordinates.
    weight : ndarray (R, p)
        l_i: the information about a coefficient, times its prior variance.
    gap : ndarray (R, p)
        From the prior mean of a coefficient to its least-squares value, in prior sds.
    log_spread : ndarray (R,)
        Σ_j log(1 + n_j r²).
    steep : ndarray (R,), steep_weight : ndarray (R, p), flex : ndarray (R,)
        Of `stiffness`: misfit and weight with a factor u_j = n_j r² / (1 + n_j r²) each, and Σ u_j (1 - u_j).
    rotation : ndarray (R, p, p) or None
        From these coordinates to the model's; None where p <= 1.
    """

    x: np.ndarray
    misfit: np.ndarray
    centre: np.ndarray
    start: np.ndarray
    weight: np.ndarray
    gap: np.ndarray
    log_spread: np.ndarray
    steep: np.ndarray
    steep_weight: np.ndarray
    flex: np.ndarray
    rotation: np.ndarray | None = None


class Steps(NamedTuple):
    """Where nodes of s lie: equal steps (R,) from first (R,) in z = Σ arcsinh((s - top) / width), (R, H)."""

    top: np.ndarray
    width: np.ndarray
    first: np.ndarray
    step: np.ndarray

    def z(self, s):
        """Return z (R,) at s (R,)."""
        return np.arcsinh((s[:, None] - self.top) / self.width).sum(axis=1)

    def places(self, z):
        """Invert it: return s and dz/ds, (R, K), at z (R, K)."""
        if self.top.shape[1] == 1:
            return self.top + self.width * np.sinh(z), 1 / (self.width * np.cosh(z))
        reach = np.abs(self.top[:, :1] - self.top[:, -1:]) + self.width.max(axis=1, keepdims=True)
        reach = reach * np.exp(np.abs(z).max(axis=1, keepdims=True))
        left, right = (np.broadcast_to(self.top[:, :1] + side * reach, z.shape) for side in (-1, 1))
        for _ in range(_HALVINGS):
            s = (left + right) / 2
            low = np.arcsinh((s[..., None] - self.top[:, None]) / self.width[:, None]).sum(axis=-1) < z
            left, right = np.where(low, s, left), np.where(low, right, s)
        away = (s[..., None] - self.top[:, None]) / self.width[:, None]
        return s, (1 / np.hypot(1, away) / self.width[:, None]).sum(axis=-1)


class Inner(NamedTuple):
    """Nodes s (R, K) and share (R, K) of log sigma, the log of their integral (R,), log shares, steps."""

    s: np.ndarray
    share: np.ndarray
    log_integral: np.ndarray
    log_share: np.ndarray
    steps: Steps | None


def _each(given, v):
    """Yield gap² (R, 1), l v and u (R, K) of each coefficient."""
    for weight, gap in zip(given.weight.T, given.gap.T, strict=True):
        lv = weight[:, None] * v
        yield gap[:, None] ** 2, lv, 1 / (1 + 1 / lv)


def log_joint(problem, given, s):
    """Return log p(log tau, log sigma | y) up to a constant, (R, K) at s (R, K)."""
    v = np.exp(-2 * s)
    sum_of = given.misfit[:, None] * v + given.log_spread[:, None]
    for gap, lv, u in _each(given, v):
        sum_of += gap * u + np.log1p(lv)
    log_p = -problem.rows * s - 0.5 * sum_of
    if isinstance(problem.sigma, ScalePrior):
        log_p += problem.sigma.along_log(s) + s
    if isinstance(problem.tau, ScalePrior):
        t = given.x[:, None] + s
        log_p += problem.tau.along_log(t) + t
    return log_p


def _balance(problem, given, s):
    """Return what raises the density of s and what lowers it, > 0, and how both change with s."""
    v = np.exp(-2 * s)
    lift = given.misfit[:, None] * v
    lift_on, weigh, weigh_on = -2 * lift, problem.rows, 0.0
    for gap, _, u in _each(given, v):
        turn = u * (1 - u)
        lift = lift + (gap * turn + u)
        lift_on = lift_on - 2 * turn * (gap * (1 - 2 * u) + 1)
    for prior, t in ((problem.sigma, s), (problem.tau, given.x[:, None] + s)):
        if isinstance(prior, ScalePrior):
            slope, second = prior.slopes(t)
            lift, weigh, weigh_on = lift + 1, weigh - slope, weigh_on - second
    return lift, weigh, lift_on, weigh_on


def _top(problem, given, left, right):
    """Find where the density of s stops rising: by Newton's rule on the log of the balance, bracketed."""
    rows = max(problem.rows, 1.0)
    s = np.clip(0.5 * np.log(np.maximum(given.misfit, _TINY) / rows)[:, None], left, right)
    for _ in range(_ROUNDS):
        lift, weigh, lift_on, weigh_on = _balance(problem, given, s)
        log_ratio = np.log(lift / weigh)
        width = 1 / np.sqrt(np.maximum(weigh_on - lift_on, _WIDEST**-2))
        left, right = np.where(log_ratio > 0, s, left), np.where(log_ratio > 0, right, s)
        moved = s - log_ratio / (lift_on / lift - weigh_on / weigh)
        inside = np.isfinite(moved) & (moved >= left) & (moved <= right)
        before, s = s, np.where(inside, moved, (left + right) / 2)
        if (np.abs(s - before) < _CLOSE * width).all():
            break
    return s[:, 0], width[:, 0]


def _tops(problem, given):
    """Return the top for each x, or the first and last where there may be two; their widths (R, H)."""
    conflict, p = (given.gap**2).sum(axis=-1), given.gap.shape[1]
    if (conflict < 2 * (problem.rows - p - 2)).all():
        return tuple(a[:, None] for a in _top(problem, given, -_EDGE, _EDGE))

    rows = max(problem.rows, 1.0)
    marks = [given.misfit[:, None] / rows, given.weight, given.weight * (1 + given.gap**2) / rows]
    marks = 0.5 * np.log(np.maximum(np.concatenate(marks, axis=1), _TINY))
    for prior, shift in ((problem.sigma, 0.0), (problem.tau, given.x)):
        if isinstance(prior, ScalePrior):
            marks = np.column_stack([marks, np.broadcast_to(np.log(prior.size) - shift, given.x.shape)])
    first, last = marks.min(axis=1) - _BEYOND, marks.max(axis=1) + _BEYOND
    grid = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, _SEARCHED)
    lift, weigh, *_ = _balance(problem, given, grid)
    falls = ~(lift > weigh)
    begins, ends = falls.argmax(axis=1), grid.shape[1] - falls[:, ::-1].argmin(axis=1)
    every = np.arange(given.x.size)
    found = []
    for i in (begins, ends):
        i = np.clip(i, 1, grid.shape[1] - 1)
        found.append(_top(problem, given, grid[every, i - 1][:, None], grid[every, i][:, None]))
    return tuple(np.stack(pair, axis=1) for pair in zip(*found, strict=True))


def rough(problem, given):
    """Return the top of s as the only node (R, 1), and the log of the integral of a normal density there."""
    top, width = _tops(problem, given)
    log_p = log_joint(problem, given, top) + np.log(width * np.sqrt(2 * np.pi))
    return Inner(top[:, :1], np.ones_like(top[:, :1]), log_p.max(axis=1), np.zeros_like(top[:, :1]), None)


def inner(problem, given, n):
    """Return n nodes of s for each x, placed by its density; n odd."""
    top, width = _tops(problem, given)
    level = log_joint(problem, given, top).max(axis=1) - _FALL
    ends = []
    for i, sign in ((0, -1), (-1, 1)):
        reach = 4 * width[:, i]
        while True:
            end = top[:, i] + sign * reach
            inside = log_joint(problem, given, end[:, None])[:, 0] > level
            if not inside.any():
                break
            reach = np.where(inside, 1.5 * reach, reach)
        ends.append(end)
    steps = Steps(top, width, *np.zeros((2, top.shape[0])))
    first, last = (steps.z(end) for end in ends)
    steps = steps._replace(first=first, step=(last - first) / (n - 1))
    z = first[:, None] + steps.step[:, None] * np.arange(n)
    s, slope = steps.places(z)
    log_p = log_joint(problem, given, s) - np.log(slope)
    best = log_p.max(axis=1, keepdims=True)
    share = np.exp(log_p - best)
    total = share.sum(axis=1)
    log_integral = best[:, 0] + np.log(total * steps.step)
    return Inner(s, share / total[:, None], log_integral, log_p - best, steps)
