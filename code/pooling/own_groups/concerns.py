"""Chapter 18, own_groups: what to look at before a table of groups is used, in words."""

import numpy as np
from scipy import special

from pooling.own_groups.chosen import is_number, told

__all__ = ["concerns", "name_of", "rows", "some"]

_FAR, _CANDIDATE, _MOVED = 1e-3, 3.5, 0.1  # chance of one such group among all; robust sds; posterior sds
_FEW, _UNEQUAL, _NAMED = 5, 1e-3, 5
_MAD = 1.4826  # times the median absolute deviation: the sd of a normal


def concerns(groups, priors, columns, moved, refit):
    """Return what to look at, in words.

    Parameters
    ----------
    groups : Groups
    priors : dict
    columns : dict
        Of the table.
    moved : dict
        Columns of the sensitivity.
    refit : Callable
        The posterior as if nothing were known of the groups where an array (J,) of booleans is true.
    """
    return [
        *_left_out(groups),
        *_names(groups),
        *_thin(groups, priors),
        *_spread(groups),
        *_outliers(groups, priors, refit),
        *_few(groups, priors),
        *_prior_that_matters(moved),
        *_ranks(columns),
    ]


def _left_out(groups):
    columns = groups.columns
    if groups.nameless:
        yield f"{rows(groups.nameless)} without a name in column {columns['group']!r} left out."
    at = np.flatnonzero(groups.dropped)
    if not at.size:
        return
    if groups.kind == "rows":
        total = groups.n + groups.dropped
        each = [f"{name_of(groups, j)} {groups.dropped[j]:,} of {total[j]:,.0f}" for j in at]
        yield f"Rows without a value in column {columns['value']!r} left out: {some(each)}."
    else:
        yield (
            f"Without data, as a cell of theirs is missing: {some([name_of(groups, j) for j in at])}. "
            "What the table has of them is not used."
        )


def _names(groups):
    alike = {}
    for j, name in enumerate(groups.names):
        if isinstance(name, str):
            alike.setdefault(" ".join(name.split()).casefold(), []).append(j)
    pairs = [" and ".join(name_of(groups, j) for j in same) for same in alike.values() if len(same) > 1]
    if pairs:
        yield f"Names that differ by blanks or capitals only, and are groups of their own: {some(pairs)}."


def _thin(groups, priors):
    none = np.flatnonzero(groups.n == 0)
    if none.size:
        each = some([name_of(groups, j) for j in none])
        yield f"No data: {each}; predicted from the others, as a new group is."
    if groups.kind in ("rows", "summary"):
        one = np.flatnonzero(groups.n == 1)
        if one.size == (groups.n > 0).sum() and not is_number(priors["sigma"]):
            yield (
                "Every group has one row: what is between groups and what is within them cannot be told "
                "apart, "
                "and the priors decide. Give sigma, or use from_estimates if there are standard errors."
            )
        elif one.size < (groups.n > 0).sum() and one.size:
            each = some([name_of(groups, j) for j in one])
            yield f"One row only: {each}; how much a row varies is taken from the others."


def _spread(groups):
    if groups.kind not in ("rows", "summary"):
        return
    several = groups.n > 1
    flat = np.flatnonzero(several & (groups.ss == 0))
    if flat.size:
        each = [f"{name_of(groups, j)} ({groups.n[j]:,.0f} rows of {groups.mean[j]:.6g})" for j in flat]
        yield f"No spread, all rows alike: {some(each)}; copied, or a code for missing?"
    if groups.kind == "rows" and _is_binary(groups):
        yield "All values are 0 or 1: a normal distribution does not fit them, from_counts does."
        return
    free = np.where(several, groups.n - 1, 0.0)
    at = np.flatnonzero(several & (groups.ss > 0))
    if at.size < 2:
        return
    # Each group against the pooled variance of the others, by the F distribution.
    others, rest = groups.ss.sum() - groups.ss[at], free.sum() - free[at]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ratio = (groups.ss[at] / free[at]) / (others / np.maximum(rest, 1))
        tail = np.minimum(special.fdtr(free[at], rest, ratio), special.fdtrc(free[at], rest, ratio))
    odd = (tail < _UNEQUAL / at.size / 2) & (rest > 0)
    each = [
        f"{name_of(groups, j)} (sd {np.sqrt(groups.ss[j] / free[j]):.3g})"
        for j in at[odd][np.argsort(tail[odd], kind="stable")]
    ]
    if each:
        pooled = np.sqrt(groups.ss.sum() / free.sum())
        yield (
            f"Spread within unlike that of the other groups, of all {pooled:.3g}: {some(each)}. One "
            "sigma for all does "
            "not fit; look for a wrong value or another unit there."
        )


def _is_binary(groups):
    """Whether every row is 0 or 1: then the sum of squares is that of counts, and means are shares."""
    there = groups.n > 0
    n, mean, ss = groups.n[there], groups.mean[there], groups.ss[there]
    if not ((mean >= 0) & (mean <= 1)).all() or n.sum() < 2 * n.size:
        return False
    s = np.round(n * mean)
    whole = np.abs(n * mean - s) < 1e-9 * n
    return bool(s.any() and (whole & (np.abs(ss - s * (1 - s / n)) < 1e-9 * n)).all())


def _outliers(groups, priors, refit):
    """Name each group that the others, without all that look far out, would not have expected."""
    there = groups.n > 0
    if there.sum() < 4:
        return
    error = _standard_error(groups)
    middle = np.median(groups.mean[there])
    scatter = _MAD * np.median(np.abs(groups.mean[there] - middle))
    off = np.where(there, np.abs(groups.mean - middle), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.nan_to_num(off / np.hypot(scatter, error), nan=0.0, posinf=np.inf)
    candidates = np.flatnonzero(score > _CANDIDATE)
    candidates = candidates[np.argsort(-score[candidates], kind="stable")]
    if not candidates.size:
        return
    if candidates.size > there.sum() / 4:
        each = [name_of(groups, j) for j in candidates]
        yield f"Many groups lie far from the middle: {some(each)}. A normal population has no such tails."
        return
    far = np.zeros(there.size, bool)
    far[candidates] = True
    try:
        others = refit(far)
    except ValueError:  # what is left has no spread to learn sigma from
        return
    mean, sd = (
        (others.p_mean, others.p_sd) if groups.kind == "counts" else (others.theta_mean, others.theta_sd)
    )
    if groups.kind != "counts" and isinstance(others.sigma_mean, float):
        error = others.sigma_mean / np.sqrt(np.maximum(groups.n, 1))
    away = (groups.mean - mean[:-1]) / np.hypot(sd[:-1], error)
    each = [
        f"{name_of(groups, j)} (own {groups.mean[j]:.4g}, expected {mean[j]:.4g}, sds off {abs(away[j]):.1f})"
        for j in candidates
        if abs(away[j]) > -special.ndtri(_FAR / 2 / there.sum())
    ]
    if each:
        yield (
            f"Far from what the other groups let expect: {some(each)}. A wrong value, another unit, or a "
            "known "
            "reason to be different? It widens the population for all."
        )


def _standard_error(groups):
    """Return a rough standard error of each group's own value."""
    if groups.kind == "estimates":
        return groups.se
    n = np.maximum(groups.n, 1)
    if groups.kind == "counts":
        share = (groups.successes.sum() + 0.5) / (groups.n.sum() + 1)
        return np.sqrt(share * (1 - share) / n)
    # A median: one wrong value must not hide itself by the spread that it makes.
    several = groups.n > 1
    each = np.sqrt(groups.ss[several] / (groups.n[several] - 1))
    return (float(np.median(each)) if each.size else 0.0) / np.sqrt(n)


def _few(groups, priors):
    there = int((groups.n > 0).sum())
    if there < _FEW and not is_number(priors["tau"]):
        what = "concentration" if groups.kind == "counts" else "tau"
        yield (
            f"Few groups, {there} with data: they say little of how groups differ, and the prior of {what} "
            f"({told(priors['tau'])}) has much to say."
        )


def _prior_that_matters(moved):
    for name in dict.fromkeys(moved["prior"]):
        mine = [k for k, prior in enumerate(moved["prior"]) if prior == name and moved["moved"][k] > _MOVED]
        if mine:
            k = max(mine, key=lambda k: moved["moved"][k])
            how = "twice as wide" if moved["factor"][k] > 1 else "half as wide"
            whose = _quoted(moved["group"][k])
            yield (
                f"The prior of {name} matters: {how}, {moved['changed'][k]}, it moves an estimate or its sd "
                f"(of {whose}) by {moved['moved'][k]:.2f} posterior sds. Choose it from what is known."
            )


def _ranks(columns):
    size = len(columns["group"])
    wide = np.median(columns["rank_upper"] - columns["rank_lower"] + 1)
    if size > 1 and wide > size / 2:
        yield (
            f"Ranks are not known: of {size:,} places the typical interval of ranks holds {wide:g}. "
            "Do not publish an order."
        )


def rows(n):
    """Return how many rows."""
    return f"{n:,} row{'' if n == 1 else 's'}"


def _quoted(name):
    text = repr(name) if isinstance(name, str) else str(name)
    return text if len(text) <= 40 else text[:36] + "...'"


def name_of(groups, j):
    """Return a group's name as it is told, cut if it is long."""
    return _quoted(groups.names[j])


def some(each):
    """Return the first few, and how many more there are."""
    more = len(each) - _NAMED
    return ", ".join(each[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
