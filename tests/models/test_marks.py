"""The points of the problem sets' checks: in parts, and never an exception for a wrong answer."""

import sys
import warnings

import numpy as np
import pytest
from pooling.marks import Marks


def test_each_part_gives_its_points(capsys):
    marks = Marks({"x": 1.0, "y": [1.0, 2.0, 9.0]}, points=4)
    marks.near(1, "x", 1.01, within=0.02, says="a number")
    marks.near(3, "y", [1, 2, 3], within=0.1, says="three numbers")
    assert marks.total() == 3
    assert capsys.readouterr().out.splitlines() == ["   1 of 1  x: a number", "   2 of 3  y: three numbers"]


def test_a_tolerance_ends_where_it_says():
    marks = Marks({"x": [1.0, 1.0, 1.0, 1.0]}, points=4)
    marks.near(4, "x", [1.0199, 0.9801, 1.0201, 0.9799], within=0.02, says="two inside, two outside")
    assert marks.total() == 2


def test_a_check_gives_all_of_its_points_at_most_and_none_at_least():
    marks = Marks({}, points=3)
    marks.true(2, "far too much", lambda answer: 1.5)
    marks.true(1, "less than nothing", lambda answer: -1)
    assert marks.total() == 2


@pytest.mark.parametrize(
    ("answer", "expected"), [([42.0], 42), (42, [42]), ([[1, 2]], [1, 2]), ([[1], [2]], [1, 2])]
)
def test_axes_of_length_1_do_not_matter(answer, expected):
    marks = Marks({"x": np.array(answer)}, points=1)
    marks.near(1, "x", expected, within=0.1, says="x")
    assert marks.total() == 1


def test_other_shapes_do(capsys):
    marks = Marks({"x": np.array([[1, 2], [1, 2]]), "y": [42, 42], "z": []}, points=3)
    for name, expected in (("x", [1, 2]), ("y", 42), ("z", 42)):
        marks.near(1, name, expected, within=0.1, says=name)
    assert marks.total() == 0
    assert "its shape is (2, 2), not (2,)" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [None, ..., "one", [1, 2], np.nan, float, 1j], ids=repr)
def test_whatever_is_no_answer_gives_nothing(answer):
    marks = Marks({"x": answer}, points=2)
    marks.near(1, "x", 1.0, within=0.1, says="x")
    marks.near(1, "z", 1.0, within=0.1, says="z")
    assert marks.total() == 0


def test_a_check_that_raises_or_warns_is_quiet_and_costs_its_own_points(capsys):
    def noisy(answer):
        warnings.warn("never mind", stacklevel=1)
        print("never mind", file=sys.stderr)
        return answer("x") == 1

    marks = Marks({"x": 1}, points=2)
    marks.true(1, "noisy", noisy)
    marks.true(1, "broken", lambda answer: 1 / 0)
    assert marks.total() == 1
    out, err = capsys.readouterr()
    assert "ZeroDivisionError" in out
    assert "never mind" not in out + err


def test_looking_gives_no_points(capsys):
    marks = Marks({"x": 1}, points=1)
    marks.look("x is one", lambda answer: answer("x") == 1)
    marks.look("y is one", lambda answer: answer("y") == 1)
    assert capsys.readouterr().out.splitlines() == [
        "ok          x is one",
        "look again  y is one (LookupError: there is no y yet)",
    ]
    marks.near(1, "x", 2, within=0.5, says="x")
    assert marks.total() == 0


def test_parts_that_do_not_add_up_are_a_mistake_of_the_set():
    marks = Marks({}, points=2)
    marks.near(1, "x", 2, within=0.5, says="x")
    with pytest.raises(ValueError, match="points must add up to 2, got 1"):
        marks.total()
    with pytest.raises(ValueError, match="points must be > 0, got 0"):
        Marks({}, points=0)
