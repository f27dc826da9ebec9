"""Figures say what they draw, follow the page's colours, and can stand side by side on a page."""

import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree

import artists
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
from scipy import interpolate, stats


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


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


@each_picture
def test_every_reference_stays_within_it(picture):
    targets = re.findall(r'href="([^"]+)"', picture.svg) + re.findall(r"url\(([^)]+)\)", picture.svg)
    assert {target.removeprefix("#") for target in targets} == set(ids(picture))
    assert len(ids(picture)) == len(set(ids(picture)))


def test_no_two_figures_share_an_identifier():
    for one, other in combinations(PICTURES.values(), 2):
        assert not set(ids(one)) & set(ids(other))


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


def test_department_styles_differ_in_colour_in_marker_and_in_dash():
    styles = style.DEPARTMENTS.values()
    assert [one.color for one in styles] == [style.BLUE, style.ORANGE, style.TEAL]
    assert len({one.marker for one in styles}) == len({one.dash for one in styles}) == 3


@pytest.mark.parametrize("count", [0, 5])
def test_curves_are_one_to_four(count):
    with pytest.raises(ValueError, match=f"lines must hold 1 to 4 curves, got {count}"):
        curves(X, {str(k): X for k in range(count)}, xlabel="x", alt="Curves.")
    assert curves(X, {"one": X}, xlabel="x", alt="One curve.").alt == "One curve."


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


def test_the_half_cauchy_is_drawn_with_half_of_it_filled(drawn):
    (ax,) = drawn("half_cauchy").axes
    curve, median = ax.lines
    tau, density = curve.get_data()
    np.testing.assert_allclose(density, stats.halfcauchy(scale=3).pdf(tau), rtol=1e-12)
    assert list(median.get_xdata()) == [3, 3]
    (fill,) = ax.collections
    x, y = fill.get_paths()[0].vertices.T
    area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
    assert area == pytest.approx(0.5, abs=1e-3)
    beyond = f"{100 * stats.halfcauchy(scale=3).sf(30):.0f} %"
    assert [text.get_text() for text in ax.texts] == [
        "median 3: half of it lies below",
        f"{beyond} lies beyond 30",
    ]
    assert f"median is 3 minutes; {beyond} of it lies beyond 30." in PICTURES["half_cauchy"].alt


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


# -- what is drawn, read back ------------------------------------------------------------------------------

T = COURSE.theta


@pytest.mark.parametrize("name", ["complete", "none"])
def test_a_density_is_drawn_with_its_prior_and_its_likelihood(drawn, name):
    """Of n arrivals with sd 15 the likelihood, made of area 1, is a normal with sd 15/√n at their mean."""
    fig = drawn(name)
    looks = artists.legend_looks(fig)
    assert list(looks) == ["prior", "likelihood", "posterior"]
    rows = [(ONE_MEETING, 4.5, 8)]
    if name == "none":
        rows = zip(LARGE_MEETING, (0.64, -9.6, 19.2), (12, 12, 12), strict=True)
    for d, (ax, (t, mean, sd)) in enumerate(zip(fig.axes, rows, strict=True)):
        t = np.array(t)[np.isfinite(t)]
        own = {"color": style.DEPARTMENTS[d].color} if name == "none" else {}
        for kind, density in {
            "prior": stats.norm(0, 20),
            "likelihood": stats.norm(t.mean(), 15 / np.sqrt(t.size)),
            "posterior": stats.norm(mean, sd),
        }.items():
            look = looks[kind]._replace(**own if kind == "posterior" else {})
            x, y = next(line.get_data() for line in ax.lines if artists.look(line) == look)
            np.testing.assert_array_equal(x, T)
            np.testing.assert_allclose(y, density.pdf(T), rtol=2e-3, atol=1e-6)
        ((at, height),) = artists.marks(ax, artists.TEXT)
        assert at == pytest.approx(mean, abs=1e-3)
        assert height == pytest.approx(stats.norm(mean, sd).pdf(mean), rel=0.01)
        low, high = ax.get_xlim()
        assert low < min(t) <= max(t) < high


@pytest.mark.parametrize("name", ["complete", "none"])
def test_arrivals_are_marked_under_the_axis_as_those_of_their_department(drawn, name):
    axes = drawn(name).axes
    for d, (color, marker, _) in enumerate(style.DEPARTMENTS.values()):
        ax, t = (axes[0], ONE_MEETING[[d]]) if name == "complete" else (axes[d], LARGE_MEETING[d])
        x, y = artists.marks(ax, color, marker).T
        np.testing.assert_array_equal(x, np.sort(t[np.isfinite(t)]))
        assert (ax.get_ylim()[0] < y).all()
        assert (y < 0).all()
        label = f"{('Government', 'English', 'Math')[d] if name == 'complete' else 'observed'} "
        (written,) = (text for text, at, _ in artists.words(ax) if text.startswith(label) and at == x[-1])
        assert written == label + ", ".join(f"{value:g}".replace("-", "−") for value in x)


def test_mu_and_tau_stand_over_their_priors_and_their_intervals(drawn):
    fig = drawn("marginals")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["prior", "posterior", "94 % HDI"]
    for ax, marginal, prior, center in zip(
        fig.axes,
        (POSTERIOR.mu, POSTERIOR.tau),
        (stats.norm(0, 10), stats.halfcauchy(scale=3)),
        (POSTERIOR.mu.mean, POSTERIOR.tau.median),
        strict=True,
    ):
        line = {
            kind: next(line.get_data() for line in ax.lines if artists.look(line) == look)
            for kind, look in looks.items()
        }
        np.testing.assert_allclose(line["prior"], (marginal.values, prior.pdf(marginal.values)))
        np.testing.assert_array_equal(line["posterior"], (marginal.values, marginal.density))
        (low, high), height = line["94 % HDI"]
        assert list(height) == [0, 0]
        within = (marginal.values >= low) & (marginal.values <= high)
        assert marginal.probability[within].sum() == pytest.approx(0.94, abs=0.02)
        assert marginal.probability[within].min() >= marginal.probability[~within].max() - 0.002
        ((at, up),) = artists.marks(ax, artists.TEXT)
        assert at == center
        assert up == pytest.approx(np.interp(at, marginal.values, marginal.density))
    ends = next(x for x, y in artists.lines(fig.axes[0]) if list(y) == [0, 0])
    np.testing.assert_allclose(ends, stats.norm(3, 6).interval(0.94), atol=0.5)  # half a cell
    written = [text for ax in fig.axes for text, _, _ in artists.words(ax)]
    assert written == [f"E[μ] = {POSTERIOR.mu.mean:.2f}", f"median of τ = {POSTERIOR.tau.median:.2f}"]


def test_a_contour_holds_what_is_written_on_it(drawn):
    """It lies between what is denser than its ring and what is as dense: points alike come together."""
    (ax,) = drawn("joint").axes
    np.testing.assert_allclose(artists.marks(ax, marker="+"), [(3, 5)], atol=0.5)  # half a cell
    density = stats.norm(3, 6).pdf(COURSE.mu)[:, None] * stats.norm(5, 3).pdf(COURSE.tau)
    labels = [(text, x, y) for text, x, y in artists.words(ax)]
    assert {text for text, _, _ in labels} == {"50 %", "80 %", "94 %"}
    drawn_density = interpolate.RegularGridInterpolator((COURSE.mu, COURSE.tau), density)
    levels = {}
    for path in next(each for each in ax.collections if each.get_linewidths()[0] == 1.2).get_paths():
        along = drawn_density(path.vertices)
        level = np.median(along)
        np.testing.assert_allclose(along, level, rtol=0.01)  # a label cuts a ring inside a cell
        above, held = (
            density[density >= level * edge].sum() / density.sum() for edge in (1 + 1e-6, 1 - 1e-6)
        )
        (share,) = (one for one in (50, 80, 94) if above <= one / 100 <= held)
        levels[f"{share} %"] = level
    assert len(levels) == 3
    for text, *at in labels:
        off = {name: abs(np.log(drawn_density(at)[0] / level)) for name, level in levels.items()}
        assert min(off, key=off.get) == text
    assert ax.get_xlabel().startswith("μ")


def test_the_way_leads_from_the_arrival_to_the_estimate(drawn):
    fig = drawn("departments")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["observed", "no pooling", "partial pooling", "complete pooling"]
    for d, (ax, mean) in enumerate(zip(fig.axes, PARTIAL.mean, strict=True)):
        color = style.DEPARTMENTS[d].color
        x, y = artists.lines(ax, color, artists.NO_MARK)[0]
        np.testing.assert_allclose((x, y), (T, PARTIAL.density[d] / PARTIAL.density.max()))
        at = {}
        for name in ("observed", "no pooling", "partial pooling"):
            look = looks[name]
            (at[name],) = (
                line.get_xydata()[0] for line in ax.lines if artists.look(line)[:2] == (color, look.marker)
                and (line.get_markerfacecolor() == "none") == (name == "no pooling")
            )  # fmt: skip
        assert [x for x, _ in at.values()] == [ONE_MEETING[d], MARKS["no_pooling"][d], mean]
        assert np.all(np.diff([y for _, y in at.values()]) < 0)
        assert artists.arrows(ax) == [(tuple(at["observed"]), tuple(at["partial pooling"]))]
        (line,) = (line for line in ax.lines if artists.look(line) == looks["complete pooling"])
        assert line.get_xdata() == [4.5, 4.5]
        assert [text for text, _, _ in artists.words(ax)][-1] == f"E[θ] = {mean:.2f}"


def test_an_answer_is_drawn_from_one_sd_below_to_one_above_its_mean(drawn):
    (ax,) = drawn("comparison").axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["grid", "exact"] * 3
    rows = iter(ax.get_yticks())
    for d, (color, _, _) in enumerate(style.DEPARTMENTS.values()):
        answers = [(PARTIAL.mean[d], PARTIAL.sd[d]), ([3, 0, 7][d], [8, 9, 9][d])]
        spans = [(x, y) for x, y in artists.lines(ax, color, artists.NO_MARK)]
        for (mean, sd), (x, y), mark in zip(answers, spans, artists.marks(ax, color), strict=True):
            row = next(rows)
            np.testing.assert_allclose(x, [mean - sd, mean + sd])
            assert list(y) == [row, row]
            assert list(mark) == [mean, row]
            assert (f"{mean:.2f}", mean + sd, row) in artists.words(ax)
        ((arrival, head),) = artists.marks(ax, color, style.ESTIMATORS["observed"]["marker"])
        assert arrival == ONE_MEETING[d]
        assert head < row
        assert (("Government", "English", "Math")[d], head) in [(text, y) for text, _, y in artists.words(ax)]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_curves_are_drawn_as_they_are_named(drawn):
    fig = drawn("curves")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    for name, y in {"flat": 0 * X + 1, "bell": np.exp(-X * X)}.items():
        (line,) = (line for line in ax.lines if artists.look(line) == looks[name])
        np.testing.assert_array_equal(line.get_data(), (X, y))
    ((mode, up),) = artists.lines(ax, artists.TEXT)
    assert (list(mode), up[0], artists.words(ax)[0][:2]) == ([0, 0], 0, ("mode", 0))
    assert up[1] > 1


def told(name):
    """Return the numbers of an alternative text."""
    return [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", PICTURES[name].alt)]


@pytest.mark.parametrize("name", ["departments", "comparison", "marginals"])
def test_a_number_that_is_said_is_drawn(drawn, name):
    """To the two places that are said, beside the share that intervals hold and the scales of priors."""
    lines = [line for ax in drawn(name).axes for line in artists.lines(ax)]
    xs = [x for x, _ in lines]
    if name == "comparison":  # its sds are half of what is drawn
        xs += [np.ptp(x, keepdims=True) / 2 for x, _ in lines if len(x) == 2]
    besides = {94, *SCALES.values()} if name == "marginals" else set()
    numbers = [x for x in told(name) if x not in besides]
    assert len(numbers) >= 5
    for number in numbers:
        assert np.min(np.abs(np.concatenate(xs) - number)) <= 0.0051, number
