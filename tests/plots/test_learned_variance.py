"""The figures of chapter 6 draw and say the numbers they were given."""

import re

import artists
import numpy as np
import pictures
import pytest
from pooling.departments import LARGE_MEETING
from pooling.grids import COURSE, PUBLISHED
from pooling.learned_variance import sigma_grids
from pooling.plots import learned_variance as figures
from pooling.plots.style import DEPARTMENTS
from pooling.posterior import Marginal, Posterior
from scipy import stats


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
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


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


def test_theta_and_sigma_are_drawn_beside_each_other(drawn):
    fig = drawn("posteriors")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["posterior", "arrivals", "prior", "94 % HDI of σ"]
    for d, (left, right) in enumerate(np.reshape(fig.axes, (3, 2))):
        own = looks["posterior"]._replace(color=DEPARTMENTS[d].color)
        (curve,) = (line for line in left.lines if artists.look(line) == own)
        np.testing.assert_array_equal(curve.get_data(), (COURSE.theta, THETA.density[d]))
        arrivals = artists.marks(left, own.color, looks["arrivals"].marker)
        np.testing.assert_array_equal(arrivals[:, 0], LARGE_MEETING[d])
        assert (arrivals[:, 1] < 0).all()
        assert artists.marks(left, artists.TEXT)[0][0] == THETA.mean[d]
        (prior,) = (line for line in right.lines if artists.look(line) == looks["prior"])
        np.testing.assert_allclose(prior.get_ydata(), stats.halfcauchy(scale=5).pdf(prior.get_xdata()))
        (curve,) = (line for line in right.lines if artists.look(line) == own)
        x, y = curve.get_data()
        np.testing.assert_allclose(y, np.interp(x, SIGMA.values, SIGMA.density[d]))
        ends, feet = next(
            line.get_data() for line in right.lines if artists.look(line) == looks["94 % HDI of σ"]
        )
        held = (ends[0] <= SIGMA.values) & (SIGMA.values <= ends[1])
        assert SIGMA.probability[d, held].sum() == pytest.approx(0.94, abs=2 / 60)
        assert ends[1] < SIGMA.values[-1]
        assert list(feet) == [0, 0]
        assert artists.marks(right, artists.TEXT)[0][0] == SIGMA.median[d]


def test_published_is_on_the_left_and_mended_on_the_right(drawn):
    fig = drawn("published")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["Government", "English", "Math"]
    for ax, theta in zip(fig.axes, (OTHER, THETA, OTHER, OTHER), strict=True):
        for look, density in zip(looks.values(), theta.density, strict=True):
            x, y = next(line.get_data() for line in ax.lines if artists.look(line) == look)
            np.testing.assert_allclose((x, y), (theta.values, density / density.max()))
        assert artists.marks(ax, looks["Math"].color, "^")[0][0] == theta.mean[2]
        assert ax.get_title("right") == f"Math {theta.mean[2]:.2f}"
    assert [ax.get_title("left") for ax in fig.axes] == ["(10, 1)", "", "(1, 1)", ""]
    assert [ax.get_xlabel() for ax in fig.axes[2:]] == ["θ, published", "θ, mended"]


def test_the_interval_of_sigma_is_told():
    for d, said in enumerate(re.findall(r"94 % HDI ([\d.]+) to ([\d.]+)\.", PICTURES["posteriors"].alt)):
        low, high = map(float, said)
        held = (low <= SIGMA.values) & (SIGMA.values <= high)
        assert SIGMA.probability[d, held].sum() == pytest.approx(0.94, abs=1 / 60)
    assert d == 2
    assert "Government: observed -10, 1, 11; theta mean -0.50, sd 6.00" in PICTURES["posteriors"].alt
    assert PICTURES["posteriors"].alt.endswith("half-Cauchy with scale 5.")
