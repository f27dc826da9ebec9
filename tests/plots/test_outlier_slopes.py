"""The figures of chapter 11 draw and say the numbers they were given."""

import artists
import numpy as np
import pictures
import pytest
from pooling import outlier_slopes
from pooling.plots import outlier_slopes as figures
from pooling.plots.palette import BLUE, ORANGE

DATA = outlier_slopes.simulate()
ROWS = ["bench 0", "bench 7"]
CENTER, INTERVAL = np.array([2.0, 4.5]), np.array([[1.5, 2.5], [3.25, 5.75]])
X = np.linspace(0, 4, 41)
FIGURES = {
    "readings": lambda: figures.readings(DATA, {"alone": 4.639, "pooled": 1.984}),
    "forest": lambda: figures.forest(
        ROWS,
        {"unpooled": (CENTER, INTERVAL), "hierarchical": (CENTER - 0.1, INTERVAL)},
        xlabel="slope", line=("pooled", 1.98, (1.8, 2.2)), truth=[2.04, 1.98],
    ),
    "three lines": lambda: figures.readings(DATA, {"alone": 4.639, "in company": 2.3, "pooled": 1.984}),
    "four series": lambda: figures.forest(
        ROWS, {f"{k}th": (CENTER + k, INTERVAL + k) for k in range(4)}, xlabel="slope"
    ),
    "noise": lambda: figures.forest(ROWS, {"sigma": (CENTER, INTERVAL)}, xlabel="noise"),
    "stacked": lambda: figures.stacked(
        X, {"above": {"prior": np.exp(-X), "posterior": X}, "below": np.exp(-X)},
        xlabel="tau", marks={"truth": 2.0}, alt="Two curves.",
    ),
    "sampling": lambda: figures.sampling(
        ["centred", "non-centred"], [([137, 0], [25, 118]), ([0, 0], [900, 1300])]
    ),
}  # fmt: skip
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return set(pictures.texts(PICTURES[name]))


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_the_readings_of_the_bench_and_its_lines_are_told():
    assert {"alone: 4.64", "pooled: 1.98", "bench 7", "other benches"} <= texts("readings")
    alt = PICTURES["readings"].alt
    assert "Bench 7: 0.6 N 0.4 cm, 0.5 N 0.7 cm, 0.6 N 4.2 cm, 0.6 N 5.1 cm." in alt


def test_a_forest_tells_every_center_and_interval():
    assert {"unpooled", "hierarchical", "pooled", "truth", *ROWS} <= texts("forest")
    alt = PICTURES["forest"].alt
    assert "unpooled: bench 0 2.00 (1.50 to 2.50), bench 7 4.50 (3.25 to 5.75)." in alt
    assert "pooled: 1.98 (1.80 to 2.20). Truth: 2.04, 1.98." in alt


def test_one_answer_needs_no_legend():
    assert "sigma" not in texts("noise")
    assert "sigma: bench 0 2.00" in PICTURES["noise"].alt


def test_curves_are_named():
    assert {"above", "below", "prior", "posterior", "truth", "tau"} <= texts("stacked")


def test_runs_are_told():
    assert {"centred", "non-centred", "smallest ESS", "enough: 400"} <= texts("sampling")
    assert "centred: 137 and 25, 0 and 118. non-centred: 0 and 900" in PICTURES["sampling"].alt


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="lines must hold 1 to 3 slopes, got 4"):
        figures.readings(DATA, dict.fromkeys("abcd", 2.0))
    with pytest.raises(ValueError, match="answers must hold 1 to 4 of them, got 0"):
        figures.forest(ROWS, {}, xlabel="slope")
    with pytest.raises(
        ValueError, match=r"answers\['a'\] interval must have shape \(2, 2\), got shape \(2,\)"
    ):
        figures.forest(ROWS, {"a": (CENTER, CENTER)}, xlabel="slope")
    with pytest.raises(ValueError, match=r"truth must have shape \(2,\)"):
        figures.forest(ROWS, {"a": (CENTER, INTERVAL)}, xlabel="slope", truth=[1])


def test_readings_are_drawn_with_lines_through_the_origin(drawn):
    fig = drawn("readings")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["other benches", "alone: 4.64", "bench 7", "pooled: 1.98"]
    for name, here in (("other benches", DATA.bench != 7), ("bench 7", DATA.bench == 7)):
        marks = artists.marks(ax, looks[name].color, looks[name].marker)
        np.testing.assert_array_equal(marks, np.column_stack([DATA.x, DATA.y])[here])
    for name, slope in (("alone: 4.64", 4.639), ("pooled: 1.98", 1.984)):
        (line,) = (line for line in ax.lines if artists.look(line) == looks[name])
        (x0, x1), y = line.get_data()
        assert x0 == 0
        assert x1 > DATA.x.max()
        np.testing.assert_allclose(y, [0, slope * x1])


def test_a_forest_has_its_intervals_in_their_rows(drawn):
    fig = drawn("forest")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    rows = {}
    for name, center in (("unpooled", CENTER), ("hierarchical", CENTER - 0.1)):
        color, marker, _ = looks[name]
        at, rows[name] = artists.marks(ax, color, marker).T
        np.testing.assert_array_equal(at, center)
        ends = artists.segments(ax, color)
        np.testing.assert_array_equal(ends[:, :, 0], INTERVAL)
        np.testing.assert_array_equal(ends[:, :, 1], np.column_stack([rows[name]] * 2))
        np.testing.assert_array_equal(np.round(rows[name]), [0, 1])
    assert (rows["unpooled"] < rows["hierarchical"]).all()
    (line,) = (line for line in ax.lines if artists.look(line) == looks["pooled"])
    assert line.get_xdata() == [1.98, 1.98]
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((1.8, 2.2))
    truth = artists.marks(ax, looks["truth"].color, looks["truth"].marker)
    np.testing.assert_array_equal(truth, [(2.04, 0), (1.98, 1)])
    assert artists.ticks(ax.yaxis) == {"bench 0": 0, "bench 7": 1}
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_stacked_curves_are_as_high_as_each_other(drawn):
    fig = drawn("stacked")
    above, below = fig.axes
    looks = artists.legend_looks(fig)
    for ax, curves in (
        (above, {"prior": np.exp(-X), "posterior": X / 4}),
        (below, {"posterior": np.exp(-X)}),
    ):
        for name, y in curves.items():
            line = next(line for line in ax.lines if artists.look(line) == looks[name])
            np.testing.assert_allclose(line.get_data(), (X, y))
        (line,) = (line for line in ax.lines if artists.look(line) == looks["truth"])
        assert line.get_xdata() == [2, 2]
    assert [artists.words(ax)[0][0] for ax in fig.axes] == ["above", "below"]


def test_each_run_has_its_mark_in_both_panels(drawn):
    fig = drawn("sampling")
    for ax, which, color in zip(
        fig.axes, (([137, 0], [0, 0]), ([25, 118], [900, 1300])), (ORANGE, BLUE), strict=True
    ):
        assert artists.ticks(ax.yaxis) == {"centred": 0, "non-centred": 1}
        at, row = artists.marks(ax, color, {ORANGE: "x", BLUE: "o"}[color]).T
        np.testing.assert_array_equal(at, np.ravel(which))
        np.testing.assert_array_equal(np.round(row), [0, 0, 1, 1])
        assert ax.get_ylim()[0] > ax.get_ylim()[1]
    (look,) = artists.legend_looks(fig).values()
    (line,) = (line for line in fig.axes[1].lines if artists.look(line) == look)
    assert line.get_xdata() == [400, 400]
    assert [ax.get_xlabel() for ax in fig.axes] == ["divergences, of 4,000 draws", "smallest ESS"]
    assert artists.ticks(fig.axes[0].xaxis) == {"0": 0, "1": 1, "10": 10, "100": 100}
    assert artists.ticks(fig.axes[1].xaxis) == {"10": 10, "100": 100, "1,000": 1000, "10,000": 10_000}
