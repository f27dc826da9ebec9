"""Chapters 1 to 7: departments, and the arrivals of their professors."""

import inspect
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pooling import complete_pooling, learned_variance, missing_data, no_pooling, partial_pooling
from pooling.departments import LARGE_MEETING, ONE_MEETING, Department
from pooling.explorer.controls import Choice, Control
from pooling.explorer.kind import Kind

__all__ = ["ARRIVALS", "EXPLORERS", "HELD", "Points", "kind"]


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


MU = Control("mu", -20, 20, 1, 0)
TAU = Control("tau", 1, 20, 0.5, 20)
SIGMA = Control("sigma", 5, 30, 1, 15)
MU_SCALE = Control("mu_scale", 1, 20, 0.5, 10)
TAU_SCALE = Control("tau_scale", 1, 20, 0.5, 3)
SIGMA_SCALE = Control("sigma_scale", 1, 20, 0.5, 5)
ARRIVALS = tuple(Control(f"t[{d.name}]", -40, 40, 1, float(ONE_MEETING[d])) for d in Department)

#: The settings of each explorer, beside the arrivals; what it shows stands in chapters.js.
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
_MODELS = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
    "hyperpriors": partial_pooling,
    "missing_data": missing_data,
    "learned_variance": learned_variance,
}
#: An explorer's own JavaScript, in the order of its imports.
_SCRIPTS = (
    "engine.js",
    "population.js",
    "partial_pooling.js",
    "learned_variance.js",
    "models_contrasted.js",
    "hyperpriors.js",
    "contours.js",
    "map.js",
    "arrivals.js",
    "contrast.js",
    "panel.js",
    "scene.js",
    "chapters.js",
    "legend.js",
    "view.js",
)


def kind(stem):
    """Return the explorer of a chapter of the first part."""
    held = HELD.get(stem, ())
    sliders = [c._replace(slider=stem not in FIXED_ARRIVALS) for c in ARRIVALS]
    return Kind(
        controls=EXPLORERS[stem] if held else (*EXPLORERS[stem], *sliders),
        held=held,
        names=("t", *(c.name for c in EXPLORERS[stem]), *(one.name for one in held[1:])),
        folder=Path(__file__).parent,
        scripts=_SCRIPTS,
        accept=None if held else _accept,
        collect=None if held else _collect,
        posterior=lambda settings: _posterior(stem, settings),
        still=lambda settings: _still(stem, settings),
    )


def _accept(settings):
    """Give each department's arrival the name of its slider."""
    t = settings.get("t", ONE_MEETING)
    try:
        arrivals = np.asarray(t)
    except ValueError:  # numpy's word for lists of unequal length
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got {t!r}") from None
    if arrivals.shape != ONE_MEETING.shape:
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got shape {arrivals.shape}")
    named = {c.name: arrival for c, arrival in zip(ARRIVALS, arrivals.tolist(), strict=True)}
    return {name: value for name, value in settings.items() if name != "t"} | named


def _collect(values):
    """Return the arguments of `posterior`, with t (3,) for the three sliders."""
    t = np.array([values[c.name] for c in ARRIVALS])
    return {"t": t, **{name: value for name, value in values.items() if not name.startswith("t[")}}


def _posterior(stem, settings):
    """Return the posterior of the chapter's model, or of the one that was chosen."""
    model = _MODELS[settings.get("model", stem)]
    known = inspect.signature(model.posterior).parameters
    return model.posterior(**{name: value for name, value in settings.items() if name in known})


def _still(stem, settings):
    from pooling.explorer.meetings import still  # Matplotlib: only when there is something to draw

    return getattr(still, stem)(_posterior(stem, settings), settings)
