"""The explorer of chapter 17 without a browser: its engine against the closed form in Python."""

import node
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling import varying_slopes
from pooling.explorer import explore
from pooling.explorer.varying_slopes import EXPLORER, numbers
from pooling.varying_slopes.given_scales import covariance, least_squares
from pooling.varying_slopes.given_scales import given as closed
from pooling.varying_slopes.posteriors import posterior

SLEEP = varying_slopes.data()
START = {"tau_a": 27, "tau_b": 6.5, "rho": 0.05, "sigma": 26, "driver": 8, "shift": [0.0] * 10, "known": "10"}
shifts = st.lists(st.integers(-20, 20).map(lambda x: 5.0 * x), min_size=10, max_size=10)


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says of some quantities at settings, and the rest of its result, from Node."""
    with node.engine(EXPLORER, also="result") as ask:
        yield lambda quantities, at: ask(at, quantities)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 60),
    st.integers(0, 150),
    st.integers(-20, 20),
    st.integers(5, 60),
    st.integers(0, 17),
    shifts,
    st.sampled_from(["10", "5", "2", "0"]),
)
@example(0, 0, 20, 5, 0, [100.0] * 10, "0")
@example(60, 150, -20, 60, 17, [-100.0] * 10, "10")
def test_engine_agrees_with_the_closed_form(engine, tau_a, tau_b, rho, sigma, driver, shift, known):
    at = {"tau_a": tau_a, "tau_b": tau_b / 10, "rho": rho / 20, "sigma": sigma, "driver": driver}
    at |= {"shift": shift, "known": known}
    expected = numbers(**at)
    told = engine(expected, at)["told"]
    for quantity, value in expected.items():
        sd = expected[f"sd:{quantity.split(':')[1]}"]
        assert abs(told[quantity] - value) <= 1e-6 * sd, quantity


def test_every_driver_is_where_python_has_him(engine):
    found = engine([], START | {"driver": 3, "known": "5"})["also"]
    few = SLEEP.known(3, 5)
    expected = closed(few, tau=[27, 6.5], rho=0.05, sigma=26)
    np.testing.assert_allclose(found["theta"], expected.theta_mean, rtol=1e-9)
    np.testing.assert_allclose(found["own"], least_squares(few), rtol=1e-9)
    np.testing.assert_allclose(np.reshape(found["spread"], (2, 2)), covariance([27, 6.5], 0.05))
    np.testing.assert_allclose(np.reshape(found["cov"], (2, 2)), expected.theta_cov[3], rtol=1e-9)


def test_without_days_a_driver_is_the_population(engine):
    at = START | {"known": "0", "driver": 0}
    found = engine(["mean:a", "mean:mu_a", "mean:b", "mean:mu_b"], at)
    assert found["told"]["mean:a"] == pytest.approx(found["told"]["mean:mu_a"])
    assert found["told"]["mean:b"] == pytest.approx(found["told"]["mean:mu_b"])
    assert found["also"]["own"][0] is None


def test_days_that_are_taken_away_may_be_anything(engine):
    at = START | {"known": "2"}
    told = [
        engine(["mean:b"], at | {"shift": [0.0, 5.0, *later]})["told"] for later in ([0.0] * 8, [90.0] * 8)
    ]
    assert told[0] == told[1]


def test_without_spread_all_drivers_have_one_line(engine):
    theta = np.array(engine([], START | {"tau_a": 0, "tau_b": 0})["also"]["theta"])
    assert np.ptp(theta, axis=0).max() < 1e-9


def test_the_marks_are_those_of_the_posterior():
    exact = posterior(SLEEP)
    for k, (name, (low, high, middle)) in enumerate(EXPLORER.data["marks"].items()):
        lower, upper = exact.scales[name].interval(0.94)
        expected = [lower, upper, exact.scales[name].median]
        np.testing.assert_allclose([low, high, middle], expected, atol=0.06 * exact.sd[k])


def test_it_begins_where_the_posterior_has_the_scales():
    exact = posterior(SLEEP)
    for k, control in enumerate(EXPLORER.controls[:4]):
        assert abs(control.initial - exact.mean[k]) < max(control.step, 0.1 * exact.sd[k])
    assert SLEEP.name[int(EXPLORER.controls[4].initial)] == "335"


def test_python_goes_on_from_where_it_stands():
    explorer = explore("varying_slopes", tau_a=10, rho=0.5, driver=2, known="5", shift=[50] * 10)
    found = explorer.posterior()
    y = SLEEP.y + 50 * (SLEEP.driver == 2)
    expected = closed(SLEEP._replace(y=y).known(2, 5), tau=[10, 6.5], rho=0.5, sigma=26)
    np.testing.assert_array_equal(found.theta_mean, expected.theta_mean)
    for wrong, message in (
        ({"tau_b": 16}, r"tau_b must be in \[0, 15\], got 16"),
        ({"known": "3"}, "known must be one of 10, 5, 2, 0, got '3'"),
        ({"shift": [0] * 9}, r"shift must have shape \(10,\), got shape \(9,\)"),
        ({"shift": [200] + [0] * 9}, r"shift\[0\] must be in \[-100, 100\], got 200"),
    ):
        with pytest.raises(ValueError, match=message):
            explore("varying_slopes", **wrong)
