"""Chapter 7: its explorer, one meeting, four models."""

import warnings

from pooling import complete_pooling, learned_variance, models_contrasted, no_pooling, partial_pooling
from pooling.explorer.controls import Choice, Preset
from pooling.explorer.meetings import still
from pooling.explorer.meetings.quantities import quantities
from pooling.explorer.meetings.settings import MU_SCALE, SIGMA, SIGMA_SCALE, TAU_SCALE, with_points

__all__ = ["EXPLORER", "numbers", "posterior"]

#: Each model, and the settings that it asks for beside t.
_MODELS = {
    "complete_pooling": (complete_pooling, ("sigma",)),
    "no_pooling": (no_pooling, ("sigma",)),
    "partial_pooling": (partial_pooling, ("mu_scale", "tau_scale", "sigma")),
    "learned_variance": (learned_variance, ("mu_scale", "tau_scale", "sigma_scale")),
}


def posterior(settings):
    """Return the `Posterior` of the model chosen.

    Parameters
    ----------
    settings : dict
        t (3, N) with NaN = nobody there, model, mu_scale, tau_scale, sigma and sigma_scale.
    """
    model, names = _MODELS[settings["model"]]
    return model.posterior(settings["t"], **{name: settings[name] for name in names})


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", learned_variance.ImproperPosteriorWarning)  # the page says it itself
        if settings["model"] == "complete_pooling":
            return quantities(posterior(settings))  # of a department never met it has nothing else to say
        rows = models_contrasted.department_posterior(**settings).theta_marginal
        return quantities(posterior(settings), new=rows._replace(probability=rows.probability[-1]))


def _still(settings):
    return still.models_contrasted(posterior(settings), settings)


EXPLORER = with_points(
    "models_contrasted",
    (MU_SCALE, TAU_SCALE._replace(initial=10), SIGMA, SIGMA_SCALE),
    posterior=posterior,
    still=_still,
    presets=(
        Preset("english-scattered", "English scattered", {"t": [[-10, 1, 11], [-26, -15, -4], [30]]}),
        Preset("no-math", "Nobody of Math", {"t": [[-10, 1, 11], [-16, -15, -14], []]}),
    ),
    choices=(Choice("model", "chosen", tuple(_MODELS), "partial_pooling"),),
)
