"""The numbers of a class: drawn from its name, and good to ask about.

Each problem set has its own stream of random numbers, seeded by the class and the set, so that a class
gets the same numbers on every machine, and another class gets others. The set `3_honey.md` has its numbers
from `honey.py` in here:

`draw(rng)` returns what the text calls by name, a dict, or None if these numbers would make a question
ambiguous (two groups equally extreme, an answer that does not depend on the hyperprior): then it is called
again. `files(drawn)`, if there is one, returns tables that go beside the notebook, their rows by their name.
"""

import hashlib
import importlib.util
import re
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
CLASS_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SET_NAME = re.compile(r"[1-9]_([a-z][a-z0-9_]*)")
MOST_DRAWS = 100_000


def checked_name(name):
    """Return the name of a class, or raise a ValueError that says what it may look like."""
    if not name:
        raise ValueError("CLASS must name the class, as in CLASS=2027-spring, got nothing")
    if not CLASS_NAME.fullmatch(name):
        raise ValueError(
            "CLASS must be 1 to 40 lower-case letters, digits and hyphens and begin with a letter or a "
            f"digit, as in CLASS=2027-spring, got {name!r}"
        )
    return name


def module(stem, folder=HERE):
    """Return the module that draws a set's numbers.

    Parameters
    ----------
    stem : str
        The set, as `3_honey`.
    folder : Path
        Where the modules are.

    Raises
    ------
    ValueError
        If the set has another kind of name, or no module, or one that draws nothing.
    """
    called = SET_NAME.fullmatch(stem)
    if not called:
        raise ValueError(
            "A set must be called by a number from 1 to 9 and a word in lower-case letters, digits and "
            f"underscores, as in 4_radon.md, got {stem}.md"
        )
    path = folder / f"{called[1]}.py"
    if not path.is_file():
        raise ValueError(f"{stem}.md has no numbers: write draw(rng) into {folder.name}/{path.name}")
    spec = importlib.util.spec_from_file_location(f"{folder.name}.{called[1]}", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    if not callable(getattr(found, "draw", None)):
        raise ValueError(f"{folder.name}/{path.name} must have a function draw(rng), and has none")
    return found


def numbers(class_name, stem, folder=HERE):
    """Return a class's numbers for one set, ready to be written into its text.

    Parameters
    ----------
    class_name, stem : str
    folder : Path
        Where the modules are.

    Returns
    -------
    dict
        What the text calls by name; plain numbers, strings and lists only.
    """
    draw = module(stem, folder).draw
    rng = np.random.default_rng(list(hashlib.sha256(f"{checked_name(class_name)}/{stem}".encode()).digest()))
    for _ in range(MOST_DRAWS):
        if (found := draw(rng)) is not None:
            return _plain(found)
    raise ValueError(f"draw(rng) of {stem} must return numbers now and then, got {MOST_DRAWS} times None")


def _plain(value):
    """Return numpy's numbers and arrays as Python's, whatever they are in."""
    if isinstance(value, dict):
        return {key: _plain(x) for key, x in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(x) for x in value]
    return value.item() if isinstance(value, np.generic) else value
