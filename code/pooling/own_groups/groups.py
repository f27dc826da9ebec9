"""Chapter 18, own_groups: a reader's table becomes groups, with what was left out counted group by group."""

from typing import NamedTuple

import numpy as np

from pooling.own_groups.columns import columns_of, labels, numbers

__all__ = ["Groups", "from_counts", "from_estimates", "from_rows", "from_summary"]

_MOST_TRIALS, _WHOLE = 10**9, 2.0**53


class Groups(NamedTuple):
    """What is known of each group; in the order in which groups first appear in the table.

    The first five are what every table gives; the others say what kind of table it was, and are needed to
    compute with, to answer with a frame of the same kind, and to write a program for it.

    Attributes
    ----------
    names : list
        As they stand in the table.
    n : ndarray (J,)
        Rows with a value; trials; or 1 for an estimate. 0: nothing is known of the group but that it exists.
    mean, ss : ndarray (J,)
        Mean and sum of squared deviations from it, in the unit of the values and its square; NaN and 0
        where n is 0. Of estimates, the estimate and 0; of counts, those of the zeros and ones.
    dropped : ndarray (J,)
        Rows that were left out because a cell of theirs was missing.
    nameless : int
        Rows left out because they name no group.
    kind : str
        "rows", "summary", "estimates" or "counts".
    se : ndarray (J,) or None
        Of estimates.
    successes : ndarray (J,) or None
        Of counts.
    columns : dict
        Column names by argument, such as {"group": "branch", "value": "score"}.
    frame : narwhals.Implementation
        Whose frame it was.
    """

    names: list
    n: np.ndarray
    mean: np.ndarray
    ss: np.ndarray
    dropped: np.ndarray
    nameless: int = 0
    kind: str = "rows"
    se: np.ndarray | None = None
    successes: np.ndarray | None = None
    columns: dict | None = None
    frame: object = None

    def __repr__(self):
        """Return one line."""
        left_out = int(self.dropped.sum()) + self.nameless
        return (
            f"Groups({self.kind}: {len(self.names):,} groups, n {self.n.sum():,.0f}, left out {left_out:,})"
        )


def from_rows(frame, *, group, value):
    """Read a table with one row an observation.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, pyarrow.Table or another eager frame that narwhals knows
    group, value : str
        Its columns: the group's name and a number. Categories that no row has are no groups.

    Returns
    -------
    Groups
        Rows without a value are dropped and counted by group, rows without a name altogether.

    Raises
    ------
    ValueError
        By column, row (counted from 1) and value: for cells that are no numbers, for infinities, for a column
        that is not there or whose name occurs twice, and for a table without rows.
    """
    table = columns_of(frame, group=group, value=value)
    names, code = labels(table, "group")
    y = numbers(table, "value")
    named, size = code >= 0, len(names)
    kept = named & ~np.isnan(y)
    y, at = y[kept], code[kept]
    n = np.bincount(at, minlength=size).astype(float)
    # Differences first to a value in the middle, then to the group's mean: a time stamp keeps its digits.
    middle = float(np.partition(y, y.size // 2)[y.size // 2]) if y.size else 0.0
    per_row = np.maximum(n, 1)
    mean = middle + np.bincount(at, y - middle, size) / per_row
    off = np.bincount(at, y - mean[at], size) / per_row
    mean += off
    ss = np.bincount(at, (y - mean[at]) ** 2, size)
    alike = np.ones(size, bool)  # rounding leaves no spread where all values are one
    first = np.full(size, np.nan)
    first[at[::-1]] = y[::-1]
    np.logical_and.at(alike, at, y == first[at])
    mean, ss = np.where(alike, first, mean), np.where(alike, 0.0, ss)
    if (bad := ~alike & ~(ss > 0)).any():
        j = np.flatnonzero(bad)[0]
        raise ValueError(
            f"value must differ by more than 1e-150 where it differs, got group {names[j]!r}: use a "
            "smaller unit"
        )
    dropped = np.bincount(code[named & ~kept], minlength=size)
    columns = {"group": group, "value": value}
    return Groups(names, n, np.where(n > 0, mean, np.nan), ss, dropped, int((~named).sum()), "rows",
                  columns=columns, frame=table.implementation)  # fmt: skip


def from_summary(frame, *, group, n, mean, sd):
    """Read a table with one row a group: how many observations, their mean and their sd.

    Parameters
    ----------
    frame
        As in `from_rows`.
    group, n, mean, sd : str
        Its columns; sd is the sample's, with n - 1 below, >= 0, and not needed where n is 0 or 1.

    Returns
    -------
    Groups
        A group with a missing number is kept without data, and counted in `dropped`.

    Raises
    ------
    ValueError
        As `from_rows`; for a name that occurs twice, an n that is not whole or negative, a negative sd, or
        one that is not 0 where n is 1.
    """
    columns = {"group": group, "n": n, "mean": mean, "sd": sd}
    table, names, order, nameless = _one_row_a_group(frame, columns)
    size, centre, scatter = (numbers(table, name)[order] for name in ("n", "mean", "sd"))
    _refuse("n", n, names, size, ~_whole(size, _WHOLE), "whole and >= 0", "correct it")
    _refuse("sd", sd, names, scatter, scatter < 0, ">= 0", "is it a variance, or a difference?")
    _refuse("sd", sd, names, scatter, (size == 1) & (scatter > 0), "0 or missing where n is 1",
            "one observation has no sd; if it is a standard error, use from_estimates")  # fmt: skip
    gone = np.isnan(size) | ((size > 0) & np.isnan(centre)) | ((size > 1) & np.isnan(scatter))
    count = np.where(gone, 0.0, size)
    ss = np.where(count > 1, (count - 1) * np.where(count > 1, scatter, 0.0) ** 2, 0.0)
    mean_ = np.where(count > 0, centre, np.nan)
    return Groups(names, count, mean_, ss, gone.astype(int), nameless, "summary",
                  columns=columns, frame=table.implementation)  # fmt: skip


def from_estimates(frame, *, group, estimate, se):
    """Read a table with one row a group: an estimate and its standard error.

    Parameters
    ----------
    frame
        As in `from_rows`.
    group, estimate, se : str
        Its columns; se > 0.

    Returns
    -------
    Groups
        With `se`; a group with a missing number is kept without data, and counted in `dropped`.

    Raises
    ------
    ValueError
        As `from_rows`; for a name that occurs twice, or a standard error that is not > 0.
    """
    columns = {"group": group, "estimate": estimate, "se": se}
    table, names, order, nameless = _one_row_a_group(frame, columns)
    y, error = (numbers(table, name)[order] for name in ("estimate", "se"))
    hint = "what is known for certain needs no pooling; if the error is not known, leave the cell empty"
    _refuse("se", se, names, error, error <= 0, "> 0", hint)
    gone = np.isnan(y) | np.isnan(error)
    return Groups(names, np.where(gone, 0.0, 1.0), np.where(gone, np.nan, y), np.zeros(len(names)),
                  gone.astype(int), nameless, "estimates", se=np.where(gone, np.nan, error),
                  columns=columns, frame=table.implementation)  # fmt: skip


def from_counts(frame, *, group, successes, trials):
    """Read a table with one row a group: successes out of trials.

    Parameters
    ----------
    frame
        As in `from_rows`.
    group, successes, trials : str
        Its columns; whole numbers, 0 <= successes <= trials <= 10⁹.

    Returns
    -------
    Groups
        With `successes`; a group with a missing number is kept without data, and counted in `dropped`.

    Raises
    ------
    ValueError
        As `from_rows`; for a name that occurs twice, or numbers that are not counts.
    """
    columns = {"group": group, "successes": successes, "trials": trials}
    table, names, order, nameless = _one_row_a_group(frame, columns)
    s, n = (numbers(table, name)[order] for name in ("successes", "trials"))
    hint = "counts, not shares or percentages"
    _refuse("trials", trials, names, n, ~_whole(n, _MOST_TRIALS), "whole and between 0 and 10⁹", hint)
    _refuse("successes", successes, names, s, ~_whole(s, _MOST_TRIALS), "whole and between 0 and 10⁹", hint)
    _refuse("successes", successes, names, s, s > n, "at most the trials", "are the two columns exchanged?")
    gone = np.isnan(s) | np.isnan(n)
    s, n = np.where(gone, 0.0, s), np.where(gone, 0.0, n)
    share = s / np.where(n > 0, n, np.nan)
    return Groups(names, n, share, np.where(n > 0, s * (1 - share), 0.0), gone.astype(int), nameless,
    "counts",
                  successes=s, columns=columns, frame=table.implementation)  # fmt: skip


def _one_row_a_group(frame, columns):
    """Return the frame, the names, the rows that have one, and how many have none; a name stands once."""
    table = columns_of(frame, **columns)
    names, code = labels(table, "group")
    order = np.flatnonzero(code >= 0)
    times = np.bincount(code[order])
    if (times > 1).any():
        j = int(np.flatnonzero(times > 1)[0])
        rows = ", ".join(f"{row + 1:,}" for row in np.flatnonzero(code == j)[:5])
        raise ValueError(
            f"group must name each group once, got {names[j]!r} in rows {rows} of column "
            f"{columns['group']!r}: "
            "tell the groups apart by name, or use from_rows if a row is one observation"
        )
    return table, names, order, code.size - order.size


def _whole(x, most):
    return np.isnan(x) | ((x >= 0) & (x <= most) & (x == np.round(x)))


def _refuse(argument, column, names, x, bad, allowed, hint):
    if np.any(bad):
        j = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{argument} must be {allowed}, got {x[j]:.10g} in column {column!r} for group {names[j]!r}: "
            f"{hint}"
        )
