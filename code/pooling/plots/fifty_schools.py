"""Chapter 10: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from pooling import checks
from pooling.plots.picture import Picture
from pooling.plots.style import (
    BLUE,
    ESTIMATORS,
    ORANGE,
    TEAL,
    TEXT,
    Style,
    bare,
    figure,
    legend,
    look,
    number,
    svg,
)
from pooling.shrinkage import pooling_factor

__all__ = ["estimates", "histograms", "moves", "ranking", "replicated", "sizes"]

_MODELS = {"no pooling": (ORANGE, "s"), "partial pooling": (BLUE, "o"), "complete pooling": (TEAL, "^")}
_SIZES = (Style(ORANGE, "s", "-"), Style(TEAL, "^", (0, (5, 2))), Style(BLUE, "o", (0, (1.5, 2))))


@look()
def sizes(n, *, alt=None) -> Picture:
    """Draw how many students each school has, a bar a school, in the order of the data.

    Parameters
    ----------
    n : array (J,)
    alt : str, optional
        Default: number of schools, smallest, median and largest.
    """
    n = checks.array("n", n, shape="(J,)")
    fig, ax = figure(height=190)
    ax.bar(np.arange(n.size), n, color=BLUE, width=0.75)
    ax.set(xlabel="school", ylabel="students", xlim=(-1, n.size))
    return svg(fig, alt=alt or (
        f"Students in each of {n.size} schools: from {n.min():g} to {n.max():g}, median {np.median(n):g}, "
        f"{n.sum():g} in all."
    ))  # fmt: skip


@look()
def histograms(y, school, which, *, alt=None) -> Picture:
    """Draw the scores of some schools, a row a school, with the school's mean.

    Parameters
    ----------
    y, school : array (N,)
        Scores, and which school each student goes to.
    which : sequence of int
        The schools to draw.
    alt : str, optional
        Default: size, mean and range of each.
    """
    y = checks.array("y", y, shape="(N,)")
    edges = np.arange(np.floor(y.min() / 5) * 5, y.max() + 5, 5)
    fig, axes = figure(len(which), height=60 + 75 * len(which))
    said = []
    for j, ax in zip(which, np.atleast_1d(axes), strict=True):
        mine = y[np.asarray(school) == j]
        ax.hist(mine, edges, color=BLUE, alpha=0.55, edgecolor=BLUE)
        ax.axvline(mine.mean(), color=TEXT, linewidth=1.6)
        label = f"school {j}: {mine.size} students, mean {number(mine.mean(), '.1f')}"
        ax.set_title(label, loc="left", pad=3)
        ax.yaxis.set_major_locator(MaxNLocator(2, integer=True))
        said.append(f"school {j}: {mine.size} students from {mine.min():.0f} to {mine.max():.0f}, "
                    f"mean {mine.mean():.1f}")  # fmt: skip
    ax.set_xlabel("score")
    return svg(fig, alt=alt or f"Histograms of scores. {'; '.join(said)}.")


@look()
def estimates(n, models, *, ylim=None, alt=None) -> Picture:
    """Draw what models believe of each group against its size, a panel a model titled with its mean.

    Parameters
    ----------
    n : array (J,)
        Sizes.
    models : dict of str to (array (J,), array (J, 2), float)
        Of a model (no, partial or complete pooling): posterior means, 94 % HDIs and the population mean,
        a dashed line.
    ylim : (float, float), optional
        Of all panels; default: what the intervals need.
    alt : str, optional
        Default: population mean, and the range of means and mean width of HDIs of the smaller and the
        larger half of the groups.
    """
    n = checks.array("n", n, shape="(J,)")
    _named("models", models)
    if len(models) == 2:  # beside each other: the same score is at the same height
        fig, axes = figure(1, 2, height=190, sharey=True)
    else:
        fig, axes = figure(len(models), height=50 + 120 * len(models))
    ylim = ylim or _room([drawn for mean, hdi, _ in models.values() for drawn in (mean, hdi)])
    said = []
    for ax, (name, (mean, hdi, population)) in zip(np.ravel(axes), models.items(), strict=True):
        color, marker = _MODELS[name]
        mean = checks.array("mean", mean, shape=n.shape)
        hdi = checks.array("hdi", hdi, shape=(n.size, 2))
        ax.vlines(n, *hdi.T, color=color, linewidth=1.2)
        ax.plot(n, mean, marker, color=color, markersize=4.5)
        ax.axhline(population, **ESTIMATORS["complete pooling"])
        ax.set(ylim=ylim, xlim=(0, None))
        ax.set_title(f"{name}, {number(population, '.1f')}", loc="left", pad=3)
        small = n <= np.median(n)
        halves = [f"{half}: posterior means {mean[part].min():.1f} to {mean[part].max():.1f}, HDIs "
                  f"{np.ptp(hdi[part], axis=1).mean():.1f} wide"
                  for half, part in (("smaller half", small), ("larger half", ~small))]  # fmt: skip
        said.append(f"{name.capitalize()}: population mean {population:.2f}; {'; '.join(halves)}.")
    fig.supxlabel("students, n", fontsize=12)
    fig.supylabel("score", fontsize=12)
    handles = [
        Line2D([], [], label="94 % HDI, mean", marker="o", markersize=4.5, color=TEXT, linewidth=1.2),
        Line2D([], [], label="population mean", **ESTIMATORS["complete pooling"]),
    ]
    legend(fig, handles)
    return svg(fig, alt=alt or f"Estimates of {n.size} schools against their sizes. {' '.join(said)}")


def _named(argument, models):
    if not models or not set(models) <= set(_MODELS):
        raise ValueError(f"{argument} must be of some of {', '.join(_MODELS)}, got {', '.join(models)!r}")


def _room(drawn):
    low, high = min(map(np.min, drawn)), max(map(np.max, drawn))
    return low - 0.03 * (high - low), high + 0.03 * (high - low)


@look()
def moves(mean, n, shrunk, *, mu, sigma, tau, edges=(20, 60), alt=None) -> Picture:
    """Draw how far each group is moved against how far it lay from the population mean.

    Parameters
    ----------
    mean, n, shrunk : array (J,)
        Own means, sizes and estimates.
    mu, sigma, tau : float
        With which the formula's straight lines are drawn: move = pooling factor times distance.
    edges : (float, float)
        The largest of the small and of the middling groups; each of the three classes gets a line, for its
        median size.
    alt : str, optional
        Default: how strongly each class is moved.
    """
    mean = checks.array("mean", mean, shape="(J,)")
    n, shrunk = (checks.array(k, x, shape=mean.shape) for k, x in (("n", n), ("shrunk", shrunk)))
    classes = np.searchsorted(edges, n)
    if not {0, 1, 2} <= set(classes):
        raise ValueError(f"edges must leave groups in all three classes, got {edges!r}")
    fig, ax = figure(height=310)
    handles, said = [], []
    for k, style in enumerate(_SIZES):
        part = classes == k
        typical = np.median(n[part])
        factor = pooling_factor(typical, sigma=sigma, tau=tau)
        x = np.array([mean.min(), mean.max()]) - mu
        line = {"color": style.color, "linestyle": style.dash, "linewidth": 1.4}
        ax.plot(x, -factor * x, **line)
        ax.plot(mean[part] - mu, (shrunk - mean)[part], style.marker, color=style.color, markersize=6)
        sizes = " to ".join(f"{size:.0f}" for size in sorted({n[part].min(), n[part].max()}))
        handles.append(Line2D([], [], label=sizes, marker=style.marker, markersize=6, **line))
        said.append(f"{sizes} students: about {factor:.2f} of the distance, "
                    f"moved by {np.abs(shrunk - mean)[part].max():.1f} at most")  # fmt: skip
    ax.axhline(0, color=TEXT, linewidth=0.8)
    ax.axvline(0, color=TEXT, linewidth=0.8)
    ax.set(xlabel="own mean minus population mean", ylabel="estimate minus own mean")
    fig.legend(handles=handles, loc="outside upper left", ncols=3, title="students",
               alignment="left", handlelength=2, columnspacing=1.2)  # fmt: skip
    return svg(fig, alt=alt or (
        f"How far each of {n.size} schools is moved, always towards the population mean. {'; '.join(said)}."
    ))  # fmt: skip


@look()
def replicated(statistics, observed, *, xlabel, alt=None) -> Picture:
    """Draw a statistic of data that models would produce, a row a model, and of the data themselves.

    Parameters
    ----------
    statistics : dict of str to array (S,)
        Of a model (no, partial or complete pooling), the statistic in each replicated data set.
    observed : float
        In the data; a vertical line.
    xlabel : str
        What the statistic is, with its unit.
    alt : str, optional
        Default: observed, and each model's middle 94 % and share of replications above the observed.
    """
    _named("statistics", statistics)
    drawn = {name: checks.array(name, x, shape="(S,)") for name, x in statistics.items()}
    low = min(observed, *(x.min() for x in drawn.values()))
    high = max(observed, *(x.max() for x in drawn.values()))
    edges = np.linspace(low, high, 41)
    fig, axes = figure(len(drawn), height=56 + 50 * len(drawn))
    said = []
    for ax, (name, x) in zip(np.atleast_1d(axes), drawn.items(), strict=True):
        color, _ = _MODELS[name]
        ax.hist(x, edges, color=color, alpha=0.55, edgecolor=color)
        ax.axvline(observed, color=TEXT, linewidth=2)
        above = 100 * (x >= observed).mean()
        ax.set_title(f"{name}: {above:.1f} % at or above the data", loc="left", pad=3)
        bare(ax)
        middle = np.quantile(x, [0.03, 0.97])
        said.append(f"{name}: 94 % between {middle[0]:.2f} and {middle[1]:.2f}, "
                    f"{above:.1f} % at or above the observed")  # fmt: skip
    ax.set_xlabel(xlabel)
    return svg(fig, alt=alt or f"{xlabel}: observed {observed:.2f}. Replicated by {'; '.join(said)}.")


@look()
def ranking(mean, interval, ranks, *, named=(), alt=None) -> Picture:
    """Draw groups in the order of their estimates, and under each the ranks that are possible for it.

    Parameters
    ----------
    mean : array (J,)
        Posterior means; the largest is drawn first.
    interval : array (J, 2)
        Of each, the 94 % HDI.
    ranks : array (J, 2)
        Of each group's rank, the 94 % interval; rank 1 is the best and stands at the top.
    named : sequence of int
        The groups whose numbers are written over them.
    alt : str, optional
        Default: the first and the last group, and how wide the intervals of ranks are.
    """
    mean = checks.array("mean", mean, shape="(J,)")
    pairs = {"interval": interval, "ranks": ranks}
    interval, ranks = (checks.array(name, x, shape=(mean.size, 2)) for name, x in pairs.items())
    if ranks.min() < 1 or ranks.max() > mean.size:
        raise ValueError(f"ranks must be in [1, {mean.size}], got {ranks.min():g} to {ranks.max():g}")
    order = np.argsort(-mean, kind="stable")
    place = np.arange(1, mean.size + 1)
    fig, (top, bottom) = figure(2, height=235)
    top.vlines(place, *interval[order].T, color=BLUE, linewidth=1.6)
    top.plot(place, mean[order], "o", color=BLUE, markersize=3.5)
    for j in named:
        at = place[order == j][0], interval[j].max()
        top.annotate(str(j), at, xytext=(0, 5), textcoords="offset points", ha="center")
    top.set(ylabel="mean (points)", xlim=(0, mean.size + 1))
    bottom.vlines(place, *ranks[order].T, color=ORANGE, linewidth=1.6)
    bottom.plot(place, place, color=TEXT, linewidth=1)
    bottom.set(ylabel="rank", xlabel="place by posterior mean", ylim=(mean.size + 1, 0))
    wide = ranks[:, 1] - ranks[:, 0] + 1
    handles = [
        Line2D([], [], label="94 %, mean", color=BLUE, linewidth=1.6, marker="o", markersize=3.5),
        Line2D([], [], label="94 %, rank", color=ORANGE, linewidth=1.6),
    ]
    legend(fig, handles)
    ends = "; ".join(
        f"{word} place: school {j}, mean {mean[j]:.1f} ({interval[j, 0]:.1f} to {interval[j, 1]:.1f}), "
        f"rank {ranks[j, 0]:.0f} to {ranks[j, 1]:.0f}"
        for word, j in (("first", order[0]), ("last", order[-1]))
    )
    return svg(fig, alt=alt or (
        f"{mean.size} schools in the order of their posterior means. {ends[0].upper()}{ends[1:]}. "
        f"Intervals of ranks hold {wide.min():.0f} to {wide.max():.0f} places, median {np.median(wide):g}."
    ))  # fmt: skip
