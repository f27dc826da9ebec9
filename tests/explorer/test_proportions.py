"""The explorer of chapter 15 without a browser: its engine against the exact engine in Python."""

import drawings
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
from scipy import integrate, special, stats

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


def check_drawing(drawing, at):
    """Each player's own average, his estimate with its sd, and what a kappa by hand would make of it."""
    svg, layer, told = drawing.one("pe-drawing"), drawing.one("pe-layer"), numbers(**at)
    x, n = (drawing.plot(axes).x for axes in drawing.all("pe-axes", svg))
    mean, sd, fixed = (
        np.array([told[f"{kind}:p[{j}]"] for j in range(18)]) for kind in ("mean", "sd", "given")
    )
    trials = np.asarray(at["at_bats"], float)
    hits = np.minimum(at["hits"], trials)
    own = np.where(trials > 0, hits / np.maximum(trials, 1), told["mean:m"])

    def within(values):
        return np.clip(values, 0, 0.6)

    spans = np.array(drawing.pieces(drawing.one("pe-reach-of-sd", svg)))
    x.says(spans[:, :, 0], within(np.column_stack([mean - sd, mean + sd])))
    dots = np.array([drawing.place(one) for one in drawing.all("pe-dot", svg)])
    x.says(dots[:, 0], within(mean))
    np.testing.assert_array_equal(dots[:, 1], spans[:, 0, 1])
    np.testing.assert_allclose(np.diff(dots[:, 1]), 25)
    ways = drawing.pieces(drawing.one("pe-pull", svg))[::2]  # each, and its head
    x.says([way[:, 0] for way in ways], within(np.column_stack([own, mean]))[trials > 0])
    for way, head in zip(ways, drawing.pieces(drawing.one("pe-pull", svg))[1::2], strict=True):
        np.testing.assert_array_equal(head[1], way[1])  # at its end, open to where it comes from
        assert np.all((head[[0, 2], 0] - way[1, 0]) * np.sign(way[0, 0] - way[1, 0]) >= 0)
    x.says([piece[0, 0] for piece in drawing.pieces(drawing.one("pe-given", svg))], within(fixed))
    x.says(drawing.pieces(drawing.one("pe-through", svg))[0][:, 0], within(told["mean:m"]))
    (heading,) = (text for text in drawing.texts() if text.startswith("everybody "))
    assert drawings.numbers(heading) == pytest.approx([told["mean:m"]], abs=0.00051)
    handles = {one.get("data-control"): drawing.place(one)[0] for one in drawing.all("pe-handle", layer)}
    x.says([handles[f"hits[{j}]"] for j in range(18)], within(own))
    n.says([handles[f"at_bats[{j}]"] for j in range(18)], trials)

    # of a nineteenth who has never batted E[p] is E[m]
    m = given_kappa(np.append(hits, 0) * at["times"], np.append(trials, 0) * at["times"], at["kappa"])[-1]
    (hill,) = drawing.pieces(drawing.one("pe-prior", svg))
    foot = drawing.pieces(drawing.all("pe-baseline", svg)[0])[0][0, 1]
    population = stats.beta(m * at["kappa"], (1 - m) * at["kappa"])
    drawings.on_one_scale([drawings.Curve(x, hill, foot, population.pdf)])


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("proportions", seed=15):
        check_drawing(drawing, at)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"times": 10.0, "hits": [45 - j for j in range(18)]}
    with drawings.shown("proportions") as show:
        drawing = show(before=before)
    x, told = drawing.plot(drawing.all("pe-axes")[0]).x, numbers(**drawings.arguments(EXPLORER, before))
    (past,) = (one for one in drawing.drawn("pe-ghost") if one.get("d"))
    mean, sd = (np.array([told[f"{kind}:p[{j}]"] for j in range(18)]) for kind in ("mean", "sd"))
    ends = np.array(drawing.pieces(past))[:, :, 0]
    x.says(ends, np.clip(np.column_stack([mean - sd, mean + sd]), 0, 0.6))
