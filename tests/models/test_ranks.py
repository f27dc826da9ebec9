"""Ranks: as chapter 10 counts them, in another way, and fast."""

import numpy as np
import pytest
from pooling.ranks import ranks


def test_they_are_the_quantiles_of_the_ranks_in_each_draw():
    rng = np.random.default_rng(0)
    theta = rng.normal(rng.normal(0, 1, 40), rng.uniform(0.1, 2, 40), (997, 40))
    for prob in (0.5, 0.94, 0.999):
        found = ranks(theta, prob=prob, seed=0)
        rank = 1 + (-theta).argsort(axis=1).argsort(axis=1)
        tail = (1 - prob) / 2
        expected = np.quantile(rank, [tail, 1 - tail], axis=0, method="inverted_cdf")
        np.testing.assert_array_equal([found.lower, found.upper], expected)
        np.testing.assert_array_equal(found.p_best, (rank == 1).mean(axis=0))


def test_two_groups_are_as_probability_has_it():
    """Independent normals: P(first > second) = Phi(gap / sqrt(sd² + sd²))."""
    theta = np.random.default_rng(1).normal([1.0, 0.0], 1.0, (40_000, 2))
    assert ranks(theta, prob=0.94, seed=0).p_best[0] == pytest.approx(0.76025, abs=4 * np.sqrt(0.18 / 40_000))


def test_equals_take_turns_and_only_they():
    theta = np.zeros((6000, 5))
    theta[:, 0], theta[:, 4] = 1, -1
    found = ranks(theta, prob=0.94, seed=0)
    assert found.p_best.tolist() == [1, 0, 0, 0, 0]
    np.testing.assert_array_equal(found.lower, [1, 2, 2, 2, 5])
    np.testing.assert_array_equal(found.upper, [1, 4, 4, 4, 5])


def test_one_group_is_first_and_probabilities_sum_to_one():
    assert ranks(np.zeros((10, 1)), prob=0.94, seed=0) == (1, 1, 1)
    theta = np.random.default_rng(2).normal(size=(1000, 300))
    assert ranks(theta, prob=0.94, seed=0).p_best.sum() == pytest.approx(1)
