"""The explorer of chapter 12 without a browser: its engine against the exact engine in Python."""

import drawings
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


N, MEAN, ORDER = (np.array(EXPLORER.data[name]) for name in ("n", "mean", "order"))
ACCIDENTS, MOVES = (0, 48), (-2, 3.5)  # where the axes end


def middles(drawing, paths):
    """Return the middle of each of some paths' pieces, from left to right, and their lowest and highest y."""
    pieces = sorted(
        (piece for path in paths for piece in drawing.pieces(path)), key=lambda one: one[:, 0].mean()
    )
    x = np.array([(one[:, 0].min() + one[:, 0].max()) / 2 for one in pieces])
    return x, np.array([[one[:, 1].min(), one[:, 1].max()] for one in pieces]).reshape(-1, 2)


def check_drawing(drawing, at):
    """Above, each city's own mean and its estimate; below, how far that has moved; all in one order."""
    svg, city = drawing.one("pe-drawing"), int(at["city"])
    upper, lower = drawing.all("pe-axes", svg)
    y, moves = (drawing.plot(axes, only="y").y for axes in (upper, lower))
    found, mean = posterior(at), MEAN.copy()
    mean[city] = max(0, mean[city] + at["added"])
    raw = np.array([piece.mean(axis=0) for piece in drawing.pieces(drawing.one("pe-raw", svg))])
    y.says(raw[:, 1], np.clip(mean, *ACCIDENTS))
    np.testing.assert_array_equal(np.argsort(raw[:, 0]), ORDER)
    ways = np.array(drawing.pieces(drawing.one("pe-arrows", svg))).reshape(-1, 2, 2, 2)  # a way and its end
    y.says(ways[:, 0, :, 1], np.column_stack([np.clip(mean, *ACCIDENTS), found.theta_mean]))
    np.testing.assert_allclose(ways[:, 0, :, 0], raw[:, [0, 0]], atol=0.11)
    y.says(drawing.pieces(drawing.one("pe-through", svg))[0][:, 1], found.mu_mean)

    change = found.theta_mean - posterior(at | {"added": 0}).theta_mean
    zero, x = moves.at(0), np.sort(raw[:, 0])
    up, down = (middles(drawing, drawing.all(kind, svg)) for kind in ("pe-rise", "pe-fall"))
    for (across, ends), whose, end in ((up, change >= 0, 0), (down, change < 0, 1)):
        cities = ORDER[whose[ORDER]]
        np.testing.assert_allclose(across, x[whose[ORDER]], atol=0.11)
        moves.says(ends[:, end], np.clip(change[cities], *MOVES))
        np.testing.assert_allclose(ends[:, 1 - end], zero, atol=drawings.PIXEL)

    puck = drawing.place(drawing.one("pe-point", svg))
    np.testing.assert_allclose(puck, raw[city], atol=1e-9)
    band = drawing.one("pe-band", svg)
    middle = float(band.get("x")) + float(band.get("width")) / 2
    assert middle == pytest.approx(raw[city, 0], abs=0.11)
    name, itself = drawing.texts("pe-stat", svg)
    assert drawings.numbers(name) == [city, N[city]]
    assert drawings.numbers(itself) == pytest.approx([change[city]], abs=0.0051)
    for tick in drawing.all("pe-tick", lower):  # how many rows the cities above it have
        if tick.get("text-anchor") == "middle" and tick.text.isdigit():
            assert N[np.abs(raw[:, 0] - float(tick.get("x"))).argmin()] == int(tick.text)


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("information_flow", seed=12, number=3):
        check_drawing(drawing, at)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"city": 16, "added": 20.0}
    with drawings.shown("information_flow") as show:
        drawing = show(before=before)
    moves = drawing.plot(drawing.all("pe-axes")[1], only="y").y
    (past,) = (one for one in drawing.drawn("pe-ghost") if one.get("d"))
    change = posterior(before).theta_mean - posterior(before | {"added": 0}).theta_mean
    moves.says([piece[0, 1] for piece in drawing.pieces(past)], np.clip(change, *MOVES))


def test_a_citys_own_mean_follows_the_pointer():
    """From wherever it is taken hold of; up is more accidents."""
    at = drawings.initial(EXPLORER) | {"city": 25, "added": 3.0}
    hold = {"class": "pe-own-mean", "type": "pointerdown", "event": {"clientX": 200, "clientY": 120}}
    with drawings.shown("information_flow") as show:
        y = show(at).plot(show(at).all("pe-axes")[0], only="y").y
        moved = 5 * (y.at(1) - y.at(0))  # pixels; negative: upwards
        move = {
            "class": "pe-own-mean",
            "type": "pointermove",
            "event": {"clientX": 90, "clientY": 120 + moved},
        }
        drawing = show(at, press=[hold, move])
    check_drawing(drawing, at | {"added": 8.0})
