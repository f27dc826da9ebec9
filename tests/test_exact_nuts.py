"""The exact engine against a long run of NUTS, within four Monte Carlo standard errors."""

import numpy as np
import pymc as pm
import pytest
from pooling import sampling
from pooling.exact import known_se, normal_groups
from pooling.fifty_schools import partial_pooling_model, simulate
from pooling.priors import Exponential, HalfCauchy, Normal
from pooling.sampling import fit, standard_errors_apart

# Rubin (1981); Gelman et al. (2014), section 5.5.
SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SCHOOLS_SE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv(sampling.QUIET, "1")


def eight_schools():
    """Non-centred: theta_j = mu + tau eta_j."""
    with pm.Model() as model:
        mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
        theta = pm.Deterministic("theta", mu + tau * pm.Normal("eta", 0, 1, shape=8))
        pm.Normal("y", theta, SCHOOLS_SE, observed=SCHOOLS)
    return model


def assert_agrees(tree, p, *, moments):
    """Compare means and sds; a standard error is sd/sqrt(ESS), so four of them are a small part of an sd."""
    for name, of in moments:
        exact = getattr(p, f"{name}_{of}")
        apart = standard_errors_apart(tree, name, exact, of=of)
        assert np.max(np.abs(apart)) < 4, (name, of, apart)
        wrong = exact + 0.1 * getattr(p, f"{name}_sd")
        assert np.min(np.abs(standard_errors_apart(tree, name, wrong, of=of))) > 4, (name, of)


def test_eight_schools():
    tree = fit(eight_schools(), draws=5000, chains=4, target_accept=0.95, seed=1)
    p = known_se(SCHOOLS, SCHOOLS_SE, mu=Normal(0, 5), tau=HalfCauchy(5))
    # The half-Cauchy's tail leaves tau's fourth moment large, and an sd's standard error with it.
    assert_agrees(
        tree, p, moments=[("mu", "mean"), ("mu", "sd"), ("tau", "mean"), ("theta", "mean"), ("theta", "sd")]
    )


def test_fifty_schools():
    data = simulate()
    tree = fit(partial_pooling_model(data), draws=3000, chains=4, seed=1)
    p = normal_groups(data.n, data.mean, data.ss, mu=Normal(50, 10), tau=Exponential(1), sigma=Exponential(1))
    assert_agrees(
        tree, p, moments=[(name, of) for name in ("mu", "tau", "sigma", "theta") for of in ("mean", "sd")]
    )
