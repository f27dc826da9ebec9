"""Chapters 1 to 7: what the figures say aloud, written from the numbers drawn."""

import numpy as np

from pooling.departments import Department

__all__ = ["each", "of_densities", "of_departments", "of_marginals"]

_NAMES = [d.name.capitalize() for d in Department]


def each(told):
    """Say, department by department, a dict of name to three texts."""
    rows = [", ".join(f"{name} {texts[d]}" for name, texts in told.items()) for d in Department]
    said = " ".join(f"{name}: {row}." for name, row in zip(_NAMES, rows, strict=True))
    return said.replace("observed nan", "observed nobody")


def of_densities(posterior, t, kinds, pooled):
    """Say arrivals t (3, N), the posterior of theta, and which curves are drawn."""
    means, sds = np.atleast_1d(posterior.mean), np.atleast_1d(posterior.sd)
    seen = [", ".join(f"{x:g}" for x in row[np.isfinite(row)]) or "nobody" for row in t]
    said = [f"mean {mean:.2f}, sd {sd:.2f} minutes" for mean, sd in zip(means, sds, strict=True)]
    drawn = f"Curves over theta: {', '.join(kinds)}. "
    if pooled:
        observed = ", ".join(f"{name} {row}" for name, row in zip(_NAMES, seen, strict=True))
        return f"{drawn}Observed: {observed}. Posterior: {said[0]}."
    return drawn + each({"observed": seen, "posterior": said})


def of_marginals(posterior, mu_scale, tau_scale):
    """Say center and interval of mu and tau, and their priors."""
    mu, tau = posterior.mu, posterior.tau
    spans = [f"94 % HDI {low:.2f} to {high:.2f}" for low, high in (mu.interval(0.94), tau.interval(0.94))]
    return (
        f"Posterior of mu: mean {mu.mean:.2f} minutes, {spans[0]}. "
        f"Posterior of tau: median {tau.median:.2f} minutes, {spans[1]}. "
        f"Their priors: normal with sd {mu_scale:g} and half-Cauchy with scale {tau_scale:g}."
    )


def of_departments(marks, complete_pooling):
    """Say the estimates by name, each (3,), and the one that all departments share."""
    told = {name: [f"{x:.2f}" for x in values] for name, values in marks.items()}
    line = "" if complete_pooling is None else f" Complete pooling: {complete_pooling:.2f}."
    return f"Posterior of theta, and estimates in minutes late. {each(told)}{line}"
