"""The figures of chapter 10 draw and say the numbers they were given."""

import artists
import numpy as np
import pictures
import pytest
from pooling.plots import fifty_schools as figures

MEAN, SIZE = np.array([55.0, 66.0, 61.0, 64.0]), np.array([4, 9, 50, 90])
SHRUNK = np.array([61.0, 64.0, 61.5, 63.9])
HDI = np.stack([SHRUNK - 2, SHRUNK + 2], axis=1)
UNEVEN = SHRUNK[:, None] + np.array([[-3, 2], [-1, 2], [-1, 1.5], [-0.5, 0.75]])
SCORES = np.array([52.0, 60.0, 71.0, 48.0, 83.0])
RANKED = np.array([61.0, 64.0, 61.5, 64.9])  # the last of SHRUNK moved to the top
RANKS = np.array([[2, 4], [1, 2], [3, 4], [1, 3]])
FIGURES = {
    "sizes": lambda: figures.sizes(SIZE),
    "histograms": lambda: figures.histograms(SCORES, [0, 0, 0, 1, 1], (0, 1)),
    "estimates": lambda: figures.estimates(
        SIZE, {"no pooling": (MEAN, UNEVEN, 61.5), "partial pooling": (SHRUNK, UNEVEN, 62.6)}
    ),
    "moves": lambda: figures.moves(MEAN, SIZE, SHRUNK, mu=62.6, sigma=10, tau=2),
    "replicated": lambda: figures.replicated(
        {"complete pooling": np.array([1.0, 1.5, 2.0, 2.5])}, 2.4, xlabel="sd of means"
    ),
    "ranking": lambda: figures.ranking(RANKED, HDI, RANKS, named=(3, 0)),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return pictures.texts(PICTURES[name])


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_sizes_are_said():
    assert PICTURES["sizes"].alt == "Students in each of 4 schools: from 4 to 90, median 29.5, 153 in all."


def test_each_school_has_its_histogram():
    assert {"school 0: 3 students, mean 61.0", "school 1: 2 students, mean 65.5"} <= set(texts("histograms"))
    assert "school 1: 2 students from 48 to 83, mean 65.5" in PICTURES["histograms"].alt


def test_each_model_has_its_panel():
    assert {"no pooling, 61.5", "partial pooling, 62.6"} <= set(texts("estimates"))
    assert (
        "No pooling: population mean 61.50; smaller half: posterior means 55.0 to 66.0, HDIs 4.0 wide"
        in PICTURES["estimates"].alt
    )


def test_moves_are_said_class_by_class():
    alt = PICTURES["moves"].alt
    assert {"4 to 9", "50", "90"} <= set(texts("moves"))
    assert "4 to 9 students: about 0.79 of the distance, moved by 6.0 at most" in alt  # 100/(100 + 6.5·4)
    assert "90 students: about 0.22 of the distance" in alt


def test_the_share_beyond_the_data_is_said():
    assert "complete pooling: 25.0 % at or above the data" in texts("replicated")
    assert "sd of means: observed 2.40." in PICTURES["replicated"].alt


def test_a_ranking_draws_each_school_at_its_place(drawn):
    top, bottom = drawn("ranking").axes
    (intervals,), (ranks,) = top.collections, bottom.collections
    # means 61, 64, 61.5 and 64.9: the order is school 3, 1, 2, 0
    assert np.allclose(intervals.get_segments(), [
        [[1, 61.9], [1, 65.9]], [[2, 62], [2, 66]], [[3, 59.5], [3, 63.5]], [[4, 59], [4, 63]]
    ])  # fmt: skip
    assert np.allclose(top.lines[0].get_xydata(), [[1, 64.9], [2, 64], [3, 61.5], [4, 61]])
    assert np.allclose(ranks.get_segments(), [
        [[1, 1], [1, 3]], [[2, 1], [2, 2]], [[3, 3], [3, 4]], [[4, 2], [4, 4]]
    ])  # fmt: skip
    assert [(text.get_text(), *map(float, text.xy)) for text in top.texts] == [("3", 1, 65.9), ("0", 4, 63)]
    low, high = bottom.get_ylim()
    assert low > high  # the best at the top
    assert top.get_xlim() == bottom.get_xlim() == (0, 5)


def test_a_ranking_says_its_ends():
    assert "First place: school 3, mean 64.9 (61.9 to 65.9), rank 1 to 3; last place: school 0" in (
        PICTURES["ranking"].alt
    )
    assert PICTURES["ranking"].alt.endswith("Intervals of ranks hold 2 to 3 places, median 2.5.")


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"ranks must be in \[1, 4\], got 0 to 3"):
        figures.ranking(SHRUNK, HDI, RANKS - 1)
    with pytest.raises(ValueError, match=r"models must be of some of no pooling, .*got 'all pooling'"):
        figures.estimates(SIZE, {"all pooling": (MEAN, HDI, 61.5)})
    with pytest.raises(ValueError, match="statistics must be of some of"):
        figures.replicated({}, 1, xlabel="x")
    with pytest.raises(ValueError, match=r"edges must leave groups in all three classes, got \(1, 2\)"):
        figures.moves(MEAN, SIZE, SHRUNK, mu=62, sigma=10, tau=2, edges=(1, 2))


def test_a_bar_is_as_high_as_its_school_is_large(drawn):
    (ax,) = drawn("sizes").axes
    left, bottom, width, height = artists.bars(ax).T
    np.testing.assert_allclose(left + width / 2, range(4))
    np.testing.assert_array_equal(bottom, 0)
    np.testing.assert_array_equal(height, SIZE)


def test_a_histogram_counts_the_scores_of_its_school_only(drawn):
    for ax, scores in zip(drawn("histograms").axes, (SCORES[:3], SCORES[3:]), strict=True):
        left, _, width, height = artists.bars(ax).T
        assert height.sum() == scores.size
        for start, wide, count in zip(left, width, height, strict=True):
            assert count == ((start <= scores) & (scores < start + wide)).sum()
        assert artists.lines(ax)[0][0] == pytest.approx([scores.mean()] * 2)
        assert ax.get_title("left").endswith(f"{scores.size} students, mean {scores.mean():.1f}")


def test_an_estimate_is_drawn_over_its_size_with_its_interval(drawn):
    fig = drawn("estimates")
    marked, dashed = artists.legend_looks(fig).values()
    assert list(artists.legend(fig)) == ["94 % HDI, mean", "population mean"]
    room = np.concatenate([UNEVEN.ravel(), MEAN, SHRUNK])
    for ax, name, mean, population in zip(
        fig.axes, ("no pooling", "partial pooling"), (MEAN, SHRUNK), (61.5, 62.6), strict=True
    ):
        assert ax.get_title("left") == f"{name}, {population}"
        ends = artists.segments(ax)
        np.testing.assert_array_equal(ends[:, :, 0], np.column_stack([SIZE, SIZE]))
        np.testing.assert_array_equal(ends[:, :, 1], UNEVEN)
        (means, line) = ax.lines
        np.testing.assert_array_equal(means.get_data(), (SIZE, mean))
        assert line.get_ydata() == [population, population]
        assert artists.look(line) == dashed
        assert ax.get_ylim()[0] < room.min() < room.max() < ax.get_ylim()[1]
    assert fig.axes[0].get_ylim() == fig.axes[1].get_ylim()
    assert np.ptp(fig.axes[0].get_ylim()) < 1.1 * np.ptp(room)
    assert marked.marker == "o"


def test_a_move_is_drawn_against_the_distance_with_the_formulas_line(drawn):
    """Of a class the line is -B x, where B = sigma² / (sigma² + n tau²), n its median size."""
    fig = drawn("moves")
    (ax,) = fig.axes
    classes = {"4 to 9": ([0, 1], 6.5), "50": ([2], 50), "90": ([3], 90)}
    assert list(artists.legend(fig)) == list(classes)
    for label, look in artists.legend_looks(fig).items():
        members, n = classes[label]
        np.testing.assert_allclose(
            artists.marks(ax, look.color, look.marker),
            np.column_stack([MEAN - 62.6, SHRUNK - MEAN])[members],
        )
        (line,) = (one for one in ax.lines if artists.look(one) == look._replace(marker=artists.NO_MARK))
        x, y = line.get_data()
        np.testing.assert_allclose(x, [55 - 62.6, 66 - 62.6])
        np.testing.assert_allclose(y, -100 / (100 + n * 4) * x)


def test_replications_are_counted_on_both_sides_of_the_data(drawn):
    (ax,) = drawn("replicated").axes
    left, _, width, height = artists.bars(ax).T
    at = left + width / 2
    assert height.sum() == 4
    for value in (1, 1.5, 2, 2.5):
        assert height[np.abs(at - value).argmin()] == 1
    assert artists.lines(ax)[0][0].tolist() == [2.4, 2.4]


def test_both_halves_of_the_schools_are_told():
    """The smaller two are 4 and 9 students, whose intervals are 5 and 3 wide; the others' 2.5 and 1.25."""
    assert PICTURES["estimates"].alt.endswith(
        "Partial pooling: population mean 62.60; smaller half: posterior means 61.0 to 64.0, HDIs 4.0 wide; "
        "larger half: posterior means 61.5 to 63.9, HDIs 1.9 wide."
    )


def test_schools_of_20_are_small_and_schools_of_60_middling():
    n = np.array([20, 21, 60, 61])
    told = figures.moves([60, 61, 64, 66], n, [61, 61.5, 63.5, 65.5], mu=62.6, sigma=10, tau=2).alt
    assert [part in told for part in ("20 students", "21 to 60 students", "61 students")] == [True] * 3


def test_moves_and_replications_are_told_in_full():
    assert "50 students: about 0.33 of the distance, moved by 0.5 at most; " in PICTURES["moves"].alt
    assert PICTURES["moves"].alt.endswith("moved by 0.1 at most.")
    low, high = np.quantile([1, 1.5, 2, 2.5], [0.03, 0.97])
    assert PICTURES["replicated"].alt.endswith(
        f"Replicated by complete pooling: 94 % between {low:.2f} and {high:.2f}, "
        "25.0 % at or above the observed."
    )
    assert "last place: school 0, mean 61.0 (59.0 to 63.0), rank 2 to 4." in PICTURES["ranking"].alt
