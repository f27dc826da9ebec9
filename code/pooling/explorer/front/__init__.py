"""The front page: three arrivals, and one dial from all alike to each for itself."""

from pathlib import Path

import numpy as np

from pooling.departments import Department
from pooling.exact import known_se
from pooling.explorer.arrivals import ARRIVALS, accept, collect
from pooling.explorer.controls import Control, Preset
from pooling.explorer.kind import Kind
from pooling.plots import meetings
from pooling.priors import HalfCauchy, Normal

__all__ = ["EXPLORER", "numbers", "posterior"]

#: Chapter 3's: sds in minutes, as engine.js has them.
SIGMA, MU_SCALE, TAU_SCALE = 15.0, 10.0, 3.0


def _believed(t, tau):
    return known_se(t, np.full(len(t), SIGMA), mu=Normal(0, MU_SCALE), tau=tau)


def posterior(settings):
    """Return the `ExactPosterior` of theta (3,) at the tau of the dial.

    Parameters
    ----------
    settings : dict
        t (3,), minutes late; tau, the sd of departments in minutes: at 0 they are all alike.
    """
    return _believed(settings["t"], settings["tau"])


def numbers(*, t, tau):
    """Return the numbers that the page tells at these settings, by quantity."""
    given, learned = _believed(t, tau), _believed(t, HalfCauchy(TAU_SCALE))
    told = {"median:tau": learned.tau_median}
    for d in Department:
        told[f"mean:theta[{d.name}]"] = given.theta_mean[d]
        told[f"learned:theta[{d.name}]"] = learned.theta_mean[d]
    return told


def _still(settings):
    t = settings["t"]
    alike, learned = _believed(t, 0), _believed(t, HalfCauchy(TAU_SCALE))
    answers = {
        "all alike": (alike.theta_mean, alike.theta_sd),
        "partial pooling": (learned.theta_mean, learned.theta_sd),
        "each for itself": (t, np.full(3, SIGMA)),
    }
    return meetings.comparison(answers, t=t)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(Control("tau", 0, 60, 1, 20, words="spread of departments"), *ARRIVALS),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("all-alike", "All alike", {"tau": 0}),
        Preset("each-for-itself", "Nearly each for itself", {"tau": 60}),
        Preset("apart", "English −40, Math 40", {"t": [1, -40, 40]}),
        Preset("together", "All three at 1", {"t": [1, 1, 1]}),
    ),
    names=("t", "tau"),
    accept=accept,
    collect=collect,
)
