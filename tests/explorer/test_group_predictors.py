"""The explorer of chapter 16 without a browser: its engine against the exact engine in Python."""

import drawings
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


HOUSES = (-1, 4)  # where the axis of radon ends


def given_tau(at):
    """Return the data as moved, and what Python believes at the slider's tau: line, theta, beta of floor."""
    moved = RADON._replace(y=RADON.y + at["shift"] * (RADON.county == at["county"]))
    on = tuple(name for name in ("floor", "uranium") if at[name] == "on")
    full = exact(moved, on)
    found = exact(moved, on, tau=at["tau"], sigma=full.sigma_mean)
    slope = found.beta_mean[1 + on.index("uranium")] if "uranium" in on else 0.0
    line = np.polynomial.Polynomial([found.beta_mean[0], slope])
    return moved, line, line(RADON.uranium) + found.alpha_mean, found.beta_mean[1] if "floor" in on else 0.0


def check_drawing(drawing, at):
    """Each county from its own mean to its estimate, the line between them; the houses of one of them."""
    svg, county = drawing.one("pe-drawing"), int(at["county"])
    plot, tau = (drawing.plot(axes) for axes in drawing.all("pe-axes", svg))
    moved, line, theta, beta = given_tau(at)
    own = np.bincount(RADON.county, moved.y) / RADON.n - beta * RADON.share

    def within(values):
        return np.clip(values, *HOUSES)

    ways = np.array(drawing.pieces(drawing.one("pe-pulls", svg)))
    plot.x.says(ways[:, :, 0], np.column_stack([RADON.uranium, RADON.uranium]))
    plot.y.says(ways[:, :, 1], within(np.column_stack([own, theta])))
    owns, dots, chosen = (
        drawing.middles(drawing.one(kind, svg)) for kind in ("pe-own", "pe-estimates", "pe-chosen")
    )
    np.testing.assert_allclose(owns, ways[:, 0], atol=0.11)
    np.testing.assert_allclose(dots, ways[:, 1], atol=0.11)
    np.testing.assert_allclose(chosen, ways[[county], 1], atol=0.11)
    sizes = [np.ptp(piece[:, 0]) for piece in drawing.pieces(drawing.one("pe-own", svg))]
    np.testing.assert_allclose(np.array(sizes) / 2, 1.5 + 0.55 * np.sqrt(RADON.n), atol=0.11)  # by area
    np.testing.assert_array_equal(drawing.place(drawing.one("pe-point", svg)), ways[county, 0])
    here = RADON.county == county
    cellar, ground = drawing.all("pe-houses", svg)
    for node_, floor, strokes in ((cellar, 0, 1), (ground, 1, 2)):
        houses = within(moved.y[here & (RADON.first_floor == floor)])
        boxes = [np.concatenate(drawing.pieces(node_)[k : k + strokes])
                 for k in range(0, strokes * houses.size, strokes)]  # fmt: skip
        assert len(drawing.pieces(node_)) == strokes * houses.size
        if boxes:
            plot.y.says([(box[:, 1].min() + box[:, 1].max()) / 2 for box in boxes], houses)
    (ends,) = drawing.pieces(drawing.one("pe-through", svg))
    plot.y.says(ends[:, 1], within(line(plot.x.value(ends[:, 0]))))
    (hand,) = drawing.pieces(drawing.one("pe-by-hand", svg))
    tau.x.says(hand[:, 0], at["tau"])
    name, by_hand = drawing.texts("pe-stat", svg)
    assert name.startswith(RADON.name[county])
    assert drawings.numbers(name)[-1] == RADON.n[county]
    assert drawings.numbers(by_hand) == pytest.approx([at["tau"]], abs=0.0051)


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("group_predictors", seed=16):
        check_drawing(drawing, at)


def test_the_hill_of_tau_has_the_posteriors_mean_and_sd(engine):
    with drawings.shown("group_predictors") as show:
        for settings in ({}, {"uranium": "on"}, {"floor": "off", "shift": -3.0}):
            now = drawings.initial(EXPLORER) | settings
            drawing, told = show(now), engine(["mean:tau", "sd:tau"], now)["told"]
            tau = drawing.plot(drawing.all("pe-axes")[1]).x
            (hill,) = drawing.pieces(drawing.drawn("pe-tau")[0])
            foot = drawing.pieces(drawing.drawn("pe-baseline")[1])[0][0, 1]
            weight, values = foot - hill[:, 1], tau.value(hill[:, 0])
            mean = np.average(values, weights=weight)
            assert mean == pytest.approx(told["mean:tau"], abs=0.004)
            sd = np.sqrt(np.average((values - mean) ** 2, weights=weight))
            assert sd == pytest.approx(told["sd:tau"], abs=0.004)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"uranium": "on", "shift": -2.0}
    with drawings.shown("group_predictors") as show:
        drawing = show(before=before)
    plot, line = drawing.plot(drawing.all("pe-axes")[0]), given_tau(before)[1]
    (past,) = (one for one in drawing.drawn("pe-ghost") if one.get("d"))
    (ends,) = drawing.pieces(past)
    plot.y.says(ends[:, 1], line(plot.x.value(ends[:, 0])))
