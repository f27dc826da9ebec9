"""The exact engine against a long run of NUTS, within four Monte Carlo standard errors.

The fifty schools and the slopes are compared in the tests of their own chapters.
"""

import numpy as np
import pytest
from pooling.exact import known_se
from pooling.funnel import EIGHT_SCHOOLS, non_centred_model
from pooling.priors import HalfCauchy, Normal
from pooling.sampling import fit, standard_errors_apart

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def answers():
    """Return 20,000 draws of the non-centred eight schools, and their exact posterior."""
    tree = fit(non_centred_model(EIGHT_SCHOOLS), draws=5000, target_accept=0.95, seed=1)
    return tree, known_se(*EIGHT_SCHOOLS, mu=Normal(0, 5), tau=HalfCauchy(5))


@pytest.mark.parametrize("name", ["mu", "tau", "theta"])
@pytest.mark.parametrize("of", ["mean", "sd"])
def test_eight_schools(answers, name, of):
    tree, p = answers
    exact = getattr(p, f"{name}_{of}")
    assert np.max(np.abs(standard_errors_apart(tree, name, exact, of=of))) < 4
    # and the run is long enough to notice a tenth of a posterior sd
    wrong = exact + 0.1 * getattr(p, f"{name}_sd")
    assert np.min(np.abs(standard_errors_apart(tree, name, wrong, of=of))) > 4
