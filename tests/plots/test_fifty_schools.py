"""The figures of chapter 10 draw and say the numbers they were given."""

import numpy as np
import pictures
import pytest
from pooling.plots import fifty_schools as figures

MEAN, SIZE = np.array([55.0, 66.0, 61.0, 64.0]), np.array([4, 9, 50, 90])
SHRUNK = np.array([61.0, 64.0, 61.5, 63.9])
HDI = np.stack([SHRUNK - 2, SHRUNK + 2], axis=1)
SCORES = np.array([52.0, 60.0, 71.0, 48.0, 83.0])
FIGURES = {
    "sizes": lambda: figures.sizes(SIZE),
    "histograms": lambda: figures.histograms(SCORES, [0, 0, 0, 1, 1], (0, 1)),
    "estimates": lambda: figures.estimates(
        SIZE, {"no pooling": (MEAN, HDI, 61.5), "partial pooling": (SHRUNK, HDI, 62.6)}
    ),
    "moves": lambda: figures.moves(MEAN, SIZE, SHRUNK, mu=62.6, sigma=10, tau=2),
    "replicated": lambda: figures.replicated(
        {"complete pooling": np.array([1.0, 1.5, 2.0, 2.5])}, 2.4, xlabel="sd of means"
    ),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return pictures.texts(PICTURES[name])


@each_picture
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


def test_sizes_are_said():
    assert PICTURES["sizes"].alt == "Students in each of 4 schools: from 4 to 90, median 29.5, 153 in all."


def test_each_school_has_its_histogram():
    assert {"school 0: 3 students, mean 61.0", "school 1: 2 students, mean 65.5"} <= set(texts("histograms"))
    assert "school 1: 2 students from 48 to 83, mean 65.5" in PICTURES["histograms"].alt


def test_each_model_has_its_panel():
    assert {"no pooling, mean 61.5", "partial pooling, mean 62.6"} <= set(texts("estimates"))
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


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"models must be of some of no pooling, .*got 'all pooling'"):
        figures.estimates(SIZE, {"all pooling": (MEAN, HDI, 61.5)})
    with pytest.raises(ValueError, match="statistics must be of some of"):
        figures.replicated({}, 1, xlabel="x")
    with pytest.raises(ValueError, match=r"edges must leave groups in all three classes, got \(1, 2\)"):
        figures.moves(MEAN, SIZE, SHRUNK, mu=62, sigma=10, tau=2, edges=(1, 2))
