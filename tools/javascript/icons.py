"""Cut the theme's icon font down to the icons that the pages use.

The theme asks for 0.15 MB of font and 0.5 MB of script, with every icon there is. The style sheet made
here, of some 4 kB, carries the few in use in a font of the same name, and an empty script takes the place
of the theme's (javascript.py). tests/test_book.py checks that no icon of any page is missing.
"""

import base64
import io
import re
from pathlib import Path

import pydata_sphinx_theme

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
FONT = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"

# In the order in which one meets them on a page: the header, the article, the links at its end.
ICONS = (
    "bars", "magnifying-glass", "sun", "moon", "circle-half-stroke", "download", "file", "file-pdf",
    "code", "file-code", "expand", "compress", "list", "arrow-up", "angle-left", "angle-right", "angle-down",
    "xmark", "rocket", "code-branch", "lightbulb",
)  # fmt: skip


def theme_style() -> str:
    """Return the theme's style sheet."""
    return (THEME / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf8")


def named(style: str) -> dict[str, int]:
    """Return the code point of every icon that can be asked for by a class `fa-NAME`."""
    found = {}
    for rule in style.split("}"):
        selectors, _, body = rule.partition("{")
        if match := re.fullmatch(r'content:"\\([0-9a-f]+)"', body):
            for name in re.findall(r"\.fa-([a-z0-9-]+):before", selectors):
                found[name] = int(match[1], 16)
    return found


def used_by_style(style: str) -> set[int]:
    """Return the code points that the theme's own rules write, before admonitions for instance."""
    return {ord(char) for char in re.findall(r'--pst-icon-[a-z-]+:"(.)"', style)}


def code_points() -> set[int]:
    """Return the code points of the icons in the font that the pages get."""
    style = theme_style()
    return {named(style)[name] for name in ICONS} | used_by_style(style)


def style_sheet() -> str:
    """Return the style sheet with the font in it."""
    from fontTools import subset  # which takes a third of a second, and most builds don't come here

    points = sorted(code_points())
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=False, name_IDs=[])
    font = subset.load_font(FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    data = io.BytesIO()
    font.flavor = "woff"
    font.save(data)
    ranges = ",".join(f"U+{point:x}" for point in points)
    encoded = base64.b64encode(data.getvalue()).decode()
    return (
        '@font-face{font-family:"Font Awesome 6 Free";font-style:normal;font-weight:900;'
        f"unicode-range:{ranges};src:url(data:font/woff;base64,{encoded})}}\n"
    )
