"""The search for answers that are wrong without a warning: any number of cases, each made from its seed."""

import warnings

from pooling.exact import QuadratureWarning
from pooling.priors import Exponential, HalfCauchy, HalfNormal

#: Priors of a scale by their size, as the cases name them.
FAMILIES = {
    "HalfCauchy": HalfCauchy,
    "HalfNormal": HalfNormal,
    "Exponential": lambda size: Exponential(1 / size),
}
PROMISE = 1e-4  # of a posterior sd; and of the median of tau itself


def search(case, seeds):
    """Return the seeds at which a case is wrong without a warning, and how many were warned of.

    `case(seed)` returns errors in posterior sds. The worst that came without a warning is printed.
    """
    silent, warned, worst = {}, 0, (0.0, None)
    for seed in seeds:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            errors = case(seed)
        assert all(issubclass(w.category, QuadratureWarning) for w in caught), (seed, caught)
        if caught:
            warned += 1
            continue
        worst = max(worst, (max(errors), seed))
        if not max(errors) <= PROMISE:
            silent[seed] = errors
    print(f"{len(seeds)} cases, {warned} warned of; worst of the others {worst[0]:.1e}, seed {worst[1]}")
    return silent, warned
