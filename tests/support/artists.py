"""What a figure shows, read back from Matplotlib's artists: where its lines, marks, bars and words are."""

from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

TEXT = "#000000"  # the page's own colour
NO_MARK = "None"


class Look(NamedTuple):
    """What tells lines apart; `dash` is the lengths on and off, None for a solid line."""

    color: str
    marker: str
    dash: tuple | None


def look(line):
    """Return the look of a line; of its dash Matplotlib tells only privately."""
    dash = line._unscaled_dash_pattern[1]
    return Look(to_hex(line.get_color()), line.get_marker() or NO_MARK, dash and tuple(dash))


def lines(ax, color=None, marker=None):
    """Return (x, y) of the lines of a colour and a marker, in the order in which they were drawn."""
    return [
        (np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float))
        for line in ax.lines
        if color in (None, look(line).color) and marker in (None, look(line).marker)
    ]


def marks(ax, color=None, marker="o"):
    """Return the points (n, 2) of the marks of a look, in the order in which they were drawn."""
    return np.array([point for x, y in lines(ax, color, marker) for point in zip(x, y, strict=True)])


def segments(ax, color=None):
    """Return the segments (n, 2, 2) of a colour: of `hlines`, `vlines`, `errorbar`, end by end."""
    drawn = [one for one in ax.collections if isinstance(one, LineCollection)]
    own = [one for one in drawn if color in (None, to_hex(one.get_color()[0]))]
    return np.array([ends for one in own for ends in one.get_segments() if len(ends)])


def bars(ax):
    """Return left, foot, width and height (n, 4) of the bars, as drawn; downwards a height is negative."""
    return np.array([patch.get_bbox().bounds for bar in ax.containers for patch in bar])


def arrows(ax):
    """Return where each arrow starts and where its point is."""
    return [(text.xyann, text.xy) for text in ax.texts if getattr(text, "arrow_patch", None)]


def words(ax):
    """Return each text that is written in the axes, and the point that it stands at."""
    return [
        (text.get_text(), *map(float, getattr(text, "xy", text.get_position())))
        for text in ax.texts
        if text.get_text()
    ]


def ticks(axis):
    """Return the places of an axis by their labels."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return dict(zip(labels, axis.get_ticklocs(), strict=True))


def legend(fig):
    """Return the handles of the one legend by their labels, row by row as they are read."""
    (told,) = fig.legends
    entries = zip(told.get_texts(), told.legend_handles, strict=True)
    places = {text.get_text(): (text.get_window_extent(), handle) for text, handle in entries}
    return {
        label: handle
        for label, (_, handle) in sorted(places.items(), key=lambda one: (-round(one[1][0].y0), one[1][0].x0))
    }


def legend_looks(fig):
    """Return the looks of a legend's lines and marks by their labels, as they are read."""
    return {label: look(handle) for label, handle in legend(fig).items() if hasattr(handle, "get_marker")}
