"""What goes into the exact engine: masks, labels, missing values, units; right, or refused by name."""

import numpy as np
import pandas as pd
import pytest
from pooling.exact import known_se, normal_groups
from pooling.exact.arguments import same_order
from pooling.priors import Exponential, HalfCauchy, HalfNormal, Normal

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
PRIORS = {"mu": Normal(0, 5), "tau": HalfCauchy(5)}
THREE = {**PRIORS, "sigma": HalfCauchy(5)}
NAMES = list("ABCDEFGH")


# -- priors -------------------------------------------------------------------------------------------------


def test_priors_are_required_as_they_carry_a_unit():
    with pytest.raises(TypeError, match="'mu' and 'tau'"):
        known_se(Y, SE)
    with pytest.raises(TypeError, match="'tau'"):
        known_se(Y, SE, mu=Normal(0, 5))
    with pytest.raises(TypeError, match="'sigma'"):
        normal_groups([2], [1], [1], **PRIORS)


# -- masks and missing values -------------------------------------------------------------------------------


def test_what_a_mask_hides_is_missing():
    hidden = np.arange(8) == 1
    expected = known_se(np.where(hidden, np.nan, Y), SE, **PRIORS).theta_mean
    for masked in (
        (np.ma.array(Y, mask=hidden), SE),
        (np.ma.array(Y, mask=hidden), np.ma.array(SE, mask=hidden)),
        (pd.array(np.where(hidden, np.nan, Y), dtype="Float64"), SE),
        (pd.Series(np.where(hidden, None, Y.astype(int)), dtype="Int64"), SE),
    ):
        np.testing.assert_array_equal(known_se(*masked, **PRIORS).theta_mean, expected)


@pytest.mark.parametrize("name", ["n", "mean", "ss", "count"])
def test_a_mask_where_nothing_may_be_missing_is_refused(name):
    given = {key: np.ma.array([3.0, 4, 5]) for key in ("n", "mean", "ss", "count")}
    given[name] = np.ma.array(given[name], mask=[False, True, False])
    with pytest.raises(ValueError, match=rf"{name} must be .*got nan at (group )?1"):
        normal_groups(**given, **THREE)


# -- labels -------------------------------------------------------------------------------------------------


def test_labelled_values_are_paired_by_label():
    y, se = pd.Series(Y, NAMES), pd.Series(SE, NAMES)
    expected = known_se(Y, SE, **PRIORS).theta_mean
    for order in (NAMES[::-1], list("CAHGBDFE")):
        np.testing.assert_array_equal(known_se(y, se[order], **PRIORS).theta_mean, expected)
        found = known_se(y[order], se, **PRIORS).theta_mean  # in the order of the first
        np.testing.assert_allclose(found, expected[[NAMES.index(name) for name in order]], rtol=1e-13)
    np.testing.assert_array_equal(known_se(y, SE, **PRIORS).theta_mean, expected)
    n, ss = pd.Series(np.arange(2.0, 10), NAMES), pd.Series(np.arange(8.0), NAMES)
    one = normal_groups(n, y, ss, count=n, **THREE)
    other = normal_groups(n, y[::-1], ss[list("CAHGBDFE")], count=n[::-1], **THREE)
    np.testing.assert_array_equal(one.theta_mean, other.theta_mean)


def test_labels_that_differ_or_repeat_are_refused():
    y, se = pd.Series(Y, NAMES), pd.Series(SE, NAMES)
    with pytest.raises(ValueError, match=r"se must have the index of estimate.*differ at 'A', 'Z'"):
        known_se(y, se.rename({"A": "Z"}), **PRIORS)
    with pytest.raises(ValueError, match="each label once"):
        known_se(y.rename({"A": "B"}), se.rename({"A": "B"})[::-1], **PRIORS)
    twice = y.rename({"A": "B"}), se.rename({"A": "B"})
    np.testing.assert_array_equal(  # in the same order they are what they are
        known_se(*twice, **PRIORS).theta_mean, known_se(Y, SE, **PRIORS).theta_mean
    )


def test_a_list_has_no_labels():
    values = {"a": [1, 2], "b": (1, 2), "c": np.arange(2)}
    assert same_order(**values) == values


# -- errors that help ---------------------------------------------------------------------------------------


def test_what_groupby_gives_is_explained_and_the_hint_is_right():
    frame = pd.DataFrame({"class": list("aabcccd"), "score": [1.0, 2, 3, 4, np.nan, 6, np.nan]})
    by = frame.groupby("class")["score"]
    with pytest.raises(ValueError, match=r"ss must be >= 0, got nan at group 'b', nan at group 'd'; .*count"):
        normal_groups(by.size(), by.mean().fillna(0), by.var(), **THREE)
    with pytest.raises(ValueError, match="mean must be finite where n > 0, got nan at group 'd'"):
        normal_groups(by.size(), by.mean(), by.var().fillna(0), **THREE)
    n = by.count()
    found = normal_groups(n, by.mean(), (by.var() * (n - 1)).fillna(0), **THREE)
    expected = normal_groups([2, 1, 2, 0], [1.5, 3, 5, np.nan], [0.5, 0, 2, 0], **THREE)
    np.testing.assert_allclose(found.theta_mean, expected.theta_mean, rtol=1e-12)


def test_an_error_tells_a_few_values_however_many_there_are():
    many = pd.Series(np.arange(10_000.0))
    for estimate, se in ((many, -many), (many.astype(str), many), (many, many.astype(str)), (many, [many])):
        with pytest.raises(ValueError, match=r"^(estimate|se) must") as caught:
            known_se(estimate, se, **PRIORS)
        assert len(str(caught.value)) < 250
    with pytest.raises(ValueError, match="mu must be a Normal prior or a number") as caught:
        known_se(Y, SE, mu=many, tau=HalfCauchy(5))
    assert len(str(caught.value)) < 250


# -- units and places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1e-150, 1e-100, 1e-20, 1e20, 1e100, 1e150])
def test_any_unit_gives_the_same_answer(unit):
    p = known_se(Y, SE, **PRIORS)
    q = known_se(Y * unit, SE * unit, mu=Normal(0, 5 * unit), tau=HalfCauchy(5 * unit))
    np.testing.assert_allclose(q.theta_mean / unit, p.theta_mean, rtol=1e-12)
    np.testing.assert_allclose(q.theta_sd / unit, p.theta_sd, rtol=1e-12)
    assert q.tau_median / unit == pytest.approx(p.tau_median, rel=1e-9)
    p = normal_groups(
        [5, 4, 3], [1, 7, -2], [5, 4, 3], mu=Normal(0, 5), tau=HalfNormal(5), sigma=Exponential(1)
    )
    q = normal_groups(
        [5, 4, 3],
        unit * np.array([1.0, 7, -2]),
        unit * unit * np.array([5.0, 4, 3]),
        mu=Normal(0, 5 * unit),
        tau=HalfNormal(5 * unit),
        sigma=Exponential(1 / unit),
    )
    np.testing.assert_allclose(q.theta_mean / unit, p.theta_mean, rtol=1e-12)
    assert (q.sigma_mean / unit, q.tau_sd / unit) == pytest.approx((p.sigma_mean, p.tau_sd), rel=1e-10)


@pytest.mark.parametrize("unit", [1e-150, 1e-100, 1e100, 1e150])
def test_two_units_are_refused(unit):
    with pytest.raises(ValueError, match=r"mu must be within a factor .* give data and priors in one unit"):
        known_se(Y * unit, SE * unit, **PRIORS)
    with pytest.raises(ValueError, match="tau must be within a factor"):
        known_se(Y, SE, mu=Normal(0, 5), tau=HalfCauchy(unit))
    with pytest.raises(ValueError, match="in one unit"):
        normal_groups([5, 4], Y[:2] * unit, np.multiply([5, 4], unit) * unit, **THREE)


@pytest.mark.parametrize("there", [1e6, 1.7e9, 1e12])
def test_a_constant_added_to_the_data_is_added_to_the_answer(there):
    """To rounding: the data themselves are then known to 1e-16 of the constant."""
    y = (Y + there) - there  # what is left of them
    p = known_se(y, SE, **PRIORS)
    q = known_se(Y + there, SE, mu=Normal(there, 5), tau=HalfCauchy(5))
    np.testing.assert_allclose(q.theta_mean, p.theta_mean + there, rtol=4e-16)
    np.testing.assert_allclose(q.theta_sd, p.theta_sd, rtol=1e-9)
    assert (q.tau_mean, q.tau_median) == pytest.approx((p.tau_mean, p.tau_median), rel=1e-9)
    p = known_se(y, SE, mu=Normal(-there, 10 * there), tau=HalfCauchy(5))  # a prior at 0, far from the data
    q = known_se(Y + there, SE, mu=Normal(0, 10 * there), tau=HalfCauchy(5))
    np.testing.assert_allclose(q.theta_mean, p.theta_mean + there, rtol=4e-16)
    np.testing.assert_allclose(q.theta_sd, p.theta_sd, rtol=1e-9)


def test_small_differences_of_large_numbers_are_kept():
    """A time stamp and microseconds: what the eight schools are, in another unit and elsewhere."""
    there, unit = 1.7e9, 1e-6
    y = ((there + Y * unit) - there) / unit
    p = known_se(y, SE, **PRIORS)
    q = known_se(there + Y * unit, SE * unit, mu=Normal(there, 5 * unit), tau=HalfCauchy(5 * unit))
    np.testing.assert_allclose(q.theta_mean, there + unit * p.theta_mean, rtol=4e-16)
    np.testing.assert_allclose(q.theta_sd, unit * p.theta_sd, rtol=1e-9)
    n, ss = np.full(8, 4.0), SE**2
    p = normal_groups(n, y, ss, **THREE)
    q = normal_groups(
        n,
        there + Y * unit,
        ss * unit**2,
        mu=Normal(there, 5 * unit),
        tau=HalfCauchy(5 * unit),
        sigma=HalfCauchy(5 * unit),
    )
    np.testing.assert_allclose(q.theta_mean, there + unit * p.theta_mean, rtol=4e-16)
    assert q.sigma_mean / unit == pytest.approx(p.sigma_mean, rel=1e-9)
