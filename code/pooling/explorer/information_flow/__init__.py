"""Chapter 12: move one of 61 cities and watch the others, with pooling and without."""

from functools import cache
from pathlib import Path

import numpy as np

from pooling import information_flow
from pooling.exact import normal_groups
from pooling.explorer.controls import Choice, Control
from pooling.explorer.kind import Kind
from pooling.plots import information_flow as figures
from pooling.priors import HalfCauchy, Normal

__all__ = ["EXPLORER", "numbers", "posterior"]

_DATA = information_flow.simulate()
_SIGMA = 4.6  # where the error is fixed: about its posterior mean without pooling
_PRIORS = {
    "partial_pooling": {"mu": Normal(0, 10), "tau": HalfCauchy(10), "sigma": HalfCauchy(10)},
    "no_pooling": {"mu": 0.0, "tau": 10.0, "sigma": HalfCauchy(10)},
    "error_fixed": {"mu": 0.0, "tau": 10.0, "sigma": _SIGMA},
}


def posterior(settings):
    """Return the `ExactPosterior` of all cities, after one of them has moved.

    Parameters
    ----------
    settings : dict
        city, a position in the list of cities; added, the accidents added to each of its rows, where the
        city's mean stops at 0; model, "partial_pooling", "no_pooling" or "error_fixed" (no pooling either).
    """
    mean = _DATA.mean.copy()
    city = int(settings["city"])
    mean[city] = max(0.0, mean[city] + settings["added"])
    return normal_groups(_DATA.n, mean, _DATA.ss, **_PRIORS[settings["model"]])


@cache
def _before(model):
    return posterior({"city": 0, "added": 0, "model": model}).theta_mean


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    after, city = posterior(settings), int(settings["city"])
    change = after.theta_mean - _before(settings["model"])
    others = np.delete(change, city)
    told = {"mean:theta": after.theta_mean[city], "sd:theta": after.theta_sd[city]}
    for name in ("mu", "tau", "sigma"):
        told |= {f"{of}:{name}": getattr(after, f"{name}_{of}") for of in ("mean", "sd")}
    return told | {"moved:theta": change[city], "rise:others": others.max(), "fall:others": others.min()}


def _still(settings):
    model, city = settings["model"], int(settings["city"])
    change = posterior(settings).theta_mean - _before(model)
    others = np.delete(change, city)
    alt = (
        f"Default state. {settings['added']:g} accidents are added to each row of city {city}. Its own "
        f"estimate moves by {change[city]:.2f}, those of the 60 others by {others.min():.2f} to "
        f"{others.max():.2f}."
    )
    named = {model.replace("_", " "): change}
    return figures.changes(named, sender=city, n=_DATA.n, mean=_DATA.mean, alt=alt)


def _cities():
    order = np.lexsort((-_DATA.mean, -_DATA.n))
    return {
        "n": _DATA.n.tolist(),
        "mean": _DATA.mean.tolist(),
        "ss": float(_DATA.ss.sum()),
        "order": order.tolist(),
        "sigma": _SIGMA,
    }


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("city", 0, _DATA.n.size - 1, 1, 16, f"of {_DATA.n.size - 1}", words="which city"),
        Control("added", -10, 20, 1, 5, "accidents a row", words="added to its rows"),
    ),
    held=(Choice("model", "chosen", tuple(_PRIORS), "partial_pooling"),),
    posterior=posterior,
    still=_still,
    data=_cities(),
)
