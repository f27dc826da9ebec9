"""The round: release, grade, export, feedback.

nbgrader does the grading, one submission after the other, on its SQLite gradebook. What takes long, the
running of notebooks, is done before that, two at a time, each in a box of its own.

No submission ends a round. What cannot be entered as it is, is entered with its outputs as plain text; if not
that either, with a person to look at it; and if nothing can be entered at all (the disk is full), it is told
and tried again by the next round. Grades are exported however a round ends.
"""

import contextlib
import json
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

import nbformat

from grading import plain, roster
from grading.files import cleared, said, shown, written
from grading.gradebook import FORMGRADER, api, back_up, done, export, leave_to_a_person, result
from grading.hand_in import laid
from grading.inbound import receipt
from grading.layout import ROOT, STAGED, released
from grading.outputs import EXECUTED, NOTES
from grading.run import copied, run
from grading.scores import error, is_answer
from grading.submitted import sent_along, tasks

AT_ONCE = 2


def release(a_class):
    """Make the students' version of each set, and its entry in the gradebook."""
    nbgrader = api(a_class)
    failed = []
    for stem in a_class.sets():
        try:
            done(nbgrader.generate_assignment(stem), f"release {stem}")
        except RuntimeError as problem:
            failed.append(f"{problem}\n{stem} was not released: see above.")
        else:
            print(f"{a_class.name}: {stem} is in {_shown(a_class.notebook('release', stem).parent)}")
    (a_class.folder / "submitted").mkdir(exist_ok=True)
    code = str(ROOT / "assignments")
    config = FORMGRADER.format(code=code, root=str(a_class.folder), name=a_class.name, staged=STAGED)
    written(a_class.folder / "nbgrader_config.py", config)
    if failed:
        raise SystemExit("\n".join(failed))


class Ran(NamedTuple):
    """A task's notebook with its outputs, notes on its run, seconds, and what kept it from being run."""

    notebook: nbformat.NotebookNode
    notes: list
    seconds: float
    trouble: str | None = None


def grade(a_class, limits, *, again=False):
    """Grade what has been handed in since the last time, or everything again.

    Parameters
    ----------
    a_class : Class
    limits : Limits
    again : bool
        Whether to grade what is unchanged too.

    Returns
    -------
    int
        How many submissions were graded.
    """
    released(a_class)
    students = roster.read(a_class.folder / "students.csv")
    strays = []
    new = [task for task in tasks(a_class, strays) if again or _graded_before(a_class, task) != task.digest]
    for stray in strays:
        print(f"submitted: {stray}")
    if not new:
        print(f"{a_class.name}: nothing new in {_shown(a_class.folder / 'submitted')}")
        _export(a_class, students)
        return 0
    _clear(a_class)  # before the disk is asked for more
    try:
        back_up(a_class)
    except (OSError, sqlite3.Error) as problem:
        raise SystemExit(
            f"Nothing was graded: the gradebook cannot be backed up ({said(problem)})"
        ) from problem
    failed = []
    try:
        _grade(a_class, new, limits, failed)
    finally:
        _clear(a_class)
        for line in failed:
            print(f"not graded, to be tried again by the next `make grade`: {line}")
        _export(a_class, students)
    return len(new) - len(failed)


def _grade(a_class, new, limits, failed):
    nbgrader = api(a_class)
    for k, (task, ran) in enumerate(_executed(a_class, new, limits), 1):
        notes, trouble = list(ran.notes), ran.trouble
        try:
            line, trouble = _entered(a_class, nbgrader, task, ran, notes)
        except Exception as problem:  # whatever it is, the others' grades do not depend on it
            trouble = trouble or said(problem).strip().split("\n")[-1]
            line = f"{task.stem:12} {task.student:16} could not be graded: {shown(trouble)}"
        if trouble:
            failed.append(f"{task.stem} of {task.student} ({shown(trouble)})")
        print(f"[{k:{len(str(len(new)))}}/{len(new)}] {line}  {ran.seconds:.0f} s", flush=True)
        for note in notes:
            print(f"      {shown(note)}")


def feedback(a_class):
    """Write the feedback of everything that is graded again, and the grades: after marking by hand."""
    released(a_class)
    students = roster.read(a_class.folder / "students.csv")
    nbgrader = api(a_class)
    graded = sorted((a_class.folder / "autograded").glob("*/*"))
    try:
        for path in graded:
            try:
                done(nbgrader.generate_feedback(path.name, path.parent.name), "write it")
            except RuntimeError as problem:
                print(f"no page for {path.name} of {path.parent.name}: {problem}")
    finally:
        print(f"{len(graded)} pages in {_shown(a_class.folder / 'feedback')}")
        _export(a_class, students)


def _export(a_class, students):
    to = a_class.folder / "grades.csv"
    try:
        unmarked = export(a_class, students)
    except Exception as problem:
        raise SystemExit(
            f"{_shown(to)} could not be written and is as it was ({said(problem)}). What was graded is in "
            f"the gradebook: `make feedback CLASS={a_class.name}` writes it"
        ) from problem
    print(f"grades: {_shown(to)}   feedback: {_shown(a_class.folder / 'feedback')}")
    if unmarked:
        print(f"to mark by hand: {unmarked}, with make formgrader CLASS={a_class.name}")


def _executed(a_class, tasks, limits):
    """Yield each task and how it Ran, as they get ready."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(_execute, a_class, task, limits): task for task in tasks}
        try:
            yield from ((running[future], future.result()) for future in as_completed(running))
        finally:
            pool.shutdown(cancel_futures=True)


def _execute(a_class, task, limits):
    """Run a submission, checks and all, in a folder of its own; runs in a thread, touches no gradebook."""
    began = time.monotonic()
    nb, notes, trouble = copied(task.hand_in.notebook), list(task.hand_in.notes), None
    try:
        _put_checks_in(nb, a_class, task.stem)
        if task.hand_in.answered:
            # What the set hands out and nothing that a student sent along: it could stand in for a module.
            work = cleared(a_class.folder / "running" / task.student / task.stem / "box" / "work")
            given = a_class.notebook("source", task.stem).parent.iterdir()
            given = [path for path in given if path.suffix != ".ipynb"]
            for path in given:
                shutil.copy(path, work)
            notes += sent_along(task, {path.name for path in given})
            notes += run(nb, work.parent, limits)
    except Exception as problem:  # the grader's own trouble with one submission is not another's
        trouble = f"{type(problem).__name__}: {said(problem)}"
    return Ran(nb, notes, time.monotonic() - began, trouble)


def _put_checks_in(nb, a_class, stem):
    """Give the cells that are not for answers their full text, hidden checks and rubrics too."""
    source = nbformat.read(a_class.notebook("source", stem), as_version=4)
    full = {c.metadata.nbgrader.grade_id: c.source for c in source.cells if "nbgrader" in c.metadata}
    for cell in nb.cells:
        if "nbgrader" in cell.metadata and not is_answer(cell):
            cell.source = full[cell.metadata.nbgrader.grade_id]


def _entered(a_class, nbgrader, task, ran, notes):
    """Let nbgrader enter a run's scores and write the feedback, as plainly as need be.

    Returns
    -------
    str
        The line about it.
    str or None
        Why it is to be tried again.
    """
    trouble, for_person = ran.trouble, task.hand_in.for_person
    attempts = [] if trouble else [(task.hand_in.notebook, ran.notebook)]
    if not trouble:
        attempts.append(plain.both(task.hand_in.notebook, ran.notebook))
    attempts.append(_nothing(a_class, task))
    for k, (staged, executed) in enumerate(attempts):
        if k == len(attempts) - 1:
            notes.append(f"This could not be graded ({shown(trouble)}). A person looks at it.")
            for_person = True
        elif k:
            notes.append(f"This could not be shown as it is ({shown(trouble)}): here it is as plain text.")
        try:
            _enter(a_class, nbgrader, task, staged, executed, notes)
            break
        except Exception as problem:
            why = said(problem).strip().split("\n")[-1]
            if k == len(attempts) - 1:
                leave_to_a_person(a_class, task)
                raise
            trouble = why
    if for_person:
        leave_to_a_person(a_class, task)
        done(nbgrader.generate_feedback(task.stem, task.student), "write the feedback")
    again = trouble if k == len(attempts) - 1 else None
    if not again:
        seen = json.dumps({"digest": task.digest, "notes": notes}, indent=1)
        written(_seen(a_class, task), seen)
    score, most, by_hand = result(a_class, task)
    by_hand = ", to be marked by hand too" if by_hand else ""
    return f"{task.stem:12} {task.student:16} {score:5.4g} of {most:g}{by_hand}", again


def _enter(a_class, nbgrader, task, staged, executed, notes):
    place = a_class.folder / "running" / task.student / task.stem
    written(place / EXECUTED, nbformat.writes(executed))
    written(place / NOTES, json.dumps(notes))
    to = a_class.notebook(STAGED, task.stem, task.student)
    written(cleared(to.parent) / to.name, nbformat.writes(staged))
    with contextlib.suppress(FileNotFoundError):  # what was handed in may have gone meanwhile
        receipt(task.folder, to.parent)
    done(nbgrader.autograde(task.stem, task.student), "grade it")
    done(nbgrader.generate_feedback(task.stem, task.student), "write the feedback")


def _nothing(a_class, task):
    """Return the set without an answer, and the same with nothing run."""
    frame = nbformat.read(a_class.notebook("release", task.stem), as_version=4)
    staged = laid({}, [], frame)
    executed = copied(staged)
    _put_checks_in(executed, a_class, task.stem)
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = [error("NotRun", "this cell was not run")]
    return staged, executed


def _seen(a_class, task):
    return a_class.folder / "graded" / task.student / f"{task.stem}.json"


def _graded_before(a_class, task):
    """Return the digest of what was graded; None if nothing was, or a round broke off before it said so."""
    try:
        return json.loads(_seen(a_class, task).read_text(encoding="utf8"))["digest"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _clear(a_class):
    """Remove what a round, or one that broke off, has left."""
    for name in ("running", STAGED):
        folder = a_class.folder / name
        try:
            cleared(folder).rmdir()
        except OSError as problem:
            print(f"{_shown(folder)} could not be removed ({said(problem)}): remove it by hand")


def _shown(path):
    """Return a path as one would type it."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
