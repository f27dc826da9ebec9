"""All chapters: the settings of an explorer, their ranges, their steps, and where they begin."""

from typing import NamedTuple

import numpy as np

__all__ = ["Choice", "Control", "Preset", "Values"]


class Control(NamedTuple):
    """A setting: the argument it gives, its range, where it begins, and whether a slider moves it.

    It begins within `begin`, if that is narrower than the range. A number typed beside the slider may be
    beyond it, up to `most`: the slider grows. `words` are what a slider is called on the page,
    the name stands under them.
    """

    name: str
    min: float
    max: float
    step: float
    initial: float
    unit: str = "minutes"
    slider: bool = True
    begin: tuple | None = None
    most: float | None = None
    words: str = ""

    @property
    def trait(self):
        """The name of the figure's trait: t[MATH] is no identifier."""
        return self.name.replace("[", "_").removesuffix("]")

    @property
    def decimals(self):
        """How many decimals a value is told with; `decimals` in draw.js is its twin."""
        return 2 if self.step < 0.1 else int(self.step < 1)

    def checked(self, value):
        """Return value as a float on this slider, or raise ValueError."""
        low, high = self.begin or (self.min, self.max)
        expected = f"{self.name} must be in [{low:g}, {high:g}]"
        x = np.asarray(value)
        if x.ndim != 0 or x.dtype.kind not in "iuf" or not low <= x <= high:
            raise ValueError(f"{expected}, got {value!r}")
        steps = (x - self.min) / self.step
        if abs(steps - round(float(steps))) > 1e-6:  # of tenths none is a binary number
            raise ValueError(f"{expected} in steps of {self.step:g}, got {value!r}")
        return float(x)


class Values(NamedTuple):
    """Numbers in a row, such as eight estimates, each of them a point on the plot that a reader moves.

    A setting of its own, a list; its entry i is the control `name[i]`, or `name[7,i]` if they are those of
    group 7.
    """

    name: str
    min: float
    max: float
    step: float
    initial: tuple
    unit: str = "minutes"
    group: int | None = None

    @property
    def trait(self):
        """The name of the figure's trait."""
        return self.name

    @property
    def controls(self):
        """Each entry as a control."""
        one = Control(self.name, self.min, self.max, self.step, 0, self.unit, slider=False)
        of = "" if self.group is None else f"{self.group},"
        return [one._replace(name=f"{self.name}[{of}{i}]", initial=x) for i, x in enumerate(self.initial)]

    def checked(self, values):
        """Return these numbers at others, as many, or raise ValueError."""
        x = np.asarray(values)
        if x.shape != (len(self.initial),):
            raise ValueError(f"{self.name} must have shape ({len(self.initial)},), got shape {x.shape}")
        at = [one.checked(value) for one, value in zip(self.controls, x.tolist(), strict=True)]
        return self._replace(initial=tuple(at))

    @staticmethod
    def value(numbers):
        """Return the list as an array."""
        return np.array(numbers, float)


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


class Preset(NamedTuple):
    """A setting to try, by one button: its `label` in words, and what is set, named as `explore` names it.

    What it does not name is set as at the start; a choice stays what it is.
    """

    name: str
    label: str
    settings: dict
