"""Chapter 18, own_groups: programs to take away, with gaps for the reader's columns, priors and file.

The page fills the gaps: it has the reader's names, Python has the words. A gap is a name in angle brackets.
"""

import narwhals as nw
import numpy as np

from pooling.own_groups import Groups
from pooling.own_groups.program import program
from pooling.own_groups.query import RESERVED, query
from pooling.priors import Beta, HalfNormal, Normal, Pareto

__all__ = ["TEMPLATES"]

_COLUMNS = {
    "rows": ("group", "value"),
    "estimates": ("group", "estimate", "se"),
    "summary": ("group", "n", "mean", "sd"),
    "counts": ("group", "successes", "trials"),
}
_READ = "import pandas as pd\n\nframe = pd.read_csv('⟨file⟩'⟨options⟩)\n"
_ANALYSE = """import pandas as pd
from pooling.own_groups import analyse, from_⟨kind⟩
from pooling.priors import ⟨families⟩

frame = pd.read_csv('⟨file⟩'⟨options⟩)
groups = from_⟨kind⟩(frame, ⟨columns⟩)
found = analyse(groups, ⟨priors⟩)

print(found.table.sort_values("estimate", ascending=False).to_string())
print(*found.warnings, sep="\\n")
print(found.methods())
found.figure()
"""


def _pymc(kind, *, centred):
    names = {argument: f"⟨{argument}⟩" for argument in _COLUMNS[kind]}
    none = np.zeros(0)
    groups = Groups([], none, none, none, none, 0, kind, columns=names, frame=nw.Implementation.PANDAS)
    if kind == "counts":
        priors = {"mu": Beta(1, 1), "tau": Pareto(1, 1.5)}
    else:
        priors = {"mu": Normal(0, 1), "tau": HalfNormal(1), "sigma": HalfNormal(1)}
    if kind == "estimates":
        del priors["sigma"]
    return _READ + "\n" + program(groups, priors, centred=centred)


def _python(kind):
    columns = ", ".join(f"{argument}='⟨{argument}⟩'" for argument in _COLUMNS[kind])
    return _ANALYSE.replace("⟨kind⟩", kind).replace("⟨columns⟩", columns)


#: By kind of table: "python", "centred" and "non_centred" PyMC; of rows "sql", and what is "reserved" by it.
TEMPLATES = {
    kind: {
        "python": _python(kind),
        "centred": _pymc(kind, centred=True),
        "non_centred": _pymc(kind, centred=False),
    }
    for kind in _COLUMNS
}
TEMPLATES["rows"]["sql"] = query(group="⟨group⟩", value="⟨value⟩")
TEMPLATES["rows"]["reserved"] = sorted(RESERVED)
