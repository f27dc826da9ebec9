"""Exact posterior with known standard errors: known values, quadrature, limits, draws."""

import itertools

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling.departments import ONE_MEETING
from pooling.exact import known_se
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal
from reference import closed_form, quadrature
from scipy import stats

# Rubin (1981); Gelman et al. (2014), section 5.5.
SCHOOLS = (28, 8, -3, 7, -1, 1, 18, 12)
SCHOOLS_SE = (15, 10, 16, 11, 9, 11, 10, 18)
PRIORS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}


def test_eight_schools():
    p = known_se(SCHOOLS, SCHOOLS_SE, **PRIORS)
    assert (p.mu_mean, p.mu_sd, p.tau_mean) == pytest.approx((4.397, 3.318, 3.598), abs=1e-3)
    assert (p.theta_mean[0], p.theta_sd[0]) == pytest.approx((6.212, 5.593), abs=1e-3)
    assert (p.theta_mean[2], p.theta_sd[2]) == pytest.approx((3.927, 5.263), abs=1e-3)
    assert p.error < 1e-6
    # brentq on SciPy's quad of the marginal density of tau
    assert p.tau_median == pytest.approx(2.7487311, rel=1e-4)  # interpolated between nodes


@pytest.mark.parametrize(
    ("scales", "mean", "sd"),
    [
        ((1, 3), (0.187, -1.909, 3.985), (5.503, 6.246, 8.039)),
        ((3, 3), (0.588, -1.523, 4.414), (6.009, 6.764, 8.326)),
        ((10, 3), (2.632, 0.392, 6.694), (8.178, 9.023, 9.790)),
        ((1, 1), (0.115, -0.700, 1.594), (3.520, 4.025, 5.233)),
        ((20, 3), (3.878, 1.471, 8.241), (9.329, 10.253, 10.762)),
    ],
)
def test_one_meeting_has_the_known_moments(scales, mean, sd):
    p = known_se(ONE_MEETING, (15,) * 3, mu=Normal(0, scales[0]), tau=HalfCauchy(scales[1]))
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-3)
    np.testing.assert_allclose(p.theta_sd, sd, atol=1e-3)


@pytest.mark.parametrize("scales", [*itertools.product((1, 3, 10, 20), repeat=2)], ids=str)
def test_one_meeting_agrees_with_adaptive_quadrature(scales):
    density = stats.halfcauchy(0, scales[1]).pdf
    mean, sd, _ = quadrature(ONE_MEETING, (15,) * 3, density, mu_scale=scales[0])
    p = known_se(ONE_MEETING, (15,) * 3, mu=Normal(0, scales[0]), tau=HalfCauchy(scales[1]))
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-8)
    np.testing.assert_allclose(p.theta_sd, sd, atol=1e-8)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.floats(-30, 30), st.floats(1, 20)), min_size=1, max_size=5),
    st.floats(1, 20),
    st.sampled_from(["HalfCauchy", "HalfNormal", "Exponential"]),
)
def test_agrees_with_adaptive_quadrature(groups, mu_scale, family):
    y, se = zip(*groups, strict=True)
    prior, density = {
        "HalfCauchy": (HalfCauchy(4), stats.halfcauchy(0, 4).pdf),
        "HalfNormal": (HalfNormal(6), stats.halfnorm(0, 6).pdf),
        "Exponential": (Exponential(0.2), stats.expon(0, 5).pdf),
    }[family]
    mean, sd, tau_mean = quadrature(y, se, density, mu_scale=mu_scale)
    p = known_se(y, se, mu=Normal(0, mu_scale), tau=prior)
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-6, rtol=1e-6)
    np.testing.assert_allclose(p.theta_sd, sd, rtol=1e-6)
    assert p.tau_mean == pytest.approx(tau_mean, rel=1e-4)


def test_moments_that_do_not_exist_are_infinite():
    nobody = known_se([np.nan] * 2, [1, 1], **PRIORS)
    assert nobody.tau_mean == nobody.tau_sd == np.inf
    assert nobody.tau_median == pytest.approx(5, rel=1e-6)  # the prior's
    assert (nobody.mu_mean, nobody.mu_sd) == pytest.approx((0, 5))
    one = known_se([3, np.nan], [1, 1], **PRIORS)
    assert np.isfinite(one.tau_mean)
    assert one.tau_sd == one.theta_sd[1] == np.inf
    assert np.isfinite(one.theta_sd[0])


def test_group_without_data_follows_the_population():
    p = known_se([*SCHOOLS, np.nan], [*SCHOOLS_SE, np.nan], **PRIORS)
    assert p.theta_mean[-1] == pytest.approx(p.mu_mean, abs=1e-9)
    assert p.theta_sd[-1] > p.mu_sd
    without = known_se(SCHOOLS, SCHOOLS_SE, **PRIORS)
    np.testing.assert_allclose(p.theta_mean[:8], without.theta_mean, atol=1e-9)


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_change_of_unit(unit):
    p = known_se(SCHOOLS, SCHOOLS_SE, **PRIORS)
    q = known_se(
        np.multiply(SCHOOLS, unit),
        np.multiply(SCHOOLS_SE, unit),
        mu=Normal(0, 5 * unit),
        tau=HalfCauchy(5 * unit),
    )
    np.testing.assert_allclose(q.theta_mean / unit, p.theta_mean, rtol=1e-9)
    assert q.tau_median / unit == pytest.approx(p.tau_median, rel=1e-4)  # interpolated between nodes


def test_shift_of_data_and_prior_shifts_the_answer():
    p = known_se(SCHOOLS, SCHOOLS_SE, **PRIORS)
    q = known_se(np.add(SCHOOLS, 100), SCHOOLS_SE, mu=Normal(100, 5), tau=HalfCauchy(5))
    np.testing.assert_allclose(q.theta_mean - 100, p.theta_mean, atol=1e-9)


def test_small_tau_pools_completely():
    p = known_se(ONE_MEETING, (15,) * 3, mu=Normal(0, 20), tau=HalfNormal(1e-6))
    mean, sd = closed_form(0, 20, ONE_MEETING.sum(), 3, 15)
    np.testing.assert_allclose(p.theta_mean, mean, atol=1e-9)
    np.testing.assert_allclose(p.theta_sd, sd, rtol=1e-9)


def test_huge_spread_does_not_pool():
    y = np.array([-1e6, 0, 1e6])
    p = known_se(y, (1,) * 3, mu=Normal(0, 1e7), tau=HalfCauchy(1e6))
    np.testing.assert_allclose(p.theta_mean, y, atol=1e-3)
    np.testing.assert_allclose(p.theta_sd, 1, rtol=1e-6)


def test_draws_have_the_moments_and_repeat():
    p, n = known_se(SCHOOLS, SCHOOLS_SE, **PRIORS), 40_000
    draws = p.draw(jax.random.key(1), n)
    assert draws.theta.shape == (n, 8)
    error = p.theta_sd / np.sqrt(n)  # Monte Carlo standard error of independent draws
    assert np.all(np.abs(draws.theta.mean(axis=0) - p.theta_mean) < 4 * error)
    assert abs(draws.mu.mean() - p.mu_mean) < 4 * p.mu_sd / np.sqrt(n)
    assert abs(draws.tau.mean() - p.tau_mean) < 4 * p.tau_sd / np.sqrt(n)
    below = np.mean(draws.tau < p.tau_median)
    assert abs(below - 0.5) < 4 * 0.5 / np.sqrt(n)
    np.testing.assert_array_equal(draws.theta, p.draw(jax.random.key(1), n).theta)


def test_readers_session_stays_in_single_precision():
    known_se(SCHOOLS, SCHOOLS_SE, **PRIORS)
    assert jax.numpy.asarray(1.0).dtype == "float32"


@pytest.mark.parametrize(
    ("estimate", "se", "message"),
    [
        ([1, 2], [1], r"se must have shape \(2,\), got shape \(1,\)"),
        ([1, 2], [1, 0], "se must be > 0 where there is an estimate, got 0"),
        ([1, 2], [1, np.nan], "se must be > 0 where there is an estimate, got nan"),
        ([1, np.inf], [1, 1], "estimate must be finite.*got inf"),
        ([], [], r"estimate must have shape \(J,\) with J >= 1"),
        (["a"], [1], "estimate must be an array of numbers"),
    ],
)
def test_bad_data(estimate, se, message):
    with pytest.raises(ValueError, match=message):
        known_se(estimate, se, **PRIORS)


def test_bad_priors_and_draws():
    with pytest.raises(ValueError, match="mu must be a Normal prior or a number"):
        known_se([1], [1], mu=HalfCauchy(1), tau=1)
    with pytest.raises(ValueError, match="tau must be HalfCauchy"):
        known_se([1], [1], mu=0, tau=Normal(0, 1))
    with pytest.raises(ValueError, match="n must be an integer >= 1, got 0"):
        known_se([1], [1], **PRIORS).draw(jax.random.key(0), 0)
