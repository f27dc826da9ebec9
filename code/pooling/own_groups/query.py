"""Chapter 18, own_groups: rows too many for one machine become a table of groups, by one query."""

import re

__all__ = ["RESERVED", "query"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = """
    all and any array as asc between both by case cast check collate column constraint create cross
    current_date current_time current_timestamp current_user default deferrable delete desc distinct do
    drop else end except exists false fetch for foreign from full grant group having in index initially
    inner insert intersect interval into is join leading left like limit natural not null offset on only
    or order outer partition primary references returning right row rows select session_user set some
    table then to trailing true union unique update user using values when where window with
"""
#: Plain words that name a column in quotes only: those of SQL:2016 that common databases keep to themselves.
RESERVED = frozenset(_WORDS.split())


def query(*, group, value, table="scores"):
    """Return the query that makes the table of groups: each group's n, mean, sd and sum of squares.

    Of n rows y_1, ..., y_n with a value, sd² = sum (y_i - mean)² / (n - 1), and ss = sum (y_i - mean)², the
    n-fold variance with n below. Rows without a value or without a name are left out, as `from_rows` does.
    The answer is one row a group: for `from_summary` (n, mean, sd), or `pooling.exact.normal_groups` (n,
    mean, ss).

    Parameters
    ----------
    group, value, table : str
        Names of the columns, and of the table; in double quotes unless they are plain words, and no words of
        SQL itself, as standard SQL has it (Spark reads them so with
        `spark.sql.ansi.doubleQuotedIdentifiers`).

    Raises
    ------
    ValueError
        If a name is empty.
    """
    for argument, name in (("group", group), ("value", value), ("table", table)):
        if not name:
            raise ValueError(f"{argument} must be a name, got {name!r}: name a column of the table")
    by, y, table = (_identifier(name) for name in (group, value, table))
    return (
        f"SELECT {by}, COUNT({y}) AS n, AVG({y}) AS mean,\n"
        f"       STDDEV_SAMP({y}) AS sd, VAR_POP({y}) * COUNT({y}) AS ss\n"
        f"FROM {table}\n"
        f"WHERE {by} IS NOT NULL\n"
        f"GROUP BY {by}\n"
    )


def _identifier(name):
    plain = _PLAIN.fullmatch(name) and name.lower() not in RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'
