"""All chapters: arguments checked at the boundary, by name, allowed range and value received."""

import numpy as np

from pooling.departments import Department

__all__ = ["array", "codes", "number", "observations", "scale", "scales", "shown", "whole_number"]


def shown(value):
    """Return how a value is told in an error: all of it if that is short, else its kind and its first few."""
    text = repr(value)
    if len(text) <= 80 and "\n" not in text:
        return text
    flat = np.asarray(value, dtype=object).ravel()
    if flat.size < 2:
        return text[:77] + "..."
    return f"a {type(value).__name__} of {flat.size:,} values, {', '.join(map(str, flat[:3]))}, ..."


def _floats(name, value, expected):
    """Return value as a float64 array, NaN where it is masked or missing, or say what was expected."""
    try:
        raw = np.asarray(value)
        if raw.dtype.kind == "O" and hasattr(value, "to_numpy"):  # pandas' numbers with missing ones
            raw = value.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be {expected}, got {shown(value)}: {error}") from None
    if raw.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be {expected}, got {shown(value)}")
    if isinstance(value, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(value), np.nan, raw.astype(float))
    return raw.astype(float)


def number(name, value):
    """Return a finite float, or raise ValueError."""
    x = _floats(name, value, "a finite number")
    if x.ndim != 0 or not np.isfinite(x):
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    return float(x)


def whole_number(name, value, *, least):
    """Return an integer that is large enough, or raise ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {shown(value)}")
    return int(value)


def scale(name, value):
    """Return a finite float > 0, or raise ValueError."""
    x = _floats(name, value, "a number > 0")
    if x.ndim != 0 or not np.isfinite(x) or x <= 0:
        raise ValueError(f"{name} must be > 0 and finite, got {shown(value)}")
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
        where = [int(i) for i in np.argwhere(bad)[0]]
        at = f" at {where[0] if len(where) == 1 else tuple(where)}" if where else ""
        raise ValueError(f"{name} must be {allowed}, got {float(x[bad][0])}{at}")
    return x


def codes(name, value, n_groups, *, size):
    """Return whole numbers 0, ..., n_groups - 1, one for each of `size` rows, in any order."""
    x = np.asarray(value)
    if x.shape != (size,) or x.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {size} whole numbers, got {shown(value)}")
    if np.ma.is_masked(value):
        first = np.flatnonzero(np.ma.getmaskarray(value))[0]
        raise ValueError(
            f"{name} must be there for every row, got a masked one at {first}: leave such rows out"
        )
    bad = (x < 0) | (x >= n_groups)
    if bad.any():
        raise ValueError(
            f"{name} must be between 0 and {n_groups - 1}, got {x[bad][0]} at {np.flatnonzero(bad)[0]}; "
            "a code of -1 is how pandas says that a label is missing: leave such rows out"
        )
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
                f"t must have shape {shape}; fill a ragged meeting with NaN, got {shown(t)}"
            ) from None
        raise
    if x.ndim not in (1, 2) or x.shape[0] != n:
        raise ValueError(f"t must have shape {shape}, got shape {x.shape}")
    return x
