"""A million groups with and without known errors: the exact engine beside the one before it, in one run.

Run alone: `python -m bench.before [GROUPS]` in tools/. Both engines run in this environment, each in a
process of its own, in turns, so that what else the machine does troubles both alike.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from places import ROOT

from bench.exact import child

BEFORE = "8074505"  # the last commit whose engine decided by a first scan of 17 points which hill to climb
RATIO, TURNS, GROUPS = 1.5, 3, 1_000_000

_TIMED = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import numpy as np
from pooling.exact import known_se, normal_groups
from pooling.priors import Exponential, HalfCauchy, Normal

rng, groups = np.random.default_rng(0), int(sys.argv[2])
n = rng.integers(5, 80, groups)
mean = rng.normal(50, 3, groups) + rng.normal(size=groups) * 9 / np.sqrt(n)
ss = 81.0 * rng.chisquare(n - 1)
scales = {"mu": Normal(50, 10), "tau": HalfCauchy(5)}

def timed(run):  # the second call: the first one may compile
    for _ in range(2):
        wall, own = time.perf_counter(), time.process_time()
        answer = run()
        wall, own = time.perf_counter() - wall, time.process_time() - own
    return {"wall": wall, "processor": own, "mu": float(answer.mu_mean), "tau": float(answer.tau_mean)}

print(json.dumps({
    "known_se": timed(lambda: known_se(mean, 9 / np.sqrt(n), **scales)),
    "normal_groups": timed(lambda: normal_groups(n, mean, ss, **scales, sigma=Exponential(0.1))),
}))
"""


def unpacked(commit, folder):
    """Write the package of a commit into a folder; return the path to import it from, or None without it."""
    command = ["git", "archive", commit, "code/pooling"]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as file:
        file.extractall(folder, filter="data")
    return Path(folder) / "code"


def measure(groups=GROUPS):
    """Yield a line for each model: the least seconds of either engine, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        before = unpacked(BEFORE, folder)
        if before is None:
            yield f"exact before: not in this clone, which does not go back to {BEFORE}"
            return
        turns = [[child(_TIMED, path, groups) for path in (before, ROOT / "code")] for _ in range(TURNS)]
    for model in ("known_se", "normal_groups"):
        old, new = (
            {what: min(turn[i][model][what] for turn in turns) for what in ("wall", "processor")}
            for i in range(2)
        )
        ratio = {what: new[what] / old[what] for what in old}
        apart = max(abs(turns[0][0][model][of] / turns[0][1][model][of] - 1) for of in ("mu", "tau"))
        yield (
            f"{model}, {groups:,} groups {new['wall']:6.2f} s, before {old['wall']:6.2f} s: "
            f"{ratio['wall']:.2f} times; processor {new['processor']:.2f} s, "
            f"before {old['processor']:.2f} s: {ratio['processor']:.2f} times; means {apart:.0e} apart"
            f"{', TOO SLOW' if min(ratio.values()) > RATIO else ''}"
        )


if __name__ == "__main__":
    for line in measure(*map(int, sys.argv[1:])):
        print(line, flush=True)
