"""The exact engine with one unknown sigma, against brute force; and fixed, against `known_se`."""

import numpy as np
import pytest
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, Normal
from scipy import stats

N, MEAN, SS = np.array([2, 5, 1]), np.array([3.0, -4.0, 9.0]), np.array([8.0, 90.0, 0.0])


def test_a_fixed_sigma_is_a_known_standard_error():
    priors = {"mu": Normal(0, 10), "tau": HalfCauchy(3)}
    p, q = normal_groups(N, MEAN, SS, sigma=4.0, **priors), known_se(MEAN, 4 / np.sqrt(N), **priors)
    np.testing.assert_allclose(p.theta_mean, q.theta_mean, rtol=1e-9)
    np.testing.assert_allclose(p.theta_sd, q.theta_sd, rtol=1e-9)


def test_agrees_with_brute_force():
    log_tau, log_sigma = np.linspace(-12, 6, 361), np.linspace(-1.5, 4.5, 241)
    total = np.zeros(8)
    for tau in np.exp(log_tau):
        for sigma in np.exp(log_sigma):
            # theta jointly normal with the group means: condition by matrices
            prior = 100 * np.ones((3, 3)) + tau**2 * np.eye(3)
            cov = prior + np.diag(sigma**2 / N)
            gain = prior @ np.linalg.inv(cov)
            density = np.exp(-0.5 * MEAN @ np.linalg.solve(cov, MEAN)) / np.sqrt(np.linalg.det(cov))
            density *= sigma ** -(N - 1.0).sum() * np.exp(-SS.sum() / (2 * sigma**2))
            density *= stats.expon.pdf(tau, 0, 2) * stats.expon.pdf(sigma, 0, 5) * tau * sigma
            mean, variance = gain @ MEAN, np.diag(prior - gain @ prior)
            total += density * np.concatenate([[1, sigma], mean, variance + mean**2])
    _, sigma_mean, *rest = total / total[0]
    mean, square = np.reshape(rest, (2, 3))
    p = normal_groups(N, MEAN, SS, mu=Normal(0, 10), tau=Exponential(0.5), sigma=Exponential(0.2))
    sd = np.sqrt(square - mean**2)
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-3 * sd.min())
    np.testing.assert_allclose(p.theta_sd, sd, rtol=1e-3)
    assert p.sigma_mean == pytest.approx(sigma_mean, rel=1e-3)


def test_data_that_coincide_are_improper():
    with pytest.raises(ValueError, match="the posterior is improper"):
        normal_groups([1, 1], [3, 3], [0, 0], mu=Normal(0, 1), tau=Exponential(1), sigma=Exponential(1))


@pytest.mark.parametrize(("n", "ss"), [([-1, 2, 3], [1, 1, 1]), ([1, 2, 3], [1, -1, 1])])
def test_negative_sizes_and_squares_are_refused(n, ss):
    with pytest.raises(ValueError, match=r"(n|ss) must be >= 0, got -1"):
        normal_groups(n, MEAN, ss, mu=0.0, tau=1.0, sigma=1.0)
