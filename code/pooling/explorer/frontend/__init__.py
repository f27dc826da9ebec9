"""All chapters: an explorer's JavaScript, small modules on disk, as the one module that anywidget takes."""

import re
from functools import cache
from pathlib import Path

__all__ = ["SHARED", "script", "style"]

FOLDER = Path(__file__).parent

#: What all explorers share, in the order of their imports; each is an ES module of its own.
SHARED = (
    "draw.js",
    "axes.js",
    "drag.js",
    "handle.js",
    "summary.js",
    "state.js",
    "numbers.js",
    "swatches.js",
    "furniture.js",
    "choice.js",
    "controls.js",
    "view.js",
)


def _joined(source):
    """Return a module without its relative imports and its exports, except the default one."""
    source = re.sub(r'^import\s[^;]*?from "\.\.?/[^"]+";\n', "", source, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", source, flags=re.MULTILINE)


@cache
def script(folder, scripts):
    """Join the shared modules and those of an explorer's folder."""
    paths = [*(FOLDER / name for name in SHARED), *(folder / name for name in scripts)]
    return "\n".join(_joined(path.read_text(encoding="utf-8")) for path in paths)


@cache
def style(folder):
    """Join the shared style and that of an explorer's folder, if it has one."""
    paths = (FOLDER / "style.css", folder / "style.css")
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
