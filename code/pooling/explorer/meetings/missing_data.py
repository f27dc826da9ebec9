"""Chapter 5: its explorer, any number of arrivals a department, none included."""

from pooling import missing_data
from pooling.explorer.controls import Preset
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


EXPLORER = with_points(
    "missing_data",
    (MU_SCALE, TAU_SCALE, SIGMA),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("one-of-english", "One of English", {"t": [[-10, 1, 11], [-15], [30]]}),
        Preset("no-english", "Nobody of English", {"t": [[-10, 1, 11], [], [30]]}),
        Preset("two-of-math", "Two of Math at 30", {"t": [[-10, 1, 11], [-16, -15, -14], [30, 30]]}),
        Preset("eight-of-math", "Eight of Math at 30", {"t": [[-10, 1, 11], [-16, -15, -14], [30] * 8]}),
        Preset("eight-at-0", "Eight of Math at 0", {"t": [[-10, 1, 11], [-16, -15, -14], [0] * 8]}),
    ),
)
