"""Chapter 2: its explorer, a theta for each department, none learning from another."""

from pooling import no_pooling
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
        return beyond.known(list(settings["t"]), **scales)
    return no_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings))


def _still(settings):
    return still.no_pooling(posterior(settings), settings)


EXPLORER = with_sliders(
    "no_pooling",
    (MU, TAU, SIGMA),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("government", "Government −20", {"t": [-20, -15, 30]}),
        Preset("half", "Prior sd 15", {"tau": 15}),
        Preset("all-40", "Everybody 40", {"t": [40, 40, 40]}),
        Preset("late-university", "Everybody 40, prior mean 20", {"t": [40, 40, 40], "mu": 20}),
    ),
)
