"""Chapters 1 to 6, edit and run: `jax.jit`, `jax.vmap` `jax.eval_shape`, and densities of `jax.scipy`."""

import math
from contextlib import contextmanager

from pooling.edit_and_run.standin.arrays import Array, array, binary, unary
from pooling.edit_and_run.standin.functions import full, moveaxis


def jit(function=None, **options):
    """Return the function as it is: each sum is compiled anyway."""
    return function or (lambda f: f)


def vmap(function, in_axes=0, out_axes=0):
    """Return a function that maps over an axis of its arguments, which becomes a batch axis."""
    if out_axes != 0:
        raise NotImplementedError("the page's stand-in for jax.vmap has out_axes=0 only")

    def mapped(*arguments):
        axes = in_axes if isinstance(in_axes, (tuple, list)) else [in_axes] * len(arguments)
        pairs = list(zip(arguments, axes, strict=True))
        lanes = [array(a) if axis == 0 else moveaxis(a, axis, 0) for a, axis in pairs if axis is not None]
        if len({len(lane) for lane in lanes}) > 1:
            raise ValueError(f"vmap got lengths {[len(lane) for lane in lanes]}, which should be the same")
        grid = _one_grid(lanes)
        lead = grid or (len(lanes[0]),)
        batched = iter([_batched(lane.args[0] if grid else lane, len(lead)) for lane in lanes])
        answer = array(function(*(a if axis is None else next(batched) for a, axis in pairs)))
        shape = lead + answer.shape
        if answer.batch:
            source = [a if n != 1 else None for a, n in enumerate(answer.full)]
            answer = answer.view(shape, source, batch=0)
        else:
            answer = answer.broadcast_to(shape)
        if grid is None:
            return answer
        if shape == lead:  # still a whole grid in one row
            return Array("flat", (math.prod(shape),), (answer,), 0, answer.boolean)
        return answer.reshape((math.prod(lead), *shape[len(lead) :]))

    return mapped


def _batched(lane, axes):
    """Return an array whose first axes are mapped over."""
    return lane.view(lane.full, range(len(lane.full)), batch=axes)


def _one_grid(lanes):
    """Return the grid's shape if each lane is a whole grid in one row, as memo writes its domains."""
    if not all(a.kind == "flat" for a in lanes):
        return None
    shapes = {a.args[0].full for a in lanes}
    return shapes.pop() if len(shapes) == 1 else None


class ShapeDtypeStruct:
    """A shape without numbers."""

    def __init__(self, shape, dtype=None):
        self.shape, self.dtype = tuple(shape), dtype


def eval_shape(function, *arguments, **keywords):
    """Return what the function returns for arrays of these shapes."""

    def made(argument):
        return full(argument.shape, 0.0) if isinstance(argument, ShapeDtypeStruct) else argument

    return function(*map(made, arguments), **{name: made(value) for name, value in keywords.items()})


@contextmanager
def enable_x64(on=True):
    """Do nothing: a page is always in double precision."""
    yield


def sigmoid(x):
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + unary("exp", -array(x)))


def norm_pdf(x, loc=0.0, scale=1.0):
    """Return the normal density; scale is an sd."""
    return unary("exp", _half_square(x, loc, scale)) / (array(scale) * math.sqrt(2 * math.pi))


def norm_logpdf(x, loc=0.0, scale=1.0):
    """Return its logarithm."""
    return _half_square(x, loc, scale) - unary("log", scale) - 0.5 * math.log(2 * math.pi)


def _half_square(x, loc, scale):
    return binary("power", (array(x) - loc) / scale, 2) * -0.5
