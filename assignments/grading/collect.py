"""Take in what students handed in, as a learning platform hands it out: a folder or a zip of notebooks.

Nothing is lost: who hands in again has the earlier notebook kept in `submitted-before`, and every file that
was not taken is told, with why. Nothing is guessed: what could be two students', or two hand-ins of one, is
left to a person. `collected.json` remembers who was called what.
"""

import contextlib
import json
import re
import shutil
import zipfile
from collections import Counter
from typing import NamedTuple

from grading import archives, cells, files, roster
from grading.layout import ROOT, student_id
from grading.whose import Owner, Roster, Unknown, owner, without_wrappers


class Found(NamedTuple):
    """A notebook: the file, what it holds, its set, and whose it is."""

    entry: archives.Entry
    held: bytes
    stem: str
    owner: Owner


def collect(a_class, source, pattern=None):
    """Copy every notebook into `submitted/STUDENT/SET`.

    Parameters
    ----------
    a_class : Class
    source : Path
        A folder, or a zip of one.
    pattern : str, optional
        A regular expression whose first group finds the student in a notebook's path below the source. As
        it is: what a platform, `students.csv` or the folders say, or else what is left of the file's name
        without the set's.

    Returns
    -------
    list of tuple
        What was not taken, and why.
    """
    if source == ROOT or not (source.is_dir() or (source.is_file() and zipfile.is_zipfile(source))):
        raise SystemExit(f"FROM must be a folder or a zip of notebooks, got {source}")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise SystemExit(f"STUDENT must be a regular expression ({error}), got {pattern}") from error
    students = roster.read(a_class.folder / "students.csv")
    left, known = [], Roster(students)
    with contextlib.ExitStack() as stack:
        found = _found(a_class, archives.entries(source, stack), pattern, known, left)
    memory = _Memory(a_class)
    for same in _by_student(found, left):
        _take(a_class, same, memory, left)
    memory.keep()
    for where, why in left:
        print(f"not taken: {files.shown(where)}: {why}")
    _compare(a_class, found, known)
    return left


def _found(a_class, entries, pattern, known, left):
    """Return the notebooks of which it can be told whose they are."""
    notebooks = []
    for entry in entries:
        if files.is_litter(entry.where):
            left.append((entry.where, "a system or Jupyter has made it, no student"))
        elif entry.why_not:
            left.append((entry.where, entry.why_not))
        elif not archives.is_notebook(entry):
            left.append((entry.where, "it is no notebook"))
        else:
            notebooks.append(entry)
    stems = a_class.sets()
    ids = _ids(a_class, stems)
    places = without_wrappers([entry.where for entry in notebooks], stems, known)
    found = []
    for entry, where in zip(notebooks, places, strict=True):
        try:
            held = entry.read()
            stem = _set(held, where, stems, ids)
            found.append(Found(entry, held, stem, owner(where, stem, known, pattern)))
        except ValueError as error:
            left.append((entry.where, str(error)))
    return found


def _ids(a_class, stems):
    """Return which set a cell's name tells, for the names that one set only has."""
    names = {}
    for stem in stems:
        try:
            frame = cells.read(files.content(a_class.notebook("source", stem)))
        except ValueError:
            continue
        for cell in frame.cells:
            names.setdefault(cell.grade_id, set()).add(stem)
    return {name: next(iter(of)) for name, of in names.items() if name and len(of) == 1}


def _set(held, where, stems, ids):
    """Read off the notebook which set it is; else off its cells, its file's name, or its folder's."""
    try:
        found = cells.read(held)
    except ValueError:
        found = cells.Read([], {}, 4, [])
    said = found.about.get("set")
    if said in stems:
        return said
    votes = Counter(ids[cell.grade_id] for cell in found.cells if cell.grade_id in ids)
    if len(votes) == 1:
        return next(iter(votes))
    for name in reversed(where.parts):
        of = [stem for stem in stems if stem in name]
        if len(of) == 1:
            return of[0]
    raise Unknown(f"of which set is it? Neither the notebook nor a name says one of {', '.join(stems)}")


def _by_student(found, left):
    """Yield lists of hand-ins of one student for one set, the last one last."""
    groups = {}
    for one in found:
        groups.setdefault((one.owner.student.casefold(), one.stem), []).append(one)
    for (_, stem), group in sorted(groups.items()):
        group.sort(key=lambda one: (one.owner.attempt, one.entry.where))
        kept = []
        for one in group:
            same = next((other for other in kept if other.held == one.held), None)
            if same and one.owner == same.owner._replace(attempt=one.owner.attempt):
                left.append((one.entry.where, f"the same is in {files.shown(same.entry.where)}"))
            else:
                kept.append(one)
        names = {one.owner[:2] for one in kept}
        if len(names) > 1:
            who = " and ".join(sorted(" ".join(name).strip() for name in names))
            why = f"{who} would be one student, with notebooks of {stem} from each"
        elif len({one.owner.attempt for one in kept}) < len(kept):
            who = kept[0].owner.student
            why = f"{who} has {len(kept)} notebooks of {stem}, and nothing says which is the last"
        else:
            yield kept
            continue
        left += [(one.entry.where, f"{why}: keep one, or tell them apart by STUDENT=") for one in kept]


class _Memory:
    """Remembers by which names students were collected, so that two do not become one later on."""

    def __init__(self, a_class):
        self._path = a_class.folder / "collected.json"
        self._submitted = a_class.folder / "submitted"
        try:
            self._known = json.loads(self._path.read_text(encoding="utf8"))
        except (OSError, ValueError):
            self._known = {}

    def check(self, one):
        """Return the student's id, or raise Unknown if somebody else has it or one like it."""
        student = student_id(one.owner.student)
        there = [path.name for path in self._submitted.glob("*")] if self._submitted.is_dir() else []
        for other in there:
            if other != student and student_id(other).casefold() == student.casefold():
                raise Unknown(f"{other!r} is in submitted: is {student!r} the same student?")
        before = self._known.get(student, {}).get(one.stem)
        if one.owner.number and before not in (None, one.owner.number):
            raise Unknown(
                f"{student} was number {before} when {one.stem} was collected last and is {one.owner.number} "
                "now: two students of one name?"
            )
        return student

    def add(self, student, one):
        """Take down by which number a student's set was collected."""
        if one.owner.number:
            self._known.setdefault(student, {})[one.stem] = one.owner.number

    def keep(self):
        """Write it down."""
        files.written(self._path, json.dumps(self._known, indent=1, ensure_ascii=False))


def _take(a_class, same, memory, left):
    for one in same:
        try:
            student = memory.check(one)
            says = _put(a_class, one, student)
            memory.add(student, one)
        except (OSError, ValueError) as error:
            left.append((one.entry.where, files.said(error)))
        else:
            print(f"{one.stem:12} {student:16} {says}   {files.shown(one.entry.where)}")


def _put(a_class, one, student):
    """Put a notebook in its place, and say whether it is new."""
    to = a_class.notebook("submitted", one.stem, student)
    for path in (to.parent.parent, to.parent, to):
        if path.is_symlink():
            raise Unknown(f"{path} is a link, and links are not followed")
    earlier = a_class.folder / "submitted-before" / student / one.stem
    says = "new"
    if to.exists():
        if files.content(to) == one.held:
            return "as before"
        before = sorted(earlier.glob("*.ipynb"))
        if any(files.content(path) == one.held for path in before):
            raise Unknown(
                f"{student} has handed in a later one of {one.stem} since; to go back to this one, "
                f"put it into {to.parent.relative_to(a_class.folder)}"
            )
        k = 1 + max((int(x[1]) for path in before if (x := re.search(r"-(\d+)$", path.stem))), default=0)
        earlier.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(to, earlier / f"{one.stem}-{k}.ipynb")
        if (to.parent / "timestamp.txt").exists():  # nbgrader's, of the earlier one
            shutil.move(to.parent / "timestamp.txt", earlier / f"timestamp-{k}.txt")
        says = f"again; the earlier one is {one.stem}-{k}.ipynb in submitted-before"
    files.written(to, one.held)
    return says


def _compare(a_class, found, known):
    """Tell who is not on the list of the class, and who of it has handed in nothing of a set."""
    if not known.ids:
        return
    strangers = sorted({one.owner.student for one in found} - set(known.ids))
    if strangers:
        print(f"not in students.csv: {', '.join(map(files.shown, strangers))}")
    for stem in sorted({one.stem for one in found}):
        nothing = [x for x in known.ids if not a_class.notebook("submitted", stem, x).is_file()]
        if nothing:
            print(f"nothing of {stem} from: {', '.join(nothing)}")
