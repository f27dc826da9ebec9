"""Five estimates of a batting average: published numbers, limits, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling.proportions import data
from pooling.proportions.estimators import (
    complete_pooling,
    estimates,
    james_stein,
    no_pooling,
    own_weight,
    partial_pooling,
)
from scipy import integrate, special

BATTING = data()
HITS, N = BATTING.hits, BATTING.at_bats
#: The estimates that Efron and Morris (1975) printed, to three decimals.
PRINTED = (
    0.290,
    0.286,
    0.281,
    0.277,
    0.273,
    0.273,
    0.268,
    0.264,
    0.259,
    0.259,
    *5 * (0.254,),
    0.249,
    0.244,
    0.239,
)
seasons = st.integers(10, 200).flatmap(
    lambda n: st.lists(st.integers(0, n), min_size=4, max_size=12).map(lambda hits: (np.array(hits), n))
)


def test_james_stein_as_efron_and_morris_printed_it():
    np.testing.assert_array_equal(np.round(james_stein(HITS, N), 3), PRINTED)
    assert own_weight(HITS, N) == pytest.approx(0.209, abs=5e-4)


def test_complete_and_no_pooling_are_means_of_beta_distributions():
    for hits, n, found in [
        (HITS.sum(), N.sum(), complete_pooling(HITS, N)[0]),
        *zip(HITS, N, no_pooling(HITS, N), strict=True),
    ]:
        p = np.linspace(0, 1, 20_001)
        density = p**hits * (1 - p) ** (n - hits)
        mean = integrate.simpson(p * density, x=p) / integrate.simpson(density, x=p)
        assert found == pytest.approx(mean, rel=1e-8)
    assert len(set(complete_pooling(HITS, N))) == 1


def test_partial_pooling_by_a_double_integral():
    """Of two players the posterior is an integral that SciPy does."""
    hits, n = np.array([9, 2]), np.array([20, 12])

    def integrand(m, log_kappa, j=None):
        kappa = np.exp(log_kappa)
        a, b = m * kappa, (1 - m) * kappa
        log_p = (special.betaln(a + hits, b + n - hits) - special.betaln(a, b)).sum() - 1.5 * log_kappa
        p = 1 if j is None else (a + hits[j]) / (kappa + n[j])
        return np.exp(log_p + 20) * p

    total, *parts = (
        integrate.dblquad(integrand, 0, 14, 1e-9, 1 - 1e-9, args=(j,), epsabs=0, epsrel=1e-6)[0]
        for j in (None, 0, 1)
    )
    np.testing.assert_allclose(partial_pooling(hits, n), np.array(parts) / total, rtol=1e-5)


@given(seasons)
def test_james_stein_lies_between_the_player_and_all(season):
    hits, n = season
    at_bats = np.full(hits.size, n)
    weight, found = own_weight(hits, at_bats), james_stein(hits, at_bats)
    own = hits / n
    middle = (1 + np.sin(np.mean(np.arcsin(2 * own - 1)))) / 2
    assert 0 <= weight < 1
    tiny = 1e-12
    assert (found >= np.minimum(own, middle) - tiny).all()
    assert (found <= np.maximum(own, middle) + tiny).all()
    order = np.argsort(hits, kind="stable")
    assert (np.diff(found[order]) >= -tiny).all()
    np.testing.assert_allclose(james_stein(hits[::-1], at_bats), found[::-1], atol=1e-12)


def test_james_stein_at_its_limits():
    alike = np.array([12, 12, 12, 13, 12])
    assert own_weight(alike, np.full(5, 45)) == 0  # they scatter less than chance would have it
    assert np.ptp(james_stein(alike, np.full(5, 45))) == 0
    assert own_weight(np.full(5, 9), np.full(5, 45)) == 0
    far = np.array([1, 9000, 2000, 5000])
    n = np.full(4, 10_000)
    np.testing.assert_allclose(james_stein(far, n), far / n, atol=1e-3)


def test_estimates_are_named_and_each_is_its_own():
    found = estimates(HITS, N)
    assert list(found) == [
        "own average", "no pooling", "complete pooling", "partial pooling", "James–Stein",
    ]  # fmt: skip
    np.testing.assert_allclose(found["own average"], HITS / 45)
    np.testing.assert_array_equal(found["no pooling"], no_pooling(HITS, N))
    np.testing.assert_array_equal(found["complete pooling"], complete_pooling(HITS, N))
    np.testing.assert_array_equal(found["partial pooling"], partial_pooling(HITS, N))
    np.testing.assert_array_equal(found["James–Stein"], james_stein(HITS, N))


@pytest.mark.parametrize(
    ("way", "hits", "at_bats", "message"),
    [
        (no_pooling, [1, 9], [10, 8], "hits must be between 0 and at_bats, got 9 of 8 at 1"),
        (complete_pooling, [-1, 2], [10, 8], "hits must be between 0 and at_bats, got -1 of 10 at 0"),
        (no_pooling, [1, 0], [10, 0], "at_bats must be >= 1 for every player, got 0: leave out"),
        (james_stein, [1, 2, 3], [9, 9, 9], "hits must be of 4 players or more, got 3"),
        (james_stein, [1, 2, 3, 4], [9, 9, 9, 8], "at_bats must be the same for all, got 8 to 9: use"),
        (own_weight, [1, 2, 3, 4], [9, 9, 9], r"at_bats must have shape \(4,\), got shape \(3,\)"),
    ],
)  # fmt: skip
def test_bad_input_is_named(way, hits, at_bats, message):
    with pytest.raises(ValueError, match=message):
        way(hits, at_bats)
