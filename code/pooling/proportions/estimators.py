"""Chapter 15, proportions: five ways to estimate the true averages of players from their hits."""

import numpy as np

from pooling import checks
from pooling.exact import binomial_groups

__all__ = ["complete_pooling", "estimates", "james_stein", "no_pooling", "own_weight", "partial_pooling"]


def _counts(hits, at_bats):
    """Return hits and at-bats as floats of one shape (J,), checked."""
    hits = checks.array("hits", hits, shape="(J,)")
    at_bats = checks.array("at_bats", at_bats, shape=hits.shape)
    if (at_bats < 1).any():
        raise ValueError(
            f"at_bats must be >= 1 for every player, got {at_bats.min():g}: leave out who has none"
        )
    if ((hits < 0) | (hits > at_bats)).any():
        wrong = int(np.flatnonzero((hits < 0) | (hits > at_bats))[0])
        raise ValueError(
            f"hits must be between 0 and at_bats, got {hits[wrong]:g} of {at_bats[wrong]:g} at {wrong}"
        )
    return hits, at_bats


def complete_pooling(hits, at_bats):
    """Return the posterior mean of one p ~ Beta(1, 1) for all, once for each player.

    (1 + all hits)/(2 + all at-bats).

    Parameters
    ----------
    hits, at_bats : array (J,)

    Returns
    -------
    ndarray (J,)
    """
    hits, at_bats = _counts(hits, at_bats)
    return np.full(hits.shape, (1 + hits.sum()) / (2 + at_bats.sum()))


def no_pooling(hits, at_bats):
    """Return the posterior means of p_j ~ Beta(1, 1), each for itself: (1 + hits)/(2 + at-bats).

    Parameters
    ----------
    hits, at_bats : array (J,)

    Returns
    -------
    ndarray (J,)
    """
    hits, at_bats = _counts(hits, at_bats)
    return (1 + hits) / (2 + at_bats)


def partial_pooling(hits, at_bats):
    """Return the posterior means under p_j ~ Beta(m kappa, (1 - m) kappa), by `pooling.exact`.

    m ~ Beta(1, 1), kappa ~ Pareto(1, 1.5).

    Parameters
    ----------
    hits, at_bats : array (J,)

    Returns
    -------
    ndarray (J,)
    """
    return binomial_groups(*_counts(hits, at_bats)).p_mean


def own_weight(hits, at_bats):
    """Return the weight that James and Stein's estimator leaves to a player's own average, in [0, 1].

    With x_j = sqrt(n) arcsin(2 hits_j/n - 1), whose sd is near 1 whatever p_j is, and S the sum of squared
    distances of the J values from their mean, the weight is 1 - (J - 3)/S, or 0 where that is negative (the
    positive part): S is about J - 1 where players do not differ at all.

    Parameters
    ----------
    hits, at_bats : array (J,)
        J >= 4; each player has as many at-bats as every other.

    Returns
    -------
    float
    """
    x = _stable(hits, at_bats)
    scatter = ((x - x.mean()) ** 2).sum()
    return float(max(0.0, 1 - (x.size - 3) / scatter)) if scatter > 0 else 0.0


def james_stein(hits, at_bats):
    """Return James and Stein's estimates, formed on the arcsine scale and brought back.

    x_j is pulled towards the mean of all x by `own_weight`; back, p = (1 + sin(x/sqrt(n)))/2.

    Parameters
    ----------
    hits, at_bats : array (J,)
        J >= 4; each player has as many at-bats as every other.

    Returns
    -------
    ndarray (J,)

    References
    ----------
    Efron and Morris (1975), section 3; the positive part is Stein's.
    """
    x = _stable(hits, at_bats)
    pulled = x.mean() + own_weight(hits, at_bats) * (x - x.mean())
    return (1 + np.sin(pulled / np.sqrt(np.asarray(at_bats, float)))) / 2


def _stable(hits, at_bats):
    hits, at_bats = _counts(hits, at_bats)
    if hits.size < 4:
        raise ValueError(f"hits must be of 4 players or more, got {hits.size}: fewer need no pulling")
    if np.ptp(at_bats):
        raise ValueError(
            f"at_bats must be the same for all, got {at_bats.min():g} to {at_bats.max():g}: use "
            "partial_pooling, which weighs each player by his own"
        )
    return np.sqrt(at_bats) * np.arcsin(2 * hits / at_bats - 1)


def estimates(hits, at_bats):
    """Return what each way says, by its name.

    Parameters
    ----------
    hits, at_bats : array (J,)
        As `james_stein` takes them.

    Returns
    -------
    dict of str to ndarray (J,)
    """
    hits, at_bats = _counts(hits, at_bats)
    ways = (no_pooling, complete_pooling, partial_pooling, james_stein)
    names = ("no pooling", "complete pooling", "partial pooling", "James–Stein")
    return {"own average": hits / at_bats} | {
        name: way(hits, at_bats) for name, way in zip(names, ways, strict=True)
    }
