"""The figures of chapter 9 draw and say the numbers they were given."""

import re

import artists
import numpy as np
import pictures
import pytest
from pooling.exact_posterior import conditional, placed
from pooling.exact_posterior.benchmarks import Cost, Risks
from pooling.plots import exact_posterior as figures

Y, SE = np.array([28.0, 8, -3]), np.array([15.0, 10, 10])
TAU = np.linspace(0, 30, 31)
GIVEN = conditional(TAU, Y, SE)
RISKS = Risks(
    *np.array([[0.0, 1, 2], [0.1, 1, 4], [1, 1, 1], [0.25, 0.65, 0.9], [0.2, 0.6, 0.88], [0.01] * 3])
)
FIGURES = {
    "schools": lambda: figures.schools("ABC", Y, SE, Y / 2, SE / 3, mu=4.4),
    "curves_of_tau": lambda: figures.curves_of_tau(
        TAU, np.exp(-TAU), 1 / (1 + TAU), GIVEN.theta_mean, GIVEN.theta_sd, names="ABC"
    ),
    "nodes": lambda: figures.nodes(*placed(Y, SE, 17), TAU[1:], np.exp(-TAU[1:])),
    "funnel": lambda: figures.funnel(np.arange(8.0) ** 2, np.arange(1.0, 9), name="A"),
    "risks": lambda: figures.risks(RISKS),
    "costs": lambda: figures.costs(Cost(np.array([50, 5_000, 500_000]), np.array([0.002, 0.0135, 1.26]))),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return pictures.texts(PICTURES[name])


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_the_schools_are_told_twice():
    assert {"A", "B", "C", "reported", "believed", "E[μ]"} <= set(texts("schools"))
    assert "A 28 (15) becomes 14.0 (5.0)" in PICTURES["schools"].alt
    assert PICTURES["schools"].alt.endswith("E[mu] is 4.4.")


def test_curves_that_coincide_share_a_name():
    drawn = texts("curves_of_tau")
    assert {"A", "B", "C", "B C", "prior", "posterior"} <= set(drawn)  # B and C have the same sd
    assert drawn.count("A") == 2
    assert "The posterior of tau is highest at 0.0." in PICTURES["curves_of_tau"].alt
    assert f"A {GIVEN.theta_mean[-1, 0]:.1f} ({GIVEN.theta_sd[-1, 0]:.1f})" in PICTURES["curves_of_tau"].alt


def test_no_two_of_eight_curves_look_alike():
    """In each panel, by what is drawn: a colour and a dash together belong to one school."""
    y, se = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    given = conditional(TAU, y, se)
    panels = (np.exp(-TAU), 1 / (1 + TAU), given.theta_mean, given.theta_sd)
    svg = figures.curves_of_tau(TAU, *panels, names="ABCDEFGH").svg
    styles = re.findall(
        r'clip-path="url\((#\S+)\)" style="fill: none; (?=[^"]*stroke-width: 1.8)([^"]*)"', svg
    )
    drawn = {}
    for panel, style in styles:
        dash = re.search(r"stroke-dasharray: [^;]*", style)
        drawn.setdefault(panel, []).append((re.search(r"stroke: #\w+", style)[0], dash and dash[0]))
    assert [len(curves) for curves in drawn.values()] == [8, 8]
    assert all(len(set(curves)) == 8 for curves in drawn.values())


def test_names_that_would_overlap_are_moved_apart():
    names, places = zip(*figures._ends("ABCD", np.array([1.0, 0.0, 1.01, 5.0]), gap=0.5), strict=True)
    assert names == ("B", "A", "C", "D")
    assert np.diff(places).min() > 0.45
    assert places[3] == pytest.approx(5.0)


def test_the_nodes_are_counted():
    assert PICTURES["nodes"].alt.startswith("17 nodes under the posterior density of log tau")


def test_the_funnel_says_how_it_widens():
    # the quarter with the smallest tau is 1 and 2: theta 0 and 1; with the largest, 49 and 36
    assert "theta has mean 0.5 and sd 0.5" in PICTURES["funnel"].alt
    assert "among the largest, mean 42.5 and sd 6.5" in PICTURES["funnel"].alt


def test_the_risks_are_named_and_told():
    assert {"complete pooling", "no pooling", "James–Stein", "partial pooling"} <= set(texts("risks"))
    assert "at tau 1 complete pooling 1.00, no pooling 1.00, James–Stein 0.65, partial pooling 0.60" in (
        PICTURES["risks"].alt
    )


def test_the_costs_are_written_beside_their_marks():
    assert {"50", "5,000", "500,000", "2 ms", "14 ms", "1.3 s", "proportional to J"} <= set(texts("costs"))
    assert PICTURES["costs"].alt.endswith("2 ms for 50, 14 ms for 5,000, 1.3 s for 500,000.")


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"se must have shape \(3,\), got shape \(2,\)"):
        figures.schools("ABC", Y, SE[:2], Y, SE, mu=0)
    with pytest.raises(ValueError, match=r"mean must have shape \(31, 3\)"):
        figures.curves_of_tau(TAU, TAU, TAU, GIVEN.theta_mean[:, :2], GIVEN.theta_sd, names="ABC")


def test_the_schools_are_drawn_with_their_errors(drawn):
    fig = drawn("schools")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["reported", "believed", "E[μ]"]
    for name, x, half, side in (("reported", Y, SE, -1), ("believed", Y / 2, SE / 3, 1)):
        color, marker, _ = looks[name]
        at, rows = artists.marks(ax, color, marker).T
        np.testing.assert_array_equal(at, x)
        assert (np.sign(rows - [0, 1, 2]) == side).all()  # reported above, believed below
        ends = artists.segments(ax, color)
        np.testing.assert_allclose(ends[:, :, 0], np.column_stack([x - half, x + half]))
        np.testing.assert_array_equal(ends[:, :, 1], np.column_stack([rows, rows]))
    (line,) = (line for line in ax.lines if artists.look(line) == looks["E[μ]"])
    assert line.get_xdata() == [4.4, 4.4]
    assert artists.ticks(ax.yaxis) == {"A": 0, "B": 1, "C": 2}
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_curves_of_tau_are_those_that_were_given(drawn):
    fig = drawn("curves_of_tau")
    first, means, sds = fig.axes
    looks = artists.legend_looks(fig)
    for line, (name, y) in zip(
        first.lines, {"prior": 1 / (1 + TAU), "posterior": np.exp(-TAU)}.items(), strict=True
    ):
        assert artists.look(line) == looks[name]
        np.testing.assert_array_equal(line.get_data(), (TAU, y))
    for ax, given in ((means, GIVEN.theta_mean), (sds, GIVEN.theta_sd)):
        for (x, y), curve in zip(artists.lines(ax), given.T, strict=True):
            np.testing.assert_array_equal((x, y), (TAU, curve))
        for names, at, place in artists.words(ax):
            assert at == TAU[-1]
            for name in names.split():  # moved apart by a tenth of the axis at most
                assert place == pytest.approx(given[-1, "ABC".index(name)], abs=0.1 * np.ptp(ax.get_ylim()))
        assert given.max() < ax.get_ylim()[1]
    assert (means.get_ylabel(), sds.get_ylabel()) == ("E[θ | τ, y]", "sd[θ | τ, y]")


def test_the_nodes_stand_under_the_density(drawn):
    (ax,) = drawn("nodes").axes
    (x, y), (at, height), (ticks, below) = artists.lines(ax)
    np.testing.assert_array_equal((x, y), (TAU[1:], np.exp(-TAU[1:])))
    assert artists.look(ax.lines[0]) == (artists.TEXT, artists.NO_MARK, None)  # solid, as posteriors are
    tau = placed(Y, SE, 17)[0]
    shown = tau[(tau >= 1) & (tau <= 30)]
    assert 3 < shown.size < tau.size
    np.testing.assert_array_equal(at, shown)
    np.testing.assert_array_equal(ticks, shown)
    assert (below < 0).all()
    for one, up, (foot, top) in zip(shown, height, artists.segments(ax), strict=True):
        right = np.searchsorted(TAU, one)  # between two points of the curve
        assert np.exp(-TAU[right]) - 1e-12 <= up <= np.exp(-TAU[max(right - 1, 1)]) + 1e-12
        np.testing.assert_array_equal((foot, top), [(one, 0), (one, up)])
    assert (ax.get_xscale(), ax.get_xlim()) == ("log", (1, 30))


def test_the_funnel_has_theta_across_and_tau_up(drawn):
    (ax,) = drawn("funnel").axes
    np.testing.assert_array_equal(artists.marks(ax, marker="."), [(k**2, k + 1) for k in range(8)])
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")
    assert "θ" in ax.get_xlabel()
    assert "τ" in ax.get_ylabel()


def test_each_risk_is_the_curve_of_its_name(drawn):
    fig = drawn("risks")
    (ax,) = fig.axes
    errors = {
        "complete pooling": [0.1, 1, 4],
        "no pooling": [1, 1, 1],
        "James–Stein": [0.25, 0.65, 0.9],
        "partial pooling": [0.2, 0.6, 0.88],
    }
    assert list(artists.legend(fig)) == list(errors)
    for name, look in artists.legend_looks(fig).items():
        (curve,) = (line for line in ax.lines if artists.look(line) == look)
        np.testing.assert_array_equal(curve.get_data(), ([0, 1, 2], errors[name]))
    assert ax.get_ylim()[0] == 0


def test_the_costs_stand_beside_a_line_of_slope_one(drawn):
    fig = drawn("costs")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["one call", "proportional to J"]
    measured, line = (
        next(one for one in ax.lines if artists.look(one) == look).get_data() for look in looks.values()
    )
    np.testing.assert_array_equal(measured, ([50, 5000, 500_000], [0.002, 0.0135, 1.26]))
    np.testing.assert_allclose(line, ([50, 5000, 500_000], [1.26e-4, 1.26e-2, 1.26]))
    written = {(x, y): text for text, x, y in artists.words(ax)}
    assert written == {(50, 0.002): "2 ms", (5000, 0.0135): "14 ms", (500_000, 1.26): "1.3 s"}
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert artists.ticks(ax.xaxis) == {"50": 50, "5,000": 5000, "500,000": 500_000}


def test_the_curves_are_told_at_both_ends_of_tau():
    mean, sd = GIVEN.theta_mean, GIVEN.theta_sd
    ends = ", ".join(
        f"{name} {mean[-1, j]:.1f} ({sd[-1, j]:.1f})".replace("-", "−") for j, name in enumerate("ABC")
    )
    assert PICTURES["curves_of_tau"].alt == (
        f"The posterior of tau is highest at 0.0. At tau = 0 every mean is about {mean[0].mean():.1f}, "
        f"with sd {sd[0].mean():.1f}; from there the curves spread. Mean (sd) at tau = 30: {ends}."
    )


def test_as_few_nodes_as_possible_are_said_to_hold_nearly_everything():
    tau, share = placed(Y, SE, 17)
    assert f"from {tau.min():.1g} to {tau.max():.1g}; " in PICTURES["nodes"].alt
    held, few = 0.0, 0
    for part in sorted(share, reverse=True):
        if held < 0.999:
            held, few = held + part, few + 1
    assert PICTURES["nodes"].alt.endswith(f"; {few} of them hold 99.9 % of it.")
