"""Partial pooling on the course grid: against enumeration, quadrature and its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.exact import known_se
from pooling.grids import COURSE
from pooling.partial_pooling import posterior
from pooling.priors import HalfCauchy, Normal
from reference import closed_form, enumerate_once
from scipy import stats

minutes, scales = st.floats(-40, 40), st.floats(1, 20)


def _exact(t, mu_scale, tau_scale, sigma=15.0):
    t = t.reshape(3, -1)
    n = np.sum(~np.isnan(t), axis=1)
    return known_se(
        np.nansum(t, axis=1) / n,
        sigma / np.sqrt(n),
        mu=Normal(0, mu_scale),
        tau=HalfCauchy(tau_scale),
    )


def test_shapes():
    result = posterior(ONE_MEETING, mu_scale=10, tau_scale=3)
    assert result.theta.probability.shape == (3, 321)
    assert result.mu.probability.shape == (121,)
    assert result.tau.probability.shape == (60,)
    assert result.sigma is None


@settings(max_examples=15)
@given(st.tuples(minutes, minutes, minutes), scales, scales, st.floats(5, 30))
def test_agrees_with_enumeration(t, mu_scale, tau_scale, sigma):
    result = posterior(t, mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    theta, joint = enumerate_once(
        [[x] for x in t],
        mu=COURSE.mu,
        tau=COURSE.tau,
        theta=COURSE.theta,
        mu_scale=mu_scale,
        tau_scale=tau_scale,
        sigma=sigma,
    )
    np.testing.assert_allclose(result.theta.probability, theta, atol=1e-12)
    np.testing.assert_allclose(result.mu.probability, joint.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(result.tau.probability, joint.sum(axis=0), atol=1e-12)


@pytest.mark.parametrize("t", [ONE_MEETING, LARGE_MEETING], ids=["one", "large"])
def test_course_grid_is_within_0_15_minutes_of_exact(t):
    scales = np.array([1, 1.5, 2, 3, 5, 8, 12, 16, 20])
    error = [
        posterior(t, mu_scale=m, tau_scale=s).theta.mean - _exact(t, m, s).theta_mean
        for m in scales
        for s in scales
    ]
    assert np.abs(error).max() <= 0.15


@given(st.tuples(minutes, minutes, minutes), scales, scales)
@settings(max_examples=25)
def test_mean_lies_between_observation_and_population(t, mu_scale, tau_scale):
    result = posterior(t, mu_scale=mu_scale, tau_scale=tau_scale)
    # Given (mu, tau) the mean of theta_d lies between mu and t_d; averaged over a
    # posterior it stays within the hull of t and the prior mean 0.
    hull = min(*t, 0), max(*t, 0)
    assert np.all(result.theta.mean >= hull[0] - 1e-6)
    assert np.all(result.theta.mean <= hull[1] + 1e-6)
    order = np.argsort(t)
    assert np.all(np.diff(result.theta.mean[order]) >= -1e-9)


def test_permuting_departments_permutes_the_answer():
    order = [2, 0, 1]
    a = posterior(ONE_MEETING, mu_scale=10, tau_scale=3)
    b = posterior(ONE_MEETING[order], mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability[order], atol=1e-13)
    np.testing.assert_allclose(b.mu.probability, a.mu.probability, atol=1e-13)


def test_mirrored_meeting_mirrors_the_answer():
    a = posterior(ONE_MEETING, mu_scale=10, tau_scale=3)
    b = posterior(-ONE_MEETING, mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(b.theta.mean, -a.theta.mean, atol=1e-11)
    np.testing.assert_allclose(b.tau.probability, a.tau.probability, atol=1e-13)


def test_absent_department_is_predicted_from_the_others():
    t = np.array([20, 20, np.nan])
    theta = posterior(t, mu_scale=10, tau_scale=3).theta
    assert 1 < theta.mean[Department.MATH] < theta.mean[Department.ENGLISH]
    assert theta.sd[Department.MATH] > theta.sd[Department.ENGLISH]


def test_nobody_came_returns_the_prior():
    result = posterior(np.full(3, np.nan), mu_scale=10, tau_scale=3)
    prior = np.exp(-0.5 * (COURSE.mu / 10) ** 2)
    np.testing.assert_allclose(result.mu.probability, prior / prior.sum(), atol=1e-12)
    prior = 1 / (1 + (COURSE.tau / 3) ** 2)
    np.testing.assert_allclose(result.tau.probability, prior / prior.sum(), atol=1e-12)


def test_spread_grows_with_tau_scale_from_nearly_complete_pooling():
    scales = (0.01, 1, 3, 10, 30, 1000)
    means = [posterior(ONE_MEETING, mu_scale=20, tau_scale=s).theta.mean for s in scales]
    assert np.all(np.diff(np.ptp(means, axis=1)) > 0)
    # A tau_scale near 0 still leaves the grid a tail, 1/tau² from 0.5 on: nearly pooled.
    complete, _ = closed_form(0, 20, ONE_MEETING.sum(), 3, 15)
    np.testing.assert_allclose(means[0], complete, atol=1)
    # The widest prior the grid can hold, uniform on (0, 60), still pools: 45 apart unpooled.
    assert np.ptp(means[-1]) < 45


def test_two_hundred_observations_do_not_underflow():
    t = np.random.default_rng(0).normal([[0], [-10], [10]], 15, (3, 200))
    theta = posterior(t, mu_scale=10, tau_scale=10).theta
    np.testing.assert_allclose(theta.mean, t.mean(axis=1), atol=0.3)


def _two_kinds_of_university(times):
    """Return what is claimed of theta, its squared error, and a new group's variance, averaged over t.

    mu = 0, sigma = 1, and tau is 5 with probability 0.02, else 0; one arrival, whose likelihood weighs
    the universities `times` times. Integrals over t by equal steps.
    """
    t = np.linspace(-40, 40, 8001)
    alike, differ = 0.98 * stats.norm.pdf(t), 0.02 * stats.norm.pdf(t, scale=26**0.5)
    weight = 0.02 * stats.norm.pdf(t, scale=26**0.5) ** times
    weight = weight / (weight + 0.98 * stats.norm.pdf(t) ** times)
    own, kept = 25 / 26 * t, 25 / 26  # mean and variance where tau is 5
    claimed = weight * kept + weight * (1 - weight) * own**2
    error = alike * (weight * own) ** 2 + differ * ((weight * own - own) ** 2 + kept)
    step = t[1] - t[0]
    return [
        float(x.sum() * step) for x in (claimed * (alike + differ), error, 25 * weight * (alike + differ))
    ]


def test_counting_twice_errs_more_but_does_not_have_to_claim_less():
    once, twice = _two_kinds_of_university(1), _two_kinds_of_university(2)
    np.testing.assert_allclose(once, [0.0529, 0.0529, 0.5], atol=1e-4)  # an honest posterior claims its error
    assert once[1] < twice[1]
    assert once[0] < twice[0] < twice[1]  # claims more than before, and still too little
    assert once[2] < twice[2]  # of a department not yet met it is too timid
