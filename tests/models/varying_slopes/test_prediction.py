"""Later days predicted from first ones, and a driver whom nobody has seen."""

import numpy as np
import pytest
from pooling.varying_slopes import data
from pooling.varying_slopes.given_scales import covariance
from pooling.varying_slopes.posteriors import restricted
from pooling.varying_slopes.prediction import forecast, new_pairs

SLEEP = data()


@pytest.fixture(scope="module")
def told():
    return forecast(SLEEP, first=4)


def test_what_came_is_what_had_been_taken_away(told):
    later = SLEEP.day >= 4
    np.testing.assert_array_equal(told.y, SLEEP.y[later])
    np.testing.assert_array_equal(told.day, SLEEP.day[later])
    np.testing.assert_array_equal(told.driver, SLEEP.driver[later])


def test_it_predicts_from_what_was_left(told):
    here = told.driver == 5
    line = np.polyfit(SLEEP.day[50:54], SLEEP.y[50:54], 1)
    np.testing.assert_allclose(told.own[here], np.polyval(line, np.arange(4, 10)))
    left = restricted(SLEEP.known(5, 4))
    np.testing.assert_allclose(told.everybody[here], left.mu[0] + left.mu[1] * np.arange(4, 10))
    np.testing.assert_allclose(told.pooled[here], left.theta[5] @ [np.ones(6), np.arange(4, 10)])


def test_it_does_not_know_what_came(told):
    """Other times after the first four leave the prediction of this driver as it is."""
    later = (SLEEP.driver == 5) & (SLEEP.day >= 4)
    other = SLEEP._replace(y=np.where(later, SLEEP.y + 30, SLEEP.y))
    after = forecast(other, first=4)
    here = told.driver == 5
    for name in ("own", "everybody", "pooled", "sd"):
        np.testing.assert_array_equal(getattr(told, name)[here], getattr(after, name)[here])


def test_pooled_lines_predict_best(told):
    off = {
        name: np.sqrt(np.mean((getattr(told, name) - told.y) ** 2)) for name in ("own", "everybody", "pooled")
    }
    assert off["pooled"] < 0.9 * off["everybody"]
    assert off["pooled"] < 0.8 * off["own"]
    held = np.mean(np.abs(told.y - told.pooled) < 1.881 * told.sd)
    assert 0.86 < held < 0.99


def test_new_drivers_scatter_as_the_population_does():
    n = 100_000
    pairs = new_pairs(np.tile([250, 10], (n, 1)), np.tile([25, 6], (n, 1)), np.full(n, -0.5), seed=3)
    np.testing.assert_allclose(pairs.mean(axis=0), [250, 10], atol=0.3)
    np.testing.assert_allclose(np.cov(pairs.T), covariance([25, 6], -0.5), rtol=0.03)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="first must be an integer >= 2, got 1"):
        forecast(SLEEP, first=1)
    with pytest.raises(ValueError, match=r"tau must have shape \(3, 2\), got shape \(2,\)"):
        new_pairs(np.zeros((3, 2)), [1, 1], [0, 0, 0])
    with pytest.raises(ValueError, match=r"rho must be in \[-1, 1\]"):
        new_pairs(np.zeros((1, 2)), [[1, 1]], [2])
