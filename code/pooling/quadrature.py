"""One-dimensional quadrature of a positive density on the whole line, under jit.

The trapezoidal rule converges exponentially for a smooth density that decays at both ends. Nodes are
placed by the density itself: around its peak at the peak's own scale, and from there outwards ever
more widely, x = peak + scale · sinh(z), so that a narrow peak with long tails needs no more of them.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

__all__ = ["Nodes", "cdf", "place", "quantile"]

_SCAN, _ROUNDS = 17, 9  # each round narrows the bracket of the peak up to eightfold
_PEAK_DROP, _DROP = 3.0, 40.0  # e^-3: the peak; e^-40: left out
_FINE = 16  # steps between two nodes where a quantile is sought
_WIDEST = 60.0  # e-folds on either side of the start


class Nodes(NamedTuple):
    """Nodes x (N,), ascending, and what each stands for: a share of the integral; and its log."""

    x: jax.Array
    share: jax.Array
    log_integral: jax.Array


def place(log_density, start, n, *, each=jax.vmap):
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
    """
    evaluate = each(log_density)

    def narrow(_, ends):
        x = jnp.linspace(*ends, _SCAN)
        first, last = _inside(evaluate(x), _PEAK_DROP)
        return x[first], x[last]

    lower, upper = jax.lax.fori_loop(0, _ROUNDS, narrow, (start - _WIDEST, start + _WIDEST))
    peak, scale = (lower + upper) / 2, (upper - lower) / 5  # a normal's e^-3 lies 2.45 sd out

    def at(z):
        return peak + scale * jnp.sinh(z)

    z = jnp.linspace(-1, 1, 2 * _SCAN + 1) * jnp.arcsinh(2 * _WIDEST / scale)
    first, last = _inside(evaluate(at(z)) + jnp.log(jnp.cosh(z)), _DROP)
    z = jnp.linspace(z[first], z[last], n)
    log_p = evaluate(at(z)) + jnp.log(scale * jnp.cosh(z))
    top = log_p.max()
    p = jnp.exp(log_p - top)
    return Nodes(at(z), p / p.sum(), top + jnp.log(p.sum() * (z[1] - z[0])))


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


def _cumulated(nodes, share):
    """Places (M,) and the share of the integral below each: shares are a density per node."""
    density = jnp.exp(_fine(jnp.log(jnp.maximum(share, jnp.finfo(share.dtype).tiny))))
    below = jnp.concatenate([jnp.zeros(1), jnp.cumsum(density[1:] + density[:-1])])
    return _fine(nodes), below / below[-1]


def cdf(nodes, share, at):
    """Return the share of the integral below `at`."""
    return jnp.interp(at, *_cumulated(nodes, share), left=0.0, right=1.0)


def quantile(nodes, share, below):
    """Invert `cdf`: the place below which a share in (0, 1) of the integral lies."""
    places, cumulated = _cumulated(nodes, share)
    return jnp.interp(below, cumulated, places)
