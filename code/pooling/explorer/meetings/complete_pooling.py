"""Chapter 1: its explorer, one theta for all departments."""

from pooling import complete_pooling
from pooling.explorer.meetings import still
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
    return complete_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings))


def _still(settings):
    return still.complete_pooling(posterior(settings), settings)


EXPLORER = with_sliders("complete_pooling", (MU, TAU, SIGMA), posterior=posterior, still=_still)
