"""All chapters: nodes of a one-dimensional integral; every hill of the density is found, then resolved.

The trapezoidal rule converges exponentially for a smooth density that
decays at both ends, if its steps are as narrow as the narrowest hill that matters. `scan` finds the hills:
it halves the intervals of a whole range until no hill can hide in one, which a bound on the curvature
decides. `spread` then lays equal steps in z = Σ arcsinh((x - hill) / width): near a hill steps of its own
width, outwards ever wider ones, so that a narrow hill and a far tail need few of them.
"""

from typing import NamedTuple

import numpy as np

__all__ = [
    "Hills",
    "Nodes",
    "Scan",
    "halfway",
    "hills",
    "interleaved",
    "inverse",
    "place",
    "quantile_table",
    "refine",
    "scan",
    "shares",
    "spread",
]

DROP, DROP_RIGHT = 40.0, 75.0  # e^-40 of the top is left out; e^-75 on the right, for the moments' sake
_SURE = 0.5  # within this many log units the scan knows the density wherever it matters
_MOST = 20_000  # evaluations
_CLOSEST = 1e-12  # of the range, from place to place
_VALLEY = 1.0  # log units between two hills that count as two
_FLANK = 2.0  # a normal density falls by this much two sds away from its top
_FINE = 8  # steps between two nodes where a quantile is sought
_HALVINGS = 40
_STENCIL = 12  # nodes that an interpolation takes


class Scan(NamedTuple):
    """What is known of a log density: x (M,) ascending, log_p (M,), and log units left unsure in between."""

    x: np.ndarray
    log_p: np.ndarray
    unsure: float


class Hills(NamedTuple):
    """Tops and widths (H,) of all hills that matter, and the range outside of which nothing does."""

    top: np.ndarray
    width: np.ndarray
    lower: float
    upper: float


class Nodes(NamedTuple):
    """Equal steps in z: x (N,) ascending, and log dx/dz (N,)."""

    z: np.ndarray
    x: np.ndarray
    log_width: np.ndarray


def scan(log_density, lower, upper, *, first=49):
    """Evaluate a log density until no hill can hide between two places.

    Parameters
    ----------
    log_density : callable
        Of places (M,); returns log p (M,) and the stiffness (M,): a bound on -d²log p/dx² which itself
        changes by at most the factor e² from x to x ± 1.
    lower, upper : float
        The whole range.
    first : int
        Places to begin with.

    Returns
    -------
    Scan
        Unsure without end if log p is NaN anywhere, or if too many places would be needed.
    """
    x = np.linspace(lower, upper, first)
    log_p, stiff = log_density(x)
    while True:
        if np.isnan(log_p).any():
            return Scan(x, np.where(np.isnan(log_p), -np.inf, log_p), np.inf)
        ceiling, bulge = _ceiling(x, log_p, stiff)
        matters = ceiling > log_p.max() - _drop(x[1:], x[log_p.argmax()])
        split = matters & (bulge > _SURE) & (np.diff(x) > _CLOSEST * (upper - lower))
        if not split.any():
            return Scan(x, log_p, float(bulge[matters].max(initial=0.0)))
        if x.size + split.sum() > _MOST:
            return Scan(x, log_p, np.inf)
        middle = (x[:-1] + x[1:])[split] / 2
        found = log_density(middle)
        order = np.argsort(np.concatenate([x, middle]), kind="stable")
        x, log_p, stiff = (
            np.concatenate(pair)[order] for pair in ((x, middle), (log_p, found[0]), (stiff, found[1]))
        )


def _ceiling(x, log_p, stiff):
    """Bound the density within each interval: a chord, and a parabola of the largest curvature on it."""
    h, a, b = np.diff(x), log_p[:-1], log_p[1:]
    curvature = np.exp(np.minimum(0.5 * np.log(stiff[:-1] * stiff[1:] + 1e-300) + h, 600.0))
    bulge = curvature * h**2 / 8
    rise = np.abs(b - a)
    inside = (a + b) / 2 + bulge + rise**2 / (16 * bulge)
    return np.where(rise >= 4 * bulge, np.maximum(a, b), inside), bulge


def _drop(x, top):
    return np.where(x > top, DROP_RIGHT, DROP)


def hills(found):
    """Return the tops of a scanned density, their widths, and the range that matters."""
    x, p = found.x, found.log_p
    best = p.argmax()
    floor = p[best] - _drop(x, x[best])
    matters = np.flatnonzero(p >= floor)
    lower, upper = x[max(matters[0] - 1, 0)], x[min(matters[-1] + 1, x.size - 1)]

    padded = np.concatenate([[-np.inf], p, [-np.inf]])
    tops = np.flatnonzero((p >= padded[:-2]) & (p > padded[2:]) & (p > floor))
    kept = [best]
    for i in sorted(tops, key=lambda i: -p[i]):  # the highest first: a lower one counts beyond a valley
        valleys = (p[min(i, k) : max(i, k) + 1].min() for k in kept)
        if all(p[i] - valley > _VALLEY for valley in valleys):
            kept.append(i)
    kept = np.sort(kept)
    widths = [(_fallen(x, p, i, 1) - _fallen(x, p, i, -1)) / (2 * _FLANK) for i in kept]
    least = _CLOSEST * (x[-1] - x[0])  # of the rounding of a log density that is 1e16
    return Hills(x[kept], np.maximum(widths, least), float(lower), float(upper))


def _fallen(x, p, i, step):
    """Return the place, in the direction of step, where p has fallen by _FLANK from its top at i."""
    side_x, side_p = (x[i:], p[i:]) if step > 0 else (x[i::-1], p[i::-1])
    below = np.flatnonzero(side_p < p[i] - _FLANK)
    if below.size == 0:
        return side_x[-1]
    k = below[0]
    share = (side_p[k - 1] - (p[i] - _FLANK)) / (side_p[k - 1] - side_p[k])
    return side_x[k - 1] + share * (side_x[k] - side_x[k - 1])


def spread(where, step=None, n=None):
    """Return nodes over all hills, `step` apart in z or n of them; always an odd number.

    Every second node is then a rule of twice the step that covers the same range.
    """
    first, last = _z(where, np.array([where.lower, where.upper]))[0]
    if n is None:
        n = 2 * int(np.ceil((last - first) / step / 2)) + 1
    return _at(where, np.linspace(first, last, n))


def halfway(where, nodes):
    """Return the nodes halfway between these."""
    return _at(where, (nodes.z[1:] + nodes.z[:-1]) / 2)


def interleaved(at_nodes, halfway):
    """Return one tuple of arrays out of two: what is at the nodes, and what is halfway between them."""
    parts = []
    for one, other in zip(at_nodes, halfway, strict=True):
        both = None if one is None else np.empty((len(one) + len(other), *one.shape[1:]))
        if both is not None:
            both[::2], both[1::2] = one, other
        parts.append(both)
    return type(at_nodes)(*parts)


def shares(log_share):
    """Return shares that sum to one."""
    share = np.exp(log_share - log_share.max())
    return share / share.sum()


def place(where, z):
    """Return the place x at z."""
    return float(_at(where, np.array([z])).x[0])


def _z(where, x):
    away = (x[..., None] - where.top) / where.width
    return np.arcsinh(away).sum(axis=-1), (1 / np.hypot(1, away) / where.width).sum(axis=-1)


def _at(where, z):
    """Invert z(x): between the entries of a table by bisection, to the last digits by Newton's rule."""
    reach = np.arcsinh((where.upper - where.lower) / where.width)
    steps = np.linspace(-1, 1, 129)
    table = (where.top + where.width * np.sinh(steps[:, None] * reach)).ravel()
    inside = (table > where.lower) & (table < where.upper)
    table = np.unique(np.concatenate([[where.lower, where.upper], table[inside]]))
    at_table = _z(where, table)[0]
    k = np.clip(np.searchsorted(at_table, z), 1, table.size - 1)
    left, right = table[k - 1], table[k]
    x = np.interp(z, at_table, table)
    for _ in range(6):
        value, slope = _z(where, x)
        x = np.clip(x - (value - z) / slope, left, right)
    return Nodes(z, x, -np.log(_z(where, x)[1]))


# --- between the nodes -----------------------------------------------------------------------------------


def refine(values, fine=_FINE):
    """Interpolate equidistant values (..., N) by polynomials through twelve neighbours."""
    n = values.shape[-1]
    size = min(_STENCIL, n)
    u = np.arange((n - 1) * fine + 1) / fine
    start = np.clip(np.floor(u).astype(int) - (size - 1) // 2, 0, n - size)
    answer = np.zeros((*values.shape[:-1], u.size))
    for i in range(size):
        others = [k for k in range(size) if k != i]
        answer += values[..., start + i] * np.prod([(u - start - k) / (i - k) for k in others], axis=0)
    return answer


def quantile_table(x, log_share, fine=_FINE):
    """Return places (..., M) and the share (..., M) of an integral below each.

    Parameters
    ----------
    x, log_share : ndarray (..., N)
        Nodes, equidistant in some smooth variable, and the log of what each stands for.
    """
    places = np.maximum.accumulate(refine(x, fine), axis=-1)
    log_share = np.maximum(log_share, -700.0)
    # where there is all but nothing, interpolation must not make something
    ends = np.maximum(log_share[..., 1:], log_share[..., :-1]) + 1
    density = np.exp(refine(log_share, fine))
    density[..., :-1] = np.minimum(density[..., :-1], np.exp(np.repeat(ends, fine, axis=-1)))
    below = _cumulated(density)
    return places, below / below[..., -1:]


def inverse(x, log_share, u):
    """Return the places (R,) below which shares u (R,) of R integrals lie, a row of nodes (R, N) each."""
    density, rows = np.exp(log_share), np.arange(len(x))
    below = _cumulated(density)
    u, i = u * below[:, -1], np.arange(x.shape[1])
    i = np.clip((below[:, 1:] <= u[:, None]).sum(axis=1), 0, x.shape[1] - 2)
    ends, slopes = (below[rows, i], below[rows, i + 1]), (density[rows, i], density[rows, i + 1])
    left, right = np.zeros(len(x)), np.ones(len(x))
    for _ in range(_HALVINGS):  # of the step in which it lies, on a cubic with the density's own slopes
        at = (left + right) / 2
        value = (ends[0] * (1 + 2 * at) + slopes[0] * at) * (1 - at) ** 2
        value += (ends[1] * (3 - 2 * at) - slopes[1] * (1 - at)) * at**2
        left, right = np.where(value < u, at, left), np.where(value < u, right, at)
    start = np.clip(i - 1, 0, max(x.shape[1] - 4, 0))
    at = i + (left + right) / 2 - start
    near = range(min(4, x.shape[1]))
    return sum(
        x[rows, start + k] * np.prod([(at - m) / (k - m) for m in near if m != k], axis=0) for k in near
    )


def _cumulated(density):
    """Return the integral below each of equidistant nodes, by cubics through four neighbours."""
    p = np.pad(density, [(0, 0)] * (density.ndim - 1) + [(1, 1)])
    steps = 13 * (p[..., 1:-2] + p[..., 2:-1]) - p[..., :-3] - p[..., 3:]
    return np.concatenate([0 * p[..., :1], np.maximum(steps / 24, 0).cumsum(axis=-1)], axis=-1)
