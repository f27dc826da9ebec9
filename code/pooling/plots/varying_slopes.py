"""Chapter 17, varying_slopes: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    ORANGE,
    TEAL,
    TEXT,
    bare,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["correlations", "fan", "lines", "origins", "plane", "scales"]

_ALL = {"color": TEXT, "linestyle": (0, (1.5, 2)), "linewidth": 1.4}
_OWN_LINE = {"color": ORANGE, "linestyle": (0, (5, 2)), "linewidth": 1.6}
_POOLED_LINE = {"color": BLUE, "linewidth": 1.8}
_OWN = {"marker": "o", "color": ORANGE, "markerfacecolor": "none", "markeredgewidth": 1.4, "linestyle": ""}
_POOLED = {"marker": "o", "color": BLUE, "linestyle": "", "markersize": 4.5}
_MEAN = {"marker": "D", "color": TEXT, "linestyle": "", "markersize": 6}
_HALF, _MOST = (
    np.sqrt(2 * np.log(2)),
    np.sqrt(-2 * np.log(0.06)),
)  # radii that hold 50 and 94 % of two normals
_LKJ = ((TEAL, (0, (5, 2, 1, 2))), (BLUE, "-"), (ORANGE, (0, (5, 2))))


@look()
def lines(data, own, theta, mu, *, alt=None) -> Picture:
    """Draw every driver's days in a panel, with the own line, the pooled one, and that of the population.

    Parameters
    ----------
    data : Sleep
        Its number of drivers a multiple of six.
    own, theta : array (J, 2)
        Intercepts and slopes.
    mu : array (2,)
    alt : str, optional
        Default: how far slopes go before and after.
    """
    own, theta = _pairs(own=own, theta=theta)
    mu = checks.array("mu", mu, shape=(2,))
    if len(own) != data.name.size or len(own) % 6:
        raise ValueError(f"own must be of {data.name.size} drivers, six in a row, got {len(own)}")
    fig, axes = figure(len(own) // 6, 6, height=92 * len(own) // 6, sharex=True, sharey=True)
    ends = np.array([data.day.min(), data.day.max()])
    for j, ax in enumerate(np.ravel(axes)):
        here = data.driver == j
        ax.plot(data.day[here], data.y[here], "o", color=TEXT, markersize=2)
        for (start, slope), style in ((mu, _ALL), (own[j], _OWN_LINE), (theta[j], _POOLED_LINE)):
            ax.plot(ends, start + slope * ends, **style)
        ax.set_title(data.name[j], fontsize=12)
    fig.supxlabel("day", fontsize=12)
    fig.supylabel("reaction time (ms)", fontsize=12)
    legend(fig, [
        Line2D([], [], label="own line", **_OWN_LINE),
        Line2D([], [], label="pooled", **_POOLED_LINE),
        Line2D([], [], label="everybody", **_ALL),
    ])  # fmt: skip
    told = [f"{number(x.min(), '.1f')} to {number(x.max(), '.1f')}" for x in (own[:, 1], theta[:, 1])]
    return svg(fig, alt=alt or (
        f"{len(own)} drivers, each with days and lines. Slopes of own lines go from {told[0]} ms a day, of "
        f"pooled ones from {told[1]}; that of everybody is {number(mu[1], '.1f')}."
    ))  # fmt: skip


@look()
def plane(own, theta, *, mu, spread, names=(), called=(), alt=None) -> Picture:
    """Draw each driver's own pair and the pooled one in the plane of intercept and slope, and the population.

    Parameters
    ----------
    own, theta : array (J, 2)
        Intercepts and slopes.
    mu, spread : array (2,), (2, 2)
        Mean and covariance of the population; its ellipses hold 50 and 94 %.
    names : sequence of str (J,)
        Of the drivers.
    called : sequence of str
        Those whose names are written.
    alt : str, optional
        Default: how far pairs are from mu before and after.
    """
    own, theta = _pairs(own=own, theta=theta)
    mu, spread = checks.array("mu", mu, shape=(2,)), checks.array("spread", spread, shape=(2, 2))
    fig, ax = figure(height=300)
    for radius in (_HALF, _MOST):
        ax.plot(*_ellipse(mu, spread, radius), color=TEXT, linewidth=1, linestyle=(0, (1.5, 2)))
    for start, end in zip(own, theta, strict=True):
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": BLUE, "linewidth": 1.2})
    ax.plot(*own.T, markersize=6, **_OWN)
    ax.plot(*theta.T, **_POOLED)
    ax.plot(*mu, **_MEAN)
    for name in called:
        at = own[list(names).index(name)]
        right = at[0] < mu[0]
        ax.annotate(name, at, xytext=(-7 if right else 7, 0), textcoords="offset points", va="center",
                    ha="right" if right else "left")  # fmt: skip
    ax.margins(x=0.12)
    ax.set(xlabel="intercept (ms)", ylabel="slope (ms a day)")
    legend(fig, [
        Line2D([], [], label="own", markersize=6, **_OWN),
        Line2D([], [], label="pooled", **_POOLED),
        Line2D([], [], label="population", **_MEAN),
    ])  # fmt: skip
    told = []
    for k, unit in enumerate(("ms", "ms a day")):
        before, after = (np.sqrt(np.mean((x[:, k] - mu[k]) ** 2)) for x in (own, theta))
        told.append(f"{before:.1f} and after {after:.1f} {unit}")
    return svg(fig, alt=alt or (
        f"{len(own)} arrows towards intercept {number(mu[0], '.0f')} and slope {number(mu[1], '.1f')}. Root "
        f"mean square distance before: of intercepts {told[0]}; of slopes {told[1]}."
    ))  # fmt: skip


@look()
def origins(day, curves, *, marked, alt=None) -> Picture:
    """Draw the correlation of intercept and slope against the day at which the intercept is taken.

    Parameters
    ----------
    day : array (n,)
    curves : dict of str to array (n,)
        Correlations by name, two of them: of own lines, of the population.
    marked : sequence of float
        Days with a vertical line.
    alt : str, optional
        Default: each curve where it is marked.
    """
    day = checks.array("day", day, shape="(n,)")
    fig, ax = figure(height=220)
    ax.axhline(0, color=TEXT, linewidth=0.8)
    told, handles = [], []
    for (name, rho), style in zip(curves.items(), (_OWN_LINE, _POOLED_LINE), strict=True):
        rho = checks.array(f"curves[{name!r}]", rho, shape=day.shape)
        ax.plot(day, rho, **style)
        handles.append(Line2D([], [], label=name, **style))
        there = ", ".join(f"{number(np.interp(x, day, rho))} at day {x:g}" for x in marked)
        told.append(f"{name}: {there}")
    for x in marked:
        ax.axvline(x, **_ALL)
    ax.set(xlabel="day 0 of the intercept", ylabel="correlation", ylim=(-1.05, 1.05))
    legend(fig, handles)
    return svg(fig, alt=alt or f"Correlation of intercept and slope. {'; '.join(told)}.")


@look()
def scales(draws, known, *, alt=None) -> Picture:
    """Draw the posterior of each scale, and the one number that restricted maximum likelihood has.

    Parameters
    ----------
    draws : dict of str to array (n,)
        By the scale's label; an even number of them.
    known : dict of str to float
        The number, by the same labels.
    alt : str, optional
        Default: medians, 94 % intervals and the numbers.
    """
    if draws.keys() != known.keys() or len(draws) % 2 or not draws:
        raise ValueError(
            f"draws and known must be of the same scales, two in a row, got {', '.join(draws)} and "
            f"{', '.join(known)}"
        )
    fig, axes = figure(len(draws) // 2, 2, height=70 + 55 * len(draws), sharex=False)
    told = []
    for ax, (name, values) in zip(np.ravel(axes), draws.items(), strict=True):
        values = checks.array(f"draws[{name!r}]", values, shape="(n,)")
        low, high = np.quantile(values, [0.001, 0.999])
        heights, edges = np.histogram(values, np.linspace(low, high, 41), density=True)
        ax.stairs(heights, edges, color=BLUE, fill=True, alpha=0.18)
        ax.stairs(heights, edges, color=BLUE, linewidth=1.8)
        at = checks.number(f"known[{name!r}]", known[name])
        ax.plot(at, 0, marker="x", color=ORANGE, markersize=9, markeredgewidth=2.2, clip_on=False)
        ax.set(xlabel=name, ylim=(0, None))
        bare(ax)
        low, middle, high = np.quantile(values, [0.03, 0.5, 0.97])
        told.append(f"{name.replace('$', '').replace(chr(92), '')}: median {number(middle)}, 94 % from "
                    f"{number(low)} to {number(high)}, REML {number(at)}")  # fmt: skip
    legend(fig, [
        Patch(facecolor=BLUE, alpha=0.5, label="posterior"),
        Line2D([], [], color=ORANGE, marker="x", linestyle="", markeredgewidth=2.2, label="REML"),
    ])  # fmt: skip
    return svg(fig, alt=alt or f"Posteriors. {'; '.join(told)}.")


@look()
def correlations(x, densities, *, alt=None) -> Picture:
    """Draw densities of a correlation, such as three LKJ priors have them.

    Parameters
    ----------
    x : array (n,)
        Correlations.
    densities : dict of str to array (n,)
        By name, three at most.
    alt : str, optional
        Default: each density at 0 and at 0.9.
    """
    x = checks.array("x", x, shape="(n,)")
    fig, ax = figure(height=190)
    handles, told = [], []
    for (name, density), (color, dash) in zip(densities.items(), _LKJ, strict=False):
        density = checks.array(f"densities[{name!r}]", density, shape=x.shape)
        ax.plot(x, density, color=color, linestyle=dash, linewidth=2)
        handles.append(Line2D([], [], color=color, linestyle=dash, linewidth=2, label=name))
        told.append(f"{name}: {np.interp(0, x, density):.2f} at 0, {np.interp(0.9, x, density):.2f} at 0.9")
    ax.set(xlabel=r"correlation $\rho$", xlim=(-1, 1), ylim=(0, None), xticks=[-1, -0.5, 0, 0.5, 1])
    bare(ax)
    legend(fig, handles)
    return svg(fig, alt=alt or f"Densities of a correlation. {'; '.join(told)}.")


@look()
def fan(day, line, time, *, seen=None, alt=None) -> Picture:
    """Draw what is predicted of a driver: where the line lies, and where a time does, with 94 %.

    Parameters
    ----------
    day : array (D,)
    line, time : array (n, D)
        Draws of the line and of a time on each day.
    seen : tuple of array, optional
        Days and times of drivers who were seen, drawn beside it.
    alt : str, optional
        Default: the ends on the first and on the last day.
    """
    day = checks.array("day", day, shape="(D,)")
    fig, ax = figure(height=240)
    handles, told = [], []
    for name, draws, color, alpha in (("time", time, TEAL, 0.22), ("line", line, BLUE, 0.4)):
        low, high = np.quantile(checks.array(name, draws, shape="(n, D)"), [0.03, 0.97], axis=0)
        band = {"facecolor": (color, alpha), "edgecolor": color, "linewidth": 1}
        ax.fill_between(day, low, high, **band)
        handles.insert(0, Patch(label=f"{name}, 94 %", **band))
        ends = [f"{number(low[k], '.0f')} to {number(high[k], '.0f')} on day {day[k]:g}" for k in (0, -1)]
        told.append(f"a {name} {', '.join(ends)}")
    if seen is not None:
        ax.plot(*seen, "o", color=TEXT, markersize=2)
        handles.append(Line2D([], [], marker="o", color=TEXT, linestyle="", markersize=2, label="seen"))
    ax.set(xlabel="day", ylabel="reaction time (ms)")
    legend(fig, handles)
    return svg(fig, alt=alt or f"94 % of what is predicted, in ms: {'; '.join(told)}.")


def _ellipse(mu, spread, radius):
    """Return the points of an ellipse of a normal distribution, (2, 121)."""
    values, vectors = np.linalg.eigh(spread)
    turn = np.linspace(0, 2 * np.pi, 121)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return mu[:, None] + radius * root @ np.array([np.cos(turn), np.sin(turn)])


def _pairs(**arrays):
    """Check arrays of one shape (J, 2)."""
    first = checks.array(*next(iter(arrays.items())), shape="(J, 2)")
    if first.ndim != 2 or first.shape[1] != 2:
        raise ValueError(f"{next(iter(arrays))} must have shape (J, 2), got shape {first.shape}")
    return (checks.array(name, x, shape=first.shape) for name, x in arrays.items())
