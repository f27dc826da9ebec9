"""Chapter 6: its explorer, each department has a scatter of its own."""

import warnings

from pooling import learned_variance
from pooling.explorer.controls import Preset
from pooling.explorer.meetings import still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import MU_SCALE, SIGMA_SCALE, TAU_SCALE, with_points

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `Posterior` at these settings.

    Parameters
    ----------
    settings : dict
        t (3, N) with NaN = nobody there, mu_scale, tau_scale and sigma_scale.
    """
    return learned_variance.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", learned_variance.ImproperPosteriorWarning)  # the page says it itself
        return quantities(posterior(settings))


def _still(settings):
    return still.learned_variance(posterior(settings), settings)


EXPLORER = with_points(
    "learned_variance",
    (MU_SCALE, TAU_SCALE._replace(initial=10), SIGMA_SCALE),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("math-10", "Math −10", {"t": [[-10, 1, 11], [-16, -15, -14], [-10]]}),
        Preset("same-minute", "English three times −15", {"t": [[-10, 1, 11], [-15, -15, -15], [30]]}),
        Preset("a-minute-apart", "One of them a minute later", {"t": [[-10, 1, 11], [-15, -15, -14], [30]]}),
    ),
)
