"""What every figure of the course is held to, for the tests of the plotting modules."""

import re
from xml.etree import ElementTree

import numpy as np
from pooling.plots.picture import SVG


def check(picture, drawn_again):
    """Check that a figure is a named image in the page's colours, and that its data give the same bytes."""
    root = ElementTree.fromstring(picture.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", picture.alt)
    assert "currentColor" in picture.svg
    for fixed in ("black", "white", "#000", "#fff", "#b0b0b0", "#cccccc", "font-family", "<image"):
        assert fixed not in picture.svg
    assert re.search(r"\bnan\b", picture.svg.lower()) is None
    assert drawn_again == picture


def legend_fits(fig):
    """Return whether a figure's one legend is as wide as the figure at most."""
    (told,) = fig.legends
    box = told.get_window_extent()
    return fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1


def out_of_sight(fig):
    """Return what of a figure is cut off: marks beyond the limits of their axes, words beyond the edge."""
    found = []
    for ax in fig.axes:
        lower, upper = np.sort([ax.get_xlim(), ax.get_ylim()]).T
        slack = 1e-6 * (upper - lower)
        for line in ax.lines:
            if line.get_transform() != ax.transData or line.get_marker() in {"None", "", " "}:
                continue
            at = line.get_xydata()[np.isfinite(line.get_xydata()).all(axis=1)]
            if not ((at >= lower - slack) & (at <= upper + slack)).all():
                found.append(f"marks from {at.min(axis=0)} to {at.max(axis=0)}: {lower} to {upper}")
    words = [text for legend in fig.legends for text in legend.get_texts()]
    words += [text for ax in fig.axes for text in (*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label)]
    for text in [*fig.texts, *words]:
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            if min(box.x0, box.y0) < -1 or box.x1 > fig.bbox.x1 + 1 or box.y1 > fig.bbox.y1 + 1:
                found.append(f"{text.get_text()!r}: {box.extents.round()} in {fig.bbox.extents.round()}")
    return found


def texts(picture):
    """Return the words that are seen in a figure."""
    return [element.text for element in ElementTree.fromstring(picture.svg).iter(f"{{{SVG}}}text")]


def contrast(one, other):
    """WCAG 2 contrast ratio of two hexadecimal colours."""

    def luminance(color):
        c = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)
