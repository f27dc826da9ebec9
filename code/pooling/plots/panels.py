"""All chapters: parts of figures, what goes into one axes, or one row of them."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.departments import Department
from pooling.plots.style import (
    DEPARTMENTS,
    ESTIMATORS,
    KINDS,
    PURPLE,
    TEXT,
    bare,
    corner,
    extent,
    mean_mark,
    number,
    rug,
)

__all__ = [
    "curve_handles", "estimates", "estimator_handles", "hyperparameters", "mean_arrivals", "mean_sd",
    "rows_axis", "shrunk", "theta", "theta_curves",
]  # fmt: skip

_NAMES = [d.name.capitalize() for d in Department]
_INTERVAL = {"color": PURPLE, "linewidth": 6, "solid_capstyle": "butt", "alpha": 0.7}


def theta_curves(posterior, t, mu, tau, sigma, pooled):
    """Return the heights of prior, likelihood (area 1) and posterior, each (1, K) or (3, K)."""
    x, rows = posterior.values, 1 if pooled else 3
    lines = {}
    if mu is not None and tau is not None:
        lines["prior"] = np.tile(_normal(x, mu, tau), (rows, 1))
    if sigma is not None and np.isfinite(t).any():
        log = -0.5 * np.square((t[:, :, None] - x) / sigma)
        log = np.nansum(log, axis=(0, 1) if pooled else 1).reshape(rows, -1)
        weight = np.exp(log - log.max(axis=1, keepdims=True))
        lines["likelihood"] = weight / (weight @ np.gradient(x))[:, None]
    return lines | {"posterior": np.atleast_2d(posterior.density)}


def theta(ax, x, heights, mean, arrivals):
    """Draw curves over one theta, its mean, and the arrivals under the axis."""
    own = {} if len(arrivals) > 1 else {"color": DEPARTMENTS[next(iter(arrivals))].color}
    for kind, y in heights.items():
        ax.plot(x, y, **KINDS[kind] | (own if kind == "posterior" else {}))
    mean_mark(ax, x, heights["posterior"], mean)
    ax.axhline(0, color=TEXT, linewidth=0.8)
    top = max(y.max() for y in heights.values())
    step = top * (0.14 if len(arrivals) > 1 else 0.2)
    rug(ax, arrivals, step)
    ax.set_ylim(-step * (len(arrivals) + 0.6), 1.12 * top)


def hyperparameters(axes, posterior, mu_scale, tau_scale):
    """Draw mu and tau: posterior over prior, its center, its interval on the axis."""
    mu, tau = posterior.mu, posterior.tau
    parts = [
        (mu, _normal(mu.values, 0, mu_scale), mu.mean, "μ", "E[μ]"),
        (tau, 2 / (np.pi * tau_scale * (1 + (tau.values / tau_scale) ** 2)), tau.median, "τ", "median of τ"),
    ]
    for ax, (marginal, prior, center, letter, name) in zip(axes, parts, strict=True):
        ax.plot(marginal.values, prior, **KINDS["prior"])
        ax.plot(marginal.values, marginal.density, **KINDS["posterior"])
        mean_mark(ax, marginal.values, marginal.density, center)
        ax.plot(marginal.interval(0.94), [0, 0], **_INTERVAL)
        ax.set(xlim=extent(marginal.values, [prior, marginal.density]), xlabel=f"{letter} (minutes)")
        bare(ax)
        corner(ax, right=f"{name} = {number(center)}")


def curve_handles():
    """Return what the legend says of `hyperparameters`."""
    return [
        Line2D([], [], label="prior", **KINDS["prior"]),
        Line2D([], [], label="posterior", **KINDS["posterior"]),
        Line2D([], [], label="94 % HDI", **_INTERVAL),
    ]


def estimates(posterior, t, no_pooling):
    """Return the marks of `shrunk` by name, each (3,), in the order of their lines."""
    marks = {"observed": mean_arrivals(t)}
    if no_pooling is not None:
        marks["no pooling"] = checks.array("no_pooling", no_pooling, shape=(3,))
    return marks | {"partial pooling": posterior.mean}


def shrunk(axes, posterior, marks, complete_pooling):
    """Draw three rows: a curve, and under it the way from the arrival to the estimate."""
    top, last = posterior.density.max(), -0.22 * len(marks)
    for (d, style), ax in zip(DEPARTMENTS.items(), axes, strict=True):
        ax.plot(posterior.values, posterior.density[d] / top, color=style.color, linewidth=2.2)
        if complete_pooling is not None:
            ax.axvline(complete_pooling, **ESTIMATORS["complete pooling"])
        for level, (name, x) in enumerate(marks.items(), start=1):
            ax.plot(x[d], -0.22 * level, color=style.color, **ESTIMATORS[name])
        if np.isfinite(start := marks["observed"][d]):
            way = {"arrowstyle": "->", "shrinkA": 6, "shrinkB": 6, "linewidth": 1.2}
            ax.annotate("", (posterior.mean[d], last), (start, -0.22), arrowprops=way)
        ax.axhline(0, color=TEXT, linewidth=0.8)
        corner(ax, _NAMES[d], f"E[θ] = {number(posterior.mean[d])}")
        ax.set(xlim=extent(posterior.values, [posterior.density], marks["observed"]), ylim=(last - 0.2, 1.15))
        bare(ax, bottom=d == max(Department))
    ax.set_xlabel("θ (minutes late)")


def estimator_handles(marks, complete_pooling):
    """Return what the legend says of `shrunk`."""
    shown = {name: {"linestyle": "", "color": TEXT} | ESTIMATORS[name] for name in marks}
    if complete_pooling is not None:
        shown["complete pooling"] = ESTIMATORS["complete pooling"]
    return [Line2D([], [], label=name, **style) for name, style in shown.items()]


def rows_axis(ax):
    """Leave the y axis its names only."""
    ax.tick_params(left=False)
    ax.spines["left"].set_visible(False)


def mean_arrivals(t):
    """Return the mean arrival of each department, NaN where nobody came."""
    t = checks.observations(t).reshape(3, -1)
    count = np.isfinite(t).sum(axis=1)
    return np.where(count, np.nansum(t, axis=1) / np.maximum(count, 1), np.nan)


def mean_sd(name, answer):
    """Return an answer, a Marginal or a pair, as arrays mean and sd of shape (3,)."""
    mean, sd = (answer.mean, answer.sd) if hasattr(answer, "probability") else answer
    label = f"answers[{name!r}]"
    return checks.array(f"{label} mean", mean, shape=(3,)), checks.array(f"{label} sd", sd, shape=(3,))


def _normal(x, mu, sd):
    return np.exp(-0.5 * ((x - mu) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
