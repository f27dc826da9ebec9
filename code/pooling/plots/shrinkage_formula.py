"""Chapter 8: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from pooling import checks, shrinkage
from pooling.plots import panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    ESTIMATORS,
    ORANGE,
    PURPLE,
    TEAL,
    TEXT,
    Style,
    beside,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["arrows", "regression", "strips", "weights"]

_SERIES = (
    Style(BLUE, "o", "-"),
    Style(ORANGE, "s", (0, (5, 2))),
    Style(TEAL, "^", (0, (5, 2, 1, 2))),
    Style(PURPLE, "D", (0, (1.5, 2))),
)


@look()
def weights(ratios, *, n_max=100, alt=None) -> Picture:
    """Draw the weight of a group's own mean against its size, a curve for each sigma/tau.

    Parameters
    ----------
    ratios : sequence of float
        sigma/tau, > 0, four at most; a mark where the weight is one half, at n = (sigma/tau)².
    n_max : int
        Where the axis ends.
    alt : str, optional
        Default: each curve's half and its height at the end.
    """
    if not 1 <= len(ratios) <= len(_SERIES):
        raise ValueError(f"ratios must hold 1 to {len(_SERIES)} numbers, got {len(ratios)}")
    fig, ax = figure(height=270)
    n, handles, said = np.linspace(0, n_max, 401), [], []
    for ratio, style in zip(ratios, _SERIES, strict=False):
        own = {"color": style.color, "linestyle": style.dash, "linewidth": 2}
        ax.plot(n, shrinkage.weight(n, sigma=ratio, tau=1), **own)
        if ratio**2 <= n_max:
            ax.plot(ratio**2, 0.5, style.marker, color=style.color, markersize=8, clip_on=False)
        handles.append(Line2D([], [], label=f"{ratio:g}", marker=style.marker, markersize=8, **own))
        end = shrinkage.weight(n_max, sigma=ratio, tau=1)
        said.append(f"sigma over tau {ratio:g}: one half at n = {ratio**2:g}, {end:.2f} at n = {n_max:g}.")
    ax.axhline(0.5, color=TEXT, linewidth=0.8)
    ax.set(xlim=(0, n_max), ylim=(0, 1), xlabel="students, n", ylabel="weight w of its own mean")
    fig.legend(handles=handles, loc="outside upper left", ncols=4, title="sigma / tau",
               alignment="left", handlelength=1.8, columnspacing=1.2)  # fmt: skip
    return svg(fig, alt=alt or "Weight of a group's own mean against its size. " + " ".join(said))


@look()
def regression(mean, truth, *, mu, weight, alt=None) -> Picture:
    """Draw true values against observed means, with the three ways to guess one from the other.

    Parameters
    ----------
    mean, truth : array (J,)
        Observed group means and what they are observations of, of groups of equal size.
    mu : float
        Population mean.
    weight : float
        Weight of a group's own mean: the slope of the regression line.
    alt : str, optional
        Default: the three lines.
    """
    mean = checks.array("mean", mean, shape="(J,)")
    truth = checks.array("truth", truth, shape=mean.shape)
    fig, ax = figure(height=330)
    ax.plot(mean, truth, ".", color=BLUE, markersize=4, alpha=0.55)
    x = np.array([mean.min(), mean.max()])
    lines = {"no pooling": 1.0, "partial pooling": weight, "complete pooling": 0.0}
    looks = {
        "no pooling": {"color": ORANGE, "linestyle": (0, (1.5, 2)), "linewidth": 2.2},
        "partial pooling": {"color": TEXT, "linestyle": "-", "linewidth": 2.2},
        "complete pooling": ESTIMATORS["complete pooling"],
    }
    room = truth.min() - 0.5, truth.max() + 0.5
    for name, slope in lines.items():
        ax.plot(x, mu + slope * (x - mu), **looks[name])
    ax.set(xlabel="observed mean of the school", ylabel="its true mean α", ylim=room)
    ax.set_aspect("equal", adjustable="box")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, integer=True))
    fig.legend(handles=[Line2D([], [], label=f"{name}: slope {number(slope, '.2g')}", **looks[name])
                        for name, slope in lines.items()], loc="outside upper left")  # fmt: skip
    return svg(fig, alt=alt or (
        f"{len(mean)} groups, true value against observed mean, with three lines through {mu:g}: "
        + ", ".join(f"{name} with slope {slope:.2f}" for name, slope in lines.items()) + "."
    ))  # fmt: skip


@look()
def arrows(mean, n, shrunk, *, mu, alt=None) -> Picture:
    """Draw many groups at once: an arrow from each group's own mean to its estimate, against its size.

    Parameters
    ----------
    mean, n, shrunk : array (J,)
        Own means, sizes and estimates.
    mu : float
        The population mean; a dashed line.
    alt : str, optional
        Default: how far the smallest and the largest groups move.
    """
    mean = checks.array("mean", mean, shape="(J,)")
    n, shrunk = (checks.array(k, x, shape=mean.shape) for k, x in (("n", n), ("shrunk", shrunk)))
    fig, ax = figure(height=240)
    for size, start, end in zip(n, mean, shrunk, strict=True):
        way = {"arrowstyle": "-|>,head_width=0.2,head_length=0.35", "shrinkA": 0, "shrinkB": 0,
               "color": BLUE, "linewidth": 1.1}  # fmt: skip
        ax.annotate("", (size, end), (size, start), arrowprops=way)
    ax.plot(n, mean, linestyle="", color=ORANGE, **ESTIMATORS["observed"] | {"markersize": 5})
    ax.axhline(mu, **ESTIMATORS["complete pooling"])
    ax.set(xlabel="students, n", ylabel="score", xlim=(0, None))
    legend(fig, [
        Line2D([], [], label="own mean", linestyle="", color=ORANGE, **ESTIMATORS["observed"]),
        Line2D([], [], label="estimate", linestyle="", marker=7, color=BLUE, markersize=8),
        Line2D([], [], label="μ", **ESTIMATORS["complete pooling"]),
    ])  # fmt: skip
    moved, small = np.abs(shrunk - mean), n <= np.median(n)
    return svg(fig, alt=alt or (
        f"Arrows from the own means of {len(mean)} groups to their estimates, all towards {mu:g}. The "
        f"smaller half of the groups moves by {moved[small].mean():.2f} on average, the larger half by "
        f"{moved[~small].mean():.2f}."
    ))  # fmt: skip


@look()
def strips(rows, *, odd, centers, alt=None) -> Picture:
    """Draw several estimates of the same groups, a row for each way, as ticks along one axis.

    Parameters
    ----------
    rows : dict of str to array (J,)
        Name of a way and what it says of each group.
    odd : int
        Index of the group to mark as the odd one.
    centers : dict of str to float
        By row, what its groups were pulled towards; a row may be left out.
    alt : str, optional
        Default: centers, and the mean and range of the other groups in each row.
    """
    rows = {name: checks.array(f"rows[{name!r}]", x, shape="(J,)") for name, x in rows.items()}
    fig, ax = figure(height=90 + 48 * len(rows))
    said = []
    for level, (name, x) in enumerate(rows.items()):
        others = np.delete(x, odd)
        ax.plot(others, np.full(others.shape, level), "|", color=BLUE, markersize=13, markeredgewidth=1.5)
        ax.plot(x[odd], level, "D", color=ORANGE, markersize=7)
        towards = ""
        if name in centers:
            ax.plot(centers[name], level + 0.26, "^", color=TEXT, markersize=7)
            beside(ax, centers[name], level + 0.3, number(centers[name], ".1f"))
            towards = f" pulled towards {centers[name]:.2f},"
        ax.text(0, level - 0.3, name, transform=ax.get_yaxis_transform(), va="center")
        said.append(f"{name}:{towards} others {others.min():.1f} to {others.max():.1f}, mean "
                    f"{others.mean():.2f}, the odd one {x[odd]:.1f}.")  # fmt: skip
    ax.set(xlabel="score", yticks=[], ylim=(len(rows) - 0.4, -0.55))
    panels.rows_axis(ax)
    marks = {"school": ("|", BLUE, 13), "odd one": ("D", ORANGE, 7), "μ used": ("^", TEXT, 7)}
    fig.legend(loc="outside upper left", ncols=3, handlelength=1, columnspacing=1.2, handles=[
        Line2D([], [], label=label, linestyle="", marker=marker, color=color, markersize=size)
        for label, (marker, color, size) in marks.items()
    ])  # fmt: skip
    return svg(fig, alt=alt or " ".join(said))
