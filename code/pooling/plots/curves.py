"""All chapters: a few labelled curves over one axis.

Anything else that Matplotlib draws becomes a `Picture` by ``svg(fig, alt="...")`` of `pooling.plots.style`.
"""

import numpy as np

from pooling.plots.picture import Picture
from pooling.plots.style import DEPARTMENTS, KINDS, PURPLE, TEXT, Style, beside, figure, legend, look, svg

__all__ = ["curves"]


@look()
def curves(x, lines, *, xlabel, ylabel="density", marks=None, alt) -> Picture:
    """Draw several labelled curves over one axis.

    Parameters
    ----------
    x : array (K,)
    lines : dict of str to array (K,)
        Label and heights, four at most; each has a dash of its own. What is labelled prior,
        likelihood or posterior looks as it does in the other figures.
    xlabel, ylabel : str
        With units.
    marks : dict of str to float, optional
        Names and places on the x axis to mark.
    alt : str
        What the picture shows, with its numbers.
    """
    if not 1 <= len(lines) <= 4:
        raise ValueError(f"lines must hold 1 to 4 curves, got {len(lines)}")
    fig, ax = figure(height=220)
    styles = [*DEPARTMENTS.values(), Style(PURPLE, "D", (0, (1.5, 2)))]
    for (label, y), style in zip(lines.items(), styles, strict=False):
        own = {"color": style.color, "linestyle": style.dash, "linewidth": 2}
        ax.plot(x, y, label=label, **KINDS.get(label, own))
    top = max(np.max(y) for y in lines.values())
    for level, (name, place) in enumerate((marks or {}).items()):
        height = top * (1.06 + 0.13 * level)
        ax.plot([place, place], [0, height], color=TEXT, linewidth=1)
        beside(ax, place, height, name)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(0, None))
    if len(lines) > 1:
        legend(fig, ax.get_legend_handles_labels()[0])
    return svg(fig, alt=alt)
