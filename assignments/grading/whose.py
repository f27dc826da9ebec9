"""Whose a file is, and which hand-in of theirs: read off the names that learning platforms give.

Nothing is guessed: a name that several students could have, or none, is told and left to a person.
"""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

# Ada Lovelace_4711_assignsubmission_file_, a folder or the beginning of a file's name; _file before Moodle 4
_MOODLE = re.compile(r"(?P<who>[^_]+)_(?P<number>\d+)_(?:assignsubmission_)?(?:file|onlinetext)(?:_|$)")
# lovelaceada_LATE_12345_67890_name-1.ipynb: the student's number, the submission's, and which attempt
_CANVAS = re.compile(
    r"(?P<who>[^\W_]+)(?:_LATE)?_(?P<number>\d+)_\d+_.*?(?:-(?P<attempt>\d+))?\.[^.]+$", re.I
)
# Problem set 1_alovelace_attempt_2027-03-01-12-30-59_name.ipynb
_BLACKBOARD = re.compile(
    r"(?P<number>(?:.*_)?(?P<who>[^_/]+))_attempt_(?P<attempt>\d{4}(?:-\d\d){5})(?:_|\.|$)"
)
#: Folders that are called after no student.
_GENERAL = re.compile(
    r"(?:(?:submission|submit(?:ted)?|download|upload|hand.?in|assignment|homework|notebook|file|export|"
    r"moodle|canvas|blackboard|class|course|set|problem|archive|all|new|work|draft|final|my)s?)+\d*"
)


class Owner(NamedTuple):
    """A student's id, the number that tells them from others of this name, and the order of attempts."""

    student: str
    number: str = ""
    attempt: tuple = ()


class Unknown(ValueError):
    """Why it cannot be told whose a file is."""


class Roster:
    """Finds students of a list by what a platform calls them.

    Parameters
    ----------
    students : list of dict
        With id, and perhaps first_name, last_name and email.
    """

    def __init__(self, students):
        self.ids = [told["id"] for told in students]
        self._names = {}
        for told in students:
            first, last = told.get("first_name", ""), told.get("last_name", "")
            names = {told["id"], told.get("email", ""), told.get("email", "").partition("@")[0]}
            if first and last:
                names |= {first + last, last + first}
            for name in {_folded(name) for name in names} - {""}:
                self._names.setdefault(name, set()).add(told["id"])

    def find(self, name):
        """Return the one student of this name; None if there is none.

        Raises
        ------
        Unknown
            If there are several.
        """
        if name in self.ids:
            return name
        found = sorted(self._names.get(_folded(name), ()))
        if len(found) > 1:
            raise Unknown(f"{name!r} may be {' or '.join(found)} of students.csv")
        return found[0] if found else None


def owner(where, stem, roster, pattern=None):
    """Return whose a notebook is.

    Parameters
    ----------
    where : PurePosixPath
        From the folder that holds everybody's files.
    stem : str
        The set.
    roster : Roster
    pattern : str, optional
        A regular expression whose first group finds the student in the path.

    Raises
    ------
    Unknown
        With why it cannot be told.
    """
    if pattern:
        match = re.search(pattern, where.as_posix())
        if not (match and match.groups() and match[1]):
            raise Unknown(f"STUDENT={pattern} finds nobody in it")
        return Owner(roster.find(match[1]) or match[1])
    named = {student for part in _parts(where, stem) if (student := roster.find(part))}
    if len(named) > 1:
        raise Unknown(f"it is named after {' and '.join(sorted(named))}")
    told = _platform(where)
    if told is None:
        parts = [part for part in where.parts[:-1] if part != stem]
        name = parts[0] if parts else _without(where.name, stem) if stem in where.name else ""
        told = Owner(name)
    student = roster.find(told.student) or (named.pop() if named else told.student)
    if not any(c.isalnum() for c in student):
        raise Unknown("no name of a student is in its own")
    if _GENERAL.fullmatch(_folded(student)) and student not in roster.ids:
        raise Unknown(f"{student!r} does not look like a student")
    return told._replace(student=student)


def without_wrappers(places, stems, roster):
    """Return the paths without the folders that hold everybody's: a platform's, a download's, a section's.

    Parameters
    ----------
    places : list of PurePosixPath
        Of the notebooks.
    stems : list of str
        The sets.
    roster : Roster
    """
    while places:
        tops = {where.parts[0] for where in places if len(where.parts) > 1}
        flat = any(len(where.parts) == 1 for where in places)
        if flat or len(tops) != 1:
            break
        (top,) = tops
        inside = [PurePosixPath(*where.parts[1:]) for where in places]
        folders = {where.parts[0] for where in inside if len(where.parts) > 1} - set(stems)
        several = sum(not _GENERAL.fullmatch(_folded(name)) for name in folders) > 1
        if _known(top, roster) or not (several or _GENERAL.fullmatch(_folded(top))):
            break
        places = inside
    return places


def _known(name, roster):
    try:
        return roster.find(name) or _platform(PurePosixPath(name) / "x.ipynb")
    except Unknown:
        return True


def _platform(where):
    """Return the owner by a platform's pattern, in a folder's name or the file's; None if there is none."""
    for part in where.parts:
        for kind in (_MOODLE, _BLACKBOARD, _CANVAS):
            match = kind.match(part)
            if match:
                told = match.groupdict()
                attempt = tuple(int(x) for x in re.findall(r"\d+", told.get("attempt") or ""))
                return Owner(told["who"].strip(), told.get("number") or "", attempt)
    return None


def _parts(where, stem):
    told = _platform(where)
    names = told.number.split("_") if told else []
    tails = ["_".join(names[k:]) for k in range(len(names))]  # a name at Blackboard may hold what parts names
    return [*([told.student] if told else []), *tails, *where.parts[:-1], _without(where.name, stem)]


def _without(name, stem):
    """Return what is left of a file's name: without the set's, what a browser adds, and the end."""
    name = re.sub(r"(?i)\.ipynb.*$|\.(json|txt)$", "", name)
    name = re.sub(r" ?\(\d+\)$|-Copy\d+$", "", name)
    return re.sub(re.escape(stem), "", name).strip("_-. ")


def _folded(name):
    """Return a name without case, accents and marks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum())
