"""A class of one set and one student whose notebook is hostile everywhere; run by the grader's Python.

`python hostile_class.py FOLDER`, with `hostile.json` in it: {"answer": Markdown, "attachments": ...,
"outputs": outputs of the cell of code, "note": a note of the round, "names": [first, last, email]}. Leaves a
gradebook, and pages of feedback: as the course writes them, and in `untouched.html` as nbgrader writes them.
"""

import json
import shutil
import sys
from pathlib import Path

import nbformat
from grading.gradebook import FORMGRADER, api, done
from grading.layout import ROOT, STAGED, Class
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

STEM, STUDENT = "set", "eve"


def about(grade_id, **kind):
    """Return nbgrader's metadata."""
    rest = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False}
    return {"nbgrader": {"grade_id": grade_id} | rest | kind}


def main(folder):
    """Make the class in a folder."""
    hostile = json.loads((folder / "hostile.json").read_text(encoding="utf8"))
    a_class = Class("hostile", folder)
    nb = new_notebook(
        cells=[
            new_code_cell("1 + 1", metadata=about("code", solution=True), id="code"),
            new_markdown_cell(
                "...", metadata=about("words", solution=True, grade=True, points=2), id="words"
            ),
        ]
    )
    source = a_class.notebook("source", STEM)
    source.parent.mkdir(parents=True)
    nbformat.write(nb, source)
    nbgrader = api(a_class)
    done(nbgrader.generate_assignment(STEM), "release")

    answered = nbformat.read(a_class.notebook("release", STEM), as_version=4)
    words = answered.cells[1]
    words.source, words.attachments = hostile["answer"], hostile["attachments"]
    staged = a_class.notebook(STAGED, STEM, STUDENT)
    staged.parent.mkdir(parents=True)
    nbformat.write(answered, staged)
    place = folder / "running" / STUDENT / STEM
    place.mkdir(parents=True)
    answered.cells[0].outputs = hostile["outputs"]
    (place / "executed.ipynb").write_text(json.dumps(answered), encoding="utf8")
    (place / "notes.json").write_text(json.dumps([hostile["note"]]), encoding="utf8")
    done(nbgrader.autograde(STEM, STUDENT), "grade")
    with Gradebook(f"sqlite:///{a_class.gradebook}", a_class.name) as gradebook:
        first, last, email = hostile["names"]
        gradebook.update_or_create_student(STUDENT, first_name=first, last_name=last, email=email)
    done(nbgrader.generate_feedback(STEM, STUDENT), "write feedback")

    own = Config()
    own.CourseDirectory = nbgrader.config.CourseDirectory
    page = folder / "feedback" / STUDENT / STEM / f"{STEM}.html"
    shutil.copy(page, folder / "page.html")
    done(NbGraderAPI(config=own).generate_feedback(STEM, STUDENT), "write feedback of nbgrader's own")
    shutil.move(page, folder / "untouched.html")
    settings = FORMGRADER.format(
        code=str(ROOT / "assignments"), root=str(folder), name=a_class.name, staged=STAGED
    )
    (folder / "nbgrader_config.py").write_text(settings, encoding="utf8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
