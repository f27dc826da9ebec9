"""What groups of counts say is read from a series where it is asked for often: against SciPy's log Γ."""

import numpy as np
import pytest
from exact_browser import FOLDER
from node import answering
from scipy import special

_PROGRAM = """
import { counted } from "FOLDER/beta_binomial.js";
function answer({ successes, trials, of, kind, at }) {
  const ask = counted(successes, trials)[of][kind];
  const once = at.map(ask);
  for (let k = 0; k < 40; k++) at.forEach(ask);
  return [once, at.map(ask)];
}
""".replace("FOLDER", FOLDER.as_uri())
AT = np.concatenate([np.linspace(-9, 9, 73), [-1e-12, 0.5, 1 - 1e-12, 1]])  # of log x; ends of intervals too
COUNTS = {
    "few": ([3, 0, 2, 5], [5, 4, 2, 9]),
    "as of batting averages": ([18, 17, 16, 15, 14, 14, 13], [45] * 7),
    "many sizes": (list(range(1, 300)), list(range(40, 637, 2))),
    "large": ([10**6, 3 * 10**6 + 1], [2 * 10**6, 4 * 10**6]),
    "larger than a series is asked for": ([10**7, 3 * 10**7 + 1], [2 * 10**7, 4 * 10**7]),
}


@pytest.fixture(scope="module")
def ask():
    with answering(_PROGRAM) as answer:
        yield lambda **question: np.array(answer(question))


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("of", ["won", "lost", "tried"])
def test_sums_are_log_gamma_and_its_derivative(ask, name, of):
    successes, trials = COUNTS[name]
    numbers = {
        "won": np.array(successes),
        "lost": np.array(trials) - successes,
        "tried": np.array(trials),
    }[of]
    x = np.exp(AT)[:, None]
    question = {"successes": successes, "trials": trials, "of": of, "at": AT.tolist()}
    once, often = ask(**question, kind="rises")
    rises = (special.gammaln(x + numbers) - special.gammaln(x)).sum(1)  # but for a part without x
    size = np.abs(once).max() + np.abs(rises).max()
    np.testing.assert_allclose(often, once, atol=1e-14 * size, rtol=0)
    np.testing.assert_allclose(often - often[0], rises - rises[0], atol=1e-13 * size, rtol=0)
    once, often = ask(**question, kind="slopes")
    slopes = (x * (special.digamma(x + numbers) - special.digamma(x))).sum(1)
    np.testing.assert_allclose(often, once, rtol=1e-12)
    np.testing.assert_allclose(often, slopes, rtol=1e-9)
