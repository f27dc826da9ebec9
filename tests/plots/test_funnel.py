"""The figures of chapter 13 draw and say the numbers they were given."""

import re

import artists
import numpy as np
import pictures
import pytest
import xarray
from pooling import funnel
from pooling.funnel.joint_density import COORDINATES, joint_density
from pooling.funnel.leapfrog import one_school, paths
from pooling.plots import funnel as figures
from pooling.plots.palette import BLUE, ORANGE

SCHOOL = one_school(10, 15)
TAU = np.array([[4.0, 0.5, 2.0, 0.25], [8.0, 1.0, 3.0, 2.0]])
RUN = xarray.DataTree.from_dict(
    {
        "posterior": xarray.Dataset(
            {
                "tau": (("chain", "draw"), TAU),
                "mu": (("chain", "draw"), np.full((2, 4), 4.0)),
                "theta": (("chain", "draw", "school"), np.full((2, 4, 8), 5.0)),
            }
        ),
        "sample_stats": xarray.Dataset({"diverging": (("chain", "draw"), TAU < 1)}),
    }
)
DENSITIES = {
    name: joint_density(funnel.EIGHT_SCHOOLS, np.linspace(-10, 8, 451), coordinate=name)
    for name in COORDINATES
}
FIGURES = {
    "draws": lambda: figures.draws(RUN, DENSITIES, tau_range=(0.05, 40)),
    "hills": lambda: figures.hills(
        SCHOOL, {"tiny steps": paths(SCHOOL, step=0.04), "large steps": paths(SCHOOL, step=0.8)}
    ),
    "runs": lambda: figures.runs(
        {"centred": [0.1, 0.2], "non-centred": [0.19, 0.21]}, exact=0.2, xlabel="Pr[τ < 1]"
    ),
    "crossing": lambda: figures.crossing(
        [1, 16, 256],
        {"centred": [2, 60, 190], "non-centred": [90, 30, 5]},
        divergences={"centred": [21, 1, 0], "non-centred": [0, 0, 0]},
        half=9,
        ylabel="ESS",
    ),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def texts(name):
    return pictures.texts(PICTURES[name])


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_divergent_draws_are_counted_and_placed():
    assert (
        "8 draws, 2 divergent, with tau from 0.25 to 0.50. The smallest tau is 0.250" in PICTURES["draws"].alt
    )
    assert {"θ₁ (points)", "θ₁ − μ (points)", "z₁ = (θ₁ − μ)/τ", "divergent"} <= set(texts("draws"))


def test_each_path_is_told_in_each_coordinate():
    alt = PICTURES["hills"].alt
    assert "With large steps the path diverges after 2 steps." in alt
    assert f"the width changes by a factor of {SCHOOL.theta.narrowing:.1f}" in alt
    assert alt.count("With tiny steps the path ends") == 2
    assert {"start", "tiny steps", "large steps", "divergent"} <= set(texts("hills"))


def test_runs_are_told():
    assert "centred: mean 0.150, from 0.100 to 0.200." in PICTURES["runs"].alt
    assert PICTURES["runs"].alt.endswith("Exact: 0.200.")


def test_runs_that_diverged_are_told():
    assert "centred: 2 (divergent) at 1, 60 (divergent) at 16, 190 at 256." in PICTURES["crossing"].alt
    assert "non-centred: 90 at 1, 30 at 16, 5 at 256." in PICTURES["crossing"].alt


def test_draws_are_placed_in_the_panels_coordinate(drawn):
    """All draws have mu 4 and theta 5: theta − mu is 1, and 1/tau standardised."""
    fig = drawn("draws")
    looks = artists.legend_looks(fig)
    bad, good = TAU.ravel()[TAU.ravel() < 1], TAU.ravel()[TAU.ravel() >= 1]
    for ax, x in zip(
        fig.axes, (lambda tau: 5 + 0 * tau, lambda tau: 1 + 0 * tau, lambda tau: 1 / tau), strict=True
    ):
        (dots,) = [line for line in ax.lines if line.get_marker() == looks["a draw"].marker]
        np.testing.assert_allclose(dots.get_xydata(), np.column_stack([x(good), good]))
        marks = artists.marks(ax, looks["divergent"].color, looks["divergent"].marker)
        np.testing.assert_allclose(marks, np.column_stack([x(bad), bad]))
        assert ax.get_yscale() == "log"
    assert [ax.get_xlabel() for ax in fig.axes] == ["θ₁ (points)", "θ₁ − μ (points)", "z₁ = (θ₁ − μ)/τ"]


def test_a_shade_holds_the_probability_that_it_says(drawn):
    rng = np.random.default_rng(0)
    for ax, exact in zip(drawn("draws").axes, DENSITIES.values(), strict=True):
        row = rng.choice(exact.log_tau.size, 20_000, p=exact.probability)
        points = np.column_stack(
            [rng.normal(exact.center[row], exact.spread[row]), np.exp(exact.log_tau[row])]
        )
        for patch, held in zip(ax.patches, (0.99, 0.9, 0.7, 0.4), strict=True):
            assert patch.get_path().contains_points(points).mean() == pytest.approx(held, abs=0.02)
        x, tau = ax.patches[0].get_xy().T
        seen = np.ptp(x[(tau > 0.05) & (tau < 40)])
        assert seen < np.ptp(ax.get_xlim()) < 1.15 * seen  # the widest shade is in view, and fills it


def test_paths_run_where_the_sampler_went(drawn):
    fig = drawn("hills")
    looks = artists.legend_looks(fig)
    assert list(looks) == ["start", "tiny steps", "large steps", "divergent"]
    for k, ax in enumerate(fig.axes):
        for name, step in (("tiny steps", 0.04), ("large steps", 0.8)):
            path = paths(SCHOOL, step=step)[k]
            (line,) = (line for line in ax.lines if artists.look(line) == looks[name])
            np.testing.assert_allclose(
                line.get_xydata(), np.column_stack([path.q[:, 0], np.exp(path.q[:, 1])])
            )
        start = artists.marks(ax, looks["start"].color, looks["start"].marker)
        np.testing.assert_allclose(start, [[path.q[0, 0], np.exp(path.q[0, 1])]])
        end = [np.clip(path.q[-1, 0], *ax.get_xlim()), np.clip(np.exp(path.q[-1, 1]), *ax.get_ylim())]
        crosses = artists.marks(ax, looks["divergent"].color, looks["divergent"].marker)
        np.testing.assert_allclose(crosses, [end] if path.diverged else np.empty(0))
    assert [paths(SCHOOL, step=0.8)[k].diverged for k in (0, 1)] == [True, False]
    assert [ax.get_xlabel() for ax in fig.axes] == ["θ (points)", "z = θ/τ"]


def test_a_run_is_a_mark_in_the_row_of_its_form(drawn):
    (ax,) = drawn("runs").axes
    assert artists.ticks(ax.yaxis) == {"centred": 0, "non-centred": 1}
    for row, (color, values) in enumerate(((ORANGE, [0.1, 0.2]), (BLUE, [0.19, 0.21]))):
        x, y = artists.marks(ax, color, "so"[row]).T
        np.testing.assert_array_equal(x, values)
        assert (np.abs(y - row) < 0.2).all()
    assert artists.lines(ax, artists.TEXT)[0][0].tolist() == [0.2, 0.2]
    assert artists.words(ax)[0][:2] == ("exact 0.200", 0.2)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_a_curve_of_the_crossing_is_crossed_out_where_it_diverged(drawn):
    fig = drawn("crossing")
    (ax,) = fig.axes
    looks = artists.legend_looks(fig)
    assert list(looks) == ["centred", "non-centred", "diverged"]
    for name, values in (("centred", [2, 60, 190]), ("non-centred", [90, 30, 5])):
        (line,) = (line for line in ax.lines if artists.look(line) == looks[name])
        np.testing.assert_array_equal(line.get_data(), ([1, 16, 256], values))
    crossed = artists.marks(ax, looks["diverged"].color, looks["diverged"].marker)
    np.testing.assert_array_equal(crossed, [(1, 2), (16, 60)])
    assert [x.tolist() for x, _ in artists.lines(ax, artists.TEXT, artists.NO_MARK)] == [[9, 9]]
    assert artists.words(ax) == [("(σ/τ)²", 9, 1)]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_what_is_said_of_tau_is_so_exactly():
    (low,) = re.findall(r"1 % of the posterior is below ([\d.]+)\.$", PICTURES["draws"].alt)
    assert DENSITIES["z"].below(np.log(float(low))) == pytest.approx(0.01, abs=1e-4)
    spans = re.findall(r"between tau = ([\d.]+) and ([\d.]+) the", PICTURES["hills"].alt)
    for (low, high), hill in zip(spans, (SCHOOL.theta, SCHOOL.z), strict=True):
        assert hill.below(np.log(float(low))) == pytest.approx(0.03, abs=1e-3)
        assert hill.below(np.log(float(high))) == pytest.approx(0.97, abs=1e-3)


def test_each_path_is_told_with_its_steps_and_its_error():
    for k, (label, hill) in enumerate((("θ (points)", SCHOOL.theta), ("z = θ/τ", SCHOOL.z))):
        _, _, rest = PICTURES["hills"].alt.partition(f"{label}: ")
        assert f"by a factor of {hill.narrowing:.1f}. With tiny" in rest
        for name, step in (("tiny steps", 0.04), ("large steps", 0.8)):
            path = paths(SCHOOL, step=step)[k]
            end = "diverges" if path.diverged else f"ends {path.error[-1]:.2f} off in energy"
            assert f"With {name} the path {end} after {len(path.q) - 1} steps." in rest
    assert "non-centred: mean 0.200, from 0.190 to 0.210. Exact" in PICTURES["runs"].alt
