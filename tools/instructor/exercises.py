"""Read the exercises of the chapters and the solutions to them.

An exercise is a directive of sphinx-exercise whose text begins with what it is:
`*(To derive, 10 minutes, pencil.)*`, and whose title ends in "(stretch)" if it is one.

The solutions of `chapters/NN_stem.md` are in `solutions/NN_stem.md`, a MyST notebook that runs by itself:
notes on teaching the chapter, code that all solutions share, and for each exercise a section whose heading is
the label. It begins with an admonition, "In class: 8 minutes", for the one who teaches; the rest is the
solution, and ends in an assertion.
"""

import re
from pathlib import Path
from typing import NamedTuple

import jupytext
from places import ROOT

KINDS = ("think", "compute", "derive", "model")

_EXERCISE = re.compile(
    r"^(?P<fence>`{3,})\{exercise\}(?P<title>[^\n]*)\n:label: (?P<label>\S+)\n"
    r"(?P<text>.*?)^(?P=fence)[ ]*$\n?",
    flags=re.MULTILINE | re.DOTALL,
)
_STATED = re.compile(r"\s*\*\(To (?P<kind>\w+), (?P<minutes>\d+) minutes, (?P<needs>[^)]+)\.\)\* \S")
_HEADER = re.compile(r"\A---\n.*?^---\n", flags=re.MULTILINE | re.DOTALL)
_NOTE = re.compile(
    r"\s*(?P<note>(?P<fence>`{3,})\{admonition\} In class: (?P<minutes>\d+) minutes\n.*?^(?P=fence)$)",
    flags=re.MULTILINE | re.DOTALL,
)
_FENCED = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)


class FormError(ValueError):
    """An exercise or a solution is not written in the agreed form."""


class Exercise(NamedTuple):
    """An exercise, and where it starts and ends in the text of its chapter."""

    label: str
    title: str
    kind: str
    minutes: int
    needs: str
    text: str
    start: int
    end: int

    @property
    def stretch(self) -> bool:
        """Whether it is meant for those who have time left."""
        return self.title.endswith("(stretch)")


class Solution(NamedTuple):
    """A solution, with the admonition for the one who teaches."""

    label: str
    minutes: int
    note: str
    text: str


class Solutions(NamedTuple):
    """A file of solutions: what is said about teaching the chapter, shared code cells, the solutions."""

    teaching: str
    setup: str
    solutions: dict[str, Solution]


def chapters(root: Path = ROOT) -> list[Path]:
    """Return the files of the chapters and appendices that set exercises."""
    found = sorted((root / "chapters").rglob("*.md"))
    return [path for path in found if "{exercise}" in path.read_text(encoding="utf8")]


def solutions_of(chapter: Path) -> Path:
    """Return where the solutions of a chapter are."""
    folder = next(parent for parent in chapter.parents if parent.name == "chapters")
    return folder.parent / "solutions" / chapter.relative_to(folder)


def read_exercises(path: Path) -> list[Exercise]:
    """Return the exercises of a chapter, in order; raise FormError if one does not say what it is."""
    text = path.read_text(encoding="utf8")
    found = []
    for match in _EXERCISE.finditer(text):
        stated = _STATED.match(match["text"])
        if stated is None or stated["kind"] not in KINDS:
            raise FormError(
                f"{path.name}: {match['label']} must begin with *(To {'|'.join(KINDS)}, N minutes, needs.)*, "
                f"got {match['text'].strip()[:60]!r}"
            )
        about = stated["kind"], int(stated["minutes"]), stated["needs"]
        place = match.start(), match.end()
        found.append(Exercise(match["label"], match["title"].strip(), *about, match["text"], *place))
    if len(found) != len(re.findall(r"^`{3,}\{exercise", text, flags=re.MULTILINE)):
        raise FormError(
            f"{path.name}: an exercise has no label in its second line, or its fence is not closed"
        )
    return found


def read_solutions(path: Path) -> Solutions:
    """Return the solutions of a file; raise FormError if one is not in the agreed form."""
    body = _HEADER.sub("", path.read_text(encoding="utf8"), count=1)
    first, *sections = re.split(r"^## ", body, flags=re.MULTILINE)
    _, _, first = first.lstrip().partition("\n")  # without the title
    teaching, fence, setup = first.partition("```{code-cell}")
    solutions = {}
    for section in sections:
        label, _, text = section.partition("\n")
        note = _NOTE.match(text)
        if note is None:
            raise FormError(f"{path.name}: {label} must begin with an admonition 'In class: N minutes'")
        if label in solutions:
            raise FormError(f"{path.name}: {label} is there twice")
        rest = text[note.end() :].strip()
        if re.search(r"^#", _FENCED.sub("", rest), flags=re.MULTILINE):
            raise FormError(f"{path.name}: the solution of {label} must have no headings of its own")
        solutions[label] = Solution(label, int(note["minutes"]), note["note"], rest)
    return Solutions(teaching.strip(), (fence + setup).strip(), solutions)


def code_cells(text: str) -> list[str]:
    """Return the source of each code cell in a text of MyST."""
    cells = jupytext.reads(text, fmt="md:myst").cells
    return [cell.source for cell in cells if cell.cell_type == "code"]
