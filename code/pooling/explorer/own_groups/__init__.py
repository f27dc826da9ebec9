"""Chapter 18, own_groups: the workbench, a table of the reader's own pooled on the page.

What is pasted, dropped or chosen stays in the browser: no trait carries it. So `posterior()` in a notebook
answers for the table that the workbench came with, or the example chosen last.
"""

from pathlib import Path

from pooling.explorer.controls import Choice, Preset
from pooling.explorer.kind import Kind
from pooling.explorer.own_groups.tables import TABLES, groups_of
from pooling.explorer.own_groups.templates import TEMPLATES
from pooling.own_groups import analyse

__all__ = ["EXPLORER", "numbers", "posterior"]

_FIRST = "branches"


def posterior(settings):
    """Return the `Analysis` of one of the tables that come with the workbench.

    Parameters
    ----------
    settings : dict
        table: "branches", "eight_schools", "radon", "batting" or "fifty_schools".
    """
    return analyse(groups_of(settings["table"]))


def numbers(table=_FIRST):
    """Return the numbers that the page tells of a table, by quantity.

    What both count over draws of their own, ranks, bounds and the chances of being best, is left out.
    """
    found = analyse(groups_of(table))
    each = zip(found.groups.names, found.table["estimate"], found.table["sd"], strict=True)
    told = {}
    for name, mean, sd in each:
        told |= {f"mean:theta[{name}]": float(mean), f"sd:theta[{name}]": float(sd)}
    for name in ("mu", "sigma"):
        belief = getattr(found.population, name)
        told |= {} if belief is None else {f"mean:{name}": belief.mean, f"sd:{name}": belief.sd}
    told |= {"mean:new": found.new_group.mean, "sd:new": found.new_group.sd}
    if found.population.concentration is not None:
        return told | {"median:concentration": found.population.concentration.median}
    tau = found.population.tau
    return told | {"mean:tau": tau.mean, "sd:tau": tau.sd, "median:tau": tau.median}


def _still(settings):
    return posterior(settings).picture()


EXPLORER = Kind(
    folder=Path(__file__).parent,
    controls=(),
    held=(Choice("table", "table", tuple(TABLES), _FIRST),),
    posterior=posterior,
    still=_still,
    data={
        "tables": {
            name: {"text": one.text, "kind": one.kind, "roles": one.roles} for name, one in TABLES.items()
        },
        "templates": TEMPLATES,
    },
    presets=tuple(Preset(name, one.label, {"table": name}) for name, one in TABLES.items()),
)
