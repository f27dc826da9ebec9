"""Chapters 1 to 6, edit and run: an array's numbers, which are computed when they are looked at."""

import math

from pooling.edit_and_run.standin import kernels
from pooling.edit_and_run.standin.shapes import strides_of


class Values:
    """What an array offers that needs its numbers."""

    def ready(self):
        """Compute it, once and for all."""
        if self.kind not in {"leaf", "const"}:
            source = self.args[0] if self.kind == "flat" else self
            buffer = source.solid()
            self.kind, self.args, self.depth = "leaf", (), 0
            self.more = {"buffer": buffer, "strides": strides_of(self.full), "offset": 0}
        return self

    def solid(self):
        """Return its numbers as a Float64Array, in order, without a gap."""
        more = self.more
        if self.kind == "leaf" and more["strides"] == strides_of(self.full) and more["offset"] == 0:
            return more["buffer"]
        return kernels.evaluate(self)

    def tolist(self):
        """Return its numbers, as lists within lists."""
        if self.batch:
            raise TypeError("the value of an array under jax.vmap is not known yet")
        row = self.solid().to_py().tolist()[: math.prod(self.full)]
        return self.nested([bool(x) for x in row] if self.boolean else row)

    def item(self):
        """Return its one number."""
        if self.size != 1:
            raise TypeError(f"only an array of one number can become a scalar, got shape {self.shape}")
        return self.reshape(()).tolist()

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        value = self.item()
        if value != int(value):
            raise TypeError(f"only whole numbers can be an index, got {value}")
        return int(value)

    def __bool__(self):
        if self.size != 1:
            raise ValueError(
                "the truth of an array with more than one element is ambiguous: use any() or all()"
            )
        return bool(self.item())

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of an array without axes")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        return f"Traced{self.shape}" if self.batch else f"Array({self.tolist()})"

    def __str__(self):
        return repr(self) if self.batch else _printed(self.tolist())

    def __format__(self, how):
        return repr(self) if self.batch or self.shape else format(self.item(), how)


def _printed(value):
    """Return numbers as NumPy prints them, eight digits each."""
    if isinstance(value, list):
        return f"[{' '.join(map(_printed, value))}]"
    return str(value) if isinstance(value, bool) else f"{value:.8g}"
