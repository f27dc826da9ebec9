"""What the tests know of each explorer: its page, its controls, and the numbers that Python has for it."""

import ast
import importlib
import re
from functools import cache

import numpy as np
import yaml
from places import ROOT
from pooling.departments import Department
from pooling.explorer import MODULES, STEMS, Choice, explore


def calls(file):
    """Return each `explore(stem, name=value, ...)` of a chapter: the stem, and the settings by name."""
    text = (ROOT / f"{file}.md").read_text(encoding="utf-8")
    found = [ast.parse(line, mode="eval").body for line in re.findall(r"^explore\(.*\)$", text, re.MULTILINE)]
    return [
        (ast.literal_eval(call.args[0]), {one.arg: ast.literal_eval(one.value) for one in call.keywords})
        for call in found
    ]


def _chapters():
    """Return the pages with an explorer, by stem: the front page and the numbered chapters."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] if part.get("numbered") for chapter in part["chapters"]]
    return {"front": toc["root"]} | {re.sub(r".*/\d+_", "", file): file for file in files}


CHAPTERS = _chapters()
PAGES = {stem: f"{file}.html" for stem, file in CHAPTERS.items() if stem in STEMS}
#: As each chapter asks for it; one that does not ask is found by a test.
SHOWN = {stem: explore(stem, **dict(calls(CHAPTERS[stem])).get(stem, {})) for stem in PAGES}
SETTINGS = {stem: {c.name: c for c in SHOWN[stem].controls} for stem in PAGES}
SLIDERS = {stem: {name: c for name, c in SETTINGS[stem].items() if c.slider} for stem in PAGES}


#: What is chosen first, where there is a choice.
CHOSEN = {stem: {c.name: c.initial for c in SHOWN[stem].held if isinstance(c, Choice)} for stem in PAGES}
#: Of the points on the plot each is a control.
POINTS = {stem: [c for held in SHOWN[stem].held for c in getattr(held, "controls", ())] for stem in PAGES}
CONTROLS = {stem: SLIDERS[stem] | {c.name: c for c in POINTS[stem]} for stem in PAGES}
MEETINGS = [stem for stem in PAGES if "t[MATH,0]" in CONTROLS[stem]]


def called(stem, name):
    """Return what a control is called on the page: a slider in words, a point as the program calls it."""
    return SLIDERS[stem][name].words if name in SLIDERS[stem] else name


def _entry(name):
    """Return the parts of a control's name: ("y", "7", "2"), ("t", "MATH"), ("tau",)."""
    row, *at = re.split(r"[\[,\]]", name.removesuffix("]"))
    return row, *at


def _array(name, entries):
    """Make the entries of one setting, by their places, an array: those of groups, or in a row.

    Of the arrivals, t, each group is a row, (3, 8), NaN where nobody is.
    """
    if name == "t":
        t = np.full((3, 8), np.nan)
        for (department, *i), value in entries.items():
            t[Department[department], int(i[0]) if i else 0] = value
        return t if any(len(at) > 1 for at in entries) or not entries else t[:, 0]
    return np.array([entries[at] for at in sorted(entries, key=lambda at: int(at[-1]))])


@cache
def expected(stem, *settings):
    """Return what Python says each quantity of the page is, at (name, value) settings."""
    rows = {one.name: {} for one in SHOWN[stem].held if not isinstance(one, Choice)}
    values = {}
    for name, value in settings:
        row, *at = _entry(name)
        if at:
            rows.setdefault(row, {})[tuple(at)] = value
        else:
            values[name] = value
    values |= {name: _array(name, entries) for name, entries in rows.items()}
    return importlib.import_module(f"pooling.explorer.{MODULES[stem]}").numbers(**values)
