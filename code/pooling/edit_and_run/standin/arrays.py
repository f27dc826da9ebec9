"""Chapters 1 to 6, edit and run: an array as an expression of others."""

import math
from array import array as buffer_of
from types import SimpleNamespace

import js
from pyodide.ffi import to_js

from pooling.edit_and_run.standin import arithmetic, kernels
from pooling.edit_and_run.standin.shapes import align, axis_numbers, strides_of
from pooling.edit_and_run.standin.values import Values
from pooling.edit_and_run.standin.views import Views

NUMBERS = (bool, int, float)
#: How many operations deep an expression may be: the next one is made of numbers.
DEEPEST = 60


class Array(Values, Views):
    """Numbers in double precision.

    Attributes
    ----------
    kind : str
        `const`, `leaf` (numbers in a buffer, at strides from an offset), `view`, `op`, `gather`, or `flat`
        (one row).
    full : tuple of int
        The shape with the batch axes that `vmap` maps over, which come first; `shape` is without them.
    args : tuple of Array
        What it is computed from.
    """

    def __init__(self, kind, full, args=(), batch=0, boolean=False, **more):
        self.kind, self.full, self.args, self.batch = kind, tuple(full), args, batch
        self.boolean, self.more = boolean, more
        self.depth = 1 + max((a.depth for a in args), default=-1)

    shape = property(lambda self: self.full[self.batch :])
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))
    dtype = property(lambda self: "bool" if self.boolean else "float64")
    flags = property(lambda self: SimpleNamespace(writeable=False))  # nothing writes into an array here
    __hash__ = object.__hash__

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"an array has no {name!r} on this page, whose stand-in for jax is small: "
            "use a live notebook for that"
        )

    def astype(self, kind=float):
        """Return true and false, whole numbers, or numbers."""
        name = getattr(kind, "__name__", str(kind))
        if "bool" in name:
            return unary("truth", self)
        return unary("trunc", self) if "int" in name else self * 1.0

    # sums and the like

    def _reduce(self, how, axis, keepdims):
        axes = {self.batch + a for a in axis_numbers(axis, self.ndim)}
        if how in {"max", "min"} and any(self.full[a] == 0 for a in axes):
            raise ValueError(f"{how} of an empty axis")
        full = tuple(1 if a in axes else n for a, n in enumerate(self.full))
        strides = tuple(0 if n == 1 else s for n, s in zip(full, strides_of(full), strict=True))
        kept = [a for a in range(len(full)) if keepdims or a not in axes]
        buffer = kernels.evaluate(self, axes, how)
        more = {"buffer": buffer, "strides": tuple(strides[a] for a in kept), "offset": 0}
        return Array("leaf", [full[a] for a in kept], (), self.batch, False, **more)

    def sum(self, axis=None, keepdims=False):
        """Return the sum over axes."""
        return self._reduce("sum", axis, keepdims)

    def prod(self, axis=None, keepdims=False):
        """Return the product over axes."""
        return self._reduce("prod", axis, keepdims)

    def max(self, axis=None, keepdims=False):
        """Return the largest along axes."""
        return self._reduce("max", axis, keepdims)

    def min(self, axis=None, keepdims=False):
        """Return the smallest along axes."""
        return self._reduce("min", axis, keepdims)

    def any(self, axis=None, keepdims=False):
        """Return whether any is true along axes."""
        return unary("truth", unary("truth", self).max(axis, keepdims))

    def all(self, axis=None, keepdims=False):
        """Return whether all are true along axes."""
        return unary("truth", unary("truth", self).min(axis, keepdims))

    def mean(self, axis=None, keepdims=False):
        """Return the mean over axes."""
        total = self.sum(axis, keepdims)
        return total / (math.prod(self.full) / max(math.prod(total.full), 1))

    def var(self, axis=None, keepdims=False):
        """Return the mean square about the mean over axes."""
        return unary("square", self - self.mean(axis, keepdims=True)).mean(axis, keepdims)

    def std(self, axis=None, keepdims=False):
        """Return the root of that."""
        return unary("sqrt", self.var(axis, keepdims))

    # arithmetic

    def looked_up(self, indices):
        """Return the entries at arrays of indices."""
        if len(indices) > self.ndim:
            raise IndexError(f"too many indices: array is {self.ndim}-dimensional")
        indices = [array(i) for i in indices]
        if self.batch:
            return self._picked(indices)
        full, batch, sources = align(indices)
        more = {"sources": sources, "own": len(full)}
        table = (self.ready(), *indices)
        return Array("gather", full + self.full[len(indices) :], table, batch, self.boolean, **more)

    def _picked(self, indices):
        """Return an entry of an array that differs from lane to lane: a sum of it and zeros."""
        if any(index.ndim for index in indices):
            raise NotImplementedError(
                "the page's stand-in for jax looks up one entry at a time in an array under jax.vmap"
            )
        picked = self
        for index in indices:
            n = picked.shape[0]
            index = binary("minimum", binary("maximum", where(index < 0, index + n, index), 0), n - 1)
            places = array(list(range(n))).reshape((n,) + (1,) * (picked.ndim - 1))
            picked = where(places == index, picked, 0).sum(axis=0)
        return unary("truth", picked) if self.boolean else picked

    @property
    def at(self):
        """What JAX has in place of an assignment: `x.at[mask].set(value)`."""
        return _Places(self)

    def __invert__(self):
        return unary("logical_not" if self.boolean else "invert", self)

    def __neg__(self):
        return unary("negative", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return unary("abs", self)

    def __matmul__(self, other):
        other = array(other)
        if other.ndim == 1:
            return (self * other).sum(-1)
        return (self[..., None] * other).sum(-2)

    def __rmatmul__(self, other):
        return array(other) @ self


class _Places:
    def __init__(self, of):
        self._of = of

    def __getitem__(self, mask):
        return SimpleNamespace(set=lambda value: where(mask, value, self._of))


def _operator(name, *, swapped=False):
    def method(self, other):
        if not isinstance(other, (Array, *NUMBERS, list)):
            return NotImplemented
        return binary(name, other, self) if swapped else binary(name, self, other)

    return method


for _sign, _name in (arithmetic.OPERATORS | arithmetic.COMPARISONS).items():
    setattr(Array, f"__{_sign}__", _operator(_name))
for _sign, _name in arithmetic.OPERATORS.items():
    setattr(Array, f"__r{_sign}__", _operator(_name, swapped=True))


def array(x, dtype=None):
    """Return numbers, or lists within lists of them, as an array."""
    if isinstance(x, Array):
        return x if dtype is None else x.astype(dtype)
    if isinstance(x, NUMBERS):
        return Array("const", (), boolean=isinstance(x, bool), value=float(x))
    if isinstance(x, str | bytes | dict) or not hasattr(x, "__iter__"):
        raise TypeError(f"an array is made of numbers, got {type(x).__name__}: {x!r}")
    rows = list(x)
    if not all(isinstance(r, NUMBERS) for r in rows):
        return stack([array(r) for r in rows])
    data = js.Float64Array.new(to_js(buffer_of("d", [float(r) for r in rows])))
    boolean = bool(rows) and all(isinstance(r, bool) for r in rows)
    made = Array("leaf", (len(rows),), boolean=boolean, buffer=data, strides=(1,), offset=0)
    return made if dtype is None else made.astype(dtype)


def stack(arrays, axis=0):
    """Return arrays of one shape as one, along a new axis."""
    arrays = [array(a) for a in arrays]
    shapes = {a.shape for a in arrays}
    if len(shapes) != 1:
        raise ValueError(f"arrays to be stacked must have one shape, got {sorted(shapes)}")
    (shape,) = shapes
    rank = len(shape) + 1
    if any(a.batch for a in arrays):  # the place decides whose entry it is
        places = array(list(range(len(arrays)))).reshape((-1,) + (1,) * len(shape))
        made = array(False) if all(a.boolean for a in arrays) else array(0.0)
        for place, one in enumerate(arrays):
            made = where(places == place, one.reshape((1, *shape)), made)
    else:
        row = buffer_of("d", [float(x) for a in arrays for x in a.ravel().tolist()])
        full = (len(arrays), *shape)
        more = {"buffer": js.Float64Array.new(to_js(row)), "strides": strides_of(full), "offset": 0}
        made = Array("leaf", full, boolean=all(a.boolean for a in arrays), **more)
    order = list(range(1, rank))
    order.insert(axis % rank, 0)
    return made.transpose(order)


def elementwise(template, arrays, boolean):
    """Return what a template of JavaScript makes of arrays, entry by entry."""
    arrays = [array(a) for a in arrays]
    full, batch, sources = align(arrays)
    made = Array("op", full, tuple(arrays), batch, boolean, template=template, sources=sources)
    return made.ready() if made.depth > DEEPEST else made


def unary(name, x):
    """Return an operation on one array."""
    return elementwise(arithmetic.UNARY[name], [x], name in arithmetic.LOGICAL)


def binary(name, x, y):
    """Return an operation on two arrays."""
    x, y = array(x), array(y)
    if x.boolean and y.boolean and name in arithmetic.KEEP_LOGICAL:
        return elementwise(arithmetic.BINARY[arithmetic.KEEP_LOGICAL[name]], [x, y], True)
    if name == "power" and y.kind == "const" and y.more["value"] == 2:
        return unary("square", x)
    return elementwise(arithmetic.BINARY[name], [x, y], name in arithmetic.LOGICAL)


def where(condition, x, y):
    """Return x where the condition holds, y elsewhere."""
    x, y = array(x), array(y)
    return elementwise("({}!==0?{}:{})", [condition, x, y], x.boolean and y.boolean)
