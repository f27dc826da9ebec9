"""The front page's explorer: its numbers in the browser's engine, in Python, and by hand."""

import node
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling.departments import ONE_MEETING, Department
from pooling.explorer.front import EXPLORER, numbers
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
