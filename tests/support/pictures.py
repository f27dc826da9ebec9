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
    for fixed in ("black", "white", "#000", "#fff", "font-family", "<image"):
        assert fixed not in picture.svg
    assert re.search(r"\bnan\b", picture.svg.lower()) is None
    assert drawn_again == picture


def legend_fits(fig):
    """Return whether a figure's one legend is as wide as the figure at most."""
    (told,) = fig.legends
    box = told.get_window_extent()
    return fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1


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
