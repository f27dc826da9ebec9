"""The figures of chapter 8 draw and say the numbers they were given."""

import artists
import numpy as np
import pictures
import pytest
from matplotlib.colors import to_hex
from pooling.plots import shrinkage_formula as figures

MEAN, SIZE = np.array([55.0, 66.0, 61.0, 64.0]), np.array([4, 9, 50, 90])
SHRUNK = np.array([61.0, 64.0, 61.5, 63.9])
FIGURES = {
    "weights": lambda: figures.weights([1, 5, 20]),
    "regression": lambda: figures.regression(MEAN, SHRUNK, mu=63, weight=0.5),
    "arrows": lambda: figures.arrows(MEAN, SIZE, SHRUNK, mu=63),
    "strips": lambda: figures.strips({"own": MEAN, "pulled": SHRUNK}, odd=1, centers={"pulled": 62.345}),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return pictures.texts(PICTURES[name])


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_the_weights_say_where_half_is():
    assert {"sigma / tau", "1", "5", "20"} <= set(texts("weights"))
    assert "sigma over tau 5: one half at n = 25, 0.80 at n = 100." in PICTURES["weights"].alt


def test_the_lines_of_the_regression_are_named():
    assert {"no pooling: slope 1", "partial pooling: slope 0.5"} <= set(texts("regression"))
    assert "partial pooling with slope 0.50" in PICTURES["regression"].alt


def test_the_arrows_say_who_moves():
    assert {"own mean", "estimate", "μ"} <= set(texts("arrows"))
    assert "moves by 4.00 on average, the larger half by 0.30" in PICTURES["arrows"].alt


def test_the_strips_say_towards_what():
    assert {"own", "pulled", "62.3"} <= set(texts("strips"))
    assert "own: others 55.0 to 64.0, mean 60.00, the odd one 66.0." in PICTURES["strips"].alt
    assert "pulled: pulled towards 62.34, others" in PICTURES["strips"].alt


def test_an_own_alternative_text_wins():
    assert figures.weights([1], alt="mine").alt == "mine"


def test_four_curves_can_be_told_apart():
    assert figures.weights([1, 2, 3, 4]).alt.count("one half at") == 4


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="ratios must hold 1 to 4 numbers, got 5"):
        figures.weights([1, 2, 3, 4, 5])
    with pytest.raises(ValueError, match=r"shrunk must have shape \(4,\), got shape \(2,\)"):
        figures.arrows(MEAN, SIZE, [1, 2], mu=63)
    with pytest.raises(ValueError, match=r"truth must have shape \(4,\)"):
        figures.regression(MEAN, [1], mu=63, weight=0.5)


def test_a_weight_is_one_half_at_its_mark(drawn):
    """The chapter's formula: n tau² / (n tau² + sigma²)."""
    fig = drawn("weights")
    (ax,) = fig.axes
    assert list(artists.legend(fig)) == ["1", "5", "20"]
    for ratio, look in zip((1, 5, 20), artists.legend_looks(fig).values(), strict=True):
        (curve,) = (line for line in ax.lines if artists.look(line) == look._replace(marker=artists.NO_MARK))
        n, weight = curve.get_data()
        np.testing.assert_allclose(weight, n / (n + ratio**2))
        assert (n[0], n[-1]) == (0, 100)
        marks = artists.marks(ax, look.color, look.marker)
        np.testing.assert_array_equal(marks, [[ratio**2, 0.5]] if ratio < 20 else np.empty(0))
    assert ax.get_xlim() == (0, 100)
    assert ax.get_ylim() == (0, 1)
    assert artists.lines(ax, artists.TEXT)[0][1] == pytest.approx([0.5, 0.5])


def test_the_regression_draws_three_lines_through_the_population_mean(drawn):
    fig = drawn("regression")
    (ax,) = fig.axes
    np.testing.assert_array_equal(artists.marks(ax, marker="."), np.column_stack([MEAN, SHRUNK]))
    for (label, look), slope in zip(artists.legend_looks(fig).items(), (1, 0.5, 0), strict=True):
        assert label.endswith(f"slope {slope:g}")
        (curve,) = (line for line in ax.lines if artists.look(line) == look)
        assert curve.get_xdata().tolist() == [55, 66]
        np.testing.assert_allclose(curve.get_ydata(), [63 - 8 * slope, 63 + 3 * slope])
    low, high = ax.get_ylim()
    assert low < SHRUNK.min() < SHRUNK.max() < high


def test_an_arrow_leads_from_the_own_mean_to_the_estimate(drawn):
    fig = drawn("arrows")
    (ax,) = fig.axes
    starts, points = zip(*artists.arrows(ax), strict=True)
    np.testing.assert_array_equal(starts, np.column_stack([SIZE, MEAN]))
    np.testing.assert_array_equal(points, np.column_stack([SIZE, SHRUNK]))
    looks = artists.legend_looks(fig)
    assert list(looks) == ["own mean", "estimate", "μ"]
    own = looks["own mean"]
    np.testing.assert_array_equal(artists.marks(ax, own.color, own.marker), np.column_stack([SIZE, MEAN]))
    (line,) = (line for line in ax.lines if artists.look(line) == looks["μ"])
    assert line.get_ydata() == [63, 63]
    colors = {to_hex(text.arrow_patch.get_edgecolor()) for text in ax.texts}
    assert colors == {looks["estimate"].color}


def test_a_strip_has_every_group_and_what_they_were_pulled_towards(drawn):
    fig = drawn("strips")
    (ax,) = fig.axes
    school, odd, used = artists.legend_looks(fig).values()
    assert list(artists.legend(fig)) == ["school", "odd one", "μ used"]
    others = [(x, row) for row, values in enumerate((MEAN, SHRUNK)) for x in values[[0, 2, 3]]]
    np.testing.assert_array_equal(artists.marks(ax, school.color, school.marker), others)
    np.testing.assert_array_equal(artists.marks(ax, odd.color, odd.marker), [[66, 0], [64, 1]])
    ((at, level),) = artists.marks(ax, used.color, used.marker)
    assert at == 62.345
    names = {text: y for text, _, y in artists.words(ax)}
    assert names["own"] < 0 < names["pulled"] < 1 < level < 1.5  # a row: its name, its groups, their center
    low, high = ax.get_ylim()
    assert low > high  # the first row is the upper one
    assert names.keys() == {"own", "pulled", "62.3"}
