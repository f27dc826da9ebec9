"""Chapters 5 to 7: any number of arrivals a department."""

import numpy as np
from matplotlib.lines import Line2D

from pooling import checks
from pooling.departments import Department
from pooling.missing_data import new_department
from pooling.models_contrasted import MODELS, department_posterior
from pooling.plots import alt_text, panels
from pooling.plots.picture import Picture
from pooling.plots.style import (
    DEPARTMENTS,
    KINDS,
    TEXT,
    bare,
    corner,
    extent,
    figure,
    legend,
    look,
    mean_mark,
    number,
    svg,
)

__all__ = ["learned_variance", "missing_data", "models_contrasted"]

_NAMES = [d.name.capitalize() for d in Department]


@look()
def missing_data(posterior, settings) -> Picture:
    """Draw each theta with its arrivals, that of a department never met, mu and tau.

    Parameters
    ----------
    posterior : Posterior
        At these settings.
    settings : dict
        t, mu_scale, tau_scale and sigma.
    """
    t, scales = settings["t"], (settings["mu_scale"], settings["tau_scale"])
    new = new_department(**{name: settings[name] for name in ("t", "mu_scale", "tau_scale", "sigma")})
    fig, axes = figure(6, height=760, sharex=False)
    _thetas(axes[:3], posterior.theta, t)
    axes[3].plot(new.values, new.density, **KINDS["posterior"])
    mean_mark(axes[3], new.values, new.density, new.mean)
    axes[3].set(xlim=axes[2].get_xlim(), ylim=(0, None), xlabel="θ (minutes late)")
    axes[2].set_xlabel("")
    bare(axes[2], bottom=False)
    bare(axes[3])
    corner(axes[3], "Psychology\n(never met)", f"E[θ] = {number(new.mean)}")
    panels.hyperparameters(axes[4:], posterior, *scales)
    legend(fig, panels.curve_handles())
    said = [
        *_said(posterior, t),
        f"Psychology, never met: mean {new.mean:.2f}, sd {new.sd:.2f} minutes.",
        alt_text.of_marginals(posterior, *scales),
    ]
    return svg(fig, alt=" ".join(said))


@look()
def learned_variance(posterior, settings) -> Picture:
    """Draw each theta with its arrivals, the three sigma on one axis, mu and tau.

    Parameters
    ----------
    posterior : Posterior
        At these settings.
    settings : dict
        t, mu_scale, tau_scale and sigma_scale.
    """
    t, scales = settings["t"], (settings["mu_scale"], settings["tau_scale"])
    fig, axes = figure(6, height=800, sharex=False)
    _thetas(axes[:3], posterior.theta, t)
    _sigmas(axes[3], posterior.sigma, settings["sigma_scale"])
    panels.hyperparameters(axes[4:], posterior, *scales)
    styles = [Line2D([], [], label=name, color=s.color, linestyle=s.dash, linewidth=2.2)
              for name, s in zip(_NAMES, DEPARTMENTS.values(), strict=True)]  # fmt: skip
    legend(fig, [*panels.curve_handles(), *styles])
    low, high = posterior.sigma.interval(0.94)
    medians = [f"median {m:.2f}, 94 % HDI {a:.2f} to {b:.2f} minutes"
               for m, a, b in zip(posterior.sigma.median, low, high, strict=True)]  # fmt: skip
    said = [
        *_said(posterior, t),
        alt_text.each({"sigma": medians}),
        f"Prior of each sigma: half-Cauchy with scale {settings['sigma_scale']:g}.",
        alt_text.of_marginals(posterior, *scales),
    ]
    return svg(fig, alt=" ".join(said))


@look()
def models_contrasted(posterior, settings) -> Picture:
    """Draw each theta under the model chosen, and where the mean of every model is.

    Parameters
    ----------
    posterior : Posterior
        Not used: those of all models are computed.
    settings : dict
        t, model, mu_scale, tau_scale, sigma and sigma_scale.
    """
    names = ("t", "mu_scale", "tau_scale", "sigma", "sigma_scale")
    arguments = {name: settings[name] for name in names}
    thetas = {model: department_posterior(model, **arguments).theta_marginal for model in MODELS}
    chosen, rows = thetas[settings["model"]], checks.observations(settings["t"]).reshape(3, -1)
    fig, axes = figure(4, height=560)
    for row, (ax, name) in enumerate(zip(axes, [*_NAMES, "Psychology\n(never met)"], strict=True)):
        curve = {"posterior": chosen.density[row]}
        if row < len(Department):
            panels.theta(ax, chosen.values, curve, chosen.mean[row], {Department(row): rows[row]})
        else:
            ax.plot(chosen.values, curve["posterior"], **KINDS["posterior"])
            mean_mark(ax, chosen.values, curve["posterior"], chosen.mean[row])
        low, high = ax.get_ylim()
        for level, (model, theta) in enumerate(thetas.items()):
            ax.plot(theta.mean[row], high * (1.1 + 0.17 * level), color=TEXT, **_mark(model))
        ax.set_ylim(low, 1.75 * high)
        corner(ax, name, f"E[θ] = {number(chosen.mean[row])}")
        bare(ax, bottom=row == len(Department))
    axes[-1].set(xlim=extent(chosen.values, [chosen.density], rows), xlabel="θ (minutes late)")
    marks = [Line2D([], [], color=TEXT, label=_words(model), **_mark(model)) for model in MODELS]
    legend(fig, marks)
    means = {_words(model): [f"{mean:.2f}" for mean in theta.mean] for model, theta in thetas.items()}
    never_met = ", ".join(f"{model} {told[-1]}" for model, told in means.items())
    said = (
        f"Default state. Drawn: {_words(settings['model'])}. E[theta] under each model, minutes. "
        f"{alt_text.each(means)} Psychology, never met: {never_met}."
    )
    return svg(fig, alt=said)


def _mark(model):
    return {"linestyle": "", "marker": f"${model[0].upper()}$", "markersize": 7, "markeredgewidth": 0.4}


def _words(model):
    return model.replace("_", " ")


def _thetas(axes, theta, t):
    """Draw a row for each department: its posterior, the mean, its arrivals under the axis."""
    rows = checks.observations(t).reshape(3, -1)
    for d, ax in zip(Department, axes, strict=True):
        panels.theta(ax, theta.values, {"posterior": theta.density[d]}, theta.mean[d], {d: rows[d]})
        corner(ax, _NAMES[d], f"E[θ] = {number(theta.mean[d])}")
        ax.set(xlim=extent(theta.values, [theta.density], rows))
        bare(ax, bottom=d == max(Department))
    axes[-1].set_xlabel("θ (minutes late)")


def _sigmas(ax, sigma, scale):
    """Draw the posteriors of sigma over the prior, on an axis where each tenfold has the same width."""
    x = sigma.values
    ax.plot(x, x * 2 / (np.pi * scale * (1 + (x / scale) ** 2)), **KINDS["prior"])
    for d, style in DEPARTMENTS.items():
        ax.plot(x, x * sigma.density[d], color=style.color, linestyle=style.dash, linewidth=2.2)
    ax.set_xscale("log")
    ax.set(xlim=(0.1, 100), xticks=[0.1, 1, 10, 100], xticklabels=["0.1", "1", "10", "100"])
    ax.set(ylim=(0, None), xlabel="σ (minutes, each tenfold as wide)")
    bare(ax)


def _said(posterior, t):
    """Say the arrivals, and the posterior of each theta."""
    rows = checks.observations(t).reshape(3, -1)
    seen = [", ".join(f"{x:g}" for x in row[np.isfinite(row)]) or "nobody" for row in rows]
    pairs = zip(posterior.theta.mean, posterior.theta.sd, strict=True)
    told = {"observed": seen, "posterior": [f"mean {m:.2f}, sd {s:.2f} minutes" for m, s in pairs]}
    return ["Default state. Posterior of theta.", alt_text.each(told)]
