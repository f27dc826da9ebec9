"""Chapter 9: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from pooling import checks
from pooling.plots import panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    ESTIMATORS,
    KINDS,
    ORANGE,
    PURPLE,
    TEAL,
    TEXT,
    Style,
    bare,
    beside,
    figure,
    legend,
    look,
    number,
    svg,
)

__all__ = ["costs", "curves_of_tau", "funnel", "nodes", "risks", "schools"]

_STYLES = (
    Style(BLUE, "o", "-"),
    Style(ORANGE, "s", (0, (5, 2))),
    Style(TEAL, "^", (0, (5, 2, 1, 2))),
    Style(PURPLE, "D", (0, (1.5, 2))),
)
_ESTIMATORS = {
    "complete pooling": ESTIMATORS["complete pooling"],
    "no pooling": {"color": ORANGE, "linestyle": (0, (1.5, 2)), "linewidth": 2.2},
    "James–Stein": {"color": PURPLE, "linestyle": (0, (5, 2, 1, 2)), "linewidth": 2},
    "partial pooling": {"color": BLUE, "linestyle": "-", "linewidth": 2.4},
}


@look()
def schools(names, estimate, se, mean, sd, *, mu, alt=None) -> Picture:
    """Draw each group's estimate ± its standard error, and below it the posterior mean ± sd.

    Parameters
    ----------
    names : sequence of str
        Of the groups.
    estimate, se, mean, sd : array (J,)
        What was reported, and what is believed.
    mu : float
        Posterior mean of the population mean; a dashed line.
    alt : str, optional
        Default: every number.
    """
    estimate = checks.array("estimate", estimate, shape=(len(names),))
    se, mean, sd = (
        checks.array(name, x, shape=estimate.shape) for name, x in (("se", se), ("mean", mean), ("sd", sd))
    )
    fig, ax = figure(height=60 + 36 * len(names))
    ax.axvline(mu, **ESTIMATORS["complete pooling"])
    rows = np.arange(len(names))
    for x, half, level, color, style in (
        (estimate, se, rows - 0.17, ORANGE, ESTIMATORS["observed"]),
        (mean, sd, rows + 0.17, BLUE, ESTIMATORS["partial pooling"]),
    ):
        ax.hlines(level, x - half, x + half, color=color, linewidth=2)
        ax.plot(x, level, linestyle="", color=color, **style)
    ax.set(xlabel="effect of coaching (points)", yticks=rows, yticklabels=names)
    ax.invert_yaxis()
    panels.rows_axis(ax)
    legend(fig, [
        Line2D([], [], label="reported", color=ORANGE, linewidth=2, **ESTIMATORS["observed"]),
        Line2D([], [], label="believed", color=BLUE, linewidth=2, **ESTIMATORS["partial pooling"]),
        Line2D([], [], label="E[μ]", **ESTIMATORS["complete pooling"]),
    ])  # fmt: skip
    told = ", ".join(
        f"{name} {y:g} ({s:g}) becomes {m:.1f} ({d:.1f})"
        for name, y, s, m, d in zip(names, estimate, se, mean, sd, strict=True)
    )
    return svg(fig, alt=alt or f"Reported (se) becomes believed (sd), in points: {told}. E[mu] is {mu:.1f}.")


@look()
def curves_of_tau(tau, density, prior, mean, sd, *, names, alt=None) -> Picture:
    """Draw three panels over tau: its posterior and prior, E[theta_j | tau] and sd[theta_j | tau].

    Parameters
    ----------
    tau : array (T,)
        Ascending.
    density, prior : array (T,)
        Posterior and prior density of tau.
    mean, sd : array (T, J)
        Of each theta_j given tau.
    names : sequence of str
        One short name a group, written where its curves end.
    alt : str, optional
        Default: where tau is most probable, and where the curves begin and end.
    """
    tau = checks.array("tau", tau, shape="(T,)")
    density, prior = (
        checks.array(name, x, shape=tau.shape) for name, x in (("density", density), ("prior", prior))
    )
    shape = (len(tau), len(names))
    mean, sd = (checks.array(name, x, shape=shape) for name, x in (("mean", mean), ("sd", sd)))
    fig, axes = figure(3, height=600)
    axes[0].plot(tau, prior, **KINDS["prior"])
    axes[0].plot(tau, density, **KINDS["posterior"])
    axes[0].set(ylim=(0, None), ylabel="p(τ | y)", yticks=[])
    for ax, y, label in ((axes[1], mean, "E[θ | τ, y]"), (axes[2], sd, "sd[θ | τ, y]")):
        for curve, style in zip(y.T, _around(len(names)), strict=True):
            ax.plot(tau, curve, color=style.color, linestyle=style.dash, linewidth=1.8)
        ax.set(ylabel=label, ylim=(min(0, 1.2 * y.min()), 1.05 * y.max()))
        for name, place in _ends(names, y[-1], gap=0.1 * np.ptp(ax.get_ylim())):
            ax.annotate(name, (tau[-1], place), xytext=(5, 0), textcoords="offset points", va="center",
                        annotation_clip=False)  # fmt: skip
    axes[2].set(xlabel="τ (points)", xlim=(0, tau[-1]))
    legend(fig, [Line2D([], [], label=kind, **KINDS[kind]) for kind in ("prior", "posterior")])
    ends = ", ".join(
        f"{name} {number(m, '.1f')} ({s:.1f})" for name, m, s in zip(names, mean[-1], sd[-1], strict=True)
    )
    return svg(fig, alt=alt or (
        f"The posterior of tau is highest at {tau[density.argmax()]:.1f}. At tau = {tau[0]:g} every mean is "
        f"about {mean[0].mean():.1f}, with sd {sd[0].mean():.1f}; from there the curves spread. Mean (sd) at "
        f"tau = {tau[-1]:g}: {ends}."
    ))  # fmt: skip


@look()
def nodes(tau, share, fine, density, *, alt=None) -> Picture:
    """Draw where quadrature nodes of tau were placed, on the posterior density of log tau.

    Parameters
    ----------
    tau, share : array (N,)
        Nodes, and the share of the posterior that each stands for.
    fine, density : array (T,)
        Values of tau, ascending, and the density of log tau there.
    alt : str, optional
        Default: how many nodes there are, and how many hold nearly everything.
    """
    tau = checks.array("tau", tau, shape="(N,)")
    share = checks.array("share", share, shape=tau.shape)
    fine = checks.array("fine", fine, shape="(T,)")
    density = checks.array("density", density, shape=fine.shape)
    fig, ax = figure(height=230)
    ax.plot(fine, density, **KINDS["posterior"])
    shown = (tau >= fine[0]) & (tau <= fine[-1])
    height = np.interp(np.log(tau[shown]), np.log(fine), density)
    ax.vlines(tau[shown], 0, height, color=BLUE, linewidth=1.2)
    ax.plot(tau[shown], height, "o", color=BLUE, markersize=5)
    ax.plot(tau[shown], 0 * height - 0.04 * density.max(), "|", color=TEXT, markersize=8)
    ax.set(xscale="log", xlim=(fine[0], fine[-1]), xlabel="τ (points), by its logarithm")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    bare(ax)
    matter = np.sort(share)[::-1].cumsum().searchsorted(0.999) + 1
    return svg(fig, alt=alt or (
        f"{len(tau)} nodes under the posterior density of log tau, dense where it is high and ever sparser "
        f"outwards, from {tau[0]:.1g} to {tau[-1]:.1g}; {matter} of them hold 99.9 % of it."
    ))  # fmt: skip


@look()
def funnel(theta, tau, *, name, alt=None) -> Picture:
    """Draw posterior draws of one group's theta against tau, on a logarithmic axis.

    Parameters
    ----------
    theta, tau : array (n,)
        Joint draws.
    name : str
        Of the group.
    alt : str, optional
        Default: the spread of theta among small and large tau.
    """
    theta = checks.array("theta", theta, shape="(n,)")
    tau = checks.array("tau", tau, shape=theta.shape)
    fig, ax = figure(height=300)
    ax.plot(theta, tau, ".", color=BLUE, markersize=4, alpha=0.6)
    ax.set(yscale="log", xlabel=f"θ of school {name} (points)", ylabel="τ (points)")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    low, high = tau < np.quantile(tau, 0.25), tau > np.quantile(tau, 0.75)
    return svg(fig, alt=alt or (
        f"{len(theta)} draws of theta of school {name} and tau. Among the quarter with the smallest tau, "
        f"theta has mean {theta[low].mean():.1f} and sd {theta[low].std():.1f}; among the largest, mean "
        f"{theta[high].mean():.1f} and sd {theta[high].std():.1f}."
    ))  # fmt: skip


@look()
def risks(risks, *, alt=None) -> Picture:
    """Draw the mean squared error of four estimators against the true tau.

    Parameters
    ----------
    risks : Risks
        From `pooling.exact_posterior.benchmarks.risks`.
    alt : str, optional
        Default: the numbers at a few of the taus.
    """
    errors = {
        "complete pooling": risks.complete_pooling, "no pooling": risks.no_pooling,
        "James–Stein": risks.james_stein, "partial pooling": risks.partial_pooling,
    }  # fmt: skip
    fig, ax = figure(height=300)
    for name, y in errors.items():
        ax.plot(risks.tau, y, **_ESTIMATORS[name])
    top = 1.6 * np.max(risks.no_pooling)
    ax.set(xlim=(0, risks.tau[-1]), ylim=(0, top), xlabel="true τ, in units of σ")
    ax.set_ylabel("mean squared error, in σ²")
    legend(fig, [Line2D([], [], label=name, **style) for name, style in _ESTIMATORS.items()])
    told = "; ".join(
        f"at tau {tau:g} " + ", ".join(f"{name} {y[k]:.2f}" for name, y in errors.items())
        for k, tau in enumerate(risks.tau)
        if k % max(len(risks.tau) // 3, 1) == 0
    )
    return svg(fig, alt=alt or f"Mean squared errors in units of sigma squared: {told}.")


@look()
def costs(cost, *, alt=None) -> Picture:
    """Draw seconds against the number of groups, both logarithmic, beside a line of slope 1.

    Parameters
    ----------
    cost : Cost
        From `pooling.exact_posterior.benchmarks.cost`.
    alt : str, optional
        Default: every number.
    """
    size, seconds = cost
    fig, ax = figure(height=270)
    line = {"color": TEXT, "linestyle": (0, (8, 3)), "linewidth": 1.3}
    ax.plot(size, seconds[-1] * size / size[-1], **line)
    ax.plot(size, seconds, "o-", color=BLUE, markersize=7, linewidth=2)
    for k, (x, y) in enumerate(zip(size[:-1], seconds[:-1], strict=True)):
        offset = {"xytext": (5, -14) if k else (-10, 7)}  # the line of slope 1 comes from below
        ax.annotate(_time(y), (x, y), textcoords="offset points", **offset)
    beside(ax, size[-1], seconds[-1], _time(seconds[-1]))
    ax.set(xscale="log", yscale="log", xlabel="groups, J", ylabel="seconds", xticks=size)
    ax.set_xticklabels([f"{x:,}" for x in size])
    ax.margins(x=0.2, y=0.15)
    ax.xaxis.set_minor_locator(NullLocator())
    legend(fig, [Line2D([], [], label="one call", marker="o", markersize=7, color=BLUE, linewidth=2),
                 Line2D([], [], label="proportional to J", **line)])  # fmt: skip
    told = ", ".join(f"{_time(y)} for {x:,}" for x, y in zip(size, seconds, strict=True))
    return svg(fig, alt=alt or f"Time of one call against the number of groups: {told}.")


def _time(seconds):
    """Return a time to two digits, without an exponent."""
    time, unit = (seconds, "s") if seconds >= 1 else (1000 * seconds, "ms")
    return f"{float(f'{time:.2g}'):g} {unit}"


def _around(count):
    """Return a style for each of up to sixteen curves, no two alike; each is also named where it ends."""
    kinds = len(_STYLES)
    again = [_STYLES[(k + k // kinds) % kinds].dash for k in range(count)]
    return [_STYLES[k % kinds]._replace(dash=dash) for k, dash in enumerate(again)]


def _ends(names, ends, *, gap):
    """Yield names and places, at least a gap apart; curves that end together share a name."""
    levels, which = np.unique(np.round(ends, 9), return_inverse=True)
    places = levels.copy()
    for _ in range(100):
        close = np.maximum(gap - np.diff(places), 0) / 2
        places = places + np.r_[0, close] - np.r_[close, 0]
    for k, place in enumerate(places):
        yield " ".join(np.array(list(names))[which == k]), place
