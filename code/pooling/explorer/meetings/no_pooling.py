"""Chapter 2: its explorer, a theta for each department, none learning from another."""

from pooling import no_pooling
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
    return no_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings))


def _still(settings):
    return still.no_pooling(posterior(settings), settings)


EXPLORER = with_sliders("no_pooling", (MU, TAU, SIGMA), posterior=posterior, still=_still)
