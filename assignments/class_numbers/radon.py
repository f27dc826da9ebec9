"""The numbers of a class for the set on radon in another state, its two tables, and the truth behind them."""

from typing import NamedTuple

import numpy as np
from pooling.exact import RandomIntercept, random_intercept
from pooling.group_predictors.prediction import LIMIT
from pooling.priors import HalfNormal, Normal
from scipy.stats import norm

NAMES = (
    *("Aldous", "Barrow", "Carver", "Dunmore", "Ellery", "Farrow", "Gilder", "Hollis", "Ingram", "Jessup"),
    *("Kestrel", "Larkin", "Marlow", "Norwood", "Orrin", "Penrose", "Quill", "Rowan", "Sable", "Thorne"),
    *("Upton", "Vesper", "Wexley", "Yarrow"),
)
#: Houses of fifteen counties; a sixteenth has none.
HOUSES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 17, 20, 24)
#: From where to where the truth of a class may lie.
TRUTH = {
    "gamma0": (1.0, 1.4),
    "gamma1": (0.8, 1.3),
    "gamma2": (1.1, 1.6),
    "beta": (-0.9, -0.6),
    "tau": (0.1, 0.2),
    "sigma": (0.6, 0.75),
}
#: Dollars: to treat a house, and to leave one that is over the limit.
COSTS = [(treat, leave) for leave in range(4000, 9001, 500) for treat in range(1500, 4001, 100)]


class State(NamedTuple):
    """Counties (J,): houses n, and uranium in ppm. Houses (N,): county, first floor or not, pCi/L."""

    n: np.ndarray
    uranium: np.ndarray
    county: np.ndarray
    floor: np.ndarray
    radon: np.ndarray

    def mean(self, x):
        """Return the mean over each county's houses, 0 where there are none."""
        return np.bincount(self.county, x, self.n.size) / np.maximum(self.n, 1)


class Believed(NamedTuple):
    """A posterior, and the chances (J,) that a further basement, and that the level, is over the limit."""

    exact: RandomIntercept
    basement: np.ndarray
    level: np.ndarray


def draw(rng):
    """Radon of 155 houses that a random-intercept model with a contextual effect has made."""
    names = np.sort(rng.choice(NAMES, len(HOUSES) + 1, replace=False))
    truth = {key: round(rng.uniform(*ends), 2) for key, ends in TRUTH.items()}
    state = _simulated(rng, truth)
    new, small = (int(np.flatnonzero(state.n == houses)[0]) for houses in (0, 2))
    soil = np.log(state.uranium)
    if state.radon.min() < 0.1 or abs(soil[new] - soil.mean()) < 0.4 or abs(soil[small]) < 0.13:
        return None
    if not _misleads(state, small):
        return None

    prior_tau = float(rng.choice([0.4, 0.5, 0.6, 0.7, 0.8]))
    point = _believed(state, np.zeros((soil.size, 0)), prior_tau)
    line = _believed(state, soil[:, None], prior_tau)
    asked, costs = _pulled(state, point.exact), _costs(point, line)
    known = [*line.exact.beta_mean, line.exact.tau_mean, line.exact.sigma_mean]
    known = dict(
        zip(("gamma0", "beta", "gamma1", "tau", "sigma"), map(float, np.round(known, 2)), strict=True)
    )
    if (
        not (asked and costs)
        or not _by_hand_apart(state, small, known)
        or min(abs(one.basement[new] - one.level[new]) for one in (point, line)) < 0.04
        or point.exact.tau_mean - line.exact.tau_mean < 0.12
        or abs(line.basement[new] - point.basement[new]) < 0.1
        or min(abs(line.basement[new] - 0.5), abs(point.basement[new] - 0.5)) < 0.08
    ):
        return None
    asked, (treat, leave) = asked[rng.integers(len(asked))], costs[rng.integers(len(costs))]
    return {
        "rows": [
            [names[state.county[i]], ("basement", "first")[state.floor[i]], state.radon[i]]
            for i in rng.permutation(state.radon.size)
        ],
        "counties": list(zip(names, state.uranium, strict=True)),
        "asked": asked,
        "asked_name": names[asked],
        "small_name": names[small],
        "new": new,
        "new_name": names[new],
        "prior_tau": prior_tau,
        "known": known,
        "treat": treat,
        "leave": leave,
        "truth": truth,
    }


def files(drawn):
    """Return the tables that go beside the notebook: a row a house, and a row a county."""
    return {
        "radon.csv": [["county", "floor", "radon"], *drawn["rows"]],
        "counties.csv": [["county", "uranium"], *drawn["counties"]],
    }


def _simulated(rng, truth):
    """Return a state; its county with two houses has one of each floor."""
    new = rng.integers(len(HOUSES))  # never the last: the houses' codes then tell how many counties there are
    n = np.insert(rng.permutation(HOUSES), new, 0)
    uranium = np.round(np.exp(rng.uniform(-0.9, 0.6, n.size)), 2)
    county = np.repeat(np.arange(n.size), n)
    floor = (rng.random(county.size) < rng.uniform(0.05, 0.6, n.size)[county]).astype(int)
    floor[n[county] == 2] = 0, 1
    state = State(n, uranium, county, floor, floor)
    line = truth["gamma0"] + truth["gamma1"] * np.log(uranium) + truth["gamma2"] * state.mean(floor)
    level = rng.normal(line, truth["tau"])[county] + truth["beta"] * floor
    return state._replace(radon=np.round(np.exp(rng.normal(level, truth["sigma"])), 1))


def _misleads(state, small):
    """Return whether the slopes within and between differ in sign, and two houses make an extreme county."""
    y, some = np.log(state.radon), state.n > 0
    share, mean = state.mean(state.floor), state.mean(y)
    off = state.floor - share[state.county]
    within = off @ y / (off @ off)
    between = np.polyfit(share[some], mean[some], 1, w=np.sqrt(state.n[some]))[0]
    own = np.where(some, mean - within * share, np.nan)
    return (
        within < -0.3
        and between > 0.2
        and np.polyfit(state.floor, y, 1)[0] - within > 0.15
        and small in (np.nanargmin(own), np.nanargmax(own))
    )


def _believed(state, predictors, prior_tau):
    x = np.column_stack([np.ones(state.floor.size), state.floor, predictors[state.county]])
    prior = {"beta": Normal(0, 5), "tau": HalfNormal(prior_tau), "sigma": HalfNormal(1)}
    exact = random_intercept(np.log(state.radon), x, state.county, **prior)
    draws, new = exact.draw(0, 1000), state.n == 0
    line = draws.beta[:, :1] + draws.beta[:, 2:] @ predictors.T
    sd = np.hypot(draws.sigma[:, None], new * draws.tau[:, None])
    basement = norm.sf(LIMIT, line + np.where(new, 0, draws.alpha), sd).mean(axis=0)
    return Believed(exact, basement, (line + draws.alpha > LIMIT).mean(axis=0))


def _pulled(state, exact):
    """Return small counties with houses on both floors that are neither at their own houses nor half way."""
    own = state.mean(np.log(state.radon) - exact.beta_mean[0] - exact.beta_mean[1] * state.floor)
    small = (state.n > 2) & (state.n < 7) & (state.mean(state.floor) > 0.2)
    apart = (np.abs(own - exact.alpha_mean) > 0.1) & (np.abs(own - 2 * exact.alpha_mean) > 0.2)
    return np.flatnonzero(small & apart).tolist()


def _by_hand_apart(state, small, known):
    """Return whether weights exchanged, or the floor of one of two houses forgotten, lead far off."""
    share = (known["tau"] / known["sigma"]) ** 2 / ((known["tau"] / known["sigma"]) ** 2 + 1 / 2)
    own = state.mean(np.log(state.radon) - known["beta"] * state.floor)[small]
    to = known["gamma0"] + known["gamma1"] * np.log(state.uranium[small])
    level, sd = abs((1 - 2 * share) * (own - to)), known["tau"] * abs(share**0.5 - (1 - share) ** 0.5)
    return level > 0.1 and sd > 0.012 and share * abs(known["beta"]) / 2 > 0.02


def _costs(point, line):
    """Return the costs at which no county is near the threshold, and each mistake clearly treats others."""

    def apart(treat, leave):
        threshold = treat / leave
        treated = line.basement > threshold
        mistakes = (point.basement, threshold), (line.level, threshold), (line.basement, 1 - threshold)
        return (
            np.abs(line.basement - threshold).min() > 0.02
            and 4 <= treated.sum() <= 12
            and all(
                ((treated != (chance > at)) & (np.abs(chance - at) > 0.03)).any() for chance, at in mistakes
            )
        )

    return [pair for pair in COSTS if apart(*pair)]
