"""Where a class's files are, and how nbgrader is told.

`_build/classes/CLASS/`: source, release, submitted/STUDENT/SET/SET.ipynb, autograded, feedback,
gradebook.db, grades.csv. What is handed in lies in submitted and is only ever read.
"""

import logging
import os
from pathlib import Path
from typing import NamedTuple

from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput, SaveAutoGrades
from traitlets.config import Config

from grading.outputs import TakeOutputs

ROOT = Path(__file__).resolve().parents[2]
CLASSES = Path(os.environ.get("CLASSES", ROOT / "_build" / "classes")).resolve()
STAGED = "staged"

FORMGRADER = """\
# For nbgrader's own commands and `make formgrader`. Grading is `make grade`'s, behind a fence: but for
# collecting, nbgrader is shown a folder that is empty, so that it cannot grade by itself.
import sys

c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = {name!r}
c.CourseDirectory.submitted_directory = "submitted" if "collect" in sys.argv else {staged!r}
"""


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


def api(a_class):
    """Return nbgrader's programming interface, set up for this class."""
    config = Config()
    course = config.CourseDirectory
    course.root = str(a_class.folder)
    course.course_id = a_class.name
    course.db_url = f"sqlite:///{a_class.gradebook}"
    course.submitted_directory = STAGED
    config.ClearMarkScheme.enforce_metadata = False  # rubrics stand in cells of their own, above the answer
    grade = [TakeOutputs, LimitOutput, SaveAutoGrades, CheckCellMetadata]
    config.Autograde.autograde_preprocessors = grade
    config.LimitOutput.max_lines = 200
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    return NbGraderAPI(config=config)


def done(answer, what):
    """Raise, with nbgrader's own words, unless it did what it was asked."""
    if not answer["success"]:
        words = (answer.get("error") or "") + (answer.get("log") or "")
        raise RuntimeError(f"nbgrader could not {what}:\n{words}")
