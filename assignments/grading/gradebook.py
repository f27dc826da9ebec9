"""nbgrader, told where a class's files are, and its gradebook."""

import csv
import io
import logging
import sqlite3
import time

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput, SaveAutoGrades
from traitlets.config import Config

from grading.files import written
from grading.layout import STAGED
from grading.outputs import TakeOutputs
from grading.pages import configure

FORMGRADER = """\
# For nbgrader's own commands and its formgrader. Grading is `make grade`'s, in a box: nbgrader is shown a
# folder that is empty, so that it cannot grade by itself.
import sys

sys.path.insert(0, {code!r})
from grading.exchange import Collect
from grading.links import distrust_links
from grading.pages import configure

c = get_config()
configure(c)
distrust_links()
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


def opened(a_class):
    """Return the gradebook of a class, to be used in a `with`."""
    return Gradebook(f"sqlite:///{a_class.gradebook}", a_class.name)


def back_up(a_class):
    """Keep the gradebook as it was before this round."""
    folder = a_class.folder / "gradebooks"
    folder.mkdir(exist_ok=True)
    to = folder / f"{time.strftime('%Y-%m-%d-%H%M%S')}.db"
    with sqlite3.connect(a_class.gradebook) as now, sqlite3.connect(to) as then:
        now.backup(then)


def result(a_class, task):
    """Return the points of a submission, the most there are, and whether somebody has to mark something."""
    with opened(a_class) as gradebook:
        found = gradebook.find_submission(task.stem, task.student)
        return found.score, found.max_score, found.needs_manual_grade


def leave_to_a_person(a_class, task):
    """Queue a submission for marking by hand: its written answers, or all of it if the set has none."""
    with opened(a_class) as gradebook:
        gradebook.update_or_create_student(task.student)
        gradebook.update_or_create_submission(task.stem, task.student)
        grades = gradebook.find_submission_notebook(task.stem, task.stem, task.student).grades
        written_ = [grade for grade in grades if grade.cell.cell_type == "markdown"]
        for grade in written_ or grades:
            grade.needs_manual_grade = True
        gradebook.db.commit()


COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "needs_manual_grade"),
)


def export(a_class, students):
    """Write grades.csv and return how many submissions somebody has to mark.

    The columns are nbgrader's own, and one that says whether points are still to be given by hand; a row a
    student and set, also for who handed in nothing.

    Parameters
    ----------
    a_class : Class
    students : list of dict
        Of students.csv.
    """
    to = io.StringIO(newline="")
    rows = csv.DictWriter(to, COLUMNS, lineterminator="\n")
    rows.writeheader()
    unmarked = 0
    with opened(a_class) as gradebook:
        for told in students:
            gradebook.update_or_create_student(told["id"], **{k: x for k, x in told.items() if k != "id"})
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                row = dict.fromkeys(COLUMNS, "") | {
                    "assignment": assignment.name,
                    "duedate": assignment.duedate or "",
                    "student_id": student.id,
                    "last_name": student.last_name or "",
                    "first_name": student.first_name or "",
                    "email": student.email or "",
                    "max_score": assignment.max_score,
                    "needs_manual_grade": False,
                }
                row |= dict.fromkeys(("raw_score", "late_submission_penalty", "score"), 0.0)
                try:
                    found = gradebook.find_submission(assignment.name, student.id)
                except MissingEntry:
                    pass
                else:
                    penalty = found.late_submission_penalty or 0.0
                    unmarked += bool(found.needs_manual_grade)
                    row |= {
                        "timestamp": found.timestamp or "",
                        "raw_score": found.score,
                        "late_submission_penalty": penalty,
                        "score": max(0.0, found.score - penalty),
                        "needs_manual_grade": bool(found.needs_manual_grade),
                    }
                rows.writerow(row)
    written(a_class.folder / "grades.csv", to.getvalue())
    return unmarked
