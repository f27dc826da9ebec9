"""Rows too many for one table: the same query in DuckDB over 10⁸ rows in Parquet, and in Spark over a part.

Both come from the package index when this test runs, into an environment of their own: see `bigger.txt`.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pooling.exact import normal_groups
from pooling.own_groups import analyse, from_summary
from pooling.own_groups.query import query
from pooling.priors import HalfNormal, Normal

ROWS, PARTS, GROUPS = 10**8, 10, 200
MU, TAU, SIGMA = 70.0, 3.5, 9.0

#: Branch j has the mean MU + TAU z_j; a row is normal around it, by Box and Muller; every 50th has no score.
MAKE = (
    """
import sys
import duckdb

def uniform(number, salt):
    return f"((hash({number} * 1000 + {salt}) % 1000000007) + 0.5) / 1000000007.0"

def normal(number, salt):
    return f"sqrt(-2 * ln({uniform(number, salt)})) * cos(2 * pi() * {uniform(number, salt + 1)})"

folder, rows, parts, groups = sys.argv[1], *map(int, sys.argv[2:])
con = duckdb.connect()
each = rows // parts
for part in range(parts):
    score = f"MU + TAU * {normal('g', 1)} + SIGMA * {normal('i', 3)}"
    con.execute(
        f"COPY (SELECT 'branch ' || g AS branch, CASE WHEN i % 50 > 0 THEN {score} END AS score "
        f"FROM (SELECT i, hash(i * 1000 + 5) % {groups} AS g "
        f"FROM range({part * each}, {(part + 1) * each}) AS numbers(i))) "
        f"TO '{folder}/part{part}.parquet' (FORMAT parquet)"
    )
""".replace("MU", str(MU))
    .replace("TAU", str(TAU))
    .replace("SIGMA", str(SIGMA))
)
DUCKDB = """
import sys
import duckdb
files, asked, to = sys.argv[1:]
con = duckdb.connect()
con.execute(f"CREATE VIEW scores AS SELECT * FROM read_parquet('{files}')")
con.execute(f"COPY ({asked}) TO '{to}' (HEADER)")
"""
SPARK = """
import sys
from pyspark.sql import SparkSession
files, asked, to = sys.argv[1:]
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config(
    "spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
spark.read.parquet(files).createOrReplaceTempView("scores")
rows = spark.sql(asked).collect()
with open(to, "w") as file:
    file.write(",".join(rows[0].__fields__) + "\\n")
    for row in rows:
        file.write(",".join(map(repr, row)).replace("'", "") + "\\n")
spark.stop()
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Return a Python that has DuckDB and Spark."""
    if not shutil.which("java"):
        pytest.fail("Spark needs Java, and there is none: install a JRE of version 17 or newer")
    folder = tmp_path_factory.mktemp("bigger")
    venv.create(folder, with_pip=True)
    own = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pins = Path(__file__).with_name("bigger.txt")
    subprocess.run([own, "-m", "pip", "install", "-qq", "-r", pins], check=True)
    return own


@pytest.fixture(scope="module")
def parquet(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    subprocess.run([python, "-c", MAKE, folder, *map(str, (ROWS, PARTS, GROUPS))], check=True)
    yield folder
    shutil.rmtree(folder)


def asked(python, program, files, to):
    text = query(group="branch", value="score", table="scores")
    subprocess.run([python, "-c", program, str(files), text, str(to)], check=True)
    return pd.read_csv(to).set_index("branch").sort_index()


@pytest.mark.live
def test_one_query_makes_the_table_of_groups_wherever_the_rows_are(python, parquet, tmp_path):
    part = parquet / "part0.parquet"
    ours, spark = (asked(python, one, part, tmp_path / "part.csv") for one in (DUCKDB, SPARK))
    assert list(ours.index) == list(spark.index)
    assert len(ours) == GROUPS
    np.testing.assert_array_equal(ours["n"], spark["n"])
    for name in ("mean", "sd", "ss"):
        np.testing.assert_allclose(ours[name], spark[name], rtol=1e-9)
    read = pd.read_parquet(part).dropna()
    by = read.groupby("branch").score
    np.testing.assert_array_equal(ours["n"], by.count())
    np.testing.assert_allclose(ours["mean"], by.mean(), rtol=1e-10)
    np.testing.assert_allclose(ours["sd"], by.std(), rtol=1e-9)

    table = asked(python, DUCKDB, parquet / "*.parquet", tmp_path / "all.csv")
    assert table["n"].sum() == ROWS - ROWS // 50
    priors = {"mu": Normal(50, 30), "tau": HalfNormal(10), "sigma": HalfNormal(20)}
    exact = normal_groups(table["n"].to_numpy(), table["mean"].to_numpy(), table["ss"].to_numpy(), **priors)
    assert exact.error < 1e-4
    assert abs(exact.mu_mean - MU) < 4 * exact.mu_sd
    assert abs(exact.tau_mean - TAU) < 4 * exact.tau_sd
    assert abs(exact.sigma_mean - SIGMA) < 5 * exact.sigma_sd
    groups = from_summary(table.reset_index(), group="branch", n="n", mean="mean", sd="sd")
    found = analyse(groups, **priors)
    np.testing.assert_allclose(found.table["estimate"], exact.theta_mean, rtol=1e-9)
