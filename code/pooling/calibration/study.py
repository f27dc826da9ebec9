"""Chapter 14: two grids, each tried on its own prior and on the one without ends."""

from functools import cache

from pooling import calibration
from pooling.grids import COURSE, PUBLISHED

__all__ = ["GRIDS", "MEETINGS", "SCALES", "SOURCES", "meetings", "study"]

GRIDS = {"course": COURSE, "published": PUBLISHED}
#: Where the truth comes from: the prior that the grid is, or the one without ends.
SOURCES = ("grid", "prior")
MEETINGS = 4000  #: In each study.
SCALES = {"mu_scale": 10.0, "tau_scale": 3.0, "sigma": 15.0}


def meetings(grid, source):
    """Return the meetings of a study; arguments and errors as there."""
    if grid not in GRIDS:
        raise ValueError(f"grid must be one of {', '.join(GRIDS)}, got {grid!r}")
    if source not in SOURCES:
        raise ValueError(f"source must be one of {', '.join(SOURCES)}, got {source!r}")
    if source == "grid":
        return calibration.from_grid(MEETINGS, GRIDS[grid], **SCALES)
    return calibration.from_prior(MEETINGS, **SCALES)


@cache
def study(grid, source):
    """Return the ranks of Math's theta (by either query), of mu and of tau in 4,000 meetings.

    It takes a second or two, the first time.

    Parameters
    ----------
    grid : {"course", "published"}
        On which the meetings are analysed.
    source : {"grid", "prior"}
        "grid" draws the truth from the prior that this grid is, "prior" from N(0, 10) and HC(3).

    Returns
    -------
    pooling.calibration.Ranks

    Raises
    ------
    ValueError
        For another grid or source.
    """
    return calibration.ranks(meetings(grid, source), GRIDS[grid], **SCALES)
