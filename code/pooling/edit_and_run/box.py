"""Chapters 1 to 6, edit and run: a reader's program is run in the page, and asked. Runs in Pyodide only."""

import contextlib
import io
import json
import linecache
import re
import sys
import time
import traceback
from types import ModuleType

import jax.numpy as jnp  # the stand-in

PRINTED = 10_000  #: characters of what a program prints that are shown
FILE = "program-{}"
_counter = iter(range(1, sys.maxsize))


class Wrong(Exception):
    """What a program answers is not what was asked for."""


class _Beginning(io.TextIOBase):
    """Keeps the beginning of what is printed, and counts the rest."""

    def __init__(self):
        self.kept, self.count = [], 0

    def write(self, text):
        if self.count < PRINTED:
            self.kept.append(text[: PRINTED - self.count])
        self.count += len(text)
        return len(text)

    def text(self):
        rest = self.count - PRINTED
        return "".join(self.kept) + (f"\n... and {rest:,} characters more" if rest > 0 else "")


def run(source, asked):
    """Run a program as a module of its own, and ask it.

    Parameters
    ----------
    source : str
        The program.
    asked : str
        JSON: `home`, the module that has what the program lacks; `settings`, names and expressions;
        `questions`, each with `name`, `call`, and `axes`: expressions of the values along each axis.

    Returns
    -------
    str
        JSON: `answers` of the questions whose program is defined there ({name: {axes, values}}),
        `printed`, `seconds`; or `error`, its `line` in the program or null, and `printed`.
    """
    started, asked = time.perf_counter(), json.loads(asked)
    file, printed = FILE.format(next(_counter)), _Beginning()
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    module = ModuleType(file.replace("-", "_"))
    module.__file__ = file
    sys.modules[module.__name__] = module  # memo looks there for the source of what it reads
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            exec(compile(source, file, "exec"), module.__dict__)
            names = {**_home(asked["home"]), **_settings(asked["settings"], module), **vars(module)}
            answers = {
                question["name"]: _answer(question, names)
                for question in asked["questions"]
                if question["name"] in vars(module)
            }
        if not answers:
            wanted = " or ".join(question["name"] for question in asked["questions"])
            raise Wrong(f"The program defines no {wanted}, which Run asks for. Reset brings it back.")
        told = {"answers": answers}
    except BaseException as error:
        told = _told(error, file)
    finally:
        del sys.modules[module.__name__], linecache.cache[file]
    return json.dumps(told | {"printed": printed.text(), "seconds": time.perf_counter() - started})


def _home(name):
    """Return what a module has, by name; nothing without one."""
    names = {}
    if name:
        exec(f"import {name} as home", names)
    return vars(names["home"]) if name else {}


def _settings(settings, module):
    """Return the values of names that the program leaves out."""
    return {
        name: eval(value, {"nan": jnp.nan, "jnp": jnp})
        for name, value in settings.items()
        if name not in vars(module)
    }


def _answer(question, names):
    names = {**names, "jnp": jnp}
    answer = jnp.array(eval(question["call"], names))
    axes = [[float(value) for value in eval(axis, names)] for axis in question["axes"]]
    shape = tuple(map(len, axes))
    if answer.shape != shape:
        raise Wrong(
            f"{question['name']} answers with an array of shape {answer.shape}; the box can draw {shape}: "
            "one axis for each name in its square brackets."
        )
    return {"axes": axes, "values": [x if abs(x) < float("inf") else None for x in answer.ravel().tolist()]}


def _told(error, file):
    """Return an error in its own words, and the line of the program that it names."""
    if isinstance(error, Wrong):
        return {"error": str(error), "line": None}
    if type(error).__name__ == "MemoError":
        words = "".join(traceback.format_exception(error, limit=0))
        named = re.search(rf'file: "{file}", line (\d+)', words)
        return {"error": words.replace(f'"{file}"', "your program"), "line": int(named[1]) if named else None}
    words = "".join(traceback.format_exception_only(error)).replace(f'"{file}"', "your program")
    if isinstance(error, SyntaxError):
        return {"error": words, "line": error.lineno}
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    line = own[-1] if own else _first_line_with(getattr(error, "name", None), file)
    return {
        "error": f"line {line}: {linecache.getline(file, line).strip()}\n{words}" if line else words,
        "line": line,
    }


def _first_line_with(name, file):
    """Return the line where a name first stands: what failed is code that memo made."""
    for number, line in enumerate(linecache.getlines(file), 1):
        if name and re.search(rf"\b{re.escape(name)}\b", line):
            return number
    return None
