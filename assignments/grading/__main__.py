"""`python -m grading release|grade|feedback`, for the class named by the environment variable CLASS."""

import argparse
import os
import sys
import warnings

from grading import fence
from grading.kernel import Limits
from grading.layout import ROOT, named


def main():
    """Do one step of the round."""
    parser = argparse.ArgumentParser(prog="grading")
    parser.add_argument("step", choices=("release", "grade", "feedback"))
    parser.add_argument("--python", default=sys.executable, help="the course's interpreter")
    parser.add_argument("--seconds", type=float, default=60, help="for each cell")
    parser.add_argument("--memory", type=float, default=4, help="GB, for each process")
    parser.add_argument("--no-fence", action="store_true", help="do not ask the system to confine writes")
    parser.add_argument("--again", action="store_true", help="grade what is unchanged too")
    asked = parser.parse_args()
    # nbgrader calls its database tool by name, wherever this interpreter is
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    # nor do the warnings about its own database sessions say anything to anybody else
    warnings.filterwarnings("ignore", module="nbgrader.api")
    from grading import rounds

    a_class = named(os.environ.get("CLASS", ""))
    if asked.step == "grade":
        fenced = fence.version() > 0 and not asked.no_fence
        if not fenced:
            print("No fence: this system cannot confine what students' code writes. Changes of the course's")
            print("files and of what was handed in are put back; see the appendix for instructors.")
        limits = Limits(asked.seconds, asked.memory, fenced, asked.python, (str(ROOT / "code"),))
        rounds.grade(a_class, limits, again=asked.again)
    else:
        getattr(rounds, asked.step)(a_class)


if __name__ == "__main__":
    main()
