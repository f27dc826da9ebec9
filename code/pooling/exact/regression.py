"""All chapters: sums over the groups of a regression, y = X beta + alpha[group] + noise.

Given r = tau/sigma, XᵀV⁻¹X is what X has within groups, plus Σ_j w_j x̄_j x̄_jᵀ, w_j = n_j / (1 + n_j r²): sums
of squares, from which nothing cancels. X = Q T is orthogonalised first, so that a column that is a year or a
time stamp costs no digits, and y is a residual, so that a constant in it costs none.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

from pooling.exact.groups import blocks, pull
from pooling.exact.sigma import Given
from pooling.priors import ScalePrior

__all__ = ["Design", "design"]

_ROWS = 64  # values of r at once
_GRADED = 1e-8  # from here on small singular values are taken by Jacobi's method
_ROUNDING = 64 * np.finfo(float).eps  # of a sum of squares
_DEPENDENT = 1e-13  # of a column: less than this beside the others is their rounding


class Design(NamedTuple):
    """Residuals y around `reference`, summed by group, and priors, in the residuals' own unit.

    Attributes
    ----------
    n, y : ndarray (J,)
        Rows and mean residual of each group.
    q : ndarray (J, m)
        Means of the orthogonal columns, m the rank of X.
    within : ndarray (m + 1, m + 1)
        Sums of squares and products within groups, of the orthogonal columns and, last, of y.
    rows, groups : float
        Rows, and groups with any.
    root : ndarray (m, p)
        From whitened coefficients, (beta - reference) / sd, to those of q.
    prior : ndarray (p,)
        Prior mean of the whitened coefficients.
    tau, sigma : ScalePrior or float
    """

    n: np.ndarray
    y: np.ndarray
    q: np.ndarray
    within: np.ndarray
    rows: float
    groups: int
    root: np.ndarray
    prior: np.ndarray
    tau: ScalePrior | float
    sigma: ScalePrior | float

    @property
    def ss(self):
        """Sum of squares of y within groups."""
        return self.within[-1, -1]

    @property
    def own(self):
        """What X cannot explain of `ss`, less what rounding may have added to it."""
        cross = self.within[-1, :-1]
        explained = cross @ np.linalg.lstsq(self.within[:-1, :-1], cross, rcond=None)[0]
        return (1 - _ROUNDING) * self.ss - explained

    @property
    def reach(self):
        """How far the groups are from where prior or data put the population, at most."""
        if self.y.size == 0:
            return 0.0
        return float(np.max(np.abs(self.y)) + np.max(np.abs(self.q @ (self.root @ self.prior))))

    def given(self, x):
        """Return what the groups say at each x = log r, (R,)."""
        parts = [self._at(x[i : i + _ROWS]) for i in range(0, x.size, _ROWS)]
        return Given(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _at(self, x):
        m, p = self.root.shape
        upper = np.triu_indices(m + 1)
        square, steep = np.zeros((2, x.size, upper[0].size))
        log_spread, flex = np.zeros((2, x.size))
        both = np.column_stack([self.q, self.y])
        for at in blocks(self.n.size, x.size):
            products = both[at, upper[0]] * both[at, upper[1]]
            kept = pull(self.n[at], np.exp(2 * x)[:, None])
            lost, weight = 1 - kept, self.n[at] * kept
            log_spread -= np.log(kept).sum(axis=1)
            flex += np.vecdot(kept, lost)
            square += weight @ products
            steep += (weight * lost) @ products
        square, steep = (_symmetric(a, upper, m + 1) for a in (square, steep))
        square += self.within

        # square = Cᵀ C for q; C root = A S Bᵀ: in the coordinates B, data and prior are both diagonal
        c = _root(square[:, :m, :m])
        fit = np.linalg.solve(
            np.swapaxes(c, 1, 2), square[:, :m, m:]
        )  # C times the least-squares coefficients
        misfit = np.maximum(square[:, m, m] - (fit[..., 0] ** 2).sum(axis=1), 0.0)
        a, s, b = _singular(c @ self.root)
        s = np.maximum(s, 1e-300)
        weight, own = np.zeros((2, x.size, p))
        size = s.shape[1]
        weight[:, :size] = s**2
        own[:, :size] = (np.swapaxes(a, 1, 2) @ fit)[:, :size, 0] / s
        rotation = np.swapaxes(b, 1, 2)
        start = b @ self.prior
        gap = own - start
        turned = self.root @ rotation
        coefficients = np.linalg.solve(c, fit)
        off = np.concatenate([-coefficients, np.ones((x.size, 1, 1))], axis=1)
        steep_misfit = np.abs(np.swapaxes(off, 1, 2) @ steep @ off)[:, 0, 0]
        # it loses its digits where X fits all but exactly, but not below what is left within groups, however
        # X is chosen, nor below a share u <= 1 of what is left between them
        misfit = np.maximum(misfit, np.maximum(steep_misfit, self.own))
        steep_weight = np.abs(np.einsum("rmp,rmk,rkp->rp", turned, steep[:, :m, :m], turned))
        return (x, misfit, own, start, weight, gap, log_spread, steep_misfit, steep_weight, flex, rotation)

    @property
    def scale(self):
        """Of the prior of a whitened coefficient."""
        return 1.0

    def coefficients(self, mean, covariance, given):
        """Return mean (R, p) and covariance (R, p, p) of the whitened coefficients, turned back."""
        turn = given.rotation
        return np.einsum("rpk,rk->rp", turn, mean), turn @ covariance @ np.swapaxes(turn, 1, 2)

    def effect(self, kept, coefficients, at):
        """Return alpha of the groups `at`: 0, and (R, j) how far from it."""
        return 0.0, (1 - kept) * (self.y[at] - (coefficients @ self.root.T) @ self.q[at].T)

    def uncertain(self, kept, covariance, at):
        """Return the variance of that, (R, j), which the coefficients' own adds."""
        whole = self.root @ covariance @ self.root.T
        q = self.q[at]
        return (1 - kept) ** 2 * ((q @ whole) * q).sum(axis=-1)

    def take(self, kept):
        """Return the problem with some groups only, to try out nodes on."""
        return self._replace(n=self.n[kept], y=self.y[kept], q=self.q[kept])


def _symmetric(values, upper, size):
    full = np.empty((len(values), size, size))
    full[:, upper[0], upper[1]] = values
    full[:, upper[1], upper[0]] = values
    return full


def _singular(matrices):
    """Return a (R, m, m), s (R, m), b (R, p, p) of a s b, m <= p, the smallest s as right as the largest.

    LAPACK's usual way loses what is smaller than 1e-16 of the largest, which is what a column that is a time
    stamp leaves of the intercept; Jacobi's (Demmel & Veselić 1992, Drmač & Veselić 2008) does not.
    """
    a, s, b = np.linalg.svd(matrices)
    for i in np.flatnonzero(s.min(axis=1, initial=np.inf) < _GRADED * s.max(axis=1, initial=0.0)):
        # the largest row first, by hand: LAPACK (joba=2) swaps rows in threads that wait for each other
        order = np.argsort(-np.abs(matrices[i]).max(axis=0))
        own, left, right, work, _, fault = lapack.dgejsv(matrices[i].T[order], joba=0, jobu=1, jobv=0)
        if fault == 0:
            s[i], a[i], b[i, :, order] = own * (work[0] / work[1]), right, left
    return a, s, b


def _root(square):
    """Return C (R, m, m) with square = Cᵀ C; a direction that rounding has made negative gets no weight."""
    try:
        return np.swapaxes(np.linalg.cholesky(square), 1, 2)
    except np.linalg.LinAlgError:
        size = np.trace(square, axis1=1, axis2=2)[:, None, None] * np.finfo(float).eps * square.shape[1]
        return np.swapaxes(np.linalg.cholesky(square + size * np.eye(square.shape[1])), 1, 2)


def design(y, x, group, n_groups, *, loc, scale, reference=None):
    """Return (n, y, q, within, root, prior), all but the scales' priors, and the reference taken off y.

    Parameters
    ----------
    y : ndarray (N,)
    x : ndarray (N, p)
    group : ndarray of int (N,)
    loc, scale : ndarray (p,)
        Of the priors of beta.
    reference : list of ndarray (p,), optional
        Coefficients to take off y one after the other; default those of least squares, after a value among
        the data if there is a constant column.
    """
    n = np.bincount(group, minlength=n_groups)
    q, t, constant_within = _orthogonal(x, _deviations(x, group, n).any(axis=0))
    if reference is None:
        reference = []
        constant = np.flatnonzero((x == x[0]).all(axis=0) & (x[0] != 0))
        if constant.size:
            middle = np.zeros(x.shape[1])
            middle[constant[0]] = np.partition(y, y.size // 2)[y.size // 2] / x[0, constant[0]]
            reference.append(middle)
        size = np.linalg.norm(x, axis=0)
        size = np.where(size > 0, size, 1.0)
        residual = _residual(y, x, reference)
        reference.append(np.linalg.lstsq(x / size, residual, rcond=None)[0] / size)
    y = _residual(y, x, reference)
    both = np.column_stack([q, y])
    means = (
        np.column_stack([np.bincount(group, column, n_groups) for column in both.T])
        / np.maximum(n, 1)[:, None]
    )
    off = both - means[group]
    off[:, :constant_within] = 0  # not its rounding, beside which the weights of a large r are nothing
    prior = loc - reference[0]
    for more in reference[1:]:
        prior = prior - more
    return n.astype(float), means[:, -1], means[:, :-1], off.T @ off, t * scale, prior / scale, reference


def _orthogonal(x, varies):
    """Return q (N, m) and t (m, p), x = q t, and how many columns of q are constant within groups.

    m is the rank of x, as far as rounding lets it be seen. By Gram and Schmidt, twice, as that is enough.
    What is constant within groups comes first: it stays so.
    """
    q, constant_within = np.empty((x.shape[0], 0)), 0
    for i in np.argsort(varies, kind="stable"):
        column = x[:, i]
        size = np.abs(column).max()
        if size == 0 or q.shape[1] == q.shape[0]:
            continue
        column = column / size
        rest = column - q @ (q.T @ column)
        rest -= q @ (q.T @ rest)
        if np.linalg.norm(rest) > _DEPENDENT * np.linalg.norm(column):
            q = np.column_stack([q, rest / np.linalg.norm(rest)])
            constant_within += not varies[i]
    return q, q.T @ x, constant_within


def _residual(y, x, reference):
    for coefficients in reference:
        used = coefficients != 0
        y = y - x[:, used] @ coefficients[used]
    return y


def _deviations(x, group, n):
    """Return x minus its first row in each group: exactly 0 where a column is constant within groups."""
    first = np.zeros(n.size, int)
    first[group[::-1]] = np.arange(group.size)[::-1]
    return x - x[first[group]]
