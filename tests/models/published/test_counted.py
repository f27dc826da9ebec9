"""An arrival counted once and twice: the mended and the published answer; and again: surer each time."""

import numpy as np
import pytest
from pooling import published
from pooling.departments import ONE_MEETING, Department
from pooling.published.counted import counted

SCALES = {"mu_scale": 10, "tau_scale": 3}
each_department = pytest.mark.parametrize("department", Department)


def _math(times, t=ONE_MEETING):
    return counted(t, department=Department.MATH, times=times, **SCALES)


@each_department
@pytest.mark.parametrize(("times", "count"), [(1, "once"), (2, "twice")])
def test_once_and_twice_are_the_mended_and_the_published_query(department, times, count):
    theta = counted(ONE_MEETING, department=department, times=times, **SCALES).theta
    expected = published.posterior(ONE_MEETING, count=count, **SCALES).theta
    np.testing.assert_allclose(theta.probability, expected.probability[department], atol=1e-12)


def test_at_no_time_nobody_of_the_department_has_come():
    nobody = ONE_MEETING.copy()
    nobody[Department.MATH] = np.nan
    expected = published.posterior(nobody, **SCALES)
    for t in (ONE_MEETING, nobody):
        found = _math(0, t)
        np.testing.assert_allclose(
            found.theta.probability, expected.theta.probability[Department.MATH], atol=1e-12
        )
        np.testing.assert_allclose(found.mu.probability, expected.mu.probability, atol=1e-12)


def test_counted_once_the_university_is_that_of_the_whole_meeting():
    expected = published.posterior(ONE_MEETING, **SCALES)
    found = _math(1)
    np.testing.assert_allclose(found.mu.probability, expected.mu.probability, atol=1e-12)
    np.testing.assert_allclose(found.tau.probability, expected.tau.probability, atol=1e-12)


def test_each_time_moves_towards_the_arrival_and_claims_more():
    steps = [_math(times) for times in range(6)]
    for attribute in ("theta", "mu"):
        means = [getattr(one, attribute).mean for one in steps]
        sds = [getattr(one, attribute).sd for one in steps]
        assert np.diff(means).min() > 0
        assert means[-1] < ONE_MEETING[Department.MATH]
        assert np.diff(sds).max() < 0


@pytest.mark.parametrize("times", [-1, 1.5, True, "2"])
def test_a_number_of_times_is_a_whole_one(times):
    with pytest.raises(ValueError, match=f"times must be a whole number >= 0, got {times!r}"):
        _math(times)


def test_a_department_is_one_of_three():
    with pytest.raises(ValueError, match="department must be one of"):
        counted(ONE_MEETING, department=3, times=1, **SCALES)
