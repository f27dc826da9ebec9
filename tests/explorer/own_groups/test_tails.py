"""Tails of the normal and of F, which outliers and unequal variances are judged by: as SciPy's."""

import numpy as np
import pytest
from node import answering
from scipy import stats
from workbench import FOLDER

_PROGRAM = """
import { aboveNormal, normalAbove, tailsOfF } from "FOLDER/tails.js";
const tails = { aboveNormal, normalAbove, tailsOfF };
const answer = ({ of, at }) => at.map((one) => tails[of](...one));
""".replace("FOLDER", FOLDER.as_uri())


@pytest.fixture(scope="module")
def ask():
    with answering(_PROGRAM) as answer:
        yield lambda of, *columns: np.array(answer({"of": of, "at": np.column_stack(columns).tolist()}))


def test_a_normals_tail_and_its_inverse(ask):
    z = np.array([2, 2.1, 2.5, 3, 4, 6, 9, 20, 37])
    np.testing.assert_allclose(ask("aboveNormal", z), stats.norm.sf(z), rtol=1e-9)
    shares = np.array([0.0199, 1e-2, 1e-4, 1e-9, 1e-100])
    np.testing.assert_allclose(ask("normalAbove", shares), stats.norm.isf(shares), rtol=1e-9)


def test_both_tails_of_f(ask):
    free, rest, ratio = (
        column.ravel() for column in np.meshgrid([1, 2, 7, 60], [1, 3, 29, 4000], [0, 1e-3, 0.4, 1, 2.7, 80])
    )
    below, above = ask("tailsOfF", free, rest, ratio).T
    np.testing.assert_allclose(below, stats.f.cdf(ratio, free, rest), rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(above, stats.f.sf(ratio, free, rest), rtol=1e-8, atol=1e-14)
