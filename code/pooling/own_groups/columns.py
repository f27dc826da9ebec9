"""Chapter 18, own_groups: columns of a reader's data frame, read, or refused by row and value."""

from numbers import Number
from typing import NamedTuple

import narwhals as nw
import numpy as np

__all__ = ["Labels", "Table", "columns_of", "labels", "numbers"]

_LARGEST, _SMALLEST = 1e150, 1e-150  # beyond these, squares leave the range of float64
_KINDS = {str: "text", bool: "booleans", np.bool_: "booleans", Number: "numbers"}  # the first that fits


class Labels(NamedTuple):
    """Names of the groups in order of appearance; each row's place among them, -1 where it has none."""

    names: list
    code: np.ndarray


class Table(NamedTuple):
    """Columns of a frame, as narwhals has them, by argument; what they are called; and whose frame it is."""

    cells: dict
    called: dict
    implementation: nw.Implementation


def columns_of(frame, **columns):
    """Return some columns of a frame, or say what is wrong with it.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, pyarrow.Table or another eager frame that narwhals knows
    **columns
        For each argument, the name of a column.
    """
    if hasattr(frame, "collect"):
        raise ValueError(f"frame must hold its rows, got a {type(frame).__name__}: call its collect() first")
    there = getattr(frame, "column_names", None)  # pyarrow's
    there = list(getattr(frame, "columns", ())) if there is None else list(there)
    if there:
        _check(frame, there, columns)
    try:
        if there and hasattr(
            frame, "iloc"
        ):  # pandas: names of any kind, and of the other columns the same twice
            at = [there.index(name) for name in columns.values()]
            frame = frame.iloc[:, at].set_axis(list(columns), axis=1)
        elif there and hasattr(frame, "column_names"):
            frame = frame.select(list(columns.values())).rename_columns(list(columns))
        table = nw.from_native(frame, eager_only=True)
    except TypeError:
        raise ValueError(
            f"frame must be a data frame of pandas, polars or pyarrow, got a {type(frame).__name__}: "
            "make one, such as pandas.DataFrame(...)"
        ) from None
    if not there:
        raise ValueError(
            "frame must have columns, got a table without any: was the file read as it should be?"
        )
    if len(table) == 0:
        raise ValueError("frame must have at least one row, got none: was the file read as it should be?")
    renamed = hasattr(frame, "iloc") or hasattr(frame, "column_names")
    cells = {argument: table[argument if renamed else name] for argument, name in columns.items()}
    return Table(cells, columns, table.implementation)


def _check(frame, there, columns):
    """Refuse a column that is not there, or whose name is not its own."""
    seen = {}
    for argument, name in columns.items():
        try:
            times = there.count(name)
        except (TypeError, ValueError):
            times = 0
        if times == 0:
            index = list(getattr(getattr(frame, "index", None), "names", None) or ())
            hint = "make the index a column, frame.reset_index()" if name in index else "name one of these"
            shown = ", ".join(map(repr, there[:12]))
            shown += f" and {len(there) - 12:,} more" if len(there) > 12 else ""
            raise ValueError(
                f"{argument} must be a column of the table, got {name!r}; it has {shown}: {hint}"
            )
        if times > 1:
            raise ValueError(
                f"{argument} must be a column of its own name, got {name!r}, which {times} columns have: "
                "rename them"
            )
        if name in seen:
            raise ValueError(
                f"{argument} must be another column than {seen[name]}, got {name!r} twice: name two columns"
            )
        seen[name] = argument


def numbers(table, argument):
    """Return a column as float64, NaN where nothing is there.

    Raises
    ------
    ValueError
        For text (even if it looks like numbers: a decimal comma would be read wrongly), booleans, dates,
        infinities, and numbers whose squares float64 cannot hold, each by column, row and value. Rows are
        counted from 1.
    """
    column, name = table.cells[argument], table.called[argument]
    missing = column.is_null().to_numpy().astype(bool)
    if missing.all():
        return np.full(len(column), np.nan)
    if column.dtype.is_numeric():
        x = np.array(column.cast(nw.Float64).to_numpy(), dtype=float)
        x[missing] = np.nan
    else:
        cells = column.to_list()
        x = np.full(len(cells), np.nan)
        for row in np.flatnonzero(~missing):
            x[row] = _number(cells[row], argument, name, row)
    bad = ~np.isnan(x) & ((np.abs(x) > _LARGEST) | ((x != 0) & (np.abs(x) < _SMALLEST)))
    if bad.any():
        row = np.flatnonzero(bad)[0]
        if np.isinf(x[row]):
            what, hint = "finite", "correct it, or leave the cell empty"
        else:
            what = f"0 or in size between {_SMALLEST:g} and {_LARGEST:g}"
            hint = "correct it, or give the column in another unit"
        raise ValueError(f"{argument} must be {what}, got {x[row]:g} in {_at(name, row)}: {hint}")
    return x


def _number(cell, argument, name, row):
    """Return a cell of a column that is not known to be numeric, which may be a number nevertheless."""
    if isinstance(cell, bool | np.bool_):
        hint = "give 0 and 1; or count them by group, and use from_counts"
    elif isinstance(cell, str):
        hint = (
            "make the column numeric where the table is read (a decimal comma? a unit? a word for missing?)"
        )
    elif isinstance(cell, complex) or not hasattr(cell, "__float__") or hasattr(cell, "year"):
        hint = "use a numeric column"
    else:
        try:
            return float(cell)
        except (TypeError, ValueError, OverflowError):
            hint = "use a numeric column"
    raise ValueError(
        f"{argument} must be numbers, got {_short(cell)} ({type(cell).__name__}) in {_at(name, row)}: {hint}"
    )


def labels(table, argument):
    """Return the groups' names and which each row has; a missing name is none, an unused category neither.

    Raises
    ------
    ValueError
        For a column of text and numbers mixed, as "1" and 1 might be one group or two, or of what cannot be a
        name.
    """
    column, name = table.cells[argument], table.called[argument]
    missing = column.is_null().to_numpy().astype(bool)
    places, kinds, kind_of, code = {}, {}, {}, np.full(len(column), -1)
    for row, (cell, gone) in enumerate(zip(column.to_list(), missing.tolist(), strict=True)):
        if gone or cell is None or (isinstance(cell, float) and cell != cell):
            continue
        try:
            place = places.get(cell, -1)
        except TypeError:
            raise ValueError(
                f"{argument} must be names, got {_short(cell)} ({type(cell).__name__}) in {_at(name, row)}: "
                "use a column of text or whole numbers"
            ) from None
        kind = kind_of.get(type(cell))
        if kind is None:
            fits = (word for known, word in _KINDS.items() if isinstance(cell, known))
            kind = kind_of[type(cell)] = next(fits, type(cell).__name__)
        if place < 0 or kind not in kinds:
            kinds.setdefault(kind, row)
            if len(kinds) > 1:
                raise ValueError(
                    f"{argument} must be names of one kind, got {' and '.join(kinds)} in {_at(name, row)}: "
                    "make the whole column text, or the whole column numbers"
                )
            place = places.setdefault(cell, len(places))
        code[row] = place
    if not places:
        raise ValueError(f"{argument} must name a group in some row, got a column {name!r} without any name")
    return Labels(list(places), code)


def _at(name, row):
    return f"column {name!r}, row {row + 1:,}"


def _short(cell):
    text = repr(cell)
    return text if len(text) <= 60 else text[:57] + "..."
