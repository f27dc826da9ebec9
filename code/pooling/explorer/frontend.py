"""The explorers' JavaScript, many small modules on disk, as the one module that anywidget takes."""

import re
from pathlib import Path

__all__ = ["CSS", "ESM", "MODULES"]

_HERE = Path(__file__).parent

#: In the order of their imports; each is an ES module of its own, which Node can import.
MODULES = (
    "engine.js",
    "summary.js",
    "population.js",
    "partial_pooling.js",
    "learned_variance.js",
    "models_contrasted.js",
    "hyperprior_map.js",
    "draw.js",
    "contours.js",
    "drag.js",
    "map.js",
    "arrivals.js",
    "contrast.js",
    "panel.js",
    "scene.js",
    "explorers.js",
    "state.js",
    "numbers.js",
    "furniture.js",
    "controls.js",
    "view.js",
)


def _joined(source):
    """Return a module without its relative imports and its exports, except the default one."""
    source = re.sub(r'^import\s[^;]*?from "\./[^"]+";\n', "", source, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", source, flags=re.MULTILINE)


ESM = "\n".join(_joined((_HERE / name).read_text(encoding="utf-8")) for name in MODULES)
CSS = (_HERE / "style.css").read_text(encoding="utf-8")
