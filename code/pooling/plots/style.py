"""All chapters: how every figure is drawn, its look, its styles, its few kinds of mark.

Department styles (colour, marker, dash) and estimator markers are the same in every figure, and no
meaning is carried by colour alone. Every colour has a contrast of at least 3 to 1 on a white page
and on a dark one; black becomes the page's text colour. A figure is as wide as its column up to
440 px, where its text has the size of the page's own; on a phone it is still larger than 11 px.
"""

import io
import re
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from matplotlib import rc_context, rcParamsDefault
from matplotlib.figure import Figure

from pooling.departments import Department
from pooling.plots.palette import BLUE, ORANGE, PURPLE, TEAL
from pooling.plots.picture import Picture, picture

__all__ = [
    "BLUE", "DEPARTMENTS", "ESTIMATORS", "KINDS", "ORANGE", "PURPLE", "TEAL", "TEXT", "WIDTH",
    "Style", "bare", "beside", "corner", "empty", "extent", "figure", "legend", "look", "mean_mark",
    "number", "rug", "svg",
]  # fmt: skip

TEXT = "black"  # becomes currentColor
WIDTH = 330  #: Points of every figure: 440 px, where 12 points are 16 px.
_DOTTED = (0, (1.5, 2))


class Style(NamedTuple):
    """How one thing looks in every figure: never told apart by colour alone."""

    color: str
    marker: str
    dash: str | tuple


DEPARTMENTS = {
    Department.GOVERNMENT: Style(BLUE, "o", "-"),
    Department.ENGLISH: Style(ORANGE, "s", (0, (5, 2))),
    Department.MATH: Style(TEAL, "^", (0, (5, 2, 1, 2))),
}
#: How each estimator is marked; the colour is the department's.
ESTIMATORS = {
    "observed": {"marker": "x", "markersize": 8, "markeredgewidth": 2},
    "no pooling": {"marker": "s", "markersize": 7, "markeredgewidth": 1.8, "markerfacecolor": "none"},
    "complete pooling": {"color": TEXT, "linestyle": (0, (8, 3)), "linewidth": 1.3},
    "partial pooling": {"marker": "o", "markersize": 8},
}
#: How each curve is drawn; a posterior that belongs to a department takes its colour.
KINDS = {
    "prior": {"color": TEXT, "linestyle": _DOTTED, "linewidth": 1.6},
    "likelihood": {"color": PURPLE, "linestyle": (0, (6, 2, 1, 2)), "linewidth": 1.6},
    "posterior": {"color": TEXT, "linestyle": "-", "linewidth": 2.2},
}
_LOOK = {
    "font.size": 12,
    "axes.labelsize": 12,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.handlelength": 2.4,
    "svg.fonttype": "none",  # text stays text, in the page's own font
    "svg.hashsalt": "partial pooling",  # the same figure, the same bytes
}


@contextmanager
def look():
    """Draw with Matplotlib's defaults and ours; a reader's settings neither show nor change."""
    defaults = {name: value for name, value in rcParamsDefault.items() if "backend" not in name}
    with rc_context(defaults | _LOOK):
        yield


def figure(rows=1, columns=1, *, height=200, sharex=True, sharey=False):
    """Return an empty figure, to fill and hand to `svg`.

    Parameters
    ----------
    rows, columns : int
        Axes, in rows from the top.
    height : float
        Points.
    sharex, sharey : bool or str
        Whether the axes share their axes, as `matplotlib.figure.Figure.subplots` takes it.

    Returns
    -------
    fig : matplotlib.figure.Figure
    axes : Axes, array (rows,) of them if `rows` > 1, or array (rows, columns) if `columns` > 1
    """
    with look():
        fig = empty(height=height)
        return fig, fig.subplots(rows, columns, sharex=sharex, sharey=sharey, squeeze=columns == 1)


def empty(*, height):
    """Return a figure without axes; height in points."""
    with look():
        return Figure(figsize=(WIDTH / 72, height / 72))


def svg(fig, *, alt) -> Picture:
    """Turn any Matplotlib figure into a `Picture`, and empty the figure.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Drawn in black and in colours that can be seen on white and on near-black.
    alt : str
        What the picture shows, with its numbers; never empty.
    """
    with look():
        buffer = io.StringIO()
        fig.savefig(buffer, format="svg", transparent=True)
    fig.clear()
    return picture(buffer.getvalue(), alt=alt)


def number(x, spec=".2f"):
    """Return x for the eye: two decimals and a true minus sign, which a zero does not have."""
    return format(float(x), re.sub(r"^([+ -]?)", r"\1z", spec)).replace("-", "−")


def bare(ax, bottom=True):
    """Leave the curves and, if wanted, the x axis: densities are compared by area, not height."""
    ax.yaxis.set_visible(False)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(bottom)
    ax.tick_params(bottom=bottom, labelbottom=bottom)


def legend(fig, handles):
    """Say above the axes what dashes and markers mean, row by row, in no more columns than find room."""
    for columns in range(2 if len(handles) == 4 else min(len(handles), 3), 0, -1):
        rows = [handles[k : k + columns] for k in range(0, len(handles), columns)]
        by_column = [row[k] for k in range(columns) for row in rows if k < len(row)]
        told = fig.legend(handles=by_column, loc="outside upper left", ncols=columns, borderaxespad=0.1)
        if columns == 1 or told.get_window_extent().width < 0.98 * fig.bbox.width:
            return
        told.remove()


def beside(ax, x, y, text):
    """Write to the right of a point."""
    ax.annotate(text, (x, y), xytext=(8, 0), textcoords="offset points", va="center")


def corner(ax, left="", right=""):
    """Write in the upper corners of the axes."""
    ax.text(0, 1, left, transform=ax.transAxes, va="top")
    ax.text(1, 1, right, transform=ax.transAxes, va="top", ha="right")


def mean_mark(ax, x, y, center):
    """Drop a line from the curve (x, y) at its center."""
    height = np.interp(center, x, y)
    ax.plot([center, center], [0, height], color=TEXT, linewidth=1)
    ax.plot(center, height, marker="o", markersize=5, color=TEXT)


def rug(ax, t, step):
    """Mark the arrivals under the axis, a line a department, each line labelled once."""
    for level, (d, arrivals) in enumerate(t.items(), start=1):
        seen = np.sort(arrivals[np.isfinite(arrivals)])
        name = d.name.capitalize() if len(t) > 1 else "observed"
        if len(seen):
            style = DEPARTMENTS[d]
            ax.plot(seen, 0 * seen - step * level, style.marker, color=style.color, markersize=7)
            beside(ax, seen[-1], -step * level, f"{name} {', '.join(number(x, 'g') for x in seen)}")


def extent(x, heights, points=()):
    """Return x limits that hold every point, and each curve where it stands out from its floor."""
    seen = np.zeros(len(x), bool)
    for y in heights:
        y = np.atleast_2d(y)
        low, high = y.min(axis=1, keepdims=True), y.max(axis=1, keepdims=True)
        seen |= (y - low > 0.01 * high).any(axis=0)
    places = np.concatenate([x[seen], np.ravel(points)])
    low, high = np.nanmin(places), np.nanmax(places)
    return low - 0.03 * (high - low), high + 0.03 * (high - low)
