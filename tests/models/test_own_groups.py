"""A reader's table in one line: what is odd is told; equal to the exact posterior, in any unit and frame."""

import io

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pooling.exact import binomial_groups, known_se, normal_groups
from pooling.own_groups import analyse, from_counts, from_estimates, from_rows, from_summary
from pooling.priors import Beta, HalfCauchy, HalfNormal, Normal, Pareto

FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
CSV = """branch,score
Leeds,71
York,64
Leeds,
Hull,58
York,61
Leeds,75
Hull,63
Bath,70
Bath,66
Hull,
Hull,
Bath,
Leeds,68
York,66
Ely,69
Wells,164
Wells,171
Wells,168
Bath,64
Deal,65
Deal,69
Deal,66
,60
"""
EIGHT = {
    "school": list("ABCDEFGH"),
    "effect": [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0],
    "error": [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0],
}
each_frame = pytest.mark.parametrize("frame", FRAMES)


def column(frame, name):
    return nw.from_native(frame, eager_only=True)[name].to_numpy()


def rows(seed=3, groups=9, most=12):
    rng = np.random.default_rng(seed)
    n = rng.integers(2, most, groups)
    theta = rng.normal(50, 6, groups)
    return {
        "g": np.repeat([f"g{j}" for j in range(groups)], n).tolist(),
        "y": rng.normal(np.repeat(theta, n), 8.0).tolist(),
    }


def test_one_line_from_a_csv_with_gaps_a_branch_of_one_row_and_an_outlier_names_each():
    frame = pd.read_csv(io.StringIO(CSV))
    found = analyse(from_rows(frame, group="branch", value="score"))
    said = " ".join(found.warnings)
    assert "'Leeds' 1 of 4" in said
    assert "'Hull' 2 of 4" in said
    assert "'Bath' 1 of 4" in said
    assert "York" not in said
    assert "1 row without a name in column 'branch'" in said
    assert "One row only: 'Ely'" in said
    assert "Far from what the other groups let expect: 'Wells' (own 167.7" in said
    table = found.table.set_index("group")
    assert list(table.index) == ["Leeds", "York", "Hull", "Bath", "Ely", "Wells", "Deal"]
    assert table.n.to_dict() == {"Leeds": 3, "York": 3, "Hull": 2, "Bath": 3, "Ely": 1, "Wells": 3, "Deal": 3}
    assert table.p_best["Wells"] == 1
    assert table.rank_lower["Wells"] == table.rank_upper["Wells"] == 1


def test_a_tidy_table_has_no_warning_but_that_of_its_ranks():
    rng = np.random.default_rng(1)
    theta = np.repeat(rng.normal(0, 3, 30), 40)
    table = pd.DataFrame({"g": np.repeat(np.arange(30), 40), "y": rng.normal(theta, 2)})
    assert analyse(from_rows(table, group="g", value="y")).warnings == []


@each_frame
def test_rows_give_what_exact_gives(frame):
    data = rows()
    found = analyse(from_rows(FRAMES[frame](data), group="g", value="y"))
    assert type(found.table) is type(FRAMES[frame](data))
    by_group = pd.DataFrame(data).groupby("g").y
    n, mean, ss = by_group.count(), by_group.mean(), (by_group.var() * (by_group.count() - 1)).fillna(0)
    assert set(found.priors) == {"mu", "tau", "sigma"}
    exact = normal_groups(n.values, mean.values, ss.values, **found.priors)
    assert list(column(found.table, "group")) == list(n.index)
    assert np.abs((column(found.table, "estimate") - exact.theta_mean) / exact.theta_sd).max() < 1e-6
    assert np.abs(column(found.table, "sd") / exact.theta_sd - 1).max() < 1e-6
    assert abs(found.population.mu.mean - exact.mu_mean) < 1e-6 * exact.mu_sd
    assert abs(found.population.tau.mean - exact.tau_mean) < 1e-6 * exact.tau_sd
    assert abs(found.population.tau.median - exact.tau_median) < 1e-6 * exact.tau_sd
    assert abs(found.population.sigma.mean - exact.sigma_mean) < 1e-6 * exact.sigma_sd
    new = normal_groups([*n, 0], [*mean, np.nan], [*ss, 0], **found.priors)
    assert found.new_group.mean == pytest.approx(new.theta_mean[-1], abs=1e-6 * new.theta_sd[-1])
    # of a new group: Var = Var mu + E tau²
    variance = exact.mu_sd**2 + exact.tau_sd**2 + exact.tau_mean**2
    assert found.new_group.sd == pytest.approx(np.sqrt(variance), rel=1e-6)


@each_frame
def test_a_summary_gives_what_its_rows_give(frame):
    data = rows(5)
    of_rows = analyse(from_rows(FRAMES[frame](data), group="g", value="y"))
    summary = pd.DataFrame(data).groupby("g").y.agg(["count", "mean", "std"]).reset_index()
    groups = from_summary(FRAMES[frame](summary.to_dict("list")), group="g", n="count", mean="mean", sd="std")
    found = analyse(groups)
    for name in ("estimate", "sd", "lower", "upper", "kept"):
        np.testing.assert_allclose(column(found.table, name), column(of_rows.table, name), rtol=1e-7)


@each_frame
def test_eight_schools_are_those_of_the_textbook(frame):
    groups = from_estimates(FRAMES[frame](EIGHT), group="school", estimate="effect", se="error")
    priors = {"mu": Normal(0, 20), "tau": HalfCauchy(25)}
    found = analyse(groups, **priors)
    exact = known_se(EIGHT["effect"], EIGHT["error"], **priors)
    assert np.abs((column(found.table, "estimate") - exact.theta_mean) / exact.theta_sd).max() < 1e-6
    assert found.population.sigma is None
    assert found.priors == priors
    assert column(found.table, "n").tolist() == [1] * 8


@each_frame
def test_counts_give_what_exact_gives(frame):
    data = {"player": list("abcdef"), "hits": [18, 17, 0, 7, 10, 1], "at_bats": [45, 45, 0, 45, 20, 1]}
    groups = from_counts(FRAMES[frame](data), group="player", successes="hits", trials="at_bats")
    for priors in ({}, {"mu": Beta(2, 5), "tau": Pareto(2, 1)}):
        found = analyse(groups, **priors)
        mean, concentration = found.priors["mu"], found.priors["tau"]
        exact = binomial_groups(data["hits"], data["at_bats"], mean=mean, concentration=concentration)
        assert np.abs((column(found.table, "estimate") - exact.p_mean) / exact.p_sd).max() < 1e-6
        assert (column(found.table, "lower") >= 0).all()
        assert (column(found.table, "upper") <= 1).all()
    assert "No data: 'c'" in " ".join(found.warnings)
    assert np.isnan(column(found.table, "own")[2])
    assert column(found.table, "kept")[2] == 0


def test_a_given_number_is_known_and_is_not_varied():
    found = analyse(from_rows(pd.DataFrame(rows()), group="g", value="y"), tau=6, sigma=8.0)
    assert found.priors["tau"] == 6
    assert found.population.tau.sd == 0
    assert column(found.sensitivity, "prior").tolist() == ["mu", "mu"]
    n = column(found.table, "n")
    np.testing.assert_allclose(column(found.table, "kept"), n / (n + (8 / 6) ** 2), rtol=1e-12)


def test_groups_alike_by_assumption_share_the_first_place():
    found = analyse(from_rows(pd.DataFrame(rows()), group="g", value="y"), tau=0)
    p = column(found.table, "p_best")
    error = np.sqrt(1 / 9 * 8 / 9 / 10_000)
    assert np.abs(p - 1 / 9).max() < 4 * error
    assert np.ptp(column(found.table, "estimate")) < 1e-9


def test_bounds_leave_three_per_cent_on_either_side():
    """By other draws, and for the widest and the narrowest group."""
    found = analyse(from_rows(pd.DataFrame(rows()), group="g", value="y"))
    theta = found.posterior.draw(99, 40_000).theta
    for name, share in (("lower", 0.03), ("upper", 0.97)):
        below = (theta[:, :9] < column(found.table, name)).mean(axis=0)
        # the error of both sets of draws; stretching takes most of the first away
        assert np.abs(below - share).max() < 4 * np.sqrt(0.03 * 0.97 * (1 / 40_000 + 1 / 10_000))


@pytest.mark.parametrize(("unit", "origin"), [(1000.0, 0.0), (1e-9, 0.0), (-3.0, 7.0), (1.0, 1e6)])
def test_a_change_of_unit_and_origin_changes_nothing_else(unit, origin):
    data = rows(8)
    moved = {"g": data["g"], "y": (origin + unit * np.asarray(data["y"])).tolist()}
    one, other = (analyse(from_rows(pd.DataFrame(d), group="g", value="y")) for d in (data, moved))
    size = abs(unit)
    sd = column(one.table, "sd")
    np.testing.assert_allclose(column(other.table, "sd") / size, sd, rtol=1e-6)
    estimate = (column(other.table, "estimate") - origin) / unit
    assert np.abs((estimate - column(one.table, "estimate")) / sd).max() < 1e-6
    np.testing.assert_allclose(
        column(other.sensitivity, "moved"), column(one.sensitivity, "moved"), rtol=1e-3
    )
    np.testing.assert_allclose(column(other.table, "kept"), column(one.table, "kept"), rtol=1e-6)
    if unit > 0:
        for name in ("rank_lower", "rank_upper", "p_best"):
            np.testing.assert_array_equal(column(other.table, name), column(one.table, name))


def test_the_order_of_rows_is_the_order_of_groups_and_nothing_else():
    data = pd.DataFrame(rows(9))
    shuffled = data.sample(frac=1, random_state=np.random.default_rng(0))
    one = analyse(from_rows(data, group="g", value="y")).table.set_index("group")
    other = analyse(from_rows(shuffled, group="g", value="y")).table.set_index("group").loc[one.index]
    np.testing.assert_allclose(other[["estimate", "sd", "own"]], one[["estimate", "sd", "own"]], rtol=1e-9)


def test_a_seed_gives_the_same_table_twice():
    groups = from_rows(pd.DataFrame(rows()), group="g", value="y")
    pd.testing.assert_frame_equal(analyse(groups, seed=4).table, analyse(groups, seed=4).table)
    assert not analyse(groups, seed=5).table.lower.equals(analyse(groups, seed=4).table.lower)


def test_sensitivity_is_the_exact_answer_under_the_other_prior():
    groups = from_rows(pd.DataFrame(rows(2, groups=4)), group="g", value="y")
    found = analyse(groups)
    assert found.sensitivity[["prior", "factor"]].values.tolist() == [
        [name, factor] for name in ("mu", "tau", "sigma") for factor in (0.5, 2.0)
    ]
    half = found.sensitivity.iloc[2]
    narrow = HalfNormal(found.priors["tau"].scale / 2)
    exact = normal_groups(groups.n, groups.mean, groups.ss, **(found.priors | {"tau": narrow}))
    of_mean, of_sd = exact.theta_mean - found.table.estimate, exact.theta_sd - found.table.sd
    move = np.maximum(np.abs(of_mean), np.abs(of_sd)) / found.table.sd
    assert half.moved == pytest.approx(move.max(), abs=1e-6)
    assert half.group == found.table.group[move.argmax()]
    assert half.tau == pytest.approx(exact.tau_median, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"prob": 94}, "prob must be in"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 1.5}, "seed must be"),
        ({"mu": "wide"}, "mu must be a Normal prior or a number"),
        ({"tau": -1}, "tau must be >= 0"),
        ({"tau": Beta(1, 1)}, "tau must be"),
        ({"sigma": 0}, "sigma must be > 0"),
    ],
)
def test_a_bad_argument_is_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        analyse(from_rows(pd.DataFrame(rows()), group="g", value="y"), **arguments)


def test_what_comes_from_elsewhere_is_refused():
    with pytest.raises(ValueError, match="groups must come from from_rows"):
        analyse(pd.DataFrame(rows()))
    eight = from_estimates(pd.DataFrame(EIGHT), group="school", estimate="effect", se="error")
    with pytest.raises(ValueError, match="sigma must be None for estimates"):
        analyse(eight, sigma=1)
    counts = from_counts(pd.DataFrame({"g": ["a"], "s": [1], "n": [2]}), group="g", successes="s", trials="n")
    with pytest.raises(ValueError, match="tau must be a Pareto prior of the concentration"):
        analyse(counts, tau=HalfNormal(1))


@each_frame
def test_no_data_at_all_is_said(frame):
    table = FRAMES[frame]({"g": ["a", "b"], "y": [None, None]})
    with pytest.raises(ValueError, match=r"groups must have data.*2 rows with a missing cell"):
        analyse(from_rows(table, group="g", value="y"))


def test_one_row_one_group_and_equal_values():
    one = from_rows(pd.DataFrame({"g": ["a"], "y": [3.0]}), group="g", value="y")
    with pytest.raises(ValueError, match="mu and tau and sigma must be given"):
        analyse(one)
    found = analyse(one, mu=Normal(0, 5), tau=HalfNormal(2), sigma=1.0)
    assert 0 < found.table.estimate[0] < 3
    assert "Few groups, 1 with data" in " ".join(found.warnings)
    alone = from_rows(pd.DataFrame({"g": ["a"] * 4, "y": [1.0, 2, 3, 4]}), group="g", value="y")
    assert analyse(alone).table.p_best[0] == 1
    equal = from_rows(pd.DataFrame({"g": ["a", "a", "b"], "y": [3.0] * 3}), group="g", value="y")
    with pytest.raises(ValueError, match="the values do not differ"):
        analyse(equal)
    flat = from_rows(pd.DataFrame({"g": ["a", "a", "b"], "y": [3.0, 3, 4]}), group="g", value="y")
    with pytest.raises(ValueError, match="sigma must be a number, got no group with any spread"):
        analyse(flat)
    assert "No spread, all rows alike: 'a'" in " ".join(analyse(flat, sigma=1.0).warnings)


def test_an_sd_that_does_not_exist_is_infinite():
    """One group and a half-Cauchy: E tau², and so the variance of a group without data, is infinite."""
    table = pd.DataFrame({"g": ["a", "b"], "e": [1.0, None], "se": [2.0, 1.0]})
    groups = from_estimates(table, group="g", estimate="e", se="se")
    found = analyse(groups, tau=HalfCauchy(1))
    assert np.isinf([found.table.sd[1], found.new_group.sd, found.population.tau.sd]).all()
    assert np.isfinite(found.table[["lower", "upper"]].values).all()
    assert np.isfinite(found.sensitivity.moved).all()


@each_frame
def test_the_figure_shows_the_table(frame):
    groups = from_rows(FRAMES[frame](rows()), group="g", value="y")
    found = analyse(groups, mu=50.0, tau=6.0, sigma=8.0, prob=0.8)
    (ax,) = found.figure().axes
    drawn = {line.get_label(): line.get_xdata() for line in ax.lines}
    order = np.argsort(column(found.table, "estimate"))
    np.testing.assert_array_equal(drawn["pooled"], column(found.table, "estimate")[order])
    np.testing.assert_array_equal(drawn["own"], column(found.table, "own")[order])
    bars = np.array(ax.collections[0].get_segments())[:, :, 0]
    ends = np.column_stack([column(found.table, "lower"), column(found.table, "upper")])
    np.testing.assert_array_equal(bars, ends[order])
    assert [label.get_text() for label in ax.get_yticklabels()] == [groups.names[j] for j in order]
    assert ax.get_xlabel() == "y"


def test_the_report_says_what_was_done():
    found = analyse(from_rows(pd.read_csv(io.StringIO(CSV)), group="branch", value="score"))
    said = found.methods()
    assert "18 values of score in 7 groups (branch)" in said
    assert "For missing cells, 5 rows were left out ('Leeds' 1, 'Hull' 2, 'Bath' 1, without a name 1)" in said
    assert f"{found.population.mu.mean:.4g}" in said
    assert f"HalfNormal({found.priors['tau'].scale:.4g})" in said
    assert "\n" not in said
