"""`python -m grading STEP`, a step of the round of a class.

What may be any text comes from the environment, so that no shell reads it: CLASS, and for collecting FROM and
STUDENT.
"""

import argparse
import os
import sys
import warnings

from grading import box
from grading.watch import Limits

UNFENCED = """\
*** UNFENCED: students' programs run as you. They can read, change, delete and send away whatever you
*** can: the gradebook, the other submissions, your own files. Nothing notices, nothing is put back."""
STEPS = ("release", "collect", "grade", "feedback", "formgrader")


def main():
    """Do one step."""
    parser = argparse.ArgumentParser(prog="grading")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--python", default=sys.executable, help="grade: the course's interpreter")
    parser.add_argument("--seconds", type=float, default=60, help="grade: for each cell")
    parser.add_argument("--memory", type=float, default=4, help="grade: GB, for each submission")
    parser.add_argument("--unfenced", action="store_true", help="grade: as you, without protection")
    parser.add_argument("--again", action="store_true", help="grade: what is unchanged too")
    asked = parser.parse_args()

    # nbgrader calls its database tool by name, wherever this interpreter is
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    # nor do the warnings about its own database sessions say anything to anybody else
    warnings.filterwarnings("ignore", module="nbgrader.api")
    from grading.layout import locked, named

    sys.stdout.reconfigure(errors="backslashreplace")  # a file may be called anything
    a_class = named(os.environ.get("CLASS", ""))
    if asked.step == "formgrader":
        os.chdir(a_class.folder)  # where nbgrader reads its configuration
        serve = f"--ServerApp.root_dir={a_class.folder}", "--ServerApp.default_url=/formgrader"
        os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *serve])
    with locked(a_class):
        _do(asked, a_class)


def _do(asked, a_class):
    from grading import rounds
    from grading.collect import collect
    from grading.layout import ROOT

    if asked.step == "collect":
        collect(a_class, ROOT / os.environ.get("FROM", ""), os.environ.get("STUDENT"))
    elif asked.step == "grade":
        readable = (str(ROOT / "code"),)
        if asked.unfenced:
            print(UNFENCED)
        fence = "" if asked.unfenced else box.choose(asked.python, readable)
        limits = Limits(asked.seconds, asked.memory, fence, asked.python, readable)
        rounds.grade(a_class, limits, again=asked.again)
    else:
        getattr(rounds, asked.step)(a_class)


if __name__ == "__main__":
    main()
