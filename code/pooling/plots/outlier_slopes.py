"""Chapter 11: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.plots import panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    ESTIMATORS,
    KINDS,
    ORANGE,
    PURPLE,
    TEAL,
    TEXT,
    Style,
    bare,
    corner,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["forest", "readings", "sampling", "stacked"]

_SERIES = (
    Style(ORANGE, "s", (0, (5, 2))),
    Style(BLUE, "o", "-"),
    Style(TEAL, "^", (0, (5, 2, 1, 2))),
    Style(PURPLE, "D", (0, (1.5, 2))),
)


@look()
def readings(data, lines, *, group=7, alt=None) -> Picture:
    """Draw all readings, those of one group apart, and lines through the origin.

    Parameters
    ----------
    data : OutlierSlopes
    lines : dict of str to float
        Name and slope, three at most.
    group : int
        The bench to mark.
    alt : str, optional
        Default: the readings of that bench, and the slopes.
    """
    if not 1 <= len(lines) <= 3:
        raise ValueError(f"lines must hold 1 to 3 slopes, got {len(lines)}")
    fig, ax = figure(height=330)
    own = data.bench == group
    dots = {"linestyle": "", "marker": "o", "color": BLUE, "alpha": 0.5, "markersize": 5}
    marks = {"linestyle": "", "marker": "D", "color": ORANGE, "markersize": 8}
    ax.plot(data.x[~own], data.y[~own], **dots)
    end = 1.05 * data.x.max()
    dashes = ((0, (1.5, 2)), "-", (0, (8, 3)))
    handles = [
        Line2D([], [], label="other benches", **dots),
        Line2D([], [], label=f"bench {group}", **marks),
    ]
    for (name, slope), dash in zip(lines.items(), dashes, strict=False):
        drawn = {"color": TEXT, "linestyle": dash, "linewidth": 1.8}
        ax.plot([0, end], [0, slope * end], **drawn)
        handles.append(Line2D([], [], label=f"{name}: {number(slope)}", **drawn))
    ax.plot(data.x[own], data.y[own], **marks)
    ax.set(xlabel="weight x (newtons)", ylabel="stretch y (cm)", xlim=(0, end))
    fig.legend(handles=handles, loc="outside upper left", ncols=2, columnspacing=1.2)
    points = ", ".join(f"{x:g} N {y:g} cm" for x, y in zip(data.x[own], data.y[own], strict=True))
    return svg(fig, alt=alt or (
        f"{data.y.size} readings, stretch against weight. Bench {group}: {points}. Lines through the "
        "origin: " + ", ".join(f"{name} {slope:.2f} cm per newton" for name, slope in lines.items()) + "."
    ))  # fmt: skip


@look()
def forest(labels, answers, *, xlabel, line=None, truth=None, alt=None) -> Picture:
    """Draw centers and intervals as a forest plot: a row for each label, a mark for each answer.

    Parameters
    ----------
    labels : sequence of str, J of them
        Names of the rows, from above.
    answers : dict of str to pair (center (J,), interval (J, 2))
        By name, four at most.
    xlabel : str
        With units.
    line : tuple (name, center, interval), optional
        One answer for all rows: a dashed line in a band.
    truth : array (J,), optional
        What the data were made with; a cross in each row.
    alt : str, optional
        Default: every number.
    """
    if not 1 <= len(answers) <= len(_SERIES):
        raise ValueError(f"answers must hold 1 to {len(_SERIES)} of them, got {len(answers)}")
    rows = len(labels)
    fig, ax = figure(height=86 + rows * (12 + 11 * len(answers)))
    handles, said = [], []
    styles = _SERIES if len(answers) > 1 else _SERIES[1:]
    for k, ((name, (center, interval)), style) in enumerate(zip(answers.items(), styles, strict=False)):
        center = checks.array(f"answers[{name!r}] center", center, shape=(rows,))
        interval = checks.array(f"answers[{name!r}] interval", interval, shape=(rows, 2))
        y = np.arange(rows) + (k - (len(answers) - 1) / 2) * 0.8 / (len(answers) + 0.4)
        ax.hlines(y, *interval.T, color=style.color, linewidth=2.4)
        look_of_mark = {"marker": style.marker, "color": style.color, "markersize": 7, "linestyle": ""}
        ax.plot(center, y, **look_of_mark)
        handles.append(Line2D([], [], label=name, **look_of_mark | {"linestyle": "-", "linewidth": 2.4}))
        said.append(f"{name}: " + ", ".join(
            f"{label} {c:.2f} ({low:.2f} to {high:.2f})"
            for label, c, (low, high) in zip(labels, center, interval, strict=True)) + ".")  # fmt: skip
    if line is not None:
        name, center, (low, high) = line
        ax.axvspan(low, high, color=TEXT, alpha=0.12, linewidth=0)
        ax.axvline(center, **ESTIMATORS["complete pooling"])
        handles.append(Line2D([], [], label=name, **ESTIMATORS["complete pooling"]))
        said.append(f"{name}: {center:.2f} ({low:.2f} to {high:.2f}).")
    if truth is not None:
        truth = checks.array("truth", truth, shape=(rows,))
        cross = {"linestyle": "", "color": TEXT} | ESTIMATORS["observed"] | {"markersize": 6}
        ax.plot(truth, np.arange(rows), **cross)
        handles.append(Line2D([], [], label="truth", **cross))
        said.append("Truth: " + ", ".join(f"{x:.2f}" for x in truth) + ".")
    ax.set(xlabel=xlabel, yticks=np.arange(rows), yticklabels=labels, ylim=(rows - 0.5, -0.5))
    panels.rows_axis(ax)
    if len(handles) > 1:
        fig.legend(handles=handles, loc="outside upper left", ncols=2, columnspacing=1.2)
    return svg(fig, alt=alt or f"{xlabel}, mean and 94 % HDI. " + " ".join(said))


@look()
def stacked(x, rows, *, xlabel, marks=None, alt) -> Picture:
    """Draw densities one above the other, each scaled to the same height.

    Parameters
    ----------
    x : array (K,)
    rows : dict of str to array (K,), or to a dict of kind to array (K,)
        What is written beside a curve, and its height; of several curves in a row, by kind
        ("prior", "likelihood", "posterior").
    xlabel : str
        With units.
    marks : dict of str to float, optional
        Names and places of vertical lines through all rows.
    alt : str
        What the picture shows, with its numbers.
    """
    fig, axes = figure(len(rows), height=70 + 62 * len(rows))
    for ax, (name, curves) in zip(np.atleast_1d(axes), rows.items(), strict=True):
        for kind, y in (curves if isinstance(curves, dict) else {"posterior": curves}).items():
            ax.plot(x, y / np.max(y), **KINDS[kind])
        for place in (marks or {}).values():
            ax.axvline(place, **ESTIMATORS["complete pooling"])
        corner(ax, right=name)
        ax.axhline(0, color=TEXT, linewidth=0.8)
        ax.set(xlim=(x[0], x[-1]), ylim=(0, 1.25))
        bare(ax, bottom=ax is np.atleast_1d(axes)[-1])
    np.atleast_1d(axes)[-1].set_xlabel(xlabel)
    kinds = dict.fromkeys(
        kind for curves in rows.values() if isinstance(curves, dict) for kind in curves
    )  # fmt: skip
    handles = [Line2D([], [], label=kind, **KINDS[kind]) for kind in kinds] if len(kinds) > 1 else []
    handles += [Line2D([], [], label=name, **ESTIMATORS["complete pooling"]) for name in marks or {}]
    if handles:
        legend(fig, handles)
    return svg(fig, alt=alt)


@look()
def sampling(names, runs, *, alt=None) -> Picture:
    """Draw divergences and smallest effective sample size of several runs, a row for each way to sample.

    Parameters
    ----------
    names : sequence of str
        Ways to sample, from above.
    runs : sequence of pair (divergences, ess) of arrays
        Of each way, one number a run.
    alt : str, optional
        Default: every number.
    """
    fig, axes = figure(2, height=130 + 32 * len(names), sharex=False)
    titles = "divergences, of 4,000 draws", "smallest ESS"
    limit = {"color": TEXT, "linestyle": (0, (8, 3)), "linewidth": 1.3}
    for ax, which, title in zip(axes, (0, 1), titles, strict=True):
        for row, run in enumerate(runs):
            values = np.asarray(run[which], float)
            shift = np.linspace(-0.2, 0.2, len(values))
            ax.plot(values, row + shift, linestyle="", color=(ORANGE, BLUE)[which],
                    marker=("x", "o")[which], markersize=7, markeredgewidth=1.8)  # fmt: skip
        ax.set(xlabel=title, yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))
        panels.rows_axis(ax)
    axes[0].set_xscale("symlog", linthresh=1)
    axes[0].set(xlim=(-0.2, 300), xticks=[0, 1, 10, 100], xticklabels=["0", "1", "10", "100"])
    axes[1].set_xscale("log")
    ticks = [10, 100, 1000, 10_000]
    axes[1].set(xlim=(10, 10_000), xticks=ticks, xticklabels=[f"{tick:,}" for tick in ticks])
    axes[1].axvline(400, **limit)
    fig.legend(handles=[Line2D([], [], label="enough: 400", **limit)], loc="outside upper left")
    return svg(fig, alt=alt or "Divergences and smallest effective sample size, by run. " + " ".join(
        f"{name}: " + ", ".join(f"{d:.0f} and {n:.0f}" for d, n in zip(*run, strict=True)) + "."
        for name, run in zip(names, runs, strict=True)
    ))  # fmt: skip
