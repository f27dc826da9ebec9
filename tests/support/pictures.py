"""What every figure of the course is held to, for the tests of the plotting modules."""

import re
from xml.etree import ElementTree

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


def texts(picture):
    """Return the words that are seen in a figure."""
    return [element.text for element in ElementTree.fromstring(picture.svg).iter(f"{{{SVG}}}text")]
