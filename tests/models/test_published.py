"""The published numbers, the mended ones, and the twin that explains the difference."""

import numpy as np
import pytest
from pooling import partial_pooling, published
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.grids import PUBLISHED
from pooling.source import source
from reference import enumerate_once
from scipy import stats

pytestmark = pytest.mark.slow

# (mu_scale, tau_scale): printed mean and variance; counted once, mean and sd.
PRINTED = {
    (1, 3): ([0.187, -2.155, 6.092], [29.778, 40.307, 82.286]),
    (3, 3): ([0.595, -2.168, 6.891], [35.435, 46.285, 79.738]),
    (10, 3): ([2.370, -2.297, 10.948], [61.138, 73.436, 80.582]),
    (1, 1): ([0.139, -1.247, 3.798], [17.512, 24.192, 55.836]),
    (1, 10): ([0.298, -4.140, 10.436], [57.456, 73.415, 116.686]),
    (1, 20): ([0.366, -5.324, 12.698], [74.551, 91.824, 127.697]),
    (20, 20): ([2.517, -6.000, 16.936], [112.461, 129.325, 112.901]),
    (20, 3): ([3.228, -2.422, 13.039], [74.198, 87.779, 83.766]),
    (3, 20): ([0.632, -5.378, 13.063], [78.673, 96.102, 124.248]),
}
ONCE = {
    (1, 3): ([0.205, -2.216, 4.519], [5.913, 6.531, 7.913]),
    (3, 3): ([0.587, -1.852, 4.930], [6.368, 7.010, 8.181]),
    (10, 3): ([2.546, -0.045, 7.132], [8.393, 9.145, 9.540]),
    (1, 1): ([0.148, -1.256, 2.655], [4.547, 5.067, 6.233]),
    (1, 10): ([0.330, -4.303, 8.524], [8.132, 8.774, 10.172]),
    (1, 20): ([0.405, -5.535, 10.840], [9.201, 9.781, 10.990]),
    (20, 20): ([2.648, -3.843, 13.878], [11.160, 12.036, 11.684]),
    (20, 3): ([3.654, 0.921, 8.463], [9.368, 10.186, 10.260]),
    (3, 20): ([0.635, -5.340, 11.121], [9.398, 10.026, 11.045]),
}
THREE_DIGITS = 5.001e-4


@pytest.mark.parametrize("scales", PRINTED, ids=str)
def test_published_numbers_to_all_printed_digits(scales):
    mean, variance = PRINTED[scales]
    theta = published.posterior(ONE_MEETING, mu_scale=scales[0], tau_scale=scales[1]).theta
    np.testing.assert_allclose(theta.mean, mean, atol=THREE_DIGITS, rtol=0)
    np.testing.assert_allclose(theta.sd**2, variance, atol=THREE_DIGITS, rtol=0)


@pytest.mark.parametrize("scales", ONCE, ids=str)
def test_counted_once_to_all_printed_digits(scales):
    mean, sd = ONCE[scales]
    arguments = {"mu_scale": scales[0], "tau_scale": scales[1], "count": "once"}
    theta = published.posterior(ONE_MEETING, **arguments).theta
    np.testing.assert_allclose(theta.mean, mean, atol=THREE_DIGITS, rtol=0)
    np.testing.assert_allclose(theta.sd, sd, atol=THREE_DIGITS, rtol=0)


def test_large_meeting_as_published():
    theta = published.posterior(LARGE_MEETING, mu_scale=20, tau_scale=1).theta
    assert theta.mean[Department.MATH] == pytest.approx(8.213, abs=THREE_DIGITS)


@pytest.mark.parametrize("d", Department)
@pytest.mark.parametrize("scales", [(10, 3), (1, 1), (20, 20)], ids=str)
def test_counting_twice_is_counting_a_twin(d, scales):
    settings = {"mu_scale": scales[0], "tau_scale": scales[1]}
    twice = published.posterior(ONE_MEETING, **settings).theta
    theta, _ = enumerate_once(
        [[x] for x in (*ONE_MEETING, ONE_MEETING[d])],
        mu=PUBLISHED.mu,
        tau=PUBLISHED.tau,
        theta=PUBLISHED.theta,
        sigma=15,
        **settings,
    )
    np.testing.assert_allclose(twice.probability[d], theta[d], atol=1e-6)
    assert twice.mean[d] == pytest.approx(PUBLISHED.theta @ theta[d], abs=1e-6)
    with_twin = published.posterior_with_twin(ONE_MEETING, twin=d, **settings).theta
    np.testing.assert_allclose(with_twin.probability, theta[:3], atol=1e-6)


def test_the_twin_identity_has_its_known_value():
    theta = published.posterior(ONE_MEETING, mu_scale=10, tau_scale=3).theta
    assert theta.mean[Department.MATH] == pytest.approx(10.948260, abs=1e-6)


def test_mu_and_tau_do_not_depend_on_the_count():
    once, twice = (
        published.posterior(ONE_MEETING, mu_scale=10, tau_scale=3, count=count) for count in ("once", "twice")
    )
    np.testing.assert_array_equal(once.mu.probability, twice.mu.probability)
    np.testing.assert_array_equal(once.tau.probability, twice.tau.probability)


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"count must be .* got 'thrice'"):
        published.posterior(ONE_MEETING, mu_scale=1, tau_scale=1, count="thrice")
    with pytest.raises(ValueError, match=r"twin must be one of .* got 3"):
        published.posterior_with_twin(ONE_MEETING, twin=3, mu_scale=1, tau_scale=1)


# -- learned variance ---------------------------------------------------------------------------------------


def _published_joint(t, mu_scale, tau_scale):
    """p(mu, tau | t) without department d's evidence, and each L_d(theta): the grid enumerated in NumPy."""
    theta, sigma = PUBLISHED.theta, PUBLISHED.sigma
    weight = stats.halfcauchy.pdf(sigma, 0, 5)
    likelihood = np.array(
        [
            weight @ np.prod([stats.norm.pdf(x, theta, sigma[:, None]) for x in row[~np.isnan(row)]], axis=0)
            for row in t
        ]
    )
    given = stats.norm.pdf(theta, PUBLISHED.mu[:, None, None], PUBLISHED.tau[:, None])
    given /= given.sum(axis=-1, keepdims=True)
    prior = stats.norm.pdf(PUBLISHED.mu, 0, mu_scale)[:, None]
    return prior * stats.halfcauchy.pdf(PUBLISHED.tau, 0, tau_scale), given, likelihood


def test_learned_variance_as_published():
    theta = published.posterior(LARGE_MEETING, mu_scale=10, tau_scale=1, sigma=None).theta
    assert theta.mean[Department.MATH] == pytest.approx(23.800, abs=THREE_DIGITS)


@pytest.mark.parametrize("scales", [(1, 1), (10, 10), (10, 1), (1, 10)], ids=str)
def test_learned_variance_counted_twice_and_once(scales):
    prior, given, likelihood = _published_joint(LARGE_MEETING, *scales)
    evidence = given @ likelihood.T
    joint = prior * evidence.prod(axis=-1)
    for count in ("twice", "once"):
        settings = {"mu_scale": scales[0], "tau_scale": scales[1], "sigma": None, "count": count}
        theta = published.posterior(LARGE_MEETING, **settings).theta
        for d in Department:
            weight = joint if count == "twice" else joint / evidence[..., d]
            expected = np.tensordot(weight, given, axes=2) * likelihood[d]
            np.testing.assert_allclose(theta.probability[d], expected / expected.sum(), atol=1e-10)


def test_the_programs_that_it_shares_with_partial_pooling_are_the_same():
    """They stand twice because memo finds the domains among a module's globals: only the grids differ."""
    for name in ("evidence", "population_posterior"):
        assert source(published, name) == source(partial_pooling, name)
    once = source(published, "theta_mended").text
    mended = source(partial_pooling, "theta_posterior").text
    assert once.replace("theta_mended", "theta_posterior") == mended
