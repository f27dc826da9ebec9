"""Complete pooling: the grid program against its closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling.complete_pooling import posterior
from pooling.departments import LARGE_MEETING, ONE_MEETING
from reference import closed_form

minutes = st.floats(-40, 40)


def test_one_meeting_has_the_known_mean():
    theta = posterior(ONE_MEETING).theta
    assert theta.probability.shape == (321,)
    assert theta.mean == pytest.approx(4.491, abs=5e-4)


def test_what_it_does_not_learn_is_none():
    assert posterior(ONE_MEETING)[1:] == (None, None, None)


@given(st.tuples(minutes, minutes, minutes), st.floats(5, 20), st.floats(5, 30), st.floats(-20, 20))
def test_agrees_with_the_closed_form(t, tau, sigma, mu):
    mean, sd = closed_form(mu, tau, sum(t), 3, sigma)
    theta = posterior(t, mu=mu, tau=tau, sigma=sigma).theta
    # What the grid cuts off lies at least 80 - 35 minutes from the mean: a few 1e-4 at most.
    assert theta.mean == pytest.approx(mean, abs=0.01)
    assert theta.sd == pytest.approx(sd, abs=0.02)
    assert theta.probability.sum() == pytest.approx(1, abs=1e-12)


def test_permuting_departments_changes_nothing():
    assert posterior(ONE_MEETING[[2, 0, 1]]).theta.mean == pytest.approx(
        posterior(ONE_MEETING).theta.mean, abs=1e-12
    )


def test_ragged_meeting_counts_who_was_there():
    there = LARGE_MEETING[~np.isnan(LARGE_MEETING)]
    mean, sd = closed_form(0, 20, there.sum(), there.size, 15)
    theta = posterior(LARGE_MEETING).theta
    assert (theta.mean, theta.sd) == pytest.approx((mean, sd), abs=1e-4)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 0)])
def test_nobody_came_returns_the_prior(shape):
    theta = posterior(np.full(shape, np.nan), mu=5, tau=10).theta
    assert (theta.mean, theta.sd) == pytest.approx((5, 10), abs=1e-6)


def test_small_tau_keeps_the_prior_mean():
    assert posterior(ONE_MEETING, mu=7, tau=0.01).theta.mean == pytest.approx(7, abs=1e-9)


def test_the_meetings_are_those_of_the_story():
    """As the text of chapters 1 and 5 tells them: minutes late, three departments."""
    np.testing.assert_array_equal(ONE_MEETING, [1, -15, 30])
    np.testing.assert_array_equal(LARGE_MEETING, [[-10, 1, 11], [-16, -15, -14], [30, np.nan, np.nan]])


@pytest.mark.parametrize("meeting", [ONE_MEETING, LARGE_MEETING])
def test_no_chapter_changes_the_meeting_of_another(meeting):
    with pytest.raises(ValueError, match="read-only"):
        meeting[0] = 5
