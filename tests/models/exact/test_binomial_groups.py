"""Proportions in groups: against dense integrals, limits, NUTS; what is refused."""

import numpy as np
import pandas as pd
import pytest
from adversary import PROMISE, search
from pooling.exact import binomial_groups
from pooling.priors import Beta, HalfCauchy, Normal, Pareto
from reference import dense_binomial, hostile_counts
from scipy import stats

# Efron & Morris (1975), table 1: hits in the first 45 at-bats of 1970
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])


def off(p, center, sd, median):
    """Return the largest error of a mean or sd in posterior sds, and that of the median in itself."""
    mean, own = np.r_[p.mean_mean, p.p_mean], np.r_[p.mean_sd, p.p_sd]
    errors = np.abs(np.r_[mean - center, own - sd]) / np.r_[sd, sd]
    return float(errors.max()), abs(p.concentration_median / median - 1)


def hostile(seed):
    s, n, mean, concentration = hostile_counts(np.random.default_rng(seed))
    p = binomial_groups(s, n, mean=Beta(*mean), concentration=Pareto(*concentration))
    return off(p, *dense_binomial(s, n, mean=mean, concentration=concentration))


def test_hostile_counts_are_right_or_warned_of():
    silent, warned = search(hostile, range(12))
    assert not silent
    assert warned <= 1


@pytest.mark.live
@pytest.mark.parametrize("first", range(40_000, 40_500, 100))
def test_hundreds_of_hostile_counts(first):
    silent, warned = search(hostile, range(first, first + 100))
    assert not silent
    assert warned <= 2


def test_batting():
    p = binomial_groups(HITS, np.full(18, 45))
    expected = dense_binomial(HITS, np.full(18, 45), mean=(1, 1), concentration=(1, 1.5))
    assert max(off(p, *expected)) < 2e-5  # the cells' own error
    assert p.error < 1e-6


# -- limits -------------------------------------------------------------------------------------------------


def test_nobody_leaves_the_prior():
    p = binomial_groups([0, 0], [0, 0], mean=Beta(2, 3), concentration=Pareto(0.5, 2))
    assert (p.mean_mean, p.mean_sd) == pytest.approx((0.4, stats.beta(2, 3).std()), rel=1e-9)
    assert p.concentration_median == pytest.approx(0.5 * 2**0.5, rel=1e-6)
    np.testing.assert_allclose(p.p_mean, 0.4, rtol=1e-9)


def test_a_group_without_trials_follows_the_population():
    s, n = np.r_[HITS, 0], np.r_[np.full(18, 45), 0]
    p, q = binomial_groups(s, n), binomial_groups(HITS, np.full(18, 45))
    np.testing.assert_allclose(p.p_mean[:18], q.p_mean, rtol=1e-9)
    assert p.p_mean[18] == pytest.approx(p.mean_mean, rel=1e-9)
    assert p.p_sd[18] > p.mean_sd


def test_groups_all_alike_are_one():
    """So many trials, and no difference: kappa has no end, and the data are one group."""
    p = binomial_groups([30_000_000] * 20, [100_000_000] * 20, concentration=Pareto(1e9, 50))
    assert p.error < PROMISE
    one = stats.beta(6e8, 1.4e9)
    assert p.mean_mean == pytest.approx(0.3, rel=1e-6)
    assert np.all(p.p_sd < 5 * one.std())


def test_a_billion_trials_each_speak_for_themselves():
    rng = np.random.default_rng(0)
    p_true = rng.beta(3, 7, 12)
    n = np.full(12, 10**9)
    s = rng.binomial(n, p_true)
    p = binomial_groups(s, n)
    assert p.error < PROMISE
    np.testing.assert_allclose(p.p_mean, s / n, rtol=1e-7)
    np.testing.assert_allclose(p.p_sd, np.sqrt(s / n * (1 - s / n) / n), rtol=1e-6)
    # as many trials as make no difference: a sample of a beta distribution
    few = binomial_groups(np.round(s / 1e3), n // 1000)
    assert p.concentration_median == pytest.approx(few.concentration_median, rel=1e-3)


def test_all_or_nothing():
    every = binomial_groups([7, 5, 9], [7, 5, 9])
    none = binomial_groups([0, 0, 0], [7, 5, 9])
    np.testing.assert_allclose(every.p_mean, 1 - none.p_mean, rtol=1e-9)
    np.testing.assert_allclose(every.p_sd, none.p_sd, rtol=1e-9)
    expected = dense_binomial([7, 5, 9], [7, 5, 9], mean=(1, 1), concentration=(1, 1.5))
    assert max(off(every, *expected)) < 1e-6


def test_many_groups():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 60, 100_000)
    s = rng.binomial(n, rng.beta(6, 14, n.size))
    p = binomial_groups(s, n)
    assert p.error < PROMISE
    assert abs(p.mean_mean - 0.3) < 4 * p.mean_sd
    assert p.concentration_median == pytest.approx(20, rel=0.05)
    order = rng.permutation(n.size)
    np.testing.assert_allclose(binomial_groups(s[order], n[order]).p_mean, p.p_mean[order], rtol=1e-12)


def test_many_groups_all_of_them_different():
    """A likelihood costs as much as that of a few hundred; 10⁵ groups, 98,432 pairs, are in `make bench`."""
    rng = np.random.default_rng(0)
    n = np.exp(rng.uniform(np.log(100), np.log(1e9), 2000)).round()
    s = rng.binomial(n.astype(int), rng.beta(3, 7, n.size))
    p = binomial_groups(s, n)
    assert p.error < PROMISE
    assert abs(p.mean_mean - 0.3) < 4 * p.mean_sd
    assert p.concentration_median == pytest.approx(10, rel=0.15)
    given = stats.beta(s + 3, n - s + 7)  # all but that, as most have trials enough
    sure = n > 1e6
    np.testing.assert_allclose(p.p_mean[sure], given.mean()[sure], rtol=1e-5)
    np.testing.assert_allclose(p.p_sd[sure], given.std()[sure], rtol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_for_many_numbers_says_what_they_say(seed, monkeypatch):
    """Each number by itself, as it was, against the points that stand for them, to rounding."""
    rng = np.random.default_rng(seed)
    n = np.exp(rng.uniform(0, np.log(1e4), 150)).round()
    s = rng.binomial(n.astype(int), rng.beta(*10 ** rng.uniform(-1, 2, 2), n.size))
    p = binomial_groups(s, n)
    monkeypatch.setattr("pooling.exact.beta_binomial._POINTS", 10**6)
    q = binomial_groups(s, n)
    assert max(off(p, np.r_[q.mean_mean, q.p_mean], np.r_[q.mean_sd, q.p_sd], q.concentration_median)) < 1e-9


# -- draws, looks -------------------------------------------------------------------------------------------


def test_draws_have_the_moments_and_repeat():
    p, n = binomial_groups(HITS, np.full(18, 45)), 20_000
    draws = p.draw(1, n)
    assert draws.p.shape == (n, 18)
    np.testing.assert_array_equal(draws.p, p.draw(1, n).p)
    assert np.all(np.abs(draws.p.mean(axis=0) - p.p_mean) < 4 * p.p_sd / np.sqrt(n))
    assert abs(draws.mean.mean() - p.mean_mean) < 4 * p.mean_sd / np.sqrt(n)
    assert abs(np.mean(draws.concentration < p.concentration_median) - 0.5) < 4 * 0.5 / np.sqrt(n)
    assert draws.concentration.min() >= 1


def test_it_fits_a_line_and_a_table():
    p = binomial_groups(HITS, np.full(18, 45))
    assert repr(p).startswith("BinomialGroups(mean 0.2686 ± 0.021; concentration about 64.4; p of 18 groups")
    assert "and 8 of p more" in p._repr_html_()


@pytest.mark.slow
def test_batting_as_nuts_has_it():
    import pymc as pm
    from pooling.sampling import fit, standard_errors_apart

    with pm.Model(coords={"player": np.arange(18)}) as model:
        m = pm.Beta("m", 1, 1)
        kappa = pm.Pareto("kappa", alpha=1.5, m=1)
        pm.BetaBinomial("y", alpha=m * kappa, beta=(1 - m) * kappa, n=45, observed=HITS)
        pm.Deterministic("p", (m * kappa + HITS) / (kappa + 45), dims="player")  # E[p | m, kappa]
    tree = fit(model, draws=4000, target_accept=0.95, seed=1)
    exact = binomial_groups(HITS, np.full(18, 45))
    for name, expected, of in (
        ("m", exact.mean_mean, "mean"),
        ("m", exact.mean_sd, "sd"),
        ("p", exact.p_mean, "mean"),
    ):
        assert np.max(np.abs(standard_errors_apart(tree, name, expected, of=of))) < 4, (name, of)


# -- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "trials", "message"),
    [
        ([3], [2], "successes must be whole numbers between 0 and trials, got 3 at group 0"),
        ([-1], [2], "successes must be whole numbers between 0 and trials, got -1"),
        ([0.5], [2], "successes must be whole numbers"),
        ([1], [2.5], "trials must be whole numbers between 0 and 10⁹, got 2.5"),
        ([1], [2e9], "trials must be whole numbers between 0 and 10⁹"),
        ([1], [1e18], r"trials must be whole numbers between 0 and 10⁹, got 1e\+18 at group 0"),
        ([1, 1], [2, -3], "trials must be whole numbers between 0 and 10⁹, got -3 at group 1"),
        ([1], [np.inf], "trials must be finite, got inf"),
        ([True, False], [2, 2], "successes must be an array of numbers"),
        (["3"], [4], "successes must be an array of numbers"),
        (np.array([1, None], dtype=object), [2, 2], "successes must be an array of numbers"),
        (pd.array([1, None], dtype="Int64"), [2, 2], "successes must be finite, got nan at 1"),
        ([[1, 2]], [[2, 2]], r"successes must have shape \(J,\) with J >= 1, got shape \(1, 2\)"),
        ([np.nan], [2], "successes must be finite, got nan"),
        (np.ma.array([1, 2], mask=[0, 1]), [2, 2], "successes must be finite, got nan at 1"),
        ([1, 2], [2], r"trials must have shape \(2,\), got shape \(1,\)"),
        ([], [], "successes must have shape"),
        (pd.Series([1], ["a"]), pd.Series([2], ["b"]), "trials must have the index of successes"),
        (pd.Series([3], ["a"]), pd.Series([2], ["a"]), "got 3 at group 'a'"),
    ],
)
def test_bad_counts(successes, trials, message):
    with pytest.raises(ValueError, match=message):
        binomial_groups(successes, trials)


def test_bad_priors():
    with pytest.raises(ValueError, match="mean must be a Beta prior, got Normal"):
        binomial_groups([1], [2], mean=Normal(0, 1))
    with pytest.raises(ValueError, match="concentration must be a Pareto prior, got HalfCauchy"):
        binomial_groups([1], [2], concentration=HalfCauchy(1))
