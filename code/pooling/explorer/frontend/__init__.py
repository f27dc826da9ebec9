"""All chapters: an explorer's JavaScript and its style, each as the one text that anywidget takes."""

import re
from functools import cache
from pathlib import Path

from pooling.explorer.frontend.link import link
from pooling.plots.palette import BLUE, DARK, ORANGE, PURPLE, TEAL

__all__ = ["script", "style"]

FOLDER = Path(__file__).parent

#: What each colour of the figures means here; on a dark page the drawing takes its lighter twin.
_COLOURS = {"posterior": BLUE, "likelihood": PURPLE, "government": BLUE, "english": ORANGE, "math": TEAL}


def script(folder):
    """Return the explorer of a folder, its view.js and all that this imports, as one ES module."""
    return link(folder / "view.js")


@cache
def style(folder):
    """Return the palette, the shared style and that of an explorer's folder, if it has one."""
    variables = "".join(
        f"--pe-{name}: light-dark({color}, {DARK[color]});\n" for name, color in _COLOURS.items()
    )
    paths = (FOLDER / "style.css", folder / "style.css")
    rules = "".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
    return f".pooling-explorer-box {{\n{variables}}}\n" + re.sub(r"/\*.*?\*/\n?", "", rules, flags=re.DOTALL)
