"""Take in what students handed in, as a learning platform hands it out: a folder or a zip of notebooks.

Nothing is ever overwritten: who hands in again has the earlier notebook kept in `submitted-before`.
"""

import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from grading.layout import ROOT


def collect(a_class, source, pattern=None):
    """Copy every notebook into `submitted/STUDENT/SET`.

    Parameters
    ----------
    a_class : Class
    source : Path
        A folder, or a zip of one.
    pattern : str, optional
        A regular expression whose first group finds the student in a notebook's path below the source. As
        it is: the name of the first folder, or else what is left of the file's name without the set's.

    Returns
    -------
    list of str
        Notebooks of which it could not be told whose they are, or of which set.
    """
    if not source.exists() or source == ROOT:
        raise SystemExit(f"FROM must be a folder or a zip of notebooks, got {source}")
    with tempfile.TemporaryDirectory() as folder:
        if source.is_file():
            with zipfile.ZipFile(source) as archive:
                archive.extractall(folder)
            source = Path(folder)
        unknown = []
        for path in sorted(source.rglob("*.ipynb")):
            where = path.relative_to(source)
            if ".ipynb_checkpoints" in where.parts:
                continue
            stem = _set(path, a_class.sets())
            student = stem and _student(where, stem, pattern)
            if student:
                to = a_class.notebook("submitted", stem, student)
                print(f"{stem:12} {student:16} {_take(path, to, a_class.folder)}")
            else:
                unknown.append(str(where))
    for where in unknown:
        print(f"whose, and of which set? left where it is: {where}")
    return unknown


def _set(path, sets):
    """Read off the notebook which set it is; else off its file's name."""
    try:
        said = json.loads(path.read_text(encoding="utf8"))["metadata"]["partial_pooling"]["set"]
    except (OSError, ValueError, LookupError, TypeError):
        said = None
    found = [stem for stem in sets if stem == said] or [stem for stem in sets if stem in path.name]
    return found[0] if found else None


def _student(where, stem, pattern):
    if pattern:
        match = re.search(pattern, where.as_posix())
        name = match[1] if match else ""
    elif len(where.parts) > 1:
        name = where.parts[0]
    else:
        name = where.stem.replace(stem, "")
    return re.sub(r"[^\w@-]+", "_", name).strip("_-")


def _take(path, to, folder):
    """Copy a notebook, and say whether it is new."""
    says = "new"
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.exists():
        if to.read_bytes() == path.read_bytes():
            return "as before"
        earlier = folder / "submitted-before" / to.parent.relative_to(folder / "submitted")
        earlier.mkdir(parents=True, exist_ok=True)
        k = 1 + sum(1 for _ in earlier.iterdir())
        shutil.move(to, earlier / f"{to.stem}-{k}.ipynb")
        says = f"again; the earlier one is {earlier.name}-{k}.ipynb in submitted-before"
    shutil.copyfile(path, to)
    return says
