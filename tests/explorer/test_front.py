"""The front page's explorer: its numbers in the browser's engine, in Python, and by hand."""

import drawings
import node
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling.departments import ONE_MEETING, Department
from pooling.exact import known_se
from pooling.explorer.front import EXPLORER, numbers
from pooling.priors import Normal
from scipy.stats import multivariate_normal

NAMES = [d.name for d in Department]
minutes = st.integers(-40, 40).map(float)


@pytest.fixture(scope="module")
def engine():
    with node.engine(EXPLORER) as ask:
        yield lambda t, tau, quantities: ask(
            {"tau": tau} | {f"t[{name}]": one for name, one in zip(NAMES, t, strict=True)}, quantities
        )["told"]


@settings(max_examples=40, deadline=None)
@given(st.tuples(minutes, minutes, minutes), st.integers(0, 60).map(float))
def test_the_engine_tells_what_python_tells(engine, t, tau):
    expected = numbers(t=np.array(t), tau=tau)
    assert engine(t, tau, expected) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("tau", [0.0, 3.0, 20.0, 60.0])
def test_by_the_dial_an_estimate_is_a_weighted_mean(tau):
    """Of t and E[mu], mu ~ N(0, 10), by w = tau² / (15² + tau²) and 1 - w; without the engine."""
    t = np.array(ONE_MEETING, float)
    w = tau**2 / (15**2 + tau**2)
    precision = 3 / (15**2 + tau**2)
    mu = precision * t.mean() / (precision + 1 / 10**2)
    told = numbers(t=t, tau=tau)
    assert [told[f"mean:theta[{name}]"] for name in NAMES] == pytest.approx(w * t + (1 - w) * mu)


def test_where_the_data_put_the_dial():
    """The median of p(tau | t) on a grid of its own, for arrivals alike and far apart."""
    tau = (np.arange(40_000) + 0.5) / 40  # to 1,000 minutes
    for t in ((1, 1, 1), (1, -15, 30), (0, -40, 40)):
        same = np.ones((3, 3)) * 10**2
        p = np.array(
            [multivariate_normal.pdf(t, None, same + (225 + one**2) * np.eye(3)) for one in tau[::8]]
        )
        p = np.interp(tau, tau[::8], p) / (1 + (tau / 3) ** 2)
        median = np.interp(0.5, np.cumsum(p) / p.sum(), tau + 0.0125)
        assert numbers(t=np.array(t, float), tau=1)["median:tau"] == pytest.approx(median, rel=2e-3)


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("front", seed=1):
        told = numbers(**at)
        x = drawing.plot(drawing.one("pe-axes")).x
        for name, t in zip(NAMES, at["t"], strict=True):
            (row,) = (one for one in drawing.drawn() if one.get("data-row") == name)
            theta = told[f"mean:theta[{name}]"]
            (way,) = drawing.pieces(drawing.one("pe-leader", row))
            x.says(way[:, 0], [t, theta])  # from the arrival to the estimate
            for mark, value in (
                ("pe-puck", t), ("pe-dot", theta), ("pe-ring", told[f"learned:theta[{name}]"])
            ):  # fmt: skip
                x.says(drawing.place(drawing.one(mark, row))[0], value)
            assert drawings.number(drawing.texts("pe-stat", row)[0]) == pytest.approx(theta, abs=0.0501)
        university = known_se(at["t"], [15.0] * 3, mu=Normal(0, 10), tau=at["tau"]).mu_mean
        (middle,) = drawing.like("the university, by your dial")
        x.says(drawing.pieces(middle)[0][:, 0], university)

        dial = drawing.one("pe-dial")
        (track,) = drawing.pieces(drawing.one("pe-baseline", dial))
        along = drawings.Axis.through([0, 60], track[:, 0])
        along.says(drawing.place(drawing.one("pe-here"))[0], at["tau"])
        (data,) = drawing.like("where the data put the dial")
        along.says(drawing.place(data)[0], min(60, told["median:tau"]))
        (said,) = (text for text in drawing.texts() if text.startswith("the data: "))
        assert drawings.numbers(said) == pytest.approx([told["median:tau"]], abs=0.0501)
        ends = {text.text: float(text.get("x")) for text in dial.iter("text")}
        assert [ends["all alike"], ends["nearly each for itself"]] == track[:, 0].tolist()


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"tau": 55.0, "t[MATH]": -8.0}
    with drawings.shown("front") as show:
        drawing = show(before=before)
    x = drawing.plot(drawing.one("pe-axes")).x
    told = numbers(**drawings.arguments(EXPLORER, before))
    past = [one for one in drawing.drawn("pe-ghost") if one.get("d")]
    for name, line in zip(NAMES, past, strict=True):
        x.says(drawing.pieces(line)[0][:, 0], told[f"mean:theta[{name}]"])
