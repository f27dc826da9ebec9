"""Chapter 14, calibration: thousands of meetings whose truth is known, each of them analysed.

Draw (mu, tau, theta) from the prior and arrivals t given theta; then ask which share of the posterior
given t lies below the truth. Where prior, likelihood and program belong together, that rank is uniform.
The model is that of `pooling.partial_pooling` with one arrival a department. The posteriors of all
meetings are enumerated together, and equal those of the memo programs.

References: Cook, Gelman & Rubin (2006); Talts et al. (2018).
"""

from typing import NamedTuple

import jax
import numpy as np
from scipy import stats

from pooling import checks
from pooling.departments import Department
from pooling.exact import known_se
from pooling.grids import COURSE
from pooling.posterior import Interval, Marginal
from pooling.priors import HalfCauchy, Normal

__all__ = [
    "BINS", "Meetings", "Posteriors", "Ranks", "Share", "Uniformity", "band", "coverage", "exact_ranks",
    "from_grid", "from_prior", "posteriors", "rank", "ranks", "uniformity",
]  # fmt: skip

D = len(Department)
BINS = 25  #: of a rank histogram
_AT_ONCE = 200  # meetings enumerated together, so that memory is bounded


class Meetings(NamedTuple):
    """Simulated meetings and the truth behind each, minutes.

    Attributes
    ----------
    mu, tau : ndarray (R,)
    theta : ndarray (R, 4)
        Of the three departments, and of a fourth of the same university that nobody met.
    t : ndarray (R, 3)
        Arrivals, one a department.
    """

    mu: np.ndarray
    tau: np.ndarray
    theta: np.ndarray
    t: np.ndarray


class Posteriors(NamedTuple):
    """One posterior a meeting: Marginals whose probability has shape (R, K).

    Attributes
    ----------
    once, twice : Marginal
        Of theta_d, with t_d counted once, and by the published query.
    mu, tau : Marginal
        The same by either query.
    """

    once: Marginal
    twice: Marginal
    mu: Marginal
    tau: Marginal


class Ranks(NamedTuple):
    """Share of its posterior below the truth, (R,) each: uniform on (0, 1) where calibrated."""

    once: np.ndarray
    twice: np.ndarray
    mu: np.ndarray
    tau: np.ndarray


class Uniformity(NamedTuple):
    """χ² test of equal bins: counts (bins,), statistic, p-value, and the band of the counts."""

    counts: np.ndarray
    statistic: float
    p: float
    band: Interval


class Share(NamedTuple):
    """A share of simulations and its Monte Carlo standard error."""

    value: float
    error: float


def from_grid(n, grid=COURSE, *, mu_scale, tau_scale, sigma=15.0, seed=14):
    """Simulate n meetings from the prior that a grid is.

    mu, tau and theta_d are grid points, drawn with the probabilities that the memo programs give them,
    and t_d ~ N(theta_d, sigma). A point stands for its cell: then each is moved to a random place within
    its cell, without which a rank could take a few values only.

    Parameters
    ----------
    n : int
        Number of meetings, >= 1.
    grid : Grid
    mu_scale, tau_scale, sigma : float
        As in `pooling.partial_pooling.posterior`.
    seed : int
        Of `numpy.random.default_rng`: same seed, same meetings.

    Returns
    -------
    Meetings

    Raises
    ------
    ValueError
        If n is no positive integer, or a scale is not > 0.
    """
    sigma, n, rng = checks.scale("sigma", sigma), _count(n), np.random.default_rng(seed)
    prior, given = _tables(grid, mu_scale, tau_scale)
    university = rng.choice(prior.size, n, p=prior)
    below = np.cumsum(given, axis=1)[university]
    points = [np.sum(below[:, :-1] < u, axis=1) for u in rng.random((D + 1, n, 1))]
    theta = grid.theta[np.stack(points, axis=1)]
    t = rng.normal(theta[:, :D], sigma)
    mu, tau = grid.mu[university // grid.tau.size], grid.tau[university % grid.tau.size]
    places = ((grid.mu, mu), (grid.tau, tau), (grid.theta, theta))
    return Meetings(*(_within_cell(rng, *place) for place in places), t)


def from_prior(n, *, mu_scale, tau_scale, sigma=15.0, seed=14):
    """Simulate n meetings from the prior itself, which has no ends.

    mu ~ N(0, mu_scale); tau ~ HC(tau_scale); theta_d ~ N(mu, tau); t_d ~ N(theta_d, sigma).
    Parameters, result and errors as in `from_grid`.
    """
    mu_scale, tau_scale, sigma = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma)
    n, rng = _count(n), np.random.default_rng(seed)
    mu = rng.normal(0, mu_scale, n)
    tau = tau_scale * np.abs(rng.standard_cauchy(n))
    theta = rng.normal(mu, tau, (D + 1, n)).T
    return Meetings(mu, tau, theta, rng.normal(theta[:, :D], sigma))


def posteriors(t, grid=COURSE, *, mu_scale, tau_scale, sigma=15.0, d=Department.MATH):
    """Return the posteriors of many meetings, all at once.

    For each meeting what `pooling.partial_pooling.posterior` (or `pooling.published.posterior`) returns:
    with e_d = Σ p(theta | mu, tau) p(t_d | theta), the posterior of (mu, tau) is prior × e_1 e_2 e_3; that
    of theta_d is p(t_d | theta_d) Σ p(theta_d | mu, tau) × prior × the e of the other departments, and
    with e_d once more among them by the published query.

    Parameters
    ----------
    t : array_like (R, 3)
        Arrivals in minutes, a meeting in each row.
    grid : Grid
        Points of mu, tau and theta.
    mu_scale, tau_scale, sigma : float
        As in `pooling.partial_pooling.posterior`.
    d : Department
        Whose theta is asked for.

    Returns
    -------
    Posteriors

    Raises
    ------
    ValueError
        For a wrong shape, an arrival that is not finite, a scale that is not > 0.
    """
    t, sigma = checks.array("t", t, shape=f"(R, {D})"), checks.scale("sigma", sigma)
    if t.ndim != 2 or t.shape[1] != D:
        raise ValueError(f"t must have shape (R, {D}), got shape {t.shape}")
    prior, given = _tables(grid, mu_scale, tau_scale)
    # d last, and each likelihood over its largest value on the grid, so that none underflows
    t = np.column_stack([np.delete(t, d, axis=1), t[:, d]])
    batches = [_enumerate(rows, grid, prior, given, sigma) for rows in _batches(t)]
    once, twice, mu, tau = map(np.concatenate, zip(*batches, strict=True))
    return Posteriors(
        *(Marginal(grid.theta, p) for p in (once, twice)), Marginal(grid.mu, mu), Marginal(grid.tau, tau)
    )


def rank(marginal, truth):
    """Return the share of each posterior below its truth, mass being spread evenly within each cell.

    For a truth somewhere in cell k that is P(point < k) + v p_k with v uniform on (0, 1), the
    randomised rank of a discrete posterior.

    Parameters
    ----------
    marginal : Marginal
        probability (R, K).
    truth : array_like (R,)
        Beyond the grid the rank is 0 or 1.
    """
    truth = checks.array("truth", truth, shape=marginal.probability.shape[:1])
    below = np.pad(np.cumsum(marginal.probability, axis=1), ((0, 0), (1, 0)))
    cell = np.clip(np.searchsorted(marginal.edges, truth) - 1, 0, marginal.values.size - 1)
    inside = np.clip((truth - marginal.edges[cell]) / np.diff(marginal.edges)[cell], 0, 1)
    row = np.arange(truth.size)
    # a sum of all probabilities may be 1 and a rounding error
    return np.minimum(below[row, cell] + inside * marginal.probability[row, cell], 1)


def ranks(meetings, grid=COURSE, *, mu_scale, tau_scale, sigma=15.0, d=Department.MATH):
    """Analyse each meeting on a grid, and rank the truth behind it; arguments as in `posteriors`."""
    believed = posteriors(meetings.t, grid, mu_scale=mu_scale, tau_scale=tau_scale, sigma=sigma, d=d)
    truth = meetings.theta[:, d]
    return Ranks(*map(rank, believed, (truth, truth, meetings.mu, meetings.tau)))


def exact_ranks(meetings, *, mu_scale, tau_scale, sigma=15.0, d=Department.MATH, n_draws=99, seed=14):
    """Analyse each meeting by `pooling.exact.known_se`, and rank the truth among posterior draws.

    The number of n_draws independent draws that lie below the truth is uniform on 0, ..., n_draws
    (Talts et al., 2018, theorem 1); (number + v) / (n_draws + 1) with v uniform makes it continuous.

    Returns
    -------
    dict of str to ndarray (R,)
        Of theta (of department d), mu, tau.
    """
    prior = {"mu": Normal(0, mu_scale), "tau": HalfCauchy(tau_scale)}
    keys = jax.random.split(jax.random.key(seed), len(meetings.t))
    below = np.empty((3, len(meetings.t)))
    for r, (arrivals, key) in enumerate(zip(meetings.t, keys, strict=True)):
        draws = known_se(arrivals, np.full(D, sigma), **prior).draw(key, n_draws)
        truth = meetings.theta[r, d], meetings.mu[r], meetings.tau[r]
        of = draws.theta[:, d], draws.mu, draws.tau
        below[:, r] = [np.sum(x < true) for x, true in zip(of, truth, strict=True)]
    u = (below + np.random.default_rng([seed, n_draws]).random(below.shape)) / (n_draws + 1)
    return dict(zip(("theta", "mu", "tau"), u, strict=True))


def uniformity(u, bins=BINS):
    """Test by χ² whether ranks are uniform: Σ (count - R/bins)² / (R/bins), bins - 1 degrees of freedom.

    Parameters
    ----------
    u : array_like (R,)
        Ranks in [0, 1].
    bins : int

    Returns
    -------
    Uniformity
        Its band is `band(R, bins)`: in 99 of 100 uniform histograms no count is outside.
    """
    counts = np.histogram(checks.array("u", u, shape="(R,)"), bins, (0, 1))[0]
    statistic, p = stats.chisquare(counts)
    return Uniformity(counts, float(statistic), float(p), band(np.size(u), bins))


def band(n, bins=BINS, prob=0.99):
    """Return the counts between which *all* bins of n uniform ranks stay with at least that probability."""
    outside = (1 - prob) / bins / 2
    return Interval(*(float(stats.binom.ppf(q, _count(n), 1 / bins)) for q in (outside, 1 - outside)))


def coverage(u, prob=0.94):
    """Return how often the central interval that holds `prob` of the posterior holds the truth."""
    share = float(np.mean(np.abs(checks.array("u", u, shape="(R,)") - 0.5) < prob / 2))
    return Share(share, float(np.sqrt(share * (1 - share) / np.size(u))))


def _tables(grid, mu_scale, tau_scale):
    """Return the programs' prior of each (mu, tau), shape (MT,), and of theta given each, (MT, K)."""
    mu_scale, tau_scale = checks.scales(mu_scale=mu_scale, tau_scale=tau_scale)
    prior = np.outer(np.exp(-0.5 * (grid.mu / mu_scale) ** 2), 1 / (1 + (grid.tau / tau_scale) ** 2)).ravel()
    given = (grid.theta - grid.mu[:, None, None]) / grid.tau[:, None]
    # in place: the table of a wide grid is large
    np.exp(np.multiply(np.square(given, out=given), -0.5, out=given), out=given)
    given /= given.sum(axis=-1, keepdims=True)
    return prior / prior.sum(), given.reshape(prior.size, grid.theta.size)


def _enumerate(t, grid, prior, given, sigma):
    best = np.clip(t, grid.theta[0], grid.theta[-1])[..., None]
    excess = (grid.theta - best) * (grid.theta + best - 2 * t[..., None])
    likelihood = np.exp(-excess / (2 * sigma**2))  # (r, 3, K)
    evidence = [likelihood[:, k] @ given.T for k in range(D)]
    others = prior * evidence[0] * evidence[1]
    universities = others * evidence[2]
    theta = (likelihood[:, -1] * (weight @ given) for weight in (others, universities))
    joint = universities.reshape(len(t), grid.mu.size, grid.tau.size)
    return [p / p.sum(axis=1, keepdims=True) for p in (*theta, joint.sum(axis=2), joint.sum(axis=1))]


def _batches(t):
    return np.array_split(t, max(1, -(-len(t) // _AT_ONCE)))


def _within_cell(rng, points, x):
    edges = Marginal(points, points).edges
    cell = np.searchsorted(points, x)
    return edges[cell] + rng.random(x.shape) * np.diff(edges)[cell]


def _count(n):
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be an integer >= 1, got {n!r}")
    return int(n)
