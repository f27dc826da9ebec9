"""Read Python and JavaScript as tokens of one kind; comments, and the words of templates, are none."""

import io
import re
import tokenize
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple


class Token(NamedTuple):
    """A word of a program: what it is (name, number, string or operator), and its place in the text."""

    kind: str
    text: str
    start: int
    end: int


_PYTHON = {
    tokenize.NAME: "name",
    tokenize.NUMBER: "number",
    tokenize.STRING: "string",
    tokenize.OP: "operator",
}
_JAVASCRIPT = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<number>0[xb]\w+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>(?:\w|\$(?!\{))+)
    |(?P<regex>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+/\w*)
    |(?P<operator>\.\.\.|=>|[=!]==?|[<>]=|&&=?|\|\|=?|\?\?=?|\?\.|\+\+|--|\*\*|[-+*/%]=|\$\{|.)""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*", re.DOTALL)
#: A slash after one of these begins a regular expression.
_BEFORE_REGEX = {*"(,=:[!&|?{};+-<>", "=>", "&&", "||", "??", "return", "===", "!==", "..."}


def read(path: Path, text: str) -> list[Token]:
    """Return the tokens of a program."""
    return list(_python(text) if path.suffix == ".py" else _javascript(text))


def _python(text):
    begin = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _PYTHON:
            start, end = (begin[row - 1] + column for row, column in (token.start, token.end))
            yield Token(_PYTHON[token.type], token.string, start, end)


def _javascript(text):
    place, before = 0, ""
    inside = []  # for each brace that is open: whether it stands in a template
    while place < len(text):
        found = _JAVASCRIPT.match(text, place)
        if found.lastgroup == "regex" and before not in _BEFORE_REGEX:
            kind, end = "operator", place + 1
        else:
            kind, end = found.lastgroup, found.end()
        word = text[place:end]
        if word in ("{", "${"):
            inside.append(word == "${")
        if word == "`" or (word == "}" and inside.pop()):
            end = _WORDS.match(text, end).end()  # the template's words, up to what it fills in or its end
            if text[end] == "`":
                end += 1
                kind = "string"
        if kind not in ("skip", "regex"):
            yield Token(kind, word, place, place + len(word))
        before = before if kind == "skip" else word
        place = end
