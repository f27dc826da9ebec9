"""Chapter 15, proportions: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, PURPLE, TEAL, TEXT, bare, figure, legend, look, svg

__all__ = ["average", "errors", "histogram", "players", "ranks"]

_OWN = {"marker": "x", "color": ORANGE, "markersize": 7, "markeredgewidth": 2, "linestyle": ""}
_POOLED = {"marker": "o", "color": BLUE, "markersize": 6.5}
_REST = {"marker": "D", "color": PURPLE, "markersize": 6, "markerfacecolor": "none", "markeredgewidth": 1.6,
         "linestyle": ""}  # fmt: skip
_ALL = {"color": TEXT, "linestyle": (0, (8, 3)), "linewidth": 1.3}
#: How each estimator's curve looks; what is not here cannot be drawn.
_CURVES = {
    "own average": {"color": ORANGE, "marker": "x", "linestyle": (0, (5, 2)), "markeredgewidth": 2},
    "complete pooling": {"color": TEXT, "marker": "", "linestyle": (0, (8, 3))},
    "James–Stein": {"color": TEAL, "marker": "^", "linestyle": (0, (5, 2, 1, 2))},
    "partial pooling": {"color": BLUE, "marker": "o", "linestyle": "-"},
}


def average(x, digits=3):
    """Return a batting average as it is written: .265, and 1.000.

    Parameters
    ----------
    x : float
        A share of hits.
    digits : int
    """
    return f"{float(x):.{digits}f}".removeprefix("0")


@look()
def players(player, own, mean, lower, upper, *, everybody, rest=None, alt=None) -> Picture:
    """Draw a row a player: his own average, the interval of his estimate, and what came.

    Parameters
    ----------
    player : sequence of str (J,)
    own, mean, lower, upper : array (J,)
        Own average; the mean of a posterior, and the ends of its interval.
    everybody : float
        The estimate of complete pooling.
    rest : array (J,), optional
        What came.
    alt : str, optional
        Default: every number.
    """
    own, mean, lower, upper = _rows(own=own, mean=mean, lower=lower, upper=upper)
    rest = None if rest is None else checks.array("rest", rest, shape=own.shape)
    y = np.arange(own.size)
    fig, ax = figure(height=60 + 21 * own.size)
    ax.axvline(everybody, **_ALL)
    ax.hlines(y, lower, upper, color=BLUE, linewidth=1.6)
    for row, start, end in zip(y, own, mean, strict=True):
        ax.annotate("", (end, row), xytext=(start, row),
                    arrowprops={"arrowstyle": "->", "color": ORANGE, "shrinkB": 3})  # fmt: skip
    ax.plot(own, y, **_OWN)
    ax.plot(mean, y, linestyle="", **_POOLED)
    if rest is not None:
        ax.plot(rest, y, **_REST)
    ax.set_yticks(y, player)
    ax.set(ylim=(own.size - 0.4, -0.6), xlabel="hits per at-bat")
    ax.tick_params(left=False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: average(x, 2)))
    handles = [
        Line2D([], [], label="own average", **_OWN),
        Line2D([], [], label="estimate, 94 %", linestyle="-", linewidth=1.6, **_POOLED),
        Line2D([], [], label="everybody", **_ALL),
    ]
    if rest is not None:
        handles.append(Line2D([], [], label="the rest", **_REST))
    legend(fig, handles)
    came = ["" if rest is None else f", the rest {average(x)}" for x in (y if rest is None else rest)]
    told = "; ".join(
        f"{name} {average(a)} becomes {average(m)} ({average(low)} to {average(high)}){c}"
        for name, a, m, low, high, c in zip(player, own, mean, lower, upper, came, strict=True)
    )
    return svg(fig, alt=alt or f"Everybody together {average(everybody)}. {told}.")


@look()
def histogram(values, *, xlabel, known, name, range=None, alt=None) -> Picture:
    """Draw draws of one number as a histogram, its 94 % interval darker, and a line where another has it.

    Parameters
    ----------
    values : array (n,)
    xlabel : str
    known : float
        What is known of the number from elsewhere.
    name : str
        Of that.
    range : tuple of float, optional
        Of the axis; draws outside count for the interval and are not drawn.
    alt : str, optional
        Default: the interval, the median, and what is known.
    """
    values = checks.array("values", values, shape="(n,)")
    known = checks.number("known", known)
    low, middle, high = np.quantile(values, [0.03, 0.5, 0.97])
    fig, ax = figure(height=200)
    edges = np.linspace(*(range or (values.min(), values.max())), 61)
    counts, _ = np.histogram(values, edges)
    bars = ax.bar(edges[:-1], counts, np.diff(edges), align="edge", color=BLUE, linewidth=0)
    for bar, held in zip(bars, (edges[:-1] >= low) & (edges[1:] <= high), strict=True):
        bar.set_alpha(0.75 if held else 0.3)
    style = {"color": ORANGE, "linestyle": (0, (5, 2)), "linewidth": 2.2}
    ax.axvline(known, **style)
    ax.set(xlabel=xlabel, xlim=(edges[0], edges[-1]))
    bare(ax)
    legend(fig, [Patch(color=BLUE, alpha=0.75, label="94 % of them"), Line2D([], [], label=name, **style)])
    return svg(fig, alt=alt or (
        f"{xlabel}: 94 % of {values.size:,} draws lie between {low:.3f} and {high:.3f}, half of them below "
        f"{middle:.3f}. Marked: {name}, {known:.3f}."
    ))  # fmt: skip


@look()
def errors(at_bats, root_mean_square, *, alt=None) -> Picture:
    """Draw how far estimators are from the truth, against how many at-bats each player has.

    Parameters
    ----------
    at_bats : array (A,)
        Ascending.
    root_mean_square : dict of str to array (A,)
        By estimator, of "own average", "complete pooling", "James–Stein", "partial pooling".
    alt : str, optional
        Default: every number at the least and the most at-bats, and at 45 if it is there.
    """
    at_bats = checks.array("at_bats", at_bats, shape="(A,)")
    curves = {
        name: checks.array(f"root_mean_square[{name!r}]", y, shape=at_bats.shape)
        for name, y in root_mean_square.items()
    }
    if unknown := curves.keys() - _CURVES.keys():
        raise ValueError(
            f"root_mean_square must be of {', '.join(_CURVES)}, got {', '.join(sorted(unknown))}"
        )
    fig, ax = figure(height=270)
    for name, y in curves.items():
        ax.plot(at_bats, y, linewidth=1.8, markersize=6, **_CURVES[name])
    ax.set(xscale="log", xlabel="at-bats of each player", ylabel="distance from the truth")
    ax.set_ylim(0, 1.08 * max(y.max() for y in curves.values()))
    ax.set_xticks(at_bats, [f"{x:g}" for x in at_bats])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: average(x, 2)))
    legend(fig, [Line2D([], [], label=name, linewidth=1.8, markersize=6, **_CURVES[name]) for name in curves])
    shown = [k for k, n in enumerate(at_bats) if n in {at_bats[0], 45, at_bats[-1]}]
    told = "; ".join(
        f"at {at_bats[k]:g} at-bats " + ", ".join(f"{name} {average(y[k])}" for name, y in curves.items())
        for k in shown
    )
    return svg(fig, alt=alt or f"Root mean square distance from the truth: {told}.")


@look()
def ranks(player, lower, upper, best, *, alt=None) -> Picture:
    """Draw between which ranks each player may be, and how probably he is the best.

    Parameters
    ----------
    player : sequence of str (J,)
    lower, upper : array (J,)
        The ends of the interval of his rank, 1 the best.
    best : array (J,)
        Probability of rank 1.
    alt : str, optional
        Default: every number.
    """
    lower, upper, best = _rows(lower=lower, upper=upper, best=best)
    y = np.arange(lower.size)
    fig, ((ax, beside),) = figure(1, 2, height=50 + 20 * lower.size, sharex=False, sharey=True)
    ax.hlines(y, lower, upper, color=BLUE, linewidth=4)
    for end in (lower, upper):
        ax.plot(end, y, "|", color=BLUE, markersize=10, markeredgewidth=2)
    ax.set_yticks(y, player)
    ax.set(ylim=(lower.size - 0.4, -0.6), xlim=(0.3, lower.size + 0.7), xlabel="rank, 94 %")
    ax.set_xticks(sorted({1, *range(6, lower.size + 1, 6)}))
    beside.barh(y, best, height=0.6, color=ORANGE)
    beside.set(xlabel="best, probability", xlim=(0, 1.35 * best.max()))
    for row, chance in zip(y, best, strict=True):
        beside.annotate(f"{100 * chance:.0f} %", (chance, row), xytext=(4, 0), textcoords="offset points",
                        va="center")  # fmt: skip
    for one in (ax, beside):
        one.tick_params(left=False)
    beside.set_xticks([])
    fig.align_xlabels()
    told = "; ".join(
        f"{name} {low:.0f} to {high:.0f}, best with {100 * chance:.0f} %"
        for name, low, high, chance in zip(player, lower, upper, best, strict=True)
    )
    return svg(fig, alt=alt or f"Ranks, 94 % intervals: {told}.")


def _rows(**arrays):
    """Check arrays of one shape (J,)."""
    shape = checks.array(*next(iter(arrays.items())), shape="(J,)").shape
    return (checks.array(name, x, shape=shape) for name, x in arrays.items())
