"""Chapters 1 to 4 and the front page: one arrival a department, each with a slider of its own."""

import numpy as np

from pooling.departments import ONE_MEETING, Department
from pooling.explorer.controls import Control

__all__ = ["ARRIVALS", "accept", "collect"]

ARRIVALS = tuple(
    Control(f"t[{d.name}]", -40, 40, 1, float(ONE_MEETING[d]), words=f"{d.name.capitalize()} arrives")
    for d in Department
)


def accept(settings):
    """Give each department's arrival the name of its slider."""
    if "t" not in settings:
        return settings
    t = settings["t"]
    try:
        arrivals = np.asarray(t)
    except ValueError:  # numpy's word for lists of unequal length
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got {t!r}") from None
    if arrivals.shape != ONE_MEETING.shape:
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got shape {arrivals.shape}")
    named = {c.name: arrival for c, arrival in zip(ARRIVALS, arrivals.tolist(), strict=True)}
    return {name: value for name, value in settings.items() if name != "t"} | named


def collect(values):
    """Return the arguments of `posterior`, with t (3,) for the three sliders."""
    t = np.array([values[c.name] for c in ARRIVALS])
    return {"t": t, **{name: value for name, value in values.items() if not name.startswith("t[")}}
