"""The explorer of chapter 15 without a browser: its engine against the exact engine in Python."""

import node
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling import proportions
from pooling.exact import binomial_groups
from pooling.explorer import explore
from pooling.explorer.proportions import EXPLORER, numbers, posterior
from pooling.explorer.proportions import given as given_kappa
from scipy import integrate, special

HITS, N = (x.tolist() for x in proportions.data()[1:3])
BATTING = {"hits": HITS, "at_bats": N, "times": 1, "kappa": 64}
eighteen = st.lists(st.integers(0, 45), min_size=18, max_size=18)


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says of some quantities at settings, and the rest of its result, from Node."""
    also = "{ own: result.own, over: result.over, m: result.given.m, population: result.population }"
    with node.engine(EXPLORER, also=also) as ask:
        yield lambda quantities, at: ask(at, quantities)


@settings(max_examples=8, deadline=None)
@given(
    eighteen,
    st.lists(st.integers(0, 18).map(lambda k: 5 * k), min_size=18, max_size=18),
    st.integers(1, 10),
    st.integers(2, 500),
)
@example(HITS, N, 1, 64)
@example(HITS, N, 10, 2)
@example([0] * 18, [0] * 18, 1, 500)
@example([45] * 18, [45] * 18, 10, 2)
@example([0, 45] * 9, [90, 45] * 9, 10, 500)
def test_engine_agrees_with_the_exact_posterior(engine, hits, at_bats, times, kappa):
    at = {"hits": hits, "at_bats": at_bats, "times": times, "kappa": kappa}
    expected = numbers(**at)
    told = engine(expected, at)["told"]
    full = posterior(at)
    for j in range(18):
        assert abs(told[f"mean:p[{j}]"] - full.p_mean[j]) < 1e-6 * full.p_sd[j]
        assert abs(told[f"sd:p[{j}]"] - full.p_sd[j]) < 1e-6 * full.p_sd[j]
        assert told[f"given:p[{j}]"] == pytest.approx(expected[f"given:p[{j}]"], abs=1e-7)
    assert told["mean:m"] == pytest.approx(expected["mean:m"], abs=1e-6 * full.mean_sd)
    assert told["median:kappa"] == pytest.approx(expected["median:kappa"], rel=1e-4)


def test_given_kappa_by_an_integral_of_scipys():
    s, n, kappa = np.array([3, 9, 4]), np.array([20, 20, 12]), 30.0

    def integrand(m, j=None):
        a, b = m * kappa, (1 - m) * kappa
        log_p = (special.betaln(a + s, b + n - s) - special.betaln(a, b)).sum()
        return np.exp(log_p + 30) * (1 if j is None else (a + s[j]) / (kappa + n[j]))

    total, *parts = (
        integrate.quad(integrand, 0, 1, args=(j,), epsrel=1e-10, epsabs=0)[0] for j in (None, 0, 1, 2)
    )
    np.testing.assert_allclose(given_kappa(s, n, kappa), np.array(parts) / total, rtol=1e-8)


def test_given_kappa_is_a_weighted_mean_with_the_weight_of_the_chapter(engine):
    """E[p_j | kappa] = (kappa E[m] + hits)/(kappa + n): weight n/(n + kappa) for one's own average."""
    for kappa in (2, 64, 500):
        quantities = [f"given:p[{j}]" for j in range(18)]
        found = engine(quantities, BATTING | {"kappa": kappa})
        weight = 45 / (45 + kappa)
        expected = weight * np.array(HITS) / 45 + (1 - weight) * found["also"]["m"]
        np.testing.assert_allclose(list(found["told"].values()), expected, rtol=1e-10)


def test_the_population_drawn_is_a_beta_density(engine):
    also = engine([], BATTING)["also"]
    share = 0.005 * (np.arange(120) + 0.5)
    from scipy import stats

    density = stats.beta.pdf(share, also["m"] * 64, (1 - also["m"]) * 64)
    np.testing.assert_allclose(also["population"], density / density.max(), rtol=1e-9)


def test_nobody_hits_more_often_than_he_bats(engine):
    at = BATTING | {"at_bats": [5, 0, *N[2:]]}
    also = engine([], at)["also"]
    assert also["own"][:3] == [1, None, 16 / 45]
    assert also["over"] == [0, 1]
    expected = binomial_groups([5, 0, *HITS[2:]], at["at_bats"])
    assert engine(["mean:p[1]"], at)["told"]["mean:p[1]"] == pytest.approx(expected.p_mean[1])


def test_the_next_kappa_is_not_answered_with_the_last_players(engine):
    """The engine keeps the posterior of the players while kappa moves, and no longer."""
    first = engine(["mean:p[0]"], BATTING)["told"]
    engine(["mean:p[0]"], BATTING | {"times": 10})
    assert engine(["mean:p[0]"], BATTING | {"kappa": 5})["told"] == first


def test_python_goes_on_from_where_it_stands():
    explorer = explore("proportions", kappa=200, times=10)
    assert explorer.settings()["times"] == 10
    exact = binomial_groups(np.array(HITS) * 10, np.array(N) * 10)
    np.testing.assert_allclose(explorer.posterior().p_mean, exact.p_mean)
    with pytest.raises(ValueError, match=r"hits\[3\] must be in \[0, 45\], got 50"):
        explore("proportions", hits=[*HITS[:3], 50, *HITS[4:]])
    with pytest.raises(ValueError, match=r"at_bats\[0\] must be in \[0, 90\] in steps of 5, got 44"):
        explore("proportions", at_bats=[44, *N[1:]])
