"""Chapters 1 to 6, edit and run: the names of `jax.numpy` that a program on a page may use."""

import math

from pooling.edit_and_run.standin import arithmetic
from pooling.edit_and_run.standin.arrays import NUMBERS, Array, array, binary, stack, unary, where
from pooling.edit_and_run.standin.kernels import allowed
from pooling.edit_and_run.standin.shapes import broadcast_shapes


def full(shape, value, dtype=None):
    """Return an array that holds one value."""
    return array(value, dtype).broadcast_to((shape,) if isinstance(shape, int) else tuple(shape))


def linspace(start, stop, num=50):
    """Return num equidistant numbers from start to stop."""
    allowed((num,))
    step = (stop - start) / max(num - 1, 1)
    return array([start + i * step for i in range(num - 1)] + [float(stop if num > 1 else start)] * (num > 0))


def arange(start, stop=None, step=1):
    """Return start, start + step, ... below stop; from 0 if one number is told."""
    start, stop = (0, start) if stop is None else (start, stop)
    n = max(math.ceil((stop - start) / step), 0)
    allowed((n,))
    return array([start + i * step for i in range(n)])


def expand_dims(x, axis):
    """Return the array with new axes of length 1."""
    x = array(x)
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    rank = x.ndim + len(axes)
    new, sizes = {a % rank for a in axes}, iter(x.shape)
    return x.reshape(tuple(1 if a in new else next(sizes) for a in range(rank)))


def moveaxis(x, source, destination):
    """Return the array with axes at other places, the rest in order."""
    x = array(x)
    source, destination = ([a] if isinstance(a, int) else list(a) for a in (source, destination))
    source, destination = [a % x.ndim for a in source], [a % x.ndim for a in destination]
    order = [a for a in range(x.ndim) if a not in source]
    for to, a in sorted(zip(destination, source, strict=True)):
        order.insert(to, a)
    return x.transpose(order)


def swapaxes(x, axis1, axis2):
    """Return the array with two axes in each other's place."""
    x = array(x)
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return x.transpose(order)


def diagonal(x, offset=0, axis1=0, axis2=1):
    """Return the entries whose places along two axes are the same; they become the last axis."""
    if offset:
        raise NotImplementedError("the page's stand-in for jax has only the main diagonal")
    x = array(x)
    i, j = axis1 % x.ndim, axis2 % x.ndim
    rest = [a for a in range(x.ndim) if a not in (i, j)]
    source = [rest.index(a) if a in rest else len(rest) for a in range(x.ndim)]
    b = x.batch
    shape = x.full[:b] + tuple(x.shape[a] for a in rest) + (min(x.shape[i], x.shape[j]),)
    return x.view(shape, [*range(b), *(b + s for s in source)])


def clip(x, min=None, max=None):
    """Return the array with what is beyond an end put there."""
    x = array(x)
    x = x if min is None else binary("maximum", x, min)
    return x if max is None else binary("minimum", x, max)


def atleast_1d(x):
    """Return a scalar as an array with one axis, any other array as it is."""
    x = array(x)
    return x if x.ndim else x.reshape(1)


def broadcast_arrays(*arrays):
    """Return the arrays in the shape that they have together."""
    arrays = [array(x) for x in arrays]
    shape = broadcast_shapes(*(x.shape for x in arrays))
    return [x.broadcast_to(shape) for x in arrays]


def isclose(x, y, rtol=1e-5, atol=1e-8):
    """Return whether two arrays agree, entry by entry."""
    x, y = array(x), array(y)
    near = abs(x - y) <= atol + rtol * abs(y)
    return where(unary("isfinite", x) & unary("isfinite", y), near, x == y)


def isscalar(x):
    """Return whether it is one number."""
    return isinstance(x, NUMBERS) or (isinstance(x, Array) and x.shape == ())


def dot(x, y):
    """Return x @ y, or the product if one of them is a scalar."""
    x, y = array(x), array(y)
    return x @ y if x.ndim and y.ndim else x * y


def _reduction(name):
    return lambda x, axis=None, keepdims=False: getattr(array(x), name)(axis, keepdims)


def _method(name):
    return lambda x, *args, **keywords: getattr(array(x), name)(*args, **keywords)


def names():
    """Return all that `jax.numpy` has on a page, by name."""
    made = {name: (lambda x, name=name: unary(name, x)) for name in arithmetic.UNARY if name != "truth"}
    made |= {name: (lambda x, y, name=name: binary(name, x, y)) for name in arithmetic.BINARY}
    made |= {
        name: _reduction(name) for name in ("sum", "prod", "max", "min", "any", "all", "mean", "std", "var")
    }
    made |= {
        name: _method(name) for name in ("reshape", "squeeze", "ravel", "transpose", "broadcast_to", "astype")
    }
    made |= {
        "abs": made["abs"],
        "absolute": made["abs"],
        "divide": made["true_divide"],
        "remainder": made["mod"],
    }
    ours = (
        full,
        linspace,
        arange,
        expand_dims,
        moveaxis,
        swapaxes,
        diagonal,
        clip,
        atleast_1d,
        stack,
        where,
        array,
    )
    more = (broadcast_shapes, broadcast_arrays, isclose, isscalar, dot)
    made |= {function.__name__: function for function in (*ours, *more)}
    return made | {
        "ndarray": Array,
        "asarray": array,
        "permute_dims": lambda x, axes: array(x).transpose(axes),
        "ones": lambda shape, dtype=None: full(shape, 1.0, dtype),
        "zeros": lambda shape, dtype=None: full(shape, 0.0, dtype),
        "ones_like": lambda x: full(array(x).shape, 1.0),
        "zeros_like": lambda x: full(array(x).shape, 0.0),
        "full_like": lambda x, value: full(array(x).shape, value),
        "int32": lambda x: unary("trunc", x),
        "int64": lambda x: unary("trunc", x),
        "float32": lambda x: array(x) * 1.0,
        "float64": lambda x: array(x) * 1.0,
        "bool": lambda x: unary("truth", x),
        "bool_": lambda x: unary("truth", x),
        "newaxis": None,
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
        "nan": math.nan,
    }
