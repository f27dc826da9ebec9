"""Chapter 6: theta_d and sigma_d side by side; published and mended side by side."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.departments import Department
from pooling.plots.picture import Picture
from pooling.plots.style import (
    DEPARTMENTS,
    KINDS,
    PURPLE,
    TEXT,
    bare,
    corner,
    extent,
    figure,
    legend,
    look,
    mean_mark,
    number,
    svg,
)

__all__ = ["posteriors", "published"]

_NAMES = [d.name.capitalize() for d in Department]
_INTERVAL = {"color": PURPLE, "linewidth": 6, "solid_capstyle": "butt", "alpha": 0.7}
_ARRIVAL = {"linestyle": "", "marker": "|", "markersize": 11, "markeredgewidth": 2}
_SPREAD = 40  # minutes; what lies beyond is a thin tail
_MATH = Department.MATH


@look()
def posteriors(posterior, *, t, sigma_scale, alt=None) -> Picture:
    """Draw a row a department: posterior of theta with the arrivals, posterior of sigma over its prior.

    Parameters
    ----------
    posterior : Posterior
        With `theta` (3, K) and `sigma` (3, S).
    t : array (3,) or (3, N)
        Minutes late, NaN = nobody there.
    sigma_scale : float
        Scale of the half-Cauchy prior of sigma, minutes.
    alt : str, optional
        Default: arrivals, mean of theta, median and interval of sigma of each department.
    """
    t = checks.observations(t).reshape(len(Department), -1)
    sigma_scale = checks.scale("sigma_scale", sigma_scale)
    theta, sigma = posterior.theta, posterior.sigma
    fig, axes = figure(len(Department), 2, height=420, sharex="col")
    span = np.linspace(0, _SPREAD, 161)
    prior = 2 / (np.pi * sigma_scale * (1 + (span / sigma_scale) ** 2))
    for (d, style), (left, right) in zip(DEPARTMENTS.items(), axes, strict=True):
        own = KINDS["posterior"] | {"color": style.color}
        left.plot(theta.values, theta.density[d], **own)
        mean_mark(left, theta.values, theta.density[d], theta.mean[d])
        top = theta.density[d].max()
        left.plot(t[d], np.full(t[d].shape, -0.13 * top), color=style.color, **_ARRIVAL)
        left.set_ylim(-0.25 * top, 1.45 * top)
        corner(left, f"{_NAMES[d]}\nE[θ] = {number(theta.mean[d])}")

        right.plot(span, prior, **KINDS["prior"])
        density = np.interp(span, sigma.values, sigma.density[d])
        right.plot(span, density, **own)
        mean_mark(right, span, density, sigma.median[d])
        low, high = _each(sigma.interval(0.94), d)
        right.plot([low, min(high, _SPREAD)], [0, 0], **_INTERVAL)
        right.set_ylim(-0.12 * max(density.max(), prior.max()), 1.45 * max(density.max(), prior.max()))
        corner(right, right=f"median of σ = {number(sigma.median[d])}")
        for ax in (left, right):
            ax.axhline(0, color=TEXT, linewidth=0.8)
            bare(ax, bottom=d == max(Department))
    axes[-1][0].set(xlim=extent(theta.values, [theta.density], t), xlabel="θ (minutes late)")
    axes[-1][1].set(xlim=(-0.5, _SPREAD), xlabel="σ (minutes)")
    legend(fig, _handles())
    return svg(fig, alt=alt or _say(posterior, t, sigma_scale))


@look()
def published(rows, *, alt=None) -> Picture:
    """Draw the departments' posteriors as published (left) and mended (right), a row a setting.

    Every curve has the same height, so that the flat ones can be read beside the steep ones.

    Parameters
    ----------
    rows : dict of str to pair of Marginal
        By setting: of theta, probability of shape (3, K), published and mended, on any two grids.
    alt : str, optional
        Default: the means on either side.
    """
    if not rows:
        raise ValueError("rows must hold at least one setting, got none")
    fig, axes = figure(len(rows), 2, height=70 + 82 * len(rows), sharex=True)
    for (setting, pair), line in zip(rows.items(), axes, strict=True):
        line[0].set_title(setting, loc="left", fontsize=12)
        for ax, theta in zip(line, pair, strict=True):
            for d, style in DEPARTMENTS.items():
                own = {"color": style.color, "linestyle": style.dash, "linewidth": 1.9}
                ax.plot(theta.values, theta.density[d] / theta.density[d].max(), **own)
            mean, style = theta.mean[_MATH], DEPARTMENTS[_MATH]
            ax.plot(mean, -0.14, style.marker, color=style.color, markersize=8)
            ax.set_title(f"Math {number(mean)}", loc="right", fontsize=12)
            ax.axhline(0, color=TEXT, linewidth=0.8)
            bare(ax, bottom=ax in axes[-1])
    for ax, name in zip(axes[-1], ("published", "mended"), strict=True):
        ax.set(xlim=(-45, 55), xticks=[-30, 0, 30], ylim=(-0.3, 1.08), xlabel=f"θ, {name}")
    shown = {
        _NAMES[d]: {"color": s.color, "linestyle": s.dash, "linewidth": 1.9} for d, s in DEPARTMENTS.items()
    }
    legend(fig, [Line2D([], [], label=name, **style) for name, style in shown.items()])
    return svg(fig, alt=alt or _say_rows(rows))


def _handles():
    shown = {
        "posterior": KINDS["posterior"],
        "arrivals": _ARRIVAL | {"color": TEXT},
        "prior": KINDS["prior"],
        "94 % HDI of σ": _INTERVAL,
    }
    return [Line2D([], [], label=name, **style) for name, style in shown.items()]


def _each(interval, d):
    return interval.lower[d], interval.upper[d]


def _say(posterior, t, sigma_scale):
    theta, sigma = posterior.theta, posterior.sigma
    rows = []
    for d, name in zip(Department, _NAMES, strict=True):
        seen = ", ".join(f"{x:g}" for x in t[d][np.isfinite(t[d])]) or "nobody"
        low, high = _each(sigma.interval(0.94), d)
        rows.append(
            f"{name}: observed {seen}; theta mean {theta.mean[d]:.2f}, sd {theta.sd[d]:.2f}; "
            f"sigma median {sigma.median[d]:.2f}, 94 % HDI {low:.2f} to {high:.2f}."
        )
    return (
        "Posteriors of theta and sigma in minutes. "
        f"{' '.join(rows)} The prior of each sigma is half-Cauchy with scale {sigma_scale:g}."
    )


def _say_rows(rows):
    said = []
    for setting, pair in rows.items():
        means = [", ".join(f"{n} {m:.2f}" for n, m in zip(_NAMES, p.mean, strict=True)) for p in pair]
        said.append(f"{setting}: published {means[0]}; mended {means[1]}.")
    return f"Posterior means of theta in minutes late. {' '.join(said)}"
