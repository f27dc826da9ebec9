"""Chapter 14: rank histograms that build up, meeting by meeting.

Nothing is simulated in the browser: it gets the ranks of `pooling.calibration.study`, to a hundredth, as
one byte each, and counts as many of them as the slider says.
"""

from base64 import b64encode
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
from scipy import stats

from pooling.calibration import BINS, band, uniformity
from pooling.calibration.study import GRIDS, MEETINGS, SOURCES, study
from pooling.explorer.controls import Choice, Control
from pooling.explorer.kind import Kind
from pooling.plots import calibration as figures

__all__ = ["EXPLORER", "LEVELS", "levels", "numbers", "posterior"]

LEVELS = 100  #: Ranks are told to a hundredth: 3 and 97 % are where a central 94 % interval ends.
_FIELDS = {"theta": ("once", "twice"), "mu": ("mu", "mu"), "tau": ("tau", "tau")}


def levels(grid, source, field):
    """Return the ranks of a study as whole hundredths, (R,) of uint8: 0 is [0, 0.01)."""
    u = getattr(study(grid, source), field)
    return np.minimum(np.floor(LEVELS * u), LEVELS - 1).astype(np.uint8)


def posterior(settings):
    """Return the ranks shown, as whole hundredths.

    Parameters
    ----------
    settings : dict
        replications (how many meetings), query ("once", "twice"), grid, source (where the truth comes from),
        of (what is ranked: "theta", "mu", "tau"; the last two are the same by either query).
    """
    field = _FIELDS[settings["of"]][settings["query"] == "twice"]
    return levels(settings["grid"], settings["source"], field)[: int(settings["replications"])]


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    shown = posterior(settings)
    counts = np.bincount(shown // (LEVELS // BINS), minlength=BINS)
    statistic, p = stats.chisquare(counts)
    lower, upper = band(shown.size)
    inside = (shown >= 0.03 * LEVELS) & (shown < 0.97 * LEVELS)
    return {
        "value:chi2": float(statistic),
        "value:p": float(p),
        "value:bins_outside": int(np.sum((counts < lower) | (counts > upper))),
        "value:coverage_percent": 100 * float(np.mean(inside)),
    }


def _still(settings):
    words = {"once": "counted once", "twice": "published query"}[settings["query"]]
    # the middle of each hundredth lies in the bin that all of it lies in
    ranks = (posterior(settings) + 0.5) / LEVELS
    return figures.histograms({f"{settings['of']}, {words}": uniformity(ranks)})


class _Ranks(Mapping):
    """The ranks of each study, by "grid source field", as base64: simulated when they are first asked for."""

    def __iter__(self):
        fields = dict.fromkeys(field for fields in _FIELDS.values() for field in fields)
        return (" ".join(names) for names in product(GRIDS, SOURCES, fields))

    def __len__(self):
        return sum(1 for _ in self)

    def __getitem__(self, names):
        return b64encode(levels(*names.split()).tobytes()).decode("ascii")


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(Control("replications", 200, MEETINGS, 100, 1000, "meetings", words="meetings drawn"),),
    held=(
        Choice("query", "query", ("once", "twice"), "once"),
        Choice("grid", "grid", tuple(GRIDS), "course"),
        Choice("source", "source", SOURCES, "grid"),
        Choice("of", "of", tuple(_FIELDS), "theta"),
    ),
    posterior=posterior,
    still=_still,
    data=_Ranks(),
)
