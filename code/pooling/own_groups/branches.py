"""Chapter 18, own_groups: the table of the chapter, forty branches of a firm that there is not."""

from importlib.resources import files

import numpy as np

__all__ = ["NAMES", "PATH", "simulate"]

#: The table as it is committed: `write` of `simulate()`; columns branch, month (1 to 12) and score.
PATH = files("pooling") / "data" / "branches.csv"
NAMES = tuple(
    [
        "Airport",
        "Aldgate",
        "Barrow",
        "Bath",
        "Boston",
        "Burnley",
        "Chester",
        "Crewe",
        "Deal",
        "Derby",
        "Dover",
        "Durham",
        "Ely",
        "Exeter",
        "Frome",
        "Grimsby",
        "Harlow",
        "Hexham",
        "Hull",
        "Ilkley",
        "Kendal",
        "Leeds",
        "Lewes",
        "Luton",
        "Malvern",
        "Margate",
        "Newark",
        "Oakham",
        "Oxford",
        "Penrith",
        "Ripon",
        "Rugby",
        "Selby",
        "Skipton",
        "Stroud",
        "Truro",
        "Wells",
        "Whitby",
        "Woking",
        "York",
    ]
)
_MU, _TAU, _SIGMA = 70.0, 3.5, 9.0  # points
_AIRPORT = 41.0  # there people have a plane to catch
_MISSING = 0.03  # share of empty cells


def simulate(seed=18):
    """Make up a year of customers' scores, 0 to 100 in whole points, of forty branches.

    A branch's true mean is N(70, 3.5), a score N(true mean, 9), cut at 0 and 100 and rounded; but the
    Airport's mean is 41, for a known reason. Branches have 3 to 30 scores; Ely, which has just opened, has
    one. About three cells in a hundred are empty, and one row names no branch.

    Returns
    -------
    tuple of (list, ndarray, ndarray, ndarray)
        Branch ("" in one row), month and score (NaN where the cell is empty) of each row; the true means.
    """
    rng = np.random.default_rng(seed)
    theta = rng.normal(_MU, _TAU, len(NAMES))
    theta[NAMES.index("Airport")] = _AIRPORT
    n = rng.integers(3, 31, len(NAMES))
    n[NAMES.index("Ely")] = 1
    at = np.repeat(np.arange(len(NAMES)), n)
    score = np.clip(np.round(rng.normal(theta[at], _SIGMA)), 0, 100)
    gone = rng.random(at.size) < _MISSING
    gone[at == NAMES.index("Ely")] = False
    score[gone] = np.nan
    branch = [NAMES[j] for j in at]
    branch[int(rng.integers(at.size))] = ""
    month = rng.integers(1, 13, at.size)
    order = rng.permutation(at.size)
    return [branch[i] for i in order], month[order], score[order], theta


def write(branch, month, score):
    """Return the table as csv."""
    cells = ["" if np.isnan(y) else f"{y:.0f}" for y in score]
    rows = (f"{name},{m},{cell}\n" for name, m, cell in zip(branch, month, cells, strict=True))
    return "branch,month,score\n" + "".join(rows)
