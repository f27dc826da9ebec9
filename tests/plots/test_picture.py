"""Pictures take the page's colours and font, and bring nothing that leaks into the page."""

import re
from xml.etree import ElementTree

import pytest
from pooling.plots.picture import NO_BOX, SVG, picture

SOURCE = """<?xml version="1.0"?>
<!-- a remark -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="420pt" height="200pt" viewBox="0 0 420 200">
  <metadata>when and by whom</metadata>
  <defs><style>*{stroke: red}</style><path id="m1" d="M 0.123456 0 L 1 -2.5"/></defs>
  <g id="unused"><title>a tooltip</title>
    <use xlink:href="#m1" style="fill: #000000; stroke: black"/>
    <text font-family="Times" style="font-size: 9px; font-family: 'DejaVu'" fill="black">blackbird</text>
  </g>
</svg>"""


@pytest.fixture
def root():
    return ElementTree.fromstring(picture(SOURCE, alt="A picture of 2 < 3.").svg)


def test_it_is_an_image_with_a_name(root):
    assert root.tag == f"{{{SVG}}}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == "A picture of 2 < 3."


def test_it_fills_its_column_up_to_its_natural_width(root):
    assert "width" not in root.attrib
    assert "height" not in root.attrib
    assert "width:100%" in root.get("style")
    assert "max-width:560px" in root.get("style")  # 420 points


@pytest.mark.parametrize(("letters", "least"), [("12px", "385px"), ("8px", "560px"), ("20px", "231px")])
def test_its_letters_are_never_smaller_than_11_px(letters, least):
    """Of 420 points with letters of 12, 11 px are 385; it grows to its natural width only."""
    small = SOURCE.replace("font-size: 9px", f"font-size: {letters}")
    assert f"min-width:{least};" in ElementTree.fromstring(picture(small, alt="A picture.").svg).get("style")


def test_black_becomes_the_page_colour_and_words_stay(root):
    use = root.find(f".//{{{SVG}}}use")
    assert use.get("style") == "fill: currentColor; stroke: currentColor"
    text = root.find(f".//{{{SVG}}}text")
    assert text.get("fill") == "currentColor"
    assert text.text == "blackbird"


def test_fonts_metadata_tooltips_and_the_global_style_are_gone(root):
    svg = ElementTree.tostring(root, encoding="unicode")
    for leaked in ("font-family", "Times", "metadata", "title", "stroke: red", "remark"):
        assert leaked not in svg
    assert [style.text for style in root.iter(f"{{{SVG}}}style")] == [NO_BOX]


def test_only_identifiers_that_are_used_remain(root):
    ids = [element.get("id") for element in root.iter() if "id" in element.attrib]
    assert len(ids) == 1
    assert root.find(f".//{{{SVG}}}use").get("href") == f"#{ids[0]}"


def test_decimals_are_short(root):
    assert root.find(f".//{{{SVG}}}path").get("d") == "M 0.12 0 L 1 -2.5"


def test_same_source_same_text_and_other_words_other_identifiers():
    first, again, other = (picture(SOURCE, alt=alt).svg for alt in ("one", "one", "two"))
    assert first == again
    assert not set(re.findall(r'id="([^"]+)"', first)) & set(re.findall(r'id="([^"]+)"', other))


def test_its_repr_is_its_words_not_its_source():
    assert repr(picture(SOURCE, alt="Two dots.")) == "Picture(alt='Two dots.')"
    assert picture(SOURCE, alt="Two dots.")._repr_html_().startswith("<svg ")


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt must say what the picture shows"):
        picture(SOURCE, alt=alt)
