"""Chapter 4: what happens to an answer when the scales of the hyperpriors change."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.plots import alt_text, panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    DEPARTMENTS,
    ESTIMATORS,
    TEXT,
    beside,
    corner,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["limits", "plane", "predictive", "sweep"]

_ANSWERS = {
    "published": {"marker": "D", "markersize": 7, "markerfacecolor": "none", "markeredgewidth": 1.6},
    "counted once": {"marker": "|", "markersize": 11, "markeredgewidth": 2.2},
    "exact": {"marker": "o", "markersize": 7},
}
_LEVELS = (-0.28, 0, 0.28)  #: Of the three within a row, so that none hides another.


@look()
def plane(mu_scales, tau_scales, values, *, levels, name, settings=None, spec="g", alt=None) -> Picture:
    """Draw a quantity over the (mu_scale, tau_scale) plane as labelled contours.

    Parameters
    ----------
    mu_scales, tau_scales : array (A,), (B,)
        Ascending, minutes.
    values : array (A, B)
    levels : sequence of float
        Where contours are drawn, ascending; the more colour, the higher.
    name : str
        What the contours show, with its unit.
    settings : dict of str to pair, optional
        Label (it may be empty) and (mu_scale, tau_scale) of points to mark.
    spec : str
        Format of the contours' labels.
    alt : str, optional
        Default: the values at the four corners and at the labelled settings.
    """
    mu_scales, tau_scales = (
        checks.array(f"{label}_scales", x, shape="(K,)")
        for label, x in (("mu", mu_scales), ("tau", tau_scales))
    )
    values = checks.array("values", values, shape=(len(mu_scales), len(tau_scales)))
    fig, ax = figure(height=380)
    for level in levels:
        ax.contourf(mu_scales, tau_scales, values.T, [level, np.inf], colors=[BLUE], alpha=0.09)
    lines = ax.contour(mu_scales, tau_scales, values.T, levels, colors=BLUE, linewidths=1.4)
    ax.clabel(lines, fmt=lambda x: number(x, spec), colors=TEXT, inline_spacing=4)
    for label, (x, y) in (settings or {}).items():
        ax.plot(x, y, "o", color=TEXT, markersize=6, clip_on=False, zorder=5)
        ax.annotate(label, (x, y), xytext=(0, 7), textcoords="offset points", ha="center", weight="bold")
    ticks = [1, 5, 10, 15, 20]
    ax.set(xlabel="mu_scale (minutes)", ylabel="tau_scale (minutes)", xticks=ticks, yticks=ticks)
    ax.set(xlim=mu_scales[[0, -1]], ylim=tau_scales[[0, -1]])
    ax.set_title(name, loc="left")
    return svg(fig, alt=alt or _say_plane(name, mu_scales, tau_scales, values, settings or {}))


def _say_plane(name, mu_scales, tau_scales, values, settings):
    ends = {(i, j): values[i, j] for i in (0, -1) for j in (0, -1)}
    corners = [f"{v:.2f} at ({mu_scales[i]:g}, {tau_scales[j]:g})" for (i, j), v in ends.items()]
    return (
        f"Contours of {name} over mu_scale (across) and tau_scale (up). At the corners, as "
        f"(mu_scale, tau_scale): {', '.join(corners)}."
        + "".join(f" {label} marks ({x:g}, {y:g})." for label, (x, y) in settings.items())
    )


@look()
def sweep(result, *, t, alt=None) -> Picture:
    """Draw a sweep: a row a setting, in it three answers a department, and the arrivals above.

    Parameters
    ----------
    result : hyperpriors.sweep.Sweep
        At S settings.
    t : array (3,) or (3, N)
        Arrivals; a cross at a department's mean.
    alt : str, optional
        Default: every number drawn.
    """
    observed = panels.mean_arrivals(t)
    answers = dict(zip(_ANSWERS, (result.published, result.once, result.exact), strict=True))
    y = np.arange(1, len(result.settings) + 1)
    names = [f"{m:g}, {s:g}" for m, s in result.settings]
    fig, ax = figure(height=100 + 42 * (len(y) + 1))
    for d, style in DEPARTMENTS.items():
        ax.plot(observed[d], 0, color=style.color, **ESTIMATORS["observed"])
        ax.text(observed[d], -0.38, d.name.capitalize(), ha="center")
        path = np.concatenate([[observed[d]], answers["exact"].mean[:, d]])
        ax.plot(path, [0, *(y + _LEVELS[-1])], color=style.color, linestyle=style.dash, linewidth=1.3)
        for (name, mark), level in zip(_ANSWERS.items(), _LEVELS, strict=True):
            ax.plot(answers[name].mean[:, d], y + level, color=style.color, linestyle="", **mark)
    ax.set(
        xlabel="θ (minutes late)",
        ylabel="mu_scale, tau_scale",
        yticks=[0, *y],
        yticklabels=["observed", *names],
    )
    ax.set(ylim=(len(y) + 0.5, -0.85))
    ax.margins(x=0.1)
    panels.rows_axis(ax)
    legend(
        fig, [Line2D([], [], color=TEXT, linestyle="", label=name, **mark) for name, mark in _ANSWERS.items()]
    )
    rows = [
        f"At {name}: "
        + alt_text.each({kind: [f"{x:.2f}" for x in answer.mean[k]] for kind, answer in answers.items()})
        for k, name in enumerate(names)
    ]
    return svg(fig, alt=alt or "Posterior means in minutes late, by (mu_scale, tau_scale). " + " ".join(rows))


@look()
def limits(scales, exact, *, grid, lines, name, alt=None) -> Picture:
    """Draw each department's estimate as one scale goes from nearly nothing to very much.

    Parameters
    ----------
    scales : array (S,)
        Ascending, minutes, > 0; drawn on a logarithmic axis.
    exact, grid : array (S, 3)
        E[theta_d] by quadrature and on the course grid.
    lines : dict of str to float
        Levels to compare with, labelled at the right end.
    name : str
        Of the scale: "tau_scale".
    alt : str, optional
        Default: the exact estimates at both ends.
    """
    scales = checks.array("scales", scales, shape="(S,)")
    exact = checks.array("exact", exact, shape=(len(scales), 3))
    grid = checks.array("grid", grid, shape=(len(scales), 3))
    fig, ax = figure(height=330)
    for d, style in DEPARTMENTS.items():
        ax.plot(scales, exact[:, d], color=style.color, linestyle=style.dash, linewidth=2.2)
        ax.plot(
            scales[::4],
            grid[::4, d],
            style.marker,
            color=style.color,
            markersize=5,
            markerfacecolor="none",
            clip_on=False,
        )
        beside(ax, scales[-1], exact[-1, d], f"{d.name.capitalize()} {number(exact[-1, d], '.1f')}")
    for label, level in lines.items():
        ax.axhline(level, color=TEXT, linewidth=1, linestyle=ESTIMATORS["complete pooling"]["linestyle"])
        ax.annotate(label, (scales[-1], level), xytext=(0, 4), textcoords="offset points", ha="right")
    ax.set(xscale="log", xlabel=f"{name} (minutes)", ylabel="E[θ] (minutes late)", xlim=scales[[0, -1]])
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    ax.minorticks_off()
    handles = [
        Line2D([], [], color=TEXT, linewidth=2.2, label="exact"),
        Line2D([], [], color=TEXT, linestyle="", marker="o", markerfacecolor="none", label="course grid"),
    ]
    legend(fig, handles)
    ends = {f"at {name} {scales[k]:g}": [f"{x:.2f}" for x in exact[k]] for k in (0, -1)}
    said = "".join(f" A line at {level:.2f}: {label}." for label, level in lines.items())
    return svg(fig, alt=alt or f"E[theta] in minutes late against {name}. {alt_text.each(ends)}{said}")


@look()
def predictive(arrivals, *, beyond, alt=None) -> Picture:
    """Draw what several priors expect, before any data: a histogram of arrivals each.

    Parameters
    ----------
    arrivals : dict of str to array (n,)
        By the name of the prior, minutes.
    beyond : float
        Minutes; arrivals further than this from zero are counted, not drawn.
    alt : str, optional
        Default: the share beyond and the share within half an hour, by prior.
    """
    beyond = checks.scale("beyond", beyond)
    fig, axes = figure(len(arrivals), height=60 + 78 * len(arrivals))
    edges = np.linspace(-beyond, beyond, 61)
    said = []
    for (name, t), ax in zip(arrivals.items(), np.atleast_1d(axes), strict=True):
        t = checks.array(f"arrivals[{name!r}]", t, shape="(n,)")
        outside = np.mean(np.abs(t) > beyond)
        counts, _ = np.histogram(t, edges)
        ax.stairs(counts / counts.max(), edges, fill=True, color=BLUE, alpha=0.35)
        ax.stairs(counts / counts.max(), edges, color=BLUE, linewidth=1.4)
        corner(ax, name, f"{100 * outside:.1f} % beyond {beyond:g}")
        ax.yaxis.set_visible(False)
        ax.spines["left"].set_visible(False)
        ax.set(ylim=(0, 1.3), xlim=(-beyond, beyond))
        said.append(
            f"{name}: {100 * outside:.1f} % beyond, {100 * np.mean(np.abs(t) < 30):.0f} % within 30 minutes."
        )
    ax.set(xlabel="arrival (minutes late)", xticks=np.linspace(-beyond, beyond, 5))
    return svg(
        fig,
        alt=alt
        or f"Histograms of simulated arrivals; beyond means further than {beyond:g} minutes. "
        + " ".join(said),
    )
