"""The explorer of chapter 17 without a browser: its engine against the closed form in Python."""

import drawings
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
from scipy import stats

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


TIMES, PLANE = (90, 570), np.array([[150, -12], [340, 30]])  # where the axes end
SCALES = ("tau_a", "tau_b", "rho", "sigma")


def at_scales(at):
    """Return a driver's times as moved, every driver's least squares, and what Python believes of them."""
    j, y = int(at["driver"]), SLEEP.y.copy()
    y[SLEEP.driver == j] += at["shift"]
    known = SLEEP._replace(y=y).known(j, int(at["known"]))
    believed = closed(known, tau=[at["tau_a"], at["tau_b"]], rho=at["rho"], sigma=at["sigma"])
    return y[SLEEP.driver == j], least_squares(known), believed


def check_lines(drawing, at):
    """The days of one driver; his own line, the pooled one and everybody's, as far as the plot has them."""
    svg, layer, j = drawing.one("pe-drawing"), drawing.one("pe-layer"), int(at["driver"])
    plot = drawing.plot(drawing.all("pe-axes", svg)[0])
    times, own, believed = at_scales(at)
    handles = drawing.all("pe-handle", layer)
    places = np.array([drawing.place(one) for one in handles])
    plot.x.says(places[:, 0], np.arange(10))
    plot.y.says(places[:, 1], times)
    assert [drawing.hidden(one) for one in handles] == [day >= int(at["known"]) for day in range(10)]
    lines = {"pe-all": believed.mu_mean, "pe-line": believed.theta_mean[j], "pe-apart": own[j]}
    for kind, (start, slope) in lines.items():
        drawn = drawing.pieces(drawing.one(kind, svg))
        along = start + slope * np.arange(10)
        seen = np.flatnonzero((along >= TIMES[0]) & (along <= TIMES[1]))
        assert len(drawn) == (seen.size > 0)
        for ends in drawn:
            plot.x.says(ends[:, 0], seen[[0, -1]])
            plot.y.says(ends[:, 1], along[seen[[0, -1]]])
    assert drawing.texts("pe-stat", svg) == [f"driver {SLEEP.name[j]}"]


def check_plane(drawing, at):
    """Every driver's own pair and the pooled one, the population's mean, and 94 % of it."""
    svg, j = drawing.one("pe-drawing"), int(at["driver"])
    a, b = drawing.plot(drawing.all("pe-axes", svg)[1])
    _, own, believed = at_scales(at)

    def says(places, pairs):
        inside = np.clip(pairs, *PLANE)
        a.says(places[:, 0], inside[:, 0])
        b.says(places[:, 1], inside[:, 1])

    starts, ends = drawing.ends(drawing.one("pe-pulls", svg))
    says(ends, believed.theta_mean)
    says(starts, np.where(np.isfinite(own), own, believed.theta_mean))
    owns, dots, chosen = (
        drawing.middles(drawing.one(kind, svg)) for kind in ("pe-own", "pe-estimates", "pe-chosen")
    )
    np.testing.assert_allclose(owns, starts[np.isfinite(own[:, 0])], atol=0.11)
    np.testing.assert_allclose(dots, ends, atol=0.11)
    np.testing.assert_allclose(chosen, ends[[j]], atol=0.11)
    says(drawing.place(drawing.one("pe-mu", svg))[None], believed.mu_mean[None])
    (oval,) = drawing.pieces(drawing.one("pe-oval", svg))
    spread = covariance([at["tau_a"], at["tau_b"]], at["rho"])
    away = np.column_stack([a.value(oval[:, 0]), b.value(oval[:, 1])]) - believed.mu_mean
    width = np.sqrt(np.diag(spread))
    if width.min() > 1 and abs(at["rho"]) < 0.95:
        squares = np.einsum("ki,ij,kj->k", away, np.linalg.inv(spread), away)
        np.testing.assert_allclose(squares, stats.chi2(2).ppf(0.94), rtol=0.15)
    else:
        assert np.all(np.abs(away) <= np.sqrt(stats.chi2(2).ppf(0.94)) * width + pixel_of(a, b))


def pixel_of(*axes):
    return np.array([drawings.PIXEL / abs(axis.slope) for axis in axes])


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("varying_slopes", seed=17, number=3):
        check_lines(drawing, at)
        check_plane(drawing, at)


def test_each_scale_has_its_mark_by_hand_and_its_posterior():
    learned = posterior(SLEEP, nodes=15).scales
    ends = {control.name: (control.min, control.max) for control in EXPLORER.controls}
    for at, drawing in drawings.everywhere("varying_slopes", seed=18, number=1):
        parts = [drawing.drawn(kind) for kind in ("pe-rail", "pe-band", "pe-median", "pe-by-hand")]
        words = [text for text in drawing.texts("pe-code") if text in SCALES]
        assert words == list(SCALES)
        for name, rail, *marks in zip(SCALES, *parts, strict=True):
            axis = drawings.Axis.through(ends[name], drawing.pieces(rail)[0][:, 0])
            told = (learned[name].interval(0.94), learned[name].median, at[name])
            for mark, values in zip(marks, told, strict=True):
                axis.says(drawing.pieces(mark)[0][:, 0], values)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"driver": 3.0, "tau_b": 1.0, "sigma": 50.0}
    with drawings.shown("varying_slopes") as show:
        drawing = show(before=before)
    plot = drawing.plot(drawing.all("pe-axes")[0])
    start, slope = at_scales(before)[2].theta_mean[3]
    (past,) = (one for one in drawing.drawn("pe-ghost") if one.get("d"))
    plot.y.says(drawing.pieces(past)[0][:, 1], [start, start + 9 * slope])


def test_a_tap_in_the_plane_picks_the_driver_whose_own_pair_is_nearest():
    with drawings.shown("varying_slopes") as show:
        rings = show().middles(show().one("pe-own", show().one("pe-stage")))
        assert len(rings) == SLEEP.name.size
        for name, (x, y) in zip(SLEEP.name, rings, strict=True):
            tap = {"class": "pe-field", "type": "click", "event": {"clientX": x + 1, "clientY": y - 1}}
            assert f"driver {name}" in "".join(show(press=[tap]).root.itertext())
