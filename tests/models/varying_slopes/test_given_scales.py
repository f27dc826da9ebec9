"""The closed form at known scales, against one normal distribution of everything, written out."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling.varying_slopes import data
from pooling.varying_slopes.given_scales import (
    MU_MEAN,
    MU_SD,
    covariance,
    least_squares,
    predict,
)
from pooling.varying_slopes.given_scales import given as closed
from scipy import stats

SLEEP = data()
FIRST = SLEEP._replace(name=SLEEP.name[:4], **{
    name: getattr(SLEEP, name)[SLEEP.driver < 4] for name in ("driver", "day", "y")
})  # fmt: skip


def dense(data, tau, rho, sigma):
    """Means and covariances of mu and theta given y, and the density of y, from the joint covariance.

    Of mu (2), theta (J, 2) and y (N): theta = mu + pairs, y = x theta + noise.
    """
    groups = data.name.size
    pairs = np.kron(np.eye(groups), np.outer(tau, tau) * np.array([[1, rho], [rho, 1]]))
    ones = np.kron(np.ones((groups, 1)), np.eye(2))
    of_mu = np.diag(MU_SD**2)
    of_theta = ones @ of_mu @ ones.T + pairs
    x = np.zeros((data.y.size, 2 * groups))
    rows = np.arange(data.y.size)
    x[rows, 2 * data.driver], x[rows, 2 * data.driver + 1] = 1, data.day
    of_y = x @ of_theta @ x.T + sigma**2 * np.eye(data.y.size)
    off = data.y - x @ ones @ MU_MEAN
    found = {}
    for name, own, with_y, start in (("mu", of_mu, of_mu @ ones.T @ x.T, MU_MEAN),
                                     ("theta", of_theta, of_theta @ x.T, ones @ MU_MEAN)):  # fmt: skip
        gain = np.linalg.solve(of_y, with_y.T).T
        found[name] = start + gain @ off, own - gain @ with_y.T
    return found, stats.multivariate_normal(np.zeros(data.y.size), of_y).logpdf(off)


def agrees(data, tau, rho, sigma):
    found = closed(data, tau=tau, rho=rho, sigma=sigma)
    expected, log_p = dense(data, np.array(tau), rho, sigma)
    np.testing.assert_allclose(found.mu_mean, expected["mu"][0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.mu_cov, expected["mu"][1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.theta_mean.ravel(), expected["theta"][0], rtol=1e-6, atol=1e-5)
    for j in range(data.name.size):
        own = slice(2 * j, 2 * j + 2)
        np.testing.assert_allclose(found.theta_cov[j], expected["theta"][1][own, own], rtol=1e-5, atol=1e-5)
    assert found.log_marginal == pytest.approx(log_p, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 100), st.floats(0, 30), st.floats(-1, 1), st.floats(3, 80), st.integers(0, 10))
@example(0, 0, 0, 25, 10)
@example(25, 6, 1, 25, 10)
@example(25, 6, -1, 25, 0)
@example(25, 0, 0.5, 25, 1)
def test_it_is_the_joint_normal_distribution(tau_a, tau_b, rho, sigma, first):
    agrees(FIRST.known(1, first), (tau_a, tau_b), rho, sigma)


def test_days_may_be_counted_from_any_day():
    agrees(FIRST.since(4.5), (30, 6), 0.6, 25)


def test_many_scales_at_once_are_each_by_itself():
    rng = np.random.default_rng(0)
    tau, rho, sigma = rng.uniform(1, 30, (3, 4, 2)), rng.uniform(-1, 1, (3, 4)), rng.uniform(10, 40, (3, 4))
    few = SLEEP.known(2, 4)
    together = closed(few, tau=tau, rho=rho, sigma=sigma)
    for at in ((0, 0), (2, 3)):
        alone = closed(few, tau=tau[at], rho=rho[at], sigma=sigma[at])
        for one, all_ in zip(alone, together, strict=True):
            np.testing.assert_allclose(one, all_[at])


def test_without_spread_everybody_is_the_population():
    found = closed(SLEEP, tau=[0, 0], rho=0, sigma=25)
    np.testing.assert_allclose(found.theta_mean, np.tile(found.mu_mean, (18, 1)))


def test_with_a_wide_spread_everybody_is_alone():
    found = closed(SLEEP, tau=[1e5, 1e4], rho=0, sigma=25)
    np.testing.assert_allclose(found.theta_mean, least_squares(SLEEP), atol=1e-3)


def test_with_a_flat_prior_mu_is_generalised_least_squares():
    found = closed(SLEEP, tau=[24.7, 5.9], rho=0.07, sigma=25.6, flat=True)
    np.testing.assert_allclose(found.mu_mean, least_squares(SLEEP).mean(axis=0))  # as many days for each


def test_a_positive_correlation_lets_the_intercept_inform_the_slope():
    """A driver with day 0 only, higher than the others: his slope is believed to be what rho says."""
    high = SLEEP.known(3, 1)  # 330, who is the slowest on day 0
    slope = {rho: closed(high, tau=[25, 6], rho=rho, sigma=25) for rho in (-0.9, 0.0, 0.9)}
    off = {rho: one.theta_mean[3, 1] - one.mu_mean[1] for rho, one in slope.items()}
    assert off[-0.9] < -1
    assert off[0.0] == pytest.approx(0, abs=1e-9)
    assert off[0.9] > 1


def test_a_prediction_is_that_of_two_coefficients():
    mean, cov = np.array([250.0, 10.0]), covariance([20, 5], -0.3)
    line, of_line, of_time = predict(mean, cov, np.array([0.0, 4.0]), sigma=25)
    draws = np.random.default_rng(0).multivariate_normal(mean, cov, 200_000)
    there = draws[:, 0] + 4 * draws[:, 1]
    assert line.tolist() == [250, 290]
    assert of_line[1] == pytest.approx(there.std(), rel=0.01)
    assert of_line[0] == pytest.approx(20)
    np.testing.assert_allclose(of_time**2 - of_line**2, 625)


def test_a_line_needs_two_days():
    assert np.isnan(least_squares(SLEEP.known(0, 1))[0]).all()
    x, y = SLEEP.day[:10], SLEEP.y[:10]
    np.testing.assert_allclose(least_squares(SLEEP)[0], np.polyfit(x, y, 1)[::-1])


def test_bad_scales_are_named():
    with pytest.raises(ValueError, match=r"sigma must be > 0 and finite, got array\(0.\)"):
        closed(SLEEP, tau=[1, 1], rho=0, sigma=0)
    with pytest.raises(ValueError, match="tau must be finite numbers >= 0"):
        covariance([1, -1], 0)
    with pytest.raises(ValueError, match=r"rho must be in \[-1, 1\], got array\(1.1\)"):
        covariance([1, 1], 1.1)
