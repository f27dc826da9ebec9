"""Chapter 3: its explorer, departments that learn from one another."""

from pooling import partial_pooling
from pooling.explorer.controls import Preset
from pooling.explorer.meetings import beyond, still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import SIGMA, WIDE_MU_SCALE, WIDE_TAU_SCALE, with_sliders

__all__ = ["EXPLORER", "numbers", "posterior"]


def posterior(settings):
    """Return the `Posterior` at these settings, or beyond the course grid the `ExactPosterior`.

    Parameters
    ----------
    settings : dict
        t (3,), mu_scale, tau_scale and sigma.
    """
    if not beyond.holds(settings):
        return beyond.learned(settings)
    return partial_pooling.posterior(**settings)


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    if not beyond.holds(settings):
        return beyond.learned_numbers(settings)
    return quantities(posterior(settings))


def _still(settings):
    return still.partial_pooling(posterior(settings), settings)


EXPLORER = with_sliders(
    "partial_pooling",
    (WIDE_MU_SCALE, WIDE_TAU_SCALE, SIGMA),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("alike", "Spread scale 1", {"tau_scale": 1}),
        Preset("different", "Spread scale 20", {"tau_scale": 20}),
        Preset("math-60", "Math 60", {"t": [1, -15, 60]}),
        Preset("math-120", "Math 120", {"t": [1, -15, 120]}),
        Preset("math-minus-15", "Math −15", {"t": [1, -15, -15]}),
        Preset("all-40", "Everybody 40", {"t": [40, 40, 40]}),
        Preset(
            "late-university",
            "Everybody 40, wide prior mean",
            {"t": [40, 40, 40], "mu_scale": 20, "tau_scale": 1},
        ),
        Preset(
            "three-late",
            "Everybody 40, narrow prior mean",
            {"t": [40, 40, 40], "mu_scale": 1, "tau_scale": 20},
        ),
    ),
)
