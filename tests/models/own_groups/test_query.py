"""The query makes of rows what `from_rows` makes of them; names are quoted so that none is read as SQL."""

import sqlite3

import numpy as np
import pandas as pd
import pytest
from pooling.own_groups import branches, from_rows
from pooling.own_groups.query import query


class _Moment:
    """What SQLite lacks: the variance, from all values of a group."""

    of_sample = False

    def __init__(self):
        self.values = []

    def step(self, value):
        if value is not None:
            self.values.append(value)

    def finalize(self):
        if len(self.values) < 1 + self.of_sample:
            return None
        return float(np.std(self.values, ddof=1) if self.of_sample else np.var(self.values))


class _Sample(_Moment):
    of_sample = True


@pytest.fixture
def database():
    connection = sqlite3.connect(":memory:")
    connection.create_aggregate("VAR_POP", 1, _Moment)
    connection.create_aggregate("STDDEV_SAMP", 1, _Sample)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("group", "value", "table"),
    [
        ("branch", "score", "scores"),
        ('my "branch"', "score; DROP TABLE x", "sco res"),
        ("Group", "ä", "order"),
        ("select", "values", "t"),
    ],
)
def test_it_makes_the_same_groups_as_the_rows(database, group, value, table):
    frame = pd.read_csv(branches.PATH)[["branch", "score"]].set_axis([group, value], axis=1)
    frame.to_sql(table, database, index=False)
    asked = query(group=group, value=value, table=table)
    found = pd.read_sql(asked, database).set_index(group)
    groups = from_rows(frame, group=group, value=value)
    found = found.loc[groups.names]
    np.testing.assert_array_equal(found["n"], groups.n)
    np.testing.assert_allclose(found["mean"], groups.mean, rtol=1e-12)
    np.testing.assert_allclose(found["ss"], groups.ss, rtol=1e-9, atol=1e-9)
    several = groups.n > 1
    sd = np.sqrt(groups.ss[several] / (groups.n[several] - 1))
    np.testing.assert_allclose(found["sd"].to_numpy()[several].astype(float), sd, rtol=1e-9)


@pytest.mark.parametrize("argument", ["group", "value", "table"])
def test_an_empty_name_is_refused(argument):
    with pytest.raises(ValueError, match=f"{argument} must be a name, got ''"):
        query(**({"group": "a", "value": "b", "table": "c"} | {argument: ""}))


@pytest.mark.parametrize("word", ["group", "order", "user", "end", "table", "values"])
def test_a_word_of_sql_is_quoted(word):
    assert f'SELECT "{word}", COUNT(score) AS n' in query(group=word, value="score")
