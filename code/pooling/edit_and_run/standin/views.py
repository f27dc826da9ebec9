"""Chapters 1 to 6, edit and run: an array's numbers in another shape or order, or some of them."""

import math

from pooling.edit_and_run.standin.shapes import axis_numbers, filled_in, strides_of


class Views:
    """What an array offers that needs no arithmetic."""

    def view(self, full, source, batch=None):
        """Return an array of that shape; its axis a runs along axis source[a] there, or stands still."""
        batch = self.batch if batch is None else batch
        return type(self)("view", full, (self,), batch, self.boolean, source=tuple(source))

    def broadcast_to(self, shape):
        """Return the array, repeated along axes where it has length 1 or none."""
        lead = self.full[: self.batch]
        shape = lead + tuple(shape)
        skip = len(shape) - len(self.full)
        return self.view(
            shape, [skip * (a >= self.batch) + a if n != 1 else None for a, n in enumerate(self.full)]
        )

    def transpose(self, *axes):
        """Return the array with its axes in another order; backwards, if none is told."""
        axes = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        rank, b = self.ndim, self.batch
        axes = [a % rank for a in axes] if axes else list(reversed(range(rank)))
        if sorted(axes) != list(range(rank)):
            raise ValueError(f"axes {axes} are no order of {rank} axes")
        source = [*range(b), *(b + axes.index(a) for a in range(rank))]
        return self.view(self.full[:b] + tuple(self.shape[a] for a in axes), source)

    @property
    def T(self):
        """The array with its axes backwards."""
        return self.transpose()

    def reshape(self, *shape):
        """Return the same numbers, in the same order, in another shape; one length may be -1."""
        shape = filled_in(shape[0] if len(shape) == 1 else shape, self.size)
        b = self.batch
        if self.kind == "flat" and shape == self.args[0].shape:
            return self.args[0]
        if [n for n in self.shape if n != 1] == [n for n in shape if n != 1]:
            places = iter([a for a, n in enumerate(shape) if n != 1])
            source = [*range(b), *(b + next(places) if n != 1 else None for n in self.shape)]
            return self.view(self.full[:b] + shape, source)
        if len(shape) == 1 and not b:
            return type(self)("flat", shape, (self,), 0, self.boolean)
        solid, full = self.solid(), self.full[:b] + shape
        return type(self)("leaf", full, (), b, self.boolean, buffer=solid, strides=strides_of(full), offset=0)

    def ravel(self):
        """Return all numbers in one row."""
        return self.reshape(-1)

    flatten = ravel

    def squeeze(self, axis=None):
        """Return the array without its axes of length 1, or without those named."""
        dropped = axis_numbers(axis, self.ndim)
        if axis is None:
            dropped = {a for a in dropped if self.shape[a] == 1}
        if any(self.shape[a] != 1 for a in dropped):
            raise ValueError("cannot squeeze an axis that is longer than 1")
        return self.reshape(tuple(n for a, n in enumerate(self.shape) if a not in dropped))

    def __getitem__(self, key):
        keys = key if isinstance(key, tuple) else (key,)
        arrays = [isinstance(k, Views) for k in keys]
        if any(arrays):
            if all(a or isinstance(k, int) for a, k in zip(arrays, keys, strict=True)):
                return self.looked_up(keys)
            raise NotImplementedError("the page's stand-in for jax has no index that mixes slices and arrays")
        if Ellipsis in keys:
            at = keys.index(Ellipsis)
            whole = self.ndim - sum(k is not None for k in keys) + 1
            keys = keys[:at] + (slice(None),) * whole + keys[at + 1 :]
        if sum(k is not None for k in keys) > self.ndim:
            raise IndexError(f"too many indices: array is {self.ndim}-dimensional")
        solid, b = self.ready(), self.batch
        if solid.kind == "const":
            return self.broadcast_to((1,) * len(keys)) if keys else self
        full, steps, offset = list(self.full[:b]), list(solid.more["strides"][:b]), solid.more["offset"]
        axis = b
        for k in keys:
            if k is None:
                full.append(1)
                steps.append(0)
                continue
            n, stride = self.full[axis], solid.more["strides"][axis]
            axis += 1
            if isinstance(k, slice):
                kept = range(n)[k]
                offset += kept.start * stride if kept else 0
                full.append(len(kept))
                steps.append(stride * kept.step)
            elif isinstance(k, int) and -n <= k < n:
                offset += (k % n) * stride
            elif isinstance(k, int):
                raise IndexError(f"index {k} is out of bounds for axis with size {n}")
            else:
                raise TypeError(f"an index must be an integer, a slice or an array, got {k!r}")
        full += self.full[axis:]
        steps += solid.more["strides"][axis:]
        more = {"buffer": solid.more["buffer"], "strides": tuple(steps), "offset": offset}
        return type(self)("leaf", full, (), b, self.boolean, **more)

    def nested(self, flat):
        """Return a row of numbers as lists within lists, of the array's shape."""
        if not self.shape:
            return flat[0]
        for n in reversed(self.shape[1:]):
            flat = (
                [flat[i : i + n] for i in range(0, len(flat), n)] if n else [[]] * math.prod(self.shape[:-1])
            )
        return flat
