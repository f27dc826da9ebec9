"""An independent answer for a regression whose intercept varies by group, and data made to be hard.

Nothing here calls the package. Rows are divided by the root of their covariance and turned by orthogonal
matrices (Householder's), given r = tau/sigma; then data are independent, z_i ~ N(0, sigma² + s_i²). With
`exactly`, sums and eigenvalues are taken to eighty digits instead, for columns from which little is left.
"""

from typing import NamedTuple

import mpmath
import numpy as np
from reference import SCALE_LOGPDFS
from scipy import optimize, special

_BEYOND, _FALL, _RIGHT = 200.0, 45.0, 75.0  # log units below the top: of a coarse look; left and right of it
_COARSE = 0.5, 0.25  # steps of log r and log sigma in which nothing is overlooked
_SURE, _HALVINGS, _LEAST, _MARGIN = 2e-6, 6, 60, 4  # steps: the least along an axis, and left around a box
_DIGITS = 80


class _Turned(NamedTuple):
    """At R places of log r: s, z (R, p), misfit (R,), columns of whitened coefficients (R, p, p)."""

    s: np.ndarray
    z: np.ndarray
    misfit: np.ndarray
    v: np.ndarray


class _Data:
    def __init__(self, y, x, group, loc, sd):
        self.both = np.column_stack([x * sd, y - x @ loc])
        self.rows, self.p = x.shape
        self.n = np.bincount(group)
        first = np.zeros((self.n.size, self.p + 1))
        first[group[::-1]] = self.both[::-1]
        away = self.both - first[group]
        mean = np.column_stack([np.bincount(group, column, self.n.size) for column in away.T])
        mean /= np.maximum(self.n, 1)[:, None]
        self.means, self.group = first + mean, group
        self.within = np.linalg.qr(away - mean[group], mode="r")

    def turned(self, log_r):
        """By Householder's matrices."""
        root = np.sqrt(self.n / (1 + self.n * np.exp(2 * log_r)[:, None]))
        rows = [np.broadcast_to(self.within, (log_r.size, *self.within.shape)), root[..., None] * self.means]
        pad = np.zeros((log_r.size, self.p + 1, self.p + 1))
        r = np.linalg.qr(np.concatenate([*rows, pad], axis=1), mode="r")
        u, s, vt = np.linalg.svd(r[:, :, : self.p])
        z = (np.swapaxes(u, 1, 2) @ r[:, :, self.p :])[..., 0]
        return _Turned(s, z[:, : self.p], (z[:, self.p :] ** 2).sum(axis=1), np.swapaxes(vt, 1, 2))

    def exactly_turned(self, log_r):
        """By eigenvalues of sums of squares, in many digits."""
        with mpmath.workdps(_DIGITS):
            number, size = mpmath.mpf, self.p + 1
            rows = [[number(float(value)) for value in row] for row in self.both]
            own = [[rows[i] for i in np.flatnonzero(self.group == j)] for j in range(self.n.size)]
            mean = [[sum(column) / len(part) for column in zip(*part, strict=True)] for part in own if part]
            own = [part for part in own if part]
            within = mpmath.zeros(size)
            for part, at in zip(own, mean, strict=True):
                for row in part:
                    off = [a - b for a, b in zip(row, at, strict=True)]
                    within += mpmath.matrix(off) * mpmath.matrix(off).T
            outer = [mpmath.matrix(at) * mpmath.matrix(at).T for at in mean]
            found = [self._eigen(x, within, outer, [len(part) for part in own]) for x in log_r]
        return _Turned(*(np.array(part) for part in zip(*found, strict=True)))

    def _eigen(self, x, within, outer, n):
        r2 = mpmath.exp(2 * mpmath.mpf(float(x)))
        total = within.copy()
        for each, rows in zip(outer, n, strict=True):
            total += each * (rows / (1 + rows * r2))
        values, vectors = mpmath.eigsy(total[: self.p, : self.p])
        turned = vectors.T * total[: self.p, self.p]
        least = max(values) * mpmath.mpf(10) ** (-_DIGITS // 2)
        s = [mpmath.sqrt(value) if value > least else mpmath.mpf(0) for value in values]
        z = [turned[i] / s[i] if s[i] else mpmath.mpf(0) for i in range(self.p)]
        misfit = total[self.p, self.p] - sum(one**2 for one in z)
        floats = [[float(one) for one in part] for part in (s, z)]
        return *floats, float(misfit), [[float(one) for one in row] for row in vectors.tolist()]


def _log_density(data, turned, log_r, log_sigma, tau, sigma):
    """Return log p(log r, log sigma | y) up to a constant, (R, K)."""
    v = np.exp(2 * log_sigma)
    log_p = -(data.rows - data.p) * log_sigma - 0.5 * turned.misfit[:, None] / v
    for s, z in zip(turned.s.T, turned.z.T, strict=True):
        total = s[:, None] ** 2 + v
        log_p = log_p - 0.5 * (np.log(total) + z[:, None] ** 2 / total)
    log_p = log_p - 0.5 * np.log1p(data.n * np.exp(2 * log_r)[:, None]).sum(axis=1)[:, None]
    log_tau = log_r[:, None] + log_sigma
    log_p = log_p + SCALE_LOGPDFS[tau[0]](log_tau, tau[1]) + log_tau
    return log_p + SCALE_LOGPDFS[sigma[0]](log_sigma, sigma[1]) + log_sigma


def _box(log_p, *axes, below):
    """Return the ends, along both axes, of what matters."""
    top, ends = np.unravel_index(log_p.argmax(), log_p.shape), []
    for i, axis in enumerate(axes):
        best, place = log_p.max(axis=1 - i), np.arange(axis.size)
        inside = np.flatnonzero(best > log_p.max() - np.where(place > top[i], below[1], below[0]))
        ends.append((axis[max(inside[0] - _MARGIN, 0)], axis[min(inside[-1] + _MARGIN, axis.size - 1)]))
    return ends


def _answer(data, turned, log_r, log_sigma, log_p):
    """Return means, sds of beta whitened, alpha, tau, sigma; log tau's median; of one grid."""
    share = np.exp(log_p - log_p.max())
    share /= share.sum()
    of_r = share.sum(axis=1)
    given = share / np.maximum(of_r, 1e-300)[:, None]
    v, r = np.exp(2 * log_sigma), np.exp(log_r)[:, None]
    mean, own = np.empty((2, r.size, data.p))
    away = np.empty((data.p, *share.shape))
    for i, (s, z) in enumerate(zip(turned.s.T, turned.z.T, strict=True)):
        total = s[:, None] ** 2 + v
        own[:, i] = (given * (v / total)).sum(axis=1)
        away[i] = s[:, None] * z[:, None] / total
        mean[:, i] = np.vecdot(given, away[i])
        away[i] -= mean[:, i, None]
    covariance = own[:, :, None] * np.eye(data.p)
    for i in range(data.p):
        for k in range(data.p):
            covariance[:, i, k] += np.vecdot(given * away[i], away[k])
    beta = np.einsum("rqp,rp->rq", turned.v, mean)
    beta_var = np.einsum("rqp,rps,rqs->rq", turned.v, covariance, turned.v)
    seen = data.means[:, : data.p] @ turned.v
    pulled = np.where(data.n > 0, 1 - 1 / (1 + data.n * r**2), 0.0)
    alpha = pulled * (data.means[:, data.p] - np.einsum("rjp,rp->rj", seen, mean))
    alpha_var = pulled**2 * np.einsum("rjp,rps,rjs->rj", seen, covariance, seen)
    alpha_var += r**2 / (1 + data.n * r**2) * (given @ v)[:, None]
    of_sigma = given @ np.exp(log_sigma)
    scales = np.column_stack([r[:, 0] * of_sigma, of_sigma])
    off_sigma = np.exp(log_sigma) - of_sigma[:, None]
    scales_var = np.vecdot(given, off_sigma**2)[:, None] * np.column_stack([r[:, 0] ** 2, np.ones(r.size)])
    every, every_var = np.hstack([beta, alpha, scales]), np.hstack([beta_var, alpha_var, scales_var])
    center = of_r @ every
    sd = np.sqrt(of_r @ (every_var + (every - center) ** 2))

    kept = share > 1e-13 * share.max()
    log_tau, mass, step = (log_r[:, None] + log_sigma)[kept], share[kept], log_r[1] - log_r[0]

    def cdf(t):  # less a half: a node stands for its sinc, integrated
        return mass @ special.sici(np.pi / step * (t - log_tau))[0]

    return center, sd, optimize.brentq(cdf, log_tau.min() - 1, log_tau.max() + 1, xtol=1e-8)


def dense_random_intercept(y, x, group, *, beta, tau, sigma, exactly=False):
    """E and sd of (beta_1, ..., beta_p, alpha_1, ..., alpha_J, tau, sigma), and tau's median.

    y_i ~ N(x_i beta + alpha_group(i), sigma). `beta` is (means, sds), (p,) each; `tau` and `sigma` (family,
    size). By the trapezoidal rule over log r and log sigma, its steps halved until that changes no mean and
    no sd by more than 2e-6 posterior sds, and the median by no more of itself.

    Raises
    ------
    AssertionError
        If six halvings are not enough: then this is no reference.
    """
    loc, width = (np.asarray(part, float) for part in beta)
    data = _Data(y, x, group, loc, width)
    sizes = np.log([tau[1], sigma[1], np.abs(data.both[:, -1]).max() + 1e-9 * tau[1]])
    log_sigma = np.arange(sizes.min() - 30, sizes.max() + 60, _COARSE[1])
    log_r = np.arange(sizes.min() - sizes.max() - 40, sizes.max() - sizes.min() + 60, _COARSE[0])
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        log_p = _log_density(data, data.turned(log_r), log_r, log_sigma, tau, sigma)
        box = _box(log_p, log_r, log_sigma, below=(_BEYOND, _BEYOND))
        steps, before = np.array([0.4, min(0.4, 1.4 / np.sqrt(2 * data.rows))]), None
        steps = np.minimum(steps, [(b - a) / _LEAST for a, b in box])
        for _ in range(_HALVINGS + 1):
            log_r, log_sigma = (np.arange(a, b + h, h) for (a, b), h in zip(box, steps, strict=True))
            turned = (data.exactly_turned if exactly and before else data.turned)(log_r)
            log_p = _log_density(data, turned, log_r, log_sigma, tau, sigma)
            box = _box(log_p, log_r, log_sigma, below=(_FALL, _RIGHT))
            center, sd, median = _answer(data, turned, log_r, log_sigma, log_p)
            if before and max(
                np.max(np.abs(center - before[0]) / sd), np.max(np.abs(sd / before[1] - 1)),
                abs(median - before[2]),
            ) < _SURE:  # fmt: skip
                break
            before, steps = (center, sd, median), np.minimum(steps / 2, [(b - a) / _LEAST for a, b in box])
        else:
            raise AssertionError("the dense integral has not converged")
    center[: data.p] = loc + width * center[: data.p]
    sd[: data.p] *= width
    return center, sd, np.exp(median)


def hostile_regression(rng, *, exactly=False):
    """Return y, x, group, (means, sds) of beta, (family, size) of tau and of sigma: made to be hard.

    Columns that are shifted, repeated, nearly repeated or of the groups; a constant in y, outliers, one row a
    group, two groups and sixty. With `exactly` there are few groups, and columns keep few digits.
    """
    groups = int(rng.choice([1, 2, 3, 5, 8] if exactly else [2, 3, 5, 12, 25, 60]))
    rows = groups + int(rng.integers(2, 10 if exactly else 60))
    group = np.r_[np.arange(groups), rng.integers(0, groups, rows - groups)]
    if not exactly and rng.random() < 0.15:
        group = np.arange(rows)  # one row a group
    p = int(rng.integers(1, 5))
    of_groups = rng.random(p - 1) < 0.3
    shared = rng.normal(size=(group.max() + 1, p - 1))[group]
    x = np.column_stack([np.ones(rows), np.where(of_groups, shared, rng.normal(size=(rows, p - 1)))])
    kind = rng.integers(8)
    if kind == 0 and p > 2:
        x[:, 2] = 2 * x[:, 1]
    if kind in (1, 2) and p > 1:
        x[:, 1] += 10 ** rng.uniform(0, 8 if exactly else 5)
    if kind == 3 and p > 2:
        x[:, 2] = x[:, 1] + 10 ** -rng.uniform(2, 10 if exactly else 5) * x[:, 2]
    if kind == 4 and p > 1:  # a predictor of the groups that separates them
        x[:, 1] = group >= (group.max() + 1) // 2
    tau, sigma = 10 ** rng.uniform(-2, 2, 2)
    y = x @ rng.normal(size=p) + tau * rng.normal(size=group.max() + 1)[group] + sigma * rng.normal(size=rows)
    if kind == 5:
        y += 1e6
    if kind == 6:
        y[0] += 10 ** rng.uniform(1, 4)
    if kind == 7:  # a group far away
        y[group == 0] += 10 ** rng.uniform(0, 3)
    prior = rng.choice([0.0, 1.0]) * rng.normal(size=p), np.full(p, 10 ** rng.uniform(-1, 3))
    scales = [(str(rng.choice(list(SCALE_LOGPDFS))), float(10 ** rng.uniform(-2, 2))) for _ in range(2)]
    return y, x, group, prior, *scales
