"""All chapters: the exact posterior of proportions in groups, p_j ~ Beta(m kappa, (1 - m) kappa).

Given m and kappa each p_j has a beta distribution. What is left is an
integral over w = log(kappa/minimum - 1) and, for each w, over a = logit m, where the density has one top, as
its likelihood is concave in m (`beta_binomial`). Places of w are looked at until straight lines between them
are near enough; nodes are then spread and doubled as in `engine`.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from pooling.exact import arguments, results
from pooling.exact.beta_binomial import Counts, counts, log_likelihood, pull_on_mean
from pooling.exact.groups import blocks
from pooling.exact.quadrature import (
    Scan,
    halfway,
    hills,
    interleaved,
    inverse,
    place,
    quantile_table,
    shares,
    spread,
)
from pooling.exact.quantiles import median_of
from pooling.exact.sigma import Steps
from pooling.priors import Beta, Pareto

__all__ = ["BinomialDraws", "BinomialGroups", "binomial_groups"]

_INNER, _STEP = 31, 0.2  # nodes of a; of z between nodes of w
_FALL, _FAR, _WIDEST = 40.0, 600.0, 30.0
_ENOUGH, _DOUBLINGS = 1e-6, 4
_BEND, _LOW, _CLIMBED = 0.5, 80.0, 1e5  # log units: bends looked into; depths at which; depth of a foot
_ROUNDS, _CLOSE = 100, 0.01
_TRIED = 512  # kinds of groups on which nodes are tried
_LARGEST = 10**9
_EPS = 4 * np.finfo(float).eps
_LIMITS = np.errstate(over="ignore", divide="ignore", invalid="ignore", under="ignore")


class BinomialDraws(NamedTuple):
    """Independent posterior draws: mean (n,), concentration (n,), p (n, J)."""

    mean: np.ndarray
    concentration: np.ndarray
    p: np.ndarray


class BinomialGroups(NamedTuple):
    """Posterior moments, right to the quadrature error.

    Attributes
    ----------
    mean_mean, mean_sd : float
        Of m, the population mean.
    concentration_median : float
        Of kappa, whose mean need not exist.
    p_mean, p_sd : ndarray (J,)
    error : float
        As `ExactPosterior.error`, of m and p.
    sampler : Callable
        What `draw` calls.
    """

    mean_mean: float
    mean_sd: float
    concentration_median: float
    p_mean: np.ndarray
    p_sd: np.ndarray
    error: float
    sampler: Callable

    draw = results.draw

    def __repr__(self):
        """Return one line."""
        groups = f"concentration about {self.concentration_median:.3g}; p of {self.p_mean.size:,} groups"
        return results.line(self, "mean", groups=groups)

    def _repr_html_(self):
        return results.table(self, "mean", of=["p"])


class _Problem(NamedTuple):
    data: Counts
    mean: Beta
    kappa: Pareto


class _Rows(NamedTuple):
    """For each w: nodes a, their shares (R, K); log p(w | y), E m, E 1 - m, Var m (R,)."""

    w: np.ndarray
    a: np.ndarray
    share: np.ndarray
    log_share: np.ndarray
    log_p: np.ndarray
    m: np.ndarray
    q: np.ndarray
    m_var: np.ndarray


# NamedTuples and frozen values: shared defaults are safe
def binomial_groups(successes, trials, *, mean=Beta(1, 1), concentration=Pareto(1, 1.5)):  # noqa: B008
    """Exact posterior of proportions in groups.

    successes_j ~ Binomial(trials_j, p_j); p_j ~ Beta(m kappa, (1 - m) kappa). Given m and kappa, p_j is
    Beta(m kappa + successes_j, (1 - m) kappa + trials_j - successes_j). As kappa goes to infinity all groups
    are alike; kappa is the number of trials that the population is worth to a group.

    Parameters
    ----------
    successes, trials : array_like (J,)
        Whole numbers, 0 <= successes <= trials <= 10⁹; 0 trials = a group without data, whose p is predicted
        from the others. Labelled values (pandas Series) are paired by label.
    mean : Beta
        Prior of m.
    concentration : Pareto
        Prior of kappa.

    Returns
    -------
    BinomialGroups
        Time and memory are linear in the number of *different* pairs of successes and trials; of up to about
        10⁵ most of the time is the likelihood's, which does not grow with them (`beta_binomial`).

    Raises
    ------
    ValueError
        For arrays of unequal or wrong shape, labels that differ, values that are missing or no whole numbers
        in range, or a prior of another kind.

    Warns
    -----
    QuadratureWarning
        If the estimated error is more than 1e-4 posterior sds.

    References
    ----------
    Gelman et al. (2014), *Bayesian Data Analysis*, section 5.3; Carpenter (2016), "Hierarchical partial
    pooling for repeated binary trials", Stan case studies.
    """
    aligned = arguments.same_order(successes=successes, trials=trials)
    names = arguments.labels(*aligned.values())
    s = arguments.vector("successes", aligned["successes"])
    n = arguments.vector("trials", aligned["trials"], size=s.size)
    for name, x, bad, allowed in (
        ("trials", n, (n < 0) | (n > _LARGEST) | (n != np.round(n)), "between 0 and 10⁹"),
        ("successes", s, (s < 0) | (s > n) | (s != np.round(s)), "between 0 and trials"),
    ):
        if bad.any():
            raise ValueError(
                f"{name} must be whole numbers {allowed}, got {arguments.at_group(bad, x, names)}"
            )
    for name, prior, kind in (("mean", mean, Beta), ("concentration", concentration, Pareto)):
        if not isinstance(prior, kind):
            raise ValueError(f"{name} must be a {kind.__name__} prior, got {prior!r}")
    problem = _Problem(counts(s, n), mean, concentration)
    where, nodes, rows, error = _resolve(problem)
    weight = shares(rows.log_p + nodes.log_width)
    (m, m_sd), (p, p_sd) = _moments(problem, rows, weight)
    w = place(where, nodes.z[0] + median_of(weight) * (nodes.z[1] - nodes.z[0]))
    return BinomialGroups(
        mean_mean=m,
        mean_sd=m_sd,
        concentration_median=float(concentration.minimum * (1 + np.exp(w))),
        p_mean=p[problem.data.kind],
        p_sd=p_sd[problem.data.kind],
        error=results.checked_error(error, 2),
        sampler=functools.partial(_sample, problem, nodes, rows),
    )


# --- given w ---------------------------------------------------------------------------------------------


def _kappa(problem, w):
    return problem.kappa.minimum * (1 + np.exp(w))


def _log_density(problem, w, a):
    """Return log p(w, a | y) up to a constant, (R,)."""
    m, q = special.expit(a), special.expit(-a)
    log_p = w - (problem.kappa.alpha + 1) * np.logaddexp(0, w)
    log_p = log_p - problem.mean.a * np.logaddexp(0, -a) - problem.mean.b * np.logaddexp(0, a)
    return log_p + log_likelihood(problem.data, m, q, _kappa(problem, w))


def _push(problem, w, a):
    """Return its derivative in a: falling in m, so that it is 0 once."""
    m, q = special.expit(a), special.expit(-a)
    return problem.mean.a * q - problem.mean.b * m + pull_on_mean(problem.data, m, q, _kappa(problem, w))


def _tops(problem, w, guess):
    """Return the top of a for each w, and its width: by secants, bracketed."""
    left, right, a = np.full(w.size, -_FAR), np.full(w.size, _FAR), guess.copy()
    step, push = np.full(w.size, 1e-3), _push(problem, w, a)
    for _ in range(_ROUNDS):
        near = _push(problem, w, a + step)
        width = 1 / np.sqrt(np.maximum((push - near) / step, _WIDEST**-2))
        left, right = np.where(push > 0, a, left), np.where(push > 0, right, a)
        moved = a + np.clip(push * width**2, -5, 5)
        moved = np.where((moved > left) & (moved < right), moved, (left + right) / 2)
        done = np.abs(moved - a) < _CLOSE * width
        a, step = np.where(done, a, moved), 1e-3 * width
        if done.all():
            break
        push = _push(problem, w, a)
    return a, width


def _visit(problem, w, guess, n):
    """Integrate over a at each w, by n nodes placed by its density."""
    top, width = _tops(problem, w, guess)
    level, ends = _log_density(problem, w, top) - _FALL, []
    for sign in (-1, 1):
        reach = 6 * width
        while True:
            inside = _log_density(problem, w, top + sign * reach) > level
            if not inside.any():
                break
            reach = np.where(inside, 1.5 * reach, reach)
        ends.append(sign * np.arcsinh(reach / width))
    steps = Steps(top[:, None], width[:, None], ends[0], (ends[1] - ends[0]) / (n - 1))
    a, slope = steps.places(ends[0][:, None] + steps.step[:, None] * np.arange(n))
    log_p = _log_density(problem, np.repeat(w, n), a.ravel()).reshape(a.shape) - np.log(slope)
    return _rows(w, a, log_p, steps.step)


def _rows(w, a, log_p, step):
    best = log_p.max(axis=1)
    share = np.exp(log_p - best[:, None])
    total = share.sum(axis=1)
    share = share / total[:, None]
    m = special.expit(a)
    mean = (share * m).sum(axis=1)
    m_var = (share * (m - mean[:, None]) ** 2).sum(axis=1)
    q = (share * special.expit(-a)).sum(axis=1)
    return _Rows(w, a, share, log_p - best[:, None], best + np.log(total * step), mean, q, m_var)


# --- nodes of w ------------------------------------------------------------------------------------------


@_LIMITS
def _look(problem):
    """Scan all w, from where only the prior speaks to where the groups are alike; return tops of a, too."""
    data, alpha = problem.data, problem.kappa.alpha
    most = (data.successes + data.failures).max() * data.kind.size / problem.kappa.minimum
    last = np.log1p(most) + 10 + 80 / alpha
    w = np.arange(-50.0, min(last, _FAR) + 1, 1.0)
    all_s, all_f = (over.times @ over.number for over in (data.won, data.lost))
    guess = np.full(w.size, np.log((all_s + problem.mean.a) / (all_f + problem.mean.b)))
    log_p, top = _rough(problem, w, guess)
    while True:
        height = np.diff(w)
        slope = np.diff(log_p) / height
        bend = np.abs(np.diff(slope)) * np.minimum(height[1:], height[:-1]) / 4
        bent = np.zeros(height.size, bool)
        bent[1:] |= bend > _BEND
        bent[:-1] |= bend > _BEND
        ends = np.maximum(log_p[1:], log_p[:-1])
        tops = (log_p >= np.r_[-np.inf, log_p[:-1]]) & (log_p >= np.r_[log_p[1:], -np.inf])
        deep = np.where((tops[1:] | tops[:-1]), _CLIMBED, _LOW)
        split = bent & (ends > log_p.max() - deep) & (height > 1e-6)
        if not split.any():
            return Scan(w, log_p, 0.0), top, last > _FAR
        middle = (w[1:] + w[:-1])[split] / 2
        found = _rough(problem, middle, np.interp(middle, w, top))
        order = np.argsort(np.concatenate([w, middle]), kind="stable")
        w, log_p, top = (
            np.concatenate(pair)[order] for pair in ((w, middle), (log_p, found[0]), (top, found[1]))
        )


def _rough(problem, w, guess):
    top, width = _tops(problem, w, guess)
    return _log_density(problem, w, top) + np.log(width), top


@_LIMITS
def _resolve(problem):
    """Double the nodes of w, or of a, until leaving out every second one changes little."""
    found, top, cut = _look(problem)
    trial = _trial(problem)
    where = hills(found)
    nodes, n = spread(where, _STEP), _INNER
    rows = _visit(problem, nodes.x, np.interp(nodes.x, found.x, top), n)
    for doubled in range(_DOUBLINGS + 1):
        outer, inner = _changes(trial, nodes, rows)
        if max(outer, inner) < _ENOUGH or doubled == _DOUBLINGS:
            break
        if inner >= _ENOUGH:
            n = 2 * n - 1
        if outer >= _ENOUGH:
            nodes = interleaved(nodes, halfway(where, nodes))
        rows = _visit(problem, nodes.x, np.interp(nodes.x, found.x, top), n)
    weight = shares(rows.log_p + nodes.log_width)
    heavy = _Rows(*(x[[weight.argmax()]] for x in rows))
    error = outer + inner + _rounding(problem, heavy)
    if cut:  # the prior's tail beyond the last node
        error += float(weight[-1] / (nodes.z[1] - nodes.z[0]))
    return where, nodes, rows, error


def _trial(problem):
    """Return the problem with some kinds of groups only, the extreme ones among them, to try out nodes on."""
    data = problem.data
    s, f = data.successes, data.failures
    if s.size <= _TRIED:
        return problem
    by = (s, f, s + f, s / (s + f + 1))
    extremes = [find(one) for one in by for find in (np.argmin, np.argmax)]
    kept = np.unique(np.append(np.linspace(0, s.size - 1, _TRIED).astype(int), extremes))
    return problem._replace(data=data._replace(successes=s[kept], failures=f[kept]))


def _rounding(problem, row):
    """Return how far rounding may move the log density where the posterior is."""
    data, kappa = problem.data, _kappa(problem, row.w)[0]
    size = 0.0
    for x, (s, times) in ((row.m[0] * kappa, data.won), (row.q[0] * kappa, data.lost)):
        size += float(np.abs(times) @ (s * np.log1p(x / s) + x * np.log1p(s / x)))
    return _EPS * size


def _changes(problem, nodes, rows):
    """Return the largest change when every second node of w is left out, and every second of a."""
    log_weight = rows.log_p + nodes.log_width
    full = _moments(problem, rows, shares(log_weight))
    half = _moments(problem, _Rows(*(x[::2] for x in rows)), shares(log_weight[::2]))
    few = _rows(rows.w, rows.a[:, ::2], rows.log_share[:, ::2], 2.0)
    coarse = few.log_p + rows.log_p - np.log(np.exp(rows.log_share).sum(axis=1))
    thin = _moments(problem, few, shares(coarse + nodes.log_width))
    return _change(full, half), _change(full, thin)


def _change(one, other):
    worst = 0.0
    for (mean, sd), (mean_2, sd_2) in zip(one, other, strict=True):
        off = np.maximum(np.abs(mean - mean_2), np.abs(sd - sd_2)) / (sd + 1e-300)
        worst = max(worst, float(np.max(off)))
    return worst


def _moments(problem, rows, weight):
    """Return (mean, sd) of m, and of p for each kind of group."""
    m = float(weight @ rows.m)
    m_sd = float(np.sqrt(weight @ (rows.m_var + (rows.m - m) ** 2)))
    data = problem.data
    mean, sd = np.empty((2, data.successes.size))
    kappa, own_m, own_q, m_var = (x[:, None] for x in (_kappa(problem, rows.w), rows.m, rows.q, rows.m_var))
    for at in blocks(data.successes.size, weight.size):
        s, f = data.successes[at], data.failures[at]
        total = kappa + s + f
        p, rest = (kappa * own_m + s) / total, (kappa * own_q + f) / total
        of_mean = m_var * (kappa / total) ** 2
        mean[at] = weight @ p
        sd[at] = np.sqrt(weight @ ((p * rest - of_mean) / (total + 1) + of_mean + (p - mean[at]) ** 2))
    return (m, m_sd), (mean, sd)


# --- draws -----------------------------------------------------------------------------------------------


@_LIMITS
def _sample(problem, nodes, rows, rng, n):
    log_share = rows.log_p + nodes.log_width
    steps = np.arange(nodes.x.size)
    places, below = quantile_table(steps.astype(float), log_share - log_share.max())
    step, u = np.interp(rng.random(n), below, places), rng.random(n)
    # a quantile of a moves smoothly with w: between four nodes it is a cubic
    near = np.clip(np.floor(step).astype(int) - 1, 0, steps.size - 4) + np.arange(4)[:, None]
    a, w = np.zeros((2, n))
    for i in range(4):
        others = [k for k in range(4) if k != i]
        share = np.prod([(step - near[k]) / (near[i] - near[k]) for k in others], axis=0)
        a += share * inverse(rows.a[near[i]], rows.log_share[near[i]], u)
        w += share * nodes.x[near[i]]
    m, q, kappa = special.expit(a), special.expit(-a), _kappa(problem, w)
    data = problem.data
    s, f = data.successes[data.kind], data.failures[data.kind]
    tiny = np.finfo(float).tiny
    p = rng.beta(np.maximum((m * kappa)[:, None] + s, tiny), np.maximum((q * kappa)[:, None] + f, tiny))
    return BinomialDraws(m, kappa, p)
