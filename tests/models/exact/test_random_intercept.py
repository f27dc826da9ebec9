"""A regression whose intercept varies by group: against matrices, against one mean, against REML and NUTS."""

import numpy as np
import pandas as pd
import pytest
from places import ROOT
from pooling.exact import normal_groups, random_intercept
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal
from reference import brute_force_regression
from scipy import stats

PRIORS = {"tau": HalfNormal(2), "sigma": HalfNormal(2)}
DENSITIES = {"tau_density": stats.halfnorm(0, 2).pdf, "sigma_density": stats.halfnorm(0, 2).pdf}


def simulated(seed, rows, p, groups):
    rng = np.random.default_rng(seed)
    group = np.r_[groups - 1, rng.integers(0, groups, rows - 1)]
    x = np.column_stack([np.ones(rows), rng.normal(size=(rows, p - 1))])
    y = x @ rng.normal(size=p) + rng.normal(size=groups)[group] + rng.normal(size=rows)
    return y, x, group, (rng.normal(size=p), np.exp(rng.normal(size=p)))


def agree(y, x, group, beta, **reach):
    """Compare all means and sds with brute force."""
    p = random_intercept(y, x, group, beta=[Normal(*b) for b in zip(*beta, strict=True)], **PRIORS)
    center, sd = brute_force_regression(y, x, group, p.alpha_mean.size, beta=beta, **DENSITIES, **reach)
    np.testing.assert_allclose(np.r_[p.beta_mean, p.alpha_mean, p.tau_mean, p.sigma_mean], center, atol=1e-6)
    np.testing.assert_allclose(np.r_[p.beta_sd, p.alpha_sd, p.tau_sd, p.sigma_sd], sd, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(p.beta_cov)), p.beta_sd, rtol=1e-9)
    assert p.error < 1e-4
    return p


@pytest.mark.parametrize(
    ("rows", "p", "groups"), [(14, 2, 4), (9, 3, 3), (8, 1, 8), (12, 4, 5), (10, 2, 2), (6, 2, 1)]
)
def test_matrices_without_a_sum_over_groups_say_the_same(rows, p, groups):
    agree(*simulated(rows, rows, p, groups))


def test_more_columns_than_rows():
    agree(*simulated(3, 4, 7, 2), sigma_reach=(-14, 4))  # nothing keeps sigma from 0


def test_columns_that_repeat_each_other():
    y, x, group, (loc, sd) = simulated(5, 12, 3, 4)
    x = np.column_stack([x, 2 * x[:, 1] - x[:, 0], np.zeros(12)])
    p = agree(y, x, group, (np.r_[loc, 0.5, 0.3], np.r_[sd, 1.0, 2.0]))
    assert (p.beta_mean[4], p.beta_sd[4]) == pytest.approx((0.3, 2.0), rel=1e-9)  # nothing was learned


def test_columns_of_nothing():
    y, _, group, beta = simulated(12, 12, 2, 4)
    p = agree(y, np.zeros((12, 2)), group, beta)
    np.testing.assert_allclose(p.beta_mean, beta[0], rtol=1e-12)


def test_a_predictor_of_the_groups_that_separates_them():
    y, x, group, (loc, sd) = simulated(6, 12, 2, 4)
    high = (group >= 2).astype(float)
    agree(y + 30 * high, np.column_stack([x, high]), group, (np.r_[loc, 0.0], np.r_[sd, 20.0]))


def test_a_predictor_for_each_group():
    y, x, group, _ = simulated(7, 12, 2, 3)
    own = np.eye(3)[group]
    agree(y, np.column_stack([x, own]), group, (np.zeros(5), np.full(5, 2.0)))


def test_a_group_without_rows_is_expected_at_zero():
    y, x, group, beta = simulated(8, 12, 2, 3)
    p = agree(y, x, np.where(group == 1, 3, group), beta)
    assert p.alpha_mean[1] == 0
    assert p.alpha_sd[1] == pytest.approx(np.hypot(p.tau_mean, p.tau_sd), rel=1e-9)


@pytest.mark.parametrize("family", [HalfCauchy(2), HalfNormal(3), Exponential(0.5)], ids=repr)
def test_one_constant_column_is_what_normal_groups_answers(family):
    rng = np.random.default_rng(1)
    n = np.array([3, 5, 1, 8])
    group = rng.permutation(np.repeat(np.arange(4), n))
    y = 3 * rng.normal(size=17) + np.array([1, 5, -2, 0])[group]
    mean = np.bincount(group, y) / n
    ss = np.bincount(group, (y - mean[group]) ** 2)
    one = normal_groups(n, mean, ss, mu=Normal(1, 3), tau=family, sigma=HalfCauchy(2))
    p = random_intercept(y, np.ones((17, 1)), group, beta=Normal(1, 3), tau=family, sigma=HalfCauchy(2))
    found = p.beta_mean[0], p.beta_sd[0], p.tau_mean, p.tau_median, p.tau_sd, p.sigma_mean, p.sigma_sd
    expected = one.mu_mean, one.mu_sd, one.tau_mean, one.tau_median, one.tau_sd, one.sigma_mean, one.sigma_sd
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-8)
    draws = p.draw(0, 20_000)
    theta = draws.beta[:, :1] + draws.alpha
    assert np.all(np.abs(theta.mean(axis=0) - one.theta_mean) < 4 * one.theta_sd / np.sqrt(20_000))


@pytest.mark.parametrize("fixed", [{"tau": 0}, {"tau": 1.3}, {"sigma": 0.8}, {"tau": 0.5, "sigma": 2.0}])
def test_scales_that_are_known(fixed):
    y, x, group, (loc, sd) = simulated(9, 13, 2, 4)
    p = random_intercept(
        y, x, group, beta=[Normal(*b) for b in zip(loc, sd, strict=True)], **{**PRIORS, **fixed}
    )
    if set(fixed) == {"tau", "sigma"}:
        total = fixed["tau"] ** 2 * (group[:, None] == group) + fixed["sigma"] ** 2 * np.eye(13)
        precision = np.diag(sd**-2.0) + x.T @ np.linalg.solve(total, x)
        mean = np.linalg.solve(precision, loc / sd**2 + x.T @ np.linalg.solve(total, y))
        np.testing.assert_allclose(p.beta_mean, mean, rtol=1e-10)
        np.testing.assert_allclose(p.beta_cov, np.linalg.inv(precision), rtol=1e-9)
    if "tau" in fixed:
        assert (p.tau_mean, p.tau_sd) == pytest.approx((fixed["tau"], 0), abs=1e-12)
    if "sigma" in fixed:
        assert (p.sigma_mean, p.sigma_sd) == pytest.approx((fixed["sigma"], 0), abs=1e-12)
    if fixed.get("tau") == 0:
        np.testing.assert_array_equal(p.alpha_mean, 0)


def test_rows_in_another_order_unit_and_place():
    y, x, group, _ = simulated(10, 40, 3, 6)
    p = random_intercept(y, x, group, beta=Normal(0, 50), **PRIORS)
    order = np.random.default_rng(0).permutation(40)
    q = random_intercept(y[order], x[order], group[order], beta=Normal(0, 50), **PRIORS)
    np.testing.assert_allclose(q.beta_mean, p.beta_mean, rtol=1e-9)
    unit = 1e-40
    q = random_intercept(
        unit * y, x, group, beta=Normal(0, 50 * unit), tau=HalfNormal(2 * unit), sigma=HalfNormal(2 * unit)
    )
    np.testing.assert_allclose(q.beta_mean / unit, p.beta_mean, rtol=1e-9)
    there = 1e9
    y = (y + there) - there
    beta = [Normal(0, 50)] * 2
    p = random_intercept(y, x, group, beta=[Normal(0, 50), *beta], **PRIORS)
    q = random_intercept(y + there, x, group, beta=[Normal(there, 50), *beta], **PRIORS)
    np.testing.assert_allclose(q.beta_mean[1:], p.beta_mean[1:], rtol=1e-8)
    assert q.beta_mean[0] == pytest.approx(there + p.beta_mean[0], rel=1e-15)
    # a column that is a year: the same lines
    year = np.column_stack([x[:, :2], 2020 + x[:, 2]])
    q = random_intercept(y, year, group, beta=Normal(0, 1e5), **PRIORS)
    p = random_intercept(y, x, group, beta=Normal(0, 1e5), **PRIORS)
    np.testing.assert_allclose(q.beta_mean[1:], p.beta_mean[1:], atol=1e-5)


# -- radon --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def radon():
    frame = pd.read_csv(ROOT / "code" / "pooling" / "data" / "radon.csv")
    group = np.unique(frame["county"], return_inverse=True)[1]
    x = np.column_stack([np.ones(919), frame["first_floor"], frame["log_uranium"]])
    return frame["log_radon"].to_numpy(), x, group


# lme4 1.1, restricted maximum likelihood: coefficients, standard errors, sd of counties, sd of houses
REML = {
    1: ([1.3126], [None], 0.3095, 0.7979),
    2: ([1.4616, -0.6930], [0.0516, 0.0704], 0.3282, 0.7556),
    3: ([1.4658, -0.6682, 0.7203], [0.0379, 0.0688, 0.0918], 0.1564, 0.7584),
}


@pytest.mark.parametrize("p", REML)
def test_radon_as_restricted_maximum_likelihood_has_it(radon, p):
    """With vague priors; the posterior mean of a scale is above its mode, by less than its sd."""
    y, x, group = radon
    vague = {"beta": Normal(0, 100), "tau": HalfCauchy(25), "sigma": HalfCauchy(25)}
    found = random_intercept(y, x[:, :p], group, **vague)
    beta, se, county, house = REML[p]
    np.testing.assert_allclose(found.beta_mean, beta, atol=0.05 * found.beta_sd.min())
    for own, expected in zip(found.beta_sd, se, strict=True):
        assert expected is None or own == pytest.approx(expected, rel=0.05)
    assert 0 < found.tau_mean - county < 0.3 * found.tau_sd
    assert 0 < found.sigma_mean - house < 0.1 * found.sigma_sd


def test_draws_have_the_moments_and_repeat(radon):
    p = random_intercept(*radon, beta=Normal(0, 10), tau=HalfCauchy(1), sigma=HalfCauchy(1))
    n = 10_000
    draws = p.draw(3, n)
    assert draws.alpha.shape == (n, 85)
    np.testing.assert_array_equal(draws.beta, p.draw(3, n).beta)
    for name in ("beta", "tau", "sigma", "alpha"):
        off = getattr(draws, name).mean(axis=0) - getattr(p, f"{name}_mean")
        assert np.all(np.abs(off) < 4 * getattr(p, f"{name}_sd") / np.sqrt(n)), name
    np.testing.assert_allclose(np.cov(draws.beta.T), p.beta_cov, atol=0.06 * p.beta_sd.max() ** 2)


def test_it_fits_a_line_and_a_table(radon):
    p = random_intercept(*radon, beta=Normal(0, 10), tau=HalfCauchy(1), sigma=HalfCauchy(1))
    assert repr(p).startswith("RandomIntercept(tau 0.158")
    assert len(repr(p)) < 160
    assert "and 75 of alpha more" in p._repr_html_()


# -- refused ------------------------------------------------------------------------------------------------

Y, X, GROUP = np.array([1.0, 2, 4, 3]), np.ones((4, 1)), np.array([0, 0, 1, 1])
GIVEN = {"beta": Normal(0, 5), "tau": HalfCauchy(1), "sigma": HalfCauchy(1)}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"y": [1, np.nan, 2, 3]}, "y must be finite, got nan at 1"),
        ({"y": []}, r"y must have shape \(N,\) with N >= 1"),
        ({"X": np.ones(4)}, r"X must have shape \(4, p\) with p >= 1, got shape \(4,\)"),
        ({"X": np.ones((4, 0))}, r"X must have shape \(4, p\) with p >= 1"),
        ({"X": [[1], [np.inf], [1], [1]]}, r"X must be finite, got inf at \(1, 0\)"),
        ({"X": np.ma.array(X, mask=[[0], [1], [0], [0]])}, r"X must be finite, got nan at \(1, 0\)"),
        ({"group": [0, 0, 1, -1]}, "group must be between 0 and 1, got -1 at 3; a code of -1 is how pandas"),
        ({"group": [0, 0, 1]}, "group must be 4 whole numbers"),
        ({"group": list("aabb")}, r"group must be integers 0, \.\.\., J - 1, .* return_inverse"),
        ({"group": [0, 0, 1, 2**40]}, "without large gaps"),
        (
            {"group": np.ma.array(GROUP, mask=[0, 0, 1, 0])},
            "group must be there for every row, .* masked one at 2",
        ),
        ({"group": [0.0, 0.0, 1.0, 1.0]}, r"group must be integers 0, \.\.\., J - 1, got \[0\.0"),
        ({"group": [False, False, True, True]}, r"group must be integers 0, \.\.\., J - 1, got \[False"),
        ({"group": pd.array([0, 0, 1, None], dtype="Int64")}, "group must be integers 0"),
        ({"group": [[0, 0], [1, 1]]}, "group must be 4 whole numbers"),
        ({"y": list("abcd")}, r"y must be an array of numbers of shape \(N,\), got \['a'"),
        ({"y": [True, False, True, True]}, "y must be an array of numbers"),
        ({"y": np.array([1, 2, None, 4], dtype=object)}, "y must be an array of numbers"),
        ({"y": np.ma.array(Y, mask=[0, 0, 1, 0])}, "y must be finite, got nan at 2"),
        ({"y": Y * 1j}, "y must be an array of numbers"),
        ({"X": pd.DataFrame({"a": list("abcd")})}, "X must be an array of numbers"),
        ({"X": X.astype(bool)}, "X must be an array of numbers"),
        ({"beta": HalfCauchy(1)}, "beta must be a Normal prior for all coefficients or a sequence of 1"),
        ({"beta": [Normal(0, 1)] * 2}, "beta must be a Normal prior for all coefficients or a sequence of 1"),
        ({"tau": Normal(0, 1)}, "tau must be HalfCauchy"),
        ({"sigma": 0}, "sigma must be > 0"),
        ({"beta": Normal(0, 1e90)}, "give data and priors in one unit"),
        ({"y": [1, 1, 2, 2]}, "y must not be fitted exactly by X and the groups"),
        ({"y": [3, 3, 3, 3], "tau": 0}, "y must not be fitted exactly by X and the groups"),
        (
            {"y": pd.Series(Y), "group": pd.Series(GROUP, index=[0, 1, 2, 9])},
            "group must have the index of y",
        ),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(ValueError, match=message):
        random_intercept(**({"y": Y, "X": X, "group": GROUP} | GIVEN | given))


def test_labelled_rows_are_paired_by_label():
    y, x, group, _ = simulated(11, 20, 2, 4)
    order = np.random.default_rng(0).permutation(20)
    frame = pd.DataFrame(x), pd.Series(group)[order]
    p = random_intercept(y, x, group, **GIVEN)
    q = random_intercept(pd.Series(y), *frame, **GIVEN)
    np.testing.assert_array_equal(q.beta_mean, p.beta_mean)
