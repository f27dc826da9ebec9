"""From whatever a student handed in to a notebook that can be graded, and what to tell about it.

The set's own notebook is the frame: its cells, in its order, with the student's answers in the cells that
are for answers. So deleted, doubled, moved and unlocked cells, other versions of the set and of the file
format all come to the same, and nothing that a student changed reaches the checks.

Reading never raises, and no written answer is lost: it is in the notebook, or a person is asked to look.
"""

from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from grading import cells, files, texts
from grading.places import is_prose, placed
from grading.scores import about, is_answer


class HandIn(NamedTuple):
    """What there is to grade.

    Attributes
    ----------
    notebook : NotebookNode
    notes : list of str
        For the student.
    answered : bool
        Whether there is anything to run.
    for_person : bool
        Whether somebody has to look, because something was handed in that could not be told for sure.
    """

    notebook: nbformat.NotebookNode
    notes: list
    answered: bool
    for_person: bool = False


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
    path, for_person = _found(folder, stem, notes)
    if path is None:
        return HandIn(laid({}, [], frame), notes, answered=False, for_person=for_person)
    try:
        held = files.content(path, below=folder)
        if not held.strip():
            notes.append(f"{path.name} is empty.")
            return HandIn(laid({}, [], frame), notes, answered=False)
        found = cells.read(held)
    except ValueError as error:
        notes.append(f"{files.shown(path.name)} could not be read as a notebook: {error}. {PERSON}")
        return HandIn(laid({}, [], frame), notes, answered=False, for_person=True)
    if found.major < 4:
        notes.append(f"Your notebook is in version {found.major} of the file format and was converted.")
    for trouble in dict.fromkeys(found.troubles):
        notes.append(f"When your notebook was read: {trouble}. {PERSON}")
    for_person |= bool(found.troubles)
    of = frame.metadata["partial_pooling"]
    same = all(found.about.get(what) in (of[what], None) for what in ("set", "class", "version"))
    places = placed(found.cells, frame, same)
    notes += _about(found, places, frame)
    own, too_long = texts.laid_out(found.cells)
    if too_long:
        notes.append(f"Very long texts ({too_long}) are shown as they were typed.")
    if places.guessed:
        names = ", ".join(_name(frame.cells[at]) for at in sorted(places.guessed))
        notes.append(
            f"These answers had lost their cells' names and were found by their place: {names}. {PERSON}"
        )
    theirs, extras = _answers(own, places, frame, notes)
    blank = [_name(cell) for at, cell in enumerate(frame.cells) if _is_written(cell) and at not in theirs]
    elsewhere = any(is_prose(cell) for _, cell in extras) or places.lost
    if blank and elsewhere:
        notes.append(f"There is text of your own, but not in the cell for it: {', '.join(blank)}. {PERSON}")
    for_person |= bool(places.guessed) or bool(blank and elsewhere)
    return HandIn(laid(theirs, extras, frame, notes), notes, answered=True, for_person=for_person)


PERSON = "A person looks at it."


def laid(theirs, extras, frame, notes=()):
    """Return the frame with answers in it.

    Parameters
    ----------
    theirs : dict of int to list of Cell
        What stands in place of a cell of the frame: the last fills it, those before it come before it.
    extras : list of tuple
        A student's own cells, each with the place of the cell of the frame that it follows (-1: none).
    frame : NotebookNode
    notes : list
        Takes what is to be told about pictures.
    """
    nb = nbformat.from_dict(frame)
    laid_out = [_own(cell, notes) for after, cell in extras if after == -1]
    for at, cell in enumerate(nb.cells):
        *before, last = theirs.get(at, [None])
        laid_out += [_own(earlier, notes) for earlier in before]
        if last is not None:
            cell.source = last.source
            if cell.cell_type == "markdown":
                _give_pictures(cell, last.attachments, notes)
        laid_out.append(cell)
        laid_out += [_own(own, notes) for after, own in extras if after == at]
    for place, cell in enumerate(laid_out):
        cell["id"] = f"cell-{place}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nb.cells = laid_out
    return nb


def _own(cell, notes):
    if cell.kind == "code":
        return new_code_cell(cell.source)
    made = new_markdown_cell(cell.source)
    _give_pictures(made, cell.attachments, notes)
    return made


def _give_pictures(cell, attachments, notes):
    found, missing = texts.completed(cell.source, attachments)
    if found:
        cell.attachments = found
    if missing and isinstance(notes, list):
        names = files.shown(", ".join(missing))
        notes.append(f"A picture that your text shows is not in your notebook: {names}.")


def _found(folder, stem, notes):
    """Return the file to grade, None if none can be told, and whether somebody has to look."""
    notebooks, troubled = [], False
    for file in files.below(folder) if folder.is_dir() else []:
        if files.is_litter(file.inside) or ".ipynb" not in file.inside.name.lower():
            continue
        if file.why_not:
            notes.append(f"{files.shown(file.inside)} was not read: {file.why_not}.")
            troubled = True
        else:
            notebooks.append(file)
    wanted = f"{stem}.ipynb"
    exact = [file for file in notebooks if str(file.inside) == wanted]
    if exact or len(notebooks) == 1:
        file = (exact or notebooks)[0]
        if not exact:
            notes.append(f"Your notebook was called {files.shown(file.inside)}; it was graded as {wanted}.")
        others = ", ".join(files.shown(other.inside) for other in notebooks if other is not file)
        if others:
            notes.append(f"{wanted} was graded, and these other notebooks were not: {others}. {PERSON}")
        return file.path, bool(others)
    if notebooks:
        names = ", ".join(files.shown(file.inside) for file in notebooks)
        notes.append(f"There is no {wanted}, and more than one other notebook ({names}). {PERSON}")
        return None, True
    notes.append(f"No notebook was handed in: {wanted} is missing.")
    return None, troubled


def _answers(own, places, frame, notes):
    """Return what stands in each cell that is for an answer, and the student's other cells."""
    theirs, extras, twice, last = {}, [], [], -1
    for cell, at in zip(own, places.at, strict=True):
        if at is None:
            if cell.source.strip():
                extras.append((last, cell))
            continue
        last, of = at, frame.cells[at]
        if is_answer(of):
            earlier = theirs.setdefault(at, [])
            if cell.source != of.source and cell.source not in [x.source for x in earlier]:
                earlier.append(cell)
        elif at in places.kept:
            extras.append((at, cell))
    for at, versions in theirs.items():
        if len(versions) > 1:
            twice.append(_name(frame.cells[at]))
    if twice:
        notes.append(
            f"Cells for these answers were there more than once: {', '.join(twice)}. As in Jupyter, all were "
            "run, and the last counts."
        )
    return {at: versions for at, versions in theirs.items() if versions}, extras


def _about(found, places, frame):
    notes = []
    of = frame.metadata["partial_pooling"]
    for what in ("set", "class"):
        if found.about.get(what) not in (of[what], None):
            notes.append(
                f"This notebook is of {what} {files.shown(found.about[what])}, not {of[what]}: its numbers "
                f"are others. It was graded with the numbers of {of[what]}."
            )
    if not notes and found.about.get("version") not in (of["version"], None):
        notes.append("This notebook is of another version of the set; it was graded with the present one.")
    named = {at: about(cell)["grade_id"] for at, cell in enumerate(frame.cells) if about(cell)}
    there = set(places.at)
    if not there.intersection(named):
        return [*notes, "None of the set's cells is in this notebook: its answers could not be found."]
    gone = [name for at, name in named.items() if at not in there]
    if gone:
        notes.append(f"These cells were missing and were put back, empty: {', '.join(gone)}.")
    changed = [name for at, name in named.items() if at in places.changed]
    if changed and not notes:
        notes.append(
            f"These cells are not for answers, and were put back as they were: {', '.join(changed)}."
        )
    return notes


def _is_written(cell):
    return is_answer(cell) and cell.cell_type == "markdown"


def _name(cell):
    return about(cell).get("grade_id", "text")
