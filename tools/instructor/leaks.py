"""Find what is withheld from students, solutions and hidden checks, in what they are given.

Texts are compared as sequences of words, so that markup, highlighting and line breaks hide nothing. Of prose,
eight words in a row betray it, unless they are half a formula. Programs resemble each other: of code it takes
twelve, in a row that the chapters, the package and its tests do not hold themselves.
"""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import snowballstemmer
from places import ROOT

from instructor import exercises

OF_PROSE, OF_CODE = 8, 12
#: What Sphinx and nbgrader write around what is withheld.
MARKS = ("solution to exercise", "begin solution", "begin hidden tests", "begin mark scheme")

_WORD = re.compile(r"[a-z0-9_]+")
_NOT_PROSE = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]*\$|\{\w+\}`[^`]*`|`[^`]*`|\{\{.*?\}\}|^```.*?$", re.MULTILINE | re.DOTALL
)
_WITHHELD = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)\n(.*?)### END", re.DOTALL)
_CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)


def withheld(root: Path = ROOT) -> dict[tuple, str]:
    """Return every run of words that students must not find, and where it stands."""
    found = {}
    for path in sorted((root / "solutions").rglob("*.md")):
        file = exercises.read_solutions(path)
        for label, solution in file.solutions.items():
            _note(found, f"the solution of {label}", f"{solution.note}\n{solution.text}")
        _note(found, f"the notes on teaching of {path.name}", file.teaching)
    for path in sorted((root / "assignments").glob("*.md")):
        for number, passage in enumerate(_WITHHELD.findall(path.read_text(encoding="utf8")), 1):
            of = f"withheld passage {number} of {path.name}"
            written = all(line.startswith(("- ", "  ", "|")) or not line for line in passage.splitlines())
            _note(found, of, passage if written else f"```{{code-cell}}\n{passage}\n```")
    own = set().union(*(_runs(_words(text), OF_CODE) for text in _given(root)))
    return {run: where for run, where in found.items() if run not in own}


def leaks(folder: Path, secret: dict[tuple, str]) -> Iterator[str]:
    """Say of each file below a folder what it gives away."""
    for path in sorted(folder.rglob("*")):
        if ".git" in path.relative_to(folder).parts or not path.is_file():
            continue
        try:
            text = readable(path)
        except UnicodeDecodeError:
            continue
        words = _words(text)
        told = {secret[run] for k in (OF_PROSE, OF_CODE) for run in _runs(words, k) if run in secret}
        line = " ".join(words)
        told |= {f"'{mark}'" for mark in MARKS if mark in line and path.suffix != ".py"}
        yield from (f"{path.relative_to(folder)}: {what}" for what in sorted(told))


def readable(path: Path) -> str:
    """Return the text that a file shows: of a page without its tags, of a notebook its cells.

    Raises
    ------
    UnicodeDecodeError
        If the file is no text.
    """
    text = path.read_text(encoding="utf8")
    if path.suffix == ".html":
        return html.unescape(_TAG.sub("", text))
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def telling_stems(root: Path = ROOT) -> dict[str, str]:
    """Return words, as the search index has them, that only solutions use, each with the file it is in."""
    stem = snowballstemmer.stemmer("english").stemWords
    given = set(stem(set().union(*(_words(text) for text in _given(root)))))
    found = {}
    for path in (root / "solutions").rglob("*.md"):
        prose = _NOT_PROSE.sub(" ", _CELL.sub(" ", path.read_text(encoding="utf8")))
        found |= {
            word: path.name
            for word in stem(set(_words(prose)))
            if len(word) > 3 and word.isalpha() and word not in given
        }
    return found


def _note(found, where, text):
    for source in exercises.code_cells(text):
        found |= dict.fromkeys(_runs(_words(source), OF_CODE), where)
    for passage in _NOT_PROSE.split(_CELL.sub("$$$$", text)):
        runs = _runs(_words(passage), OF_PROSE)
        found |= {run: where for run in runs if sum(len(word) > 2 for word in run) > OF_PROSE / 2}


def _given(root):
    """Yield the texts that the course shows to everybody."""
    for folder, kind in (("chapters", "*.md"), ("code", "*.py"), ("tests", "*.py"), (".", "*.md")):
        look = (root / folder).rglob if folder != "." else root.glob
        yield from (path.read_text(encoding="utf8") for path in look(kind))


def _words(text):
    return _WORD.findall(text.lower())


def _runs(words, k):
    return {tuple(words[i : i + k]) for i in range(len(words) - k + 1)}
