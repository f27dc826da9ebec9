"""LKJ priors of one correlation, and a correlation whose day 0 moves."""

import numpy as np
import pytest
from pooling.varying_slopes import data
from pooling.varying_slopes.given_scales import covariance, least_squares
from pooling.varying_slopes.lkj import marginal, moved

SLEEP = data()


@pytest.mark.slow
@pytest.mark.parametrize(("eta", "effects"), [(2, 2), (1, 6)])
def test_it_is_what_pymc_draws(eta, effects):
    import pymc as pm

    factors = pm.draw(pm.LKJCorr.dist(n=effects, eta=eta), draws=4000, random_seed=1)
    drawn = factors[:, -1, 0]  # of Cholesky factors, whose first row is (1, 0, ...)
    stated = marginal(eta, effects)
    error = stated.std() / np.sqrt(4000)
    assert drawn.mean() == pytest.approx(0, abs=4 * error)
    assert drawn.std() == pytest.approx(stated.std(), rel=0.05)
    assert np.mean(np.abs(drawn) < 0.3) == pytest.approx(stated.cdf(0.3) - stated.cdf(-0.3), abs=0.035)


def test_of_two_effects_it_is_a_power_of_the_determinant():
    x = np.linspace(-0.9, 0.9, 7)
    for eta in (1, 2, 5):
        density = marginal(eta).pdf(x)
        np.testing.assert_allclose(density / density[3], (1 - x**2) ** (eta - 1))


def test_lines_keep_their_slopes_and_change_their_correlation_when_day_0_moves():
    own = least_squares(SLEEP)
    sd, rho = own.std(axis=0, ddof=1), np.corrcoef(own.T)[0, 1]
    found = moved(sd, rho, [0, 4.5, 9])
    for k, origin in enumerate((0, 4.5, 9)):
        there = least_squares(SLEEP.since(origin))
        assert found[0][k] == pytest.approx(there[:, 0].std(ddof=1))
        assert found[1][k] == pytest.approx(np.corrcoef(there.T)[0, 1])
    np.testing.assert_allclose(found[1], [-0.138, 0.665, 0.887], atol=1e-3)


def test_far_off_the_correlation_is_one():
    _, rho = moved([25, 6], 0.1, [-1e6, 1e6])
    np.testing.assert_allclose(rho, [-1, 1], atol=1e-6)
    spread = covariance([25, 6], 0.1)
    zero = -spread[0, 1] / spread[1, 1]
    assert moved([25, 6], 0.1, zero)[1] == pytest.approx(0, abs=1e-12)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="eta must be > 0 and finite, got 0"):
        marginal(0)
    with pytest.raises(ValueError, match="effects must be an integer >= 2, got 1"):
        marginal(2, 1)
