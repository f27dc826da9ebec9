"""Hostile tables over all kinds of frames: read right, or refused in words; no row lost, no number wrong."""

import datetime
import math

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pooling.own_groups import analyse, from_counts, from_estimates, from_rows, from_summary
from pooling.priors import HalfNormal, Normal

FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
KINDS = st.sampled_from(sorted(FRAMES))
NAMES = st.one_of(
    st.none(),
    st.text(max_size=6).filter(lambda text: not any(0xD800 <= ord(c) <= 0xDFFF for c in text)),
    st.sampled_from(["nan", "None", "", " ", "<b>a</b>", "=1+1", "'; DROP", "$x_1$", "\\n", "1", "ä", "é"]),
)
FLOATS = st.one_of(
    st.none(),
    st.just(math.nan),
    st.floats(-1e6, 1e6),
    st.sampled_from([0.0, -0.0, 1e308, -1e308, math.inf, -math.inf, 5e-324, 1e150, 1e-150, 1.7e9, 2.0**53]),
)
ODD = st.one_of(
    FLOATS,
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from(["12", "1,5", "n/a", "-", "", "€ 3", "3 %", "=A1"]),
    st.just(datetime.date(2020, 1, 1)),
    st.just(pd.NaT),
    st.just(pd.NA),
)
REFUSED = ("groups must have data", "must be given", "sigma must be a number")


def calm(examples):
    """Return settings under which a machine that is slow fails nothing."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def in_range(y):
    return y == 0 or 1e-150 <= abs(y) <= 1e150


def is_missing(cell):
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def plainly(names, values):
    """Read rows in the plainest way: values by name, how many were left out, rows without a name."""
    kept, dropped, nameless = {}, {}, 0
    for name, y in zip(names, values, strict=True):
        if is_missing(name):
            nameless += 1
            continue
        kept.setdefault(name, [])
        dropped.setdefault(name, 0)
        if is_missing(y):
            dropped[name] += 1
        else:
            kept[name].append(float(y))
    return kept, dropped, nameless


def agrees(found, names, values):
    kept, dropped, nameless = plainly(names, values)
    assert found.names == list(kept)
    assert found.n.tolist() == [len(y) for y in kept.values()]
    assert found.dropped.tolist() == list(dropped.values())
    assert found.nameless == nameless
    assert found.n.sum() + found.dropped.sum() + found.nameless == len(names)
    for mean, ss, y in zip(found.mean, found.ss, kept.values(), strict=True):
        if y:
            size = max(map(abs, y))
            assert mean == pytest.approx(math.fsum(x / len(y) for x in y), rel=1e-12, abs=1e-12 * size)
            expected = math.fsum((x - mean) ** 2 for x in y)
            assert ss == pytest.approx(expected, rel=1e-9, abs=len(y) * (1e-15 * size) ** 2)
        else:
            assert math.isnan(mean)


def column_of(kind, cells, dtype):
    """Return a column of text or numbers as each library has it."""
    if kind == "pandas":
        return pd.Series(cells, dtype=object if dtype is str else float)
    if kind == "polars":
        return pl.Series(cells, dtype=pl.String if dtype is str else pl.Float64)
    return pa.array(cells, pa.string() if dtype is str else pa.float64())


@calm(150)
@given(KINDS, st.lists(st.tuples(NAMES, FLOATS), min_size=1, max_size=12))
def test_rows_of_floats(kind, cells):
    names, values = map(list, zip(*cells, strict=True))
    table = {"g": column_of(kind, names, str), "y": column_of(kind, values, float)}
    try:
        found = from_rows(FRAMES[kind](table), group="g", value="y")
    except ValueError as error:
        told = str(error)
        bad = [y for y in values if not is_missing(y) and not in_range(y)]
        if "in column 'y', row" in told:
            row = int(told.split("row ")[1].split(":")[0])
            assert values[row - 1] in bad
        else:
            assert "must name a group" in told
            assert all(map(is_missing, names))
        return
    assert all(is_missing(y) or in_range(y) for y in values)
    agrees(found, names, values)


@calm(150)
@given(st.lists(st.tuples(st.one_of(NAMES, ODD), ODD), min_size=1, max_size=8))
def test_columns_of_mixed_types(cells):
    """As pandas reads a spreadsheet: whatever is no number is named by its row."""
    names, values = map(list, zip(*cells, strict=True))
    table = pd.DataFrame({"g": pd.Series(names, dtype=object), "y": pd.Series(values, dtype=object)})
    try:
        found = from_rows(table, group="g", value="y")
    except ValueError as error:
        told = str(error)
        assert told.startswith(("group must", "value must"))
        if told.startswith("value must"):
            cell = values[int(told.split("row ")[1].split(":")[0].replace(",", "")) - 1]
            assert isinstance(cell, str | bool | datetime.date) or not in_range(float(cell))
        return
    assert not any(isinstance(y, str | bool | datetime.date) for y in values if not is_missing(y))
    agrees(found, names, values)


@calm(100)
@given(KINDS, st.lists(st.tuples(FLOATS, FLOATS, FLOATS), min_size=1, max_size=6))
def test_estimates_counts_and_summaries(kind, cells):
    first, second, third = (
        [math.nan if x is None else x for x in column] for column in zip(*cells, strict=True)
    )
    names = [f"g{j}" for j in range(len(cells))]
    table = FRAMES[kind]({"g": names, "a": first, "b": second, "c": third})
    for read, of in (
        (from_estimates, {"estimate": "a", "se": "b"}),
        (from_counts, {"successes": "a", "trials": "b"}),
        (from_summary, {"n": "a", "mean": "b", "sd": "c"}),
    ):
        try:
            found = read(table, group="g", **of)
        except ValueError as error:
            told = str(error)
            assert told.startswith(tuple(f"{argument} must be" for argument in of))
            continue
        assert found.names == names
        there = found.n > 0
        assert np.isfinite(found.mean[there]).all()
        assert (found.ss >= 0).all()
        assert (found.n == np.round(found.n)).all()
        if read is from_estimates:
            assert (found.se[there] > 0).all()
            np.testing.assert_array_equal(there, ~(np.isnan(first) | np.isnan(second)))
        if read is from_counts:
            assert ((found.successes >= 0) & (found.successes <= found.n)).all()


@calm(12)
@given(
    KINDS,
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.floats(-100, 100), st.just(1e9))),
        min_size=1,
        max_size=20,
    ),
)
def test_whatever_is_read_is_analysed_or_refused(kind, cells):
    """The table is whole and in order; nothing in it is NaN but what has no data."""
    names, values = map(list, zip(*cells, strict=True))
    values = [None if y is None else y if y == 0 or abs(y) > 1e-3 else 1.0 for y in values]
    table = FRAMES[kind]({"g": names, "y": column_of(kind, values, float)})
    groups = from_rows(table, group="g", value="y")
    try:
        found = analyse(groups)
    except ValueError as error:
        told = str(error)
        assert any(said in told for said in REFUSED)
        return
    table = nw.from_native(found.table, eager_only=True)
    read = {name: table[name].to_numpy() for name in table.columns}
    assert list(read["group"]) == groups.names
    for name in ("estimate", "sd", "lower", "upper", "kept", "p_best"):
        assert np.isfinite(read[name]).all(), name
    assert (read["lower"] < read["upper"]).all()
    assert ((read["kept"] >= 0) & (read["kept"] <= 1)).all()
    assert (read["rank_lower"] >= 1).all()
    assert (read["rank_upper"] <= len(groups.names)).all()
    assert read["p_best"].sum() == pytest.approx(1)
    assert all(isinstance(word, str) for word in found.warnings)


def test_names_are_only_names():
    """What looks like mark-up, a formula or a program stays a name: in words, figure and program."""
    names = ["<script>alert(1)</script>", "=1+1", "'); import os  #", "$\\frac$", "a\nb", "{x}", "%s", "\\"]
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"g": np.repeat(names, 5), "y": rng.normal(size=40)})
    found = analyse(from_rows(table, group="g", value="y"), mu=Normal(0, 1), tau=HalfNormal(1), sigma=1.0)
    assert list(found.table.group) == names
    found.figure().savefig("/dev/null", format="svg")
    assert "import os" not in found.pymc()
    assert "import os" not in found.methods()
    column = "y']; import os; x['"
    odd = from_rows(table.rename(columns={"y": column}), group="g", value=column)
    program = analyse(odd, mu=0.0, tau=1.0, sigma=1.0).pymc()
    space = {"frame": table.rename(columns={"y": column})}
    exec(program[: program.index("with pm.Model")].replace("import pymc as pm", ""), space)
    assert "os" not in space
    assert space["value"].size == 40


def test_a_million_rows_are_read_without_a_loop_of_groups():
    rng = np.random.default_rng(0)
    code = rng.integers(0, 10_000, 1_000_000)
    table = pd.DataFrame({"g": code, "y": rng.normal(size=code.size)})
    found = from_rows(table, group="g", value="y")
    by_group = table.groupby("g").y
    assert found.n.sum() == 1_000_000
    order = np.argsort(found.names)
    np.testing.assert_allclose(found.mean[order], by_group.mean(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.ss[order], by_group.var() * (by_group.count() - 1), rtol=1e-9)
