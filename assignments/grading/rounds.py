"""The round: release, grade, export, feedback.

nbgrader does the grading, one submission after the other, on its SQLite gradebook. What takes long, the
running of notebooks, is done before that, two at a time, each behind the fence; or one, where there is none.
"""

import csv
import hashlib
import json
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

import nbformat
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from grading import hand_in
from grading.gradebook import FORMGRADER, api, done
from grading.guard import Guard
from grading.inbound import receipt
from grading.kernel import cleared
from grading.layout import ROOT, STAGED
from grading.outputs import EXECUTED, NOTES
from grading.run import copied, run
from grading.scores import is_answer

AT_ONCE = 2


def release(a_class):
    """Make the students' version of each set, and its entry in the gradebook."""
    nbgrader = api(a_class)
    for stem in a_class.sets():
        done(nbgrader.generate_assignment(stem), f"release {stem}")
        print(f"{a_class.name}: {stem} is in {_shown(a_class.notebook('release', stem).parent)}")
    (a_class.folder / "submitted").mkdir(exist_ok=True)
    code = str(ROOT / "assignments")
    config = FORMGRADER.format(code=code, root=str(a_class.folder), name=a_class.name, staged=STAGED)
    (a_class.folder / "nbgrader_config.py").write_text(config, encoding="utf8")


class Task(NamedTuple):
    """A submission that is to be graded, as it is when grading begins."""

    student: str
    stem: str
    digest: str
    hand_in: hand_in.HandIn


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
    tasks = [task for task in _tasks(a_class) if again or _graded_before(a_class, task) != task.digest]
    if not tasks:
        print(f"{a_class.name}: nothing new in {_shown(a_class.folder / 'submitted')}")
        return 0
    _back_up(a_class)
    nbgrader = api(a_class)
    own = [a_class.folder / name for name in ("submitted", "source", "release", "gradebook.db")]
    course = [ROOT / name for name in ("assignments", "code")]  # what everybody's grade depends on
    aside = a_class.folder / "changed-while-grading" / time.strftime("%Y-%m-%d-%H%M%S")
    guard = Guard([*own, *course], None if limits.fence else aside)
    for k, (task, notes, seconds) in enumerate(_executed(a_class, tasks, limits), 1):
        restored = guard.restore()
        line = _enter(a_class, nbgrader, task, notes)
        guard.accept(a_class.gradebook)
        print(f"[{k:{len(str(len(tasks)))}}/{len(tasks)}] {line}  {seconds:.0f} s", flush=True)
        for note in notes:
            print(f"      {note}")
        for path in restored:
            print(f"      changed while code was running, and put back: {path}")
    for name in ("running", STAGED):
        shutil.rmtree(a_class.folder / name, ignore_errors=True)
    export(a_class)
    return len(tasks)


def feedback(a_class):
    """Write the feedback of everything that is graded again, and the grades: after marking by hand."""
    nbgrader = api(a_class)
    graded = sorted((a_class.folder / "autograded").glob("*/*"))
    for path in graded:
        done(nbgrader.generate_feedback(path.name, path.parent.name), f"write the feedback of {path}")
    print(f"{len(graded)} pages in {_shown(a_class.folder / 'feedback')}")
    export(a_class)


def export(a_class):
    """Write grades.csv, nbgrader's own format: a row a student and set, also for who handed in nothing."""
    to = a_class.folder / "grades.csv"
    with Gradebook(f"sqlite:///{a_class.gradebook}", a_class.name) as gradebook:
        _enrol(a_class, gradebook)
        plugin = CsvExportPlugin()
        plugin.to = str(to)
        plugin.export(gradebook)
        unmarked = sum(s.needs_manual_grade for a in gradebook.assignments for s in a.submissions)
    print(f"grades: {_shown(to)}   feedback: {_shown(a_class.folder / 'feedback')}")
    if unmarked:
        print(f"written answers to mark: {unmarked}, with make formgrader CLASS={a_class.name}")


def _tasks(a_class):
    """Read what was handed in; a student who handed in anything at all has a task for that set."""
    for stem in a_class.sets():
        frame = nbformat.read(a_class.notebook("release", stem), as_version=4)
        version = frame.metadata["partial_pooling"]["version"]
        for student in a_class.students():
            folder = a_class.notebook("submitted", stem, student).parent
            if not folder.is_dir():
                continue
            digest = hashlib.sha256(version.encode())
            for path in sorted(folder.rglob("*")):
                digest.update(str(path.relative_to(folder)).encode())
                if path.is_file():
                    digest.update(path.read_bytes())
            yield Task(student, stem, digest.hexdigest(), hand_in.read(folder, stem, frame))


def _executed(a_class, tasks, limits):
    """Yield each task, notes on its run, and the seconds that it took, as they get ready.

    Without a fence one at a time: what it changed can be put back before the next one reads it.
    """
    if not limits.fence:
        yield from ((task, *_execute(a_class, task, limits)) for task in tasks)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(_execute, a_class, task, limits): task for task in tasks}
        yield from ((running[future], *future.result()) for future in as_completed(running))


def _execute(a_class, task, limits):
    """Run a submission, checks and all, in a folder of its own; runs in a thread, touches no gradebook."""
    began = time.monotonic()
    place = cleared(a_class.folder / "running" / task.student / task.stem)
    nb, notes = copied(task.hand_in.notebook), list(task.hand_in.notes)
    _put_checks_in(nb, nbformat.read(a_class.notebook("source", task.stem), as_version=4))
    if task.hand_in.answered:
        box = cleared(place / "box")
        shutil.copytree(a_class.notebook("submitted", task.stem, task.student).parent, box / "work")
        for path in a_class.notebook("source", task.stem).parent.iterdir():
            if path.suffix != ".ipynb":
                shutil.copy(path, box / "work")
        notes += run(nb, box, limits)
    nbformat.write(nb, place / EXECUTED)
    (place / NOTES).write_text(json.dumps(notes), encoding="utf8")
    return notes, time.monotonic() - began


def _put_checks_in(nb, source):
    """Give the cells that are not for answers their full text, hidden checks and rubrics too."""
    full = {c.metadata.nbgrader.grade_id: c.source for c in source.cells if "nbgrader" in c.metadata}
    for cell in nb.cells:
        if "nbgrader" in cell.metadata and not is_answer(cell):
            cell.source = full[cell.metadata.nbgrader.grade_id]


def _enter(a_class, nbgrader, task, notes):
    """Let nbgrader enter a run's scores and write the feedback; return the line about it."""
    staged = a_class.notebook(STAGED, task.stem, task.student)
    cleared(staged.parent)
    nbformat.write(task.hand_in.notebook, staged)
    receipt(a_class.notebook("submitted", task.stem, task.student).parent, staged.parent)
    done(nbgrader.autograde(task.stem, task.student), f"grade {task.stem} of {task.student}")
    if not task.hand_in.answered:
        _nothing_to_mark(a_class, task)
    done(nbgrader.generate_feedback(task.stem, task.student), f"write the feedback of {task.student}")
    seen = a_class.folder / "graded" / task.student / f"{task.stem}.json"
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text(json.dumps({"digest": task.digest, "notes": notes}, indent=1), encoding="utf8")
    with Gradebook(f"sqlite:///{a_class.gradebook}", a_class.name) as gradebook:
        submission = gradebook.find_submission(task.stem, task.student)
        score, most = submission.score, submission.max_score
        by_hand = ", to be marked by hand too" if submission.needs_manual_grade else ""
    return f"{task.stem:12} {task.student:16} {score:5.4g} of {most:g}{by_hand}"


def _nothing_to_mark(a_class, task):
    """Score 0 everywhere: nothing ran, and nobody need look at an empty page."""
    with Gradebook(f"sqlite:///{a_class.gradebook}", a_class.name) as gradebook:
        for grade_ in gradebook.find_submission_notebook(task.stem, task.stem, task.student).grades:
            grade_.auto_score, grade_.needs_manual_grade = 0, False
        gradebook.db.commit()


def _graded_before(a_class, task):
    seen = a_class.folder / "graded" / task.student / f"{task.stem}.json"
    return json.loads(seen.read_text(encoding="utf8"))["digest"] if seen.exists() else None


def _enrol(a_class, gradebook):
    """Enter the students of students.csv (id, first_name, last_name, email), if there is one."""
    roster = a_class.folder / "students.csv"
    if roster.exists():
        with roster.open(encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                gradebook.update_or_create_student(row.pop("id"), **{k: v for k, v in row.items() if v})


def _back_up(a_class):
    """Keep the gradebook as it was before this round."""
    folder = a_class.folder / "gradebooks"
    folder.mkdir(exist_ok=True)
    to = folder / f"{time.strftime('%Y-%m-%d-%H%M%S')}.db"
    with sqlite3.connect(a_class.gradebook) as now, sqlite3.connect(to) as then:
        now.backup(then)


def _shown(path):
    """Return a path as one would type it."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
