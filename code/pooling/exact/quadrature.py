"""All chapters: one-dimensional quadrature of a positive density on the whole line, under jit.

The trapezoidal rule converges exponentially for a smooth density that decays at both ends. Nodes are
placed by the density itself: around its peak at the peak's own scale, and from there outwards ever
more widely, x = peak + scale · sinh(z), so that a narrow peak with long tails needs no more of them.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

__all__ = ["Nodes", "cdf", "cumulate", "place", "quantile"]

_SCAN, _ROUNDS = 17, 12  # each round narrows the bracket of the peak up to eightfold,
_NARROWED = 0.8
_PEAK_DROP, _DROP = 3.0, 40.0  # e^-3: the peak; e^-40: left out
_FINE = 16  # steps between two nodes where a quantile is sought
_WIDEST = 60.0  # e-folds on either side of the start


class Nodes(NamedTuple):
    """Nodes x (N,), ascending; what each stands for, a share of the integral; its log; what came along."""

    x: jax.Array
    share: jax.Array
    log_integral: jax.Array
    aux: object = None


def place(log_density, start, n, *, each=jax.vmap, has_aux=False):
    """Return n nodes that cover all of a density but a negligible part.

    Parameters
    ----------
    log_density : callable
        Of one number; smooth, with one peak, falling at least exponentially at both ends.
    start : scalar
        Somewhere within 60 of the peak.
    n : int
        Number of nodes.
    each : callable
        `each(f)` evaluates f at many places: `jax.vmap`, or one by one to save memory.
    has_aux : bool
        Whether `log_density` returns a pair, of which the second comes along for every node.
    """
    evaluate = each(lambda x: log_density(x)[0] if has_aux else log_density(x))

    def narrow(ends):
        x = jnp.linspace(*ends, _SCAN)
        first, last = _inside(evaluate(x), _PEAK_DROP)
        return x[first], x[last]

    def wide(state):
        (lower, upper), before, k = state
        return (k < _ROUNDS) & (upper - lower < _NARROWED * before)

    def again(state):
        ends, _, k = state
        return narrow(ends), ends[1] - ends[0], k + 1

    ends = start - _WIDEST, start + _WIDEST
    (lower, upper), *_ = jax.lax.while_loop(wide, again, (ends, jnp.inf, 0))
    peak, scale = (lower + upper) / 2, (upper - lower) / 5  # a normal's e^-3 lies 2.45 sd out

    def at(z):
        e = jnp.exp(z)  # sinh z and cosh z from one exponential
        return peak + scale * (e - 1 / e) / 2, jnp.log(scale * (e + 1 / e) / 2)

    z = jnp.linspace(-1, 1, 2 * _SCAN + 1) * jnp.arcsinh(2 * _WIDEST / scale)
    x, log_width = at(z)
    first, last = _inside(evaluate(x) + log_width, _DROP)
    z = jnp.linspace(z[first], z[last], n)
    x, log_width = at(z)
    found = each(log_density)(x)
    log_p, aux = found if has_aux else (found, None)
    log_p += log_width
    top = log_p.max()
    p = jnp.exp(log_p - top)
    return Nodes(x, p / p.sum(), top + jnp.log(p.sum() * (z[1] - z[0])), aux)


def _inside(log_p, drop):
    """First and last index of what is within `drop` of the peak, one more on either side."""
    inside = log_p > log_p.max() - drop
    last = inside.size - 1 - jnp.argmax(inside[::-1])
    return jnp.maximum(jnp.argmax(inside) - 1, 0), jnp.minimum(last + 1, inside.size - 1)


def _fine(values):
    """Interpolate equidistant values by cubics through four neighbours, _FINE steps a node."""
    u = jnp.arange((values.size - 1) * _FINE + 1) / _FINE
    i = jnp.clip(jnp.floor(u).astype(int), 1, values.size - 3)
    s = u - i
    return (
        values[i - 1] * (-s * (s - 1) * (s - 2) / 6)
        + values[i] * ((s + 1) * (s - 1) * (s - 2) / 2)
        + values[i + 1] * (-(s + 1) * s * (s - 2) / 2)
        + values[i + 2] * ((s + 1) * s * (s - 1) / 6)
    )


def cumulate(share):
    """Share of the integral below each node (N,), by cubics through four neighbours."""
    p = jnp.pad(share, 1)
    steps = 13 * (p[1:-2] + p[2:-1]) - p[:-3] - p[3:]
    below = jnp.concatenate([jnp.zeros(1), jnp.cumsum(steps)])
    return below / below[-1]


def cdf(nodes, share, below, at):
    """Return the share of the integral below `at`, a number; `below` is `cumulate(share)`."""
    i = jnp.clip((nodes <= at).sum() - 1, 1, nodes.size - 3)
    near = jax.lax.dynamic_slice(nodes, (i - 1,), (4,))
    away = jnp.eye(4) + (1 - jnp.eye(4)) * (at - near) / (near[:, None] - near + jnp.eye(4))
    u = jnp.clip(away.prod(axis=1) @ jnp.arange(-1.0, 3.0), 0, 1)  # steps from node i
    ends = below[i] * (1 + 2 * u) * (1 - u) ** 2 + below[i + 1] * u**2 * (3 - 2 * u)
    inside = ends + u * (1 - u) * (share[i] * (1 - u) - share[i + 1] * u)
    return jnp.where(at <= nodes[0], 0, jnp.where(at >= nodes[-1], 1, inside))


def _cumulated(nodes, share):
    """Places (M,) and the share of the integral below each: shares are a density per node."""
    density = jnp.exp(_fine(jnp.log(jnp.maximum(share, jnp.finfo(share.dtype).tiny))))
    below = jnp.concatenate([jnp.zeros(1), jnp.cumsum(density[1:] + density[:-1])])
    return _fine(nodes), below / below[-1]


def quantile(nodes, share, below):
    """Return the place below which a share in (0, 1) of the integral lies."""
    places, cumulated = _cumulated(nodes, share)
    return jnp.interp(below, cumulated, places)
