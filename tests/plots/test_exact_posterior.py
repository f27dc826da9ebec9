"""The figures of chapter 9 draw and say the numbers they were given."""

import re

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
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


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
