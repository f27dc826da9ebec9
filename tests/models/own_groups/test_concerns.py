"""What is odd in a table is named, and what is not odd is not."""

import numpy as np
import pandas as pd
import pytest
from pooling.own_groups import analyse, from_counts, from_estimates, from_rows

RNG = np.random.default_rng(7)
GROUPS, EACH = 24, 12
THETA = RNG.normal(50, 10, GROUPS)
PLAIN = pd.DataFrame({
    "g": np.repeat([f"g{j:02}" for j in range(GROUPS)], EACH),
    "y": np.repeat(THETA, EACH) + RNG.normal(0, 3, GROUPS * EACH),
})  # fmt: skip


def said(table):
    return "\n".join(analyse(from_rows(table, group="g", value="y")).warnings)


def changed(rows, cell="y", **by):
    table = PLAIN.copy()
    table.loc[rows, cell] = by["to"] if "to" in by else by["of"](table.loc[rows, cell])
    return table


def test_nothing_is_said_of_a_plain_table():
    assert said(PLAIN) == ""


def test_each_oddity_is_named_and_nothing_else():
    first, second = PLAIN.g == "g00", PLAIN.g == "g01"
    cases = {
        "Rows without a value in column 'y' left out: 'g00' 12 of 12.": changed(first, to=np.nan),
        "No data: 'g00'; predicted": changed(first, to=np.nan),
        "No spread, all rows alike: 'g01' (12 rows of 45)": changed(second, to=45.0),
        "unlike that of the other groups, of all 4.1: 'g01' (sd 15)":
            changed(second, of=lambda y: 6 * y - 5 * y.mean()),
        "let expect: 'g00' (own": changed(first, of=lambda y: y + 100),
        "Names that differ by blanks or capitals only, and are groups of their own: ' G01' and 'g01'":
            changed(PLAIN.index[second][:6], cell="g", to=" G01"),
        "2 rows without a name in column 'g' left out.": changed([3, 4], cell="g", to=None),
    }  # fmt: skip
    for expected, table in cases.items():
        words = said(table)
        assert expected in words
        more = 2 if "12 of 12" in expected or "No data" in expected else 1
        assert words.count("\n") < more, words


def test_two_outliers_do_not_hide_each_other():
    words = said(changed(PLAIN.g.isin(["g03", "g08"]), of=lambda y: y + 150))
    assert "'g03' (own" in words
    assert "'g08' (own" in words


def test_many_far_groups_are_a_tail():
    theta = np.concatenate([RNG.normal(0, 0.1, 20), [30.0, -40, 50, -60, 70, -80, 90, 100, -110]])
    table = pd.DataFrame({"g": np.repeat(np.arange(29), 5), "y": np.repeat(theta, 5) + RNG.normal(0, 1, 145)})
    assert "Many groups lie far from the middle" in said(table)


@pytest.mark.parametrize("kind", ["estimates", "counts"])
def test_outliers_of_other_tables(kind):
    if kind == "estimates":
        table = pd.DataFrame({"g": range(12), "e": [*RNG.normal(0, 1, 11), 40.0], "se": np.full(12, 0.5)})
        found = analyse(from_estimates(table, group="g", estimate="e", se="se"))
    else:
        table = pd.DataFrame({"g": range(12), "s": [*RNG.binomial(200, 0.2, 11), 170], "n": np.full(12, 200)})
        found = analyse(from_counts(table, group="g", successes="s", trials="n"))
    assert "let expect: 11 (own" in "\n".join(found.warnings)


def test_one_row_in_every_group():
    table = pd.DataFrame({"g": range(30), "y": RNG.normal(size=30)})
    words = said(table)
    assert "Every group has one row" in words
    assert "The prior of sigma matters" in words
    assert "One row only" not in words
    known = analyse(from_rows(table, group="g", value="y"), sigma=0.5)
    assert "Every group has one row" not in "\n".join(known.warnings)


def test_zeros_and_ones_are_counts():
    table = pd.DataFrame({"g": np.repeat(np.arange(10), 8), "y": RNG.integers(0, 2, 80)})
    assert "All values are 0 or 1" in said(table)
    assert "All values" not in said(table.assign(y=table.y * 2))
    assert "All values" not in said(table.assign(y=(table.y + 1) * 1e-30))


def test_few_groups_and_a_prior_that_matters():
    table = pd.DataFrame({"g": list("aabb"), "y": [1.0, 2, 4, 5.5]})
    words = said(table)
    assert "Few groups, 2 with data" in words
    assert "The prior of tau matters" in words
    one_row, none = (pd.DataFrame({"g": ["c"], "y": [y]}) for y in (3.0, np.nan))
    assert "Few groups, 3 with data" in said(pd.concat([table, one_row]))
    assert "Few groups, 2 with data" in said(pd.concat([table, none]))


def test_ranks_that_are_not_known():
    table = pd.DataFrame({"g": np.repeat(np.arange(10), 4), "y": RNG.normal(size=40)})
    found = analyse(from_rows(table, group="g", value="y"))
    ends = zip(found.table.rank_lower, found.table.rank_upper, strict=True)
    places = [len(range(int(low), int(high) + 1)) for low, high in ends]
    words = "\n".join(found.warnings)
    assert (
        f"Ranks are not known: of 10 places the typical interval of ranks holds {np.median(places):g}."
        in words
    )


def test_of_many_the_first_few_are_named():
    table = PLAIN.copy()
    table.loc[::EACH, "y"] = np.nan
    words = said(table)
    assert "'g04' 1 of 12 and 19 more" in words
    assert "'g05'" not in words
