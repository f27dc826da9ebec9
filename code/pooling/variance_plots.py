"""The figure of chapter 6: what is believed about theta_d, and beside it about sigma_d."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.canvas import (
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
from pooling.departments import Department
from pooling.picture import Picture

__all__ = ["beliefs"]

_NAMES = [d.name.capitalize() for d in Department]
_INTERVAL = {"color": PURPLE, "linewidth": 6, "solid_capstyle": "butt", "alpha": 0.7}
_ARRIVAL = {"linestyle": "", "marker": "|", "markersize": 11, "markeredgewidth": 2}
_SPREAD = 40  # minutes; what lies beyond is a thin tail


@look()
def beliefs(posterior, *, t, sigma_scale, alt=None) -> Picture:
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
    fig, _ = figure(height=420)
    fig.clear()
    axes = fig.subplots(len(Department), 2, sharex="col")
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
