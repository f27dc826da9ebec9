"""The settings of each explorer: their ranges, their steps, and where they begin."""

from typing import NamedTuple

import numpy as np

from pooling.departments import ONE_MEETING, Department

__all__ = ["ARRIVALS", "EXPLORERS", "FIXED_ARRIVALS", "MODELS", "Control"]


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


MU = Control("mu", -20, 20, 1, 0)
TAU = Control("tau", 1, 20, 0.5, 20)
SIGMA = Control("sigma", 5, 30, 1, 15)
MU_SCALE = Control("mu_scale", 1, 20, 0.5, 10)
TAU_SCALE = Control("tau_scale", 1, 20, 0.5, 3)
ARRIVALS = tuple(Control(f"t[{d.name}]", -40, 40, 1, float(ONE_MEETING[d])) for d in Department)

#: The settings of each explorer, beside the arrivals; what it shows stands in explorers.js.
EXPLORERS = {
    "complete_pooling": (MU, TAU, SIGMA),
    "no_pooling": (MU, TAU, SIGMA),
    "partial_pooling": (MU_SCALE, TAU_SCALE, SIGMA),
    "hyperpriors": (MU_SCALE, TAU_SCALE, SIGMA._replace(slider=False)),
}
#: Those in which nobody's arrival moves.
FIXED_ARRIVALS = {"hyperpriors"}
#: Where the model is not the chapter's own.
MODELS = {"hyperpriors": "partial_pooling"}
