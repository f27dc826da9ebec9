"""Scores against the season that came, their uncertainty, and seasons whose truth is known."""

import numpy as np
import pytest
from pooling.exact import binomial_groups
from pooling.priors import Beta, Pareto
from pooling.proportions import data, simulate
from pooling.proportions.estimators import estimates
from pooling.proportions.scores import bootstrap, losses, on_a_grid, root_mean_square

BATTING = data()
FOUND = estimates(BATTING.hits, BATTING.at_bats)


def test_against_the_rest_of_the_season():
    """Own averages 0.065, partial pooling about 0.037, and complete pooling slightly better."""
    rms = {name: root_mean_square(x, BATTING.rest_average) for name, x in FOUND.items()}
    assert rms["own average"] == pytest.approx(0.065, abs=5e-4)
    assert rms["partial pooling"] == pytest.approx(0.037, abs=5e-4)
    assert rms["complete pooling"] < rms["partial pooling"] < rms["complete pooling"] + 0.001
    assert rms["James–Stein"] < rms["complete pooling"]
    far = sum((a - b) ** 2 for a, b in zip(BATTING.hits / 45, BATTING.rest_average, strict=True))
    assert rms["own average"] == pytest.approx((far / 18) ** 0.5)


def test_the_bootstrap_says_that_the_difference_means_nothing():
    apart = bootstrap(FOUND["partial pooling"], FOUND["complete pooling"], BATTING.rest_average)
    low, high = np.quantile(apart, [0.03, 0.97])
    assert low < -0.01 < 0.01 < high
    assert 0.4 < (apart > 0).mean() < 0.7
    against_own = bootstrap(FOUND["partial pooling"], FOUND["own average"], BATTING.rest_average)
    assert (against_own < 0).mean() > 0.999


def test_a_bootstrap_has_the_spread_of_a_mean():
    """Of squares that are 0 and 1 the root mean square is the root of a binomial share."""
    truth = np.zeros(40)
    one, none = np.r_[np.ones(10), np.zeros(30)], np.zeros(40)
    apart = bootstrap(one, none, truth, n=20_000, seed=1)
    assert apart.size == 20_000
    assert (apart**2).mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 40 / 20_000))
    assert (apart**2).var() == pytest.approx(0.25 * 0.75 / 40, rel=0.05)
    np.testing.assert_array_equal(apart, bootstrap(one, none, truth, n=20_000, seed=1))
    np.testing.assert_array_equal(apart, -bootstrap(none, one, truth, n=20_000, seed=1))


@pytest.mark.parametrize("at_bats", [3, 45, 450, 5000])
def test_a_grid_agrees_with_the_exact_engine(at_bats):
    seasons = [simulate(seed, at_bats=at_bats).hits for seed in (1, 2)]
    found = on_a_grid(np.array(seasons), at_bats)
    for hits, grid in zip(seasons, found, strict=True):
        exact = binomial_groups(hits, np.full(18, at_bats))
        np.testing.assert_allclose(grid, exact.p_mean, atol=1e-5 * exact.p_sd.max())


def test_a_grid_takes_another_prior_and_nobody_who_hit():
    hits = np.array([0, 0, 1, 0])
    for prior in ({"minimum": 1.0, "alpha": 1.5}, {"minimum": 10.0, "alpha": 0.8}):
        exact = binomial_groups(hits, np.full(4, 9), mean=Beta(1, 1), concentration=Pareto(**prior))
        np.testing.assert_allclose(on_a_grid(hits, 9, **prior)[0], exact.p_mean, atol=1e-6)


def test_with_450_at_bats_partial_pooling_wins_and_with_45_complete_pooling_does():
    few, many = losses(45, seasons=300), losses(450, seasons=300)
    mean, error = few.beyond_complete["partial pooling"]
    assert mean > 4 * error
    mean, error = many.beyond_complete["partial pooling"]
    assert mean < -4 * error
    assert many.mean["partial pooling"] < many.mean["own average"] < many.mean["complete pooling"]


def test_losses_are_what_theory_says():
    """Of own averages E p(1 - p)/n; of one number for all, by hand."""
    n, players, m, kappa = 45, 18, 0.265, 260.0
    truth = m * (1 - m) / (kappa + 1)  # variance of p
    luck = (m * (1 - m) - truth) / n
    found = losses(n, seasons=2000)
    expected = {
        "own average": luck,
        # (sum of hits + 1)/(all + 2) around p_j: but for the prior's two at-bats
        "complete pooling": truth * (1 - 1 / players) + luck / players,
    }
    for name, value in expected.items():
        assert abs(found.mean[name] - value) < 4 * found.error[name], name
    assert found.beyond_complete["complete pooling"] == (0, 0)


def test_where_all_are_alike_complete_pooling_wins_and_where_they_differ_it_loses():
    alike = losses(45, seasons=200, concentration=1e6)
    unlike = losses(45, seasons=200, concentration=10)
    for name in ("own average", "partial pooling", "James–Stein"):
        mean, error = alike.beyond_complete[name]
        assert mean > 4 * error
        mean, error = unlike.beyond_complete[name]
        assert mean < -4 * error


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"estimate must have shape \(2,\), got shape \(3,\)"):
        root_mean_square([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="at_bats must be an integer >= 1, got 0"):
        losses(0)
    with pytest.raises(ValueError, match="concentration must be > 0"):
        losses(45, concentration=-1)
