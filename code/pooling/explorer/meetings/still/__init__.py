"""Chapters 1 to 7: what their explorers show first, for print and for a browser without JavaScript.

One function an explorer, named by its stem, from the posterior and the settings to the picture.
"""

from pooling.explorer.meetings.still.hyperpriors import hyperpriors, limit
from pooling.explorer.meetings.still.ragged import learned_variance, missing_data, models_contrasted
from pooling.plots import alt_text, meetings, panels
from pooling.plots.picture import Picture
from pooling.plots.style import figure, legend, look, svg

__all__ = [
    "complete_pooling",
    "hyperpriors",
    "learned_variance",
    "missing_data",
    "models_contrasted",
    "no_pooling",
    "partial_pooling",
]


def complete_pooling(posterior, settings) -> Picture:
    """Draw prior, likelihood and posterior of theta.

    Parameters
    ----------
    posterior : Posterior
        At these settings.
    settings : dict
        t, mu, tau and sigma.
    """
    shown = {name: settings[name] for name in ("t", "mu", "tau", "sigma")}
    default = meetings.densities(posterior.theta, **shown)
    return meetings.densities(posterior.theta, **shown, alt=f"Default state. {default.alt}")


#: The same, a row for each department.
no_pooling = complete_pooling


@look()
def partial_pooling(posterior, settings) -> Picture:
    """Draw each theta and the pull on it, mu and tau.

    Parameters
    ----------
    posterior : Posterior
        At these settings.
    settings : dict
        t (3,), mu_scale, tau_scale and sigma.
    """
    scales, complete = (settings["mu_scale"], settings["tau_scale"]), limit(settings)
    marks = panels.estimates(posterior.theta, settings["t"], None)
    fig, axes = figure(5, height=640, sharex=False)
    panels.shrunk(axes[:3], posterior.theta, marks, complete)
    for ax in axes[:2]:
        ax.sharex(axes[2])
    panels.hyperparameters(axes[3:], posterior, *scales)
    legend(fig, panels.estimator_handles(marks, complete) + panels.curve_handles())
    said = alt_text.of_departments(marks, complete), alt_text.of_marginals(posterior, *scales)
    return svg(fig, alt=" ".join(["Default state.", *said]))
