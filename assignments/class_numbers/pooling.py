"""The numbers of a class for the set on pooling by hand and in memo."""

import numpy as np

DEPARTMENTS = ("GOVERNMENT", "ENGLISH", "MATH")


def draw(rng):
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
