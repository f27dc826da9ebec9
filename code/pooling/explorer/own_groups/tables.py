"""Chapter 18, own_groups: the tables that come with the workbench, as text that might be pasted."""

import csv
import io
from typing import NamedTuple

import pandas as pd

from pooling import fifty_schools, group_predictors, proportions
from pooling.funnel import EIGHT_SCHOOLS
from pooling.own_groups import branches, from_counts, from_estimates, from_rows, from_summary

__all__ = ["READERS", "TABLES", "groups_of"]

READERS = {
    "rows": from_rows,
    "estimates": from_estimates,
    "summary": from_summary,
    "counts": from_counts,
}


class Example(NamedTuple):
    """A table: what its button says, its text, of what kind it is, and its columns by use."""

    label: str
    text: str
    kind: str
    roles: dict


def _written(**columns):
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def _radon():
    data = group_predictors.data()
    return _written(
        county=[data.name[j] for j in data.county],
        floor=data.first_floor.astype(int).tolist(),
        log_radon=[f"{y:.4g}" for y in data.y],
    )


def _schools():
    data = fifty_schools.simulate()
    names = [f"school {j + 1}" for j in range(data.n.size)]
    sd = (data.ss / (data.n - 1)) ** 0.5
    told = {"mean": data.mean, "sd": sd}
    return _written(
        school=names, n=data.n.tolist(), **{name: [f"{x:.2f}" for x in told[name]] for name in told}
    )


def _eight():
    letters = "ABCDEFGH"
    cells = ([f"{x:g}" for x in column] for column in (EIGHT_SCHOOLS.estimate, EIGHT_SCHOOLS.se))
    return _written(**dict(zip(("school", "effect", "se"), ([*letters], *cells), strict=True)))


def _batting():
    data = proportions.data()
    return _written(player=list(data.player), hits=data.hits.tolist(), at_bats=data.at_bats.tolist())


#: By name: the chapter's own first, which stands there at the start.
TABLES = {
    "branches": Example(
        "Branches (made up)",
        branches.PATH.read_text(encoding="utf-8"),
        "rows",
        {"group": "branch", "value": "score"},
    ),
    "eight_schools": Example(
        "Eight schools", _eight(), "estimates", {"group": "school", "estimate": "effect", "se": "se"}
    ),
    "radon": Example("Radon, by county", _radon(), "rows", {"group": "county", "value": "log_radon"}),
    "batting": Example(
        "Batting", _batting(), "counts", {"group": "player", "successes": "hits", "trials": "at_bats"}
    ),
    "fifty_schools": Example(
        "Fifty schools", _schools(), "summary", {"group": "school", "n": "n", "mean": "mean", "sd": "sd"}
    ),
}


def groups_of(table):
    """Return the groups of one of the tables, read by pandas."""
    example = TABLES[table]
    return READERS[example.kind](pd.read_csv(io.StringIO(example.text)), **example.roles)
