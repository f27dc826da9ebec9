"""Figures say what they draw, follow the page's colours, and can stand side by side on a page."""

import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from pictures import contrast
from pooling.departments import LARGE_MEETING, ONE_MEETING
from pooling.grids import COURSE
from pooling.plots import meetings, panels, style
from pooling.plots.curves import curves
from pooling.plots.picture import SVG
from pooling.plots.style import figure, svg
from pooling.posterior import Marginal, Posterior
from scipy import stats


def bell(x, mean, sd):
    """Normal probabilities on the points x, a row for each mean."""
    p = np.exp(-0.5 * ((x - np.atleast_1d(mean)[:, None]) / np.atleast_1d(sd)[:, None]) ** 2)
    return Marginal(x, np.squeeze(p / p.sum(axis=1, keepdims=True)))


ONE = bell(COURSE.theta, 4.5, 8)
OWN = bell(COURSE.theta, [0.64, -9.6, 19.2], [12, 12, 12])
PARTIAL = bell(COURSE.theta, [2.5, 0.25, 7.125], [8.5, 9, 9.5])
POSTERIOR = Posterior(PARTIAL, bell(COURSE.mu, 3, 6), bell(COURSE.tau, 5, 3))
JOINT = np.outer(POSTERIOR.mu.probability, POSTERIOR.tau.probability)
PRIOR = {"mu": 0, "tau": 20, "sigma": 15}
SCALES = {"mu_scale": 10, "tau_scale": 3}
MARKS = {"no_pooling": [0.64, -9.6, 19.2], "complete_pooling": 4.5}
X = np.linspace(-3, 3, 61)

FIGURES = {
    "curves": lambda: curves(
        X, {"flat": 0 * X + 1, "bell": np.exp(-X * X)}, xlabel="x", marks={"mode": 0}, alt="Two curves."
    ),
    "complete": lambda: meetings.densities(ONE, t=ONE_MEETING, **PRIOR),
    "none": lambda: meetings.densities(OWN, t=LARGE_MEETING, **PRIOR),
    "marginals": lambda: meetings.marginals(POSTERIOR, **SCALES),
    "half_cauchy": lambda: meetings.half_cauchy(3),
    "joint": lambda: meetings.joint(COURSE.mu, COURSE.tau, JOINT),
    "departments": lambda: meetings.departments(PARTIAL, t=ONE_MEETING, **MARKS),
    "comparison": lambda: meetings.comparison(
        {"grid": PARTIAL, "exact": ([3, 0, 7], [8, 9, 9])}, t=ONE_MEETING
    ),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture.svg).iter(f"{{{SVG}}}text")]


def ids(picture):
    return re.findall(r'\bid="([^"]+)"', picture.svg)


@each_picture
def test_a_figure_is_a_named_image(picture):
    root = ElementTree.fromstring(picture.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", picture.alt)


@each_picture
def test_it_follows_the_page(picture):
    for fixed in ("black", "white", "#000", "#fff", "font-family", "<image", "#b0b0b0", "#cccccc"):
        assert fixed not in picture.svg
    assert "currentColor" in picture.svg
    assert texts(picture)


@each_picture
def test_every_reference_stays_within_it(picture):
    targets = re.findall(r'href="([^"]+)"', picture.svg) + re.findall(r"url\(([^)]+)\)", picture.svg)
    assert {target.removeprefix("#") for target in targets} == set(ids(picture))
    assert len(ids(picture)) == len(set(ids(picture)))


def test_no_two_figures_share_an_identifier():
    for one, other in combinations(PICTURES.values(), 2):
        assert not set(ids(one)) & set(ids(other))


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_data_give_the_same_bytes(name):
    assert FIGURES[name]() == PICTURES[name]


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("page", ["#ffffff", "#14181e", "#121212"])
def test_every_colour_is_seen_on_light_and_dark_pages(page):
    colors = {color for picture in PICTURES.values() for color in re.findall(r"#[0-9a-f]{6}", picture.svg)}
    colors |= {style.BLUE, style.ORANGE, style.TEAL, style.PURPLE}
    assert {color: contrast(color, page) for color in colors if contrast(color, page) < 3} == {}


def test_curves_and_estimators_differ_without_their_colour():
    kinds = [style["linestyle"] for style in style.KINDS.values()]
    marks = [(style.get("marker"), style.get("markerfacecolor")) for style in style.ESTIMATORS.values()]
    assert len(set(kinds)) == len(kinds)
    assert len(set(marks)) == len(marks)


def test_department_styles_differ_in_marker_and_in_dash():
    styles = style.DEPARTMENTS.values()
    assert len({style.marker for style in styles}) == len({style.dash for style in styles}) == 3


def test_the_mean_is_written_and_said():
    assert "E[θ] = 4.50" in texts(PICTURES["complete"])
    assert "mean 4.50, sd 8.00" in PICTURES["complete"].alt
    assert {"E[θ] = 2.50", "E[θ] = 0.25", "E[θ] = 7.12"} <= set(texts(PICTURES["departments"]))
    assert "Math: observed 30.00, no pooling 19.20, partial pooling 7.12." in PICTURES["departments"].alt
    assert "E[θ] = −9.60" in texts(PICTURES["none"])


def test_the_posterior_is_drawn_as_a_density():
    for posterior, pooled in ((ONE, True), (OWN, False)):
        t = np.full((3, 1), np.nan)
        drawn = panels.theta_curves(posterior, t, 0, 20, 15, pooled)["posterior"]
        assert drawn @ np.gradient(COURSE.theta) == pytest.approx(1, abs=1e-3)
    assert panels.theta_curves(ONE, t, 0, 20, 15, True)["posterior"].max() == pytest.approx(
        0.3989 / 8, rel=1e-3
    )


def test_the_likelihood_narrows_with_the_arrivals_and_has_area_one():
    t = np.array([[4.0, 4, 4], [4, np.nan, np.nan], [np.nan] * 3])
    rows = panels.theta_curves(OWN, t, None, None, 15, False)["likelihood"]
    assert rows[0].max() == pytest.approx(0.3989 / 15 * np.sqrt(3), rel=1e-3)
    assert rows[1].max() == pytest.approx(0.3989 / 15, rel=1e-3)
    assert np.ptp(rows[2]) == 0  # nobody there: it says nothing
    assert COURSE.theta[rows[0].argmax()] == COURSE.theta[rows[1].argmax()] == 4
    pooled = panels.theta_curves(ONE, t, None, None, 15, True)["likelihood"]
    assert pooled.max() == pytest.approx(0.3989 / 15 * 2, rel=1e-3)


def test_curves_without_their_parameters_are_left_out():
    assert "Curves over theta: posterior." in meetings.densities(ONE).alt
    assert "likelihood" not in meetings.densities(ONE, mu=0, tau=20).alt


def test_an_empty_department_is_drawn_and_said():
    t = [1, np.nan, 30]
    picture = meetings.departments(PARTIAL, t=t)
    assert "English: observed nobody, partial pooling 0.25." in picture.alt
    assert "nan" not in picture.svg.lower()
    assert "English: observed nobody" in meetings.densities(OWN, t=t, **PRIOR).alt


def test_a_department_mean_is_over_those_who_came():
    np.testing.assert_array_equal(panels.mean_arrivals(LARGE_MEETING), [2 / 3, -15, 30])
    np.testing.assert_array_equal(panels.mean_arrivals([1, np.nan, 30]), [1, np.nan, 30])


def test_regions_hold_what_they_claim():
    """A uniform block of 10 x 10 cells within zeros is its own 94 % region, to a cell."""
    probability = np.zeros((121, 60))
    probability[50:60, 20:30] = 0.01 + 1e-6 * np.arange(100).reshape(10, 10)
    probability /= probability.sum()
    alt = meetings.joint(COURSE.mu, COURSE.tau, probability).alt
    assert "Most probable point (cross): mu -1.0, tau 29.5" in alt
    assert "mu from -10.0 to -1.0 and tau from 20.5 to 29.5" in alt


def test_the_comparison_says_every_mean_and_sd():
    alt = PICTURES["comparison"].alt
    assert "Math: grid 7.12 (9.50), exact 7.00 (9.00)." in alt
    assert {"7.12", "7.00", "0.25", "observed −15"} <= set(texts(PICTURES["comparison"]))


def test_the_half_cauchy_is_drawn_with_half_of_it_filled(monkeypatch):
    kept = []
    monkeypatch.setattr(meetings, "svg", lambda fig, alt: kept.append((fig, alt)))
    meetings.half_cauchy(5)
    ((fig, alt),) = kept
    (ax,) = fig.axes
    curve, median = ax.lines
    tau, density = curve.get_data()
    np.testing.assert_allclose(density, stats.halfcauchy(scale=5).pdf(tau), rtol=1e-12)
    assert list(median.get_xdata()) == [5, 5]
    (fill,) = ax.collections
    x, y = fill.get_paths()[0].vertices.T
    area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
    assert area == pytest.approx(0.5, abs=1e-3)
    beyond = f"{100 * stats.halfcauchy(scale=5).sf(50):.0f} %"
    assert [text.get_text() for text in ax.texts] == [
        "median 5: half of it lies below",
        f"{beyond} lies beyond 50",
    ]
    assert f"median is 5 minutes; {beyond} of it lies beyond 50." in alt


def test_words_of_ones_own_replace_the_default():
    assert meetings.densities(ONE, alt="A bell.").alt == "A bell."


def test_a_readers_settings_neither_show_nor_change():
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "pink", "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        assert FIGURES["departments"]() == PICTURES["departments"]
        assert dict(mpl.rcParams) == before


def test_svg_empties_the_figure():
    fig, ax = figure()
    ax.plot([1, 2])
    assert "<svg" in svg(fig, alt="A line.").svg
    assert fig.axes == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: meetings.densities(ONE, t=[1, 2]), "t must have shape"),
        (lambda: meetings.departments(PARTIAL, t=[1, 2, np.inf]), "t must be finite"),
        (lambda: meetings.departments(PARTIAL, t=ONE_MEETING, no_pooling=[1]), "no_pooling must have shape"),
        (lambda: meetings.comparison({}), "answers must hold 1 to 5 of them, got 0"),
        (lambda: meetings.comparison({"a": ([1, 2], [3, 4])}), r"answers\['a'\] mean must have shape"),
        (lambda: curves(X, {}, xlabel="x", alt="x"), "lines must hold 1 to 4 curves, got 0"),
        (lambda: meetings.joint(COURSE.mu, COURSE.tau, JOINT.T), "probability must have shape"),
        (lambda: svg(figure()[0], alt=" "), "alt must say"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_package_itself_loads_no_matplotlib():
    code = "import sys, pooling, pooling.posterior; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
