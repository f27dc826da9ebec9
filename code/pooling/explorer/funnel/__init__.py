"""Chapter 13: one school's posterior in two coordinates, and the same path over both."""

from pathlib import Path

from pooling.explorer.controls import Control
from pooling.explorer.kind import Kind
from pooling.funnel.leapfrog import LIMIT, one_school, paths
from pooling.plots import funnel as figures

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `OneSchool` at these settings: its standard error is sigma/√n.

    Parameters
    ----------
    settings : dict
        n, sigma and y.
    """
    return one_school(settings["y"], settings["sigma"] / settings["n"] ** 0.5)


def numbers(*, step, **settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    school = posterior(settings)
    lower, upper = school.tau.interval(0.94)
    told = {"mean:theta": school.theta.mean, "sd:theta": school.theta.sd}
    told |= {"median:tau": school.tau.median, "lower:tau": lower, "upper:tau": upper}
    for name, path in zip(("theta", "z"), paths(school, step=step), strict=True):
        hill = getattr(school, name)
        told |= {f"narrowing:{name}": hill.narrowing, f"correlation:{name}": hill.correlation}
        told[f"error:{name}"] = float(LIMIT if path.diverged else max(-LIMIT, path.error[-1]))
    return told


def _still(settings):
    school, step = posterior(settings), settings["step"]
    default = figures.hills(
        school, {"tiny steps": paths(school, step=0.04), f"steps of {step:g}": paths(school, step=step)}
    )
    return default.__class__(f"Default state. {default.alt}", default.svg)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("n", 1, 100, 1, 1, "observations", words="observations"),
        Control("sigma", 5, 30, 1, 15, "points", words="their scatter"),
        Control("y", -40, 40, 1, 10, "points", words="their mean"),
        Control("step", 0.1, 1, 0.1, 0.8, "sds", words="size of a step"),
    ),
    posterior=posterior,
    still=_still,
)
