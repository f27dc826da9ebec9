"""All chapters: inline SVG that follows the page's font, width and colours.

Notebook figures are usually white boxes: wrong on a dark page, blurred when enlarged, mute to a
screen reader. A `Picture` is SVG inside the page itself, so black becomes the page's own text
colour, text stays text, and one sentence says aloud what the picture shows.
"""

import hashlib
import re
from dataclasses import dataclass, field
from math import ceil
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
ElementTree.register_namespace("", SVG)

LEAST = 11  #: Pixels of the smallest letters, scripts aside.

# The theme puts every HTML output of a dark page on a light box; a Picture needs none.
NO_BOX = (
    ".text_html:has(>svg.pooling-picture)"
    "{background:none!important;color:inherit!important;padding:0!important}"
)


@dataclass(frozen=True)
class Picture:
    """An inline SVG and the sentence that stands in for it.

    Attributes
    ----------
    alt : str
        What the picture shows, with its numbers.
    svg : str
        One ``<svg>`` element, without width or height of its own: it fills its column up to its
        natural width.
    """

    alt: str
    svg: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.svg


def picture(source: str | bytes, *, alt: str) -> Picture:
    """Turn an SVG document into a `Picture`.

    Parameters
    ----------
    source : str or bytes
        An SVG document whose size is in points (as Matplotlib and Graphviz write them), drawn in
        black on nothing.
    alt : str
        What the picture shows, for those who do not see it.

    Returns
    -------
    Picture
        Black is now ``currentColor``; identifiers begin with a digest of the picture, so that two
        different pictures on a page never share one. The same source gives the same text.

    Raises
    ------
    ValueError
        If `alt` is empty.
    """
    if not alt.strip():
        raise ValueError(f"alt must say what the picture shows, got {alt!r}")
    root = ElementTree.fromstring(source)
    _strip(root)
    for element in root.iter():
        _repaint(element)
    # Matplotlib's own identifiers digest unrounded numbers: their last digits differ from run to run.
    _rename_ids(root, "")
    digest = hashlib.sha256(ElementTree.tostring(root) + alt.encode()).hexdigest()[:8]
    _rename_ids(root, f"p{digest}-")
    _frame(root, alt)
    return Picture(alt, ElementTree.tostring(root, encoding="unicode"))


def _strip(parent: ElementTree.Element) -> None:
    """Remove what only the drawing program needs (its global style would restyle the page)."""
    for child in list(parent):
        if child.tag.removeprefix(f"{{{SVG}}}") in {"metadata", "style", "title"}:
            parent.remove(child)
        else:
            _strip(child)
            child.tail = None
    if parent.text and not parent.text.strip():
        parent.text = None


def _repaint(element: ElementTree.Element) -> None:
    """Black to currentColor, fonts to the page's own, long decimals to two places."""
    if HREF in element.attrib:
        element.set("href", element.attrib.pop(HREF))
    for name in ("font-family", "{http://www.w3.org/XML/1998/namespace}space"):
        element.attrib.pop(name, None)
    for name, value in element.attrib.items():
        value = re.sub(r"#000000|\bblack\b", "currentColor", value)
        value = re.sub(r"font-family:[^;]*;?\s*", "", value)
        value = re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match[0]):.2f}", value)
        element.set(name, " ".join(value.split()))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _rename_ids(root: ElementTree.Element, prefix: str) -> None:
    """Keep the identifiers that something points at, under the prefix; drop the others."""
    text = ElementTree.tostring(root, encoding="unicode")
    used = dict.fromkeys(re.findall(r'href="#([^"]+)"', text) + re.findall(r"url\(#([^)]+)\)", text))
    new = {old: f"{prefix}{index}" for index, old in enumerate(used)}
    for element in root.iter():
        if (old := element.attrib.pop("id", None)) in new:
            element.set("id", new[old])
        for name, value in element.attrib.items():
            element.set(name, re.sub(r"#([\w.-]+)", lambda m: f"#{new.get(m[1], m[1])}", value))


def _frame(root: ElementTree.Element, alt: str) -> None:
    """Make the root an image with a name, as wide as its column up to its natural width.

    It is never so narrow that its letters are smaller than `LEAST`: in such a column it scrolls.
    """
    width = float(root.get("width").removesuffix("pt")) * 4 / 3
    view_box = root.get("viewBox")
    texts = re.findall(r"<(?:\w+:)?text[^>]*", ElementTree.tostring(root, encoding="unicode"))
    letters = [float(found[1]) for text in texts if (found := re.search(r"font-size\W+([\d.]+)", text))]
    least = min(width, LEAST * float(view_box.split()[2]) / min(letters)) if letters else 0
    root.attrib.clear()
    root.attrib |= {
        "class": "pooling-picture",
        "role": "img",
        "aria-label": alt,
        "viewBox": view_box,
        "fill": "currentColor",
        "stroke-linejoin": "round",
        "style": f"display:block;width:100%;min-width:{ceil(least)}px;max-width:{width:.0f}px;height:auto;"
        "margin:0 auto",
    }
    ElementTree.SubElement(root, f"{{{SVG}}}style").text = NO_BOX
