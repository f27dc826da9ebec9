"""Chapter 5: its explorer, any number of arrivals a department, none included."""

from pooling import missing_data
from pooling.explorer.meetings import still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import MU_SCALE, SIGMA, TAU_SCALE, with_points

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `Posterior` at these settings.

    Parameters
    ----------
    settings : dict
        t (3, N) with NaN = nobody there, mu_scale, tau_scale and sigma.
    """
    return missing_data.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    return quantities(posterior(settings), new=missing_data.new_department(**settings))


def _still(settings):
    return still.missing_data(posterior(settings), settings)


EXPLORER = with_points("missing_data", (MU_SCALE, TAU_SCALE, SIGMA), posterior=posterior, still=_still)
