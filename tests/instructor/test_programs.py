"""The memo programs of the solutions, in JAX and as pages run them: the exercises can be done there."""

import ast
import importlib

import jupytext
import numpy as np
import pytest
from in_page import arrays, in_jax, running
from places import ROOT
from pooling.edit_and_run.programs import asked
from pooling.partial_pooling import posterior

_BY_DEPARTMENT = ["range(3)", "THETA"]
#: The memo programs of solutions: chapter, module, program, how it is asked, and the axes of its answer.
SOLVED = [
    ("01_complete_pooling", "complete_pooling", "never_early", "(meeting, 0.0, 20.0, 15.0)", ["THETA"]),
    ("02_no_pooling", "no_pooling", "answer", "(meeting)", ["SIGMA", "range(3)", "THETA"]),
    ("02_no_pooling", "no_pooling", "bridge", "(meeting, 0.0, 20.0, 15.0)", _BY_DEPARTMENT),
    (
        "03_partial_pooling",
        "partial_pooling",
        "left_out",
        "(meeting, others, 10.0, 3.0, 15.0)",
        ["range(3)", "THETA"],
    ),
    (
        "04_hyperpriors",
        "partial_pooling",
        "departments",
        "(meeting, 10.0, 4.45, 15.0)",
        ["range(3)", "THETA"],
    ),
]
DATA = (
    "import jax.numpy as jnp\nmeeting = jnp.array([1.0, -15, 30])\nothers = jnp.array([1.0, -15, jnp.nan])\n"
)


def solution(chapter, module):
    """Return the memo programs of a chapter's solutions, with the domains they define, as one program."""
    kept, defined = [], set()
    for cell in jupytext.read(ROOT / "solutions" / f"{chapter}.md").cells:
        if cell.cell_type != "code":
            continue
        for node in ast.parse(cell.source).body:
            programs = isinstance(node, ast.FunctionDef) and "memo" in map(ast.unparse, node.decorator_list)
            domain = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()
            if programs or domain:
                first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
                kept.append("\n".join(cell.source.splitlines()[first - 1 : node.end_lineno]))
                defined |= {ast.unparse(node.targets[0])} if domain else {node.name}
    known = vars(importlib.import_module(f"pooling.{module}")).keys() - defined
    used = {one.id for one in ast.walk(ast.parse("\n".join(kept))) if isinstance(one, ast.Name)}
    return f"from pooling.{module} import {', '.join(sorted(known & used))}\n{DATA}\n" + "\n\n".join(kept)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as ask:
        yield ask


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "module", "name", "call", "axes"), SOLVED)
def test_the_memo_exercises_can_be_done_on_the_page(page, tmp_path, chapter, module, name, call, axes):
    ask = {"home": "", "settings": {}, "questions": [{"name": name, "call": name + call, "axes": axes}]}
    source = solution(chapter, module)
    here, there = arrays(page(source, ask)), in_jax(source, ask, tmp_path)
    np.testing.assert_allclose(here[name], there[name], rtol=0, atol=1e-9)


def test_every_memo_program_of_the_solutions_is_among_them():
    """Chapters 1 to 6; a program that only serves another is run with it."""
    found = {
        (path.stem, node.name)
        for path in sorted((ROOT / "solutions").glob("0[1-6]_*.md"))
        for cell in jupytext.read(path).cells
        if cell.cell_type == "code"
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef) and "memo" in map(ast.unparse, node.decorator_list)
    }
    assert found - {(chapter, name) for chapter, _, name, *_ in SOLVED} == {("04_hyperpriors", "population")}


def test_chapter_3s_exercise_is_done_in_its_box(page):
    """Math left out of what is learned about the university, observed afterwards: counted once."""
    asks = "theta_posterior = lambda t, *rest: left_out(t, others, *rest)"
    assert asks in (ROOT / "chapters" / "03_partial_pooling.md").read_text(encoding="utf8")
    source = f"{solution('03_partial_pooling', 'partial_pooling')}\n{asks}\n"
    found = arrays(page(source, asked("partial_pooling")))["theta_posterior"]
    wanted = posterior([1, -15, 30], mu_scale=10, tau_scale=3).theta
    np.testing.assert_allclose(found[2], wanted.probability[2], atol=1e-9)
