"""Which cell of a set's frame each of a student's cells is.

By nbgrader's name, which most programs leave alone; else by Jupyter's id; else by a text that is unchanged.
An answer that has lost all of these is found by the names that it gives to results, or by standing where it
should, between two cells that are known.
"""

import ast
import re
import warnings
from typing import NamedTuple

from grading.scores import about, is_answer

_GIVEN = re.compile(r"^(\w+) *= *\.\.\.", re.MULTILINE)  # as an answer's cell is handed out
_GIVES = re.compile(r"^[ \t]*(\w[\w, \t]*?)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


class Places(NamedTuple):
    """Where a student's cells belong.

    Attributes
    ----------
    at : list
        For each of the student's cells the place of its cell in the frame, None for cells of their own.
    guessed : set of int
        Places of answers that were found by where they stand or what they name.
    changed : set of int
        Places of cells that are not for answers and hold something else now.
    kept : set of int
        Those of them whose text the student may have written an answer into: it is shown too.
    lost : bool
        Whether text was changed that is not shown, because the notebook is of another version of the set.
    """

    at: list
    guessed: set
    changed: set
    kept: set
    lost: bool


def placed(cells, frame, same_version):
    """Return the Places of cells in the frame; of another version of it, every text may differ."""
    known = {about(cell)["grade_id"]: at for at, cell in enumerate(frame.cells) if about(cell)}
    at = [known.get(cell.grade_id) for cell in cells]
    taken = set(at)
    ids = {cell.get("id"): place for place, cell in enumerate(frame.cells)}
    texts = _unique(frame.cells)
    for k, cell in enumerate(cells):
        if at[k] is None:
            by_id = ids.get(cell.id) if cell.id else None
            at[k] = by_id if by_id not in taken else texts.get(_folded(cell.source))
            taken.add(at[k])
    guessed = _by_names(cells, at, frame) | _by_place(cells, at, frame)
    changed, texts_changed = set(), set()
    for cell, place in zip(cells, at, strict=True):
        of = None if place is None else frame.cells[place]
        if of is not None and not is_answer(of) and _folded(cell.source) != _folded(of.source):
            changed.add(place)
            if cell.kind == "markdown" or of.cell_type == "markdown":
                texts_changed.add(place)
    if same_version:
        return Places(at, guessed, changed, texts_changed, False)
    return Places(at, guessed, changed, set(), bool(texts_changed))


def _by_names(cells, at, frame):
    """Place answers of which no cell is left where their names are given; return where."""
    wanted = {}
    for place in _missing(at, frame, "code"):
        wanted |= dict.fromkeys(_GIVEN.findall(frame.cells[place].source), place)
    found = set()
    for k, cell in enumerate(cells):
        if at[k] is None and cell.kind == "code" and wanted:
            names = [x.strip() for match in _GIVES.findall(cell.source) for x in match.split(",")]
            place = next((wanted[name] for name in names if name in wanted), None)
            if place is not None:
                at[k] = place
                found.add(place)
    return found


def _by_place(cells, at, frame):
    """Place answers of which no cell is left by the cells around them; return where."""
    found = set()
    for kind in ("code", "markdown"):
        missing = _missing(at, frame, kind)
        first, last = {}, {}
        for k, place in enumerate(at):
            if place is not None:
                first.setdefault(place, k)
                last[place] = k
        for place in missing:
            before = max((x for x in last if x < place), default=None)
            after = min((x for x in first if x > place), default=None)
            if any(x != place and _between(before, x, after) for x in missing):
                continue  # more than one answer is wanted there
            begin = -1 if before is None else last[before]
            end = len(at) if after is None else first[after]
            for k in range(begin + 1, end):
                if at[k] is None and cells[k].kind == kind and cells[k].source.strip():
                    at[k] = place
                    found.add(place)
    return found


def _between(before, place, after):
    return (before is None or place > before) and (after is None or place < after)


def _missing(at, frame, kind):
    there = set(at)
    cells = enumerate(frame.cells)
    return [k for k, cell in cells if k not in there and is_answer(cell) and cell.cell_type == kind]


def _unique(cells):
    """Return the places of texts that stand in one cell only."""
    found = {}
    for place, cell in enumerate(cells):
        text = _folded(cell.source)
        found[text] = None if text in found else place
    return found


def is_prose(cell):
    """Tell whether a cell holds words rather than a program."""
    if not cell.source.strip():
        return False
    if cell.kind == "markdown":
        return True
    lines = [line for line in cell.source.split("\n") if not line.lstrip().startswith(("%", "!", "?"))]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(isinstance(x, ast.Expr) and isinstance(x.value, ast.Constant) for x in body)


def _folded(text):
    return re.sub(r"\s+", " ", text).strip()
