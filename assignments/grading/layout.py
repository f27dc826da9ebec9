"""Where a class's files are.

`_build/classes/CLASS/`: source, release, submitted/STUDENT/SET/SET.ipynb, autograded, feedback,
gradebook.db, grades.csv. What is handed in lies in submitted and is only ever read.
"""

import os
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CLASSES = Path(os.environ.get("CLASSES", ROOT / "_build" / "classes")).resolve()
STAGED = "staged"


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

    def students(self):
        """Return who has a folder among what was handed in."""
        found = (self.folder / "submitted").glob("*")
        return sorted(path.name for path in found if path.is_dir() and not path.name.startswith("."))

    @property
    def gradebook(self):
        """The SQLite file."""
        return self.folder / "gradebook.db"


def named(name):
    """Return the class of this name, or say that it has not been made."""
    if not name:
        raise SystemExit("CLASS must name the class, as in CLASS=2027-spring, got nothing")
    found = Class(name, CLASSES / name)
    if Path(name).name != name or not (found.folder / "numbers.json").exists():
        made = ", ".join(sorted(path.parent.name for path in CLASSES.glob("*/numbers.json"))) or "none yet"
        raise SystemExit(f"CLASS must be a class made by `make assignments` ({made}), got {name!r}")
    return found
