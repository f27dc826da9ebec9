"""Chapter 18, own_groups: from groups to the exact posterior, a table, a new group, the priors' share."""

from typing import NamedTuple

import narwhals as nw
import numpy as np

from pooling import checks
from pooling.own_groups.chosen import chosen, told, varied
from pooling.own_groups.concerns import concerns
from pooling.own_groups.groups import Groups
from pooling.own_groups.methods import paragraph
from pooling.own_groups.program import CENTRED_FROM, program
from pooling.own_groups.solved import Belief, Population, bounds_of, counted, moments, solve, without
from pooling.ranks import ranks

__all__ = ["Analysis", "analyse"]

_NUMBERS, _FEWEST, _MOST = 10**7, 400, 10_000  # drawn in all; draws
_GROUPS = 200_000  # beyond, so many draws of so many groups fill the memory


class Analysis(NamedTuple):
    """What `analyse` returns.

    Attributes
    ----------
    table : DataFrame
        Of the reader's kind, a row a group in the order of `groups.names`: group, n, own (mean, estimate or
        share; NaN where there is none), estimate and sd (exact posterior mean and sd), lower and upper, kept
        (posterior mean of the weight of the group's own data, tau² / (tau² + sigma²/n), or n / (n +
        concentration): what is kept of its distance to the population mean), rank_lower and rank_upper (1
        is the largest), p_best.
    population : Population
    new_group : Belief
        The true mean (or proportion) of a group of which there are no data yet.
    priors : dict
        "mu", "tau", "sigma" to the prior or number that was used.
    sensitivity : DataFrame
        A row for each prior halved and doubled: prior, factor, changed (what it became), then mu and tau
        (posterior mean and median; of counts, mean and median concentration), and moved, group: the largest
        move of an estimate, or of its sd, in posterior sds, and whose it is.
    warnings : list of str
        What to look at before the table is used, each naming the group or the thing.
    groups : Groups
    prob : float
        What each interval holds, 3 % on either side if 0.94: equal-tailed.
    posterior : ExactPosterior or BinomialGroups
        From `pooling.exact`; its last group is the new one.
    """

    table: object
    population: Population
    new_group: Belief
    priors: dict
    sensitivity: object
    warnings: list
    groups: Groups
    prob: float
    posterior: object

    def figure(self):
        """Return a Matplotlib figure: all groups in the order of their estimates."""
        from pooling.plots.own_groups import forest

        return forest(**self._drawn())

    def picture(self):
        """Return the same as inline SVG for a page, with its sentence for who does not see it."""
        from pooling.plots.own_groups import league

        return league(**self._drawn())

    def _drawn(self):
        columns = nw.from_native(self.table, eager_only=True)
        read = {name: columns[name].to_numpy() for name in ("own", "estimate", "lower", "upper")}
        about = {"mu": self.population.mu.mean, "prob": self.prob, "xlabel": _value_name(self.groups)}
        return {"names": self.groups.names, **read, **about}

    def methods(self):
        """Return a paragraph for a report: data, model, priors, computation, what was left out."""
        return paragraph(self)

    def pymc(self):
        """Return a program that samples the same posterior: it needs PyMC and the table, as `frame`."""
        kept = nw.from_native(self.table, eager_only=True)["kept"].to_numpy()
        return program(self.groups, self.priors, centred=bool(np.median(kept) >= CENTRED_FROM))

    def __repr__(self):
        """Return one line."""
        mu, tau = self.population.mu, self.population.tau
        return (
            f"Analysis({len(self.groups.names):,} groups; mu {mu.mean:.4g} ± {mu.sd:.2g}, tau about "
            f"{tau.median:.3g}; "
            f"{len(self.warnings)} warnings)"
        )


def analyse(groups, *, mu=None, tau=None, sigma=None, prob=0.94, seed=0):
    """Pool groups partially, exactly, and say all that a report needs.

    y_ji ~ N(theta_j, sigma), or estimate_j ~ N(theta_j, se_j); theta_j ~ N(mu, tau). Counts: successes_j ~
    Binomial(trials_j, p_j); p_j ~ Beta(m kappa, (1 - m) kappa).

    Parameters
    ----------
    groups : Groups
        From `from_rows`, `from_summary`, `from_estimates` or `from_counts`.
    mu : Normal, float or None
        Prior of the population mean, or its value; of counts, a Beta. None chooses it, as the next two, in
        the unit of the data: `pooling.own_groups.chosen` says how.
    tau : HalfCauchy, HalfNormal, Exponential, float or None
        Prior of the population sd, or its value; of counts, a Pareto of the concentration kappa, which is
        infinite where tau is 0.
    sigma : HalfCauchy, HalfNormal, Exponential, float or None
        Prior of the sd within groups, or its value; of estimates and counts, None.
    prob : float
        What an interval holds, in (0, 1). Intervals are equal-tailed, where chapters 1 to 14 have the
        narrowest (HDI): the bounds of these are the same in any unit and on any scale, and hardly move from
        seed to seed.
    seed : int
        Of the draws, 400 to 10,000 by the number of groups, of which bounds, ranks and p_best are counted; a
        group's draws are moved and stretched to its exact mean and sd before its bounds are read.

    Returns
    -------
    Analysis

    Raises
    ------
    ValueError
        If there are no data at all, for an argument out of range, and as `pooling.exact` does.
    """
    if not isinstance(groups, Groups):
        raise ValueError(
            f"groups must come from from_rows, from_summary, from_estimates or from_counts, got a "
            f"{type(groups).__name__}: such as from_rows(frame, group=..., value=...)"
        )
    if not 0 < checks.number("prob", prob) < 1:
        raise ValueError(f"prob must be in (0, 1), got {prob!r}: 0.94 for 94 %")
    seed = checks.whole_number("seed", seed, least=0)
    if not (groups.n > 0).any():
        missing = (
            f"{groups.dropped.sum():,} rows with a missing cell were left out"
            if groups.dropped.any()
            else "n is 0"
        )
        raise ValueError(f"groups must have data in one group at least, got none: {missing}")
    if len(groups.names) > _GROUPS:
        raise ValueError(
            f"groups must be at most {_GROUPS:,}, got {len(groups.names):,}: is the column of groups one "
            "of rows? "
            "`pooling.exact` takes as many as fit, without ranks"
        )
    priors = chosen(groups, mu, tau, sigma)
    posterior, doubts = solve(groups, priors)
    mean, sd = moments(posterior)
    size = len(groups.names)
    drawn = posterior.draw(seed, int(np.clip(_NUMBERS // (size + 1), _FEWEST, _MOST)))
    population, weight, theta = counted(groups, posterior, drawn, prob)
    rank = ranks(theta[:, :size], prob=prob, seed=seed)
    bounds = bounds_of(theta, mean, sd, prob)
    if groups.kind == "counts":
        bounds = np.clip(bounds, 0, 1)
    new = Belief(*(float(x) for x in (mean[-1], sd[-1], bounds[1][-1], bounds[0][-1], bounds[2][-1])))
    columns = {
        "group": groups.names,
        "n": groups.n.astype(np.int64),
        "own": groups.mean,
        "estimate": mean[:size],
        "sd": sd[:size],
        "lower": bounds[0][:size],
        "upper": bounds[2][:size],
        "kept": weight,
        "rank_lower": rank.lower,
        "rank_upper": rank.upper,
        "p_best": rank.p_best,
    }
    moved = _sensitivity(groups, priors, posterior)
    said = concerns(groups, priors, columns, moved, lambda far: solve(without(groups, far), priors)[0])
    return Analysis(
        _frame(columns, groups),
        population,
        new,
        priors,
        _frame(moved, groups),
        [*said, *doubts],
        groups,
        prob,
        posterior,
    )


def _sensitivity(groups, priors, posterior):
    """Return columns of what each prior halved and doubled does."""
    mean, sd = moments(posterior)
    found = {name: [] for name in ("prior", "factor", "changed", "mu", "tau", "moved", "group")}
    for name, prior in priors.items():
        for factor in (0.5, 2.0):
            changed = varied(prior, factor)
            if changed is None:
                continue
            other, _ = solve(groups, priors | {name: changed})
            move = _moved(mean, sd, *moments(other))[: len(groups.names)]
            most = int(np.argmax(move))
            if groups.kind == "counts":
                centre, scatter = other.mean_mean, other.concentration_median
            else:
                centre, scatter = other.mu_mean, other.tau_median
            row = (name, factor, told(changed), centre, scatter, move[most], groups.names[most])
            for column, cell in zip(found.values(), row, strict=True):
                column.append(cell)
    return found


def _moved(mean, sd, mean_2, sd_2):
    """Return how far each mean or sd has moved, whichever is more, in sds; 0 where there is no sd."""
    at = np.flatnonzero(np.isfinite(sd) & np.isfinite(sd_2) & (sd > 0))
    move = np.zeros(mean.size)
    move[at] = np.maximum(np.abs(mean_2[at] - mean[at]), np.abs(sd_2[at] - sd[at])) / sd[at]
    return move


def _frame(columns, groups):
    """Return a frame of the reader's kind."""
    return nw.from_dict(columns, backend=groups.frame).to_native()


def _value_name(groups):
    """Return what the numbers are, in the reader's words."""
    if groups.kind == "counts":
        return f"{groups.columns['successes']} / {groups.columns['trials']}"
    argument = {"rows": "value", "summary": "mean", "estimates": "estimate"}[groups.kind]
    return str(groups.columns[argument])
