"""All chapters: arguments checked at the boundary, by name, allowed range and value received."""

import numpy as np

from pooling.departments import Department

__all__ = ["array", "number", "observations", "scale", "scales"]


def _floats(name, value, expected):
    """Return value as a float64 array, or say what was expected instead."""
    raw = np.asarray(value)
    if raw.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be {expected}, got {value!r}")
    return raw.astype(float)


def number(name, value):
    """Return a finite float, or raise ValueError."""
    x = _floats(name, value, "a finite number")
    if x.ndim != 0 or not np.isfinite(x):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return float(x)


def scale(name, value):
    """Return a finite float > 0, or raise ValueError."""
    x = _floats(name, value, "a number > 0")
    if x.ndim != 0 or not np.isfinite(x) or x <= 0:
        raise ValueError(f"{name} must be > 0 and finite, got {value!r}")
    return float(x)


def scales(**values):
    """Return each keyword's value as a finite float > 0, in order, or raise ValueError."""
    return tuple(scale(name, value) for name, value in values.items())


def array(name, value, *, shape, nan=False):
    """Return a float64 array without infinities; NaN only where allowed.

    `shape` is the text of the shape allowed, or a tuple that must be met.
    """
    x = _floats(name, value, f"an array of numbers of shape {shape}")
    if isinstance(shape, tuple) and x.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got shape {x.shape}")
    bad = ~np.isfinite(x) & ~(nan & np.isnan(x))
    if bad.any():
        allowed = "finite, or NaN for nobody there" if nan else "finite"
        raise ValueError(f"{name} must be {allowed}, got {float(x[bad][0])}")
    return x


def observations(t):
    """Return arrivals in minutes as float64, shape (3,) or (3, N), or raise."""
    n = len(Department)
    shape = f"({n},) or ({n}, N)"
    try:
        x = array("t", t, shape=shape, nan=True)
    except ValueError as error:
        if "inhomogeneous" in str(error):  # numpy's word for ragged lists
            raise ValueError(
                f"t must have shape {shape}; fill a ragged meeting with NaN, got {t!r}"
            ) from None
        raise
    if x.ndim not in (1, 2) or x.shape[0] != n:
        raise ValueError(f"t must have shape {shape}, got shape {x.shape}")
    return x
