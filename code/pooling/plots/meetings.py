"""Chapters 1 to 7: the figures of a meeting, department by department.

Every function takes `alt`, the sentence for those who do not see the figure; left out, it is
written from the numbers drawn.
"""

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
    KINDS,
    TEXT,
    bare,
    beside,
    corner,
    extent,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["comparison", "densities", "departments", "half_cauchy", "joint", "marginals"]

_NAMES = [d.name.capitalize() for d in Department]


@look()
def densities(posterior, *, t=None, mu=None, tau=None, sigma=None, alt=None) -> Picture:
    """Draw prior, likelihood and posterior of theta: one panel, or a row a department.

    Parameters
    ----------
    posterior : Marginal
        Of theta, probability of shape (K,) (complete pooling) or (3, K) (no pooling).
    t : array (3,) or (3, N), optional
        Minutes late, NaN = nobody there; marked under the axis.
    mu, tau : float, optional
        Mean and sd of the normal prior; without them no prior is drawn.
    sigma : float, optional
        The sd of one arrival; with `t`, the likelihood is drawn, scaled to area 1.
    alt : str, optional
        Default: the means and sds, and what is drawn.
    """
    pooled = posterior.probability.ndim == 1
    t = np.full((3, 1), np.nan) if t is None else checks.observations(t).reshape(3, -1)
    lines = panels.theta_curves(posterior, t, mu, tau, sigma, pooled)
    fig, axes = figure(1 if pooled else 3, height=270 if pooled else 400)
    for row, ax in enumerate(np.atleast_1d(axes)):
        panels.theta(ax, posterior.values, {kind: y[row] for kind, y in lines.items()},
               np.atleast_1d(posterior.mean)[row],
               dict(zip(Department, t, strict=True)) if pooled else {Department(row): t[row]})  # fmt: skip
        bare(ax, bottom=row == len(lines["posterior"]) - 1)
        corner(ax, "" if pooled else _NAMES[row], f"E[θ] = {number(np.atleast_1d(posterior.mean)[row])}")
    ax.set(xlim=extent(posterior.values, lines.values(), t), xlabel="θ (minutes late)")
    legend(fig, [Line2D([], [], label=kind, **KINDS[kind]) for kind in lines])
    return svg(fig, alt=alt or alt_text.of_densities(posterior, t, list(lines), pooled))


@look()
def marginals(posterior, *, mu_scale, tau_scale, alt=None) -> Picture:
    """Draw the posteriors of mu and tau over their priors N(0, mu_scale) and HC(tau_scale).

    Parameters
    ----------
    posterior : Posterior
        With marginals `mu` and `tau`.
    mu_scale, tau_scale : float
        The scales of the priors, minutes.
    alt : str, optional
        Default: the mean of mu, the median of tau and their 94 % intervals.
    """
    fig, axes = figure(2, height=320, sharex=False)
    panels.hyperparameters(axes, posterior, mu_scale, tau_scale)
    legend(fig, panels.curve_handles())
    return svg(fig, alt=alt or alt_text.of_marginals(posterior, mu_scale, tau_scale))


@look()
def half_cauchy(scale, *, alt=None) -> Picture:
    """Draw the density of HC(scale) up to ten times its scale, the half below its median filled.

    Parameters
    ----------
    scale : float
        Its median, minutes, > 0.
    alt : str, optional
        Default: the median, and how much lies beyond the end of the picture.
    """
    end = 10 * scale
    tau = np.linspace(0, end, 401)
    density = 2 / (np.pi * scale * (1 + (tau / scale) ** 2))
    below = tau <= scale
    beyond = 100 - 200 / np.pi * np.arctan(end / scale)
    fig, ax = figure(height=190)
    ax.fill_between(tau[below], density[below], color=BLUE, alpha=0.3, linewidth=0)
    ax.plot(tau, density, color=BLUE, linewidth=2.2)
    ax.plot([scale, scale], [0, density[0]], color=TEXT, linewidth=1)
    beside(ax, scale, density[0], f"median {number(scale, 'g')}: half of it lies below")
    ax.text(end, 0.25 * density[0], f"{beyond:.0f} % lies beyond {number(end, 'g')}", ha="right")
    bare(ax)
    ax.set(xlim=(0, end), ylim=(0, 1.1 * density[0]), xlabel="τ (minutes)")
    return svg(fig, alt=alt or (
        f"Density of the half-Cauchy distribution, highest at 0. Its median is {scale:g} minutes; "
        f"{beyond:.0f} % of it lies beyond {end:g}."
    ))  # fmt: skip


@look()
def joint(mu, tau, probability, *, alt=None) -> Picture:
    """Draw p(mu, tau | t) as contours: the smallest regions that hold 50, 80 and 94 % of it.

    Parameters
    ----------
    mu : array (M,)
    tau : array (T,)
        Grid points, minutes.
    probability : array (M, T)
        Sums to 1.
    alt : str, optional
        Default: the most probable point and the extent of the 94 % region.
    """
    mu, tau = np.asarray(mu), np.asarray(tau)
    probability = checks.array("probability", probability, shape=(len(mu), len(tau)))
    density = probability / np.outer(np.gradient(mu), np.gradient(tau))
    ranked = np.argsort(density, axis=None)[::-1]
    held = np.searchsorted(np.cumsum(probability.flat[ranked]), (0.94, 0.8, 0.5))
    levels = density.flat[ranked][held]
    inside = density >= levels[0]
    mus, taus = mu[inside.any(axis=1)], tau[inside.any(axis=0)]
    best = mu[ranked[0] // len(tau)], tau[ranked[0] % len(tau)]
    fig, ax = figure(height=290)
    for level, alpha in zip(levels, (0.2, 0.3, 0.5), strict=True):
        ax.contourf(mu, tau, density.T, [level, np.inf], colors=[BLUE], alpha=alpha)
    rings = ax.contour(mu, tau, density.T, levels, colors=BLUE, linewidths=1.2)
    held = dict(zip(rings.levels, ("94 %", "80 %", "50 %"), strict=True))
    written = {text.get_text() for text in ax.clabel(rings, fmt=held, colors=TEXT, inline_spacing=1)}
    for level, path in zip(rings.levels, rings.get_paths(), strict=True):
        if held[level] not in written:  # a small ring has no room for it along its line: above it there is
            x, y = path.vertices[path.vertices[:, 1].argmax()]
            ax.text(x, y, held[level], ha="center", va="bottom")
    ax.plot(*best, "+", color=TEXT, markersize=10, markeredgewidth=2)
    pad = 0.1 * np.ptp(mus)
    ax.set(xlim=(mus[0] - pad, mus[-1] + pad), ylim=(0, 1.1 * taus[-1]))
    ax.set(xlabel="μ (minutes)", ylabel="τ (minutes)")
    return svg(fig, alt=alt or (
        f"Contours of the joint posterior of mu and tau. Most probable point (cross): mu {best[0]:.1f}, "
        f"tau {best[1]:.1f} minutes. The region that holds 94 % spans mu from {mus[0]:.1f} to "
        f"{mus[-1]:.1f} and tau from {taus[0]:.1f} to {taus[-1]:.1f}."
    ))  # fmt: skip


@look()
def departments(posterior, *, t, no_pooling=None, complete_pooling=None, alt=None) -> Picture:
    """Draw each department's posterior, its arrivals, and the way from one to the other.

    Parameters
    ----------
    posterior : Marginal
        Of theta, probability of shape (3, K).
    t : array (3,) or (3, N)
        Minutes late, NaN = nobody there; the arrow starts at a department's mean arrival.
    no_pooling : array (3,), optional
        What each department's own model says.
    complete_pooling : float, optional
        What the model with one theta says; a line through all rows.
    alt : str, optional
        Default: arrivals and estimates of each department.
    """
    fig, axes = figure(3, height=420)
    marks = panels.estimates(posterior, t, no_pooling)
    panels.shrunk(axes, posterior, marks, complete_pooling)
    legend(fig, panels.estimator_handles(marks, complete_pooling))
    return svg(fig, alt=alt or alt_text.of_departments(marks, complete_pooling))


@look()
def comparison(answers, *, t=None, alt=None) -> Picture:
    """Draw several answers to one question, department by department, as mean ± one sd.

    Parameters
    ----------
    answers : dict of str to Marginal, or to a pair (mean, sd) of arrays (3,)
        By name, at most five; listed in this order.
    t : array (3,) or (3, N), optional
        Arrivals; a cross on the department's own line.
    alt : str, optional
        Default: every mean and sd.
    """
    if not 1 <= len(answers) <= 5:
        raise ValueError(f"answers must hold 1 to 5 of them, got {len(answers)}")
    pairs = {name: panels.mean_sd(name, answer) for name, answer in answers.items()}
    raw = np.full(3, np.nan) if t is None else panels.mean_arrivals(t)
    fig, ax = figure(height=60 + 22 * 3 * (len(pairs) + 1))
    for d, style in DEPARTMENTS.items():
        head = d * (len(pairs) + 1)
        margin = {"transform": ax.get_yaxis_transform(), "ha": "right", "va": "center"}
        ax.text(-0.02, head, _NAMES[d], weight="bold", **margin)
        if np.isfinite(raw[d]):
            ax.plot(raw[d], head, color=style.color, **ESTIMATORS["observed"])
            beside(ax, raw[d], head, f"observed {number(raw[d], 'g')}")
        for row, (mean, sd) in enumerate(pairs.values(), start=head + 1):
            ax.plot([mean[d] - sd[d], mean[d] + sd[d]], [row, row], color=style.color, linewidth=2.2)
            ax.plot(mean[d], row, color=style.color, **ESTIMATORS["partial pooling"])
            beside(ax, mean[d] + sd[d], row, number(mean[d]))
    rows = [d * (len(pairs) + 1) + 1 + k for d in range(3) for k in range(len(pairs))]
    ax.set(xlabel="θ (minutes late), mean ± sd", yticks=rows, yticklabels=list(pairs) * 3)
    ax.margins(x=0.14, y=0.04)
    ax.invert_yaxis()
    panels.rows_axis(ax)
    told = {name: zip(*pair, strict=True) for name, pair in pairs.items()}
    return svg(fig, alt=alt or "Mean (sd) of theta in minutes late. " + alt_text.each(
        {name: [f"{mean:.2f} ({sd:.2f})" for mean, sd in pair] for name, pair in told.items()}
    ))  # fmt: skip
