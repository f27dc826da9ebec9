"""All chapters: what one explorer is made of."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Kind"]


class Kind(NamedTuple):
    """An explorer, as the module `pooling.explorer.<stem>` states it in `EXPLORER`.

    Attributes
    ----------
    folder : Path
        Where its `engine.js` and `view.js` are, and its `style.css` if it needs one. The default export of
        view.js is what anywidget takes.
    controls : tuple of Control
        Settings that have sliders, or stand still.
    posterior : callable
        From the settings, a dict by name, to the Python posterior at them.
    still : callable
        From the settings to the picture of them for print and for a browser without JavaScript.
    held : tuple of Choice, Values or Points
        Settings whose control is the drawing itself.
    data : Mapping
        What engine.js needs beside the settings and cannot compute: `compute(settings, data)`.
    presets : tuple of Preset
        Settings that the text tells the reader to try, a button each.
    names : tuple of str, optional
        The settings as `explore` takes them, where they are not named as the controls are; then `accept`
        makes the settings given into settings by control, and `collect` makes the controls' values into
        arguments.
    """

    folder: Path
    controls: tuple
    posterior: Callable[[dict], Any]
    still: Callable[[dict], Any]
    held: tuple = ()
    data: Mapping = {}
    presets: tuple = ()
    names: tuple | None = None
    accept: Callable[[dict], dict] | None = None
    collect: Callable[[dict], dict] | None = None
