"""The figures of chapter 11 draw and say the numbers they were given."""

import numpy as np
import pictures
import pytest
from pooling import outlier_slopes
from pooling.plots import outlier_slopes as figures

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
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


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
