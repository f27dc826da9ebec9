"""Chapter 13: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pooling import checks
from pooling.plots import panels
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, PURPLE, TEXT, figure, legend, look, number, svg

__all__ = ["HELD", "crossing", "draws", "hills", "runs"]

HELD = (0.99, 0.9, 0.7, 0.4)  #: Probability inside each contour.
_ROWS = 200  # points of an edge in what is seen
_SHOWN = 600  # draws in a panel: more are a blot, and a heavy page
_LABELS = {"theta": "θ₁ (points)", "delta": "θ₁ − μ (points)", "z": "z₁ = (θ₁ − μ)/τ"}
_DIVERGED = {"color": ORANGE, "marker": "x", "markersize": 7, "markeredgewidth": 1.8, "linestyle": ""}
_FORMS = {
    "centred": {"color": ORANGE, "marker": "s", "linestyle": (0, (5, 2)), "markersize": 7},
    "non-centred": {"color": BLUE, "marker": "o", "linestyle": "-", "markersize": 7},
}


@look()
def draws(run, densities, *, tau_range, alt=None) -> Picture:
    """Draw posterior draws over the exact density, those that diverged marked; a panel a coordinate.

    Parameters
    ----------
    run : xarray.DataTree
        A sample of `funnel.centred_model` or `funnel.non_centred_model`.
    densities : dict of str to JointDensity
        By coordinate of the first school, of `funnel.joint_density.COORDINATES`: the exact ones.
    tau_range : (float, float)
        Of the vertical axes, which are logarithmic.
    alt : str, optional
        Default: how many draws and divergences, and how low tau gets.
    """
    tau, mu = run.posterior.tau.values.ravel(), run.posterior.mu.values.ravel()
    theta = run.posterior.theta.values[..., 0].ravel()
    bad = run.sample_stats.diverging.values.ravel()
    some = np.flatnonzero(~bad)[:: max(1, tau.size // _SHOWN)]
    fig, axes = figure(len(densities), height=50 + 250 * len(densities), sharex=False)
    for ax, (name, exact) in zip(np.atleast_1d(axes), densities.items(), strict=True):
        x = {"theta": theta, "delta": theta - mu, "z": (theta - mu) / tau}[name]
        room = _hill(ax, exact, tau_range)
        seen = x[np.append(some, np.flatnonzero(bad))]
        ax.set_xlim(min(room[0], seen.min()), max(room[1], seen.max()))
        ax.plot(x[some], tau[some], "o", color=TEXT, markersize=2, alpha=0.55, markeredgewidth=0)
        ax.plot(x[bad], tau[bad], **_DIVERGED)
        ax.set_xlabel(_LABELS[name])
    legend(fig, [
        Patch(facecolor=BLUE, alpha=0.4, label="exact"),
        Line2D([], [], color=TEXT, marker="o", markersize=3, linestyle="", label="a draw"),
        Line2D([], [], label="divergent", **_DIVERGED),
    ])  # fmt: skip
    where = f", with tau from {tau[bad].min():.2f} to {tau[bad].max():.2f}" if bad.any() else ""
    return svg(fig, alt=alt or (
        f"Draws over the exact density, log tau upwards, across: {', '.join(map(_LABELS.get, densities))}. "
        f"{tau.size} draws, {bad.sum()} divergent{where}. The smallest tau is {tau.min():.3f}; exactly, 1 % "
        f"of the posterior is below {np.exp(exact.quantile(0.01)):.3f}."
    ))  # fmt: skip


@look()
def hills(school, paths, *, tau_range=(0.08, 60), alt=None) -> Picture:
    """Draw one school's posterior in both coordinates, and what the same steps do on each.

    Parameters
    ----------
    school : funnel.leapfrog.OneSchool
    paths : dict of str to (Path, Path)
        Names ("tiny steps"), two at most, and how the path runs centred and non-centred.
    tau_range : (float, float)
        Of the vertical axes, which are logarithmic.
    alt : str, optional
        Default: how much each hill narrows, and how each path ends.
    """
    fig, axes = figure(2, height=580, sharex=False)
    looks = ({"color": TEXT, "linewidth": 1.6},
             {"color": PURPLE, "marker": "D", "markersize": 5, "linewidth": 1.2})  # fmt: skip
    said = []
    for k, (ax, hill, label) in enumerate(
        zip(axes, (school.theta, school.z), ("θ (points)", "z = θ/τ"), strict=True)
    ):
        room = _hill(ax, hill, tau_range)
        low, high = np.exp(hill.quantile([0.03, 0.97]))
        said.append(f"{label}: between tau = {low:.2f} and {high:.1f} the width changes by a factor of "
                    f"{hill.narrowing:.1f}.")  # fmt: skip
        for (name, pair), style in zip(paths.items(), looks, strict=False):
            path = pair[k]
            ax.plot(path.q[:, 0], np.exp(path.q[:, 1]), **style, clip_on=True)
            end = "diverges" if path.diverged else f"ends {path.error[-1]:.2f} off in energy"
            said.append(f"With {name} the path {end} after {len(path.q) - 1} steps.")
            if path.diverged:
                place = np.clip(path.q[-1, 0], *room), np.clip(np.exp(path.q[-1, 1]), *tau_range)
                ax.plot(*place, **_DIVERGED, clip_on=False)
        ax.plot(pair[k].q[0, 0], np.exp(pair[k].q[0, 1]), "o", color=TEXT, markersize=7)
        ax.set(xlabel=label, xlim=room)
    legend(fig, [
        Line2D([], [], color=TEXT, marker="o", markersize=7, linestyle="", label="start"),
        *(Line2D([], [], label=name, **style) for name, style in zip(paths, looks, strict=False)),
        Line2D([], [], label="divergent", **_DIVERGED),
    ])  # fmt: skip
    return svg(fig, alt=alt or f"One posterior in two coordinates, log tau upwards. {' '.join(said)}")


@look()
def runs(estimates, *, exact, xlabel, alt=None) -> Picture:
    """Draw what many runs of a sampler say of one number, a row a form of the model.

    Parameters
    ----------
    estimates : dict of str to array (R,)
        "centred", "non-centred": one estimate a run.
    exact : float
        A line through all rows.
    xlabel : str
        What is estimated.
    alt : str, optional
        Default: mean and range of each row.
    """
    fig, ax = figure(height=170)
    said = []
    for level, (name, x) in enumerate(estimates.items()):
        x = checks.array(name, x, shape="(R,)")
        jitter = 0.16 * np.sin(2.4 * np.arange(len(x)))
        ax.plot(x, level + jitter, **_FORMS[name] | {"linestyle": "", "markersize": 5, "alpha": 0.8})
        said.append(f"{name}: mean {x.mean():.3f}, from {x.min():.3f} to {x.max():.3f}.")
    ax.axvline(exact, color=TEXT, linewidth=1.4, linestyle=(0, (8, 3)))
    ax.annotate(f"exact {number(exact, '.3f')}", (exact, 1), xycoords=("data", "axes fraction"),
                xytext=(5, 0), textcoords="offset points", va="top")  # fmt: skip
    ax.set(xlabel=xlabel, yticks=range(len(estimates)), yticklabels=list(estimates))
    ax.set(ylim=(len(estimates) - 0.6, -0.8))
    panels.rows_axis(ax)
    return svg(fig, alt=alt or f"{xlabel}, {len(x)} runs each. {' '.join(said)} Exact: {exact:.3f}.")


@look()
def crossing(n, values, *, divergences, half, ylabel, alt=None) -> Picture:
    """Draw how well each form is sampled against the size of the groups.

    Parameters
    ----------
    n : array (S,)
        Observations a group; a logarithmic axis.
    values : dict of str to array (S,)
        "centred", "non-centred": how much a run is worth; a logarithmic axis.
    divergences : dict of str to array (S,)
        How often each run diverged; runs that did are crossed out.
    half : float
        The n at which a group's own mean has weight one half; a line.
    ylabel : str
    alt : str, optional
        Default: every value.
    """
    n = checks.array("n", n, shape="(S,)")
    fig, ax = figure(height=300)
    said = []
    for name, y in values.items():
        y = checks.array(name, y, shape=n.shape)
        bad = np.asarray(divergences[name]) > 0
        ax.plot(n, y, label=name, linewidth=2, **_FORMS[name])
        ax.plot(n[bad], y[bad], **_DIVERGED | {"color": TEXT, "markersize": 11})
        each = [f"{v:.3g}{' (divergent)' if b else ''} at {k:g}" for k, v, b in zip(n, y, bad, strict=True)]
        said.append(f"{name}: {', '.join(each)}.")
    ax.axvline(half, color=TEXT, linewidth=1, linestyle=(0, (1.5, 2)))
    ax.set(xscale="log", yscale="log", xlabel="observations a school, n", ylabel=ylabel, xticks=n)
    ax.annotate("(σ/τ)²", (half, 1), xycoords=("data", "axes fraction"), xytext=(4, 0),
                textcoords="offset points", va="top")  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda v, _: f"{v:g}")
    ax.minorticks_off()
    handles = ax.get_legend_handles_labels()[0]
    legend(fig, [*handles, Line2D([], [], label="diverged", **_DIVERGED | {"color": TEXT, "markersize": 11})])
    return svg(fig, alt=alt or f"{ylabel} against observations a school. {' '.join(said)}")


def _hill(ax, exact, tau_range):
    """Shade the exact density, set a logarithmic axis of tau, and return the room that it takes across."""
    tau = np.exp(exact.log_tau)
    seen = (tau >= tau_range[0]) & (tau <= tau_range[1])
    thinned = np.zeros(tau.size, dtype=bool)
    thinned[:: max(1, seen.sum() // _ROWS)] = True  # a curve needs no more points than can be told apart
    for held in HELD:
        lower, upper = exact.ends(exact.level(held))
        inside = np.isfinite(lower) & thinned
        if held == HELD[0]:
            room = np.array([lower[inside & seen].min(), upper[inside & seen].max()])
        ax.fill(np.append(lower[inside], upper[inside][::-1]), np.append(tau[inside], tau[inside][::-1]),
                facecolor=(BLUE, 0.17), edgecolor=BLUE, linewidth=0.8)  # fmt: skip
    room += np.ptp(room) * np.array([-0.04, 0.04])
    ax.set(yscale="log", ylim=tau_range, ylabel="τ (points), log scale", xlim=room)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:g}")
    ax.minorticks_off()
    return room
