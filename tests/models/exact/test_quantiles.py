"""The median of tau against dense integrals, and draws against the distribution they are drawn from."""

import numpy as np
import pytest
from adversary import FAMILIES
from pooling.exact import known_se, normal_groups
from pooling.priors import HalfCauchy, Normal
from reference import dense_known_se, dense_normal_groups
from scipy import stats

SCHOOLS = (28, 8, -3, 7, -1, 1, 18, 12), (15, 10, 16, 11, 9, 11, 10, 18)


@pytest.mark.parametrize("size", [1e-4, 0.3, 5, 1e4])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_median_of_tau_with_known_errors(family, size):
    p = known_se(*SCHOOLS, mu=Normal(0, 5), tau=FAMILIES[family](size))
    expected = dense_known_se(*SCHOOLS, mu=(0, 5), tau=(family, size))[2]
    assert p.tau_median == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("size", [1e-3, 1, 1e3])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_median_of_tau_with_sigma_learned(family, size):
    groups = [4, 2, 7], [0.5, 3, -1], [3, 0.2, 11]
    p = normal_groups(*groups, mu=Normal(0, 5), tau=FAMILIES[family](size), sigma=HalfCauchy(2))
    expected = dense_normal_groups(*groups, mu=(0, 5), tau=(family, size), sigma=("HalfCauchy", 2))[2]
    assert p.tau_median == pytest.approx(expected, rel=1e-4)


def test_the_median_of_tau_where_r_all_but_fixes_it():
    """A million observations in one group: sigma is known to a thousandth, and tau is r times that."""
    groups = [1, 1e2, 1e4, 1e6], [1, 2, 3, 2], [0, 1e2, 1e4, 1e6]
    p = normal_groups(*groups, mu=Normal(0, 10), tau=HalfCauchy(1), sigma=HalfCauchy(1))
    # `dense_normal_groups`, which takes a minute for it
    assert p.tau_median == pytest.approx(0.71493, abs=1e-5)


def test_the_median_of_a_fixed_tau_is_that():
    assert known_se([1, 2], [1, 1], mu=0, tau=3).tau_median == 3
    assert known_se([1, 2], [1, 1], mu=0, tau=0).tau_median == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_draws_of_tau_have_its_quantiles(seed):
    p = known_se(*SCHOOLS, mu=Normal(0, 5), tau=HalfCauchy(5))
    tau = p.draw(seed, 20_000).tau
    at = np.array([0.05, 0.5, 1, 3, 8, 20])
    # p(tau | y) by the matrix of all eight, on a fine grid
    grid = np.exp(np.linspace(-14, 9, 4001))
    y, se = np.array(SCHOOLS, float)
    total = 25.0 + np.zeros((8, 8)) + (se**2 + grid[:, None] ** 2)[:, None] * np.eye(8)
    log_p = -0.5 * (np.linalg.slogdet(total)[1] + np.einsum("j,rjk,k->r", y, np.linalg.inv(total), y))
    density = np.exp(log_p - log_p.max()) * grid / (1 + (grid / 5) ** 2)
    below = np.interp(at, grid, np.cumsum(density) / density.sum())
    for share, expected in zip((tau[:, None] < at).mean(axis=0), below, strict=True):
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / tau.size)


def test_draws_given_fixed_scales_are_normal():
    p = known_se([1.0, 4.0], [1, 2], mu=Normal(0, 3), tau=1.5)
    draws = p.draw(5, 20_000)
    for x, mean, sd in (
        (draws.mu, p.mu_mean, p.mu_sd),
        *zip(draws.theta.T, p.theta_mean, p.theta_sd, strict=True),
    ):
        assert stats.kstest(x, stats.norm(mean, sd).cdf).pvalue > 1e-3
