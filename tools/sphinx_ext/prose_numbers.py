"""A Sphinx extension: ``{eval}`glue["name:format"]` `` in the prose shows what a cell has glued.

Without a format that may be a picture. And ``{eval}`glue.guess["name:format", "what is asked for"]` `` is a
place to guess it first. All are what a live notebook evaluates in its kernel (`pooling.prose`,
`pooling.guesses`). The build has no kernel: it looks the name up in the outputs that were cached.
"""

import re
from ast import literal_eval
from html import escape

from docutils import nodes
from myst_nb.core.variables import RetrievalError, render_variable_outputs
from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import glue_warning, retrieve_glue_data

from sphinx_ext.place import place

_GLUED = re.compile(r'glue\["([^"\[\]]+)"\]')
_NEGATIVE = re.compile(r"(?<![\w.,/\-\N{EN DASH}])-(?=\d)")
_GUESSED = re.compile(r'glue\.guess\[("[^"]+"(?:, "[^"]+"){1,2})\]')


def asked(expression: str) -> str | None:
    """Return "name:format" of an expression of the prose, or None if it is of another kind."""
    found = _GLUED.fullmatch(expression.strip())
    return found and found[1]


def guessed(expression: str) -> tuple[str, str, str] | None:
    """Return "name:format", what is asked for, and the place of an explanation or "", if it is a guess."""
    found = _GUESSED.fullmatch(expression.strip())
    return found and (*literal_eval(found[1]), "")[:3]


class Number(PasteTextRole):
    """The role `eval`, of which the book knows these kinds."""

    def run(self):
        """Return the node of a number, formatted, or of a picture; of a guess, one that guesses.js fills."""
        guess = guessed(self.text)
        name = guess[0] if guess else asked(self.text)
        if name is None:
            known = 'glue["name:format"] or glue.guess["name:format", "label"]'
            message = f"in prose, eval takes {known}, got {self.text}"
            return [], [glue_warning(message, self.document, self.line)]
        self.text = name
        if picture := self._picture():
            return picture, []
        number, problems = super().run()
        return [_open(*guess), *number, _raw("</span>")] if guess else number, problems

    def _picture(self) -> list[nodes.Node]:
        """Return the nodes of what was glued if it is a picture, none if it is not."""
        try:
            glued = retrieve_glue_data(self.document, self.text)
        except RetrievalError:
            return []
        if "text/html" not in glued.data:
            return []
        return render_variable_outputs([glued], self.document, self.line, self.source, inline=True)


def _open(name: str, label: str, says: str) -> nodes.raw:
    """Return the beginning of a guess, unseen without a script."""
    about = {"data-guess": name.partition(":")[0], "data-label": label, "data-says": says}
    given = " ".join(f'{key}="{escape(value)}"' for key, value in about.items() if value)
    return _raw(f'<span class="pooling-guess" {given} hidden>')


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _words(doctree):
    """Yield the texts that are read as words, and not as a program or a formula."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.FixedTextElement | nodes.literal | nodes.raw | nodes.math):
            yield text


def write_minus(app, doctree, docname):
    """Give each number below zero a minus sign, as figures and explorers have it, in place of a hyphen."""
    for text in _words(doctree):
        signed = _NEGATIVE.sub("\N{MINUS SIGN}", text)
        if signed != text:
            text.parent[place(text)] = nodes.Text(signed)


def keep_percent(app, doctree, docname):
    """Keep each "%" on the line of its number, whether that is written or glued."""
    for text in _words(doctree):
        parts = [part for part in re.split(r"(\S*\d %|^ %)", text) if part]
        if len(parts) == 1 and parts[0] == text and not text.endswith("%"):
            continue
        at, kept = place(text), []
        for part in parts:
            if part == " %" and at:
                at -= 1
                glued = text.parent.pop(at)
                kept.append(nodes.inline("", "", glued, nodes.Text(part), classes=["together"]))
            elif part.endswith(" %"):
                kept.append(nodes.inline("", part, classes=["together"]))
            else:
                kept.append(nodes.Text(part))
        text.parent[at : at + 1] = kept


def setup(app):
    """Register the extension, after myst-nb, whose role needs a kernel."""
    app.add_role("eval", Number(), override=True)
    app.connect("doctree-resolved", write_minus)
    app.connect("doctree-resolved", keep_percent)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
