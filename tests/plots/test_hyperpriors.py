"""The figures of chapter 4: what is drawn, read back from the artists, and what is said of it."""

from itertools import pairwise
from xml.etree import ElementTree

import artists
import numpy as np
import pictures
import pytest
from matplotlib.patches import StepPatch
from pooling.departments import ONE_MEETING, Department
from pooling.hyperpriors.sweep import Answer, Sweep
from pooling.plots import hyperpriors as figures
from pooling.plots.picture import SVG
from pooling.plots.style import DEPARTMENTS

X = np.array([1.0, 5, 20])
VALUES = np.add.outer(X, 2 * X)
TWO = Sweep(
    np.array([[1.0, 3], [20, 3]]),
    *(Answer(np.arange(6.0).reshape(2, 3) + shift, np.ones((2, 3))) for shift in (0, 10, 20, 30)),
)
FIGURES = {
    "plane": lambda: figures.plane(X, X, VALUES, levels=[10, 30], name="a sum", settings={"A": (5, 1)}),
    "sweep": lambda: figures.sweep(TWO, t=ONE_MEETING),
    "limits": lambda: figures.limits(
        X, np.outer(X, [1, -1, 2]), grid=np.outer(X, [1.5, -1.5, 2.5]), lines={"all": 3}, name="tau_scale"
    ),
    "predictive": lambda: figures.predictive(
        {"narrow": np.linspace(-50, 50, 100), "wide": np.linspace(-240, 240, 1000)}, beyond=120
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_no_mark_of_a_sweep_hides_another_of_its_row():
    """Even where three answers agree, each is seen: by the places of the marks, 12 points a row apart."""
    answer = Answer(np.zeros((2, 3)), np.ones((2, 3)))
    svg = figures.sweep(Sweep(np.array([[1.0, 3], [20, 3]]), *[answer] * 4), t=ONE_MEETING).svg
    color = DEPARTMENTS[Department.MATH].color
    marks = [use for use in ElementTree.fromstring(svg).iter(f"{{{SVG}}}use") if color in use.get("style")]
    places = sorted((float(use.get("x")), float(use.get("y"))) for use in marks)
    at_zero = [y for x, y in places if x == places[0][0]]
    assert len(at_zero) == 6  # three answers, two rows; the arrival is elsewhere
    assert np.diff(at_zero).min() > 10.5  # half a diamond and half a stroke


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("plane", {"10", "30", "A", "a sum", "mu_scale (minutes)"}, "60.00 at (20, 20). A marks (5, 1)."),
        (
            "sweep",
            {"1, 3", "20, 3", "observed", "Math"},
            "At 20, 3: Government: published 3.00, counted once",
        ),
        (
            "sweep",
            {"published", "counted once", "exact"},
            "Math: published 5.00, counted once 15.00, exact 35.00",
        ),
        ("limits", {"Math 40.0", "English −20.0", "all"}, "A line at 3.00: all."),
        (
            "predictive",
            {"narrow", "0.0 % beyond 120", "50.0 % beyond 120"},
            "wide: 50.0 % beyond, 12 % within 30",
        ),
    ],
)
def test_a_figure_writes_and_says_its_numbers(name, written, said):
    picture = FIGURES[name]()
    assert written <= set(pictures.texts(picture))
    assert said in picture.alt


def test_a_contour_runs_where_the_quantity_is_what_is_written_on_it(drawn):
    (ax,) = drawn("plane").axes
    written = [(text, x, y) for text, x, y in artists.words(ax) if text != "A"]
    assert {text for text, _, _ in written} == {"10", "30"}
    for text, x, y in written:
        assert x + 2 * y == pytest.approx(float(text), abs=0.5)
    np.testing.assert_array_equal(artists.marks(ax, artists.TEXT), [(5, 1)])
    assert ("A", 5, 1) in artists.words(ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("mu_scale (minutes)", "tau_scale (minutes)")
    shade = ax.collections[-2].get_paths()[0]  # the last that is filled: what is above 30
    above = shade.contains_points([(20, 5.5), (20, 4.5), (5, 13), (5, 12)])
    assert above.tolist() == [True, False, True, False]


def test_an_answer_of_a_sweep_is_the_mark_of_its_name(drawn):
    fig = drawn("sweep")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["published", "counted once", "exact"]
    assert artists.ticks(ax.yaxis) == {"observed": 0, "1, 3": 1, "20, 3": 2}
    for d, (color, _, _) in enumerate(DEPARTMENTS.values()):
        for name, answer in zip(looks, (TWO.published, TWO.once, TWO.exact), strict=True):
            x, y = artists.marks(ax, color, looks[name].marker).T
            np.testing.assert_array_equal(x, answer.mean[:, d])
            np.testing.assert_array_equal(np.round(y), [1, 2])
        np.testing.assert_array_equal(artists.marks(ax, color, "x"), [(ONE_MEETING[d], 0)])
        ((path, _),) = artists.lines(ax, color, artists.NO_MARK)[:1]
        np.testing.assert_array_equal(path, [ONE_MEETING[d], *TWO.exact.mean[:, d]])
        name = ("Government", "English", "Math")[d]
        assert (name, ONE_MEETING[d]) in [(text, x) for text, x, _ in artists.words(ax)]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_an_estimate_of_the_limits_runs_from_end_to_end(drawn):
    fig = drawn("limits")
    (ax,) = fig.axes
    assert list(artists.legend(fig)) == ["exact", "course grid"]
    for factor, grid, (color, marker, _), name in zip(
        (1, -1, 2), (1.5, -1.5, 2.5), DEPARTMENTS.values(), ("Government", "English", "Math"), strict=True
    ):
        ((x, y),) = artists.lines(ax, color, artists.NO_MARK)
        np.testing.assert_array_equal((x, y), (X, factor * X))
        np.testing.assert_array_equal(artists.marks(ax, color, marker), [(1, grid)])  # each fourth of them
        assert (f"{name} {20 * factor:.1f}".replace("-", "−"), 20, 20 * factor) in artists.words(ax)
    assert [y.tolist() for _, y in artists.lines(ax, artists.TEXT)] == [[3, 3]]
    assert ("all", 20, 3) in artists.words(ax)
    assert (ax.get_xscale(), ax.get_xlim()) == ("log", (1, 20))


def test_what_a_prior_expects_is_counted_as_far_as_is_drawn(drawn):
    arrivals = np.linspace(-50, 50, 100), np.linspace(-240, 240, 1000)
    for ax, t in zip(drawn("predictive").axes, arrivals, strict=True):
        for outline in (patch for patch in ax.patches if isinstance(patch, StepPatch)):
            heights, edges, _ = outline.get_data()
            assert (edges[0], edges[-1], heights.max()) == (-120, 120, 1)
            counts = [((low <= t) & (t < high)).sum() for low, high in pairwise(edges)]
            np.testing.assert_allclose(heights, np.array(counts) / max(counts))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.plane(X, X[:2], VALUES, levels=[9], name="x"), r"values must have shape \(3, 2\)"),
        (lambda: figures.limits(X, VALUES.T[:2], grid=VALUES, lines={}, name="x"), "exact must have shape"),
        (lambda: figures.predictive({"a": [0.0]}, beyond=0), "beyond must be > 0 and finite, got 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
