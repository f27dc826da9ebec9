"""Chapters 1 to 6, edit and run: shapes of arrays, and how they broadcast."""

import math


def strides_of(shape):
    """Return how far apart neighbours along each axis lie, in rows one after the other."""
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def broadcast_shapes(*shapes):
    """Return the shape that arrays of these shapes have together; ValueError if there is none."""
    rank = max((len(s) for s in shapes), default=0)
    together = []
    for column in zip(*[(1,) * (rank - len(s)) + tuple(s) for s in shapes], strict=True):
        sizes = {n for n in column if n != 1}
        if len(sizes) > 1:
            raise ValueError(f"Incompatible shapes for broadcasting: {list(shapes)}")
        together.append(sizes.pop() if sizes else 1)
    return tuple(together)


def align(arrays):
    """Return the full shape that arrays have together, its batch axes, and where each array's axes lie in it.

    An axis of length 1 lies nowhere: None.
    """
    batch = max(a.batch for a in arrays)
    own = broadcast_shapes(*(a.shape for a in arrays))
    lead = broadcast_shapes(*(a.full[: a.batch] for a in arrays if a.batch)) if batch else ()
    sources = []
    for a in arrays:
        skip = batch + len(own) - a.ndim
        axes = [*(range(batch) if a.batch else ()), *(skip + i for i in range(a.ndim))]
        sources.append(tuple(x if n != 1 else None for x, n in zip(axes, a.full, strict=True)))
    return lead + own, batch, sources


def axis_numbers(axis, rank):
    """Return axes as a set of numbers from 0; None means all of them."""
    axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(f"axis {a} is out of bounds for array of dimension {rank}")
    return {a % rank for a in axes}


def filled_in(shape, size):
    """Return a shape as a tuple, with its -1 replaced so that it has so many entries."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if -1 in shape:
        rest = max(-math.prod(shape), 1)
        shape = tuple(size // rest if n == -1 else n for n in shape)
    if math.prod(shape) != size:
        raise TypeError(f"cannot reshape an array of {size} entries into shape {shape}")
    return shape
