"""Chapter 5: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.departments import Department
from pooling.plots import alt_text, panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    DEPARTMENTS,
    ESTIMATORS,
    ORANGE,
    PURPLE,
    TEXT,
    Style,
    bare,
    corner,
    extent,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["by_count", "side_by_side", "with_newcomer"]

_NAMES = [d.name.capitalize() for d in Department]
_SERIES = (Style(BLUE, "o", "-"), Style(ORANGE, "s", (0, (5, 2))))
_NEWCOMER = Style(PURPLE, "D", (0, (1.5, 2)))
_MATH = Department.MATH


@look()
def by_count(lines, *, xlabel, ylabel, level=None, level_name="", alt=None) -> Picture:
    """Draw how estimates, or their errors, go with a count.

    Parameters
    ----------
    lines : dict of str to pair (center, spread) of arrays (N,)
        By name, one or two, for the counts 0, 1, ..., N - 1. The spread is an sd, drawn on
        either side; 0 draws no bar, and a center that is NaN is left out.
    xlabel, ylabel : str
        With units.
    level : float, optional
        A height to mark, called `level_name`.
    alt : str, optional
        Default: every center and spread.
    """
    if not 1 <= len(lines) <= len(_SERIES):
        raise ValueError(f"lines must hold 1 or 2 of them, got {len(lines)}")
    pairs = {name: (np.asarray(c, float), np.asarray(s, float)) for name, (c, s) in lines.items()}
    for name, (center, spread) in pairs.items():
        if center.ndim != 1 or center.shape != spread.shape:
            raise ValueError(
                f"lines[{name!r}] must be two arrays of one length, got {center.shape} and {spread.shape}"
            )
    fig, ax = figure(height=250)
    handles = []
    for k, ((name, (center, spread)), style) in enumerate(zip(pairs.items(), _SERIES, strict=False)):
        x = np.arange(len(center)) + (k - (len(pairs) - 1) / 2) * 0.16
        ax.errorbar(x, center, spread, color=style.color, linestyle="", linewidth=1.8)
        own = {"color": style.color, "linestyle": style.dash, "linewidth": 1.3, "marker": style.marker}
        handles += ax.plot(x, center, markersize=7, label=name, **own)
    if level is not None:
        ax.axhline(level, **ESTIMATORS["complete pooling"])
        ends = np.array([c[[0, -1]] for c, _ in pairs.values()])
        free = np.nanmin(np.abs(ends - level), axis=0).argmax()  # the end where no mark is near
        ax.annotate(level_name, (free, level), xycoords=ax.get_yaxis_transform(), xytext=((4, -4)[free], 2),
                    textcoords="offset points", ha=("left", "right")[free])  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=np.arange(max(len(c) for c, _ in pairs.values())))
    legend(fig, handles)
    return svg(fig, alt=alt or _say_counts(pairs, xlabel, ylabel, level, level_name))


@look()
def with_newcomer(posterior, new, *, t, name="Psychology", alt=None) -> Picture:
    """Draw each department's posterior as `plots.departments` does, and one never met below.

    Parameters
    ----------
    posterior : Marginal
        Of theta, probability of shape (3, K).
    new : Marginal
        Of theta of the department never met, (K,), on the same grid.
    t : array (3,) or (3, N)
        Minutes late, NaN = nobody there.
    name : str
        Of the department never met.
    alt : str, optional
        Default: arrivals and estimates of each department.
    """
    fig, axes = figure(4, height=500)
    marks = panels.estimates(posterior, t, None)
    panels.shrunk(axes[:3], posterior, marks, None)
    for (d, style), ax in zip(DEPARTMENTS.items(), axes, strict=False):
        arrivals = checks.observations(t).reshape(3, -1)[d]
        ax.plot(arrivals, np.full(arrivals.shape, -0.04), "|", color=style.color, markersize=9)
        bare(ax, bottom=False)
        ax.set_xlabel("")
    last, top = axes[3], posterior.density.max()
    last.plot(new.values, new.density / top, color=_NEWCOMER.color, linewidth=2.2)
    last.plot(new.mean, -0.22 * len(marks), color=_NEWCOMER.color, **ESTIMATORS["partial pooling"])
    last.axhline(0, color=TEXT, linewidth=0.8)
    corner(last, f"{name}\n(nobody came)", f"E[θ] = {number(new.mean)}")
    bare(last)
    curves = [posterior.density, new.density]
    last.set(xlim=extent(posterior.values, curves, marks["observed"]), ylim=axes[0].get_ylim())
    last.set_xlabel("θ (minutes late)")
    mean, estimate = panels.estimator_handles(marks, None)
    mean.set_label("their mean")
    arrivals = Line2D([], [], linestyle="", color=TEXT, marker="|", markersize=9, label="arrivals")
    legend(fig, [arrivals, mean, estimate])
    low, high = new.interval(0.94)
    return svg(fig, alt=alt or (
        f"{alt_text.of_departments(marks, None)} {name}: observed nobody, mean {new.mean:.2f}, "
        f"sd {new.sd:.2f}, 94 % HDI {low:.2f} to {high:.2f}."
    ))  # fmt: skip


@look()
def side_by_side(rows, *, columns, alt=None) -> Picture:
    """Draw the departments' posteriors twice, left and right, a row a setting.

    Parameters
    ----------
    rows : dict of str to pair of Marginal
        By setting; each of theta, probability of shape (3, K), on any two grids.
    columns : pair of str
        What is on the left and what on the right.
    alt : str, optional
        Default: the means on either side.
    """
    if not rows:
        raise ValueError("rows must hold at least one setting, got none")
    height = 80 + 105 * len(rows)
    fig, axes = figure(len(rows), 2, height=height, sharey="row")
    fig.get_layout_engine().set(h_pad=7 / 72)  # a title keeps its distance from the row above
    for (setting, pair), line in zip(rows.items(), axes, strict=True):
        for ax, marginal in zip(line, pair, strict=True):
            _three(ax, marginal)
            bare(ax, bottom=ax in axes[-1])
            ax.axhline(0, color=TEXT, linewidth=0.8)
        line[0].set_title(setting, loc="left", fontsize=12, pad=4)
        line[0].set_ylim(0, 1.15 * max(marginal.density.max() for marginal in pair))
    for ax, column in zip(axes[0], columns, strict=True):
        above = {"xytext": (0, 24), "xycoords": "axes fraction", "textcoords": "offset points"}
        ax.annotate(column, (0.5, 1), ha="center", weight="bold", **above)
    for ax in axes[-1]:
        ax.set(xlim=(-45, 55), xticks=[-30, 0, 30], xlabel="θ (minutes late)")
    legend(fig, [_handle(name, style) for name, style in zip(_NAMES, DEPARTMENTS.values(), strict=True)])
    return svg(fig, alt=alt or _say_pairs(rows, columns))


def _three(ax, marginal):
    """Draw the three posteriors, and Math's mean on its own."""
    for d, style in DEPARTMENTS.items():
        own = {"color": style.color, "linestyle": style.dash, "linewidth": 2}
        ax.plot(marginal.values, marginal.density[d], **own)
    mean, style = marginal.mean[_MATH], DEPARTMENTS[_MATH]
    height = np.interp(mean, marginal.values, marginal.density[_MATH])
    ax.plot(mean, height, style.marker, color=style.color, markersize=8)
    corner(ax, right=f"Math {number(mean)}")


def _handle(name, style):
    look_of_line = {"color": style.color, "linestyle": style.dash, "linewidth": 2}
    if name == _MATH.name.capitalize():
        look_of_line |= {"marker": style.marker, "markersize": 8}
    return Line2D([], [], label=name, **look_of_line)


def _say_counts(pairs, xlabel, ylabel, level, level_name):
    said = []
    for name, (center, spread) in pairs.items():
        points = [
            f"{k}: {c:.2f}" + (f" ({s:.2f})" if s else "")
            for k, (c, s) in enumerate(zip(center, spread, strict=True))
            if np.isfinite(c)
        ]
        said.append(f"{name}: {', '.join(points)}.")
    line = "" if level is None else f" {level_name}: {level:g}."
    return f"{ylabel} (and spread) by {xlabel}. {' '.join(said)}{line}"


def _say_pairs(rows, columns):
    said = []
    for setting, pair in rows.items():
        sides = [
            f"{column} " + ", ".join(f"{n} {m:.2f}" for n, m in zip(_NAMES, marginal.mean, strict=True))
            for column, marginal in zip(columns, pair, strict=True)
        ]
        said.append(f"{setting}: {'; '.join(sides)}.")
    return f"Posterior means of theta in minutes late. {' '.join(said)}"
