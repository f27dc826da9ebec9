"""Chapter 18, own_groups: every group's own value, estimate and interval, by estimate."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, figure, legend, look, number, svg

__all__ = ["forest", "league"]

_NAMED, _LONGEST = 60, 28  # groups whose names are written; letters of a name
_ROW, _FRAME, _TALLEST = 15, 90, 900  # points


@look()
def forest(names, own, estimate, lower, upper, *, mu, prob, xlabel):
    """Draw groups in the order of their estimates, the largest at the top.

    Parameters
    ----------
    names : sequence (J,)
        Written beside the groups, if there are at most 60.
    own : array (J,)
        The group's own mean, estimate or share; NaN where there is none.
    estimate, lower, upper : array (J,)
        Partially pooled, with its interval.
    mu : float
        Population mean, a dashed line.
    prob : float
        What an interval holds.
    xlabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    own = checks.array("own", own, shape="(J,)", nan=True)
    pooled = (("estimate", estimate), ("lower", lower), ("upper", upper))
    estimate, lower, upper = (checks.array(name, x, shape=own.shape) for name, x in pooled)
    order = np.argsort(estimate, kind="stable")
    place = np.arange(1, own.size + 1)
    few = own.size <= _NAMED
    size = 4.5 if few else 2.5
    fig, ax = figure(height=min(_FRAME + _ROW * own.size, _TALLEST))
    ax.axvline(mu, color="black", linestyle=(0, (8, 3)), linewidth=1.3)
    ax.hlines(place, lower[order], upper[order], color=BLUE, linewidth=1.6 if few else 0.6)
    ax.plot(own[order], place, "x", color=ORANGE, markersize=size + 1, label="own")
    ax.plot(estimate[order], place, "o", color=BLUE, markersize=size, label="pooled")
    ax.set(ylim=(0, own.size + 1))
    ax.set_xlabel(_plain(xlabel), parse_math=False)
    if few:
        # A name is a reader's: dollar signs in it are no formula.
        ax.set_yticks(place, [_plain(names[j]) for j in order], parse_math=False)
    else:
        ax.set_ylabel("groups, by estimate")
        ax.set_yticks([])
    handles = [
        Line2D([], [], label="own", marker="x", color=ORANGE, linestyle="none", markersize=5.5),
        Line2D([], [], label=f"pooled, {100 * prob:g} %", marker="o", color=BLUE, markersize=4.5),
        Line2D([], [], label="population mean", color="black", linestyle=(0, (8, 3)), linewidth=1.3),
    ]
    legend(fig, handles)
    return fig


def league(names, own, estimate, lower, upper, *, mu, prob, xlabel, alt=None) -> Picture:
    """Draw what `forest` draws, for a page, with a sentence for who does not see it.

    Parameters
    ----------
    names, own, estimate, lower, upper, mu, prob, xlabel
        As in `forest`.
    alt : str, optional
        Default: the first and the last group with their intervals, and the group that is pulled farthest.
    """
    fig = forest(names, own, estimate, lower, upper, mu=mu, prob=prob, xlabel=xlabel)
    order = np.argsort(-np.asarray(estimate), kind="stable")

    def told(j):
        return (
            f"{_plain(names[j])} with {number(estimate[j], '.4g')} ({number(lower[j], '.4g')} to "
            f"{number(upper[j], '.4g')})"
        )

    pulled = np.nan_to_num(np.abs(np.asarray(own, float) - estimate), nan=-1.0)
    far = int(np.argmax(pulled))
    moved = (
        f" {_plain(names[far])} is pulled farthest, from {number(own[far], '.4g')} to "
        f"{number(estimate[far], '.4g')}."
    )
    return svg(fig, alt=alt or (
        f"{len(names):,} groups of {_plain(xlabel)}, by estimate, with {100 * prob:g} % intervals: from "
        f"{told(order[0])} to {told(order[-1])}. Population mean {number(mu, '.4g')}."
        f"{moved if pulled[far] >= 0 else ''}"
    ))  # fmt: skip


def _plain(name):
    text = " ".join(str(name).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
