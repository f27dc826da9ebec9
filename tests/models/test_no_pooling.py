"""No pooling: the grid program against its closed form, department by department."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.no_pooling import posterior
from reference import closed_form

minutes = st.floats(-40, 40)


def test_one_meeting_has_the_known_means():
    theta = posterior(ONE_MEETING).theta
    assert theta.probability.shape == (3, 321)
    np.testing.assert_allclose(theta.mean, (0.64, -9.6, 19.2), atol=1e-4)


@given(st.tuples(minutes, minutes, minutes), st.floats(5, 20), st.floats(5, 30))
def test_agrees_with_the_closed_form(t, tau, sigma):
    mean, sd = closed_form(0, tau, np.array(t), 1, sigma)
    theta = posterior(t, tau=tau, sigma=sigma).theta
    # At tau 20 and sigma 30, 27 minutes and 3.2 sds from the end: the grid cuts off 1e-3.
    np.testing.assert_allclose(theta.mean, mean, atol=0.06)
    np.testing.assert_allclose(theta.sd, np.broadcast_to(sd, 3), atol=0.12)


def test_a_department_learns_from_its_own_arrivals_only():
    before = posterior(ONE_MEETING).theta.mean
    after = posterior(ONE_MEETING + np.array([0, 0, -25])).theta.mean
    np.testing.assert_array_equal(before[:2], after[:2])
    assert after[Department.MATH] < before[Department.MATH] - 10


def test_ragged_meeting_counts_who_was_there():
    n = np.sum(~np.isnan(LARGE_MEETING), axis=1)
    mean, sd = closed_form(0, 20, np.nansum(LARGE_MEETING, axis=1), n, 15)
    theta = posterior(LARGE_MEETING).theta
    np.testing.assert_allclose(theta.mean, mean, atol=1e-3)
    np.testing.assert_allclose(theta.sd, sd, atol=1e-3)


def test_absent_department_keeps_its_prior():
    theta = posterior([1, np.nan, 30], mu=-5, tau=10).theta
    assert theta.mean[Department.ENGLISH] == pytest.approx(-5, abs=1e-6)
    assert theta.sd[Department.ENGLISH] == pytest.approx(10, abs=1e-6)
