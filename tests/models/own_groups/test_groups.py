"""Tables as readers have them: read as they are, or refused by column, row and value; nothing is lost."""

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pooling.own_groups import from_counts, from_estimates, from_rows, from_summary

FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
each_frame = pytest.mark.parametrize("frame", FRAMES)


def read(frame, **columns):
    return from_rows(FRAMES[frame](columns), group="g", value="y")


@each_frame
def test_groups_come_in_order_of_appearance_with_what_is_left_out_counted(frame):
    found = read(frame, g=["b", "a", "b", None, "a", "c"], y=[1.0, 5, None, 7, 8, None])
    assert found.names == ["b", "a", "c"]
    assert found.n.tolist() == [1, 2, 0]
    np.testing.assert_array_equal(found.mean, [1, 6.5, np.nan])
    assert found.ss.tolist() == [0, 4.5, 0]
    assert found.dropped.tolist() == [1, 0, 1]
    assert found.nameless == 1
    assert found.kind == "rows"
    assert repr(found) == "Groups(rows: 3 groups, n 3, left out 3)"


@pytest.mark.parametrize(
    "y",
    [
        pd.array([1, None, 4], dtype="Int64"),
        pd.array([1, None, 4], dtype="Float64"),
        pd.array([1, None, 4], dtype="int64[pyarrow]"),
        pd.Series([1, pd.NA, 4], dtype=object),
        pd.Series([1, None, decimal.Decimal("4")], dtype=object),
        np.array([1, np.nan, 4], dtype=np.float32),
        pl.Series([1, None, 4], dtype=pl.Int8),
        pl.Series([1.0, float("nan"), 4]),
        pl.Series([decimal.Decimal("1"), None, decimal.Decimal("4")]),
        pa.array([1, None, 4], pa.uint16()),
        pa.array([1, None, 4], pa.float16()),
        pa.chunked_array([[1.0], [None, 4.0]]),
    ],
    ids=lambda y: f"{type(y).__name__} {getattr(y, 'dtype', getattr(y, 'type', ''))}",
)
def test_numbers_of_every_kind_with_one_missing(y):
    kind = pl.DataFrame if isinstance(y, pl.Series) else pa.table if "pyarrow" in type(y).__module__ else None
    found = from_rows((kind or pd.DataFrame)({"g": ["a", "a", "a"], "y": y}), group="g", value="y")
    assert (found.n[0], found.mean[0], found.ss[0], found.dropped[0]) == (2, 2.5, 4.5, 1)


@pytest.mark.parametrize(
    "g",
    [
        pd.Categorical(["u", "u", None], categories=["u", "v", "w"]),
        pd.Series(["u", "u", pd.NA], dtype="string"),
        pd.Series(["u", "u", np.nan], dtype=object),
        pl.Series(["u", "u", None], dtype=pl.Categorical),
        pl.Series(["u", "u", None], dtype=pl.Enum(["v", "u"])),
        pa.array(["u", "u", None]).dictionary_encode(),
    ],
    ids=lambda g: f"{type(g).__name__} {getattr(g, 'dtype', getattr(g, 'type', ''))}"[:40],
)
def test_names_of_every_kind_without_unused_categories(g):
    kind = pl.DataFrame if isinstance(g, pl.Series) else pa.table if "pyarrow" in type(g).__module__ else None
    found = from_rows((kind or pd.DataFrame)({"g": g, "y": [1.0, 2, 3]}), group="g", value="y")
    assert found.names == ["u"]
    assert found.nameless == 1


@each_frame
@pytest.mark.parametrize(
    "g", [[1, 2, 1], [1.5, 2.5, 1.5], [True, False, True], [datetime.date(2020, 1, 1)] * 3]
)
def test_names_stay_what_they_are(frame, g):
    found = read(frame, g=g, y=[1.0, 2, 3])
    assert found.names == list(dict.fromkeys(g))


def test_the_text_nan_is_a_name():
    found = from_rows(pl.DataFrame({"g": ["nan", "None", ""], "y": [1.0, 2, 3]}), group="g", value="y")
    assert found.names == ["nan", "None", ""]
    assert found.nameless == 0


DAY = datetime.datetime(2020, 1, 2)
REFUSED = {
    "a decimal comma": (
        ["1.0", "2,5"],
        r"value must be numbers, got '1.0' \(str\) in column 'y', row 1.*comma",
    ),
    "booleans": ([True, False], r"got True \(bool\) in column 'y', row 1.*from_counts"),
    "a date": ([DAY, DAY], r"column 'y', row 1: use a numeric column"),
    "a duration": ([DAY - DAY, DAY - DAY], r"column 'y', row 1: use a numeric column"),
    "infinity": ([1.0, np.inf], r"value must be finite, got inf in column 'y', row 2"),
    "minus infinity": ([1.0, -np.inf], r"value must be finite, got -inf in column 'y', row 2"),
    "too large": ([1.0, 1e308], r"between 1e-150 and 1e\+150, got 1e\+308 in column 'y', row 2"),
    "too small": ([1e-300, 1.0], r"got 1e-300 in column 'y', row 1"),
    "lists": ([[1.0], [2.0]], r"\(list\) in column 'y', row 1: use a numeric column|numeric column"),
}


@each_frame
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_number_is_named_by_row(frame, what):
    y, said = REFUSED[what]
    with pytest.raises(ValueError, match=said):
        read(frame, g=["a", "b"], y=y)


@pytest.mark.parametrize(
    "cell", ["n/a", "12", 1j, True, DAY, pd.Timestamp(DAY), np.bool_(1), object(), [3], {}]
)
def test_one_bad_cell_among_numbers_is_named(cell):
    with pytest.raises(ValueError, match=r"value must be numbers, got .* in column 'y', row 3: "):
        read("pandas", g=["a", "b", "c"], y=pd.Series([1.0, None, cell], dtype=object))


@pytest.mark.parametrize("g", [[1, "1"], ["a", 2.5], [True, "x"], [1, True]])
def test_names_of_mixed_kinds_are_refused(g):
    with pytest.raises(ValueError, match=r"group must be names of one kind, got .* in column 'g', row 2"):
        read("pandas", g=pd.Series(g, dtype=object), y=[1.0, 2.0])


def test_numbers_of_several_types_are_names_of_one_kind():
    g = pd.Series([1, np.int64(1), 2.5, np.float32(2.5), decimal.Decimal(1)], dtype=object)
    assert read("pandas", g=g, y=[1.0, 2, 3, 4, 5]).n.tolist() == [3, 2]


@each_frame
def test_what_cannot_be_a_name_is_refused(frame):
    with pytest.raises(ValueError, match=r"group must be names, got .* in column 'g', row 1"):
        read(frame, g=[[1], [2]], y=[1.0, 2.0])


@each_frame
def test_a_column_that_is_not_there_is_told_with_those_that_are(frame):
    table = FRAMES[frame]({"branch": ["a"], "Score": [1.0]})
    with pytest.raises(
        ValueError, match=r"value must be a column of the table, got 'score'; it has 'branch', 'Score'"
    ):
        from_rows(table, group="branch", value="score")
    with pytest.raises(ValueError, match="group must be a column of the table, got 3"):
        from_rows(table, group=3, value="Score")
    with pytest.raises(ValueError, match="value must be another column than group"):
        from_rows(table, group="branch", value="branch")


def test_a_column_in_the_index_is_found_out():
    table = pd.DataFrame({"g": ["a"], "y": [1.0]}).set_index("g")
    with pytest.raises(ValueError, match="reset_index"):
        from_rows(table, group="g", value="y")


def test_column_names_of_pandas_may_be_no_text():
    plain = pd.DataFrame([["a", 1.0], ["a", 2.0]])
    assert from_rows(plain, group=0, value=1).mean.tolist() == [1.5]
    nested = plain.set_axis(pd.MultiIndex.from_tuples([("k", "g"), ("k", "y")]), axis=1)
    assert from_rows(nested, group=("k", "g"), value=("k", "y")).mean.tolist() == [1.5]


@each_frame
def test_column_names_are_only_names(frame):
    """Those that are patterns to polars, and those of our own arguments, exchanged."""
    cells = [["a", "a"], [1.0, 2.0]]
    for names in (["^.*$", "*"], ["value", "group"], ["", " "], ["y", "n"]):
        table = FRAMES[frame](dict(zip(names, cells, strict=True)))
        assert from_rows(table, group=names[0], value=names[1]).mean.tolist() == [1.5]


@pytest.mark.parametrize("kind", ["pandas", "pyarrow"])
def test_column_names_that_occur_twice(kind):
    def table(names):
        cells = [["a", "b"], [1.0, 2.0], [3.0, 4.0]]
        if kind == "pyarrow":
            return pa.table(cells, names=names)
        return pd.concat([pd.Series(c, name=n) for c, n in zip(cells, names, strict=True)], axis=1)

    with pytest.raises(
        ValueError, match="value must be a column of its own name, got 'y', which 2 columns have"
    ):
        from_rows(table(["g", "y", "y"]), group="g", value="y")
    assert from_rows(table(["g", "y", "g2"]), group="g", value="y").n.tolist() == [1, 1]
    table_with_others = pd.DataFrame([["a", 1.0, 2, 3]], columns=["g", "y", "x", "x"])
    assert from_rows(table_with_others, group="g", value="y").mean.tolist() == [1]


@each_frame
def test_tables_without_rows_columns_names_or_data(frame):
    with pytest.raises(ValueError, match="frame must have at least one row"):
        read(frame, g=[], y=[])
    with pytest.raises(ValueError, match="frame must have columns"):
        from_rows(FRAMES[frame]({}), group="g", value="y")
    with pytest.raises(ValueError, match="group must name a group in some row"):
        read(frame, g=[None, None], y=[1.0, 2.0])
    assert read(frame, g=["a", "b"], y=[None, None]).dropped.tolist() == [1, 1]


@pytest.mark.parametrize("thing", [{"g": ["a"], "y": [1.0]}, [[1, 2]], np.zeros((2, 2)), None, "a.csv"])
def test_what_is_no_frame_is_refused(thing):
    with pytest.raises(ValueError, match="frame must be a data frame of pandas, polars or pyarrow"):
        from_rows(thing, group="g", value="y")


def test_a_lazy_frame_is_to_be_collected():
    with pytest.raises(ValueError, match="collect"):
        from_rows(pl.LazyFrame({"g": ["a"], "y": [1.0]}), group="g", value="y")


def test_time_stamps_keep_their_digits():
    y = np.array([1.7e9 + k for k in range(5)])
    found = from_rows(pd.DataFrame({"g": ["a"] * 5, "y": y}), group="g", value="y")
    assert (found.mean[0], found.ss[0]) == (1.7e9 + 2, 10)
    alike = from_rows(pd.DataFrame({"g": ["a"] * 3 + ["b"], "y": [0.1] * 3 + [1e9]}), group="g", value="y")
    assert alike.ss.tolist() == [0, 0]
    assert alike.mean[0] == 0.1


ONE_A_GROUP = {
    "estimates": (from_estimates, {"estimate": [1.0, 2.0, 3.0], "se": [1.0, 1.0, 1.0]}),
    "counts": (from_counts, {"successes": [1, 2, 3], "trials": [3, 3, 3]}),
    "summary": (from_summary, {"n": [2, 3, 4], "mean": [1.0, 2.0, 3.0], "sd": [1.0, 1.0, 1.0]}),
}


@each_frame
@pytest.mark.parametrize("kind", ONE_A_GROUP)
def test_a_group_stands_once_and_one_with_a_missing_cell_is_kept_and_counted(frame, kind):
    function, columns = ONE_A_GROUP[kind]
    named = {name: name for name in columns}
    with pytest.raises(
        ValueError, match="group must name each group once, got 'a' in rows 1, 3 of column 'g'"
    ):
        function(FRAMES[frame]({"g": ["a", "b", "a"], **columns}), group="g", **named)
    for name in columns:
        holed = columns | {name: [columns[name][0], None, columns[name][2]]}
        found = function(FRAMES[frame]({"g": ["a", "b", "c"], **holed}), group="g", **named)
        assert found.names == ["a", "b", "c"]
        assert found.dropped.tolist() == [0, 1, 0]
        assert found.n[1] == 0
        assert np.isnan(found.mean[1])
    nameless = function(FRAMES[frame]({"g": [None, "b", "a"], **columns}), group="g", **named)
    assert (nameless.names, nameless.nameless) == (["b", "a"], 1)
    assert nameless.mean[0] == (2 / 3 if kind == "counts" else 2)


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("estimates", {"se": [1, 0, 1]}, r"se must be > 0, got 0 in column 'se' for group 'b'"),
        ("estimates", {"se": [1, 1, -2.0]}, r"se must be > 0, got -2 in column 'se' for group 'c'"),
        ("counts", {"successes": [1, 4, 3]}, r"successes must be at most the trials, got 4 .* group 'b'"),
        ("counts", {"successes": [1, -1, 3]}, r"successes must be whole and between 0 and 10⁹, got -1"),
        (
            "counts",
            {"successes": [0.5, 1, 1]},
            r"got 0.5 in column 'successes' for group 'a': counts, not shares",
        ),
        ("counts", {"trials": [3, 3, 2e9]}, r"trials must be whole and between 0 and 10⁹, got 2000000000"),
        ("summary", {"n": [2, 3.5, 4]}, r"n must be whole and >= 0, got 3.5 .* group 'b'"),
        ("summary", {"n": [2, -3, 4]}, r"n must be whole and >= 0, got -3 .* group 'b'"),
        ("summary", {"sd": [1, -1.0, 1]}, r"sd must be >= 0, got -1 .* group 'b'"),
        ("summary", {"n": [2, 1, 4]}, r"sd must be 0 or missing where n is 1, got 1 .* group 'b'"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_group(kind, changed, said):
    function, columns = ONE_A_GROUP[kind]
    table = pd.DataFrame({"g": ["a", "b", "c"], **columns, **changed})
    with pytest.raises(ValueError, match=said):
        function(table, group="g", **{name: name for name in columns})


def test_a_summary_of_one_or_no_row_needs_no_sd():
    table = pd.DataFrame(
        {"g": ["a", "b", "c"], "n": [3, 1, 0], "m": [1.0, 2, np.nan], "sd": [2.0, np.nan, np.nan]}
    )
    found = from_summary(table, group="g", n="n", mean="m", sd="sd")
    assert found.n.tolist() == [3, 1, 0]
    assert found.ss.tolist() == [8, 0, 0]
    assert found.dropped.tolist() == [0, 0, 0]
