"""Chapter 15, proportions: eighteen batting averages, pulled by a kappa of one's own and by the posterior."""

from pathlib import Path

import numpy as np
from scipy import special

from pooling import proportions
from pooling.exact import binomial_groups
from pooling.explorer.controls import Control, Values
from pooling.explorer.kind import Kind
from pooling.plots import proportions as figures

__all__ = ["EXPLORER", "given", "numbers", "posterior"]

_DATA = proportions.data()
_LOGITS = np.linspace(-1, 1, 4001)  # of m, around its top; engine.js places nodes of its own


def _counts(settings):
    """Return successes and trials (18,): nobody hits more often than he bats; all times the factor."""
    at_bats = np.asarray(settings["at_bats"], float)
    hits = np.minimum(settings["hits"], at_bats)
    return settings["times"] * hits, settings["times"] * at_bats


def posterior(settings):
    """Return the `BinomialGroups` of all players, kappa learned.

    Parameters
    ----------
    settings : dict
        hits (18,), at_bats (18,), and times, by which both are multiplied; kappa is not used: here it is
        learned.
    """
    return binomial_groups(*_counts(settings))


def given(successes, trials, kappa):
    """Return E[p | kappa, y] (J,), by a sum over a fine grid of logit m ~ logit of Beta(1, 1).

    Parameters
    ----------
    successes, trials : array (J,)
    kappa : float
    """
    s, n = (np.asarray(x, float)[:, None] for x in (successes, trials))
    share = (s.sum() + 1) / (n.sum() + 2)
    # sd of logit m: at least that of all at-bats together, and of J players as unlike as kappa has them
    reach = 12 * np.sqrt(1 / (n.sum() * share * (1 - share) + 1) + 1 / (min(kappa, 1) * s.size))
    a = special.logit(share) + (reach + 3) * _LOGITS
    m, q = special.expit(a), special.expit(-a)
    log_p = special.betaln(m * kappa + s, q * kappa + n - s) - special.betaln(m * kappa, q * kappa)
    log_p = log_p.sum(axis=0) + np.log(m) + np.log(q)
    weight = np.exp(log_p - log_p.max())
    return ((m * kappa + s) / (kappa + n)) @ weight / weight.sum()


def numbers(**settings):
    """Return the numbers that the page tells at these settings, by quantity."""
    full, fixed = posterior(settings), given(*_counts(settings), settings["kappa"])
    told = {"mean:m": full.mean_mean, "sd:m": full.mean_sd, "median:kappa": full.concentration_median}
    for j in range(_DATA.hits.size):
        told |= {f"mean:p[{j}]": full.p_mean[j], f"sd:p[{j}]": full.p_sd[j], f"given:p[{j}]": fixed[j]}
    return told


def _still(settings):
    full, (successes, trials) = posterior(settings), _counts(settings)
    lower, upper = np.quantile(full.draw(0, 4000).p, [0.03, 0.97], axis=0)
    own = np.where(trials > 0, successes / np.maximum(trials, 1), full.p_mean)
    return figures.players(_DATA.player, own, full.p_mean, lower, upper, everybody=full.mean_mean)


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(
        Control("kappa", 2, 500, 1, 64, "at-bats", words="how alike players are"),
        Control("times", 1, 10, 1, 1, "times as many", words="more at-bats"),
    ),
    held=(
        Values("hits", 0, 45, 1, tuple(_DATA.hits.tolist()), "hits"),
        Values("at_bats", 0, 90, 5, tuple(_DATA.at_bats.tolist()), "at-bats"),
    ),
    posterior=posterior,
    still=_still,
    data={"names": [name.split()[-1] for name in _DATA.player]},
)
