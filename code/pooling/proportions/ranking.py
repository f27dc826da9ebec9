"""Chapter 15, proportions: who is best, by how much, and between which places each player may be."""

from typing import NamedTuple

import numpy as np

from pooling import checks
from pooling.ranks import ranks

__all__ = ["Ranking", "ranking"]


class Ranking(NamedTuple):
    """What joint draws say about the order of groups; rank 1 is the largest p.

    Attributes
    ----------
    lower, upper : ndarray of int (J,)
        Between which ranks each group is with the probability asked, equal-tailed.
    best : ndarray (J,)
        Probability of rank 1.
    gap : ndarray (n,)
        In each draw, by how much the largest p is larger than the second largest.
    """

    lower: np.ndarray
    upper: np.ndarray
    best: np.ndarray
    gap: np.ndarray


def ranking(p, *, prob=0.94):
    """Rank groups within each joint draw, and count afterwards.

    Parameters
    ----------
    p : array (n, J)
        Joint draws, a row a draw; J >= 2.
    prob : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Ranking
    """
    p = checks.array("p", p, shape="(n, J)")
    if p.ndim != 2 or p.shape[0] < 1 or p.shape[1] < 2:
        raise ValueError(f"p must have shape (n, J) with J >= 2, got shape {p.shape}")
    if not 0 < checks.number("prob", prob) < 1:
        raise ValueError(f"prob must be in (0, 1), got {prob!r}")
    second, first = np.partition(p, (-2, -1), axis=1)[:, -2:].T
    return Ranking(*ranks(p, prob=prob, seed=0), first - second)
