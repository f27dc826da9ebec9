"""The workbench of chapter 18 without a browser: what it reads, computes and says, against Python."""

import csv
import io
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pooling.explorer import explore
from pooling.explorer.own_groups import numbers
from pooling.explorer.own_groups.tables import READERS, TABLES, groups_of
from pooling.explorer.own_groups.templates import TEMPLATES
from pooling.own_groups import analyse, branches, from_rows
from pooling.own_groups.program import CENTRED_FROM, program
from pooling.own_groups.query import query
from pooling.priors import Beta, Exponential, HalfCauchy, HalfNormal, Normal, Pareto
from workbench import workbench

ROLES = {
    "rows": ("g", "y"),
    "estimates": ("g", "y", "se"),
    "summary": ("g", "n", "m", "s"),
    "counts": ("g", "k", "n"),
}
USES = {
    "rows": ("group", "value"),
    "estimates": ("group", "estimate", "se"),
    "summary": ("group", "n", "mean", "sd"),
    "counts": ("group", "successes", "trials"),
}  # fmt: skip


@pytest.fixture(scope="module")
def bench():
    with workbench() as ask:
        yield ask


def written(columns, *, sep=",", decimal=".", header=True):
    """Return a table as text; None is an empty cell."""

    def cell(x):
        return "" if x is None else repr(x).replace(".", decimal) if isinstance(x, float) else str(x)

    out = io.StringIO()
    rows = csv.writer(out, delimiter=sep, lineterminator="\n")
    if header:
        rows.writerow(columns)
    rows.writerows([cell(x) for x in row] for row in zip(*columns.values(), strict=True))
    return out.getvalue()


def agrees(told, found, tolerance=1e-6):
    """Check estimates and their sds to a millionth of a posterior sd."""
    table = found.table
    sd = np.array(table["sd"], float)
    assert told["groups"]["names"] == [str(name) for name in found.groups.names]
    unit = np.where(np.isfinite(sd), np.maximum(sd, 1e-9), 1)
    for name, column in (("mean", "estimate"), ("sd", "sd")):
        mine, theirs = np.array(told[name][:-1]), np.array(table[column], float)
        np.testing.assert_array_equal(np.isfinite(mine), np.isfinite(theirs))
        finite = np.isfinite(theirs)
        assert (np.abs(mine - theirs)[finite] / unit[finite]).max() < tolerance
    assert told["mean"][-1] == pytest.approx(found.new_group.mean, abs=tolerance * found.new_group.sd)
    mu = found.population.mu
    assert told["population"]["mu"]["mean"] == pytest.approx(mu.mean, abs=tolerance * mu.sd)
    if found.groups.kind != "counts":
        tau = found.population.tau
        assert told["population"]["tau"]["median"] == pytest.approx(tau.median, rel=1e-5)


def counted_alike(told, found):
    """Of two sets of independent draws, 2,000 and more."""
    best, theirs = np.array(told["ranks"]["best"]), np.array(found.table["p_best"])
    error = np.sqrt(np.maximum(theirs * (1 - theirs), 1e-3) * (1 / told["draws"] + 1e-4))
    assert (np.abs(best - theirs) < 5 * error).all()
    size = best.size
    for mine, column in (("lower", "rank_lower"), ("upper", "rank_upper")):
        assert np.abs(np.array(told["ranks"][mine]) - np.array(found.table[column])).max() <= 1 + size / 25
    sd = np.array(found.table["sd"], float)
    for name in ("lower", "upper"):
        off = np.abs(np.array(told[name]) - np.array(found.table[name], float)) / sd
        assert off.max() < 0.25, name
    np.testing.assert_allclose(told["kept"], found.table["kept"], atol=0.02)


@pytest.mark.parametrize("table", TABLES)
def test_each_example_is_analysed_as_python_does(bench, table):
    example = TABLES[table]
    told = bench(example.text)
    assert (told["kind"], {k: v for k, v in told["roles"].items() if v}) == (example.kind, example.roles)
    found = analyse(groups_of(table))
    agrees(told, found)
    counted_alike(told, found)
    mine = [one for one in told["warnings"] if not one.startswith("Ranks are not known")]
    theirs = [one for one in found.warnings if not one.startswith("Ranks are not known")]
    assert mine == theirs
    assert len(told["warnings"]) == len(found.warnings)
    ranks = told["ranks"]  # from draws of its own
    places = np.median(np.array(ranks["upper"]) - ranks["lower"] + 1)
    for one in set(told["warnings"]) - set(mine):
        assert f"of {len(ranks['upper'])} places the typical interval of ranks holds {places:g}." in one
    moved = np.array([one["moved"] for one in told["sensitivity"]])
    np.testing.assert_allclose(moved, found.sensitivity["moved"], atol=1e-4)
    assert [one["changed"] for one in told["sensitivity"]] == list(found.sensitivity["changed"])
    # the paragraph: the same words but for digits of what is counted
    words = [one for one in told["methods"].split() if one.isalpha()]
    assert words == [one for one in found.methods().split() if one.isalpha()]
    back = pd.read_csv(io.StringIO(told["csv"]))
    assert list(back.columns) == list(found.table.columns)
    np.testing.assert_allclose(back["estimate"], found.table["estimate"], rtol=1e-6)


def test_a_table_is_taken_away_whatever_its_groups_are_called(bench):
    names = ['the "best" one', '"', "a, b", 'say "a, b"', " led by a space", "plain"]
    frame = pd.DataFrame({"g": names * 4, "y": np.arange(24.0) % 7})
    told = bench(frame.to_csv(index=False, quoting=csv.QUOTE_ALL))
    assert sorted(pd.read_csv(io.StringIO(told["csv"])).group) == sorted(names)


def test_the_branches_warnings_name_each_oddity(bench):
    said = " ".join(bench(TABLES["branches"].text)["warnings"])
    for words in ("1 row without a name", "'Whitby' 2 of 29", "One row only: 'Ely'", "'Airport' (own 39.5"):
        assert words in said


NAME = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=6
)
NAMES = st.lists(
    NAME.filter(lambda text: text.strip() == text and not text.startswith('"') and text[:1].isalpha()),
    min_size=3, max_size=9, unique_by=str.casefold,
)  # fmt: skip
FINE = {"max_examples": 12, "deadline": None, "suppress_health_check": list(HealthCheck)}


@st.composite
def tables(draw):
    """Return the kind and columns of a table with a few missing cells, its separator and decimal mark."""
    names, kind = draw(NAMES), draw(st.sampled_from(sorted(USES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    unit = 10.0 ** draw(st.integers(-3, 5))
    theta = unit * rng.normal(draw(st.sampled_from([0, 5, 100])), 1, len(names))

    def cells(values, whole=False):
        return [None if rng.random() < 0.1 else int(x) if whole else float(f"{x:.6g}") for x in values]

    if kind == "rows":
        at = rng.permutation(np.repeat(np.arange(len(names)), rng.integers(1, 9, len(names))))
        columns = [[names[j] for j in at], cells(rng.normal(theta[at], unit))]
    elif kind == "counts":
        n = rng.integers(0, 60, len(names))
        columns = [names, cells(rng.binomial(n, rng.uniform(0.2, 0.6)), True), cells(n, True)]
    elif kind == "estimates":
        columns = [names, cells(rng.normal(theta, unit)), cells(unit * rng.uniform(0.3, 2, len(names)))]
    else:
        n = rng.integers(2, 20, len(names))
        columns = [
            names,
            n.tolist(),
            cells(rng.normal(theta, unit)),
            cells(unit * rng.uniform(0.5, 2, len(names))),
        ]
    sep, decimal = draw(
        st.sampled_from([(",", "."), ("\t", "."), ("\t", ","), (";", ","), (";", "."), ("|", ".")])
    )
    return kind, dict(zip(ROLES[kind], columns, strict=True)), sep, decimal


@settings(**FINE)
@given(tables())
def test_random_tables_agree_with_python_or_are_refused_alike(bench, case):
    """With tabs, semicolons and bars, decimal commas, and cells missing: to a millionth of a posterior sd."""
    kind, columns, sep, decimal = case
    roles = dict(zip(USES[kind], ROLES[kind], strict=True))
    text = written(columns, sep=sep, decimal=decimal)
    told = bench(text, kind=kind, roles=roles, decimal=decimal, header="yes")
    try:
        found = analyse(READERS[kind](pd.DataFrame(columns), **roles))
    except ValueError:
        assert told.get("expected") is True
        return
    assert "complaint" not in told, told.get("complaint")
    assert told["table"]["mark"] == sep
    agrees(told, found)
    np.testing.assert_array_equal(told["groups"]["dropped"], found.groups.dropped)


@pytest.mark.parametrize(
    ("kind", "priors"),
    [
        ("branches", {"mu": Normal(50, 3), "tau": HalfCauchy(2), "sigma": Exponential(0.2)}),
        ("branches", {"mu": 70.0, "tau": 3.0, "sigma": 9.0}),
        ("eight_schools", {"mu": Normal(0, 5), "tau": HalfCauchy(5)}),
        ("batting", {"mu": Beta(2, 6), "tau": Pareto(5, 1)}),
        ("eight_schools", {"tau": 0.0}),
    ],
)
def test_the_readers_own_priors(bench, kind, priors):
    told = bench(TABLES[kind].text, priors=priors)
    found = analyse(groups_of(kind), **priors)
    agrees(told, found)
    assert [one["changed"] for one in told["sensitivity"]] == list(found.sensitivity["changed"])


def test_eight_schools_are_what_the_literature_says(bench):
    """E[mu] = 4.397, E[theta_1] = 6.212 (5.593) with mu ~ N(0, 5), tau ~ HC(5)."""
    told = bench(
        TABLES["eight_schools"].text, priors={"mu": Normal(0, 5), "tau": HalfCauchy(5)}, upTo="numbers"
    )
    assert told["population"]["mu"]["mean"] == pytest.approx(4.397, abs=6e-4)
    assert (told["mean"][0], told["sd"][0]) == (
        pytest.approx(6.212, abs=6e-4),
        pytest.approx(5.593, abs=6e-4),
    )


# --- what is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,y\nx,1\nx,2\nz,3", {"x": (2, 1.5), "z": (1, 3)}),
        ("a;y\nx;1,5\nx;2,5\nz;3", {"x": (2, 2.0), "z": (1, 3)}),
        ("a\ty\r\nx\t1.234,5\r\nx\t1.234,7\r\nz\t3\r\n", {"x": (2, 1234.6), "z": (1, 3)}),
        ('a,y\n"x, ""1""",1\n"x, ""1""",3\nz,"3"', {'x, "1"': (2, 2.0), "z": (1, 3)}),
        ('a;y\n"x\nx";1\nz;3\n\n;\n', {"x\nx": (1, 1), "z": (1, 3)}),
        ("x,1\nx,2\nz,3", {"x": (2, 1.5), "z": (1, 3)}),
        ("\ufeffa,y\nx,1\nz,-3e2", {"x": (1, 1), "z": (1, -300)}),
        ("a|y\nx|−1\nz|1 000", {"x": (1, -1), "z": (1, 1000)}),
        ("a\ty\nx\t1,234,567\nz\t1.5", {"x": (1, 1234567), "z": (1, 1.5)}),
        ("a,y\nx,NA\nx,2\nz,–\nz,4\nNaN,7", {"x": (1, 2), "z": (1, 4)}),
        ("name,2019\nx,1\nz,3", {"x": (1, 1), "z": (1, 3)}),
    ],
)
def test_texts_are_read(bench, text, expected):
    header = {"header": "yes"} if "2019" in text else {}
    told = bench(text, upTo="numbers", priors={"mu": 0.0, "tau": 1.0, "sigma": 1.0}, **header)
    groups = told["groups"]
    assert {
        name: (n, pytest.approx(mean))
        for name, n, mean in zip(groups["names"], groups["n"], groups["mean"], strict=True)
    } == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_files_are_read_in_their_encodings(bench, encoding):
    data = "filiale;wert\nKöln;1,5\nKöln;2,5\nDüren;3\n".encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    told = bench(bytes=list(data), upTo="numbers", priors={"sigma": 1.0, "tau": 1.0, "mu": 0.0})
    assert told["groups"]["names"] == ["Köln", "Düren"]
    assert told["groups"]["mean"] == [2, 3]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("", {}, "the table must have at least one row"),
        ("a,y\n", {}, "at least one row, got names of columns only"),
        ("a,y\nx,1\nz,3 %", {}, "value must be numbers, got '3 %' in column 'y', row 2"),
        ("a,y\nx,1\nz,2024-01-05", {}, "got '2024-01-05' in column 'y', row 2"),
        ("a,y\nx,1\nz,=1+1", {}, "got '=1\\+1'"),
        ("a,y\nx,1\nz,inf", {}, "value must be finite, got Infinity in column 'y', row 2"),
        ("a,y\nx,1\nz,1e308", {}, "in size between 1e-150 and 1e\\+150"),
        ("a\ty\nx\t1,234\nz\t2,345", {}, "Choose the decimal mark"),
        ("a\ty\tse\nx\t1.234\t1,5\nz\t2.345\t0,5", {}, "Choose the decimal mark"),
        ("g,est,se\nx,1,0\nz,2,1", {}, "se must be > 0, got 0 in column 'se' for group 'x'"),
        ("g,est,se\nx,1,1\nx,2,1", {}, "group must name each group once, got 'x' in rows 1, 2"),
        ("g,hits,trials\nx,5,3\nz,1,2", {}, "successes must be at most the trials, got 5"),
        ("g,hits,trials\nx,0.5,3\nz,1,2", {}, "successes must be whole"),
        ("g,n,mean,sd\nx,2,1,-1\nz,2,1,1", {}, "sd must be >= 0, got -1"),
        ("g,n,mean,sd\nx,1,1,1\nz,2,1,1", {}, "sd must be 0 or missing where n is 1"),
        ("a,y\nx,5\nx,5\nz,5\nz,5", {}, "must be given, where the values do not differ"),
        ('a,y\n"x,1\nz,2', {}, "a quote that is never closed"),
        ("a,y\nx,\nz,", {"kind": "rows", "roles": {"group": "a", "value": "y"}}, "data in one group"),
        ("a,y\nx,1\nz,2", {"roles": {"value": "a"}}, "value must be a column of its own, got 'a' twice"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(bench, text, options, words):
    told = bench(text, **options)
    assert told.get("expected") is True, told
    assert re.search(words, told["complaint"]), told["complaint"]


def test_ten_to_the_five_columns_and_one_row_are_no_trouble(bench):
    wide = ",".join(["g", *(f"c{k}" for k in range(100_000))]) + "\n" + ",".join(["x", *["1"] * 100_000])
    told = bench(wide, upTo="table")
    assert len(told["table"]["names"]) == 200


# --- what is taken away ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_programs_run_and_say_what_the_page_says(bench, table, tmp_path, monkeypatch):
    pytest.importorskip("pymc")
    monkeypatch.chdir(tmp_path)
    example = TABLES[table]
    (tmp_path / "it's.csv").write_text(example.text, encoding="utf-8")
    told = bench(example.text, templates=TEMPLATES, file="it's.csv")
    programs = told["programs"]
    kernel = {}
    exec(programs["python"].replace("found.figure()", ""), kernel)
    agrees(told, kernel["found"])
    # PyMC: the same text as Python's own for this frame, but for digits of the priors
    found = analyse(groups_of(table))
    centred = bool(np.median(told["kept"]) >= CENTRED_FROM)  # counted: near it the two may differ
    own = program(found.groups, found.priors, centred=centred).splitlines()
    mine = programs["pymc"].splitlines()[4:]
    assert len(own) == len(mine)
    for one, other in zip(mine, own, strict=True):
        shape = (
            [part.split("=")[0] for part in one.split(", ")],
            [part.split("=")[0] for part in other.split(", ")],
        )
        assert one == other or ("pm." in one and shape[0] == shape[1]), one
    built = {}
    exec(programs["pymc"].split("    draws = pm.sample")[0], built)
    assert set(built["model"].named_vars) >= {"tau" if example.kind != "counts" else "kappa"}


def test_a_semicolon_table_is_read_by_the_program_as_by_the_page(bench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = pd.read_csv(branches.PATH)
    text = frame.to_csv(sep=";", decimal=",", index=False)
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    told = bench(text, templates=TEMPLATES, file="b.csv", decimal=",")
    kernel = {}
    exec(told["programs"]["python"].replace("found.figure()", ""), kernel)
    agrees(told, kernel["found"])


@pytest.mark.parametrize("group", ["branch", 'the "branch"', "a, b", "1st", "group", "Order"])
def test_the_query_is_pythons_whatever_a_column_is_called(bench, group):
    frame = pd.read_csv(branches.PATH)[["branch", "score"]].set_axis([group, 'score "raw"'], axis=1)
    roles = {"group": group, "value": 'score "raw"'}
    told = bench(frame.to_csv(index=False), templates=TEMPLATES, file="b.csv", roles=roles)
    assert told["programs"]["sql"] == query(**roles)


def test_the_page_begins_with_the_chapters_table():
    explorer = explore("own_groups")
    assert explorer.settings() == {"table": "branches"}
    found = explorer.posterior()
    wanted = analyse(from_rows(pd.read_csv(branches.PATH), group="branch", value="score"))
    np.testing.assert_array_equal(found.table["estimate"], wanted.table["estimate"])
    told = numbers()
    assert told["mean:theta[Ely]"] == pytest.approx(wanted.table.set_index("group").estimate["Ely"])
    assert told["median:tau"] == wanted.population.tau.median
    assert all(math.isfinite(one) for one in told.values())
    assert numbers("batting")["median:concentration"] > 1
    assert isinstance(wanted.priors["tau"], HalfNormal)


def test_no_trait_carries_what_is_pasted():
    """The text stays in the browser: the figure has the name of an example, its data are the course's own."""
    figure = explore("own_groups").figure
    ours = {"stem", "controls", "held", "presets", "data", "table"}
    assert {name for name in figure.traits(sync=True) if not name.startswith("_")} - ours <= {
        "layout",
        "tooltip",
        "tabbable",
    }
