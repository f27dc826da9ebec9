"""Chapter 16, group_predictors: the exact posterior with any of the predictors, and lme4's way beside it."""

from typing import NamedTuple

import numpy as np
from scipy import optimize

from pooling import checks
from pooling.exact import random_intercept
from pooling.priors import HalfNormal, Normal

__all__ = ["PREDICTORS", "Levels", "Restricted", "design", "levels", "posterior", "restricted"]

#: Predictors by name: of a house, of a county, and of a county again.
PREDICTORS = ("floor", "uranium", "share")
COEFFICIENT, SCALE = Normal(0, 5), HalfNormal(1)


class Levels(NamedTuple):
    """Joint draws of what counties have: theta (n, J), and the line that they are pulled to, (n, J)."""

    theta: np.ndarray
    line: np.ndarray


class Restricted(NamedTuple):
    """What restricted maximum likelihood says.

    Attributes
    ----------
    beta, beta_se : ndarray (p,)
        Coefficients, in the order of `design`, and standard errors at the two sds below.
    tau, sigma : float
        Sds of counties and of houses; tau may be 0.
    """

    beta: np.ndarray
    beta_se: np.ndarray
    tau: float
    sigma: float


def design(data, predictors=("floor", "uranium")):
    """Return the columns of the regression, (N, 1 + number of predictors): ones, then the predictors.

    Parameters
    ----------
    data : Radon
    predictors : sequence of str
        Of "floor", "uranium" and "share", each once; none is ().

    Returns
    -------
    ndarray (N, p)
    """
    known = {
        "floor": data.first_floor,
        "uranium": data.uranium[data.county],
        "share": data.share[data.county],
    }
    if isinstance(predictors, str) or len(set(predictors)) < len(predictors) or set(predictors) - set(known):
        raise ValueError(
            f"predictors must be a sequence of some of {', '.join(PREDICTORS)}, got {predictors!r}; "
            "none is ()"
        )
    return np.column_stack([np.ones(data.y.size), *(known[name] for name in predictors)])


def posterior(data, predictors=("floor", "uranium"), *, tau=SCALE, sigma=SCALE):
    """Return the exact posterior: coefficients ~ N(0, 5), tau and sigma ~ HN(1), as in the PyMC models.

    Parameters
    ----------
    data : Radon
    predictors : sequence of str
        As `design` takes them.
    tau, sigma : HalfNormal or float
        Priors of the sd of counties and of that of houses, or their values.

    Returns
    -------
    pooling.exact.RandomIntercept
        beta in the order of `design`; alpha_j is what county j has beyond the line.
    """
    x = design(data, predictors)
    return random_intercept(data.y, x, data.county, beta=COEFFICIENT, tau=tau, sigma=sigma)


def levels(data, draws, predictors=("floor", "uranium")):
    """Return draws of each county's theta, what houses have there that are measured in the basement.

    theta_j = line_j + alpha_j, where the line is what the coefficients say of county j with floor = 0.

    Parameters
    ----------
    data : Radon
    draws : pooling.exact.InterceptDraws
        Of `posterior` with the same predictors.
    predictors : sequence of str

    Returns
    -------
    Levels
    """
    x = design(data, predictors)
    if draws.beta.shape[1] != x.shape[1]:
        raise ValueError(
            f"draws must be of a posterior with the predictors {', '.join(predictors) or 'none'}: of "
            f"{x.shape[1]} coefficients, got {draws.beta.shape[1]}"
        )
    of_county = x[np.unique(data.county, return_index=True)[1]]
    if "floor" in predictors:
        of_county[:, 1 + list(predictors).index("floor")] = 0
    line = draws.beta @ of_county.T
    return Levels(line + draws.alpha, line)


def restricted(y, x, group):
    """Return the estimates of restricted maximum likelihood, those of lme4.

    y_i ~ N(x_i beta + alpha_group(i), sigma), alpha_j ~ N(0, tau). With r = tau/sigma, and beta and sigma at
    their best, the restricted log likelihood is
    -[(N - p) log s(r) + sum_j log(1 + n_j r²) + log det A(r)]/2, A = XᵀX - Σ_j c_j S_j S_jᵀ,
    c_j = r²/(1 + n_j r²), S_j the sum of x in group j, s the weighted sum of squares that A leaves.

    Parameters
    ----------
    y : array (N,)
    x : array (N, p)
        With its constant column; N > p, of rank p.
    group : array of int (N,)
        0, ..., J - 1.

    Returns
    -------
    Restricted

    References
    ----------
    Bates, Mächler, Bolker and Walker (2015), *Fitting linear mixed-effects models using lme4*, section 3.
    """
    y = checks.array("y", y, shape="(N,)")
    x = checks.array("x", x, shape="(N, p)")
    if x.ndim != 2 or x.shape[0] != y.size or np.linalg.matrix_rank(x) < x.shape[1] or x.shape[1] >= y.size:
        raise ValueError(f"x must have shape ({y.size}, p), p < {y.size}, and rank p, got shape {x.shape}")
    both = np.column_stack([x, y])
    n = np.bincount(checks.codes("group", group, int(np.max(group)) + 1, size=y.size))
    sums = np.zeros((n.size, both.shape[1]))
    np.add.at(sums, group, both)
    total, rows, p = both.T @ both, y.size - x.shape[1], x.shape[1]

    def fitted(r):
        square = total - sums.T @ ((r**2 / (1 + n * r**2))[:, None] * sums)
        beta = np.linalg.solve(square[:p, :p], square[:p, p])
        return square, beta, square[p, p] - square[:p, p] @ beta

    def loss(log_r):
        square, _, left = fitted(np.exp(log_r))
        of_groups = np.log1p(n * np.exp(2 * log_r)).sum()
        return rows * np.log(left) + of_groups + np.linalg.slogdet(square[:p, :p])[1]

    start = np.linspace(-12, 6, 73)
    best = start[np.argmin([loss(one) for one in start])]
    found = optimize.minimize_scalar(loss, bounds=(best - 0.5, best + 0.5), method="bounded",
                                     options={"xatol": 1e-9})  # fmt: skip
    r = float(np.exp(found.x)) if found.fun < loss(-np.inf) - 1e-9 else 0.0
    square, beta, left = fitted(r)
    sigma = float(np.sqrt(left / rows))
    return Restricted(beta, sigma * np.sqrt(np.diag(np.linalg.inv(square[:p, :p]))), r * sigma, sigma)
