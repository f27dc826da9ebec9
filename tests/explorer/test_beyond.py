"""Beyond the course grid: chapters 1 to 4 are exact at the ends of every control, and far out."""

import importlib

import drawings
import node
import numpy as np
import pytest
from pooling import complete_pooling, no_pooling
from pooling.explorer import MODULES, explore
from pooling.explorer.meetings import beyond

STEMS = ("complete_pooling", "no_pooling", "partial_pooling", "hyperpriors")
MEETINGS = (
    [1, -15, 30],
    [-120, -120, -120],
    [120, 120, 120],
    [-120, 120, -120],
    [1, -15, 60],
    [41, 0, 0],
    [0, 1e6, 0],
)


@pytest.mark.parametrize("stem", STEMS)
def test_the_page_tells_what_python_tells_at_the_ends_of_every_control(stem):
    kind = explore(stem).kind
    numbers = importlib.import_module(f"pooling.explorer.{MODULES[stem]}").numbers
    beside = [c for c in kind.controls if not c.name.startswith("t[")]
    arrivals = [c.name for c in kind.controls if c.name.startswith("t[")]
    tried = 0
    with node.engine(kind) as ask:
        for t in MEETINGS:
            for corner in range(2 ** len(beside)):
                values = {c.name: float((c.min, c.max)[corner >> n & 1]) for n, c in enumerate(beside)}
                settings = {"t": np.array(t, float), **values}
                if beyond.holds(settings):
                    continue
                expected = numbers(**settings)
                told = ask(values | dict(zip(arrivals, t, strict=True)), expected)["told"]
                assert told == pytest.approx(expected, rel=1e-6, abs=1e-5), (t, values)
                tried += 1
    assert tried > 30


@pytest.mark.parametrize("t", [[[1, 5, 60], [], [-15, -20]], [[-90], [3, 3, 3, 3], [120, 100]]])
def test_several_arrivals_beyond_the_grid_are_as_in_python(t):
    kind = explore("missing_data").kind
    settings = drawings.initial(kind) | {"t": t}
    asked = drawings.arguments(kind, settings)
    assert not beyond.holds(asked)
    expected = beyond.learned_numbers(asked, new=True)
    with node.engine(kind) as ask:
        assert ask(settings, expected)["told"] == pytest.approx(expected, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("tau_scale", [20.5, 1e3, 1e6])
def test_the_cells_of_tau_have_the_exact_median(tau_scale):
    settings = {"t": np.array([1.0, -15, 120]), "mu_scale": 10, "tau_scale": tau_scale, "sigma": 15}
    told = beyond.learned_numbers(settings)
    assert told["median:tau"] == pytest.approx(beyond.learned(settings).tau_median, rel=2e-4)
    assert told["lower:tau"] < told["median:tau"] < told["upper:tau"]


def test_known_scales_give_on_the_course_grid_what_the_closed_form_gives():
    t = np.array([1.0, -15, 30])
    for model, rows in ((complete_pooling, [t]), (no_pooling, list(t[:, None]))):
        grid = model.posterior(t, mu=3, tau=8, sigma=15).theta
        free = beyond.known(rows, mu=3, tau=8, sigma=15).theta
        np.testing.assert_allclose(free.mean, grid.mean, atol=1e-9)
        np.testing.assert_allclose(free.sd, grid.sd, atol=1e-9)


@pytest.mark.parametrize("stem", STEMS)
def test_the_course_grid_is_meant_for_all_that_an_explorer_may_begin_with(stem):
    controls = explore(stem).kind.controls
    for end in (0, 1):
        at = {c.name: (c.begin or (c.min, c.max))[end] for c in controls}
        t = np.array([at.pop(name) for name in list(at) if name.startswith("t[")])
        assert beyond.holds({"t": t, **at})


def test_posterior_goes_on_beyond_the_grid():
    explorer = explore("partial_pooling")
    explorer.sliders["t[MATH]"].value = 120
    found = explorer.posterior()
    assert found.theta_mean[2] == pytest.approx(beyond.learned(explorer.settings()).theta_mean[2], rel=1e-12)
    assert 60 < found.theta_mean[2] < 120
    explorer = explore("no_pooling")
    explorer.sliders["t[MATH]"].value = 120
    assert explorer.posterior().theta.mean[2] == pytest.approx(120 * 400 / 625, abs=1e-9)


@pytest.mark.parametrize("stem", list(MODULES)[:11])
def test_a_preset_is_a_setting_of_its_explorer(stem):
    explorer = explore(stem)
    controls = {c.name: c for c in explorer.controls}
    held = {one.name: one for one in explorer.held}
    assert explorer.figure.presets
    assert len({one["name"] for one in explorer.figure.presets}) == len(explorer.figure.presets)
    for preset in explorer.figure.presets:
        for name, value in preset["settings"].items():
            if name in held:
                assert list(held[name].checked(held[name].value(value)).initial) == value
            else:
                control = controls[name]
                control._replace(max=control.most or control.max, begin=None).checked(value)
        assert preset["settings"]
