"""Hostile tables in the workbench: read right, or refused in words; never a wrong number, never a crash."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pooling.exact import normal_groups
from pooling.priors import HalfNormal, Normal
from workbench import workbench

#: Cells by what they say: a number, nothing (None), or what is no number and has to be refused ("bad").
CELLS = {
    "1": 1.0, "-2.5": -2.5, "+.5": 0.5, " 7 ": 7.0, "1e3": 1000.0, "−3": -3.0, "12.25": 12.25,
    "1 000": 1000.0,
    "1700000000": 1.7e9, "0": 0.0, "-0.0": 0.0, "1E-5": 1e-5, "1e150": 1e150, "1\u00a0234": 1234.0,
    "": None, " ": None, "NA": None, "NaN": None, "null": None, "-": None, "–": None, "#N/A": None, ".": None,
    "inf": "bad", "-Infinity": "bad", "1e308": "bad", "1e-320": "bad", "2024-01-05": "bad", "5/1/2024": "bad",
    "=1+1": "bad", "3 %": "bad", "€4": "bad", "0x10": "bad", "1..2": "bad", "--1": "bad", "twelve": "bad",
    "<b>1</b>": "bad", "1e": "bad", "#DIV/0!": "bad", "12:30": "bad", "1-2": "bad", "٣": "bad", "1 2": "bad",
    "1_000": "bad", "TRUE": "bad", "e5": "bad", "1.2.3": "bad", ",": "bad",
}  # fmt: skip
FINE = sorted(cell for cell, value in CELLS.items() if isinstance(value, float))
NAMES = [
    "Leeds", "Leeds ", "leeds", "", "NA", " ", "=cmd()", '"', "a,b", "a;b", "tab\there", "two\nlines",
    "<script>x</script>",
    "<img src=x onerror=alert(1)>", "__proto__", "constructor", "toString", "1", "01", "1.0", "Ä", "A\u0308",
    "名前", "🙂", "x" * 500, "${x}", "$&", "`", "\\n", "'", "]", "[a]", "mean:theta[x]", "null ", "⟨group⟩",
]  # fmt: skip
REFUSED = ("must be given", "sigma must be a number", "within a factor 1e60", "differ by more than")
SIZES = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture(scope="module")
def bench():
    with workbench() as ask:
        yield ask


def is_name(cell):
    return cell.strip() != "" and cell != "NA"


@st.composite
def tables(draw):
    """Return names and cells of rows, and the text that has them."""
    n = draw(st.integers(1, 25))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=n, max_size=n))
    kinds = st.sampled_from(FINE) if draw(st.booleans()) else st.sampled_from(sorted(CELLS))
    cells = draw(st.lists(kinds, min_size=n, max_size=n))
    sep = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    out = io.StringIO()
    rows = csv.writer(out, delimiter=sep, lineterminator=end, quoting=draw(st.sampled_from([0, 1])))
    rows.writerow(["group", "value"])
    rows.writerows(zip(names, cells, strict=True))
    return (
        names,
        cells,
        draw(st.sampled_from(["", "\ufeff"])) + out.getvalue() + draw(st.sampled_from(["", end * 3])),
    )


def plainly(names, cells):
    """Return values by name and how many are missing, or None if a cell has to be refused."""
    if any(CELLS[cell] == "bad" for cell in cells):
        return None
    kept = {}
    for name, cell in zip(names, cells, strict=True):
        if is_name(name):
            kept.setdefault(name, []).append(CELLS[cell])
    return kept


def check(bench, names, cells, text):
    told = bench(text, header="yes", kind="rows", roles={"group": "group", "value": "value"})
    wanted = plainly(names, cells)
    if wanted is None or not any(y is not None for ys in wanted.values() for y in ys):
        assert told.get("expected") is True, told
        return
    assert told.get("expected", True) is True, told["complaint"]  # never what was not foreseen
    values = {name: [y for y in ys if y is not None] for name, ys in wanted.items()}
    if "complaint" in told:  # improper, all alike, or a scale that no unit explains
        read = bench(
            text, header="yes", kind="rows", roles={"group": "group", "value": "value"}, upTo="table"
        )
        assert read["table"]["rows"] >= 1
        assert any(
            words in told["complaint"]
            for words in (
                "must be given",
                "sigma must be a number",
                "within a factor",
                "differ by more than",
                "one unit",
            )
        ), told["complaint"]
        return
    groups = told["groups"]
    assert groups["names"] == list(wanted)
    assert groups["n"] == [len(y) for y in values.values()]
    assert groups["dropped"] == [sum(y is None for y in ys) for ys in wanted.values()]
    for mean, y in zip(groups["mean"], values.values(), strict=True):
        assert (
            math.isnan(mean)
            if not y
            else mean == pytest.approx(np.mean(y), rel=1e-12, abs=1e-12 * max(map(abs, y)))
        )
    priors = {name: one for name, one in told["priors"].items()}
    mu, tau, sigma = (
        Normal(**priors["mu"]),
        HalfNormal(priors["tau"]["size"]),
        HalfNormal(priors["sigma"]["size"]),
    )
    exact = normal_groups(groups["n"], groups["mean"], groups["ss"], mu=mu, tau=tau, sigma=sigma)
    if told["error"] < 1e-7:
        off = np.abs(np.array(told["mean"][:-1]) - exact.theta_mean) / exact.theta_sd
        assert off.max() < 1e-5


@settings(max_examples=20, **SIZES)
@given(tables())
def test_a_hostile_table_is_read_right_or_refused(bench, case):
    check(bench, *case)


@pytest.mark.live
@settings(max_examples=200, **SIZES)
@given(tables())
def test_two_hundred_hostile_tables(bench, case):
    check(bench, *case)


@settings(max_examples=60, **SIZES)
@given(st.text(max_size=200) | st.text(alphabet='",;\t|\n\r0123456789.-eNaA ', max_size=200))
def test_no_text_whatever_brings_the_reader_down(bench, text):
    told = bench(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), upTo="numbers")
    assert told.get("expected", True) is True, told


@settings(max_examples=40, **SIZES)
@given(st.binary(max_size=300))
def test_no_file_whatever_brings_the_reader_down(bench, data):
    assert bench(bytes=list(data), upTo="numbers").get("expected", True) is True
