"""The figures of chapter 16: what is drawn, read back from the artists, and what is said of it."""

import numpy as np
import pictures
import pytest
from matplotlib.colors import to_hex
from pooling.plots import group_predictors as figures
from pooling.plots.palette import BLUE, ORANGE, TEAL

U, OWN, THETA = np.array([-0.5, 0.0, 0.4]), np.array([0.2, 2.0, 1.5]), np.array([0.9, 1.6, 1.6])
N, LINE = np.array([1, 4, 100]), np.array([1.1, 1.4, 1.7])
SHARE, MEAN = np.array([0.0, 0.5, 0.25]), np.array([1.5, 1.0, 1.3])
CHANCE, SHARES = np.array([0.6, 0.3, 0.45]), np.array([1.0, 0.0, np.nan])
RNG = np.random.default_rng(0)
TAUS = {"floor": RNG.normal(0.33, 0.04, 5000), "floor and uranium": RNG.normal(0.16, 0.04, 5000).clip(0)}
ROWS = {"without": (RNG.normal(1.4, 0.3, 4000), RNG.normal(1.4, 0.8, 4000)),
        "with": (RNG.normal(1.0, 0.1, 4000), RNG.normal(1.0, 0.7, 4000))}  # fmt: skip
FIGURES = {
    "pulls": lambda: figures.pulls(U, OWN, THETA, n=N, line=LINE),
    "taus": lambda: figures.taus(TAUS, {"floor": 0.3282, "floor and uranium": 0.1564}),
    "slopes": lambda: figures.slopes(SHARE, MEAN, n=N, within=-0.7, between=(1.2, -0.1)),
    "intervals": lambda: figures.intervals(ROWS, xlabel="log radon", line=1.386),
    "chances": lambda: figures.chances(CHANCE, SHARES, n=N, threshold=0.4),
}


def marks(ax, color, marker="o", hollow=None):
    """Return the coordinates of marks of some look, in the order in which they were drawn."""
    found = []
    for line in ax.lines:
        open_ = line.get_markerfacecolor() == "none"
        if line.get_marker() == marker and to_hex(line.get_color()) == color and hollow in (None, open_):
            found += [*zip(line.get_xdata(), line.get_ydata(), strict=True)]
    return found


def strokes(ax, color):
    """Return the lines without marks of a colour, as lists of x and y."""
    return [
        (list(line.get_xdata()), list(line.get_ydata()))
        for line in ax.lines
        if line.get_marker() == "None" and to_hex(line.get_color()) == color
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


@pytest.mark.parametrize("name", FIGURES)
def test_the_legend_is_as_wide_as_the_figure_at_most(drawn, name):
    assert pictures.legend_fits(drawn(name))


def test_counties_are_drawn_where_they_are_and_pulled_to_their_estimates(drawn):
    (ax,) = drawn("pulls").axes
    assert marks(ax, ORANGE) == [*zip(U, OWN, strict=True)]
    assert marks(ax, BLUE) == [*zip(U, THETA, strict=True)]
    assert strokes(ax, BLUE) == [([x, x], [a, b]) for x, a, b in zip(U, OWN, THETA, strict=True)]
    assert strokes(ax, "#000000") == [([-0.5, 0.4], [1.1, 1.7])]
    sizes = [line.get_markersize() for line in ax.lines if to_hex(line.get_color()) == ORANGE]
    np.testing.assert_allclose(np.diff(sizes), 1.1 * np.diff([1, 2, 10]))


def test_pulls_are_told():
    told = FIGURES["pulls"]().alt
    before, after = (np.sqrt(np.mean((y - LINE) ** 2)) for y in (OWN, THETA))
    assert "from 1.10 at log uranium −0.50 to 1.70 at 0.40" in told
    assert f"are {before:.2f} from it, root mean square, estimates {after:.2f}." in told


def test_the_posteriors_of_tau_are_histograms_of_area_one_with_the_one_number_below(drawn):
    assert "REML 0.33; floor and uranium: median 0.16" in FIGURES["taus"]().alt
    (ax,) = drawn("taus").axes
    for (values, _), color, marker, at in zip(
        zip(TAUS.values(), "ab", strict=True), (ORANGE, BLUE), "xo", (0.3282, 0.1564), strict=True
    ):
        assert marks(ax, color, marker) == [(at, 0)]
        outline = [
            patch.get_data()
            for patch in ax.patches
            if to_hex(patch.get_edgecolor()) == color and not patch.get_fill()
        ]
        ((heights, edges, _),) = outline
        assert heights @ np.diff(edges) == pytest.approx(1)
        middle = (edges[1:] + edges[:-1]) / 2
        assert (heights * np.diff(edges)) @ middle == pytest.approx(values.mean(), abs=0.005)


def test_within_and_between_have_their_slopes(drawn):
    assert "has slope −0.10. Strokes through the 2 counties" in FIGURES["slopes"]().alt
    (ax,) = drawn("slopes").axes
    assert marks(ax, ORANGE) == [*zip(SHARE, MEAN, strict=True)]
    within = strokes(ax, BLUE)
    assert len(within) == 2  # a county without first floors has no slope within
    for (x, y), share, mean in zip(within, SHARE[1:], MEAN[1:], strict=True):
        assert np.diff(y)[0] / np.diff(x)[0] == pytest.approx(-0.7)
        assert (np.mean(x), np.mean(y)) == (pytest.approx(share), pytest.approx(mean))
    ((x, y),) = strokes(ax, "#000000")
    assert (list(x), list(y)) == ([0, 0.5], [pytest.approx(1.2), pytest.approx(1.15)])


def test_intervals_end_at_quantiles(drawn):
    (ax,) = drawn("intervals").axes
    found = [collection.get_segments()[0] for collection in ax.collections]
    expected = [np.quantile(draws, [0.03, 0.97]) for pair in ROWS.values() for draws in pair]
    np.testing.assert_allclose([segment[:, 0] for segment in found], expected)
    assert [to_hex(collection.get_color()[0]) for collection in ax.collections] == [BLUE, TEAL, BLUE, TEAL]
    assert [y for _, y in marks(ax, BLUE)] == [0, 1]
    np.testing.assert_allclose(
        [x for x, _ in marks(ax, BLUE)], [np.median(pair[0]) for pair in ROWS.values()]
    )
    assert [text.get_text() for text in ax.get_yticklabels()] == ["without", "with"]
    assert strokes(ax, "#000000")[0][0] == [1.386, 1.386]
    below, above = ax.get_ylim()
    assert below > 1.3 > 0 > above  # both rows are in view, the first on top


def test_chances_stand_in_order_with_own_shares_beside_them(drawn):
    assert "2 are above 0.4. Own shares go from 0.00 to 1.00; 1 of 2 are above." in FIGURES["chances"]().alt
    (ax,) = drawn("chances").axes
    assert marks(ax, BLUE) == [(0, 0.3), (1, 0.45), (2, 0.6)]
    own = marks(ax, ORANGE)
    assert [x for x, _ in own] == [0, 1, 2]
    np.testing.assert_array_equal([y for _, y in own], [0.0, np.nan, 1.0])
    assert strokes(ax, "#000000")[0][1] == [0.4, 0.4]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"theta must have shape \(3,\), got shape \(2,\)"):
        figures.pulls(U, OWN, THETA[:2], n=N, line=LINE)
    with pytest.raises(ValueError, match="draws and known must be of the same two models, got a and b"):
        figures.taus({"a": TAUS["floor"]}, {"b": 0.3})
    with pytest.raises(ValueError, match="within must be a finite number, got nan"):
        figures.slopes(SHARE, MEAN, n=N, within=np.nan, between=(0, 1))


def test_quantiles_are_told():
    told = [
        "median {1:.2f}, 94 % from {0:.2f} to {2:.2f}".format(*np.quantile(draws, [0.03, 0.5, 0.97]))
        for draws in TAUS.values()
    ]
    assert FIGURES["taus"]().alt == (
        f"Posterior of tau. floor: {told[0]}, REML 0.33; floor and uranium: {told[1]}, REML 0.16."
    )
    told = [
        "{0:.2f} to {2:.2f}, median {1:.2f}".format(*np.quantile(draws, [0.03, 0.5, 0.97])).replace("-", "−")
        for pair in ROWS.values()
        for draws in pair
    ]
    assert FIGURES["intervals"]().alt == (
        f"94 % intervals of log radon. without: county {told[0]}, house {told[1]}; with: county {told[2]}, "
        f"house {told[3]}. The limit is 1.39."
    )


def test_a_strokes_slope_and_a_lines_are_told_apart():
    assert FIGURES["slopes"]().alt == (
        "3 counties by share of first floors and mean of log radon. The line through them has slope −0.10. "
        "Strokes through the 2 counties with both kinds have slope −0.70."
    )
    assert "probability goes from 0.30 to 0.60; 2 are" in FIGURES["chances"]().alt
