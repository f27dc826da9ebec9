"""The exact posterior with each set of predictors, and restricted maximum likelihood as lme4 has it."""

import numpy as np
import pytest
from dense_intercept import dense_random_intercept
from pooling.group_predictors import data
from pooling.group_predictors.posteriors import design, levels, posterior, restricted

RADON = data()
#: lme4 1.1 on these data, to four decimals: coefficients, standard errors, sd of counties, of houses.
LME4 = {
    (): ([1.3126], None, 0.3095, 0.7979),
    ("floor",): ([1.4616, -0.6930], [0.0516, 0.0704], 0.3282, 0.7556),
    ("floor", "uranium"): ([1.4658, -0.6682, 0.7203], [0.0379, 0.0688, 0.0918], 0.1564, 0.7584),
}
each_set = pytest.mark.parametrize("predictors", LME4)


@pytest.fixture(scope="module")
def exact():
    """Return the exact posterior for each set of predictors."""
    return {predictors: posterior(RADON, predictors) for predictors in (*LME4, ("floor", "uranium", "share"))}


@each_set
def test_restricted_maximum_likelihood_is_lme4s(predictors):
    beta, se, tau, sigma = LME4[predictors]
    found = restricted(RADON.y, design(RADON, predictors), RADON.county)
    np.testing.assert_allclose(found.beta, beta, atol=6e-5)
    if se is not None:
        np.testing.assert_allclose(found.beta_se, se, atol=6e-5)
    assert (found.tau, found.sigma) == (pytest.approx(tau, abs=6e-5), pytest.approx(sigma, abs=6e-5))


def test_the_restricted_likelihood_by_dense_matrices_is_highest_there():
    """Log det V + log det XᵀV⁻¹X + the residuals' square, with the covariance of all houses written out."""
    few = RADON.county < 25
    y, x, group = RADON.y[few], design(RADON)[few], RADON.county[few]
    same = group[:, None] == group

    def log_p(tau, sigma):
        v = tau**2 * same + sigma**2 * np.eye(y.size)
        a = x.T @ np.linalg.solve(v, x)
        off = y - x @ np.linalg.solve(a, x.T @ np.linalg.solve(v, y))
        return -(np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1] + off @ np.linalg.solve(v, off)) / 2

    _, _, tau, sigma = restricted(y, x, group)
    best = log_p(tau, sigma)
    for other in (log_p(tau + 0.02, sigma), log_p(max(tau - 0.02, 0), sigma),
                  log_p(tau, sigma * 1.02), log_p(tau, sigma / 1.02)):  # fmt: skip
        assert other < best
    slope = (log_p(tau + 1e-4, sigma) - log_p(max(tau - 1e-4, 0), sigma)) / 2e-4
    assert abs(slope) < 1e-3 or tau == 0


def test_restricted_says_zero_where_groups_are_more_alike_than_luck_has_them():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(10, 6))
    alike = (noise - noise.mean(axis=1, keepdims=True)).ravel()
    found = restricted(alike, np.ones((60, 1)), np.repeat(np.arange(10), 6))
    assert found.tau == 0
    assert found.sigma == pytest.approx(alike.std(ddof=1))


@pytest.mark.parametrize("predictors", [("floor", "uranium"), ("floor", "uranium", "share")])
def test_exact_is_what_an_independent_integral_says(exact, predictors):
    x = design(RADON, predictors)
    p = x.shape[1]
    prior = np.zeros(p), np.full(p, 5.0)
    mean, sd, median = dense_random_intercept(
        RADON.y, x, RADON.county, beta=prior, tau=("HalfNormal", 1.0), sigma=("HalfNormal", 1.0)
    )
    found = exact[predictors]
    told = np.concatenate([found.beta_mean, found.alpha_mean, [found.tau_mean, found.sigma_mean]])
    width = np.concatenate([found.beta_sd, found.alpha_sd, [found.tau_sd, found.sigma_sd]])
    np.testing.assert_allclose((told - mean) / sd, 0, atol=1e-5)
    np.testing.assert_allclose(width / sd, 1, atol=1e-5)
    assert found.tau_median == pytest.approx(median, rel=1e-5)


@each_set
def test_the_posterior_differs_from_lme4_by_what_the_priors_explain(exact, predictors):
    """Coefficients by a tenth of an sd at most; its sds are a little wider, for tau is not known.

    The posterior means of the scales are above the restricted likelihood's top: their distributions lean
    to the right, tau's mean by up to 0.15 of its sd.
    """
    beta, se, tau, sigma = LME4[predictors]
    found = exact[predictors]
    assert np.abs((found.beta_mean - beta) / found.beta_sd).max() < 0.1
    if se is not None:
        assert (found.beta_sd > np.array(se) - 5e-5).all()
        np.testing.assert_allclose(found.beta_sd, se, rtol=0.04)
    assert 0 < (found.tau_mean - tau) / found.tau_sd < 0.15
    assert 0 < found.sigma_mean - sigma < 0.002


def test_uranium_halves_what_is_left_between_counties(exact):
    assert 0.45 < exact[("floor", "uranium")].tau_median / exact[("floor",)].tau_median < 0.5


def test_with_the_share_the_slope_is_that_within_counties(exact):
    """Mundlak: with the county's mean as a predictor, the house's floor is compared within counties only."""
    off = RADON.first_floor - RADON.share[RADON.county]
    within = off @ RADON.y / (off @ off)
    found = exact[("floor", "uranium", "share")]
    assert abs(found.beta_mean[1] - within) < 0.005 * found.beta_sd[1]
    assert abs(exact[("floor", "uranium")].beta_mean[1] - within) > 0.5 * found.beta_sd[1]


def test_levels_are_the_line_and_what_a_county_has_beyond_it(exact):
    predictors = ("floor", "uranium", "share")
    draws = exact[predictors].draw(3, 4000)
    found = levels(RADON, draws, predictors)
    line = (
        draws.beta[:, [0]]
        + np.outer(draws.beta[:, 2], RADON.uranium)
        + np.outer(draws.beta[:, 3], RADON.share)
    )
    np.testing.assert_allclose(found.line, line, atol=1e-12)
    np.testing.assert_allclose(found.theta - found.line, draws.alpha, atol=1e-12)
    assert levels(RADON, exact[()].draw(3, 5), ()).line.shape == (5, 85)


def test_bad_arguments_are_named(exact):
    with pytest.raises(ValueError, match=r"predictors must be .* floor, uranium, share, got \('soil',\)"):
        design(RADON, ("soil",))
    with pytest.raises(ValueError, match=r"predictors must be a sequence .* got 'floor'"):
        design(RADON, "floor")
    with pytest.raises(ValueError, match="some of floor"):
        design(RADON, ("floor", "floor"))
    with pytest.raises(ValueError, match=r"draws must be .* the predictors floor: of 2 coefficients, got 1"):
        levels(RADON, exact[()].draw(0, 2), ("floor",))
    with pytest.raises(ValueError, match=r"x must have shape \(919, p\), p < 919, and rank p"):
        restricted(RADON.y, np.ones((919, 2)), RADON.county)
    with pytest.raises(ValueError, match="y must"):
        restricted([np.nan, 1, 2], np.ones((3, 1)), [0, 0, 1])
