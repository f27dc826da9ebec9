"""Summaries of a marginal on a grid, and the warning at the grid's edge."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling import no_pooling, partial_pooling
from pooling.departments import ONE_MEETING
from pooling.posterior import GridEdgeWarning, Marginal
from scipy import stats


def _normal(mean, sd, step):
    values = np.arange(-60, 60 + step / 2, step)
    p = stats.norm.pdf(values, mean, sd)
    return Marginal(values, p / p.sum())


def test_summaries_of_a_normal():
    m = _normal(3, 10, 0.5)
    assert m.mean == pytest.approx(3, abs=1e-6)
    assert m.sd == pytest.approx(10, abs=1e-4)
    assert m.median == pytest.approx(3, abs=1e-3)
    # The density is flat at its ends, so they move freely within a cell; the width doesn't.
    interval = m.interval(0.94)
    assert interval.upper - interval.lower == pytest.approx(2 * 10 * stats.norm.ppf(0.97), abs=0.01)
    assert interval.lower == pytest.approx(3 + 10 * stats.norm.ppf(0.03), abs=0.5)


def test_interval_error_falls_as_the_grid_refines():
    exact = 2 * 10 * stats.norm.ppf(0.97)
    error = [abs(np.subtract(*_normal(3, 10, step).interval()) + exact) for step in (4, 2, 1, 0.5)]
    assert error[-1] < error[0] / 10


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=12), st.floats(0.05, 0.95))
def test_interval_is_the_narrowest_that_holds_the_mass(weights, prob):
    p = np.array(weights) / sum(weights)
    m = Marginal(np.arange(p.size, dtype=float), p)
    lower, upper = m.interval(prob)
    cdf = np.concatenate([[0], np.cumsum(p)])

    def mass(a, b):
        return np.interp(b, m.edges, cdf) - np.interp(a, m.edges, cdf)

    assert mass(lower, upper) == pytest.approx(prob, abs=1e-9)
    for a in np.linspace(m.edges[0], m.edges[-1], 200):
        assert mass(a, a + (upper - lower) * 0.999) < prob + 1e-9


def test_skewed_interval_starts_at_the_mode():
    values = np.arange(60) + 0.5
    p = np.exp(-values / 5)
    lower, upper = Marginal(values, p / p.sum()).interval(0.94)
    assert lower == 0
    assert upper == pytest.approx(-5 * np.log(0.06), abs=0.1)


def test_one_row_a_department_gives_arrays():
    m = _normal(0, 10, 1)
    three = Marginal(m.values, np.stack([m.probability] * 3))
    assert three.mean.shape == three.median.shape == three.sd.shape == (3,)
    lower, upper = three.interval(0.5)
    assert lower.shape == upper.shape == (3,)
    assert isinstance(m.mean, float)
    assert isinstance(m.interval().lower, float)


def test_density_integrates_to_one():
    m = _normal(0, 10, 0.5)
    assert np.sum(m.density * np.diff(m.edges)) == pytest.approx(1)


@pytest.mark.parametrize("prob", [0, 1, -0.5, np.nan, "0.9"])
def test_interval_needs_a_probability(prob):
    with pytest.raises(ValueError, match="prob must be"):
        _normal(0, 10, 1).interval(prob)


@pytest.mark.parametrize(("value", "side"), [(150, r"upper end \(80"), (-150, r"lower end \(-80")])
def test_observation_far_off_the_grid_warns(value, side):
    with pytest.warns(GridEdgeWarning, match=rf"\d+% .* theta\[MATH\] .*{side}"):
        no_pooling.posterior([1, -15, value])


def test_hopeless_observation_is_an_error():
    with pytest.raises(ValueError, match=r"t must leave some point of the theta grid \[-80, 80\]"):
        no_pooling.posterior([1, -15, 5000], tau=1)


@pytest.mark.parametrize("t", [(40, 40, 40), (-40, -40, -40), (-40, 40, 40), (40, -40, 0)])
@pytest.mark.parametrize("sigma", [5, 30])
def test_no_setting_of_the_explorers_reaches_the_edge(t, sigma):
    for mu in (-20, 20):
        no_pooling.posterior(t, mu=mu, tau=20, sigma=sigma)  # a warning is an error
    partial_pooling.posterior(t, mu_scale=20, tau_scale=20, sigma=sigma)


def test_ordinary_meeting_does_not_warn():
    no_pooling.posterior(ONE_MEETING)
