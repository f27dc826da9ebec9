"""Order statistics and ranks as the workbench counts them, against NumPy."""

import node
import numpy as np
import pytest
from scipy.stats import rankdata
from workbench import FOLDER

PROGRAM = """
import { createInterface } from "node:readline";
import { createRanking, select, sharesOf } from "FOLDER/order.js";
for await (const line of createInterface({ input: process.stdin })) {
  const { x, k, q } = JSON.parse(line);
  const list = Float64Array.from(x);
  const more = Float64Array.of(...x, 1e300); // what is beyond is not ranked
  const told = { kth: select(list.slice(), k), ranks: [...createRanking(x.length)(more, 3)] };
  if (x.length > 1) told.shares = sharesOf(list.slice(), [q / 2, q, q, 1]);
  console.log(JSON.stringify(told));
}
""".replace("FOLDER", FOLDER.as_uri())
MAKE = {
    "alike": lambda rng, n: np.full(n, 2.5),
    "ties": lambda rng, n: rng.integers(0, 4, n).astype(float),
    "near": lambda rng, n: rng.normal(0, 1, n),
    "far": lambda rng, n: np.exp(rng.normal(0, 12, n)),
    "one far out": lambda rng, n: np.append(rng.normal(0, 1e-9, n - 1), 1e6),
}


@pytest.fixture(scope="module")
def ask():
    with node.conversation(PROGRAM) as question:
        yield question


@pytest.mark.parametrize("kind", MAKE)
def test_they_are_numpys(ask, kind):
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 10, 300):
        x = MAKE[kind](rng, n)
        k, q = int(rng.integers(n)), float(rng.random())
        told = ask({"x": x.tolist(), "k": k, "q": q})
        assert told["kth"] == np.sort(x)[k]
        if n > 1:
            shares = np.quantile(x, [q / 2, q, q, 1])
            np.testing.assert_allclose(told["shares"], shares, rtol=1e-12, atol=1e-300)
        ranks = np.array(told["ranks"])
        assert sorted(ranks) == list(range(1, n + 1))
        lowest, highest = (rankdata(-x, method=method) for method in ("min", "max"))
        assert ((lowest <= ranks) & (ranks <= highest)).all()


def test_groups_that_are_all_alike_take_turns(ask):
    """Ranks of the fourth draw begin with the fourth place."""
    assert ask({"x": [1.0] * 5, "k": 0, "q": 0.5})["ranks"] == [4, 5, 1, 2, 3]
