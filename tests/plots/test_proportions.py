"""The figures of chapter 15: what is drawn, read back from the artists, and what is said of it."""

import artists
import numpy as np
import pictures
import pytest
from matplotlib.colors import to_hex
from pooling.plots import proportions as figures
from pooling.plots.palette import BLUE, ORANGE, PURPLE, TEAL

NAMES = ["Ann B", "Cy D", "Eve F"]
OWN, MEAN = np.array([0.4, 0.25, 0.1]), np.array([0.32, 0.26, 0.2])
LOWER, UPPER, REST = MEAN - 0.05, MEAN + 0.07, np.array([0.31, 0.2, 0.3])
AT_BATS = np.array([15, 45, 450])
RMS = {
    "own average": np.array([0.11, 0.07, 0.02]),
    "complete pooling": np.array([0.04, 0.03, 0.03]),
    "James–Stein": np.array([0.05, 0.034, 0.017]),
    "partial pooling": np.array([0.06, 0.037, 0.018]),
}
DRAWS = np.random.default_rng(0).normal(0.05, 0.01, 5000)
FIGURES = {
    "players": lambda: figures.players(NAMES, OWN, MEAN, LOWER, UPPER, everybody=0.26, rest=REST),
    "players so far": lambda: figures.players(NAMES, OWN, MEAN, LOWER, UPPER, everybody=0.26),
    "histogram": lambda: figures.histogram(DRAWS, xlabel="sd", known=0.027, name="the rest", range=(0, 0.1)),
    "errors": lambda: figures.errors(AT_BATS, RMS),
    "ranks": lambda: figures.ranks(NAMES, [1, 1, 2], [2, 3, 3], [0.7, 0.25, 0.05]),
}
each_figure = pytest.mark.parametrize("name", FIGURES)


@each_figure
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_players_are_drawn_where_they_are(drawn):
    (ax,) = drawn("players").axes
    for marker, color, x in (("x", ORANGE, OWN), ("o", BLUE, MEAN), ("D", PURPLE, REST)):
        ((at, row),) = artists.lines(ax, marker=marker, color=color)
        np.testing.assert_array_equal(at, x)
        np.testing.assert_array_equal(row, [0, 1, 2])
    (bars,) = ax.collections
    np.testing.assert_allclose(
        [segment[:, 0] for segment in bars.get_segments()], np.column_stack([LOWER, UPPER])
    )
    assert to_hex(bars.get_color()[0]) == BLUE
    assert [(start[0], end[0]) for start, end in artists.arrows(ax)] == [*zip(OWN, MEAN, strict=True)]
    assert any(np.array_equal(x, [0.26, 0.26]) for x, _ in artists.lines(ax, marker=artists.NO_MARK))
    assert list(artists.ticks(ax.yaxis)) == NAMES
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    for text, place in artists.ticks(ax.xaxis).items():
        assert text == f"{place:.2f}".removeprefix("0")


def test_what_came_is_there_only_if_it_is_given(drawn):
    picture = FIGURES["players"]()
    assert "the rest" in pictures.texts(picture)
    told = picture.alt
    (ax,) = drawn("players so far").axes
    assert artists.lines(ax, marker="D") == []
    assert told.startswith("Everybody together .260. Ann B .400 becomes .320 (.270 to .390), the rest .310;")


def test_without_what_came_nothing_is_said_of_it():
    picture = FIGURES["players so far"]()
    assert "the rest" not in picture.alt
    assert "the rest" not in pictures.texts(picture)


def test_a_histogram_counts_and_shades(drawn):
    (ax,) = drawn("histogram").axes
    low, high = np.quantile(DRAWS, [0.03, 0.97])
    counted = 0
    for bar in ax.patches:
        left, right = bar.get_x(), bar.get_x() + bar.get_width()
        assert bar.get_height() == pytest.approx(((left <= DRAWS) & (right > DRAWS)).sum(), abs=1)
        assert (bar.get_alpha() > 0.5) == (left >= low and right <= high)
        counted += bar.get_height()
    assert counted == ((DRAWS >= 0) & (DRAWS <= 0.1)).sum()
    ((x, _),) = artists.lines(ax)
    assert x.tolist() == [0.027, 0.027]
    assert to_hex(ax.lines[0].get_color()) == ORANGE


def test_errors_are_curves_of_their_own_look(drawn):
    (ax,) = drawn("errors").axes
    looks = [("x", ORANGE), (None, None), ("^", TEAL), ("o", BLUE)]
    for line, y, (marker, color) in zip(ax.lines, RMS.values(), looks, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), AT_BATS)
        np.testing.assert_array_equal(line.get_ydata(), y)
        if marker:
            assert (line.get_marker(), to_hex(line.get_color())) == (marker, color)
    assert len({(line.get_linestyle(), line.get_marker()) for line in ax.lines}) == 4
    assert ax.get_xscale() == "log"
    assert list(artists.ticks(ax.xaxis)) == ["15", "45", "450"]
    bottom, top = ax.get_ylim()
    assert bottom == 0
    assert top > 0.11


def test_errors_are_told_at_both_ends_and_at_45():
    told = FIGURES["errors"]().alt
    assert "at 15 at-bats own average .110, complete pooling .040" in told
    assert "at 45 at-bats own average .070, complete pooling .030" in told
    assert told.endswith("James–Stein .017, partial pooling .018.")


def test_ranks_and_chances_are_drawn_in_one_row(drawn):
    ax, beside = drawn("ranks").axes
    (bars,) = ax.collections
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [[1, 2], [1, 3], [2, 3]]
    ends = [artists.marks(ax, marker="|")[k : k + 3] for k in (0, 3)]
    assert [end.tolist() for end in ends] == [[[1, 0], [1, 1], [2, 2]], [[2, 0], [3, 1], [3, 2]]]
    assert [bar.get_width() for bar in beside.patches] == [0.7, 0.25, 0.05]
    assert [bar.get_y() + bar.get_height() / 2 for bar in beside.patches] == pytest.approx([0, 1, 2])
    assert [text.get_text() for text in beside.texts] == ["70 %", "25 %", "5 %"]
    assert list(artists.ticks(ax.yaxis))[:3] == NAMES


def test_of_many_ranks_the_first_and_each_sixth_are_told(monkeypatch):
    kept = []
    monkeypatch.setattr(figures, "svg", lambda fig, alt: kept.append(fig))
    figures.ranks([f"{k}" for k in range(18)], np.ones(18), np.arange(1, 19), np.full(18, 1 / 18))
    assert kept[0].axes[0].get_xticks().tolist() == [1, 6, 12, 18]


@pytest.mark.parametrize(("x", "text"), [(0.2654, ".265"), (1, "1.000"), (0, ".000")])
def test_an_average_as_it_is_written(x, text):
    assert figures.average(x) == text


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"mean must have shape \(3,\), got shape \(2,\)"):
        figures.players(NAMES, OWN, MEAN[:2], LOWER, UPPER, everybody=0.26)
    with pytest.raises(ValueError, match=r"rest must have shape \(3,\)"):
        figures.players(NAMES, OWN, MEAN, LOWER, UPPER, everybody=0.26, rest=REST[:1])
    with pytest.raises(ValueError, match=r"root_mean_square must be of own average, .*, got guesswork"):
        figures.errors(AT_BATS, {"guesswork": AT_BATS})
    with pytest.raises(ValueError, match="known must be a finite number, got nan"):
        figures.histogram(DRAWS, xlabel="x", known=np.nan, name="y")


def test_what_is_drawn_of_draws_and_ranks_is_told():
    low, middle, high = np.quantile(DRAWS, [0.03, 0.5, 0.97])
    assert FIGURES["histogram"]().alt == (
        f"sd: 94 % of 5,000 draws lie between {low:.3f} and {high:.3f}, half of them below {middle:.3f}. "
        "Marked: the rest, 0.027."
    )
    assert FIGURES["ranks"]().alt == (
        "Ranks, 94 % intervals: Ann B 1 to 2, best with 70 %; Cy D 1 to 3, best with 25 %; "
        "Eve F 2 to 3, best with 5 %."
    )
