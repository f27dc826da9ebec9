"""Priors that are chosen: in the unit of the data, wide, and varied as they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pooling.own_groups import from_counts, from_estimates, from_rows
from pooling.own_groups.chosen import chosen, is_number, told, varied
from pooling.priors import Beta, Exponential, HalfCauchy, HalfNormal, Normal, Pareto


def groups(y, g="aabbbccd"):
    return from_rows(pd.DataFrame({"g": list(g), "y": y}), group="g", value="y")


Y = np.array([1.0, 3, 4, 5, 9, 2, 2.5, 8])


def test_scales_are_those_of_the_formula():
    found = chosen(groups(Y), None, None, None)
    within = np.sqrt((2 + 14 + 0.125) / 4)
    between = np.std([2, 6, 2.25, 8], ddof=1)
    s = np.hypot(within, between)
    assert found["mu"].params == pytest.approx(((2.25 + 6) / 2, 2.5 * s))
    assert isinstance(found["tau"], HalfNormal)
    assert found["tau"] == found["sigma"]
    assert found["tau"].scale == pytest.approx(s)
    table = pd.DataFrame({"g": list("abc"), "e": [1.0, 2, 6], "se": [1.0, 3, 2]})
    found = chosen(from_estimates(table, group="g", estimate="e", se="se"), None, None, None)
    assert found["tau"].scale == pytest.approx(np.hypot(2, np.std([1, 2, 6], ddof=1)))
    assert found["mu"].loc == 2
    assert set(found) == {"mu", "tau"}


@given(unit=st.floats(1e-30, 1e30), origin=st.floats(-1e3, 1e3), sign=st.sampled_from([1, -1]))
def test_they_follow_a_change_of_unit_and_origin(unit, origin, sign):
    one = chosen(groups(Y), None, None, None)
    other = chosen(groups(sign * unit * (Y + origin)), None, None, None)
    for name in one:
        assert other[name].scale == pytest.approx(unit * one[name].scale, rel=1e-6)
    assert other["mu"].loc == pytest.approx(sign * unit * (one["mu"].loc + origin), rel=1e-9, abs=1e-9 * unit)


def test_what_is_given_is_taken():
    given_ = {"mu": Normal(0, 1), "tau": 3.0, "sigma": HalfCauchy(2)}
    assert chosen(groups(np.ones(8)), **given_) == given_
    part = chosen(groups(Y), None, 3.0, None)
    assert part["tau"] == 3
    assert part["sigma"] == chosen(groups(Y), None, None, None)["sigma"]


def test_one_huge_group_does_not_narrow_the_prior_of_tau():
    """Counted by rows, the small groups would hardly be seen, and tau be held to a tenth of what it is."""
    rng = np.random.default_rng(0)
    y = np.concatenate([rng.normal(0, 1, 2000), *(rng.normal(m, 1, 3) for m in (-100, 100, 90, -80))])
    found = chosen(groups(y, np.repeat(list("abcde"), [2000, 3, 3, 3, 3])), None, None, None)
    assert found["tau"].scale > 80


def test_counts_have_theirs():
    table = pd.DataFrame({"g": ["a", "b"], "s": [1, 2], "n": [3, 4]})
    counts = from_counts(table, group="g", successes="s", trials="n")
    assert chosen(counts, None, None, None) == {"mu": Beta(1, 1), "tau": Pareto(1, 1.5)}


@pytest.mark.parametrize(
    ("prior", "wider"),
    [
        (Normal(3, 2), Normal(3, 4)),
        (HalfNormal(2), HalfNormal(4)),
        (HalfCauchy(2), HalfCauchy(4)),
        (Exponential(2), Exponential(1)),
        (Beta(2, 6), Beta(1, 3)),
        (Pareto(1, 2), Pareto(1, 1)),
        (3.0, None),
    ],
)
def test_twice_as_wide(prior, wider):
    assert varied(prior, 2.0) == wider
    assert wider is None or varied(wider, 0.5) == prior
    assert is_number(prior) == (wider is None)


def test_as_it_is_written():
    assert told(Normal(0.123456, 1e-9)) == "Normal(0.1235, 1e-09)"
    assert told(2) == "2 (taken as known)"
