"""The shrinkage formula: against brute-force Bayes, at its limits, and what it must never do."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling import hyperpriors
from pooling.exact import normal_groups
from pooling.posterior import Marginal
from pooling.priors import Normal
from pooling.shrinkage import pooling_factor, population_mean, shrink, weight
from reference import closed_form
from scipy import integrate, stats

scores = st.lists(st.floats(-50, 50), min_size=1, max_size=8)
places, spreads, sizes = st.floats(-100, 100), st.floats(0.1, 50), st.integers(0, 1000)


def brute_force(y, *, mu, sigma, tau):
    """Mean of prior times likelihood, by adaptive quadrature; no formula of a normal posterior."""
    y = np.asarray(y)
    grid = np.linspace(min(y.min(), mu) - 10 * tau, max(y.max(), mu) + 10 * tau, 4001)

    def log_density(alpha):
        return stats.norm.logpdf(y, alpha, sigma).sum() + stats.norm.logpdf(alpha, mu, tau)

    logs = np.array([log_density(alpha) for alpha in grid])

    def integral(f):
        where = {"points": [grid[logs.argmax()]], "limit": 500, "epsabs": 0, "epsrel": 1e-10}
        return integrate.quad(
            lambda a: f(a) * np.exp(log_density(a) - logs.max()), grid[0], grid[-1], **where
        )

    return grid[0] + integral(lambda a: a - grid[0])[0] / integral(lambda a: 1)[0]


@pytest.mark.parametrize(
    ("y", "mu", "sigma", "tau"),
    [
        ([88, 61, 79, 64], 63, 10, 2),
        ([30], 0, 15, 20),
        ([-10, 1, 11], -5, 15, 3),
        (np.linspace(40, 80, 60), 63, 10, 2),
        ([1, 2], 50, 0.5, 30),
    ],
)
def test_it_is_the_mean_of_prior_times_likelihood(y, mu, sigma, tau):
    expected = brute_force(y, mu=mu, sigma=sigma, tau=tau)
    assert shrink(np.mean(y), len(y), mu=mu, sigma=sigma, tau=tau) == pytest.approx(expected, abs=1e-6)


@given(scores, places, spreads, spreads)
def test_it_is_the_closed_form_of_the_first_chapters(y, mu, sigma, tau):
    mean, sd = closed_form(mu, tau, np.sum(y), len(y), sigma)
    at = {"sigma": sigma, "tau": tau}
    assert shrink(np.mean(y), len(y), mu=mu, **at) == pytest.approx(mean, abs=1e-9)
    assert tau * pooling_factor(len(y), **at) ** 0.5 == pytest.approx(sd, rel=1e-12)


def test_the_chapters_two_schools():
    estimate = shrink([73, 67], [4, 90], mu=63, sigma=10, tau=2)
    np.testing.assert_allclose(estimate, [63 + 10 * 16 / 116, 63 + 4 * 360 / 460], rtol=1e-14)


# -- limits ------------------------------------------------------------------------------------------------


def test_nobody_there_is_the_population():
    assert weight(0, sigma=10, tau=2) == 0
    assert shrink(np.nan, 0, mu=63, sigma=10, tau=2) == 63
    np.testing.assert_array_equal(shrink([np.nan, 5], [0, 0], mu=63, sigma=10, tau=2), [63, 63])


def test_no_spread_pools_completely_and_a_huge_one_not_at_all():
    mean, n = np.array([-5.0, 70.0]), np.array([1, 1000])
    np.testing.assert_array_equal(shrink(mean, n, mu=63, sigma=10, tau=0), [63, 63])
    np.testing.assert_allclose(shrink(mean, n, mu=63, sigma=10, tau=1e12), mean, rtol=1e-15)
    np.testing.assert_array_equal(pooling_factor(n, sigma=10, tau=0), 1)


def test_size_decides_in_the_end():
    weights = weight([0, 1, 25, 10**6, 10**12], sigma=10, tau=2)
    assert weights[2] == pytest.approx(0.5, rel=1e-15)
    assert np.all(np.diff(weights) > 0)
    assert weights[-1] == pytest.approx(1, abs=1e-10)


def test_small_shares_keep_their_digits():
    assert pooling_factor(1, sigma=1e-9, tau=1) == pytest.approx(1e-18, rel=1e-12)
    assert weight(1, sigma=1, tau=1e-9) == pytest.approx(1e-18, rel=1e-12)
    assert weight(1, sigma=1e200, tau=1e200) == pytest.approx(0.5)  # no overflow on the way


# -- properties --------------------------------------------------------------------------------------------


@given(places, sizes, places, spreads, spreads)
def test_between_own_mean_and_population(mean, n, mu, sigma, tau):
    estimate = shrink(mean, n, mu=mu, sigma=sigma, tau=tau)
    room = 1e-12 * (1 + abs(mean) + abs(mu))
    assert min(mean, mu) - room <= estimate <= max(mean, mu) + room


@given(sizes, spreads, spreads)
def test_the_two_shares_make_one(n, sigma, tau):
    at = {"sigma": sigma, "tau": tau}
    assert weight(n, **at) + pooling_factor(n, **at) == pytest.approx(1, rel=1e-15)
    assert pooling_factor(n, **at) == pytest.approx(sigma**2 / (sigma**2 + n * tau**2), rel=1e-12)


@given(places, sizes, places, spreads, spreads, places, st.floats(-100, 100).filter(lambda x: abs(x) > 0.01))
def test_shift_and_change_of_unit(mean, n, mu, sigma, tau, shift, unit):
    estimate = shrink(mean, n, mu=mu, sigma=sigma, tau=tau)
    at = {"mu": mu * unit + shift, "sigma": sigma * abs(unit), "tau": tau * abs(unit)}
    assert shrink(mean * unit + shift, n, **at) == pytest.approx(estimate * unit + shift, abs=1e-8)


@given(st.lists(st.tuples(places, st.integers(1, 99)), min_size=2, max_size=6), st.randoms())
def test_the_order_of_groups_does_not_matter(groups, random):
    shuffled = random.sample(range(len(groups)), len(groups))
    mean, n = np.array(groups).T
    at = {"sigma": 10, "tau": 2}
    np.testing.assert_array_equal(
        shrink(mean, n, mu=63, **at)[shuffled], shrink(mean[shuffled], n[shuffled], mu=63, **at)
    )
    mu = population_mean(mean, n, **at)
    assert population_mean(mean[shuffled], n[shuffled], **at) == pytest.approx(mu, abs=1e-10)


def test_shapes():
    assert isinstance(weight(3, sigma=1, tau=1), float)
    assert weight([1, 2, 3], sigma=1, tau=np.ones((4, 1))).shape == (4, 3)
    assert shrink([1, 2, 3], 5, mu=np.zeros((4, 1)), sigma=1, tau=1).shape == (4, 3)


def test_halves_of_the_data_tell_as_much_as_all_of_it():
    """The posterior after one half is the prior of the other."""
    first, n1, second, n2 = 70.0, 6, 66.0, 11
    at = {"mu": 63.0, "sigma": 10.0, "tau": 2.0}
    then = shrink(first, n1, **at)
    left = 2 * pooling_factor(n1, sigma=10, tau=2) ** 0.5
    twice = shrink(second, n2, mu=then, sigma=10, tau=left)
    both = (n1 * first + n2 * second) / (n1 + n2)
    assert twice == pytest.approx(shrink(both, n1 + n2, **at), rel=1e-13)


# -- the population mean -----------------------------------------------------------------------------------

MEANS, SIZES = np.array([70.0, 60.0, 57.0, np.nan]), np.array([5, 20, 2000, 0])


def test_population_mean_weighs_by_precision():
    precision = 1 / (2**2 + 10**2 / SIZES[:3])
    expected = precision @ MEANS[:3] / precision.sum()
    assert population_mean(MEANS, SIZES, sigma=10, tau=2) == pytest.approx(expected, rel=1e-14)


def test_population_mean_at_its_limits():
    by_size = np.average(MEANS[:3], weights=SIZES[:3])
    assert population_mean(MEANS, SIZES, sigma=10, tau=0) == pytest.approx(by_size, rel=1e-14)
    assert population_mean(MEANS, SIZES, sigma=10, tau=1e9) == pytest.approx(MEANS[:3].mean(), rel=1e-9)


def test_population_mean_is_that_of_the_exact_posterior_under_a_flat_prior():
    at = {"sigma": 10.0, "tau": 2.0}
    exact = normal_groups(SIZES, MEANS, np.zeros(4), mu=Normal(0, 1e7), **at)
    mu = population_mean(MEANS, SIZES, **at)
    assert exact.mu_mean == pytest.approx(mu, abs=1e-8)
    np.testing.assert_allclose(exact.theta_mean, shrink(MEANS, SIZES, mu=mu, **at), atol=1e-8)
    assert np.all(exact.theta_sd > 2 * pooling_factor(SIZES, **at) ** 0.5)  # the plug-in claims too much


def test_estimates_average_to_the_population_mean():
    """Exercise ex-formula-sum."""
    at = {"sigma": 10, "tau": 2}
    mu = population_mean(MEANS[:3], SIZES[:3], **at)
    assert shrink(MEANS[:3], SIZES[:3], mu=mu, **at).mean() == pytest.approx(mu, rel=1e-14)
    by_size = population_mean(MEANS[:3], SIZES[:3], sigma=10, tau=0)
    assert abs(shrink(MEANS[:3], SIZES[:3], mu=by_size, **at).mean() - by_size) > 0.1


def test_the_pooling_factor_of_a_posterior_averages_this_one():
    tau = Marginal(np.array([1.0, 4.0]), np.array([0.25, 0.75]))
    each = pooling_factor(3, sigma=15, tau=tau.values)
    average = hyperpriors.expected_pooling_factor(tau, n=3, sigma=15)
    assert average == pytest.approx(each @ [0.25, 0.75], rel=1e-14)


# -- the chapter's exercises -------------------------------------------------------------------------------


def test_what_ash_grove_would_need():
    """Exercise ex-formula-need."""
    at = {"mu": 63.0, "sigma": 10.0, "tau": 2.0}
    beech = shrink(67.0, 90, **at)
    needed = 63 + (beech - 63) / weight(4, sigma=10, tau=2)
    assert shrink(needed, 4, **at) == pytest.approx(beech)
    assert needed == pytest.approx(85.7, abs=0.05)
    assert shrink(73, 11, **at) < beech < shrink(73, 12, **at)


def test_estimates_scatter_too_little_and_own_means_too_much():
    """Exercise ex-formula-scatter."""
    rng, w = np.random.default_rng(7), weight(25, sigma=10, tau=2)
    truth = rng.normal(63, 2, 20_000)
    own = rng.normal(truth, 10 / 5)
    estimate = shrink(own, 25, mu=63, sigma=10, tau=2)
    error = 4 * 2**0.5 / len(truth) ** 0.5  # four standard errors of a normal sample's variance, relative
    assert own.var() == pytest.approx(4 / w, rel=error)
    assert estimate.var() == pytest.approx(4 * w, rel=error)
    above = stats.norm.sf((66 - estimate) / (2 * (1 - w) ** 0.5)).sum()
    assert (estimate > 66).sum() < 0.5 * above
    assert (own > 66).sum() > 1.5 * above
    assert (truth > 66).sum() == pytest.approx(above, abs=4 * above**0.5)


def test_students_of_unequal_sds():
    """Exercise ex-formula-unequal: a precision each, and the precision-weighted mean."""
    y, sds = np.array([70.0, 60.0, 81.0]), np.array([5.0, 10.0, 20.0])
    precision = 1 / sds**2
    mean = precision @ y / precision.sum()
    estimate = shrink(mean, 1, mu=63, sigma=precision.sum() ** -0.5, tau=2)
    grid = np.linspace(40, 90, 20_001)
    log = stats.norm.logpdf(y[:, None], grid, sds[:, None]).sum(axis=0) + stats.norm.logpdf(grid, 63, 2)
    p = np.exp(log - log.max())
    assert estimate == pytest.approx(p @ grid / p.sum(), abs=1e-9)


def test_a_laplace_population_pulls_by_a_constant():
    """Exercise ex-formula-laplace: the top is at mean - sigma²/(n b), or at mu if that is beyond it."""
    grid, n, sigma, b = np.linspace(50, 90, 40_001), 4, 10.0, 10.0
    for own, top in ((80.0, 77.5), (73.0, 70.5), (64.0, 63.0)):
        log = stats.norm.logpdf(own, grid, sigma / n**0.5) - np.abs(grid - 63) / b
        assert grid[log.argmax()] == pytest.approx(top, abs=1e-3)


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": -1}, "n must be >= 0, got -1"),
        ({"sigma": 0}, "sigma must be > 0, got 0"),
        ({"tau": -0.5}, "tau must be >= 0, got -0.5"),
        ({"tau": np.inf}, "tau must be finite, got inf"),
        ({"mu": np.nan}, "mu must be finite, got nan"),
        ({"mean": np.nan}, "mean must be finite where n > 0, got nan"),
        ({"mean": "73"}, "mean must be an array of numbers"),
        ({"mean": [1, 2], "n": [1, 2, 3]}, r"mean, n, mu, sigma, tau must have shapes that broadcast"),
    ],
)
def test_bad_arguments_of_shrink(change, message):
    at = {"mean": 73.0, "n": 4, "mu": 63.0, "sigma": 10.0, "tau": 2.0} | change
    with pytest.raises(ValueError, match=message):
        shrink(at.pop("mean"), at.pop("n"), **at)


def test_bad_arguments_of_the_others():
    for function in (weight, pooling_factor):
        with pytest.raises(ValueError, match="n must be >= 0, got -2"):
            function([1, -2], sigma=1, tau=1)
    with pytest.raises(ValueError, match="n must be > 0 for at least one group, got 0 for all"):
        population_mean([np.nan], [0], sigma=1, tau=1)
    with pytest.raises(ValueError, match="sigma must be > 0"):
        population_mean([1], [1], sigma=[1, 2], tau=1)


def test_it_does_not_load_sympy():
    code = "import sys, pooling.shrinkage; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
