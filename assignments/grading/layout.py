"""Where a class's files are.

`_build/classes/CLASS/`: source, release, submitted/STUDENT/SET/SET.ipynb, autograded, feedback,
gradebook.db, grades.csv. What is handed in lies in submitted and is only ever read.
"""

import contextlib
import hashlib
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

ROOT = Path(__file__).resolve().parents[2]
CLASSES = Path(os.environ.get("CLASSES", ROOT / "_build" / "classes")).resolve()
STAGED = "staged"
LONGEST = 80  # characters of a student's id


class Class(NamedTuple):
    """A class: its name and its folder."""

    name: str
    folder: Path

    def sets(self):
        """Return the names of the sets that were made for this class, in order."""
        return sorted(path.name for path in (self.folder / "source").glob("*") if path.is_dir())

    def notebook(self, kind, stem, student="."):
        """Return where a notebook lies: kind is source, release, submitted, staged, autograded."""
        return self.folder / kind / student / stem / f"{stem}.ipynb"

    @property
    def gradebook(self):
        """The SQLite file."""
        return self.folder / "gradebook.db"


def student_id(name):
    """Return the id of a student whose folder has this name.

    The name itself, unless nbgrader could take it for a pattern or would not find it again: brackets,
    asterisks, an end of line. Then what can be kept of it and six digits of its own, so that no two merge.
    """
    name = unicodedata.normalize("NFC", name)
    plain = all(c.isalnum() or c in "_@.+' -" or unicodedata.category(c)[0] == "M" for c in name)
    if plain and 0 < len(name) <= LONGEST and name[0] not in ".-" and name.strip() == name:
        return name
    digits = hashlib.sha256(name.encode("utf8", "surrogatepass")).hexdigest()[:6]
    kept = re.sub(r"[^\w@.-]+", "_", name.encode("utf8", "replace").decode()).strip("_.-")[:60]
    return f"{kept or 'student'}-{digits}"


def named(name):
    """Return the class of this name, or say that it has not been made."""
    if not name:
        raise SystemExit("CLASS must name the class, as in CLASS=2027-spring, got nothing")
    found = Class(name, CLASSES / name)
    if Path(name).name != name or not (found.folder / "numbers.json").exists():
        made = ", ".join(sorted(path.parent.name for path in CLASSES.glob("*/numbers.json"))) or "none yet"
        raise SystemExit(f"CLASS must be a class made by `make assignments` ({made}), got {name!r}")
    return found


def version(path):
    """Return the version of a set that a notebook says it is of, None if it cannot be told."""
    try:
        return json.loads(path.read_text(encoding="utf8"))["metadata"]["partial_pooling"]["version"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def released(a_class):
    """Say what to do unless every set of a class is released: after a `make assignments` that failed."""
    stems = a_class.sets()
    waiting = [stem for stem in stems if version(a_class.notebook("source", stem)) is None]
    waiting += [
        stem
        for stem in stems
        if stem not in waiting
        and version(a_class.notebook("release", stem)) != version(a_class.notebook("source", stem))
    ]
    if waiting or not stems or not a_class.gradebook.exists():
        raise SystemExit(
            f"Of {a_class.name} these sets are not ready: {', '.join(waiting) or 'none is'}. "
            f"`make assignments CLASS={a_class.name}` has not come to its end: run it again, and look at "
            "what it says. Nothing that was handed in is lost"
        )


@contextlib.contextmanager
def locked(a_class):
    """Keep others from changing a class meanwhile; whoever is ended leaves no lock behind."""
    try:
        with FileLock(a_class.folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise SystemExit(
            f"{a_class.name} is being worked on by another `make grade`, `collect`, `feedback` or "
            "`assignments`: wait until it has come to its end"
        ) from None
