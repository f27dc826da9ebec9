"""Chapter 8: one school between its own mean and the population's, and fifty of them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from pooling import fifty_schools
from pooling.explorer.controls import Control, Preset
from pooling.explorer.kind import Kind
from pooling.plots.curves import curves
from pooling.shrinkage import shrink, weight

__all__ = ["EXPLORER", "School", "numbers", "posterior"]


class School(NamedTuple):
    """theta_j ~ N(mean, sd) in points, and the weight in [0, 1] of the school's own mean."""

    mean: float
    sd: float
    weight: float


def posterior(settings):
    """Return what the formula says of one school.

    mean = w ȳ + (1 - w) mu, w = n tau² / (sigma² + n tau²), sd = tau √(1 - w).

    Parameters
    ----------
    settings : dict
        n, mean (its ȳ), sigma, tau, mu.
    """
    n, scales = settings["n"], {"sigma": settings["sigma"], "tau": settings["tau"]}
    w = float(weight(n, **scales))
    mean = float(shrink(settings["mean"], n, mu=settings["mu"], **scales))
    return School(mean, scales["tau"] * (1 - w) ** 0.5, w)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    school = posterior(settings)
    return {"mean:theta": school.mean, "sd:theta": school.sd, "weight:theta": school.weight}


def _still(settings):
    n, mean, sigma, tau, mu = (settings[name] for name in ("n", "mean", "sigma", "tau", "mu"))
    school = posterior(settings)
    x = np.linspace(40, 90, 401)
    lines = {"prior": norm.pdf(x, mu, tau), "posterior": norm.pdf(x, school.mean, school.sd)}
    if n:
        lines["likelihood"] = norm.pdf(x, mean, sigma / n**0.5)
    alt = (
        f"Default state. A school of {n:g} students with mean {mean:g}, in a population N({mu:g}, {tau:g}); "
        f"students vary by {sigma:g}. The posterior has mean {school.mean:.2f} and sd {school.sd:.2f} "
        f"points: the school's own mean has weight {school.weight:.2f}."
    )
    return curves(x, lines, xlabel="θ (points)", alt=alt)


def _schools():
    schools = fifty_schools.simulate()
    return {"n": schools.n.tolist(), "mean": np.round(schools.mean, 3).tolist()}


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("n", 0, 100, 1, 4, "students", words="students tested"),
        Control("mean", 45, 85, 1, 73, "points", words="their mean"),
        Control("sigma", 1, 20, 0.5, 10, "points", words="scatter of students"),
        Control("tau", 0.5, 20, 0.5, 2, "points", words="spread of schools"),
        Control("mu", 45, 85, 1, 63, "points", words="mean of all schools"),
    ),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("scatter-20", "Students vary by 20", {"sigma": 20}),
        Preset("alike", "Schools alike, tau 0.5", {"tau": 0.5}),
        Preset("different", "Schools different, tau 20", {"tau": 20}),
    ),
    data=_schools(),
)
