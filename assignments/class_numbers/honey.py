"""The numbers of a class for the set on an analysis of one's own, and its table."""

import numpy as np
from pooling.exact import normal_groups
from pooling.priors import Exponential, HalfNormal, Normal

APIARIES = (
    *("Alder Bank", "Brook End", "Church Lane", "Dell Farm", "East Moor", "Fox Hill", "Goose Green"),
    *("Heath Top", "Inkwell", "Jay Wood", "Kiln Yard", "Long Acre", "Mill Pond", "North Gate"),
    *("Oak Row", "Pear Tree"),
)


def draw(rng):
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


def files(drawn):
    """Return the table that goes beside the notebook: a row a hive."""
    return {"honey.csv": [["apiary", "kg"], *drawn["rows"]]}
