"""Chapters 1 to 6, edit and run: the boxes; a box has a program, what Run asks of it, and edits."""

from importlib import import_module
from typing import NamedTuple

from pooling.departments import Department
from pooling.source import editable

__all__ = ["BOXES", "Box", "Edit", "Question", "asked", "edited", "text"]


class Question(NamedTuple):
    """A program and what it answers.

    Attributes
    ----------
    name : str
        The program.
    call : str
        How it is asked.
    axes : dict of str
        For each axis of the answer its parameter, and an expression of the values along it; `of` is the axis
        of departments.
    """

    name: str
    call: str
    axes: dict[str, str]


class Edit(NamedTuple):
    """A suggestion: its words on a button, and which lines become which."""

    words: str
    changes: tuple[tuple[str, str], ...]


class Box(NamedTuple):
    """Programs of a module, the data and settings that stand below them, what is asked, and edits."""

    module: str
    programs: tuple[str, ...]
    settings: dict[str, str]
    questions: tuple[Question, ...]
    edits: dict[str, Edit]
    labels: tuple[str, ...] = tuple(d.name for d in Department)


_DEPARTMENTS = {"of": "Department"}
_SCALES = {"mu_scale": "10", "tau_scale": "3"}
_ONE_MEETING = {"t": "[1, -15, 30]"}
_LARGE_MEETING = {"t": "[[-10, 1, 11], [-16, -15, -14], [30, nan, nan]]"}


def _asked(name, arguments, axes):
    """Return the question that calls a program with the data and these settings, in order."""
    return Question(name, f"{name}(jnp.array(t), {', '.join(arguments)})", axes)


_PARTIAL = ("mu_scale", "tau_scale", "sigma")
_LEARNED = ("mu_scale", "tau_scale", "sigma_scale")
_POPULATION = {"mu": "MU", "tau": "TAU"}

#: By the stem of the page.
BOXES = {
    "complete_pooling": Box(
        "complete_pooling",
        ("theta_posterior",),
        _ONE_MEETING | {"mu": "0", "tau": "20", "sigma": "15"},
        (_asked("theta_posterior", ("mu", "tau", "sigma"), {"theta": "THETA"}),),
        {
            "never_early": Edit(
                "nobody is ever early",
                (("wpp=normpdf(theta, mu, tau)", "wpp=(theta >= 0) * normpdf(theta, mu, tau)"),),
            ),
            "no_opinion": Edit("a prior without an opinion", (("wpp=normpdf(theta, mu, tau)", "wpp=1"),)),
            "fourth_arrival": Edit("Math comes twice", (("t = [1, -15, 30]", "t = [1, -15, 30, 30]"),)),
        },
    ),
    "no_pooling": Box(
        "no_pooling",
        ("theta_posterior",),
        _ONE_MEETING | {"mu": "0", "tau": "20", "sigma": "15"},
        (_asked("theta_posterior", ("mu", "tau", "sigma"), _DEPARTMENTS | {"theta": "THETA"}),),
        {
            "bridge": Edit(
                "Math has a bridge to cross",
                (
                    ("department: chooses(theta", "department: knows(d),\n        department: chooses(theta"),
                    ("normpdf(theta, mu, tau)", "normpdf(theta, mu + 10 * (d == 2), tau)"),
                ),
            ),
            "no_opinion": Edit("a prior without an opinion", (("wpp=normpdf(theta, mu, tau)", "wpp=1"),)),
            "precise": Edit("arrivals that hardly scatter", (("sigma = 15", "sigma = 3"),)),
        },
    ),
    "partial_pooling": Box(
        "partial_pooling",
        ("evidence", "population_posterior", "theta_posterior"),
        _ONE_MEETING | _SCALES | {"sigma": "15"},
        (
            _asked("theta_posterior", _PARTIAL, _DEPARTMENTS | {"theta": "THETA"}),
            _asked("population_posterior", _PARTIAL, _POPULATION),
        ),
        {
            "half_normal": Edit(
                "a half-normal prior for τ",
                (("wpp=halfcauchypdf(tau, tau_scale)", "wpp=normpdf(tau, 0, tau_scale)"),),
            ),
            "counted_twice": Edit(
                "count a department's arrival twice",
                (
                    (
                        "            * department_likelihood(t, d, theta, sigma)",
                        "            * department_likelihood(t, d, theta, sigma)\n"
                        "            * department_likelihood(t, d, theta, sigma)",
                    ),
                ),
            ),
            "without_math": Edit(
                "Math tells nothing about the university",
                ((", {MATH}, sigma)", ", {MATH}, 1000 * sigma)"),),
            ),
        },
    ),
    "missing_data": Box(
        "missing_data",
        ("new_department_posterior",),
        _LARGE_MEETING | _SCALES | {"sigma": "15"},
        (_asked("new_department_posterior", _PARTIAL, {"theta": "THETA"}),),
        {
            "alike": Edit(
                "departments that are all alike",
                (
                    (
                        "wpp=normpdf(theta, university.mu, university.tau)",
                        "wpp=normpdf(theta, university.mu, 0.5)",
                    ),
                ),
            ),
            "bridge": Edit(
                "Psychology has a bridge to cross",
                (("normpdf(theta, university.mu, ", "normpdf(theta, university.mu + 10, "),),
            ),
            "nobody": Edit(
                "nobody of Math came",
                (("[30, nan, nan]", "[nan, nan, nan]"),),
            ),
        },
    ),
    "learned_variance": Box(
        "learned_variance",
        ("likelihood", "arrivals_likelihood", "evidence", "population_posterior", "theta_posterior"),
        _LARGE_MEETING | _SCALES | {"sigma_scale": "5"},
        (
            _asked("theta_posterior", _LEARNED, _DEPARTMENTS | {"theta": "THETA"}),
            _asked("population_posterior", _LEARNED, _POPULATION),
        ),
        {
            "half_normal": Edit(
                "a half-normal prior for τ",
                (("wpp=halfcauchypdf(tau, tau_scale)", "wpp=normpdf(tau, 0, tau_scale)"),),
            ),
            "small_sigma": Edit(
                "small sds are likelier",
                (("department: chooses(u in U, wpp=1)", "department: chooses(u in U, wpp=1 - u)"),),
            ),
            "math_once_more": Edit("Math comes on time once", (("[30, nan, nan]", "[30, 0, nan]"),)),
        },
    ),
    "reading_memo": Box(
        "",
        ("belief",),
        {},
        (Question("belief", "belief(share)", {"of": "Cup"}),),
        {
            "prefers_one": Edit(
                "the host prefers cup one",
                (("wpp=1", "wpp=1 + (cup == 0)"),),
            ),
            "white": Edit(
                "the ball was white",
                (("wpp=red(share, host.cup)", "wpp=1 - red(share, host.cup)"),),
            ),
            "never_looked": Edit(
                "the player sees no ball",
                (("    player: observes_event(wpp=red(share, host.cup))\n", ""),),
            ),
        },
        ("ONE", "TWO", "THREE"),
    ),
}


def text(stem, cells=()):
    """Return the program of a box as it stands in the editor.

    Parameters
    ----------
    stem : str
        A page that has a box.
    cells : sequence of str
        For a page whose program stands in its own cells: those.
    """
    box = BOXES[stem]
    if not box.module:
        return "\n\n\n".join(cell.strip() for cell in cells) + "\n"
    program = editable(import_module(f"pooling.{box.module}"), *box.programs)
    settings = [f"{name} = {value}" for name, value in box.settings.items()]
    nan = "from math import nan\n\n" if "nan" in " ".join(settings) else ""
    return f"{nan}{program}\n\n\n# what Run asks with\n" + "\n".join(settings) + "\n"


def asked(stem):
    """Return what `box.run` takes for a box, as JSON has it."""
    box = BOXES[stem]
    questions = [{"name": q.name, "call": q.call, "axes": list(q.axes.values())} for q in box.questions]
    return {"home": box.module and f"pooling.{box.module}", "settings": box.settings, "questions": questions}


def edited(program, edit):
    """Return a program with a suggested edit made; each line that it changes must be there once."""
    for before, after in edit.changes:
        if program.count(before) != 1:
            raise ValueError(f"the program must have {before!r} once, has it {program.count(before)} times")
        program = program.replace(before, after)
    return program
