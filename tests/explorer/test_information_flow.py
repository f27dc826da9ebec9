"""The explorer of chapter 12 without a browser: its engine against the exact engine in Python."""

import node
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling.explorer import explore
from pooling.explorer.information_flow import EXPLORER, numbers, posterior

MODELS = EXPLORER.held[0].options


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says of some quantities at settings, and all theta, from one Node process."""
    with node.engine(EXPLORER, also="result.theta") as ask:
        yield lambda quantities, **at: ask(at, quantities)


def agree(engine, **at):
    expected = numbers(**at)
    found = engine(expected, **at)
    # What is exactly 0 in one of the two (the sd of a fixed tau) is rounding in the other.
    assert found["told"] == pytest.approx(expected, rel=1e-5, abs=1e-7)
    np.testing.assert_allclose(found["also"], posterior(at).theta_mean, rtol=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(-10, 20), st.sampled_from(MODELS))
@example(16, 20, "partial_pooling")
@example(16, -10, "partial_pooling")
@example(8, 20, "no_pooling")
def test_engine_agrees_with_the_exact_posterior(engine, city, added, model):
    agree(engine, city=city, added=added, model=model)


def test_nothing_added_moves_nobody(engine):
    for model in MODELS:
        told = engine(["rise:others", "fall:others", "moved:theta"], city=3, added=0, model=model)["told"]
        assert set(told.values()) == {0}


def test_without_pooling_the_others_all_but_stand_still_and_with_a_fixed_error_they_do(engine):
    others = ["rise:others", "fall:others"]
    at = {
        model: engine(others, city=16, added=20, model=model)["told"]
        for model in ("partial_pooling", "no_pooling", "error_fixed")
    }
    assert at["partial_pooling"]["rise:others"] > 1
    assert at["partial_pooling"]["fall:others"] < -1
    assert -0.1 < at["no_pooling"]["fall:others"] < -0.01
    assert at["no_pooling"]["rise:others"] <= 0
    assert set(at["error_fixed"].values()) == {0}


def test_a_city_stops_at_zero():
    empty = int(np.argmin(EXPLORER.data["mean"]))
    assert EXPLORER.data["mean"][empty] == 0
    down, still = (
        posterior({"city": empty, "added": added, "model": "partial_pooling"}).theta_mean
        for added in (-10, 0)
    )
    np.testing.assert_array_equal(down, still)


def test_python_goes_on_from_where_it_stands():
    explorer = explore("information_flow", city=3, added=-2, model="no_pooling")
    assert explorer.settings() == {"city": 3, "added": -2, "model": "no_pooling"}
    assert explorer.posterior().tau_mean == pytest.approx(10)
    with pytest.raises(ValueError, match=r"city must be in \[0, 60\]"):
        explore("information_flow", city=61)
    with pytest.raises(ValueError, match="model must be one of partial_pooling, no_pooling, error_fixed"):
        explore("information_flow", model="both")
