"""What the tests know of each explorer: its page, its controls, and the numbers that Python has for it."""

import ast
import importlib
import re
import warnings
from functools import cache

import numpy as np
import yaml
from places import ROOT
from pooling import (
    complete_pooling,
    learned_variance,
    missing_data,
    models_contrasted,
    no_pooling,
    partial_pooling,
)
from pooling.departments import Department
from pooling.explorer import STEMS, Choice, explore, meetings
from pooling.learned_variance import ImproperPosteriorWarning

MODELS = {
    "complete_pooling": complete_pooling,
    "no_pooling": no_pooling,
    "partial_pooling": partial_pooling,
    "hyperpriors": partial_pooling,
    "missing_data": missing_data,
    "learned_variance": learned_variance,
}


def calls(file):
    """Return each `explore(stem, name=value, ...)` of a chapter: the stem, and the settings by name."""
    text = (ROOT / f"{file}.md").read_text(encoding="utf-8")
    found = [ast.parse(line, mode="eval").body for line in re.findall(r"^explore\(.*\)$", text, re.MULTILINE)]
    return [
        (ast.literal_eval(call.args[0]), {one.arg: ast.literal_eval(one.value) for one in call.keywords})
        for call in found
    ]


def _chapters():
    """Return the numbered chapters of the book, by stem."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    files = [chapter["file"] for part in parts if part.get("numbered") for chapter in part["chapters"]]
    return {re.sub(r".*/\d+_", "", file): file for file in files}


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


def meeting(settings):
    """Return t, (3,) or (3, 8), from settings by name: t[MATH], or t[MATH,0] and so on."""
    if "t[MATH]" in settings:
        return np.array([settings[f"t[{d.name}]"] for d in Department])
    t = np.full((3, 8), np.nan)
    for name, value in settings.items():
        if point := re.fullmatch(r"t\[(\w+),(\d)\]", name):
            t[Department[point[1]], int(point[2])] = value
    return t


def _answer(stem, t, values):
    """Return the Python posterior at named values, and theta of a department never met if it is told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImproperPosteriorWarning)
        if stem != "models_contrasted":
            posterior = MODELS[stem].posterior(t, **values)
            return posterior, missing_data.new_department(t, **values) if stem == "missing_data" else None
        explorer = explore(stem, t=t, **values)
        if values["model"] == "complete_pooling":
            return explorer.posterior(), None
        rows = models_contrasted.belief(t=t, **values).theta_marginal
        return explorer.posterior(), rows._replace(probability=rows.probability[3])


@cache
def expected(stem, *settings):
    """Return what Python says each quantity of the page is, at (name, value) settings."""
    if stem not in meetings.EXPLORERS:
        return importlib.import_module(f"pooling.explorer.{stem}").numbers(**_rows(dict(settings)))
    t = meeting(dict(settings))
    values = {name: value for name, value in settings if not name.startswith("t[")}
    posterior, new = _answer(stem, t, values)
    told = {}
    for name, marginal in (("theta", posterior.theta), ("theta[NEW]", new), ("mu", posterior.mu)):
        if marginal is not None:
            told |= _by_name("mean", name, marginal.mean) | _by_name("sd", name, marginal.sd)
    for name, marginal in (("tau", posterior.tau), ("sigma", posterior.sigma)):
        if marginal is not None:
            lower, upper = marginal.interval(0.94)
            told |= _by_name("median", name, marginal.median)
            told |= _by_name("lower", name, lower) | _by_name("upper", name, upper)
    return told


def _rows(settings):
    """Make `estimate[0]`, `estimate[1]`, … one array, and `y[7,0]`, `y[7,1]`, …"""
    rows = {}
    for name, value in settings.items():
        if entry := re.fullmatch(r"(\w+)\[(?:\d+,)?(\d+)\]", name):
            rows.setdefault(entry[1], {})[int(entry[2])] = value
        else:
            rows[name] = value
    return {
        name: np.array([row[i] for i in range(len(row))]) if isinstance(row, dict) else row
        for name, row in rows.items()
    }


def _by_name(kind, name, value):
    if np.ndim(value) == 0:
        return {f"{kind}:{name}": value}
    return {f"{kind}:{name}[{d.name}]": value[d] for d in Department}
