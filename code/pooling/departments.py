"""Chapters 1 to 7: three departments, and how late their professors came.

All arrivals are minutes relative to the appointed time: positive is late,
negative is early, NaN means that nobody was there. The scenario and both
meetings are those of the "Multilevel models" page of comosoco (daeh.info).
"""

from enum import IntEnum

import numpy as np

__all__ = ["LARGE_MEETING", "ONE_MEETING", "Department"]


class Department(IntEnum):
    """The departments, in story order; a member is the row of `t` it names."""

    GOVERNMENT = 0
    ENGLISH = 1
    MATH = 2


def _meeting(rows):
    t = np.array(rows, dtype=float)
    t.flags.writeable = False  # every chapter reads it; none may change it
    return t


#: One professor a department, shape (3,), minutes.
ONE_MEETING = _meeting([1, -15, 30])

#: A ragged meeting, shape (3, 3), minutes; NaN where nobody was there.
LARGE_MEETING = _meeting(
    [[-10, 1, 11], [-16, -15, -14], [30, np.nan, np.nan]],
)
