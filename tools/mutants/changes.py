"""What a mutant changes: one number, operator, name or key, or the order of two arguments.

What would be no mistake is left as it is: how thick or large something is drawn, imports' order, `strict`.
"""

import keyword
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mutants.tokens import Token, read

_OPERATORS = {"+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_ADDED = {"+=": "-=", "-=": "+=", "&&": "||", "||": "&&"}
_PAIRS = (
    "min max",
    "minimum maximum",
    "True False",
    "true false",
    "and or",
    "mean sd",
    "lower upper",
    "low high",
)
_NAMES = {one: other for pair in map(str.split, _PAIRS) for one, other in (pair, pair[::-1])}
#: Arguments and attributes that say how something looks and nothing else, or that check what is right.
LOOKS = {
    "strict",
    *("linewidth", "linewidths", "markersize", "markeredgewidth", "alpha", "height", "width", "fontsize"),
    *("stroke-width", "font-size", "opacity", "zorder", "shrinkA", "shrinkB", "pad", "xytext", "margin"),
}
_OPEN, _CLOSE = ("(", "[", "{", "${"), (")", "]", "}")
#: What a keyword leaves behind is no value: `return -x`, `case +1`.
_KEYWORDS = {*keyword.kwlist, "case", "const", "export", "function", "let", "new", "of", "typeof"} - {
    *("None", "True", "False")
}


class Mutant(NamedTuple):
    """A change of a file: from `start` to `end`, `replacement` stands in place of `text`."""

    path: Path
    start: int
    end: int
    text: str
    replacement: str

    def apply(self, source: str) -> str:
        """Return the file's text with the change."""
        return source[: self.start] + self.replacement + source[self.end :]

    def is_a_program(self, source: str) -> bool:
        """Return whether Python can read it; of JavaScript we trust that."""
        try:
            self.path.suffix == ".py" and compile(self.apply(source), self.path, "exec")
        except SyntaxError:
            return False
        return True

    def lines(self, source: str) -> tuple[str, str]:
        """Return the changed lines, as they were and as they are."""
        first = source.rfind("\n", 0, self.start) + 1
        last = source.find("\n", self.end) % (len(source) + 1)
        changed = source[first : self.start] + self.replacement + source[self.end : last]
        return source[first:last].strip(), changed.strip()


def mutants(path: Path, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a program; a few of them may not be programs any more."""
    tokens = read(path, source)
    for place in range(len(tokens)):
        for start, end, replacement in _changes(tokens, place, source):
            yield Mutant(path, start, end, source[start:end], replacement)


def _changes(tokens: list[Token], place: int, source: str):
    """Yield (start, end, replacement) for each change of one token."""
    kind, text, start, end = tokens[place]
    if kind == "number" and re.fullmatch(r"[\d.]+", text) and not _only_looks(tokens, place):
        number = float(text) if "." in text else int(text)
        yield from (
            (start, end, f"{new:.12g}") for new in dict.fromkeys((number + 1, 2 * number)) if new != number
        )
    elif kind == "operator" and text in _ADDED | _OPERATORS:
        if text in _ADDED or _is_binary(tokens, place):
            yield start, end, (_ADDED | _OPERATORS)[text]
    elif kind == "operator" and text in ("(", "["):
        yield from _swapped(tokens, place, source)
    elif kind == "name" and text in _NAMES and not _only_looks(tokens, place):
        yield start, end, _NAMES[text]
    elif kind == "string" and _is_key(tokens, place):
        keys = sorted({token.text for k, token in enumerate(tokens) if _is_key(tokens, k)})
        if len(keys) > 1:
            yield start, end, keys[(keys.index(text) + 1) % len(keys)]


def _at(tokens, place):
    return tokens[place] if 0 <= place < len(tokens) else Token("operator", "", 0, 0)


def _only_looks(tokens, place):
    """Return whether a number is given to an argument or attribute of LOOKS."""
    by, name = _at(tokens, place - 1), _at(tokens, place - 2)
    return by.text in ("=", ":") and name.text.strip("\"'") in LOOKS


def _is_binary(tokens, place):
    """Return whether an operator stands between two values, none of which is a text."""
    before, after = _at(tokens, place - 1), _at(tokens, place + 1)
    value = before.kind in ("name", "number") or before.text in _CLOSE
    return value and before.text not in _KEYWORDS and "string" not in (before.kind, after.kind)


def _is_key(tokens, place):
    """Return whether a text is what a table is asked for: alone in brackets, after a name."""
    if tokens[place].kind != "string" or (_at(tokens, place - 1).text, _at(tokens, place + 1).text) != (
        "[",
        "]",
    ):
        return False
    holder = _at(tokens, place - 2)
    return (holder.kind == "name" and holder.text not in _KEYWORDS) or holder.text in _CLOSE


def _swapped(tokens, place, source):
    """Yield the exchange of the first two of what a bracket holds, unless it declares parameters."""
    depth, commas, k = 0, [], place
    while k < len(tokens):
        text = tokens[k].text
        depth += (text in _OPEN) - (text in _CLOSE)
        if depth == 0:
            break
        if depth == 1 and text in (",", "=", ":=", "for"):
            commas.append(k)
        k += 1
    before = {_at(tokens, place - 1).text, _at(tokens, place - 2).text}
    declares = before & {"def", "class", "function", "import", "__all__"} or _at(tokens, k + 1).text in (
        "=>",
        "{",
    )
    ends = [*commas[1:2], k]
    if declares or not commas or tokens[commas[0]].text != "," or tokens[ends[0] - 1].text == ",":
        return
    if ends[0] != k and tokens[ends[0]].text != ",":
        return
    parts = [(place + 1, commas[0] - 1), (commas[0] + 1, ends[0] - 1)]
    first, second = (source[tokens[a].start : tokens[b].end] for a, b in parts)
    if first != second and not {tokens[a].text for a, _ in parts} & {"*", "**", "...", "lambda"}:
        between = source[tokens[parts[0][1]].end : tokens[parts[1][0]].start]
        yield tokens[place + 1].start, tokens[parts[1][1]].end, f"{second}{between}{first}"
