"""Draws from the browser's exact engine: their moments are the posterior's, and a seed repeats them."""

import node
import numpy as np
import pytest
from exact_browser import FOLDER

N = 4000
SCALES = "tau: halfNormal(2), sigma: exponential(1)"
CASES = {
    "knownSe": "knownSe([28, 8, -3, 7, -1], [15, 10, 16, 11, 9], { mu: normal(0, 5), tau: halfNormal(5) })",
    "normalGroups": f"normalGroups([5, 9, 3], [1, 2, 4], [3, 8, 2], {{ mu: normal(0, 5), {SCALES} }})",
    "tau is known": "normalGroups([5, 9], [1, 2], [3, 8], { mu: 1, tau: 0.5, sigma: exponential(1) })",
    "all is known": "normalGroups([5, 9], [1, 2], [3, 8], { mu: normal(0, 5), tau: 0.5, sigma: 2 })",
    "randomIntercept": "randomIntercept([1, 2, 3, 4, 2, 1, 5, 6, 3, 7],"
    " [0, 1, 2, 1, 0, 0, 3, 2, 1, 3].map((x) => [1, x]), [0, 0, 0, 1, 1, 2, 2, 3, 3, 3],"
    f" {{ beta: normal(0, 5), {SCALES} }})",
}  # fmt: skip
PROGRAM = """
import { draws } from "FOLDER/draws.js";
import { knownSe } from "FOLDER/known_se.js";
import { normalGroups } from "FOLDER/normal_groups.js";
import { exponential, halfNormal, normal } from "FOLDER/priors.js";
import { randomIntercept } from "FOLDER/random_intercept.js";
const { mixture, ...told } = CASE;
const [again, other] = [draws(mixture, 1, 2), draws(mixture, 2, 2)];
console.log(JSON.stringify({ told, draws: draws(mixture, 1, N), again, other }));
""".replace("FOLDER", FOLDER.as_uri()).replace("N)", f"{N})")


@pytest.mark.parametrize("case", CASES)
def test_draws_have_the_moments_and_repeat(case):
    answer = node.run(PROGRAM.replace("CASE", CASES[case]))
    assert answer["again"] == answer["draws"][:2] != answer["other"]
    for name in ("mu", "beta", "tau", "sigma", "theta", "alpha"):
        if name not in answer["told"]:
            continue
        told = np.ravel(answer["told"][name])
        drawn = np.array([one[name] for one in answer["draws"]]).reshape(N, -1)
        for values, expected in zip(drawn.T, told, strict=True):
            away = values - expected["mean"]
            if expected["sd"] < 1e-12:
                assert np.abs(away).max() < 1e-9
                continue
            assert abs(away.mean()) < 4 * expected["sd"] / np.sqrt(N), name
            assert abs((away**2).mean() - expected["sd"] ** 2) < 4 * (away**2).std() / np.sqrt(N), name
