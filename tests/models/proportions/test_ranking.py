"""Ranks, counted within draws, against cases where they are known."""

import numpy as np
import pytest
from pooling.exact import binomial_groups
from pooling.proportions import data
from pooling.proportions.ranking import ranking
from scipy import integrate, stats


def test_a_certain_order_has_no_interval():
    found = ranking(np.tile([0.1, 0.4, 0.2], (50, 1)))
    assert found.lower.tolist() == found.upper.tolist() == [3, 1, 2]
    assert found.best.tolist() == [0, 1, 0]
    np.testing.assert_allclose(found.gap, 0.2)


def test_groups_that_are_alike_may_be_anywhere():
    p = np.random.default_rng(1).random((40_000, 10))
    found = ranking(p, prob=0.7)
    assert found.lower.tolist() == 10 * [2]  # 15 % lie at or below 1.5 of 10
    assert found.upper.tolist() == 10 * [9]
    error = np.sqrt(0.1 * 0.9 / 40_000)
    assert np.abs(found.best - 0.1).max() < 4 * error
    assert found.gap.mean() == pytest.approx(1 / 11, abs=4 * found.gap.std() / 200)


def test_who_is_best_of_three_is_an_integral():
    own = [stats.beta(5, 7), stats.beta(8, 9), stats.beta(2, 3)]
    n = 100_000
    found = ranking(np.column_stack([one.rvs(n, random_state=k) for k, one in enumerate(own)]))
    for j, one in enumerate(own):
        first, second = (other for other in own if other is not one)
        best = integrate.quad(lambda x, a=one, b=first, c=second: a.pdf(x) * b.cdf(x) * c.cdf(x), 0, 1)[0]
        assert abs(found.best[j] - best) < 4 * np.sqrt(best * (1 - best) / n)


def test_of_45_at_bats_nobody_is_surely_best():
    batting = data()
    found = ranking(binomial_groups(batting.hits, batting.at_bats).draw(1, 20_000).p)
    assert found.best.sum() == pytest.approx(1)
    assert found.best.argmax() == 0
    assert 0.2 < found.best[0] < 0.3
    assert (found.upper - found.lower >= 13).all()


@pytest.mark.parametrize(
    ("p", "prob", "message"),
    [
        (np.zeros(3), 0.94, r"p must have shape \(n, J\) with J >= 2, got shape \(3,\)"),
        (np.zeros((3, 1)), 0.94, r"p must have shape \(n, J\) with J >= 2, got shape \(3, 1\)"),
        (np.zeros((3, 2)), 94, r"prob must be in \(0, 1\), got 94"),
        (np.zeros((3, 2)), 0, r"prob must be in \(0, 1\), got 0"),
        (np.zeros((3, 2)), 1, r"prob must be in \(0, 1\), got 1"),
        (np.full((3, 2), np.nan), 0.94, "p must be finite"),
    ],
)
def test_bad_input_is_named(p, prob, message):
    with pytest.raises(ValueError, match=message):
        ranking(p, prob=prob)
