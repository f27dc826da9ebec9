"""The figures of chapter 14: what they say they show is what they were given."""

import artists
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import StepPatch
from pooling.calibration import uniformity
from pooling.calibration.three_engines import Row
from pooling.plots.calibration import agreement, histograms, p_text
from pooling.plots.palette import PURPLE
from scipy import stats

EVEN = (np.arange(1000) + 0.5) / 1000


def _row(model, apart):
    return Row(model, "mean", "mu", None, 1.0, 1 + 0.1 * apart, 0.1, 1.0)


def test_histograms_tell_their_test():
    steep = np.concatenate([np.zeros(500), EVEN])
    drawn = histograms({"even": uniformity(EVEN), "piled up": uniformity(steep)})
    assert "even: χ² 0 with 24 degrees of freedom, p 1, 0 of 25 bins outside the band" in drawn.alt
    assert "piled up: χ²" in drawn.alt
    assert "highest 9.00 times uniform" in drawn.alt  # 540 of 1500, where 60 are expected
    assert "×9.0" in drawn.svg
    assert "p &lt; 10⁻¹²" in drawn.svg


def test_a_mark_for_each_parameter():
    drawn = agreement([_row("one", 1.5), _row("two", -2.5), _row("two", 0.5)])
    assert "one: 1 parameter, at most 1.5. two: 2 parameters, at most 2.5." in drawn.alt


@pytest.mark.parametrize(
    ("p", "text"), [(0.5, "p = 0.5"), (0.0123, "p = 0.012"), (3e-5, "p < 10⁻⁴"), (0, "p < 10⁻¹²")]
)
def test_p_for_the_eye(p, text):
    assert p_text(p) == text


def test_one_to_four_histograms():
    with pytest.raises(ValueError, match="tests must hold 1 to 4 histograms, got 0"):
        histograms({})


#: Counts 20, 35, 25 and 120 in four bins, where 50 are expected.
FIGURES = {
    "histograms": lambda: histograms(
        {"uneven": uniformity(np.repeat([0.1, 0.3, 0.6, 0.9], [20, 35, 25, 120]), bins=4)}
    ),
    "agreement": lambda: agreement([_row("one", 1.5), _row("two", -2.5), _row("two", 0.5)]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_a_histogram_is_drawn_in_multiples_of_what_is_expected(drawn):
    fig = drawn("histograms")
    (ax,) = fig.axes
    (outline,) = (patch for patch in ax.patches if isinstance(patch, StepPatch))
    heights, edges, _ = outline.get_data()
    np.testing.assert_allclose(edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(heights, [0.4, 0.7, 0.5, heights.max()])
    assert heights.max() < 120 / 50  # cut, and said so
    assert artists.words(ax)[0][:2] == ("×2.4", 0.875)
    low, high = stats.binom(200, 0.25).interval(1 - 0.01 / 4)  # all four bins together
    band = next(patch for patch in ax.patches if patch.get_facecolor()[:3] == to_rgb(PURPLE))
    (_, bottom), (_, top) = band.get_bbox().get_points()
    assert (bottom, top) == pytest.approx((low / 50, high / 50))
    assert low > 25
    np.testing.assert_allclose(artists.bars(ax)[:, 0], [0, 0.5, 0.75])  # the bins outside it
    assert list(artists.legend(fig)) == ["ranks", "99 % band", "outside"]
    assert artists.lines(ax)[0][1] == pytest.approx([1, 1])


def test_a_model_has_its_marks_in_its_row(drawn):
    (ax,) = drawn("agreement").axes
    np.testing.assert_allclose(artists.marks(ax, marker="|"), [(1.5, 0.12), (-2.5, 1.12), (0.5, 1.12)])
    assert [(text, round(row)) for text, _, row in artists.words(ax)] == [("one", 0), ("two", 1)]
    upright = sorted(x[0] for x, _ in artists.lines(ax, artists.TEXT, artists.NO_MARK))
    assert upright == [-4, 0, 4]
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (-2, 2)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_an_uneven_histogram_is_told():
    """χ² is (30² + 15² + 25² + 70²) / 50."""
    assert FIGURES["histograms"]().alt == (
        "Rank histograms. uneven: χ² 133 with 3 degrees of freedom, p below 1e-12, 3 of 4 bins outside "
        "the band, lowest 0.40 and highest 2.40 times uniform."
    )
