"""What the instructor's tests share: the grader's environment, a box, a small class that is released."""

import sys

import bubblewrap
import odd_hand_ins
import pytest
from class_round import install
from filelock import FileLock
from grading import box
from places import ROOT
from quick_round import Grader, QuickRound


@pytest.fixture(scope="session")
def installed(run_folder):
    """Install what grading needs, once for all processes of a test run."""
    with FileLock(run_folder / "grader.lock"):
        install()


@pytest.fixture(scope="session")
def fence(run_folder):
    """Return the program that puts up boxes here."""
    with FileLock(run_folder / "bubblewrap.lock"):
        bubblewrap.install()
    return box.choose(sys.executable, (str(ROOT / "code"),))


@pytest.fixture(scope="session")
def made(installed, tmp_path_factory):
    """Release a small class, to be copied, by a grader that has graded once."""
    grader = Grader(tmp_path_factory.mktemp("grader"))
    a_round = QuickRound(tmp_path_factory.mktemp("rounds") / "made", grader=grader)
    a_round.release(stays=True)
    first = a_round.copied(tmp_path_factory.mktemp("rounds") / "first")
    first.hand_in("ada", odd_hand_ins.as_it_is)
    first.grade(stays=True)
    yield a_round
    grader.close()


@pytest.fixture(scope="session")
def grader(made):
    """Return a process that grades small sets."""
    return made.grader


@pytest.fixture
def a_round(made, tmp_path):
    """Return a small class of one's own, released."""
    return made.copied(tmp_path / "made")
