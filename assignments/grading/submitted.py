"""What lies in `submitted`: the tasks of a round, and what is not where it belongs."""

import hashlib
from typing import NamedTuple

import nbformat

from grading import files, hand_in
from grading.layout import student_id, version


class Task(NamedTuple):
    """A submission that is to be graded, as it is when grading begins.

    Attributes
    ----------
    student, stem : str
        The student's id and the set.
    folder : Path
        Where it was handed in.
    digest : str
        Of all that is in there and of the set's version.
    hand_in : HandIn
    """

    student: str
    stem: str
    folder: object
    digest: str
    hand_in: hand_in.HandIn


def tasks(a_class, strays):
    """Yield a Task for each student and set of which anything was handed in.

    Parameters
    ----------
    a_class : Class
    strays : list of str
        Takes what was found and is nobody's submission, and why.
    """
    found = {}
    for folder in _folders(a_class.folder / "submitted", strays):
        found.setdefault(student_id(folder.name), []).append(folder)
    for folders in found.values():
        if len(folders) > 1:
            names = " and ".join(repr(folder.name) for folder in folders)
            strays.append(f"{names} are one name, written in two ways: put them together")
    students = {student: folders[0] for student, folders in found.items() if len(folders) == 1}
    _look_alike(students, strays)
    stems = a_class.sets()
    frames = {stem: nbformat.read(a_class.notebook("release", stem), as_version=4) for stem in stems}
    for student, folder in students.items():
        if student != folder.name:
            strays.append(f"{files.shown(folder.name)} is graded as {student}, which nbgrader can find")
        for of in _folders(folder, strays):
            if of.name not in frames:
                strays.append(f"{files.shown(of.relative_to(folder.parent))} is none of {', '.join(stems)}")
    # the first set of everybody, then the second
    for stem, frame in frames.items():
        for student, folder in students.items():
            of = folder / stem
            if of.is_dir() and not of.is_symlink():
                yield _task(a_class, student, stem, of, frame)


def sent_along(task, given):
    """Return a note on what was sent with a notebook; none of it is used.

    Parameters
    ----------
    task : Task
    given : set of str
        The names of the set's own files, which lie beside every notebook when it runs.
    """
    extra = []
    for file in files.below(task.folder):
        own = str(file.inside) in {"timestamp.txt", "submission_secret.txt", *given}  # nbgrader's, the set's
        if not (own or files.is_litter(file.inside) or ".ipynb" in file.inside.name.lower()):
            extra.append(files.shown(file.inside))
    return [f"These files were handed in too, and were not used: {_some(extra)}."] if extra else []


def _task(a_class, student, stem, folder, frame):
    """Return the task, also if reading it fails in a way that nobody has thought of."""
    try:
        digest = _digest(folder, version(a_class.notebook("release", stem)))
        return Task(student, stem, folder, digest, hand_in.read(folder, stem, frame))
    except Exception as error:  # whatever it is, it is this student's
        why = f"{type(error).__name__}: {files.said(error)}"
        note = f"What was handed in could not be read ({why}). {hand_in.PERSON}"
        empty = hand_in.laid({}, [], frame)
        return Task(student, stem, folder, "", hand_in.HandIn(empty, [note], False, True))


def _folders(folder, strays):
    """Return the folders in a folder; what else is there is astray."""
    found = []
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        strays.append(f"{files.shown(folder.name)} cannot be looked into ({files.said(error)})")
        paths = []
    for path in paths:
        if path.name.startswith(".") or path.name in files.LITTER:
            continue
        where = files.shown(path.relative_to(folder.parent))
        if path.is_symlink():
            strays.append(f"{where} is a link, and links are not followed")
        elif path.is_dir():
            found.append(path)
        else:
            strays.append(f"{where} lies in no student's folder of a set: submitted/STUDENT/SET/SET.ipynb")
    return found


def _look_alike(students, strays):
    alike = {}
    for student in students:
        alike.setdefault(student.casefold(), []).append(student)
    strays += [f"{' and '.join(names)}: one student, in two places?" for names in alike.values() if names[1:]]


def _digest(folder, of_version):
    digest = hashlib.sha256(str(of_version).encode())
    for file in files.below(folder):
        digest.update(str(file.inside).encode("utf8", "surrogatepass"))
        try:
            digest.update(file.why_not.encode() if file.why_not else files.content(file.path, below=folder))
        except ValueError as error:
            digest.update(str(error).encode())
    return digest.hexdigest()


def _some(names):
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(names[:20]) + more
