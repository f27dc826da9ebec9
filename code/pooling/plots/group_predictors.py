"""Chapter 16, group_predictors: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, TEAL, TEXT, bare, figure, legend, look, number, svg

__all__ = ["chances", "intervals", "pulls", "slopes", "taus"]

_LINE = {"color": TEXT, "linestyle": (0, (8, 3)), "linewidth": 1.5}
_OWN = {"marker": "o", "color": ORANGE, "markerfacecolor": "none", "markeredgewidth": 1.4, "linestyle": ""}
_POOLED = {"marker": "o", "color": BLUE, "linestyle": ""}
_TAUS = ((ORANGE, (0, (5, 2)), "x"), (BLUE, "-", "o"))


def _size(n):
    """Return the diameter of a county's mark in points, by its houses."""
    return 2.5 + 1.1 * np.sqrt(n)


@look()
def pulls(uranium, own, theta, *, n, line, alt=None) -> Picture:
    """Draw each county's own level, its estimate, and the line to which it is pulled, against its uranium.

    Parameters
    ----------
    uranium, own, theta, n, line : array (J,)
        Log uranium; own mean and estimate of log radon in the basement; houses; the line at each county.
    alt : str, optional
        Default: the ends of the line, and how far counties are from it before and after.
    """
    uranium, own, theta, n, line = _rows(uranium=uranium, own=own, theta=theta, n=n, line=line)
    fig, ax = figure(height=290)
    for x, start, end in zip(uranium, own, theta, strict=True):
        ax.plot([x, x], [start, end], color=BLUE, linewidth=1)
    for x, y, size in zip(uranium, own, _size(n), strict=True):
        ax.plot(x, y, markersize=size, **_OWN)
    ax.plot(uranium, theta, markersize=3.6, **_POOLED)
    order = np.argsort(uranium)[[0, -1]]
    ax.plot(uranium[order], line[order], **_LINE)
    ax.set(xlabel="log uranium of the county's soil", ylabel="log radon")
    legend(fig, [
        Line2D([], [], label="own mean", markersize=7, **_OWN),
        Line2D([], [], label="estimate", markersize=4, **_POOLED),
        Line2D([], [], label="line", **_LINE),
    ])  # fmt: skip
    before, after = (np.sqrt(np.mean((y - line) ** 2)) for y in (own, theta))
    return svg(fig, alt=alt or (
        f"{n.size} counties. The line goes from {number(line[order[0]])} at log uranium "
        f"{number(uranium[order[0]])} to {number(line[order[1]])} at {number(uranium[order[1]])}. Own means "
        f"are {before:.2f} from it, root mean square, estimates {after:.2f}."
    ))  # fmt: skip


@look()
def taus(draws, known, *, alt=None) -> Picture:
    """Draw the posterior of tau under two models, and the one number of restricted maximum likelihood.

    Parameters
    ----------
    draws : dict of str to array (n,)
        Of tau, by the name of the model; two.
    known : dict of str to float
        The number, by the same names.
    alt : str, optional
        Default: medians, 94 % intervals and the numbers.
    """
    if len(draws) != 2 or draws.keys() != known.keys():
        raise ValueError(
            f"draws and known must be of the same two models, got {', '.join(draws)} and {', '.join(known)}"
        )
    fig, ax = figure(height=220)
    top = max(float(np.max(one)) for one in draws.values())
    edges, handles, told = np.linspace(0, top, 81), [], []
    for (name, values), (color, dash, marker) in zip(draws.items(), _TAUS, strict=True):
        values = checks.array(f"draws[{name!r}]", values, shape="(n,)")
        heights = np.histogram(values, edges, density=True)[0]
        ax.stairs(heights, edges, color=color, fill=True, alpha=0.18)
        ax.stairs(heights, edges, color=color, linestyle=dash, linewidth=1.8)
        at = checks.number(f"known[{name!r}]", known[name])
        ax.plot(at, 0, marker=marker, color=color, markersize=9, markeredgewidth=2.2, clip_on=False)
        handles += [
            Patch(facecolor=color, alpha=0.5, label=name),
            Line2D([], [], color=color, marker=marker, linestyle="", markeredgewidth=2.2, label="its REML"),
        ]
        low, middle, high = np.quantile(values, [0.03, 0.5, 0.97])
        told.append(f"{name}: median {middle:.2f}, 94 % from {low:.2f} to {high:.2f}, REML {at:.2f}")
    ax.set(xlabel=r"$\tau$, sd of counties", xlim=(0, top), ylim=(0, None))
    bare(ax)
    legend(fig, handles)
    return svg(fig, alt=alt or f"Posterior of tau. {'; '.join(told)}.")


@look()
def slopes(share, mean, *, n, within, between, alt=None) -> Picture:
    """Draw county means against shares of first floors, the line through them, and the slope within counties.

    Parameters
    ----------
    share, mean, n : array (J,)
        Share of first floors, mean of y, houses.
    within : float
        What a house on the first floor has more than one in the basement of the same county; drawn through
        each county that has both.
    between : tuple of float
        Intercept and slope of a line through the counties.
    alt : str, optional
        Default: both slopes.
    """
    share, mean, n = _rows(share=share, mean=mean, n=n)
    within = checks.number("within", within)
    start, slope = (checks.number("between", one) for one in between)
    fig, ax = figure(height=280)
    both = (share > 0) & (share < 1)
    for x, y in zip(share[both], mean[both], strict=True):
        # a step of a tenth of the way from basement to first floor, each way
        ax.plot([x - 0.05, x + 0.05], [y - 0.05 * within, y + 0.05 * within], color=BLUE, linewidth=1.8)
    for x, y, size in zip(share, mean, _size(n), strict=True):
        ax.plot(x, y, markersize=size, **_OWN)
    ends = np.array([0.0, share.max()])
    ax.plot(ends, start + slope * ends, **_LINE)
    ax.set(xlabel="share of first floors", ylabel="mean of log radon")
    legend(fig, [
        Line2D([], [], label="county", markersize=7, **_OWN),
        Line2D([], [], label="within", color=BLUE, linewidth=1.8),
        Line2D([], [], label="between", **_LINE),
    ])  # fmt: skip
    return svg(fig, alt=alt or (
        f"{n.size} counties by share of first floors and mean of log radon. The line through them has slope "
        f"{number(slope)}. Strokes through the {both.sum()} counties with both kinds have slope "
        f"{number(within)}."
    ))  # fmt: skip


@look()
def intervals(rows, *, xlabel, line, alt=None) -> Picture:
    """Draw nested intervals in rows: of a county, and of a house in it.

    Parameters
    ----------
    rows : dict of str to tuple of array (n,)
        Draws of a county's mean and of a house, by name, from the top.
    xlabel : str
    line : float
        Marked by a vertical line: the limit.
    alt : str, optional
        Default: medians and ends.
    """
    fig, ax = figure(height=70 + 46 * len(rows))
    told = []
    for y, (name, pair) in enumerate(rows.items()):
        said = []
        for draws, what, color, width in zip(pair, ("county", "house"), (BLUE, TEAL), (6, 2), strict=True):
            low, middle, high = np.quantile(
                checks.array(f"{what} of {name}", draws, shape="(n,)"), [0.03, 0.5, 0.97]
            )
            ax.hlines(y + (0.18 if what == "house" else 0), low, high, color=color, linewidth=width)
            if what == "county":
                ax.plot(middle, y, "o", color=BLUE, markersize=8)
            said.append(f"{what} {number(low)} to {number(high)}, median {number(middle)}")
        told.append(f"{name}: {', '.join(said)}")
    ax.axvline(line, **_LINE)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(left=False)
    ax.set(ylim=(len(rows) - 0.4, -0.5), xlabel=xlabel)
    legend(fig, [
        Line2D([], [], label="county", color=BLUE, linewidth=6),
        Line2D([], [], label="house", color=TEAL, linewidth=2),
        Line2D([], [], label="limit", **_LINE),
    ])  # fmt: skip
    return svg(fig, alt=alt or f"94 % intervals of {xlabel}. {'; '.join(told)}. The limit is {number(line)}.")


@look()
def chances(probability, own, *, n, threshold, alt=None) -> Picture:
    """Draw each county's probability that a house is over the limit, from the least; beside it its own share.

    Parameters
    ----------
    probability, own, n : array (J,)
        Of the model; share of the county's own houses over the limit, NaN if it has none; those houses.
    threshold : float
        From which on houses are treated.
    alt : str, optional
        Default: range, and how many counties are above the threshold by either.
    """
    probability, n = _rows(probability=probability, n=n)
    own = checks.array("own", own, shape=probability.shape, nan=True)
    order, at = np.argsort(probability), np.arange(n.size)
    fig, ax = figure(height=250)
    for x, j in enumerate(order):
        ax.plot(x, own[j], markersize=_size(n[j]), **_OWN)
    ax.plot(at, probability[order], markersize=3.6, **_POOLED)
    ax.axhline(threshold, **_LINE)
    ax.set(xlabel="counties, by the model's probability", ylabel="over the limit", ylim=(-0.05, 1.05))
    ax.set_xticks([])
    legend(fig, [
        Line2D([], [], label="own share", markersize=7, **_OWN),
        Line2D([], [], label="model", markersize=4, **_POOLED),
        Line2D([], [], label="treat", **_LINE),
    ])  # fmt: skip
    by_own = (own[np.isfinite(own)] > threshold).sum()
    return svg(fig, alt=alt or (
        f"{n.size} counties. The model's probability goes from {probability.min():.2f} to "
        f"{probability.max():.2f}; {(probability > threshold).sum()} are above {threshold:g}. Own shares go "
        f"from {np.nanmin(own):.2f} to {np.nanmax(own):.2f}; {by_own} of {np.isfinite(own).sum()} are above."
    ))  # fmt: skip


def _rows(**arrays):
    """Check arrays of one shape (J,)."""
    shape = checks.array(*next(iter(arrays.items())), shape="(J,)").shape
    return (checks.array(name, x, shape=shape) for name, x in arrays.items())
