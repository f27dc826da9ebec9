"""A Sphinx extension: ``{eval}`glue["name:format"]` `` in the prose shows what a cell has glued.

It is what a live notebook evaluates in its kernel (`pooling.prose`). The build has no kernel: it looks the
name up in the outputs that were cached.
"""

import re

from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import glue_warning

_GLUED = re.compile(r'glue\["([^"\[\]]+)"\]')


def asked(expression: str) -> str | None:
    """Return "name:format" of an expression of the prose, or None if it is of another kind."""
    found = _GLUED.fullmatch(expression.strip())
    return found and found[1]


class Number(PasteTextRole):
    """The role `eval`, of which the book knows this one kind."""

    def run(self):
        """Return the node of a formatted number."""
        name = asked(self.text)
        if name is None:
            message = f'in prose, eval takes glue["name:format"], got {self.text}'
            return [], [glue_warning(message, self.document, self.line)]
        self.text = name
        return super().run()


def setup(app):
    """Register the extension, after myst-nb, whose role needs a kernel."""
    app.add_role("eval", Number(), override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
