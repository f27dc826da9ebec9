"""Simulation-based calibration: the fast enumeration against the memo programs, and what it finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling import calibration, partial_pooling, published
from pooling.calibration import (
    band,
    coverage,
    exact_ranks,
    from_grid,
    from_prior,
    posteriors,
    rank,
    ranks,
    uniformity,
)
from pooling.calibration.study import GRIDS, SCALES, SOURCES, meetings, study
from pooling.departments import Department
from pooling.grids import COURSE, PUBLISHED
from pooling.posterior import Marginal
from reference import enumerate_once
from scipy import stats

pytestmark = pytest.mark.slow

TWO = {"mu_scale": 10, "tau_scale": 3}
minutes, scale = st.floats(-25, 25), st.floats(1, 20)


# --- the enumeration -----------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.tuples(minutes, minutes, minutes), scale, scale, st.floats(8, 25), st.sampled_from(Department))
@pytest.mark.filterwarnings("ignore::pooling.posterior.GridEdgeWarning")  # wide priors on the narrow grid
def test_it_is_what_the_memo_programs_say(t, mu_scale, tau_scale, sigma, d):
    scales = {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma": sigma}
    ours, theirs = (posteriors([t], grid, d=d, **scales) for grid in (COURSE, PUBLISHED))
    memo = partial_pooling.posterior(t, **scales)
    pairs = [(ours.once, memo.theta.probability[d]), (ours.mu, memo.mu.probability)]
    pairs += [(ours.tau, memo.tau.probability)]
    for count in ("once", "twice"):
        told = published.posterior(t, count=count, **scales)
        pairs += [(getattr(theirs, count), told.theta.probability[d]), (theirs.mu, told.mu.probability)]
    for marginal, wanted in pairs:
        np.testing.assert_allclose(marginal.probability[0], wanted, atol=1e-9)


def test_counted_once_against_brute_force():
    t = np.array([[1.0, -15, 30], [40, 41, -60]])
    found = posteriors(t, **TWO)
    for r, row in enumerate(t):
        theta, joint = enumerate_once(
            [[x] for x in row], mu=COURSE.mu, tau=COURSE.tau, theta=COURSE.theta, sigma=15, **TWO
        )
        np.testing.assert_allclose(found.once.probability[r], theta[2], atol=1e-12)
        np.testing.assert_allclose(found.tau.probability[r], joint.sum(axis=0), atol=1e-12)


def test_meetings_do_not_see_each_other():
    t = from_prior(7, **TWO).t
    together = posteriors(t, PUBLISHED, **TWO)
    for r in range(7):
        alone = posteriors(t[r : r + 1], PUBLISHED, **TWO)
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_allclose(one.probability[0], all_of_them.probability[r], atol=1e-15)


def test_arrivals_from_another_planet_do_not_underflow():
    found = posteriors([[0, 0, 1e6], [-1e6, 0, 1e6], [1e5, 1e5, -1e5]], PUBLISHED, **TWO)
    for marginal in found:
        np.testing.assert_allclose(marginal.probability.sum(axis=1), 1)


# --- simulating, ranking -------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", [COURSE, PUBLISHED])
def test_the_grids_own_prior(grid):
    n = 20_000
    drawn = from_grid(n, grid, **TWO)
    prior = stats.norm.pdf(grid.mu, 0, 10)
    mean = prior @ grid.mu / prior.sum()
    sd = np.sqrt(prior @ (grid.mu - mean) ** 2 / prior.sum())
    assert abs(drawn.mu.mean() - mean) < 4 * sd / n**0.5
    half = stats.halfcauchy.pdf(grid.tau, 0, 3)
    counts = np.histogram(drawn.tau, Marginal(grid.tau, half).edges)[0]
    assert stats.chisquare(counts, n * half / half.sum()).pvalue > 1e-3
    middle = (drawn.tau > 4) & (drawn.tau < 6)  # cells are small there, and the ends out of sight
    spread = (drawn.theta - drawn.mu[:, None])[middle] / drawn.tau[middle, None]
    assert spread.std() == pytest.approx(1, abs=0.04)
    assert (drawn.t - drawn.theta[:, :3]).std() == pytest.approx(15, abs=0.2)
    assert drawn.theta.min() >= Marginal(grid.theta, grid.theta).edges[0]


def test_the_prior_without_ends():
    drawn = from_prior(20_000, **TWO)
    assert stats.kstest(drawn.mu, stats.norm(0, 10).cdf).pvalue > 1e-3
    assert stats.kstest(drawn.tau, stats.halfcauchy(0, 3).cdf).pvalue > 1e-3
    standard = (drawn.theta - drawn.mu[:, None]) / drawn.tau[:, None]
    assert stats.kstest(standard.ravel(), stats.norm.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(standard.T)[np.triu_indices(4, 1)]).max() < 4 / 20_000**0.5


def test_same_seed_same_meetings():
    for draw in (from_grid, from_prior):
        first, again, other = (draw(5, **TWO, seed=seed).t for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, again)
        assert (first != other).all()


def test_rank_is_the_share_below():
    marginal = Marginal(np.array([0.0, 1, 2]), np.array([[0.2, 0.5, 0.3]] * 6))
    truth = [-3, -0.5, 0, 1.25, 2.5, 9]
    np.testing.assert_allclose(rank(marginal, truth), [0, 0, 0.1, 0.2 + 0.75 * 0.5, 1, 1])


def test_band_holds_all_bins_of_99_in_100():
    rng = np.random.default_rng(3)
    lower, upper = band(1000)
    counts = rng.multinomial(1000, np.full(25, 1 / 25), size=20_000)
    inside = ((counts >= lower) & (counts <= upper)).all(axis=1).mean()
    assert 0.99 <= inside < 0.998
    assert lower < 40 < upper


def test_uniformity_and_coverage_count():
    even = (np.arange(1000) + 0.5) / 1000
    assert uniformity(even).statistic == 0
    assert uniformity(even).p == 1
    assert coverage(even) == (0.94, pytest.approx(np.sqrt(0.94 * 0.06 / 1000)))
    assert uniformity(even**1.3).p < 1e-6


# --- what it finds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", GRIDS)
def test_counted_once_passes_on_either_grid(grid):
    found = study(grid, "grid")
    for name in ("once", "mu", "tau"):
        u = getattr(found, name)
        assert uniformity(u).p > 0.01, name
        assert abs(coverage(u).value - 0.94) < 4 * coverage(u).error, name


@pytest.mark.parametrize("grid", GRIDS)
def test_the_published_query_fails_on_either_grid(grid):
    u = study(grid, "grid").twice
    test = uniformity(u)
    assert test.p < 1e-6
    assert min(test.counts[0], test.counts[-1]) > band(u.size).upper  # a U: too sure
    assert coverage(u).value < 0.94 - 6 * coverage(u).error


def test_grids_that_end_fail_for_the_prior_that_does_not():
    narrow, wide = (study(grid, "prior") for grid in ("published", "course"))
    assert uniformity(narrow.once).p < 1e-3
    assert uniformity(narrow.tau).p < 1e-6
    assert uniformity(wide.tau).p < 1e-6
    for u in (narrow.once, narrow.tau, wide.tau):
        assert coverage(u).value < 0.94 - 4 * coverage(u).error
    beyond = stats.halfcauchy.sf(60, 0, 3)
    assert np.mean(wide.tau > 1 - 1e-9) == pytest.approx(beyond, abs=4 * np.sqrt(beyond / 4000))


def test_the_exact_engine_passes_where_the_grids_fail():
    drawn = meetings("course", "prior")
    for name, u in exact_ranks(drawn, **SCALES).items():
        assert uniformity(u).p > 0.01, name
        assert abs(coverage(u).value - 0.94) < 4 * coverage(u).error, name


def test_among_meetings_with_a_twin_it_is_the_published_query_that_passes():
    """Keep a meeting with the probability that a fourth department reports what Math did."""
    drawn = from_grid(16_000, PUBLISHED, **TWO, seed=7)
    found = ranks(drawn, PUBLISHED, **TWO)
    chance = np.exp(-0.5 * ((drawn.t[:, 2] - drawn.theta[:, 3]) / 15) ** 2)
    twin = np.random.default_rng(8).random(chance.size) < chance
    assert uniformity(found.twice[twin]).p > 0.01
    assert uniformity(found.once[twin]).p < 1e-3
    timid = coverage(found.once[twin])
    assert timid.value > 0.94 + 3 * timid.error
    assert uniformity(found.twice).p < 1e-6  # and among all meetings it fails


def test_a_program_that_ignores_the_arrivals_is_caught_by_a_quantity_that_involves_them():
    drawn = from_grid(2000, **TWO)
    truth, t = drawn.theta[:, 2], drawn.t[:, 2]
    away = np.abs(truth - t)
    for sigma, caught in ((1e6, True), (15, False)):
        believed = posteriors(drawn.t, **TWO, sigma=sigma).once
        assert uniformity(rank(believed, truth)).p > 0.01
        p = uniformity(rank(believed, t + away) - rank(believed, t - away)).p
        assert p < 1e-6 if caught else p > 0.01


# --- arguments -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_grid(0, **TWO), "n must be an integer >= 1, got 0"),
        (lambda: from_prior(2.5, **TWO), "n must be an integer >= 1, got 2.5"),
        (lambda: from_prior(2, mu_scale=10, tau_scale=-1), "tau_scale must be > 0 and finite, got -1"),
        (lambda: posteriors([1, 2, 3], **TWO), r"t must have shape \(R, 3\), got shape \(3,\)"),
        (lambda: posteriors([[1, 2, np.nan]], **TWO), "t must be finite, got nan"),
        (lambda: posteriors([[1, 2, 3]], **TWO, sigma=0), "sigma must be > 0 and finite, got 0"),
        (lambda: study("coarse", "grid"), "grid must be one of course, published, got 'coarse'"),
        (lambda: study("course", "data"), "source must be one of grid, prior, got 'data'"),
        (lambda: band(0), "n must be an integer >= 1, got 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_studies_are_of_four_thousand():
    assert calibration.BINS == 25
    for grid in GRIDS:
        for source in SOURCES:
            for u in study(grid, source):
                assert u.shape == (4000,)
                assert uniformity(u).counts.sum() == 4000  # a rank beyond 1 by rounding would not count
