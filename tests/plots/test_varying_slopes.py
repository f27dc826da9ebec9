"""The figures of chapter 17: what is drawn, read back from the artists, and what is said of it."""

import artists
import numpy as np
import pictures
import pytest
from pooling import varying_slopes
from pooling.plots import varying_slopes as figures
from pooling.plots.palette import BLUE, ORANGE, TEAL

SLEEP = varying_slopes.data()
OWN = np.array([[200.0, 2.0], [280.0, 20.0], [250.0, -3.0]])
THETA, MU = np.array([[215.0, 4.0], [275.0, 17.0], [250.0, 1.0]]), np.array([250.0, 10.0])
SPREAD = np.array([[600.0, 40.0], [40.0, 36.0]])
MANY = np.linspace(200, 300, 18)[:, None] * [1, 0] + np.linspace(-3, 20, 18)[:, None] * [0, 1]
POOLED = 0.7 * MANY + 0.3 * MU
DAY, RHO = np.array([0.0, 5.0, 10.0]), {"own": np.array([-0.2, 0.5, 0.9]), "all": np.array([0.0, 0.7, 0.8])}
RNG = np.random.default_rng(0)
DRAWS = {r"$\tau$": RNG.normal(25, 5, 4000), r"$\rho$": RNG.normal(0, 0.2, 4000)}
X = np.linspace(-1, 1, 201)
LINE, TIME = RNG.normal(250, 20, (3000, 3)) + 10 * DAY, RNG.normal(250, 40, (3000, 3)) + 10 * DAY
FIGURES = {
    "lines": lambda: figures.lines(SLEEP, MANY, POOLED, MU),
    "plane": lambda: figures.plane(
        OWN, THETA, mu=MU, spread=SPREAD, names=["a", "b", "c"], called=["a", "b"]
    ),
    "origins": lambda: figures.origins(DAY, RHO, marked=(0, 5)),
    "scales": lambda: figures.scales(DRAWS, {r"$\tau$": 24.7, r"$\rho$": 0.07}),
    "correlations": lambda: figures.correlations(
        X, {"LKJ(1)": 0 * X + 0.5, "LKJ(2)": 0.75 * (1 - X**2), "LKJ(1) of 10": (1 - X**2) ** 4}
    ),
    "fan": lambda: figures.fan(DAY, LINE, TIME, seen=([0, 5], [240, 310])),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


@pytest.mark.parametrize("name", FIGURES)
def test_the_legend_is_as_wide_as_the_figure_at_most(drawn, name):
    assert pictures.legend_fits(drawn(name))


def test_each_panel_has_its_driver_and_three_lines(drawn):
    axes = drawn("lines").axes
    assert [ax.get_title() for ax in axes] == SLEEP.name.tolist()
    for j in (0, 7, 17):
        ((x, y),) = artists.lines(axes[j], artists.TEXT, "o")
        np.testing.assert_array_equal(y, SLEEP.y[SLEEP.driver == j])
        np.testing.assert_array_equal(x, np.arange(10))
        for color, (a, b) in ((ORANGE, MANY[j]), (BLUE, POOLED[j]), (artists.TEXT, MU)):
            ((x, y),) = artists.lines(axes[j], color, artists.NO_MARK)
            np.testing.assert_allclose(y, a + b * x)


def test_arrows_lead_from_own_pairs_to_pooled_ones(drawn):
    (ax,) = drawn("plane").axes
    ((x, y),) = artists.lines(ax, ORANGE, "o")
    np.testing.assert_array_equal(np.column_stack([x, y]), OWN)
    ((x, y),) = artists.lines(ax, BLUE, "o")
    np.testing.assert_array_equal(np.column_stack([x, y]), THETA)
    arrows = [(text.xyann, text.xy) for text in ax.texts if text.arrow_patch is not None]
    np.testing.assert_array_equal([start for start, _ in arrows], OWN)
    np.testing.assert_array_equal([end for _, end in arrows], THETA)
    names = [(text.get_text(), *text.xy) for text in ax.texts if text.get_text()]
    assert names == [("a", 200, 2), ("b", 280, 20)]


def test_the_ellipses_hold_half_and_94_percent(drawn):
    (ax,) = drawn("plane").axes
    points = np.random.default_rng(1).multivariate_normal(MU, SPREAD, 40_000) - MU
    square = (points @ np.linalg.inv(SPREAD) * points).sum(axis=1)
    for (x, y), share in zip(artists.lines(ax, artists.TEXT, artists.NO_MARK), (0.5, 0.94), strict=True):
        edge = np.column_stack([x, y]) - MU
        radius = (edge @ np.linalg.inv(SPREAD) * edge).sum(axis=1)
        assert np.ptp(radius) < 1e-9
        assert np.mean(square < radius[0]) == pytest.approx(share, abs=0.01)


def test_pulls_in_the_plane_are_told():
    before, after = (np.sqrt(np.mean((x - MU) ** 2, axis=0)) for x in (OWN, THETA))
    told = FIGURES["plane"]().alt
    assert f"of intercepts {before[0]:.1f} and after {after[0]:.1f} ms;" in told
    assert f"of slopes {before[1]:.1f} and after {after[1]:.1f} ms a day." in told


def test_correlations_run_along_the_day(drawn):
    (ax,) = drawn("origins").axes
    for color, rho in zip((ORANGE, BLUE), RHO.values(), strict=True):
        ((x, y),) = artists.lines(ax, color, artists.NO_MARK)
        np.testing.assert_array_equal((x, y), (DAY, rho))
    assert [x[0] for x, _ in artists.lines(ax, artists.TEXT, artists.NO_MARK)][1:] == [0, 5]


def test_posteriors_are_histograms_with_the_one_number_below(drawn):
    axes = drawn("scales").axes
    for ax, (name, values), at in zip(axes, DRAWS.items(), (24.7, 0.07), strict=True):
        assert ax.get_xlabel() == name
        assert artists.lines(ax, ORANGE, "x") == [(at, 0)]
        (outline,) = [patch.get_data() for patch in ax.patches if not patch.get_fill()]
        mass = outline.values * np.diff(outline.edges)
        assert mass.sum() == pytest.approx(1)
        middle = (outline.edges[1:] + outline.edges[:-1]) / 2
        assert mass @ middle == pytest.approx(values.mean(), abs=0.02 * values.std())


def test_densities_are_drawn_as_given(drawn):
    (ax,) = drawn("correlations").axes
    ((_, y),) = artists.lines(ax, TEAL, artists.NO_MARK)
    assert set(y) == {0.5}
    ((x, y),) = artists.lines(ax, BLUE, artists.NO_MARK)
    np.testing.assert_allclose(y, 0.75 * (1 - x**2))


def test_the_fan_ends_at_quantiles(drawn):
    (ax,) = drawn("fan").axes
    for band, draws in zip(ax.collections, (TIME, LINE), strict=True):
        box = band.get_paths()[0].get_extents()
        low, high = np.quantile(draws, [0.03, 0.97], axis=0)
        assert (box.y0, box.y1) == (pytest.approx(low.min()), pytest.approx(high.max()))
    ((x, y),) = artists.lines(ax, artists.TEXT, "o")
    assert (x.tolist(), y.tolist()) == ([0, 5], [240, 310])


def test_what_is_drawn_is_told():
    told = FIGURES["lines"]().alt
    assert "own lines go from −3.0 to 20.0 ms a day, of pooled ones from 0.9 to 17.0" in told
    assert "own: −0.20 at day 0, 0.50 at day 5; all: 0.00 at day 0" in FIGURES["origins"]().alt
    assert "REML 24.70; rho: median" in FIGURES["scales"]().alt
    assert "LKJ(2): 0.75 at 0, 0.14 at 0.9" in FIGURES["correlations"]().alt


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"theta must have shape \(3, 2\), got shape \(2, 2\)"):
        figures.plane(OWN, THETA[:2], mu=MU, spread=SPREAD)
    with pytest.raises(ValueError, match=r"own must have shape \(J, 2\), got shape \(3,\)"):
        figures.plane(OWN[:, 0], THETA, mu=MU, spread=SPREAD)
    with pytest.raises(ValueError, match="own must be of 18 drivers, six in a row, got 3"):
        figures.lines(SLEEP, OWN, THETA, MU)
    with pytest.raises(ValueError, match="draws and known must be of the same scales"):
        figures.scales({"a": [1.0]}, {"b": 1.0})


def test_quantiles_are_told():
    told = [
        "median {1:z.2f}, 94 % from {0:z.2f} to {2:z.2f}".format(*np.quantile(draws, [0.03, 0.5, 0.97]))
        for draws in DRAWS.values()
    ]
    assert FIGURES["scales"]().alt.replace("−", "-") == (
        f"Posteriors. tau: {told[0]}, REML 24.70; rho: {told[1]}, REML 0.07."
    )
    time, line = (
        [np.quantile(draws[:, k], [0.03, 0.97]).round().astype(int) for k in (0, 2)] for draws in (TIME, LINE)
    )
    said = [
        f"{low} to {high} on day {day}"
        for pairs in (time, line)
        for day, (low, high) in zip((0, 10), pairs, strict=True)
    ]
    assert FIGURES["fan"]().alt == (
        f"94 % of what is predicted, in ms: a time {said[0]}, {said[1]}; a line {said[2]}, {said[3]}."
    )
    assert "that of everybody is 10.0." in FIGURES["lines"]().alt
    assert "all: 0.00 at day 0, 0.70 at day 5." in FIGURES["origins"]().alt
