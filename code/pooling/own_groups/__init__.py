"""Chapter 18, own_groups: the reader's own table, pooled partially in one line.

`analyse(from_rows(frame, group="branch", value="score"))`. `columns` reads cells and `groups` makes groups of
them; `chosen` has the priors, `solved` the posterior, `ranks` counts, `concerns` says what to look at,
`methods` writes the report's paragraph and `program` PyMC; `analysis` puts them together.
"""

from pooling.own_groups.analysis import Analysis, analyse
from pooling.own_groups.groups import Groups, from_counts, from_estimates, from_rows, from_summary
from pooling.own_groups.solved import Belief, Population

__all__ = [
    "Analysis",
    "Belief",
    "Groups",
    "Population",
    "analyse",
    "from_counts",
    "from_estimates",
    "from_rows",
    "from_summary",
]
