"""The numbers of a class for the set on shrinkage and hyperpriors."""

import numpy as np
from pooling.exact import known_se
from pooling.priors import HalfCauchy, HalfNormal, Normal
from pooling.shrinkage import weight

VARIETIES = ("Agate", "Birch", "Cinder", "Dune", "Ember", "Flint", "Garnet", "Hazel")


def draw(rng):
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
