"""Chapters 1 to 6, edit and run: an expression of arrays becomes one JavaScript loop nest, and is run.

Each subexpression stands in the outermost loop that it needs, so that what depends on two axes of four is
computed once for all of the other two.
"""

import math
from array import array as buffer_of

import js
from pyodide.ffi import to_js

from pooling.edit_and_run.standin.shapes import strides_of

#: What one answer may hold: more would not fit into a browser's page.
LARGEST = 30_000_000

#: How a reduction begins, and what it does with each value; a NaN stays.
REDUCE = {
    None: (0.0, "out[{}]={};"),
    "sum": (0.0, "out[{}]+={};"),
    "prod": (1.0, "out[{}]*={};"),
    "max": (-math.inf, "{{const m={1};if(!(m<=out[{0}])&&out[{0}]===out[{0}])out[{0}]=m;}}"),
    "min": (math.inf, "{{const m={1};if(!(m>=out[{0}])&&out[{0}]===out[{0}])out[{0}]=m;}}"),
}
#: A part this much smaller than the loop nest is computed beforehand, once.
FAR_SMALLER, WORTH_IT = 8, 20_000


def allowed(shape):
    """Raise MemoryError for an array that the page could not hold."""
    if math.prod(shape) > LARGEST:
        raise MemoryError(
            f"an array of shape {tuple(shape)} has {math.prod(shape):,} numbers; the page can hold "
            f"{LARGEST:,}. Take fewer points, or run the program in a live notebook."
        )


def evaluate(root, axes=(), how=None):
    """Return the values of an expression as a Float64Array; with how, reduced over axes to length 1."""
    nest = _Nest(root)
    out_full = tuple(1 if a in axes else n for a, n in enumerate(root.full))
    allowed(out_full)
    start, store = REDUCE[how]
    code = nest.code(
        tuple(0 if n == 1 else s for n, s in zip(out_full, strides_of(out_full), strict=True)), store
    )
    constants = to_js(buffer_of("d", nest.constants))
    return js.memoKernel(code, to_js(nest.buffers), constants, math.prod(out_full), start)


class _Nest:
    """The loops over root's axes, i0, i1, ..., and what stands in each."""

    def __init__(self, root):
        self.full, self.total = root.full, math.prod(root.full)
        self.buffers, self.constants, self.levels, self.seen = [], [], {}, {}
        self.lines = [[] for _ in range(len(self.full) + 1)]
        self.value = self.name(root, range(len(self.full)))

    def code(self, strides, store):
        """Return the program, which writes to the places that strides give."""
        lines = [f"const B{i}=B[{i}];" for i in range(len(self.buffers))] + self.lines[0]
        for a, n in enumerate(self.full):
            loop = f"for(let i{a}=0;i{a}<{n};i{a}++)" if n != 1 else ""
            lines += [f"{loop}{{", *self.lines[a + 1]]
        target = _place(strides, 0, range(len(self.full)))
        return "\n".join([*lines, store.format(target, self.value), "}" * len(self.full)])

    def name(self, node, places):
        """Return the name of a node's value, where its axes run along these loops (None: along none)."""
        places = tuple(p if p is not None and self.full[p] != 1 else None for p in places)
        if node.kind == "flat" or self._is_far_smaller(node):
            node.ready()
        key = (id(node), places)
        if key not in self.seen:
            self.seen[key] = getattr(self, f"_{node.kind}")(node, places)
        return self.seen[key]

    def _is_far_smaller(self, node):
        small = FAR_SMALLER * math.prod(node.full) <= self.total
        return node.kind == "op" and self.total > WORTH_IT and small

    def _stands(self, level, code):
        name = f"v{len(self.levels)}"
        self.levels[name] = level
        self.lines[level + 1].append(f"const {name}={code};")
        return name

    def _buffer(self, buffer):
        for at, known in enumerate(self.buffers):
            if known is buffer:
                return at
        self.buffers.append(buffer)
        return len(self.buffers) - 1

    def _parts(self, nodes, sources, places):
        return [
            self.name(node, [None if s is None else places[s] for s in source])
            for node, source in zip(nodes, sources, strict=True)
        ]

    def _const(self, node, places):
        self.constants.append(float(node.more["value"]))
        return self._stands(-1, f"C[{len(self.constants) - 1}]")

    def _leaf(self, node, places):
        strides = node.more["strides"]
        along = [p for p, s in zip(places, strides, strict=True) if p is not None and s]
        at = self._buffer(node.more["buffer"])
        return self._stands(max(along, default=-1), f"B{at}[{_place(strides, node.more['offset'], places)}]")

    def _view(self, node, places):
        (name,) = self._parts(node.args, [node.more["source"]], places)
        return name

    def _op(self, node, places):
        parts = self._parts(node.args, node.more["sources"], places)
        return self._stands(max(self.levels[p] for p in parts), node.more["template"].format(*parts))

    def _gather(self, node, places):
        """Look up a table; as in JAX an index beyond an end is that end."""
        table, *indices = node.args
        parts = self._parts(indices, node.more["sources"], places)
        strides, rest = table.more["strides"], places[node.more["own"] :]
        at = self._buffer(table.more["buffer"])
        place = _place(strides[len(parts) :], table.more["offset"], rest)
        for part, stride, n in zip(parts, strides, table.full, strict=False):
            place += f"+{stride}*Math.min(Math.max({part}<0?{part}+{n}:{part},0),{n - 1})"
        level = max([self.levels[p] for p in parts] + [p for p in rest if p is not None])
        return self._stands(level, f"B{at}[{place}]")


def _place(strides, offset, places):
    terms = [f"{s}*i{p}" for s, p in zip(strides, places, strict=True) if p is not None and s]
    return "+".join([str(offset), *terms])
