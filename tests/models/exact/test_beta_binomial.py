"""The beta-binomial likelihood: as it is written, and to the last digits where that cancels."""

import numpy as np
import pytest
from pooling.exact.beta_binomial import _rise, _slope, counts, log_likelihood, pull_on_mean, tally
from scipy import special, stats


def test_kinds_of_groups():
    found = counts(np.array([1.0, 0, 1, 3]), np.array([2.0, 5, 2, 3]))
    np.testing.assert_array_equal(found.successes[found.kind], [1, 0, 1, 3])
    np.testing.assert_array_equal(found.failures[found.kind], [1, 5, 1, 0])
    assert found.successes.size == 3
    for over, number, times in (
        (found.won, [1, 3], [2, 1]),
        (found.lost, [1, 5], [2, 1]),
        (found.tried, [2, 3, 5], [2, 1, 1]),
    ):
        np.testing.assert_array_equal(over, [number, times])


#: 1 to 10⁹ in each octave, and half of the groups in one
MANY = {
    "all sizes": np.exp(np.random.default_rng(0).uniform(0, np.log(1e9), 3000)).round(),
    "a few large": np.r_[np.random.default_rng(1).integers(10**8, 10**9, 500), np.arange(40)].astype(float),
    "each once": np.arange(1.0, 1000),
}


@pytest.mark.parametrize("which", MANY)
@pytest.mark.parametrize("x", [1e-100, 1e-3, 1.0, 40.0, 1e6, 1e12, 1e60])
@pytest.mark.parametrize("function", [_rise, _slope])
def test_twenty_points_stand_for_all_numbers_of_an_octave(which, x, function):
    numbers = MANY[which]
    few = tally(numbers)
    assert few.number.size <= 20 * 31 < np.unique(numbers).size or few.number.size < numbers.size / 2
    each = function(x, numbers[numbers > 0])
    assert function(x, few.number) @ few.times == pytest.approx(each.sum(), abs=1e-14 * np.abs(each).sum())


def test_it_is_the_beta_binomial_up_to_a_constant():
    s, n = np.array([0, 3, 7, 40, 0]), np.array([4, 3, 20, 41, 0])
    data = counts(s.astype(float), n.astype(float))
    m, kappa = np.array([0.1, 0.5, 0.9, 0.999]), np.array([1e-3, 1.0, 30.0, 1e4])
    found = log_likelihood(data, m, 1 - m, kappa)
    expected = stats.betabinom.logpmf(s, n, (m * kappa)[:, None], ((1 - m) * kappa)[:, None]).sum(axis=1)
    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=1e-9)


@pytest.mark.parametrize("kappa", [1e-100, 1e-3, 1.0, 1e9, 1e20, 1e60])
def test_a_billion_trials_leave_the_digits(kappa):
    """From one kappa to its double: by Γ up to a million, and in the limit the binomial."""
    data = counts(np.array([3e8]), np.array([1e9]))
    m = np.array([0.3, 0.3001, 0.3, 0.3001])
    found = log_likelihood(data, m, 1 - m, kappa * np.array([1, 1, 2, 2]))
    assert np.isfinite(found).all()
    if kappa >= 1e20:
        np.testing.assert_allclose(found[:2] - found[2:], 0, atol=1e-4)
        expected = stats.binom.logpmf(3e8, 1e9, m[1]) - stats.binom.logpmf(3e8, 1e9, m[0])
        assert found[1] - found[0] == pytest.approx(expected, rel=1e-6)
    if kappa <= 1:  # a beta density at 0.3
        x, y = m[1] * kappa, (1 - m[1]) * kappa
        expected = stats.beta.logpdf(0.3, 2 * x, 2 * y) - stats.beta.logpdf(0.3, x, y)
        assert found[3] - found[1] == pytest.approx(expected, abs=1e-5)


def test_the_slope_is_that_of_the_likelihood():
    data = counts(np.array([0.0, 3, 7, 1e6]), np.array([4.0, 3, 20, 3e6]))
    a, kappa = np.linspace(-5, 5, 7), np.array([1e-2, 1, 30, 1e3, 1e5, 1e8, 1e12])
    h = 1e-5

    def along(a):
        return log_likelihood(data, special.expit(a), special.expit(-a), kappa)

    found = pull_on_mean(data, special.expit(a), special.expit(-a), kappa)
    np.testing.assert_allclose(found, (along(a + h) - along(a - h)) / (2 * h), rtol=1e-5, atol=1e-3)
