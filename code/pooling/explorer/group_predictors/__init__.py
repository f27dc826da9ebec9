"""Chapter 16, group_predictors: 85 counties, pulled to a line by a tau of one's own and by the posterior."""

from pathlib import Path

import numpy as np

from pooling import group_predictors
from pooling.explorer.controls import Choice, Control
from pooling.explorer.kind import Kind
from pooling.group_predictors import posteriors
from pooling.plots import group_predictors as figures

__all__ = ["EXPLORER", "numbers", "posterior"]

_DATA = group_predictors.data()
_FIRST = int(np.flatnonzero(_DATA.name == "LAC QUI PARLE")[0])
_UNIT = "log pCi/L"


def _moved(settings):
    """Return the data with all houses of the county moved, and the predictors that are on."""
    here = _DATA.county == int(settings["county"])
    on = tuple(name for name in ("floor", "uranium") if settings[name] == "on")
    return _DATA._replace(y=_DATA.y + settings["shift"] * here), on


def posterior(settings):
    """Return the `RandomIntercept` of all houses, tau learned.

    Parameters
    ----------
    settings : dict
        county, a position in the list of counties; shift, by which its houses are moved; floor and uranium,
        "on" or "off"; tau is not used: here it is learned.
    """
    return posteriors.posterior(*_moved(settings))


def _both(settings):
    """Return the posterior, and what is believed at the slider's tau, with sigma at its posterior mean."""
    data, on = _moved(settings)
    full = posteriors.posterior(data, on)
    return full, posteriors.posterior(data, on, tau=settings["tau"], sigma=full.sigma_mean)


def _line(found, on):
    """Return what the model says of each county with floor = 0, before the county's own part."""
    slope = found.beta_mean[1 + on.index("uranium")] if "uranium" in on else 0.0
    return found.beta_mean[0] + slope * _DATA.uranium


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    _, on = _moved(settings)
    full, given = _both(settings)
    j = int(settings["county"])
    told = {"mean:alpha": full.alpha_mean[j], "sd:alpha": full.alpha_sd[j]}
    at = {"gamma0": 0} | {{"floor": "beta", "uranium": "gamma1"}[name]: 1 + k for k, name in enumerate(on)}
    for name in ("gamma0", "gamma1", "beta"):
        there = name in at
        told[f"mean:{name}"] = full.beta_mean[at[name]] if there else 0.0
        told[f"sd:{name}"] = full.beta_sd[at[name]] if there else 0.0
    for name in ("tau", "sigma"):
        told |= {f"{of}:{name}": getattr(full, f"{name}_{of}") for of in ("mean", "sd")}
    line = _line(given, on)
    told |= {"given:line": line[j], "given:theta": line[j] + given.alpha_mean[j]}
    return told | {"given:beta": given.beta_mean[at["beta"]] if "beta" in at else 0.0}


def _still(settings):
    data, on = _moved(settings)
    _, given = _both(settings)
    line = _line(given, on)
    own = data.mean - (given.beta_mean[1] * data.share if "floor" in on else 0.0)
    return figures.pulls(data.uranium, own, line + given.alpha_mean, n=data.n, line=line)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("tau", 0, 0.8, 0.01, 0.33, _UNIT, words="spread of counties"),
        Control(
            "county", 0, _DATA.name.size - 1, 1, _FIRST, f"of {_DATA.name.size - 1}", words="which county"
        ),
        Control("shift", -3, 3, 0.1, 0, _UNIT, words="its logs moved by"),
    ),
    held=(
        Choice("floor", "with_floor", ("on", "off"), "on"),
        Choice("uranium", "with_uranium", ("on", "off"), "off"),
    ),
    posterior=posterior,
    still=_still,
    data={
        "names": _DATA.name.tolist(),
        "uranium": _DATA.uranium.tolist(),
        "y": [_DATA.y[_DATA.county == j].tolist() for j in range(_DATA.name.size)],
        "floor": [_DATA.first_floor[_DATA.county == j].tolist() for j in range(_DATA.name.size)],
    },
)
