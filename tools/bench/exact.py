"""The exact posterior beside two samplers on fifty schools, alone up to a million groups, and in JavaScript.

Run alone: `python -m bench.exact` in tools/. All in processes of their own: PyMC's sampler forks, which
JAX's threads would not survive, and the peak memory is that of one size only.
"""

import json
import subprocess
import sys

from javascript.bundle import node_program
from places import ROOT

FASTER, SECONDS, GIGABYTES = 1000, 10.0, 2.0  # than PyMC's sampler; for a million groups; the same
SIZES = 50, 5_000, 50_000, 1_000_000
BROWSER_SIZES, BROWSER_MS = (8, 1_000), 50.0  # for a thousand groups

_RACE = """
import json, time
import numpy as np, pymc as pm
from pooling.fifty_schools import partial_pooling_model, simulate
from pooling.sampling import standard_errors_apart

def timed(run):
    start = time.perf_counter()
    answer = run()
    return answer, time.perf_counter() - start

data = simulate()
trees, seconds = {}, {}
for name in ("pymc", "nutpie"):
    with partial_pooling_model(data):
        options = {"nuts_sampler": name, "random_seed": 1, "progressbar": False, "quiet": True}
        trees[name], seconds[name] = timed(lambda: pm.sample(1000, tune=1000, chains=4, **options))

from pooling.exact import normal_groups
from pooling.exact_posterior.benchmarks import PRIORS

def exact():
    return normal_groups(data.n, data.mean, data.ss, **PRIORS)

answer, seconds["cold"] = timed(exact)
seconds["warm"] = float(np.median([timed(exact)[1] for _ in range(51)]))
apart = {
    name: max(
        float(np.abs(standard_errors_apart(tree, of, getattr(answer, f"{of}_mean"))).max())
        for of in ("mu", "tau", "sigma", "theta")
    )
    for name, tree in trees.items()
}
print(json.dumps({"seconds": seconds, "apart": apart, "error": answer.error}))
"""

_SIZE = """
import json, resource, sys, time
from pooling.exact import normal_groups
from pooling.exact_posterior.benchmarks import PRIORS, schools

groups, seconds = schools(int(sys.argv[1])), []
for _ in range(4):
    start = time.perf_counter()
    answer = normal_groups(*groups, **PRIORS)
    seconds.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"cold": seconds[0], "warm": min(seconds[1:]), "peak": peak / 1e9, "error": answer.error}))
"""


_BROWSER = """
import { knownSe } from "FOLDER/known_se.js";
import { halfCauchy, normal } from "FOLDER/priors.js";
const size = SIZE;
const se = Array.from({ length: size }, (_, j) => 1 + (j % 7) / 2);
const estimate = se.map((one, j) => 3 * Math.sin(j * j) + one * Math.cos(5 * j));
const ms = [];
let summary;
for (let n = 0; n < Math.max(5, 20000 / size); n++) {
  const start = performance.now();
  summary = knownSe(estimate, se, { mu: normal(0, 5), tau: halfCauchy(5) });
  ms.push(performance.now() - start);
}
ms.sort((a, b) => a - b);
console.log(JSON.stringify({ ms: ms[ms.length >> 1], error: summary.error }));
"""


def browser(size: int) -> dict:
    """Time the browser's engine in Node, the median of many runs."""
    folder = (ROOT / "code" / "pooling" / "explorer" / "exact").as_uri()
    program = _BROWSER.replace("FOLDER", folder).replace("SIZE", str(size))
    command = [node_program(), "--no-warnings", "--input-type=module", "--eval", program]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def child(program: str, *arguments: object) -> dict:
    """Run a program in a process of its own and return what it printed last."""
    command = [sys.executable, "-W", "ignore", "-c", program, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(ran.stdout.splitlines()[-1])


def measure():
    """Yield a line for each engine on the fifty schools, and one for each size."""
    race = child(_RACE)
    seconds, apart = race["seconds"], race["apart"]
    for name, engine in (("pymc", "PyMC's own NUTS"), ("nutpie", "nutpie")):
        ratio = seconds[name] / seconds["warm"]
        slow = name == "pymc" and ratio < FASTER
        yield (
            f"fifty schools, {engine:18} {seconds[name]:9.2f} s, {ratio:8,.0f} times the exact posterior's, "
            f"means at most {apart[name]:.1f} standard errors from it{', TOO FEW TIMES' if slow else ''}"
        )
    yield f"fifty schools, exact, first call  {seconds['cold']:9.2f} s"
    yield (
        f"fifty schools, exact              {1000 * seconds['warm']:9.2f} ms, "
        f"quadrature error below {race['error']:.0e} posterior sds"
    )
    for size in SIZES:
        one = child(_SIZE, size)
        over = size == max(SIZES) and (one["cold"] > SECONDS or one["peak"] > GIGABYTES)
        yield (
            f"exact, {size:9,} groups  {one['warm']:8.4f} s ({one['cold']:5.2f} s the first time), "
            f"{1e9 * one['warm'] / size:8,.0f} ns a group, peak memory {one['peak']:.2f} GB"
            f"{', OVER THE LIMIT' if over else ''}"
        )
    for size in BROWSER_SIZES:
        one = browser(size)
        over = size == 1_000 and one["ms"] > BROWSER_MS
        yield (
            f"exact in JavaScript, {size:7,} groups {one['ms']:8.2f} ms, quadrature error below "
            f"{one['error']:.0e} posterior sds{', OVER THE LIMIT' if over else ''}"
        )


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
