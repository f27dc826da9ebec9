"""The four scales: quadrature against importance sampling of its own, and REML against lme4."""

import numpy as np
import pytest
from pooling.varying_slopes import data, posteriors
from pooling.varying_slopes.given_scales import given, least_squares
from pooling.varying_slopes.posteriors import posterior, restricted
from scipy import stats

SLEEP = data()
#: lme4 1.1 on these data: intercept and slope, their standard errors, sds, correlation, sd of a day.
LME4 = {
    "mu": [251.405, 10.467],
    "mu_se": [6.825, 1.546],
    "tau": [24.741, 5.922],
    "rho": 0.066,
    "sigma": 25.592,
}


@pytest.fixture(scope="module")
def exact():
    return posterior(SLEEP)


def log_density(x, design, y):
    """Log posterior of (mu, log tau, atanh rho, log sigma), (n, 6), by dense covariances of ten days.

    Also the means of the drivers' pairs given these.
    """
    mu, tau, rho, sigma = x[:, :2], np.exp(x[:, 2:4]), np.tanh(x[:, 4]), np.exp(x[:, 5])
    off_diagonal = (tau.prod(axis=1) * rho)[:, None, None] * np.array([[0, 1], [1, 0]])
    spread = tau[:, :, None] ** 2 * np.eye(2) + off_diagonal
    v = design @ spread @ design.T + sigma[:, None, None] ** 2 * np.eye(10)
    off = y - (mu @ design.T)[:, None, :]  # (n, 18, 10)
    solved = np.linalg.solve(v, np.swapaxes(off, 1, 2))  # (n, 10, 18)
    log_p = -18 * np.linalg.slogdet(v)[1] / 2 - (np.swapaxes(off, 1, 2) * solved).sum((1, 2)) / 2
    log_p += stats.norm.logpdf(mu, [300, 0], [100, 20]).sum(axis=1)
    log_p += stats.halfnorm.logpdf(np.column_stack([tau, sigma]), scale=[50, 20, 50]).sum(axis=1)
    log_p += np.log(1 - rho**2) + x[:, 2] + x[:, 3] + np.log(1 - rho**2) + x[:, 5]  # LKJ(2); Jacobian
    theta = mu[:, None, :] + np.swapaxes(spread @ design.T @ solved, 1, 2)
    return log_p, theta


@pytest.fixture(scope="module")
def sampled():
    """Importance sampling in six dimensions, its proposal a Student t that is fitted three times."""
    design = np.column_stack([np.ones(10), np.arange(10)])
    y = SLEEP.y.reshape(18, 10)
    rng = np.random.default_rng(1)
    centre = np.array([251, 10, np.log(25), np.log(6), 0, np.log(25)])
    cov = np.diag([8, 2, 0.4, 0.3, 0.3, 0.1]) ** 2
    for n in (4000, 4000, 4000, 40_000):
        t = stats.multivariate_t(centre, cov, df=6, seed=rng)
        x = t.rvs(n)
        log_p, theta = log_density(x, design, y)
        log_w = log_p - t.logpdf(x)
        w = np.exp(log_w - log_w.max())
        w /= w.sum()
        centre = w @ x
        cov = 1.2 * (w * (x - centre).T) @ (x - centre)
    values = np.column_stack(
        [np.exp(x[:, 2:4]), np.tanh(x[:, 4]), np.exp(x[:, 5]), x[:, :2], theta.reshape(n, 36)]
    )
    assert 1 / (w**2).sum() > 10_000
    return values, w


def test_the_posterior_is_what_importance_sampling_says(exact, sampled):
    """Means within four standard errors, which are the weighted draws' own; sds of scales within 3 %."""
    values, w = sampled
    mean = w @ values
    error = np.sqrt(w**2 @ (values - mean) ** 2)
    told = np.concatenate([exact.mean, exact.mu_mean, exact.theta_mean.ravel()])
    assert np.abs((told - mean) / error).max() < 4
    assert (error[:4] < 0.012 * exact.sd).all()  # it could tell
    sd = np.sqrt(w @ (values[:, :6] - mean[:6]) ** 2)
    np.testing.assert_allclose(np.concatenate([exact.sd, exact.mu_sd]), sd, rtol=0.03)


def test_marginals_of_the_scales_are_those_of_importance_sampling(exact, sampled):
    values, w = sampled
    for k, (name, marginal) in enumerate(exact.scales.items()):
        order = np.argsort(values[:, k])
        cdf = np.cumsum(w[order])
        assert abs(marginal.median - np.interp(0.5, cdf, values[order, k])) < 0.03 * exact.sd[k], name
        assert marginal.mean == pytest.approx(exact.mean[k], abs=2e-3 * exact.sd[k])
        low, high = marginal.interval(0.94)
        held = w[(values[:, k] > low) & (values[:, k] < high)].sum()
        assert held == pytest.approx(0.94, abs=0.01), name


def test_a_finer_grid_says_the_same_and_the_error_is_a_bound(exact):
    finer = posterior(SLEEP, nodes=25)
    for one in ("mean", "mu_mean", "theta_mean"):
        off = np.abs(getattr(finer, one) - getattr(exact, one)) / getattr(exact, one.replace("mean", "sd"))
        assert off.max() < 3e-3
        assert off.max() < exact.error
    assert exact.error < 0.1


def test_draws_of_the_scales_have_its_moments(exact):
    draws = exact.draw(20_000, seed=1)
    np.testing.assert_allclose(draws.mean(axis=0), exact.mean, atol=4 * exact.sd.max() / np.sqrt(20_000))
    np.testing.assert_allclose(draws.std(axis=0), exact.sd, rtol=0.03)


def test_restricted_maximum_likelihood_is_lme4s():
    found = restricted(SLEEP)
    for name, value in LME4.items():
        np.testing.assert_allclose(getattr(found, name), value, atol=6e-4, err_msg=name)


def test_the_restricted_likelihood_by_dense_matrices_is_highest_there():
    """Log det V + log det XᵀV⁻¹X + the residuals' square, with the covariance of all days written out."""
    found = restricted(SLEEP)
    x = np.column_stack([np.ones(180), SLEEP.day])
    same = SLEEP.driver[:, None] == SLEEP.driver

    def log_p(tau, rho, sigma):
        cov = np.array([[tau[0] ** 2, rho * tau[0] * tau[1]], [rho * tau[0] * tau[1], tau[1] ** 2]])
        v = same * (x @ cov @ x.T) + sigma**2 * np.eye(180)
        a = x.T @ np.linalg.solve(v, x)
        off = SLEEP.y - x @ np.linalg.solve(a, x.T @ np.linalg.solve(v, SLEEP.y))
        return -(np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1] + off @ np.linalg.solve(v, off)) / 2

    best = log_p(found.tau, found.rho, found.sigma)
    for change in ((0.5, 0, 0, 0), (0, 0.2, 0, 0), (0, 0, 0.05, 0), (0, 0, 0, 0.3)):
        for sign in (1, -1):
            step = sign * np.array(change)
            assert log_p(found.tau + step[:2], found.rho + step[2], found.sigma + step[3]) < best
    mine = given(SLEEP, tau=[20, 8], rho=0.3, sigma=30, flat=True).log_marginal
    at_top = given(SLEEP, tau=found.tau, rho=found.rho, sigma=found.sigma, flat=True).log_marginal
    assert at_top - mine == pytest.approx(best - log_p(np.array([20, 8]), 0.3, 30), abs=1e-6)


def test_the_posterior_differs_from_lme4_by_what_the_priors_explain(exact):
    """Means of sds are above the restricted likelihood's top, for they lean to the right; rho stays."""
    assert np.abs(exact.mu_mean - LME4["mu"]).max() < 0.1 * np.array(LME4["mu_se"]).max()
    assert (exact.mu_sd > LME4["mu_se"]).all()
    np.testing.assert_allclose(exact.mu_sd, LME4["mu_se"], rtol=0.12)
    for k, value in enumerate((*LME4["tau"], LME4["rho"], LME4["sigma"])):
        assert abs(exact.mean[k] - value) < 0.45 * exact.sd[k]
    assert (exact.mean[:2] > LME4["tau"]).all()
    assert exact.mean[3] > LME4["sigma"]


def test_pooled_lines_are_nearer_to_the_population_in_both_directions(exact):
    own = least_squares(SLEEP)
    assert (exact.theta_mean.std(axis=0) < own.std(axis=0)).all()
    names = SLEEP.name.tolist()
    assert own[names.index("335"), 1] < 0 < exact.theta_mean[names.index("335"), 1] + 1


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"nodes must be odd, .*, got 12"):
        posterior(SLEEP, nodes=12)
    with pytest.raises(ValueError, match="nodes must be an integer >= 9, got 5"):
        posterior(SLEEP, nodes=5)


def test_a_marginal_is_as_wide_as_its_grid():
    """A normal density on a grid of steps of ¼, of which each becomes ten."""
    axis = np.linspace(-5, 5, 41)
    found = posteriors._marginal(axis, stats.norm.pdf(axis, 0.3), lambda x: x)
    np.testing.assert_allclose(found.values, np.linspace(-5, 5, 401), atol=1e-12)
    np.testing.assert_allclose(found.edges, np.linspace(-5.0125, 5.0125, 402), atol=1e-12)
    assert (found.mean, found.sd) == pytest.approx((0.3, 1), abs=1e-4)
    assert np.diff(stats.norm.cdf(found.interval(0.94), 0.3))[0] == pytest.approx(0.94, abs=1e-4)
