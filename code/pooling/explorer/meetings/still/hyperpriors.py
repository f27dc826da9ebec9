"""Chapter 4: its explorer's map, and the posteriors that stand beside it."""

import numpy as np

from pooling.hyperpriors import mean_map
from pooling.plots import alt_text, panels
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, TEXT, figure, legend, look, number, svg

__all__ = ["hyperpriors", "limit"]

_SCALES = np.arange(1, 20.5, 0.5)
_TICKS = [1, 5, 10, 15, 20]


@look()
def hyperpriors(posterior, settings) -> Picture:
    """Draw the map of E[theta_MATH], the setting on it, and the posteriors at that setting.

    Parameters
    ----------
    posterior : Posterior
        At these settings.
    settings : dict
        t (3,), mu_scale, tau_scale and sigma.
    """
    scales, complete = (settings["mu_scale"], settings["tau_scale"]), limit(settings)
    marks = panels.estimates(posterior.theta, settings["t"], None)
    surface = mean_map(settings["t"], _SCALES, _SCALES, sigma=settings["sigma"]).theta[2]
    fig, axes = figure(6, height=900, sharex=False)
    axes[0].get_gridspec().set_height_ratios([2.6, 1, 1, 1, 1, 1])
    _contours(axes[0], surface, scales, posterior.theta.mean[2])
    panels.shrunk(axes[1:4], posterior.theta, marks, complete)
    for ax in axes[1:3]:
        ax.sharex(axes[3])
    panels.hyperparameters(axes[4:], posterior, *scales)
    legend(fig, panels.estimator_handles(marks, complete) + panels.curve_handles())
    said = [
        "Default state.",
        _say(surface, scales, posterior.theta.mean[2]),
        alt_text.of_departments(marks, complete),
        alt_text.of_marginals(posterior, *scales),
    ]
    return svg(fig, alt=" ".join(said))


def limit(settings):
    """E[mu | t] in the limit tau -> 0: one theta for all departments."""
    t = settings["t"]
    return np.nansum(t) / (np.isfinite(t).sum() + (settings["sigma"] / settings["mu_scale"]) ** 2)


def _contours(ax, surface, scales, value):
    lines = ax.contour(_SCALES, _SCALES, surface.T, 7, colors=BLUE, linewidths=1.4)
    ax.clabel(lines, fmt=lambda x: number(x, "g"), colors=TEXT)
    ax.plot(*scales, "o", color=TEXT, markersize=7, clip_on=False)
    ax.annotate(number(value), scales, xytext=(0, 8), textcoords="offset points", ha="center", weight="bold")
    ax.set(xlabel="mu_scale (minutes)", ylabel="tau_scale (minutes)", xticks=_TICKS, yticks=_TICKS)
    ax.set_title("E[θ] of Math (minutes late)", loc="left")


def _say(surface, scales, value):
    ends = {(a, b): surface[a, b] for a in (0, -1) for b in (0, -1)}
    corners = ", ".join(f"{z:.2f} at ({_SCALES[a]:g}, {_SCALES[b]:g})" for (a, b), z in ends.items())
    return (
        f"Contours of E[theta] of Math over mu_scale (across) and tau_scale (up): {corners}. "
        f"A dot marks the setting ({scales[0]:g}, {scales[1]:g}): {value:.2f} minutes."
    )
