"""Chapter 14: its figures, in the look of `pooling.plots.style`."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pooling.plots import panels
from pooling.plots.picture import Picture
from pooling.plots.style import BLUE, ORANGE, PURPLE, TEXT, corner, figure, legend, look, number, svg

__all__ = ["agreement", "histograms", "p_text"]

_TOP = 2.1  # of a panel, in multiples of a uniform histogram; a higher bin is cut, and says so


def p_text(p):
    """Return a p-value for the eye: two digits, or how small it is at most."""
    if p >= 0.001:
        return f"p = {p:.2g}"
    if p < 1e-12:
        return "p < 10⁻¹²"
    return f"p < 10{str(int(np.ceil(np.log10(p)))).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


@look()
def histograms(tests, *, alt=None) -> Picture:
    """Draw rank histograms, one under the other, over the band that holds 99 % of uniform ones.

    Parameters
    ----------
    tests : dict of str to calibration.Uniformity
        What was ranked, and the counts of its ranks with their test; four at most.
    alt : str, optional
        Default: χ² and p of each, and the bins outside the band.
    """
    if not 1 <= len(tests) <= 4:
        raise ValueError(f"tests must hold 1 to 4 histograms, got {len(tests)}")
    fig, axes = figure(len(tests), height=40 + 118 * len(tests))
    said = []
    for ax, (name, test) in zip(np.atleast_1d(axes), tests.items(), strict=True):
        bins, expected = len(test.counts), np.mean(test.counts)
        limits = np.array(test.band) / expected
        height, edges = test.counts / expected, np.linspace(0, 1, bins + 1)
        ax.axhspan(*limits, color=PURPLE, alpha=0.25, linewidth=0)
        ax.axhline(1, color=TEXT, linewidth=0.8, linestyle=(0, (4, 3)))
        out = (height < limits[0]) | (height > limits[1])
        shown = np.minimum(height, _TOP)
        ax.bar(edges[:-1][out], shown[out], 1 / bins, align="edge", color=ORANGE, alpha=0.75, linewidth=0)
        ax.stairs(shown, edges, color=BLUE, linewidth=1.8)
        for k in np.flatnonzero(height > _TOP):
            ax.annotate(f"×{height[k]:.1f}", ((k + 0.5) / bins, _TOP), xytext=(10, -4),
                        textcoords="offset points", va="top")  # fmt: skip
        ax.set(xlim=(0, 1), ylim=(0, _TOP + 0.75), yticks=[0, 1, 2])
        ax.spines["left"].set_visible(False)
        corner(ax, name, p_text(test.p))
        said.append(f"{name}: χ² {test.statistic:.0f} with {bins - 1} degrees of freedom, {_spoken(test.p)}, "
                    f"{out.sum()} of {bins} bins outside the band, lowest {height.min():.2f} and highest "
                    f"{height.max():.2f} times uniform.")  # fmt: skip
    np.atleast_1d(axes)[-1].set_xlabel("rank: share of the posterior below the truth")
    legend(fig, [
        Line2D([], [], label="ranks", color=BLUE, linewidth=1.8),
        Patch(label="99 % band", color=PURPLE, alpha=0.25, linewidth=0),
        Patch(label="outside", color=ORANGE, alpha=0.75, linewidth=0),
    ])  # fmt: skip
    return svg(fig, alt=alt or "Rank histograms. " + " ".join(said))


@look()
def agreement(rows, *, alt=None) -> Picture:
    """Draw NUTS against exact, in Monte Carlo standard errors: a row a model, a mark a parameter.

    Parameters
    ----------
    rows : list of pooling.calibration.three_engines.Row
    alt : str, optional
        Default: of each model the number of parameters and the largest distance.
    """
    models = list(dict.fromkeys(row.model for row in rows))
    fig, ax = figure(height=70 + 44 * len(models))
    said = []
    ax.axvspan(-2, 2, color=PURPLE, alpha=0.2, linewidth=0)
    ax.axvline(0, color=TEXT, linewidth=0.8)
    for x in (-4, 4):
        ax.axvline(x, color=TEXT, linewidth=1.3, linestyle=(0, (8, 3)))
    for level, model in enumerate(models):
        apart = np.array([row.apart for row in rows if row.model == model])
        ticks = {"color": BLUE, "markersize": 12, "markeredgewidth": 1.4}
        ax.plot(apart, np.full(apart.shape, level + 0.12), "|", **ticks)
        ax.text(-3.85, level - 0.28, model, va="center")
        noun = "parameter" if apart.size == 1 else "parameters"
        said.append(f"{model}: {apart.size} {noun}, at most {np.abs(apart).max():.1f}.")
    ax.set(xlim=(-5, 5), ylim=(len(models) - 0.5, -0.7), yticks=[], xticks=[-4, -2, 0, 2, 4])
    ax.set_xlabel("NUTS − exact, in Monte Carlo errors")
    panels.rows_axis(ax)
    return svg(fig, alt=alt or (
        "Distance of each NUTS estimate from the exact one, in Monte Carlo standard errors. " + " ".join(said)
    ))  # fmt: skip


def _spoken(p):
    return f"p {number(p, '.2g')}" if p >= 1e-12 else "p below 1e-12"
