"""Chapter 4: its explorer, what the two scales do to the answer."""

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
    return still.hyperpriors(posterior(settings), settings)


EXPLORER = with_sliders(
    "hyperpriors",
    (WIDE_MU_SCALE, WIDE_TAU_SCALE, SIGMA._replace(slider=False)),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("president-a", "President A: 1 and 7", {"mu_scale": 1, "tau_scale": 7}),
        Preset("president-b", "President B: 20 and 2", {"mu_scale": 20, "tau_scale": 2}),
        Preset("million", "Spread scale a million", {"tau_scale": 1e6}),
        Preset("narrow-alike", "Scales 1 and 1", {"mu_scale": 1, "tau_scale": 1}),
        Preset("narrow-different", "Scales 1 and 20", {"mu_scale": 1, "tau_scale": 20}),
        Preset("wide-alike", "Scales 20 and 1", {"mu_scale": 20, "tau_scale": 1}),
        Preset("wide-different", "Scales 20 and 20", {"mu_scale": 20, "tau_scale": 20}),
    ),
    fixed=True,
)
