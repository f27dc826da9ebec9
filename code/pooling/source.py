"""All chapters: the tested source of a model, for a chapter to show and a reader to edit.

A chapter never holds a copy of a program: it shows the lines of the module that
the tests run. In a live notebook `edit` puts the same lines into a new cell.
"""

import ast
import builtins
import inspect
from typing import NamedTuple

__all__ = ["Source", "edit", "editable", "source"]


class Source(NamedTuple):
    """Lines of Python, displayed with syntax colours."""

    text: str

    def _repr_markdown_(self):
        return f"```python\n{self.text}\n```"


def source(module, *names):
    """Return the source of functions of a module, in the order asked for, as a reader needs it.

    Of a docstring it has what stands above Parameters, and it has no line that only checks arguments: the
    module keeps both.

    Parameters
    ----------
    module : module
        Such as `pooling.complete_pooling`.
    names : str
        Functions or memo programs that it defines, at least one.

    Raises
    ------
    ValueError
        If the module defines no function of that name.
    """
    text, functions = _functions(module, names)
    return Source("\n\n\n".join("\n".join(_listing(text.splitlines(), f)) for f in functions))


def edit(module, *names):
    """Put the source of memo programs, ready to run, into a new cell of a live notebook.

    The cell begins with the one import that the programs need: their domains and
    helper functions. Change a line, run the cell, and call the program.
    """
    shell = _shell()
    if shell is None:
        raise RuntimeError("edit works in a notebook or in IPython; here, open the module's file")
    shell.set_next_input(editable(module, *names))


def editable(module, *names):
    """Return the source of memo programs, with the one import that they need, as text that runs alone."""
    _, functions = _functions(module, names)
    defined = {f.name for f in functions}
    used = {n.id for f in functions for n in ast.walk(f) if isinstance(n, ast.Name)}
    imported = sorted((used & vars(module).keys()) - defined - vars(builtins).keys())
    header = f"from {module.__name__} import {', '.join(imported)}"
    return f"{header}\n\n\n{source(module, *names).text}"


def _shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _functions(module, names):
    text = inspect.getsource(module)
    found = {f.name: f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef)}
    missing = [name for name in names if name not in found]
    if missing or not names:
        raise ValueError(f"names must be functions of {module.__name__} ({', '.join(found)}), got {missing}")
    return text, [found[name] for name in names]


def _listing(lines, function):
    """Return the lines of a function without what a reader can do without."""
    left_out, closed = set(), None
    for statement in ast.walk(function):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = ast.unparse(statement.value.func)
            if called.startswith(("checks.", "_check")):
                left_out |= {*range(statement.lineno, statement.end_lineno + 1)}
    if ast.get_docstring(function):
        first, last = function.body[0].lineno, function.body[0].end_lineno
        sections = [n for n in range(first, last) if lines[n].strip() and not lines[n].strip(" -")]
        if sections:  # a line of dashes, with its title above
            kept = sections[0] - 1
            while not lines[kept - 1].strip():
                kept -= 1
            left_out |= {*range(kept + 1, last + 1)}
            closed = kept
    shown = []
    for number in range(_first(function), function.end_lineno + 1):
        if number == closed:
            quotes = f'{" " * function.body[0].col_offset}"""'
            shown += [lines[number - 1] + '"""'] if closed == first else [lines[number - 1], quotes]
        elif number not in left_out:
            shown.append(lines[number - 1])
    return shown


def _first(function):
    """First line of a function, its decorators included."""
    return min([function.lineno, *(d.lineno for d in function.decorator_list)])
