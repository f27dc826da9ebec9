"""The figures of chapter 13 draw and say the numbers they were given."""

import numpy as np
import pictures
import pytest
import xarray
from pooling import funnel
from pooling.funnel.joint_density import COORDINATES, joint_density
from pooling.funnel.leapfrog import one_school, paths
from pooling.plots import funnel as figures

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
def test_a_figure_keeps_the_rules_of_all(name):
    pictures.check(PICTURES[name], FIGURES[name]())


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
