"""Chapter 3: its explorer, departments that learn from one another."""

from pooling import partial_pooling
from pooling.explorer.meetings import still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import MU_SCALE, SIGMA, TAU_SCALE, with_sliders

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `Posterior` at these settings.

    Parameters
    ----------
    settings : dict
        t (3,), mu_scale, tau_scale and sigma.
    """
    return partial_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings))


def _still(settings):
    return still.partial_pooling(posterior(settings), settings)


EXPLORER = with_sliders("partial_pooling", (MU_SCALE, TAU_SCALE, SIGMA), posterior=posterior, still=_still)
