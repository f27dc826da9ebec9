"""The list of a class, `students.csv`, as spreadsheets write it."""

import csv
import io

from grading.files import content, shown
from grading.layout import student_id

COLUMNS = ("id", "first_name", "last_name", "email")


def read(path):
    """Return the students of a class.

    Commas, semicolons or tabs part the columns; UTF-8, with or without a mark at its beginning, UTF-16 with
    one, or else Western European; empty rows and other columns are left out.

    Parameters
    ----------
    path : Path
        May not exist: then there are none.

    Returns
    -------
    list of dict
        id, and first_name, last_name and email where they are told.

    Raises
    ------
    SystemExit
        If it has no column `id`, or a row without one, or one twice: with what to do. Before anything else
        is done, for a grade that nobody can be given is found out too late afterwards.
    """
    if not path.exists():
        return []
    try:
        text = _text(content(path))
    except ValueError as error:
        raise SystemExit(f"{path} cannot be read: {error}") from error
    lines = text.splitlines()
    first = next((k for k, line in enumerate(lines) if line.strip(" ,;\t")), None)
    if first is None:
        return []
    heading = lines[first]
    mark = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO("\n".join(lines[first:]), newline=""), delimiter=mark)
    try:
        columns = [name.strip().lower().replace(" ", "_").replace("-", "_") for name in next(rows)]
        if "id" not in columns:
            raise SystemExit(
                f"{path} must begin with the names of its columns, id,first_name,last_name,email, "
                f"got {shown(heading)!r}"
            )
        found = {}
        for row in rows:
            told = {name: x.strip() for name, x in zip(columns, row, strict=False) if name in COLUMNS}
            told = {name: x for name, x in told.items() if x}
            if told:
                _add(found, told, f"{path}, line {first + rows.line_num}")
    except csv.Error as error:
        raise SystemExit(f"{path} is no table ({error}): save it as CSV") from error
    return list(found.values())


def _add(found, told, where):
    student = told.get("id")
    if not student:
        raise SystemExit(f"{where}: every student needs an id, got {', '.join(told.values())}")
    if student_id(student) != student:
        raise SystemExit(
            f"{where}: an id is made of letters, digits, spaces and @ . _ + ' - and begins with a letter or "
            f"a digit, got {shown(student)!r}"
        )
    same = next((other for other in found if other.casefold() == student.casefold()), None)
    if same:
        raise SystemExit(f"{where}: the id {student!r} is there twice; each student needs one of their own")
    found[student] = told


def _text(held):
    if held.startswith((b"\xff\xfe", b"\xfe\xff")):
        return held.decode("utf-16", "replace")
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError:
        return held.decode("cp1252", "replace")
