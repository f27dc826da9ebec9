"""The explorer of chapter 16 without a browser: its engine against the exact engine in Python."""

import node
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling import group_predictors
from pooling.explorer import explore
from pooling.explorer.group_predictors import EXPLORER, numbers, posterior
from pooling.group_predictors.posteriors import posterior as exact

RADON = group_predictors.data()
START = {"tau": 0.16, "county": 36, "shift": 0.0, "floor": "on", "uranium": "on"}
switch = st.sampled_from(["on", "off"])


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says of some quantities at settings, and the rest of its result, from Node."""
    also = "{ own: result.own, theta: result.given.theta, line: result.given.line, density: result.density }"
    with node.engine(EXPLORER, also=also) as ask:
        yield lambda quantities, at: ask(at, quantities)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 80), st.integers(0, 84), st.integers(-30, 30), switch, switch)
@example(0, 69, 30, "on", "on")
@example(80, 26, -30, "off", "off")
@example(33, 0, 0, "on", "off")
@example(1, 84, -7, "off", "on")
def test_engine_agrees_with_the_exact_posterior(engine, tau, county, shift, floor, uranium):
    at = {"tau": tau / 100, "county": county, "shift": shift / 10, "floor": floor, "uranium": uranium}
    expected = numbers(**at)
    told = engine(expected, at)["told"]
    for quantity, value in expected.items():
        kind, name = quantity.split(":")
        sd = expected["sd:alpha" if kind == "given" else f"sd:{name}"]
        assert abs(told[quantity] - value) <= 1e-6 * sd, quantity


def test_given_tau_each_county_is_weighed_as_chapter_8_says(engine):
    """theta_j lies w_j = n_j tau²/(n_j tau² + sigma²) of the way from the line to the county's own mean."""
    for tau in (0.05, 0.33):
        at = START | {"tau": tau}
        found = engine(["mean:sigma"], at)
        own, theta, line = (np.array(found["also"][name]) for name in ("own", "theta", "line"))
        weight = RADON.n * tau**2 / (RADON.n * tau**2 + found["told"]["mean:sigma"] ** 2)
        np.testing.assert_allclose(theta - line, weight * (own - line), atol=1e-10)


def test_at_no_spread_every_county_lies_on_the_line(engine):
    also = engine([], START | {"tau": 0})["also"]
    np.testing.assert_allclose(also["theta"], also["line"], atol=1e-12)


def test_what_is_off_is_nothing(engine):
    off = START | {"floor": "off", "uranium": "off"}
    quantities = ["mean:beta", "sd:beta", "mean:gamma1", "sd:gamma1", "given:beta"]
    found = engine(quantities, off)
    assert set(found["told"].values()) == {0}
    assert np.ptp(found["also"]["line"]) == 0
    np.testing.assert_allclose(found["also"]["own"], RADON.mean, rtol=1e-12)


def test_a_shift_moves_one_county_by_itself(engine):
    before, after = (engine([], START | {"shift": shift})["also"] for shift in (0, 0.7))
    moved = np.array(after["own"]) - np.array(before["own"])
    assert moved[36] == pytest.approx(0.7, abs=0.01)
    assert np.abs(np.delete(moved, 36)).max() < 0.01  # the floor's coefficient, a little


def test_the_density_of_tau_is_that_of_the_draws(engine):
    found = np.array(engine([], START)["also"]["density"])
    taus = 0.01 * (np.arange(81) + 0.25)
    draws = exact(RADON).draw(2, 20_000).tau
    for low, high in ((0, 0.1), (0.1, 0.2), (0.2, 0.4)):
        inside = np.linspace(low, high, 2001)
        mass = np.trapezoid(np.interp(inside, taus, found), inside)
        share = np.mean((draws > low) & (draws < high))
        assert mass == pytest.approx(share, abs=4 * 0.5 / np.sqrt(draws.size) + 0.003)


def test_tau_by_hand_leaves_the_posterior_as_it_is(engine):
    quantities = [f"{of}:{name}" for of in ("mean", "sd") for name in ("gamma0", "gamma1", "beta", "tau")]
    first = engine(quantities, START)["told"]
    engine(quantities, START | {"shift": 2.0})
    assert engine(quantities, START | {"tau": 0.7})["told"] == first


def test_python_goes_on_from_where_it_stands():
    explorer = explore("group_predictors", uranium="on", shift=0.5, tau=0.2)
    assert explorer.settings() == {
        "tau": 0.2, "county": 35, "shift": 0.5, "floor": "on", "uranium": "on"
    }  # fmt: skip
    moved = RADON._replace(y=RADON.y + 0.5 * (RADON.county == 35))
    expected = exact(moved)
    np.testing.assert_array_equal(explorer.posterior().alpha_mean, expected.alpha_mean)
    assert posterior(START | {"uranium": "off"}).beta_mean.size == 2
    with pytest.raises(ValueError, match=r"tau must be in \[0, 0.8\], got 0.9"):
        explore("group_predictors", tau=0.9)
    with pytest.raises(ValueError, match="floor must be one of on, off, got 'maybe'"):
        explore("group_predictors", floor="maybe")


def test_it_begins_at_a_county_with_few_houses_and_much_radon():
    (county,) = (c for c in EXPLORER.controls if c.name == "county")
    assert RADON.name[int(county.initial)] == "LAC QUI PARLE"
    assert RADON.n[int(county.initial)] == 2
