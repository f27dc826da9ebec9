"""Chapters 3 to 7 sum over theta on few nodes: against the sums over every theta, with SciPy's normal."""

import numpy as np
import pytest
from meetings_engine import FOLDER
from node import answering
from scipy import stats

_PROGRAM = """
import { COURSE } from "ADDRESS/grid.js";
import { normals } from "ADDRESS/normals.js";
const cells = () => new Float64Array(COURSE.mu.length * COURSE.tau.length);
function answer({ l, weights }) {
  if (l) {
    const out = cells();
    normals().expect(l, out);
    return out;
  }
  const outs = weights.map(() => new Float64Array(COURSE.theta.length));
  const all = weights.map((one) => Float64Array.from(one));
  normals().mix(all, outs);
  return outs;
}
"""
THETA = np.linspace(-80, 80, 321)
MU = np.linspace(-60, 60, 121)
TAU = np.arange(60) + 0.5


@pytest.fixture(scope="module")
def ask():
    with answering(_PROGRAM.replace("ADDRESS", (FOLDER / "meetings").as_uri())) as answer:
        yield lambda **question: np.array(answer(question))


@pytest.fixture(scope="module")
def kernel():
    """Return p(theta | mu, tau) in the order [tau][mu][theta]."""
    dense = stats.norm(MU[:, None], TAU[:, None, None]).pdf(THETA)
    return dense / dense.sum(-1, keepdims=True)


def test_of_one_theta_it_is_the_density_there(ask, kernel):
    """What a sum over few nodes could lose: a function that is one point only, at the rim and within."""
    for i in (0, 1, 7, 100, 161, 311, 320):
        likelihood = np.zeros(len(THETA))
        likelihood[i] = 1
        found = ask(l=likelihood.tolist()).reshape(kernel.shape[:2])
        np.testing.assert_allclose(found, kernel[..., i], rtol=2e-9, atol=1e-14)


def test_of_nobody_it_is_one(ask):
    np.testing.assert_allclose(ask(l=[1] * len(THETA)), 1, rtol=1e-14)


def test_of_any_function(ask, kernel):
    likelihood = np.random.default_rng(1).exponential(size=len(THETA))
    np.testing.assert_allclose(ask(l=likelihood.tolist()), (kernel @ likelihood).ravel(), rtol=1e-9)


def test_mixed_each_by_its_own_weights(ask, kernel):
    rng = np.random.default_rng(2)
    weights = rng.exponential(size=(4, kernel.shape[0] * kernel.shape[1]))
    weights[:, rng.random(weights.shape[1]) < 0.5] = 0
    weights[1:, 200:900] = 0
    weights[:3, 2000:2900] = 0
    expected = weights @ kernel.reshape(-1, len(THETA))
    for _ in range(2):  # nothing is left of the sum before
        np.testing.assert_allclose(ask(weights=weights.tolist()), expected, rtol=1e-9)


@pytest.mark.parametrize(("tau", "mu"), [(0, 60), (2, 0), (5, 120), (9, 30), (19, 61), (39, 1), (59, 60)])
def test_of_one_cell_it_is_its_density(ask, kernel, tau, mu):
    weights = np.zeros((4, *kernel.shape[:2]))
    weights[2, tau, mu] = 3
    found = ask(weights=weights.reshape(4, -1).tolist())
    np.testing.assert_allclose(found[2], 3 * kernel[tau, mu], rtol=2e-9, atol=1e-13)
    assert not found[[0, 1, 3]].any()
