"""The numbers of a class: drawn from its name, and good to ask about.

Each problem set has its own stream of random numbers, seeded by the class and the set, so that a class
gets the same numbers on every machine, and another class gets others. What would make a question
ambiguous (two groups equally extreme, an answer that does not depend on the hyperprior) is drawn again.
"""

import hashlib
import re

import numpy as np
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal
from pooling.shrinkage import weight

CLASS_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DEPARTMENTS = ("GOVERNMENT", "ENGLISH", "MATH")
VARIETIES = ("Agate", "Birch", "Cinder", "Dune", "Ember", "Flint", "Garnet", "Hazel")
APIARIES = (
    *("Alder Bank", "Brook End", "Church Lane", "Dell Farm", "East Moor", "Fox Hill", "Goose Green"),
    *("Heath Top", "Inkwell", "Jay Wood", "Kiln Yard", "Long Acre", "Mill Pond", "North Gate"),
    *("Oak Row", "Pear Tree"),
)


def checked_name(name):
    """Return the name of a class, or raise a ValueError that says what it may look like."""
    if not name:
        raise ValueError("CLASS must name the class, as in CLASS=2027-spring, got nothing")
    if not CLASS_NAME.fullmatch(name):
        raise ValueError(
            "CLASS must be 1 to 40 lower-case letters, digits and hyphens and begin with a letter or a "
            f"digit, as in CLASS=2027-spring, got {name!r}"
        )
    return name


def numbers(class_name):
    """Return the numbers of each problem set, ready to be written into its text.

    Parameters
    ----------
    class_name : str

    Returns
    -------
    dict of str to dict
        For each set, what its text calls by name; plain numbers, strings and lists only.
    """
    drawn = {}
    for stem, draw in {"1_pooling": _pooling, "2_shrinkage": _shrinkage, "3_honey": _honey}.items():
        digest = hashlib.sha256(f"{checked_name(class_name)}/{stem}".encode()).digest()
        rng = np.random.default_rng(list(digest))
        drawn[stem] = _plain(next(found for found in iter(lambda draw=draw, rng=rng: draw(rng), 0) if found))
    return drawn


def _pooling(rng):
    """Arrivals of three departments, and what the president believes beforehand."""
    t = rng.integers(-25, 36, 3)
    gaps = np.diff(np.sort(t))
    if gaps.min() < 8 or np.ptp(t) > 50 or not 3 < abs(t.mean()) < 12:
        return None
    return {
        "t": t,
        "mu": int(rng.choice([-6, -5, -4, 4, 5, 6])),
        "tau": int(rng.integers(14, 27)),
        "sigma": int(rng.choice([10, 11, 12, 13, 14, 16, 17, 18])),
        "unsure": (unsure := int(rng.integers(3))),
        "unsure_name": DEPARTMENTS[unsure].capitalize(),
        "unsure_sigma": int(rng.integers(24, 40)),
        "mu_scale": int(rng.integers(6, 17)),
        "tau_scale": int(rng.integers(4, 12)),
        "asked": (asked := int(np.abs(t - t.mean()).argmax())),
        "asked_name": DEPARTMENTS[asked].capitalize(),
        "asked_member": DEPARTMENTS[asked],
        "limit": int(np.sign(t[asked] - t.mean())) * int(rng.integers(5, 9)),
        "above": "more" if t[asked] > t.mean() else "less",
    }


def _shrinkage(rng):
    """Yields of eight tomato varieties, few or many plants each."""
    n = rng.permutation([1, 2, 3, 5, 8, 14, 25, 60]) + rng.integers(0, 3, 8)
    mu, tau = rng.integers(35, 56) / 10, rng.integers(5, 11) / 10
    sigma = rng.integers(14, 25) / 10
    mean = np.round(rng.normal(mu, np.sqrt(tau**2 + sigma**2 / n)), 2)
    share = rng.choice([0.6, 0.7, 0.75, 0.8, 0.9])
    first, second = np.sort(mean)[::-1][:2]
    enough = share / (1 - share) * (sigma / tau) ** 2
    w = weight(n, sigma=sigma, tau=tau)
    by_size, by_precision = (n * mean).sum() / n.sum(), (w * mean).sum() / w.sum()
    if (
        first - second < 0.3
        or mean.argmax() == n.argmax()
        or np.unique(n).size < n.size
        or abs(by_size - by_precision) < 0.1
        or abs(enough - round(enough)) < 0.1
        or mean.min() < 0.3
    ):
        return None
    cauchy, normal = rng.integers(2, 5) / 10, rng.integers(5, 9) / 10
    se, prior = sigma / np.sqrt(n), Normal(float(mu), 1.0)
    heavy = known_se(mean, se, mu=prior, tau=HalfCauchy(float(cauchy)))
    light = known_se(mean, se, mu=prior, tau=HalfNormal(float(normal)))
    if abs(heavy.tau_median - light.tau_median) < 0.03:
        return None
    return {
        "names": VARIETIES,
        "n": n,
        "mean": mean,
        "mu": mu,
        "tau": tau,
        "sigma": sigma,
        "share": share,
        "spread": rng.integers(15, 31) / 10,
        "odds": int(rng.choice([8, 10, 12, 16, 25])),
        "cauchy": cauchy,
        "normal": normal,
        "smallest": int(n.argmin()),
    }


def _honey(rng):
    """Kilograms of honey from hives of sixteen apiaries."""
    n = rng.permutation([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20])
    mu, tau, sigma = rng.uniform(22, 38), rng.uniform(4, 6), rng.uniform(5, 7)
    theta = rng.normal(mu, tau, n.size)
    hives = [np.round(np.maximum(rng.normal(a, sigma, k), 0.5), 1) for a, k in zip(theta, n, strict=True)]
    mean = np.array([y.mean() for y in hives])
    ss = np.array([((y - y.mean()) ** 2).sum() for y in hives])
    priors = {
        "prior_mu": int(rng.integers(20, 41)),
        "prior_mu_sd": int(rng.integers(6, 13)),
        "prior_tau": int(rng.integers(4, 10)),
        "prior_sigma": float(rng.choice([0.1, 0.125, 0.2, 0.25])),
    }
    believed = normal_groups(
        n,
        mean,
        ss,
        mu=Normal(priors["prior_mu"], priors["prior_mu_sd"]),
        tau=HalfNormal(priors["prior_tau"]),
        sigma=Exponential(priors["prior_sigma"]),
    )
    pulled = np.sort(np.abs(believed.theta_mean - mean))[::-1]
    if pulled[0] - pulled[1] < 0.5 or believed.tau_mean / believed.tau_sd < 3.5:
        return None
    order = rng.permutation(n.sum())
    where = np.repeat(np.arange(n.size), n)[order]
    asked = int(rng.choice(np.flatnonzero((n > 2) & (n < 9))))
    return priors | {
        "rows": [[APIARIES[j], y] for j, y in zip(where, np.concatenate(hives)[order], strict=True)],
        "asked": asked,
        "asked_name": APIARIES[asked],
        "limit": round(float(mu + rng.choice([-1, 1]) * rng.uniform(4, 8))),
    }


def _plain(value):
    """Return numpy's numbers and arrays as Python's, whatever they are in."""
    if isinstance(value, dict):
        return {key: _plain(x) for key, x in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(x) for x in value]
    return value.item() if isinstance(value, np.generic) else value
