"""The models side by side: beliefs, predictives and exact leave-one-out scores."""

import numpy as np
import pytest
from pooling import learned_variance, no_pooling, partial_pooling
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.models_contrasted import MODELS, department_posterior, leave_one_out
from reference import closed_form
from scipy import stats

pytestmark = pytest.mark.slow

models = pytest.mark.parametrize("model", MODELS)
NEW = 3


@models
def test_rows_are_distributions(model):
    b = department_posterior(model, LARGE_MEETING)
    assert b.probability.shape == (4, b.theta.size, b.sigma.size)
    np.testing.assert_allclose(b.probability.sum(axis=(1, 2)), 1, atol=1e-9)


def _minute(x, mean, sd):
    return np.diff(stats.norm.cdf([np.subtract(x, 0.5), np.add(x, 0.5)], mean, sd), axis=0)[0]


@models
def test_minutes_add_up_to_all_there_are(model):
    b = department_posterior(model, LARGE_MEETING)
    x = np.arange(-300.0, 301)
    inside = b.probability_of_minute(x).sum(axis=1)
    np.testing.assert_allclose(inside, b.later_than(-300.5) - b.later_than(300.5), atol=1e-9)
    # Beyond five hours only a learned sigma's half-Cauchy has a tail, largest where nobody was seen.
    np.testing.assert_allclose(inside, 1, atol=0.03 if model == "learned_variance" else 1e-9)


def test_complete_pooling_predicts_by_its_closed_form():
    there = LARGE_MEETING[~np.isnan(LARGE_MEETING)]
    mean, sd = closed_form(0, 20, there.sum(), there.size, 15)
    expected = _minute([-20, 5, 30], mean, np.hypot(sd, 15))
    predicted = department_posterior("complete_pooling", LARGE_MEETING).probability_of_minute([-20, 5, 30])
    np.testing.assert_allclose(predicted, [expected] * 4, rtol=1e-5)


def test_no_pooling_predicts_its_prior_for_a_department_never_met():
    predicted = department_posterior("no_pooling", ONE_MEETING).probability_of_minute([0, 30])[NEW]
    np.testing.assert_allclose(predicted, _minute([0, 30], 0, 25), rtol=1e-3)


def test_known_departments_are_those_of_the_chapters():
    settings = {"mu_scale": 10, "tau_scale": 3}
    for model, module, arguments in (
        ("no_pooling", no_pooling, {}),
        ("partial_pooling", partial_pooling, settings),
        ("learned_variance", learned_variance, settings),
    ):
        theta = module.posterior(LARGE_MEETING, **arguments).theta.probability
        rows = department_posterior(model, LARGE_MEETING, **arguments).theta_marginal.probability[:3]
        np.testing.assert_allclose(rows, theta, atol=1e-9)


def test_learned_sigma_is_that_of_its_chapter():
    sigma = learned_variance.posterior(LARGE_MEETING, mu_scale=10, tau_scale=10).sigma.probability
    rows = department_posterior("learned_variance", LARGE_MEETING).probability.sum(axis=1)[:3]
    np.testing.assert_allclose(rows, sigma, atol=1e-9)


def test_leave_one_out_of_no_pooling_has_a_closed_form():
    scores = leave_one_out("no_pooling", LARGE_MEETING)
    expected = np.log(_minute([30], 0, 25)[0])
    assert scores.log_probability[Department.MATH, 0] == pytest.approx(expected, abs=1e-3)
    mean, sd = closed_form(0, 20, -15 - 14, 2, 15)
    expected = np.log(_minute([-16], mean, np.hypot(sd, 15))[0])
    assert scores.log_probability[Department.ENGLISH, 0] == pytest.approx(expected, abs=1e-4)


@models
def test_scores_add_up(model):
    scores = leave_one_out(model, LARGE_MEETING)
    assert np.array_equal(np.isnan(scores.log_probability), np.isnan(LARGE_MEETING))
    terms = scores.log_probability[~np.isnan(LARGE_MEETING)]
    assert scores.total == pytest.approx(terms.sum())
    assert scores.error == pytest.approx(np.sqrt(7) * terms.std(ddof=1))


@pytest.mark.parametrize("model", MODELS[:3])
def test_prediction_is_coherent(model):
    """p(a) p(b | a) = p(b) p(a | b), up to the width of a minute against an sd of 15."""
    nobody = np.full((3, 1), np.nan)
    a_came, b_came = nobody.copy(), nobody.copy()
    a_came[0], b_came[1] = 5, -12
    prior_a, prior_b = (
        department_posterior(model, nobody).probability_of_minute([x])[d, 0] for d, x in ((0, 5), (1, -12))
    )
    b_given_a = department_posterior(model, a_came).probability_of_minute([-12])[1, 0]
    a_given_b = department_posterior(model, b_came).probability_of_minute([5])[0, 0]
    assert prior_a * b_given_a == pytest.approx(prior_b * a_given_b, rel=1e-3)


def test_bad_input():
    with pytest.raises(ValueError, match=r"model must be one of complete_pooling, .*got 'pooled'"):
        department_posterior("pooled", ONE_MEETING)
    with pytest.raises(ValueError, match="t must hold at least 2 arrivals, got 1"):
        leave_one_out("no_pooling", [1, np.nan, np.nan])
    with pytest.raises(ValueError, match=r"tau_scale must be > 0.*got 0"):
        department_posterior("learned_variance", ONE_MEETING, tau_scale=0)
    with pytest.raises(ValueError, match="minutes must be a finite number"):
        department_posterior("no_pooling", ONE_MEETING).later_than("20")
