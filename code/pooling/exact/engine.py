"""All chapters: the exact engine's outer integral, over x = log r, r = tau/sigma, whatever the groups are.

Given r and sigma, the population's coefficients and each group's are
normal: the posterior is a mixture of such normals over nodes of x and, for each of them, of log sigma. A
problem (`groups.Problem` is one) knows its groups; here nothing is checked. In this order:

1. The caller shifts the data by one of them, and scales data and priors by their own unit.
2. `range_of`: ends of x beyond which the posterior only falls. `look` scans all between them: at each place
   log p(x | y) (`groups` for the sums, `sigma` for the integral over log sigma) and a bound on its curvature
   (`stiffness`), which halves intervals until no hill can hide in one (`quadrature.scan`).
3. `quadrature.hills`: tops and widths. `quadrature.spread`: nodes 0.2 apart in
   z = Σ arcsinh((x - top) / width).
4. `_resolve`: leaving out every second node of x, or of log sigma, must change no mean and no sd by more than
   1e-6 sds; else the nodes are doubled, five times at most. Many groups are tried by 512 of them.
5. `answer`: moments over all groups. The error is what leaving out every second node changes, plus what
   rounding may do to the log density (`rounding`), plus the log of the ratio of the scan's own sum to the
   nodes' if the two are half a log unit apart (`_missed`), or infinity if the scan had to give up.
"""

from typing import NamedTuple

import numpy as np

from pooling.exact.groups import blocks, pull
from pooling.exact.quadrature import Hills, Nodes, halfway, hills, interleaved, scan, shares, spread
from pooling.exact.sigma import Given, Steps, inner, log_joint, rough
from pooling.priors import HalfCauchy, ScalePrior

__all__ = [
    "EXTREMES",
    "ConditionalMoments",
    "Mixture",
    "Visit",
    "answer",
    "between",
    "conditional_moments",
    "integrate",
    "learned",
    "look",
    "moments",
    "stiffness",
    "visit",
]

_STEP, _INNER = 0.2, 41  # of z between nodes of x; nodes of log sigma
_SCANNED, _MANY = 25, 30  # nodes of log sigma while looking for hills; rows from which a top is enough
_ENOUGH, _DOUBLINGS = 1e-6, 5  # an error estimate at which nodes are enough; how often they are doubled
_TRIED = 512  # groups on which that is tried
_MISSED = 0.5  # of the integral: more than this between scan and nodes is an error
_ROUNDING = 1e-9  # of a value that is known, and whose sd is 0 or thereabouts
_EPS = 4 * np.finfo(float).eps
# far out a factor is 0 or infinite, and what it makes is 0 or 1 in the limit, as it should be
EXTREMES = np.errstate(over="ignore", divide="ignore", invalid="ignore", under="ignore")


class Visit(NamedTuple):
    """What is known at R places of x: nodes s of log sigma, share, its log (R, K); log p(x | y); steps."""

    given: Given
    s: np.ndarray
    share: np.ndarray
    log_share: np.ndarray
    log_p: np.ndarray
    steps: Steps | None = None


class ConditionalMoments(NamedTuple):
    """Given x: mean (R, p), covariance (R, p, p) of the coefficients; mean, variance (R, 2) of tau, sigma."""

    x: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    scales: np.ndarray
    scales_var: np.ndarray


class Mixture(NamedTuple):
    """Places of x, as nodes, the log of what each stands for, its share (R,); hills; what has been missed.

    `within` is the change when every second node of log sigma is left out; `found` the moments and their
    change when every second place is left out, None where that has been tried on some of the groups only.
    Without an integral over x there is one place, and no nodes and no hills.
    """

    at: Visit
    nodes: Nodes | None
    log_share: np.ndarray
    weight: np.ndarray
    where: Hills | None
    missed: float
    within: float = 0.0
    found: tuple | None = None


# --- at places of x --------------------------------------------------------------------------------------


def learned(problem):
    """Return whether there is an integral over x, and whether there is one over log sigma within it."""
    tau, sigma = (isinstance(prior, ScalePrior) for prior in (problem.tau, problem.sigma))
    zero = not tau and problem.tau == 0
    return not zero and (tau or sigma), sigma and (tau or zero)


@EXTREMES
def visit(problem, given, n_inner):
    """Integrate over log sigma at each place."""
    x = given.x
    if learned(problem)[1]:
        found = inner(problem, given, n_inner) if n_inner else rough(problem, given)
        return Visit(given, found.s, found.share, found.log_share, found.log_integral, found.steps)
    if isinstance(problem.sigma, ScalePrior):
        s = np.log(problem.tau) - x[:, None]
    else:
        s = np.full((x.size, 1), np.log(problem.sigma))
    return Visit(given, s, np.ones_like(s), np.zeros_like(s), log_joint(problem, given, s)[:, 0])


def stiffness(problem, at):
    """Bound -d²log p/dx² at each place; mixing over log sigma only adds to d²log p/dx²."""
    given, v = at.given, np.exp(-2 * at.s)
    bound, steep = 2 * given.flex[:, None], np.sqrt(v * given.steep[:, None])
    for weight, gap, own in zip(given.weight.T, given.gap.T, given.steep_weight.T, strict=True):
        lv = weight[:, None] * v
        left = 1 / (1 + lv)
        own = own[:, None] * v * left
        steep = steep + np.sqrt(own * left) * np.abs(gap[:, None])
        bound = bound + 2 * own
        if not isinstance(problem.tau, ScalePrior):
            bound = bound + 4 * gap[:, None] ** 2 * left / (1 + 1 / lv)
    bound = bound + 2 * steep**2
    if isinstance(problem.tau, ScalePrior):
        bound = bound - problem.tau.slopes(given.x[:, None] + at.s)[1]
    else:  # sigma moves with x
        bound = bound + 2 * v * given.misfit[:, None] - problem.sigma.slopes(at.s)[1]
    return (at.share * bound).sum(axis=1)


def conditional_moments(problem, at):
    """Average over log sigma."""
    lv = at.given.weight[:, None] * np.exp(-2 * at.s)[..., None]
    left, share = 1 / (1 + lv), at.share[..., None]
    own = (share * left).sum(axis=1)
    away = -(left - own[:, None]) * at.given.gap[:, None]
    covariance = np.einsum("rk,rkp,rkq->rpq", at.share, away, away)
    covariance += own[:, :, None] * np.eye(own.shape[1])
    mean = between(problem, at.given, own, (share / (1 + 1 / lv)).sum(axis=1))
    both = np.exp(np.stack([at.given.x[:, None] + at.s, at.s], axis=1))
    scales = (at.share[:, None] * both).sum(axis=2)
    scales_var = (at.share[:, None] * (both - scales[..., None]) ** 2).sum(axis=2)
    mean, covariance = problem.coefficients(mean, covariance, at.given)
    return ConditionalMoments(at.given.x, mean, covariance, scales, scales_var)


def between(problem, given, left, taken):
    """Return where the coefficients are, (R, p), as far from the data as `left`, from the prior as `taken`.

    The two shares are one in all. It is measured from the nearer end: from the other one, what is far away
    would cancel.
    """
    from_data = given.centre - problem.scale * left * given.gap
    from_prior = given.start + problem.scale * taken * given.gap
    return np.where(taken < 0.5, from_prior, from_data)


# --- nodes -----------------------------------------------------------------------------------------------


def range_of(problem):
    """Return ends of x beyond which the posterior only falls, an e-fold an e-fold or faster."""
    there = problem.n > 0
    n = problem.n[there] if there.any() else np.ones(1)
    far = problem.reach
    tau, sigma = (p.size if isinstance(p, ScalePrior) else p for p in (problem.tau, problem.sigma))
    sigmas = [sigma]
    if isinstance(problem.sigma, ScalePrior):
        within = np.sqrt(problem.ss / max(problem.rows, 1.0))
        sigmas += [size for size in (far * np.sqrt(n.max()), within) if size > 0]
    low = min(-0.5 * np.log(n.max()), np.log(tau / max(sigmas)))
    high = max(-0.5 * np.log(n.min()), np.log(max(tau, far) / min(sigmas)))
    return low - 45, high + 85


@EXTREMES
def integrate(problem, found=None):
    """Return the posterior as a mixture over nodes of x, and of log sigma given x; `look` has `found` it."""
    if not learned(problem)[0]:
        x = np.full(1, -np.inf if problem.tau == 0 else np.log(problem.tau / problem.sigma))
        return _resolve(problem, None, problem.given(x), None, None)
    found = look(problem) if found is None else found
    where = hills(found)
    nodes = spread(where, _STEP)
    return _resolve(problem, where, problem.given(nodes.x), nodes, found)


@EXTREMES
def look(problem):
    """Scan the whole range of x."""

    def density(x):
        at = visit(problem, problem.given(x), _SCANNED if problem.rows < _MANY else 0)
        return at.log_p, stiffness(problem, at)

    return scan(density, *range_of(problem))


def _resolve(problem, where, given, nodes, found):
    """Double the nodes of x, or of log sigma, until leaving out every second one changes little."""
    n_inner, kept = _INNER, _tried(problem)
    trial = problem if kept is None else problem.take(kept)
    for _ in range(_DOUBLINGS + 1):
        at = _without_holes(visit(problem, given, n_inner))
        log_share = at.log_p + (0 if where is None else nodes.log_width)
        mixture = Mixture(at, nodes, log_share, shares(log_share), where, _missed(log_share, nodes, found))
        answer, outer = _outer(trial, mixture)
        within = _within(trial, mixture, answer)
        if max(outer, within) < _ENOUGH:
            break
        if within >= _ENOUGH:
            n_inner = 2 * n_inner - 1
        if outer >= _ENOUGH:
            more = halfway(where, nodes)
            nodes = interleaved(nodes, more)
            given = interleaved(given, problem.given(more.x))
    return mixture._replace(within=within, found=(answer, outer) if kept is None else None)


def _without_holes(at):
    """Give places at which rounding has left nothing no weight; the scan has met some and warns."""
    hole = np.isnan(at.log_p)
    if not hole.any():
        return at
    share, s = (
        np.where(hole[:, None], value, a) for value, a in ((1 / at.s.shape[1], at.share), (0.0, at.s))
    )
    return at._replace(log_p=np.where(hole, -np.inf, at.log_p), share=share, s=s)


def _missed(log_share, nodes, found):
    """Return how far the scan's own sum, over straight lines, is from that of the nodes, if it is far."""
    if found is None:
        return 0.0
    if not np.isfinite(found.unsure):
        return np.inf
    top = log_share.max()
    p = np.exp(found.log_p - top)
    rough = np.sum((p[1:] + p[:-1]) / 2 * np.diff(found.x))
    off = abs(np.log(rough / (np.exp(log_share - top).sum() * (nodes.z[1] - nodes.z[0]))))
    return float(off) if off > _MISSED else 0.0


def _tried(problem):
    """Return some groups, the extreme ones among them, on which nodes are tried; None for all of few."""
    size = problem.n.size
    if size <= _TRIED:
        return None
    ends = [f(a) for a in (problem.n, problem.y) for f in (np.argmin, np.argmax)]
    return np.unique(np.append(np.linspace(0, size - 1, _TRIED).astype(int), ends))


# --- moments ---------------------------------------------------------------------------------------------


def thinned(at):
    """Leave out every second node of log sigma."""
    total = at.share[:, ::2].sum(axis=1)
    share = at.share[:, ::2] / total[:, None]
    return at._replace(s=at.s[:, ::2], share=share, log_p=at.log_p + np.log(2 * total))


def _outer(problem, mixture):
    """Return the moments, and their largest change when every second node of x is left out."""
    full, coarse = moments(problem, conditional_moments(problem, mixture.at), _two(mixture.weight))
    return full, change(full, coarse) if mixture.weight.size > 1 else 0.0


def _within(problem, mixture, full):
    """Return the largest change of the moments when every second node of log sigma is left out."""
    at = mixture.at
    if at.s.shape[1] == 1:
        return 0.0
    few = thinned(at)
    weight = shares(mixture.log_share - at.log_p + few.log_p)
    return change(full, *moments(problem, conditional_moments(problem, few), weight[None]))


def _two(weight):
    """Return weights (2, R): all, and every second."""
    half = np.where(np.arange(weight.size) % 2 == 0, weight, 0)
    return np.stack([weight, half / half.sum()])


def change(one, other):
    """Return the largest difference of two sets of moments, in sds of the first; infinite ones left out."""
    worst = 0.0
    for name in ("coefficients", "groups", "scales"):
        (mean, sd), (mean_2, sd_2) = one[name], other[name]
        unit = np.maximum(sd, _ROUNDING * np.abs(mean)) + 1e-300
        if name == "scales":  # > 0, so that a mean without an sd can be its own measure
            unit = np.where(np.isfinite(sd), unit, mean)
        for a, b in ((mean, mean_2), (sd, sd_2)):
            finite = np.isfinite(a) & np.isfinite(unit)
            off = np.abs(a[finite] - b[finite]) / unit[finite]
            worst = max(worst, float(np.max(off, initial=0.0)))
    return worst


def moments(problem, given, weights):
    """Return a dict of (mean, sd) of coefficients and of groups for each row of weights (V, R)."""
    answers = []
    groups = group_moments(problem, given, weights)
    for weight, mean, sd in zip(weights, *groups, strict=True):
        centre = weight @ given.mean
        away = given.mean - centre
        covariance = np.einsum("r,rpq->pq", weight, given.covariance + away[:, :, None] * away[:, None])
        own = np.sqrt(np.diagonal(covariance))
        answers.append({
            "coefficients": (centre, own),
            "covariance": covariance,
            "groups": (mean, sd),
            "scales": _scales(problem, given, weight),
        })  # fmt: skip
    return answers


def _scales(problem, given, weight):
    """Return mean and sd (2,) of tau and sigma, infinite where they do not exist.

    With a half-Cauchy prior k groups with data, or rows, leave a scale as many moments.
    """
    mean = weight @ given.scales
    sd = np.sqrt(weight @ (given.scales_var + (given.scales - mean) ** 2))
    for i, (prior, moments) in enumerate(((problem.tau, problem.groups), (problem.sigma, problem.rows))):
        if not isinstance(prior, ScalePrior):
            mean[i], sd[i] = prior, 0.0  # as it was given, not the exponential of its logarithm
        if isinstance(prior, HalfCauchy):
            mean[i] = np.inf if moments < 1 else mean[i]
            sd[i] = np.inf if moments < 2 else sd[i]
    return mean, sd


def group_moments(problem, given, weights):
    """Return mean and sd (V, J) of each group's parameter, for each row of weights (V, R)."""
    mean, sd = np.empty((2, len(weights), problem.n.size))
    r_squared = np.exp(2 * given.x)[:, None]
    tau_squared = (given.scales[:, 0] ** 2 + given.scales_var[:, 0])[:, None]
    for at in blocks(problem.n.size, given.x.size):
        kept = pull(problem.n[at], r_squared)
        base, moved = problem.effect(kept, given.mean, at)
        means = weights @ moved
        moved -= means[0]
        moved *= moved
        moved += problem.uncertain(kept, given.covariance, at)
        kept *= tau_squared
        moved += kept
        mean[:, at] = base + means
        sd[:, at] = np.sqrt(weights @ moved - (means - means[0]) ** 2)
    if isinstance(problem.tau, HalfCauchy) and problem.groups < 2:
        sd[:, problem.n == 0] = np.inf  # with one group tau has no finite variance
    return mean, sd


def rounding(problem, mixture):
    """Return how far rounding may move the log density where the posterior is, and so its moments."""
    at, v = mixture.at, np.exp(-2 * mixture.at.s)
    if v.size == 1:  # no integral
        return 0.0
    size = np.abs(at.given.misfit[:, None] * v) + np.abs(problem.rows * at.s) + at.given.log_spread[:, None]
    for weight, gap in zip(at.given.weight.T, at.given.gap.T, strict=True):
        size = size + (gap**2)[:, None] / (1 + 1 / (weight[:, None] * v))
    return _EPS * float(mixture.weight @ (at.share * size).sum(axis=1))


@EXTREMES
def answer(problem, mixture):
    """Return the moments, and an estimate of their error."""
    found, outer = mixture.found or _outer(problem, mixture)
    return found, outer + mixture.within + rounding(problem, mixture) + mixture.missed
