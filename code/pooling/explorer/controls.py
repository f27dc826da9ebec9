"""The settings of each explorer: their ranges, their steps, and where they begin."""

from typing import NamedTuple

import numpy as np

from pooling.departments import LARGE_MEETING, ONE_MEETING, Department

__all__ = ["ARRIVALS", "EXPLORERS", "FIXED_ARRIVALS", "HELD", "MODELS", "Choice", "Control", "Points"]


class Control(NamedTuple):
    """A setting: the argument it gives, its range, where it begins, and whether a slider moves it."""

    name: str
    min: float
    max: float
    step: float
    initial: float
    unit: str = "minutes"
    slider: bool = True

    @property
    def trait(self):
        """The name of the figure's trait: t[MATH] is no identifier."""
        return self.name.replace("[", "_").removesuffix("]")

    def checked(self, value):
        """Return value as a float on this slider, or raise ValueError."""
        expected = f"{self.name} must be in [{self.min:g}, {self.max:g}]"
        x = np.asarray(value)
        if x.ndim != 0 or x.dtype.kind not in "iuf" or not self.min <= x <= self.max:
            raise ValueError(f"{expected}, got {value!r}")
        if (x - self.min) % self.step:
            raise ValueError(f"{expected} in steps of {self.step:g}, got {value!r}")
        return float(x)


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

    def _one(self, name):
        return Control(name, self.min, self.max, self.step, 0)

    @staticmethod
    def value(rows):
        """Return lists of minutes as an array (3, N), NaN = nobody there, with N at least 1."""
        t = np.full((len(rows), max(1, *map(len, rows))), np.nan)
        for d, row in enumerate(rows):
            t[d, : len(row)] = row
        return t


class Choice(NamedTuple):
    """A choice among names."""

    name: str
    trait: str
    options: tuple
    initial: str

    def checked(self, value):
        """Return this choice at a value, or raise ValueError."""
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of {', '.join(self.options)}, got {value!r}")
        return self._replace(initial=value)

    @staticmethod
    def value(chosen):
        """Return the name chosen."""
        return chosen


MU = Control("mu", -20, 20, 1, 0)
TAU = Control("tau", 1, 20, 0.5, 20)
SIGMA = Control("sigma", 5, 30, 1, 15)
MU_SCALE = Control("mu_scale", 1, 20, 0.5, 10)
TAU_SCALE = Control("tau_scale", 1, 20, 0.5, 3)
SIGMA_SCALE = Control("sigma_scale", 1, 20, 0.5, 5)
ARRIVALS = tuple(Control(f"t[{d.name}]", -40, 40, 1, float(ONE_MEETING[d])) for d in Department)

#: The settings of each explorer, beside the arrivals; what it shows stands in explorers.js.
EXPLORERS = {
    "complete_pooling": (MU, TAU, SIGMA),
    "no_pooling": (MU, TAU, SIGMA),
    "partial_pooling": (MU_SCALE, TAU_SCALE, SIGMA),
    "hyperpriors": (MU_SCALE, TAU_SCALE, SIGMA._replace(slider=False)),
    "missing_data": (MU_SCALE, TAU_SCALE, SIGMA),
    "learned_variance": (MU_SCALE, TAU_SCALE._replace(initial=10), SIGMA_SCALE),
    "models_contrasted": (MU_SCALE, TAU_SCALE._replace(initial=10), SIGMA, SIGMA_SCALE),
}
#: Those in which nobody's arrival moves.
FIXED_ARRIVALS = {"hyperpriors"}
POINTS = Points([]).checked(LARGE_MEETING)
MODEL = Choice(
    "model",
    "chosen",
    ("complete_pooling", "no_pooling", "partial_pooling", "learned_variance"),
    "partial_pooling",
)
#: What the figure itself holds, instead of a slider for each arrival.
HELD = {
    "missing_data": (POINTS,),
    "learned_variance": (POINTS,),
    "models_contrasted": (POINTS, MODEL),
}
#: Where the model is not the chapter's own.
MODELS = {"hyperpriors": "partial_pooling"}
