"""Chapter 1: its explorer, one theta for all departments."""

from pooling import complete_pooling
from pooling.explorer.controls import Preset
from pooling.explorer.meetings import beyond, still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import MU, SIGMA, TAU, with_sliders

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `Posterior` at these settings.

    Parameters
    ----------
    settings : dict
        t (3,), mu, tau and sigma.
    """
    if not beyond.holds(settings):
        scales = {name: settings[name] for name in ("mu", "tau", "sigma")}
        return beyond.known([settings["t"]], **scales)
    return complete_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings))


def _still(settings):
    return still.complete_pooling(posterior(settings), settings)


EXPLORER = with_sliders(
    "complete_pooling",
    (MU, TAU, SIGMA),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("spread", "Arrivals −20, −10, 30", {"t": [-20, -10, 30]}),
        Preset("farther-apart", "English −35, Math 50", {"t": [1, -35, 50]}),
        Preset("strict", "Prior sd 1", {"tau": 1}),
        Preset("strict-math-120", "Prior sd 1, Math 120", {"tau": 1, "t": [1, -15, 120]}),
        Preset("scatter-30", "Scatter 30", {"sigma": 30}),
    ),
)
