"""Data made to mislead a quadrature, against dense integrals: it is right, or it warns.

Precise and vague groups in clusters, heavy outliers, one group and many, priors that fit and priors that do
not; a case is a seed.
"""

import numpy as np
import pytest
from adversary import FAMILIES, PROMISE, search
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, Normal
from reference import dense_known_se, dense_normal_groups, hostile_groups, hostile_sizes


def priors(mu, **scales):
    return {
        "mu": Normal(*mu) if mu[1] else mu[0],
        **{name: FAMILIES[family](size) for name, (family, size) in scales.items()},
    }


def off(p, center, sd, median):
    """Return the largest error of a mean or sd in posterior sds, and that of the median in itself.

    What is infinite is left out: there the moment does not exist.
    """
    scales = [p.tau_mean, p.sigma_mean], [p.tau_sd, p.sigma_sd]
    mean, own = (
        np.r_[one, many, [x for x in more if x is not None]].astype(float)
        for one, many, more in zip((p.mu_mean, p.mu_sd), (p.theta_mean, p.theta_sd), scales, strict=True)
    )
    unit = np.maximum(sd, 1e-9 * np.abs(center)) + 1e-300
    with np.errstate(invalid="ignore"):
        errors = np.r_[(mean - center) / unit, (own - sd) / unit]
    return float(np.max(np.abs(errors[np.isfinite(np.r_[mean, own])]))), abs(p.tau_median / median - 1)


def known(seed, most):
    y, se, mu, tau = hostile_groups(np.random.default_rng(seed), most=most)
    p = known_se(y, se, **priors(mu, tau=tau))
    return off(p, *dense_known_se(y, se, mu=mu, tau=tau))


def unknown(seed):
    n, mean, ss, mu, tau, sigma = hostile_sizes(np.random.default_rng(seed))
    p = normal_groups(n, mean, ss, **priors(mu, tau=tau, sigma=sigma))
    return off(p, *dense_normal_groups(n, mean, ss, mu=mu, tau=tau, sigma=sigma))


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_known_errors_are_right_or_warned_of(first):
    silent, warned = search(lambda seed: known(seed, 30), range(first, first + 50))
    assert not silent
    assert warned <= 1  # a warning is no way out


@pytest.mark.parametrize("first", [0, 10])
def test_a_learned_error_is_right_or_warned_of(first):
    silent, warned = search(unknown, range(first, first + 10))
    assert not silent
    assert warned <= 1


@pytest.mark.live
@pytest.mark.parametrize("first", range(10_000, 13_300, 300))
def test_thousands_of_known_errors(first):
    silent, warned = search(lambda seed: known(seed, 30), range(first, first + 300))
    assert not silent
    assert warned <= 5


@pytest.mark.live
@pytest.mark.parametrize("first", range(20_000, 20_200, 50))
def test_up_to_a_thousand_groups(first):
    silent, warned = search(lambda seed: known(seed, 1000), range(first, first + 50))
    assert not silent
    assert warned <= 1


@pytest.mark.live
@pytest.mark.parametrize("first", range(30_000, 31_500, 250))
def test_thousands_of_learned_errors(first):
    silent, warned = search(unknown, range(first, first + 250))
    assert not silent
    assert warned <= 5


# -- two hills ----------------------------------------------------------------------------------------------


def two_hills(precise=50, vague=5):
    y = np.r_[np.tile([-1e-3, 1e-3], precise), np.tile([-13.5, 13.5], vague)]
    return y, np.r_[np.full(2 * precise, 2e-4), np.ones(2 * vague)]


@pytest.mark.parametrize(("precise", "vague"), [(50, 5), (12, 5), (15, 2), (200, 20)])
def test_the_hill_of_few_vague_groups_is_not_overlooked(precise, vague):
    y, se = two_hills(precise, vague)
    p = known_se(y, se, mu=Normal(0, 10), tau=HalfCauchy(1))
    error = off(p, *dense_known_se(y, se, mu=(0, 10), tau=("HalfCauchy", 1)))
    assert max(error) < PROMISE


def test_two_hills_are_both_drawn_from():
    """Four groups far apart, and priors that forbid both explanations: a large tau, and a large sigma."""
    n, mean, ss = [5] * 4, [-30.0, -10, 10, 30], [0.5] * 4
    p = normal_groups(n, mean, ss, mu=Normal(0, 5), tau=Exponential(8), sigma=Exponential(0.4))
    expected = dense_normal_groups(
        n, mean, ss, mu=(0, 5), tau=("Exponential", 1 / 8), sigma=("Exponential", 1 / 0.4)
    )
    assert max(off(p, *expected)) < PROMISE
    draws = p.draw(1, 4000)
    assert 0.2 < np.mean(draws.sigma < 2) < 0.95  # the hill of a large tau; the other one is beyond 10
    assert not np.any((draws.sigma > 4) & (draws.sigma < 8))
    assert abs(draws.sigma.mean() - p.sigma_mean) < 4 * p.sigma_sd / np.sqrt(4000)
