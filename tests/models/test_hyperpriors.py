"""The map over the hyperpriors' scales, the sweeps, the pooling factor, and the priors compared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling import hyperpriors, partial_pooling
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.exact import known_se
from pooling.grids import COURSE
from pooling.hyperpriors import equal_medians, expected_pooling_factor, mean_map, prior_predictive
from pooling.hyperpriors.sweep import sweep
from pooling.posterior import GridEdgeWarning, Marginal
from pooling.priors import HalfCauchy, Normal
from reference import closed_form, quadrature
from scipy import integrate, stats

pytestmark = pytest.mark.slow

minutes, scales = st.floats(-40, 40), st.floats(1, 20)
NOBODY = np.full(3, np.nan)


def exact_theta(scale, *, mu_scale=10):
    return known_se(ONE_MEETING, [15] * 3, mu=Normal(0, mu_scale), tau=HalfCauchy(scale)).theta_mean


# -- the map -----------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(st.tuples(minutes, minutes, minutes), scales, scales, st.floats(5, 30))
def test_the_map_is_the_memo_program_at_each_setting(t, mu_scale, tau_scale, sigma):
    result = mean_map(t, [1, mu_scale], [tau_scale, 20], sigma=sigma)
    memo = partial_pooling.posterior(t, mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    np.testing.assert_allclose(result.theta[:, 1, 0], memo.theta.mean, atol=1e-9, rtol=0)
    np.testing.assert_allclose(result.mu[1, 0], memo.mu.mean, atol=1e-9, rtol=0)
    factor = expected_pooling_factor(memo.tau, n=[1, 1, 1], sigma=sigma)
    np.testing.assert_allclose(result.pooling_factor[:, 1, 0], factor, atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    "t",
    [
        LARGE_MEETING,
        [20, np.nan, -5],
        NOBODY,
        np.random.default_rng(0).normal([[0], [-10], [10]], 15, (3, 200)),
    ],
    ids=["large", "absent", "nobody", "two hundred"],
)
def test_the_map_takes_every_kind_of_meeting(t):
    result = mean_map(t, [20], [1])
    memo = partial_pooling.posterior(t, mu_scale=20, tau_scale=1)
    np.testing.assert_allclose(result.theta[:, 0, 0], memo.theta.mean, atol=1e-9, rtol=0)
    n = np.isfinite(np.reshape(t, (3, -1))).sum(axis=1)
    np.testing.assert_allclose(
        result.pooling_factor[:, 0, 0], expected_pooling_factor(memo.tau, n=n), atol=1e-9, rtol=0
    )


def test_shapes_and_order_of_the_map():
    result = mean_map(ONE_MEETING, [1, 10], [1, 3, 20])
    assert result.theta.shape == result.pooling_factor.shape == (3, 2, 3)
    assert result.mu.shape == (2, 3)
    both = mean_map(ONE_MEETING, [10, 1], [20, 3, 1])
    np.testing.assert_allclose(both.theta, result.theta[:, ::-1, ::-1], rtol=1e-12)


def test_the_map_is_within_0_15_minutes_of_exact():
    values = np.array([1, 2, 5, 12, 20])
    result = mean_map(ONE_MEETING, values, values)
    true = [[exact_theta(s, mu_scale=m) for s in values] for m in values]
    assert np.abs(result.theta - np.moveaxis(true, -1, 0)).max() <= 0.15


def test_pooling_factor_is_within_0_01_of_quadrature():
    def evidence(tau):
        covariance = 10**2 * np.ones((3, 3)) + (tau**2 + 15**2) * np.eye(3)
        return stats.multivariate_normal.pdf(ONE_MEETING, np.zeros(3), covariance)

    for scale in (1, 3, 10, 20):
        weight = [
            integrate.quad(
                lambda a, s=scale, top=top: evidence(s * np.tan(a)) / (1 + top * (s * np.tan(a) / 15) ** 2),
                0,
                np.pi / 2,
            )[0]
            for top in (1, 0)
        ]
        found = mean_map(ONE_MEETING, [10], [scale]).pooling_factor[:, 0, 0]
        np.testing.assert_allclose(found, weight[0] / weight[1], atol=0.01)


def test_mu_scale_hardly_moves_the_pooling_factor_and_tau_scale_does():
    values = np.arange(1, 20.5, 1)
    factor = mean_map(ONE_MEETING, values, values).pooling_factor[Department.MATH]
    assert np.ptp(factor, axis=0).max() < 0.06
    assert np.ptp(factor, axis=1).min() > 0.3
    assert np.all(np.diff(factor, axis=1) < 0)


def test_two_presidents_agree_about_math_only():
    """The chapter's pair of settings: the same estimate for Math, another for everybody else."""
    result = mean_map(ONE_MEETING, [1, 20], [7, 2])
    theta = result.theta[:, [0, 1], [0, 1]]
    assert abs(np.diff(theta[Department.MATH])) < 0.05
    assert np.diff(theta[Department.ENGLISH]) > 5
    assert result.mu[1, 1] - result.mu[0, 0] > 4


# -- limits ------------------------------------------------------------------------------------------------


def test_small_tau_scale_is_complete_pooling_exactly_and_nearly_on_the_grid():
    complete, _ = closed_form(0, 10, ONE_MEETING.sum(), 3, 15)
    gap = [np.abs(exact_theta(s) - complete).max() for s in (0.1, 0.01, 0.001, 1e-4)]
    np.testing.assert_allclose(np.divide(gap[:-1], gap[1:]), 10, rtol=0.05)  # linear in the scale
    # On the grid the prior for tau_scale -> 0 is 1/tau² from 0.5 on, and stays so.
    on_grid = mean_map(ONE_MEETING, [10], [0.1, 1e-3, 1e-6]).theta[:, 0]
    np.testing.assert_allclose(on_grid[:, 2], on_grid[:, 1], atol=1e-3)
    assert 0.3 < np.abs(on_grid[:, 2] - complete).max() < 0.6


def test_large_tau_scale_stops_short_of_no_pooling():
    """A flat prior of tau is the limit; with three departments its posterior is proper."""
    flat, _, _ = quadrature(ONE_MEETING, [15] * 3, lambda tau: 1.0, mu_scale=10)
    np.testing.assert_allclose(exact_theta(1e6), flat, atol=1e-3)
    assert 19 < flat[Department.MATH] < 20  # no pooling is 30


def test_small_mu_scale_pins_the_population_at_zero():
    result = mean_map(ONE_MEETING, [1, 0.1, 0.01], [3])
    assert result.mu[0, 0] > 0.05
    np.testing.assert_allclose(result.mu[1:, 0], 0, atol=1e-6)
    # Both small: whoever comes when, everybody is believed punctual; on the grid only nearly so.
    pinned = known_se([40, 40, 40], [15] * 3, mu=Normal(0, 1e-3), tau=HalfCauchy(1e-6))
    np.testing.assert_allclose(pinned.theta_mean, 0, atol=1e-3)
    assert mean_map([40, 40, 40], [1e-3], [1e-9]).theta.min() > 20


def test_pooling_factor_has_its_limits():
    def at(tau):
        return Marginal(np.array([tau, 2 * tau]), np.array([1.0, 0.0]))

    assert expected_pooling_factor(at(15.0)) == 0.5
    assert expected_pooling_factor(at(15.0), n=3) == pytest.approx(0.25)
    assert expected_pooling_factor(at(30.0), sigma=15) == pytest.approx(0.2)
    np.testing.assert_allclose(expected_pooling_factor(at(1e-9), n=[0, 1, 100]), 1)
    np.testing.assert_allclose(expected_pooling_factor(at(1e9), n=[0, 1, 100]), [1, 0, 0], atol=1e-12)


# -- the sweeps --------------------------------------------------------------------------------------------


def test_a_sweep_gives_the_numbers_of_the_table():
    result = sweep(ONE_MEETING, [(10, 3), (1, 1)])
    np.testing.assert_array_equal(result.settings, [[10, 3], [1, 1]])
    for answer, math, sd in [
        (result.published, [10.948, 3.798], [80.582**0.5, 55.836**0.5]),
        (result.once, [7.132, 2.655], [9.540, 6.233]),
        (result.exact, [6.694, 1.594], [9.790, 5.233]),
    ]:
        np.testing.assert_allclose(answer.mean[:, Department.MATH], math, atol=6e-4)
        np.testing.assert_allclose(answer.sd[:, Department.MATH], sd, atol=6e-4)
    assert np.abs(result.course.mean - result.exact.mean).max() < 0.15


def test_a_sweep_of_a_ragged_meeting():
    result = sweep(LARGE_MEETING, [(20, 1)])
    assert result.published.mean[0, Department.MATH] == pytest.approx(8.213, abs=5.1e-4)
    assert result.exact.mean[0, Department.MATH] == pytest.approx(1.169, abs=1e-3)


# -- the shapes of hyperpriors -----------------------------------------------------------------------------


@given(st.floats(0.5, 50))
def test_the_three_priors_have_the_same_median(median):
    priors = equal_medians(median)
    assert list(priors) == ["half-Cauchy", "exponential", "half-normal"]
    mass = [
        stats.halfcauchy.cdf(median, scale=priors["half-Cauchy"].scale),
        stats.expon.cdf(median, scale=1 / priors["exponential"].rate),
        stats.halfnorm.cdf(median, scale=priors["half-normal"].scale),
    ]
    np.testing.assert_allclose(mass, 0.5, rtol=1e-9)


def test_a_heavy_tail_lets_the_data_overrule_and_a_light_one_does_not():
    def pull(prior, math):
        t = [1, -15, math]
        return math - known_se(t, [15] * 3, mu=Normal(0, 10), tau=prior).theta_mean[2]

    priors = equal_medians(3)
    near, far, farther = ({k: pull(p, math) for k, p in priors.items()} for math in (30, 120, 240))
    assert far["half-Cauchy"] < 10 < near["half-Cauchy"]
    assert farther["half-Cauchy"] < 5
    assert far["half-normal"] > 2 * near["half-normal"]
    assert far["half-Cauchy"] < far["exponential"] < far["half-normal"]


def test_prior_predictive_follows_its_formulas():
    n = 40_000
    drawn = prior_predictive(np.random.default_rng(4), n, mu_scale=10, tau_scale=3)
    assert drawn.t.shape == drawn.theta.shape == (n, 3)
    assert stats.kstest(drawn.mu, stats.norm(0, 10).cdf).pvalue > 1e-3
    assert stats.kstest(drawn.tau, stats.halfcauchy(0, 3).cdf).pvalue > 1e-3
    z = (drawn.theta - drawn.mu[:, None]) / drawn.tau[:, None]
    assert stats.kstest(z.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert stats.kstest((drawn.t - drawn.theta).ravel(), stats.norm(0, 15).cdf).pvalue > 1e-3


@pytest.mark.parametrize("prior", [(1, 1), (10, 3), (20, 20)], ids=str)
def test_prior_predictive_tail_is_the_integral(prior):
    mu_scale, tau_scale = prior
    n = 40_000
    t = prior_predictive(np.random.default_rng(5), n, mu_scale=mu_scale, tau_scale=tau_scale).t[:, 0]

    def beyond(angle):
        sd = np.sqrt(mu_scale**2 + (tau_scale * np.tan(angle)) ** 2 + 15**2)
        return 2 * stats.norm.sf(120 / sd)

    p = integrate.quad(beyond, 0, np.pi / 2, limit=200)[0] * 2 / np.pi
    assert np.mean(np.abs(t) > 120) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))


def test_the_same_seed_the_same_draws():
    one, two, other = (
        prior_predictive(np.random.default_rng(seed), 5, mu_scale=10, tau_scale=3) for seed in (1, 1, 2)
    )
    for name in one._fields:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert np.all(one.t != other.t)


def test_prior_predictive_scales_with_its_scales():
    one = prior_predictive(np.random.default_rng(1), 50, mu_scale=2, tau_scale=3, sigma=5)
    ten = prior_predictive(np.random.default_rng(1), 50, mu_scale=20, tau_scale=30, sigma=50)
    np.testing.assert_allclose(ten.t, 10 * one.t, rtol=1e-12)


# -- bad input ---------------------------------------------------------------------------------------------

TAU = Marginal(COURSE.tau, np.full(60, 1 / 60))
RNG = np.random.default_rng(0)
SCALES = {"mu_scale": 10, "tau_scale": 3}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_map([1, 2], [1], [1]), r"t must have shape \(3,\) or \(3, N\), got shape \(2,\)"),
        (lambda: mean_map(ONE_MEETING, [1, 0], [1]), "mu_scales must be > 0, got 0.0"),
        (lambda: mean_map(ONE_MEETING, [1], [-2]), "tau_scales must be > 0, got -2.0"),
        (lambda: mean_map(ONE_MEETING, 1, [1]), r"mu_scales must have shape \(K,\) with K >= 1, got shape"),
        (lambda: mean_map(ONE_MEETING, [1], []), r"tau_scales must have shape \(K,\) with K >= 1, got shape"),
        (lambda: mean_map(ONE_MEETING, [1], [1], sigma=0), "sigma must be > 0 and finite, got 0"),
        (lambda: expected_pooling_factor(TAU, n=-1), "n must be an integer >= 0 or an array of them, got -1"),
        (
            lambda: expected_pooling_factor(TAU, n=1.5),
            "n must be an integer >= 0 or an array of them, got 1.5",
        ),
        (lambda: expected_pooling_factor(TAU, sigma=-1), "sigma must be > 0 and finite, got -1"),
        (
            lambda: sweep(ONE_MEETING, [1, 2]),
            r"settings must have shape \(S, 2\) with S >= 1, got shape \(2,\)",
        ),
        (lambda: sweep(ONE_MEETING, np.empty((0, 2))), r"settings must have shape \(S, 2\) with S >= 1"),
        (lambda: sweep(ONE_MEETING, [(1, -1)]), "tau_scale must be > 0 and finite, got "),
        (lambda: equal_medians(0), "median must be > 0 and finite, got 0"),
        (lambda: prior_predictive(3, 5, **SCALES), "rng must be a numpy.random.Generator, got 3"),
        (lambda: prior_predictive(RNG, 0, **SCALES), "n must be an integer >= 1, got 0"),
        (
            lambda: prior_predictive(RNG, 5, mu_scale=10, tau_scale=0),
            "tau_scale must be > 0 and finite, got 0",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_meeting_off_the_grid_is_told():
    with pytest.warns(GridEdgeWarning, match=r"posterior of theta\[MATH\]"):
        mean_map([1, -15, 110], [10], [20])


def test_the_module_says_what_it_offers():
    assert set(hyperpriors.__all__) <= vars(hyperpriors).keys()
