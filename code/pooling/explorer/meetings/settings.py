"""Chapters 1 to 7: the settings of their explorers, which have a slider or a point for each arrival."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from pooling.departments import LARGE_MEETING, Department
from pooling.explorer.arrivals import ARRIVALS, accept, collect
from pooling.explorer.controls import Control
from pooling.explorer.kind import Kind

__all__ = [
    "MU", "MU_SCALE", "POINTS", "SIGMA", "SIGMA_SCALE", "TAU", "TAU_SCALE", "WIDE_ARRIVALS", "WIDE_MU_SCALE",
    "WIDE_TAU_SCALE", "Points", "with_points", "with_sliders",
]  # fmt: skip


class Points(NamedTuple):
    """The arrivals of a meeting, as points on the plot that a reader moves, adds and removes.

    `initial` has a list of minutes for each department.
    """

    initial: list
    name: str = "t"
    trait: str = "t"
    min: float = -40
    max: float = 40
    step: float = 1
    most: int = 8

    def checked(self, t):
        """Return these points at t, (3,) or (3, N) with NaN = nobody there, or raise ValueError."""
        n = len(Department)
        shape = f"({n},) or ({n}, N) with N <= {self.most}"
        try:
            x = np.asarray(t)
        except ValueError:  # numpy's word for lists of unequal length
            raise ValueError(
                f"t must have shape {shape}; fill a ragged meeting with NaN, got {t!r}"
            ) from None
        if x.ndim not in (1, 2) or x.shape[0] != n or x.size > n * self.most:
            raise ValueError(f"t must have shape {shape}, got shape {x.shape}")
        if x.dtype.kind not in "iuf":
            raise ValueError(f"t must be minutes in [{self.min}, {self.max}] or NaN, got {t!r}")
        rows = [[a for a in row.tolist() if a == a] for row in x.astype(float).reshape(n, -1)]
        for d, row in zip(Department, rows, strict=True):
            for i, a in enumerate(row):
                self._one(f"t[{d.name},{i}]").checked(a)
        return self._replace(initial=rows)

    @property
    def controls(self):
        """Each arrival as a control."""
        rows = zip(Department, self.initial, strict=True)
        return [self._one(f"t[{d.name},{i}]", a) for d, row in rows for i, a in enumerate(row)]

    def _one(self, name, initial=0):
        return Control(name, self.min, self.max, self.step, initial, slider=False)

    @staticmethod
    def value(rows):
        """Return lists of minutes as an array (3, N), NaN = nobody there, with N at least 1."""
        t = np.full((len(rows), max(1, *map(len, rows))), np.nan)
        for d, row in enumerate(rows):
            t[d, : len(row)] = row
        return t


MU = Control("mu", -20, 20, 1, 0, words="mean of the prior")
TAU = Control("tau", 1, 60, 0.5, 20, begin=(1, 20), most=1e6, words="spread of the prior")
SIGMA = Control("sigma", 5, 30, 1, 15, words="scatter of arrivals")
MU_SCALE = Control("mu_scale", 1, 20, 0.5, 10, words="university, prior scale")
TAU_SCALE = Control("tau_scale", 1, 20, 0.5, 3, words="spread, prior scale")
SIGMA_SCALE = Control("sigma_scale", 1, 20, 0.5, 5, words="scatter, prior scale")
#: The same where what the course grid cannot hold is computed without one: see beyond.py.
WIDE_MU_SCALE, WIDE_TAU_SCALE = (
    one._replace(max=60, begin=(1, 20), most=1e6) for one in (MU_SCALE, TAU_SCALE)
)
WIDE_ARRIVALS = tuple(one._replace(min=-120, max=120, begin=(-40, 40), most=1e6) for one in ARRIVALS)
POINTS = Points([]).checked(LARGE_MEETING)


def with_sliders(stem, controls, *, posterior, still, presets=(), fixed=False):
    """Return the `Kind` of a chapter whose departments have one arrival each.

    Parameters
    ----------
    stem : str
        The chapter's.
    controls : tuple of Control
        Its settings beside the arrivals.
    posterior, still : callable
        As `Kind` has them; their settings have t (3,).
    presets : tuple of Preset
        Settings to try; t (3,).
    fixed : bool
        Whether the arrivals stand still, without sliders.
    """
    return Kind(
        folder=Path(__file__).parent,
        controls=(*controls, *(c._replace(slider=not fixed) for c in WIDE_ARRIVALS)),
        posterior=posterior,
        still=still,
        data={"stem": stem},
        presets=presets,
        names=("t", *(c.name for c in controls)),
        accept=accept,
        collect=collect,
    )


def with_points(stem, controls, *, posterior, still, presets=(), choices=()):
    """Return the `Kind` of a chapter whose departments have any number of arrivals, none included.

    Parameters
    ----------
    stem : str
        The chapter's.
    controls : tuple of Control
        Its settings beside the arrivals.
    posterior, still : callable
        As `Kind` has them; their settings have t (3, N), NaN = nobody there.
    presets : tuple of Preset
        Settings to try; t is a list of minutes for each department.
    choices : tuple of Choice
        What is chosen among names.
    """
    return Kind(
        folder=Path(__file__).parent,
        controls=controls,
        held=(POINTS, *choices),
        posterior=posterior,
        still=still,
        data={"stem": stem},
        presets=presets,
        names=("t", *(one.name for one in (*controls, *choices))),
    )
