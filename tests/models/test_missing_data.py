"""Several observations a department, some missing: permutation, padding, absence, underflow."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling import published
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.exact import known_se
from pooling.grids import COURSE
from pooling.missing_data import estimates, new_department, posterior, product_of_densities
from pooling.priors import HalfCauchy, Normal
from reference import enumerate_once, quadrature
from scipy import stats

pytestmark = pytest.mark.slow

SCALES = {"mu_scale": 10, "tau_scale": 3}
NOBODY = np.nan
minutes, scales = st.floats(-40, 40), st.floats(1, 20)


def exact(t, mu_scale, tau_scale, sigma=15.0):
    """Exact posterior from means and standard errors worked out here, not by the package."""
    rows = [np.array([x for x in np.atleast_1d(row) if not np.isnan(x)]) for row in t]
    mean = [row.mean() if row.size else NOBODY for row in rows]
    se = [sigma / row.size**0.5 if row.size else NOBODY for row in rows]
    return known_se(mean, se, mu=Normal(0, mu_scale), tau=HalfCauchy(tau_scale))


def padded(rows):
    """Return a ragged list of rows as an array with NaN."""
    width = max([len(row) for row in rows] + [1])
    return np.array([[*row, *[NOBODY] * (width - len(row))] for row in rows])


ragged = st.lists(st.lists(minutes, max_size=4), min_size=3, max_size=3)


@given(ragged, scales, scales, st.floats(10, 30))
@settings(max_examples=20)
def test_agrees_with_enumeration(rows, mu_scale, tau_scale, sigma):
    given_scales = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma": sigma}
    result = posterior(padded(rows), **given_scales)
    theta, joint = enumerate_once(rows, mu=COURSE.mu, tau=COURSE.tau, theta=COURSE.theta, **given_scales)
    np.testing.assert_allclose(result.theta.probability, theta, atol=1e-12)
    np.testing.assert_allclose(result.mu.probability, joint.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(result.tau.probability, joint.sum(axis=0), atol=1e-12)


# -- known values ------------------------------------------------------------------------------------------


def test_large_meeting_at_20_1():
    theta = posterior(LARGE_MEETING, mu_scale=20, tau_scale=1).theta
    assert theta.mean[Department.MATH] == pytest.approx(1.169, abs=0.15)
    answer = exact(LARGE_MEETING, 20, 1)
    assert answer.theta_mean[Department.MATH] == pytest.approx(1.169, abs=5e-4)
    as_published = published.posterior(LARGE_MEETING, mu_scale=20, tau_scale=1).theta
    assert as_published.mean[Department.MATH] == pytest.approx(8.213, abs=5e-4)


@pytest.mark.parametrize(
    ("n", "tolerance"),
    [
        ([3, 3, 1], 0.15),
        ([3, 3, 0], 0.15),
        ([8, 8, 8], 0.15),
        ([3, 3, 8], 0.15),
        # Few departments leave tau a tail beyond the grid's end at 60 minutes.
        ([0, 8, 1], 0.35),
        ([0, 0, 3], 1.0),
        ([0, 0, 1], 1.5),
    ],
    ids=str,
)
@pytest.mark.parametrize("given_scales", [(1, 1), (10, 3), (20, 1), (20, 20), (1, 20)], ids=str)
def test_ragged_meetings_are_as_near_to_exact_as_the_chapter_says(n, tolerance, given_scales):
    t = padded([[m] * k for k, m in zip(n, (1, -15, 30), strict=True)])
    mean = posterior(t, mu_scale=given_scales[0], tau_scale=given_scales[1]).theta.mean
    np.testing.assert_allclose(mean, exact(t, *given_scales).theta_mean, atol=tolerance)


@pytest.mark.parametrize("true", [(0, -15, 30), (5, 5, 5)], ids=str)
def test_two_hundred_observations_a_department_are_finite_and_right(true):
    t = np.random.default_rng(8).normal(np.array(true)[:, None], 15, (3, 200))
    result = posterior(t, **SCALES)
    answer = exact(t, **SCALES)
    assert np.isfinite(result.theta.probability).all()
    # A department's sd is 15/√200 = 1.06 minutes, two cells of the grid of theta.
    np.testing.assert_allclose(result.theta.mean, answer.theta_mean, atol=0.02)
    np.testing.assert_allclose(result.theta.sd, answer.theta_sd, atol=0.02)
    assert result.mu.mean == pytest.approx(answer.mu_mean, abs=0.05)


# -- symmetries --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 0, 2]], ids=str)
def test_permuting_departments_permutes_the_answer(order):
    a, b = posterior(LARGE_MEETING, **SCALES), posterior(LARGE_MEETING[order], **SCALES)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability[order], atol=1e-13)
    np.testing.assert_allclose(b.mu.probability, a.mu.probability, atol=1e-13)
    np.testing.assert_allclose(b.tau.probability, a.tau.probability, atol=1e-13)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_who_comes_first_does_not_matter(random):
    shuffled = [random.sample(list(row), 3) for row in LARGE_MEETING]  # the NaN move too
    a, b = posterior(LARGE_MEETING, **SCALES), posterior(shuffled, **SCALES)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability, atol=1e-13)


def test_columns_of_empty_chairs_change_nothing():
    column = np.full((3, 1), NOBODY)
    wider = np.hstack([column, LARGE_MEETING, column, column])
    a, b = posterior(LARGE_MEETING, **SCALES), posterior(wider, **SCALES)
    np.testing.assert_array_equal(b.theta.probability, a.theta.probability)
    one = posterior(ONE_MEETING, **SCALES)
    b = posterior(np.hstack([ONE_MEETING[:, None], column]), **SCALES)
    np.testing.assert_array_equal(b.theta.probability, one.theta.probability)


def test_only_number_and_mean_of_arrivals_count():
    scattered = [[-10, 1, 11], [-40, -15, 10], [30, NOBODY, NOBODY]]
    a, b = posterior(LARGE_MEETING, **SCALES), posterior(scattered, **SCALES)
    np.testing.assert_allclose(b.theta.probability, a.theta.probability, atol=1e-13)
    two = [[-10, 1, 11], [-15, -15, NOBODY], [30, NOBODY, NOBODY]]
    assert np.abs(posterior(two, **SCALES).theta.mean - a.theta.mean).max() > 0.5


def test_more_arrivals_with_the_same_mean_are_pulled_less():
    means = [
        posterior([[1] * 8, [-15] * 8, [30] * n + [NOBODY] * (8 - n)], **SCALES).theta.mean[2]
        for n in range(9)
    ]
    assert np.all(np.diff(means) > 0)
    assert means[0] < 0 < means[-1] < 30


# -- nobody there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", Department)
def test_an_absent_department_is_a_new_one(d):
    t = LARGE_MEETING.copy()
    t[d] = NOBODY
    new = new_department(t, **SCALES)
    np.testing.assert_allclose(posterior(t, **SCALES).theta.probability[d], new.probability, atol=1e-13)


@pytest.mark.parametrize("t", [ONE_MEETING, LARGE_MEETING], ids=["one", "large"])
def test_a_fourth_department_is_right(t):
    rows = [[x for x in np.atleast_1d(row) if not np.isnan(x)] for row in t]
    theta, _ = enumerate_once(
        [*rows, []], mu=COURSE.mu, tau=COURSE.tau, theta=COURSE.theta, sigma=15, **SCALES
    )
    new = new_department(t, **SCALES)
    np.testing.assert_allclose(new.probability, theta[3], atol=1e-12)
    answer = exact([*t, NOBODY] if t.ndim == 1 else [*t, [NOBODY]], **SCALES)
    assert new.mean == pytest.approx(answer.theta_mean[3], abs=0.15)
    # The exact sd owes 5 % and more to values of tau that the grid cuts off; the interval does not.
    draws = answer.draw(jax.random.key(1), 200_000).theta[:, 3]
    for prob in (0.5, 0.94):
        interval = new.interval(prob)
        inside = np.mean((draws > interval.lower) & (draws < interval.upper))
        assert inside == pytest.approx(prob, abs=0.01)


def test_a_meeting_where_nobody_came_returns_the_prior():
    t = np.full((3, 4), NOBODY)
    result = posterior(t, **SCALES)
    mu = stats.norm.pdf(COURSE.mu, 0, 10)
    tau = stats.halfcauchy.pdf(COURSE.tau, 0, 3)
    mu, tau = mu / mu.sum(), tau / tau.sum()
    given_both = stats.norm.pdf(COURSE.theta, COURSE.mu[:, None, None], COURSE.tau[:, None])
    given_both /= given_both.sum(axis=-1, keepdims=True)
    theta = np.einsum("m,t,mtk->k", mu, tau, given_both)
    np.testing.assert_allclose(result.mu.probability, mu, atol=1e-12)
    np.testing.assert_allclose(result.tau.probability, tau, atol=1e-12)
    np.testing.assert_allclose(result.theta.probability, np.tile(theta, (3, 1)), atol=1e-12)
    np.testing.assert_allclose(new_department(t, **SCALES).probability, theta, atol=1e-12)


# -- means and standard errors -----------------------------------------------------------------------------


def test_estimates_of_the_large_meeting():
    own = estimates(LARGE_MEETING, sigma=15)
    np.testing.assert_array_equal(own.n, [3, 3, 1])
    np.testing.assert_allclose(own.estimate, [2 / 3, -15, 30])
    np.testing.assert_allclose(own.se, [75**0.5, 75**0.5, 15])


def test_estimates_of_nobody_are_nan():
    own = estimates([1, NOBODY, 30], sigma=6)
    np.testing.assert_array_equal(own.n, [1, 0, 1])
    np.testing.assert_array_equal(own.estimate, [1, NOBODY, 30])
    np.testing.assert_array_equal(own.se, [6, NOBODY, 6])


def test_they_are_all_that_an_independent_quadrature_needs():
    own = estimates(LARGE_MEETING)
    mean, _, _ = quadrature(own.estimate, own.se, lambda tau: stats.halfcauchy.pdf(tau, 0, 3), mu_scale=10)
    np.testing.assert_allclose(posterior(LARGE_MEETING, **SCALES).theta.mean, mean, atol=0.15)


# -- the product that underflows ---------------------------------------------------------------------------

MANY = np.random.default_rng(5).normal(10, 15, 200)


@pytest.mark.parametrize("n", [0, 1, 5, 15])
def test_the_product_is_right_while_it_can_be(n):
    product = product_of_densities(MANY[:n], COURSE.theta, 15)
    true = stats.norm.pdf(MANY[:n, None], COURSE.theta, 15).prod(axis=0)
    assert product.dtype == np.float32
    kept = true > 1e-36
    assert kept.any()
    np.testing.assert_allclose(product[kept], true[kept], rtol=1e-4)


@pytest.mark.parametrize("n", [30, 200])
def test_the_product_is_zero_when_it_cannot_be_right(n):
    assert np.all(product_of_densities(MANY[:n], COURSE.theta, 15) == 0)
    log_p = stats.norm.logpdf(MANY[:n, None], COURSE.theta, 15).sum(axis=0)
    assert log_p.max() < np.log(float(jnp.finfo(jnp.float32).tiny))


def test_the_product_skips_empty_chairs():
    np.testing.assert_array_equal(
        product_of_densities([1, NOBODY, 11], COURSE.theta, 15),
        product_of_densities([1, 11], COURSE.theta, 15),
    )


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [posterior, new_department])
@pytest.mark.parametrize(
    ("t", "change", "message"),
    [
        ([1, 2], {}, r"t must have shape \(3,\) or \(3, N\), got shape \(2,\)"),
        ([[1, 2], [3], [4]], {}, "fill a ragged meeting with NaN"),
        ([1, 2, np.inf], {}, "t must be finite, or NaN for nobody there, got inf"),
        (ONE_MEETING, {"mu_scale": 0}, "mu_scale must be > 0 and finite, got 0"),
        (ONE_MEETING, {"tau_scale": -1.0}, r"tau_scale must be > 0 and finite, got -1\.0"),
        (ONE_MEETING, {"sigma": NOBODY}, "sigma must be > 0 and finite, got nan"),
    ],
)
def test_bad_meetings_and_scales(function, t, change, message):
    with pytest.raises(ValueError, match=message):
        function(t, **(SCALES | change))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimates([1, 2]), "t must have shape"),
        (lambda: estimates(ONE_MEETING, sigma=0), "sigma must be > 0 and finite, got 0"),
        (
            lambda: product_of_densities([[1.0]], [0.0], 15),
            r"t must have shape \(N,\), got shape \(1, 1\)",
        ),
        (lambda: product_of_densities([1.0], 0.0, 15), r"theta must have shape \(K,\), got shape \(\)"),
        (lambda: product_of_densities([1.0], [NOBODY], 15), "theta must be finite, got nan"),
        (lambda: product_of_densities([1.0], [0.0], -15), "sigma must be > 0 and finite, got -15"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_absence_that_depends_on_theta_alone_is_not_ignorable():
    rng = np.random.default_rng(5)
    n = 20_000
    theta = rng.normal(20, 14, n)
    came = rng.random((n, 4)) > stats.norm.cdf((theta - 30) / 10)[:, None]  # whatever their own lateness
    t = rng.normal(theta[:, None], 15, (n, 4))
    precision = 1 / 14**2 + came.sum(axis=1) / 15**2
    mean = (20 / 14**2 + (t * came).sum(axis=1) / 15**2) / precision  # the absent are skipped
    error = mean - theta
    noise = error.std() / n**0.5
    assert error.mean() < -2 - 4 * noise
    assert (error**2).mean() > 1.3 * (1 / precision).mean()
