"""A regression with random intercepts, exactly: radon's 919 houses, a million rows; and proportions.

Run alone: `python -m bench.regression` in tools/.
"""

from bench.exact import child

MILLISECONDS, SECONDS, GIGABYTES = 20.0, 10.0, 2.0

_RADON = """
import json, time
import numpy as np, pymc as pm
from pooling.priors import HalfCauchy, Normal

file = "code/pooling/data/radon.csv"
rows = np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf8")
group = np.unique(rows["county"], return_inverse=True)[1]
x = np.column_stack([np.ones(919), rows["first_floor"], rows["log_uranium"]])
y = rows["log_radon"]
with pm.Model():
    beta, tau, sigma = pm.Normal("beta", 0, 10, shape=3), pm.HalfCauchy("tau", 1), pm.HalfCauchy("sigma", 1)
    alpha = pm.Deterministic("alpha", tau * pm.Normal("z", 0, 1, shape=85))
    pm.Normal("y", x @ beta + alpha[group], sigma, observed=y)
    start = time.perf_counter()
    tree = pm.sample(1000, tune=1000, chains=4, random_seed=1, progressbar=False, quiet=True)
    pymc = time.perf_counter() - start

from pooling.exact import random_intercept
from pooling.sampling import standard_errors_apart

def additions():  # a second's worth differs from machine to machine, and with what else it does
    start, x = time.perf_counter(), 0
    for _ in range(3_000_000):
        x += 1
    return time.perf_counter() - start

seconds, adding = [], []
for turn in range(51):
    if turn % 10 == 0:
        adding.append(additions())
    start = time.perf_counter()
    p = random_intercept(y, x, group, beta=Normal(0, 10), tau=HalfCauchy(1), sigma=HalfCauchy(1))
    seconds.append(time.perf_counter() - start)
apart = max(
    float(np.abs(standard_errors_apart(tree, of, getattr(p, f"{of}_mean"))).max())
    for of in ("beta", "tau", "sigma", "alpha")
)
warm, adding = float(np.median(seconds)), float(np.median(adding))
print(json.dumps({"pymc": pymc, "warm": warm, "adding": adding, "apart": apart, "error": p.error}))
"""

_ROWS = """
import json, resource, sys, time
import numpy as np
from pooling.exact import random_intercept
from pooling.priors import HalfCauchy, Normal

rng, rows, groups = np.random.default_rng(0), 1_000_000, 100_000
group = rng.integers(0, groups, rows)
x = np.column_stack([np.ones(rows), rng.normal(size=(rows, 4))])
y = x @ np.arange(1.0, 6) + rng.normal(0, 0.5, groups)[group] + rng.normal(size=rows)
start = time.perf_counter()
p = random_intercept(y, x, group, beta=Normal(0, 10), tau=HalfCauchy(1), sigma=HalfCauchy(1))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"seconds": seconds, "peak": peak / 1e9, "error": p.error}))
"""


_COUNTS = """
import json, resource, sys, time
import numpy as np
from pooling.exact import binomial_groups

rng = np.random.default_rng(0)
trials = np.exp(rng.uniform(np.log(100), np.log(1e9), int(sys.argv[1]))).round().astype(int)
successes = rng.binomial(trials, rng.beta(3, 7, trials.size))
start = time.perf_counter()
p = binomial_groups(successes, trials)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"seconds": seconds, "peak": peak / 1e9, "error": p.error}))
"""


def measure():
    """Yield a line for radon beside PyMC, one for a million rows, and for groups of different counts each."""
    one = child(_RADON)
    slow = 1000 * one["warm"] > MILLISECONDS
    yield (
        f"radon, exact {1000 * one['warm']:6.1f} ms, {one['warm'] / one['adding']:.2f} of what three million "
        f"additions in Python take; error {one['error']:.0e}; PyMC {one['pymc']:.1f} s, "
        f"means at most {one['apart']:.1f} standard errors from it{', TOO SLOW' if slow else ''}"
    )
    one = child(_ROWS)
    over = one["seconds"] > SECONDS or one["peak"] > GIGABYTES
    yield (
        f"a million rows in 100,000 groups, 5 columns {one['seconds']:6.2f} s, "
        f"peak memory {one['peak']:.2f} GB, error {one['error']:.0e}{', OVER THE LIMIT' if over else ''}"
    )
    for groups in 1_000, 100_000:
        one = child(_COUNTS, groups)
        yield (
            f"proportions in {groups:7,} groups, all counts different {one['seconds']:6.2f} s, "
            f"peak memory {one['peak']:.2f} GB, error {one['error']:.0e}"
        )


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
