"""A county that nobody measured, houses over the limit, and what a decision costs."""

import numpy as np
import pytest
from pooling.exact import InterceptDraws
from pooling.group_predictors import Radon, data
from pooling.group_predictors.posteriors import posterior
from pooling.group_predictors.prediction import LIMIT, cost, held_out, new_county, over
from scipy import integrate, stats

RADON = data()


def first(counties):
    """Return the first few counties."""
    few = RADON.county < counties
    return Radon(
        RADON.name[:counties],
        RADON.county[few],
        RADON.first_floor[few],
        RADON.uranium[:counties],
        RADON.y[few],
    )


def fixed(beta, tau, sigma, n):
    """Return draws that do not vary."""
    return InterceptDraws(np.tile(beta, (n, 1)), np.full(n, tau), np.full(n, sigma), np.zeros((n, 3)))


def test_a_new_county_lies_about_the_line():
    draws = fixed([1.5, -0.7, 0.7], 0.2, 0.8, 40_000)
    found = new_county(draws, uranium=-0.5)
    assert abs(found.mean() - 1.15) < 4 * 0.2 / 200
    assert found.std() == pytest.approx(0.2, rel=4 / np.sqrt(80_000))
    np.testing.assert_array_equal(found, new_county(draws, uranium=-0.5))
    assert not np.array_equal(found, new_county(draws, uranium=-0.5, seed=1))
    flat = new_county(fixed([1.5, -0.7], 0.3, 0.8, 40_000))
    assert abs(flat.mean() - 1.5) < 4 * 0.3 / 200


def test_a_new_county_is_asked_of_the_model_that_knows_it():
    with pytest.raises(ValueError, match=r"draws must be .* 3 coefficients, got 2: give `uranium`"):
        new_county(fixed([1.5, -0.7], 0.2, 0.8, 5), uranium=0.1)
    with pytest.raises(ValueError, match=r"draws must be .* 2 coefficients, got 3"):
        new_county(fixed([1.5, -0.7, 0.7], 0.2, 0.8, 5))


def test_the_probability_over_the_limit_is_an_average_of_tails():
    rng = np.random.default_rng(0)
    theta, sigma = rng.normal(1.4, 0.3, (2000, 2)), rng.uniform(0.6, 0.9, 2000)
    expected = stats.norm.sf(LIMIT, theta, sigma[:, None]).mean(axis=0)
    np.testing.assert_allclose(over(theta, sigma), expected, rtol=1e-12)
    assert over(theta[:, 0], sigma) == pytest.approx(expected[0])
    y = theta[:, 0] + sigma * rng.normal(size=2000)
    assert abs((y > LIMIT).mean() - expected[0]) < 4 * 0.5 / np.sqrt(2000)
    # theta ~ N(a, s): over is the tail of N(a, sqrt(s² + sigma²))
    whole = integrate.quad(lambda t: stats.norm.pdf(t, 1.2, 0.2) * stats.norm.sf(LIMIT, t, 0.7), 0, 3)[0]
    many = over(rng.normal(1.2, 0.2, 100_000), np.full(100_000, 0.7))
    assert many == pytest.approx(whole, abs=4 * 0.12 / np.sqrt(100_000))
    with pytest.raises(ValueError, match=r"theta must have shape \(2000,\) or \(2000, J\), got shape \(3,\)"):
        over([1, 2, 3], sigma)


def test_left_out_houses_are_predicted_from_the_others():
    """The draws of a posterior without them, with a county and a house of their own, have these moments."""
    few = first(12)
    found = held_out(few, ("floor", "uranium"), folds=3)
    out = few.county % 3 == 1
    names, county = np.unique(few.county[~out], return_inverse=True)
    rest = Radon(few.name[names], county, few.first_floor[~out], few.uranium[names], few.y[~out])
    n = 40_000
    draws, rng = posterior(rest).draw(5, n), np.random.default_rng(6)
    for i in np.flatnonzero(out)[::4]:
        line = draws.beta @ [1, few.first_floor[i], few.uranium[few.county[i]]]
        y = line + draws.tau * rng.normal(size=n) + draws.sigma * rng.normal(size=n)
        assert abs(y.mean() - found.mean[i]) < 4 * y.std() / np.sqrt(n)
        fourth = np.mean((y - y.mean()) ** 4)
        assert abs(y.var() - found.sd[i] ** 2) < 4 * np.sqrt((fourth - y.var() ** 2) / n)
    np.testing.assert_allclose(found.over, stats.norm.sf(LIMIT, found.mean, found.sd), rtol=1e-10)


def test_a_house_does_not_predict_itself():
    few = first(6)
    moved = few._replace(y=few.y + 3.0 * (few.county == 4))
    before, after = (held_out(one, ("floor",), folds=2) for one in (few, moved))
    same = few.county % 2 == 0
    np.testing.assert_array_equal(before.mean[same], after.mean[same])
    assert (before.mean[~same] != after.mean[~same]).all()


def test_what_a_decision_costs():
    assert cost([True, True, False, False], [1, 0, 1, 0], treat=2000, leave=5000) == (2 * 2000 + 5000) / 4
    # to treat where the chance is above treat/leave is the cheapest of all sets
    chance = np.array([0.1, 0.39, 0.41, 0.9])
    sets = [np.array([k >> i & 1 for i in range(4)], bool) for k in range(16)]
    best = min(sets, key=lambda act: cost(act, chance, treat=2, leave=5))
    assert best.tolist() == (chance > 0.4).tolist()


def test_costs_that_make_no_sense_are_named():
    with pytest.raises(ValueError, match="leave must be > treat = 2000, got 1500"):
        cost([True], [1], treat=2000, leave=1500)
    with pytest.raises(ValueError, match="treat must be > 0"):
        cost([True], [1], treat=0, leave=1500)
    with pytest.raises(ValueError, match="folds must be at most the number of counties, 3, got 4"):
        held_out(first(3), ("floor",), folds=4)
    with pytest.raises(ValueError, match="folds must be an integer >= 2, got 1"):
        held_out(first(3), ("floor",), folds=1)
