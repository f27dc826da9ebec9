"""Chapter 18, own_groups: the paragraph for a report."""

import narwhals as nw
import numpy as np

from pooling.own_groups.chosen import is_number, told
from pooling.own_groups.concerns import name_of, rows, some

__all__ = ["paragraph"]

_NORMAL = "y_ij ~ Normal(theta_j, sigma), theta_j ~ Normal(mu, tau)"
_MODELS = {
    "rows": _NORMAL,
    "summary": _NORMAL,
    "estimates": "estimate_j ~ Normal(theta_j, se_j), theta_j ~ Normal(mu, tau)",
    "counts": "successes_j ~ Binomial(trials_j, p_j), p_j ~ Beta(m kappa, (1 - m) kappa)",
}


def paragraph(analysis):
    """Return data, model, priors, computation, population, what was left out, what the priors do.

    Parameters
    ----------
    analysis : Analysis
    """
    groups, (mu, tau, *_) = analysis.groups, analysis.population
    there, share = int((groups.n > 0).sum()), f"{100 * analysis.prob:g} %"
    least = max(analysis.posterior.error, 1e-12)
    said = (
        f"{_data(groups)} {there:,} groups ({groups.columns['group']}) were analysed by partial pooling,",
        f"with a hierarchical model: {_MODELS[groups.kind]}, independently given these; scales are sds.",
        f"Priors: {_priors(analysis)}. The posterior was computed by numerical integration (estimated",
        f"error {least:.0e} posterior sds at most); intervals ({share}, equal-tailed), ranks and",
        "probabilities of being the largest were counted over independent draws from it.",
        f"The population mean is {mu.mean:.4g} ({share} interval {mu.lower:.4g} to {mu.upper:.4g}), the sd",
        f"between groups {tau.median:.4g} (median; {tau.lower:.4g} to {tau.upper:.4g}).",
        f"{_left_out(groups)}{_sensitive(analysis)}",
    )
    return " ".join(said)


def _data(groups):
    n = f"{groups.n.sum():,.0f}"
    if groups.kind == "rows":
        return f"{n} values of {groups.columns['value']} in"
    if groups.kind == "summary":
        return f"Size, mean and sd of {n} observations in"
    if groups.kind == "estimates":
        return "Estimates with standard errors of"
    return f"{groups.successes.sum():,.0f} successes in {n} trials in"


def _priors(analysis):
    names = {"mu": "m", "tau": "kappa"} if analysis.groups.kind == "counts" else {}
    return ", ".join(
        f"{names.get(name, name)} {'=' if is_number(prior) else '~'} {told(prior)}"
        for name, prior in analysis.priors.items()
    )


def _left_out(groups):
    left_out = int(groups.dropped.sum()) + groups.nameless
    if not left_out:
        return "No row was left out."
    each = [f"{name_of(groups, j)} {groups.dropped[j]:,}" for j in np.flatnonzero(groups.dropped)]
    each += [f"without a name {groups.nameless:,}"] if groups.nameless else []
    return (
        f"For missing cells, {rows(left_out)} {'was' if left_out == 1 else 'were'} left out ({some(each)})."
    )


def _sensitive(analysis):
    moves = nw.from_native(analysis.sensitivity, eager_only=True)["moved"].to_list()
    if not moves:
        return ""
    return (
        " Halving or doubling the width of a prior moved no estimate, nor its sd, by more than "
        f"{max(moves):.2g} posterior sds."
    )
