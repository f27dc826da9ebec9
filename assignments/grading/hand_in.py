"""From whatever a student handed in to a notebook that can be graded, and what to tell about it.

The set's own notebook is the frame: its cells, in its order, with the student's answers in the cells that
are for answers. So deleted, doubled, moved and unlocked cells, other versions of the set and of the file
format all come to the same, and nothing that a student changed reaches the checks.
"""

import json
from typing import NamedTuple

import nbformat

from grading.scores import about, is_answer

LARGEST = 50 * 2**20  # bytes of a notebook


class HandIn(NamedTuple):
    """A notebook to grade, what to tell the student, and whether there is anything to run."""

    notebook: nbformat.NotebookNode
    notes: list
    answered: bool


def read(folder, stem, frame):
    """Read what a student handed in for a set.

    Parameters
    ----------
    folder : Path
        The student's folder for this set; may not exist.
    stem : str
        The set.
    frame : NotebookNode
        The set as released.

    Returns
    -------
    HandIn
        The empty frame if there is nothing to be read.
    """
    notes = []
    try:
        path, found = _found(folder, stem)
        notes += found
        nb, told = _notebook(path)
        notes += told
    except (LookupError, ValueError) as error:
        return HandIn(laid({}, [], frame), [str(error)], answered=False)
    theirs, extras = _answers(nb, frame)
    notes += _about(nb, theirs, frame)
    return HandIn(laid(theirs, extras, frame), notes, answered=True)


def laid(theirs, extras, frame):
    """Return the frame with answers, by cell id, and cells of the student's own after the ids they follow."""
    nb = nbformat.from_dict(frame)
    cells = []
    cells += [cell for after, cell in extras if after is None]
    for cell in nb.cells:
        grade_id = _id(cell)
        if is_answer(cell) and grade_id in theirs:
            cell.source = theirs[grade_id].source
            if cell.cell_type == "markdown" and "attachments" in theirs[grade_id]:
                cell.attachments = theirs[grade_id].attachments
        cells.append(cell)
        cells += [own for after, own in extras if grade_id is not None and after == grade_id]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nb.cells = cells
    return nb


def _found(folder, stem):
    """Return the file to grade; one notebook under another name will do."""
    path = folder / f"{stem}.ipynb"
    if path.is_file():
        return path, []
    others = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if len(others) == 1:
        return others[0], [f"Your notebook was called {others[0].name}; it was graded as {path.name}."]
    if others:
        names = ", ".join(other.name for other in others)
        raise LookupError(f"There is no {path.name}, and more than one other notebook ({names}).")
    raise LookupError(f"No notebook was handed in: {path.name} is missing.")


def _notebook(path):
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} is larger than {LARGEST // 2**20} MB and was not read.")
    try:
        raw = json.loads(path.read_text(encoding="utf8"))
        major = raw["nbformat"]
        if not isinstance(raw.get("cells", raw.get("worksheets")), list):
            raise TypeError("it holds no cells")
        if major > 4:
            raise ValueError(f"its format, version {major}, is newer than this grader")
        nb = nbformat.from_dict(raw)
        notes = []
        if major < 4:
            nb = nbformat.convert(nb, 4)
            notes = [f"Your notebook is in version {major} of the file format and was converted."]
        for cell in nb.cells:
            cell.source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            cell.setdefault("metadata", nbformat.NotebookNode())
    except Exception as error:  # whatever is wrong with a file, it is this student's file
        raise ValueError(f"{path.name} could not be read as a notebook: {error}") from error
    return nb, notes


def _answers(nb, frame):
    """Return the cells with an id of the frame, and the student's own cells with the id each follows."""
    known = {_id(cell): cell for cell in frame.cells if _id(cell)}
    texts = {cell.source for cell in frame.cells}
    theirs, extras, last = {}, [], None
    for cell in nb.cells:
        grade_id = _id(cell)
        if grade_id in known:
            empty = grade_id not in theirs or theirs[grade_id].source == known[grade_id].source
            if empty:  # of doubled cells the first with an answer in it
                theirs[grade_id] = cell
            last = grade_id
        elif cell.source not in texts and cell.cell_type in ("code", "markdown"):
            cell.metadata = nbformat.NotebookNode()
            extras.append((last, cell))
    return theirs, extras


def _about(nb, theirs, frame):
    notes = []
    of, own = frame.metadata["partial_pooling"], nb.metadata.get("partial_pooling", {})
    if not isinstance(own, dict):
        own = {}
    for what in ("set", "class"):
        if own.get(what) not in (of[what], None):
            notes.append(
                f"This notebook is of {what} {own[what]}, not {of[what]}: its numbers are others. "
                f"It was graded with the numbers of {of[what]}."
            )
    if not notes and own.get("version") not in (of["version"], None):
        notes.append("This notebook is of another version of the set; it was graded with the present one.")
    ids = [_id(cell) for cell in frame.cells if _id(cell)]
    if not any(grade_id in theirs for grade_id in ids):
        return [*notes, "None of the set's cells is in this notebook: its answers could not be found."]
    gone = [grade_id for grade_id in ids if grade_id not in theirs]
    if gone:
        notes.append(f"These cells were missing and were put back, empty: {', '.join(gone)}.")
    changed = [
        _id(cell)
        for cell in frame.cells
        if _id(cell) in theirs and not is_answer(cell) and theirs[_id(cell)].source != cell.source
    ]
    if changed and not notes:
        put_back = ", ".join(changed)
        notes.append(f"These cells are not for answers, and were put back as they were: {put_back}.")
    return notes


def _id(cell):
    return about(cell).get("grade_id")
