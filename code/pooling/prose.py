"""All chapters: numbers that a cell hands to the prose of its page.

A cell says `glue("mean", 4.49)`, and the text of the chapter ``{eval}`glue["mean:.1f"]` ``. In a live
notebook JupyterLab evaluates that once all cells were run; the book's build reads what the cell displayed,
without a kernel. Both show 4.5. What is no number but a picture stands in the text by its name alone, without
a format. ``{eval}`glue.guess["mean:.1f", "the mean"]` `` lets the reader guess first.
"""

from pooling.guesses import Guess

__all__ = ["glue"]

_PREFIX = "application/papermill.record/"  # a notebook shows nothing of this type; myst-nb keeps it


class _Glue:
    """What the cells of a notebook have handed over, by name."""

    def __init__(self):
        self._values = {}

    def __call__(self, name, value, *, display=False):
        """Hand a number, or a word, over under a name; show it too if asked to.

        Parameters
        ----------
        name : str
            Without a colon: what follows one in the text is a format.
        value : int, float, str, or anything that a notebook displays
            Such as a picture.
        display : bool
        """
        from IPython.core.formatters import format_display_data
        from IPython.display import display as show

        if ":" in name:
            raise ValueError(f"glue takes a name without a colon, got {name!r}")
        self._values[name] = value
        if isinstance(value, int | float | str):
            bundle, about = {"text/plain": repr(value)}, {}
        else:
            bundle, about = format_display_data(value)
        prefix = "" if display else _PREFIX
        about["scrapbook"] = {"name": name, "mime_prefix": prefix}
        show({f"{prefix}{kind}": data for kind, data in bundle.items()}, raw=True, metadata=about)

    def __getitem__(self, asked):
        """Return the text of "name:format", with a format of Python's `format`, or the picture of a name."""
        name, _, how = asked.partition(":")
        if name not in self._values:
            raise KeyError(f"no cell that was run has glued {name!r}: run all cells")
        value = self._values[name]
        return format(value, how) if isinstance(value, int | float | str) else value

    @property
    def guess(self):
        """What asks for a guess, see `pooling.guesses`."""
        return Guess(self)


glue = _Glue()
