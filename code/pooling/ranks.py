"""All chapters: which group is best, and between which ranks each lies, counted over draws."""

from typing import NamedTuple

import numpy as np

__all__ = ["Ranks", "ranks"]

_PORTION = 2**21  # numbers that are sorted at once


class Ranks(NamedTuple):
    """Each group's interval of ranks, whole numbers (J,), and its probability of being the best (J,)."""

    lower: np.ndarray
    upper: np.ndarray
    p_best: np.ndarray


def ranks(theta, *, prob, seed):
    """Rank within each draw, 1 the largest, and count last.

    Parameters
    ----------
    theta : array (S, J)
        Draws of all groups together.
    prob : float
        Of an interval: its bounds are the order statistics of the ranks that leave (1 - prob) / 2 on either
        side, so that it holds prob of the draws or more.
    seed : int
        By which groups that are equal in a draw (all are, if tau is 0) take turns.

    Returns
    -------
    Ranks
        In S · J log J steps.

    References
    ----------
    Goldstein & Spiegelhalter (1996), *League tables and their limitations*, JRSS A 159.
    """
    n_draws, size = theta.shape
    rng = np.random.default_rng(seed)
    rank, best = np.empty((size, n_draws), np.int32), np.zeros(size)
    place = np.broadcast_to(np.arange(1, size + 1, dtype=np.int32), theta.shape)
    step = max(1, _PORTION // size)
    for start in range(0, n_draws, step):
        part = -theta[start : start + step]
        order = np.argsort(part, axis=1)
        in_order = np.take_along_axis(part, order, 1)
        tied = (in_order[:, 1:] == in_order[:, :-1]).any(axis=1)
        if tied.any():
            order[tied] = np.lexsort((rng.random((tied.sum(), size)), part[tied]), axis=1)
        mine = np.empty(part.shape, np.int32)
        np.put_along_axis(mine, order, place[: len(part)], 1)
        rank[:, start : start + step] = mine.T
        best += np.bincount(order[:, 0], minlength=size)
    low, high = order_statistics(n_draws, prob)
    rank.partition((low, high), axis=1)
    return Ranks(rank[:, low].astype(int), rank[:, high].astype(int), best / n_draws)


def order_statistics(n, prob):
    """Return which of n sorted draws bound an equal-tailed interval, as np.quantile's `inverted_cdf`."""
    tail = (1 - prob) / 2
    low, high = (max(int(np.ceil(round(n * q, 9))) - 1, 0) for q in (tail, 1 - tail))
    return low, high
