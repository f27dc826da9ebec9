"""Chapter 17, varying_slopes: lines of 18 drivers at four scales set by hand, one driver's days to move."""

from pathlib import Path

import numpy as np

from pooling import varying_slopes
from pooling.explorer.controls import Choice, Control, Preset, Values
from pooling.explorer.kind import Kind
from pooling.plots import varying_slopes as figures
from pooling.varying_slopes import posteriors
from pooling.varying_slopes.given_scales import covariance, given, least_squares

__all__ = ["EXPLORER", "numbers", "posterior"]

_DATA = varying_slopes.data()
_DRIVERS = _DATA.name.size
_FIRST = int(np.flatnonzero(_DATA.name == "335")[0])
_KNOWN = ("10", "5", "2", "0")
_LEARNED = posteriors.posterior(_DATA, nodes=15)


def _moved(settings):
    """Return the data with one driver's times moved, and of him the first days only."""
    driver = int(settings["driver"])
    y = _DATA.y.copy()
    y[_DATA.driver == driver] += np.asarray(settings["shift"], float)
    return _DATA._replace(y=y).known(driver, int(settings["known"]))


def posterior(settings):
    """Return the `Given`, means and covariances of population and drivers, at the four scales that are set.

    Parameters
    ----------
    settings : dict
        tau_a, tau_b, rho, sigma: the scales; driver, a position in the list of drivers; shift, (10,), by
        which his times are moved, ms; known, "10", "5", "2" or "0": how many of his days are known.
    """
    tau = [settings["tau_a"], settings["tau_b"]]
    return given(_moved(settings), tau=tau, rho=settings["rho"], sigma=settings["sigma"])


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    found, j = posterior(settings), int(settings["driver"])
    told = {}
    for k, name in enumerate("ab"):
        told[f"mean:{name}"] = found.theta_mean[j, k]
        told[f"sd:{name}"] = np.sqrt(found.theta_cov[j, k, k])
        told[f"mean:mu_{name}"] = found.mu_mean[k]
        told[f"sd:mu_{name}"] = np.sqrt(found.mu_cov[k, k])
    return told


def _still(settings):
    found = posterior(settings)
    own = least_squares(_moved(settings))
    spread = covariance([settings["tau_a"], settings["tau_b"]], settings["rho"])
    own = np.where(np.isfinite(own), own, found.theta_mean)
    return figures.plane(own, found.theta_mean, mu=found.mu_mean, spread=spread, names=_DATA.name.tolist(),
                         called=[_DATA.name[int(settings["driver"])]])  # fmt: skip


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("tau_a", 0, 60, 1, 27, "ms", words="spread of intercepts"),
        Control("tau_b", 0, 15, 0.1, 6.5, "ms a day", words="spread of slopes"),
        Control("rho", -1, 1, 0.05, 0.05, "correlation", words="correlation"),
        Control("sigma", 5, 60, 1, 26, "ms", words="scatter of days"),
        Control("driver", 0, _DRIVERS - 1, 1, _FIRST, f"of {_DRIVERS - 1}", words="which driver"),
    ),
    held=(
        Values("shift", -100, 100, 5, (0.0,) * 10, "ms"),
        Choice("known", "days_known", _KNOWN, "10"),
    ),
    posterior=posterior,
    still=_still,
    data={
        "names": _DATA.name.tolist(),
        "y": _DATA.y.reshape(_DRIVERS, 10).tolist(),
        # 94 % of the posterior of each scale and its median, of the data as they are
        "marks": {
            name: [round(float(x), 4) for x in (*one.interval(0.94), one.median)]
            for name, one in _LEARNED.scales.items()
        },
    },
    presets=(
        Preset("posterior", "as learned", {}),
        Preset("one_line", "one line for all", {"tau_a": 0, "tau_b": 0}),
        Preset("hardly", "hardly pooled", {"tau_a": 60, "tau_b": 15, "sigma": 10}),
        Preset("together", "high correlation", {"rho": 0.9}),
    ),
)
