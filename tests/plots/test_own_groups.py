"""The figure of a reader's groups: what was drawn is what the table says, the largest at the top."""

import io
import warnings

import artists
import numpy as np
import pytest
from matplotlib.figure import Figure
from pooling.plots.own_groups import forest, league

NAMES = ["Leeds", "$5 & _x_ $", "a very long name of a branch that goes on and on", "two\nlines"]
OWN = np.array([3.0, 9.0, np.nan, 1.0])
ESTIMATE = np.array([3.5, 6.0, 4.0, 2.0])
LOWER, UPPER = ESTIMATE - np.array([1, 2, 4, 1]), ESTIMATE + np.array([1, 2.5, 4, 1])

FIGURES = {
    "league": lambda: league(NAMES, OWN, ESTIMATE, LOWER, UPPER, mu=3.9, prob=0.9, xlabel="score"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def forest_of(**changed):
    names = changed.pop("names", NAMES)
    given = {"own": OWN, "estimate": ESTIMATE, "lower": LOWER, "upper": UPPER} | changed
    return forest(names, **given, mu=3.9, prob=0.9, xlabel="score in $ and €")


def test_marks_stand_where_the_numbers_are():
    fig = forest_of()
    assert isinstance(fig, Figure)
    fig.draw_without_rendering()
    (ax,) = fig.axes
    marks = {line.get_label(): line for line in ax.lines}
    order = [3, 0, 2, 1]
    np.testing.assert_array_equal(marks["pooled"].get_xdata(), ESTIMATE[order])
    np.testing.assert_array_equal(marks["own"].get_xdata(), OWN[order])
    np.testing.assert_array_equal(marks["pooled"].get_ydata(), [1, 2, 3, 4])
    bars = np.array(ax.collections[0].get_segments())
    np.testing.assert_array_equal(bars[:, :, 0], np.column_stack([LOWER, UPPER])[order])
    assert {tuple(line.get_xdata()) for line in ax.lines} >= {(3.9, 3.9)}
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["two lines", "Leeds", "a very long name of a branc…", "$5 & _x_ $"]
    assert list(artists.legend(fig)) == [
        "own",
        "pooled, 90 %",
        "population mean",
    ]


def test_it_can_be_saved_whatever_the_names_are():
    for kind in ("svg", "png"):
        forest_of().savefig(io.BytesIO(), format=kind)
    with warnings.catch_warnings():  # a font without these letters warns, and draws boxes
        warnings.simplefilter("ignore", UserWarning)
        fig = forest_of(names=["北京", "नई दिल्ली", "x", "y"])
        fig.savefig(io.BytesIO(), format="svg")


def test_many_groups_fit_the_page_without_their_names():
    x = np.linspace(0, 1, 5000)
    fig = forest(list(range(5000)), x, x, x - 1, x + 1, mu=0.5, prob=0.94, xlabel="y")
    assert fig.get_size_inches()[1] * 72 <= 900
    assert len(fig.axes[0].get_yticks()) == 0


@pytest.mark.parametrize("name", ["estimate", "lower", "upper"])
def test_a_bad_argument_is_named(name):
    with pytest.raises(ValueError, match=f"{name} must"):
        forest_of(**{name: ESTIMATE[:2]})


def test_a_page_gets_the_same_as_inline_svg_with_its_sentence():
    found = league(NAMES, OWN, ESTIMATE, LOWER, UPPER, mu=3.9, prob=0.9, xlabel="score")
    assert found.svg.startswith("<svg")
    assert found.alt.startswith(
        "4 groups of score, by estimate, with 90 % intervals: from $5 & _x_ $ with 6 (4 to 8.5) to "
        "two lines with 2 (1 to 3). Population mean 3.9."
    )
    assert "$5 & _x_ $ is pulled farthest, from 9 to 6." in found.alt
    none = league(NAMES, np.full(4, np.nan), ESTIMATE, LOWER, UPPER, mu=3.9, prob=0.9, xlabel="score")
    assert "pulled" not in none.alt


def test_the_forest_of_a_page_is_the_readers(drawn):
    """The page's figure is the one that the other tests read: the same marks, words and limits."""
    given = {"own": OWN, "estimate": ESTIMATE, "lower": LOWER, "upper": UPPER}
    fig, page = forest(NAMES, **given, mu=3.9, prob=0.9, xlabel="score"), drawn("league")
    for one, other in zip(fig.axes[0].lines, page.axes[0].lines, strict=True):
        assert artists.look(one) == artists.look(other)
        np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())
    np.testing.assert_array_equal(artists.segments(fig.axes[0]), artists.segments(page.axes[0]))
    assert artists.ticks(fig.axes[0].yaxis) == artists.ticks(page.axes[0].yaxis)
    looks = artists.legend_looks(page)
    ax = page.axes[0]
    np.testing.assert_array_equal(
        artists.marks(ax, looks["own"].color, looks["own"].marker)[:, 0], OWN[[3, 0, 2, 1]]
    )
    pooled = looks["pooled, 90 %"]
    np.testing.assert_array_equal(
        artists.marks(ax, pooled.color, pooled.marker)[:, 0], ESTIMATE[[3, 0, 2, 1]]
    )
    assert artists.segments(ax, pooled.color).shape == (4, 2, 2)
    (line,) = (line for line in ax.lines if artists.look(line) == looks["population mean"])
    assert line.get_xdata() == [3.9, 3.9]
    assert ax.get_ylim()[0] < ax.get_ylim()[1]
