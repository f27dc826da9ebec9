"""All chapters: what goes into the exact engine, checked: vectors in one order, priors, one unit."""

from numbers import Real

import numpy as np

from pooling import checks
from pooling.priors import Normal, ScalePrior

__all__ = [
    "at_group",
    "in_unit",
    "labels",
    "location",
    "one_unit",
    "same_order",
    "scale",
    "size_of",
    "vector",
]

_APART = 1e60  # scales further apart than this do not come from one unit


def vector(name, value, *, size=None, nan=False):
    """Return a float64 vector; what a mask hides is NaN."""
    x = checks.array(name, value, shape="(J,)" if size is None else (size,), nan=nan)
    if x.ndim != 1 or x.size == 0:
        raise ValueError(f"{name} must have shape (J,) with J >= 1, got shape {x.shape}")
    return x


def same_order(**values):
    """Align labelled values (anything with an index, as a pandas Series has) to the first that is labelled.

    Raises
    ------
    ValueError
        If their labels are not the same ones, or if a label occurs twice in orders that differ.
    """
    labelled = {name: value for name, value in values.items() if labels(value) is not None}
    if len(labelled) < 2:
        return values
    (first, leader), *others = labelled.items()
    wanted = labels(leader)
    for name, value in others:
        own = labels(value)
        if own == wanted:
            continue
        if len(set(wanted)) < len(wanted) or sorted(map(repr, own)) != sorted(map(repr, wanted)):
            odd = sorted(set(map(repr, own)) ^ set(map(repr, wanted)))[:3]
            raise ValueError(
                f"{name} must have the index of {first}, each label once; they differ"
                f"{' at ' + ', '.join(odd) if odd else ''}. Align them, or give arrays"
            )
        values[name] = value.reindex(leader.index)
    return values


def labels(*values):
    """Return the labels of the first of some values that has any, as a list, or None."""
    for value in values:
        index = getattr(value, "index", None)
        if index is not None and not callable(index):
            return list(index)
    return None


def at_group(bad, x, names=None):
    """Say which groups are bad: the first few, by label if there are labels, with their values."""
    where = np.flatnonzero(bad)
    text = ", ".join(f"{x[j]:g} at group {j if names is None else repr(names[j])}" for j in where[:3])
    return text + (f" and {where.size - 3} more" if where.size > 3 else "")


def location(prior):
    """Return loc and scale of a location's prior, scale 0 where it is a number."""
    if isinstance(prior, Normal):
        return prior.params
    if isinstance(prior, Real) and not isinstance(prior, bool):
        return checks.number("mu", prior), 0.0
    raise ValueError(f"mu must be a Normal prior or a number, got {prior!r}")


def scale(name, prior, *, zero=False):
    """Return a scale's prior, or its value as a float."""
    if isinstance(prior, ScalePrior):
        return prior
    if isinstance(prior, Real) and not isinstance(prior, bool):
        if zero and not 0 <= prior < np.inf:
            raise ValueError(f"{name} must be >= 0 and finite, got {prior!r}")
        return 0.0 if zero and prior == 0 else checks.scale(name, prior)
    raise ValueError(f"{name} must be HalfCauchy, HalfNormal, Exponential or a number, got {prior!r}")


def size_of(prior):
    """Return a number of the order of a scale, given its prior or its value."""
    return (prior.size if isinstance(prior, ScalePrior) else prior) or 1.0


def in_unit(prior, unit):
    """Return a scale's prior, or its value, in another unit."""
    return prior.scaled(unit) if isinstance(prior, ScalePrior) else prior / unit


def one_unit(**sizes):
    """Refuse sizes, in the data's own unit, that no single unit explains."""
    for name, size in sizes.items():
        size = np.atleast_1d(np.abs(np.asarray(size, float)))
        size = size[size > 0]
        if size.size and not (size.max() < _APART and size.min() > 1 / _APART):
            odd = size.max() if size.max() >= _APART else size.min()
            raise ValueError(
                f"{name} must be within a factor {_APART:g} of the data's own scale, got {odd:.3g} times it; "
                "give data and priors in one unit"
            )
