"""nbgrader, told where a class's files are."""

import logging

from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput, SaveAutoGrades
from traitlets.config import Config

from grading.layout import STAGED
from grading.outputs import TakeOutputs
from grading.pages import configure

FORMGRADER = """\
# For nbgrader's own commands and its formgrader. Grading is `make grade`'s, in a box: nbgrader is shown a
# folder that is empty, so that it cannot grade by itself.
import sys

sys.path.insert(0, {code!r})
from grading.exchange import Collect
from grading.own_folders import open_own_folders_only
from grading.pages import configure

c = get_config()
configure(c)
open_own_folders_only()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = {name!r}
c.CourseDirectory.submitted_directory = {staged!r}
c.ExchangeFactory.collect = Collect
"""


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
    configure(config)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    return NbGraderAPI(config=config)


def done(answer, what):
    """Raise, with nbgrader's own words, unless it did what it was asked."""
    if not answer["success"]:
        words = (answer.get("error") or "") + (answer.get("log") or "")
        raise RuntimeError(f"nbgrader could not {what}:\n{words}")
