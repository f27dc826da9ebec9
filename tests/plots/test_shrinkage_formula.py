"""The figures of chapter 8 draw and say the numbers they were given."""

import numpy as np
import pictures
import pytest
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
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


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


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="ratios must hold 1 to 4 numbers, got 5"):
        figures.weights([1, 2, 3, 4, 5])
    with pytest.raises(ValueError, match=r"shrunk must have shape \(4,\), got shape \(2,\)"):
        figures.arrows(MEAN, SIZE, [1, 2], mu=63)
    with pytest.raises(ValueError, match=r"truth must have shape \(4,\)"):
        figures.regression(MEAN, [1], mu=63, weight=0.5)
