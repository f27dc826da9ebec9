"""The figures of chapter 6 draw and say the numbers they were given."""

import numpy as np
import pictures
import pytest
from pooling.departments import LARGE_MEETING
from pooling.grids import COURSE, PUBLISHED
from pooling.learned_variance import sigma_grids
from pooling.plots import learned_variance as figures
from pooling.posterior import Marginal, Posterior


def bell(x, mean, sd):
    """Normal probabilities on the points x, a row for each mean."""
    p = np.exp(-0.5 * ((x - np.array(mean)[:, None]) / np.array(sd)[:, None]) ** 2)
    return Marginal(x, p / p.sum(axis=1, keepdims=True))


THETA = bell(COURSE.theta, [-0.5, -14, 10.25], [6, 2, 18])
OTHER = bell(PUBLISHED.theta, [0.5, -15, 23.75], [6, 2, 8])
SIGMA = Marginal(sigma_grids.quantiles(60).sigma, np.full((3, 60), 1 / 60), sigma_grids.quantiles(60).edges)
FIGURES = {
    "posteriors": lambda: figures.posteriors(Posterior(THETA, sigma=SIGMA), t=LARGE_MEETING, sigma_scale=5),
    "published": lambda: figures.published({"(10, 1)": (OTHER, THETA), "(1, 1)": (OTHER, OTHER)}),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


@each_picture
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


def test_posteriors_are_drawn_and_said():
    shown = pictures.texts(PICTURES["posteriors"])
    assert {"Government", "English", "Math", "E[θ] = −14.00"} <= set(shown)
    assert shown.count("median of σ = 5.00") == 3
    assert "Math: observed 30; theta mean 10.25, sd 17.99; sigma median 5.00" in PICTURES["posteriors"].alt


def test_a_department_without_arrivals_is_said_to_have_none():
    t = LARGE_MEETING.copy()
    t[2] = np.nan
    picture = figures.posteriors(Posterior(THETA, sigma=SIGMA), t=t, sigma_scale=5)
    assert "Math: observed nobody" in picture.alt


def test_published_and_mended_are_drawn_and_said():
    shown = pictures.texts(PICTURES["published"])
    assert {"(10, 1)", "(1, 1)", "θ, published", "θ, mended", "Math 10.25"} <= set(shown)
    assert "(10, 1): published Government 0.50, English -15.00" in PICTURES["published"].alt
    assert "mended Government -0.50, English -14.00, Math 10.25." in PICTURES["published"].alt


def test_bad_arguments():
    with pytest.raises(ValueError, match="rows must hold at least one setting"):
        figures.published({})
    with pytest.raises(ValueError, match=r"sigma_scale must be > 0.*got 0"):
        figures.posteriors(Posterior(THETA, sigma=SIGMA), t=LARGE_MEETING, sigma_scale=0)
