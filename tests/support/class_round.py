"""A class of generated submissions through the whole round, by the make targets that an instructor calls."""

import csv
import json
import os
import re
import shutil
import subprocess

import bubblewrap
import hand_ins
import make_class
import pytest
from places import ROOT

SETS = tuple(make_class.sets())
#: What the gradebook says, told by nbgrader itself.
ASK = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///" + sys.argv[1], sys.argv[2]) as book:
    print(json.dumps([
        [s.student.id, s.assignment.name, s.score, s.max_score, s.needs_manual_grade,
         {g.name: g.score for n in s.notebooks for g in n.grades}]
        for a in book.assignments for s in a.submissions
    ]))
"""
MARK = """
import sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///" + sys.argv[1], sys.argv[2]) as book:
    where = (sys.argv[5], sys.argv[4], sys.argv[4], sys.argv[3])
    grade, comment = book.find_grade(*where), book.find_comment(*where)
    grade.manual_score, grade.needs_manual_grade = 2.5, False
    comment.manual_comment = "The second effect is missing."
    book.db.commit()
"""


def install():
    """Make the grader's environment and install bubblewrap, if they are missing."""
    bubblewrap.install()
    command = ["make", "--no-print-directory", "_build/grading/installed"]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


class Round:
    """A folder of classes, and the targets."""

    def __init__(self, classes):
        self.classes = classes

    def make(self, target, name, **settings):
        """Call a target for a class and return what it printed."""
        environment = os.environ | {"CLASSES": str(self.classes)}
        command = ["make", "--no-print-directory", target, f"CLASS={name}"]
        command += [f"{key}={value}" for key, value in settings.items()]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, encoding="utf8", check=False
        )
        if done.returncode:
            pytest.fail(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}", pytrace=False)
        return done.stdout

    def python(self, code, name, *arguments):
        """Run code in the grader's environment, with the class's gradebook."""
        python = ROOT / "_build" / "grading" / "bin" / "python"
        command = [python, "-W", "ignore", "-c", code, self.classes / name / "gradebook.db", name, *arguments]
        environment = os.environ | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.check_output(command, env=environment, stderr=subprocess.DEVNULL, encoding="utf8")

    def set_of(self, name, stem):
        """Return a released set of a class."""
        folder = self.classes / name
        a_set = hand_ins.Set(*(folder / kind / stem / f"{stem}.ipynb" for kind in ("release", "source")))
        a_set.targets = [
            str(folder / "source" / stem / f"{stem}.ipynb"),
            str(folder / "submitted" / "perfect" / stem / f"{stem}.ipynb"),
            str(self.classes / "diary.txt"),
        ]
        return a_set

    def hand_in(self, name, stem, student, expected):
        """Put a submission in its place."""
        hand_ins.write(expected, self.classes / name / "submitted" / student / stem, stem)

    def gradebook(self, name):
        """Return {(student, set): (score, most, by hand, score of each cell)}."""
        rows = json.loads(self.python(ASK, name))
        return {(student, stem): rest for student, stem, *rest in rows}

    def grades(self, name):
        """Return {(student, set): score} of grades.csv."""
        with (self.classes / name / "grades.csv").open(encoding="utf8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {(row["student_id"], row["assignment"]): float(row["score"]) for row in rows}

    def feedback(self, name, stem, student):
        """Return a page of feedback, its text only."""
        page = self.classes / name / "feedback" / student / stem / f"{stem}.html"
        text = re.sub(r"(?s)<(style|script).*?</\1>", "", page.read_text(encoding="utf8"))
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text))

    def submitted(self, name):
        """Return every file that was handed in, with what is in it."""
        folder = self.classes / name / "submitted"
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def complaints(a_round, name, everything):
    """Return what is wrong with how a class was graded: {(student, set): Expected}."""
    found = []
    gradebook, csv = a_round.gradebook(name), a_round.grades(name)
    for (student, stem), expected in everything.items():
        who = f"{student}, {stem}"
        score, _, by_hand, cells = gradebook[student, stem]
        if score != pytest.approx(expected.score):
            found.append(f"{who}: {score} in the gradebook, should be {expected.score}; {cells}")
        if csv[student, stem] != pytest.approx(expected.score):
            found.append(f"{who}: {csv[student, stem]} in grades.csv, should be {expected.score}")
        if by_hand != expected.read:
            found.append(f"{who}: whether there is something to mark by hand is said to be {by_hand}")
        text = a_round.feedback(name, stem, student)
        if expected.note not in text:
            found.append(f"{who}: not in the feedback: {expected.note!r}")
    return found


def kept_clear(folder):
    """Empty a folder for classes and return it, with a file of nobody's business in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "diary.txt").write_text("private")
    return folder
