"""What a page shows can be typed in: its visible cells need no name that only a hidden cell makes."""

import builtins
import symtable

import jupytext
import nbclient
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from places import BUILD, ROOT
from sphinx_ext.execution import kernel_environment

CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.md"))
#: Tags of cells whose program is not on the page, folded away or not.
HIDDEN = {"remove-cell", "remove-input"}
#: What a notebook's kernel has before the first cell.
GIVEN = {*dir(builtins), "display", "get_ipython"}


def cells(path):
    """Return a page's cells: the program of each, and whether it is out of sight."""
    return [
        (cell.source, bool(HIDDEN & set(cell.metadata.get("tags", []))))
        for cell in jupytext.read(path).cells
        if cell.cell_type == "code"
    ]


def names(program):
    """Return the names that a program uses from outside, and those it binds: whether it imports them."""
    uses, binds = set(), {}
    tables = [symtable.symtable(program, "cell", "exec")]
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                uses.add(symbol.get_name())
            if top and (symbol.is_assigned() or symbol.is_imported()):
                binds[symbol.get_name()] = symbol.is_imported()
        tables += table.get_children()
    return uses, binds


def lacking(programs):
    """Return the names that are used and that neither an earlier cell nor the cell itself has made."""
    made, missing = set(GIVEN), []
    for uses, binds in map(names, programs):
        made |= binds.keys()
        missing += sorted(uses - made)
    return missing


def mistaken(programs):
    """Return the names that visible programs use and a hidden one had given another value."""
    seen, changed, found = set(), set(), []
    for program, hidden in programs:
        uses, binds = names(program)
        if hidden:
            changed |= {name for name in binds.keys() & seen if not binds[name]}
        else:
            found += sorted(uses & changed - binds.keys())
            seen |= binds.keys()
            changed -= binds.keys()
    return found


def test_what_is_lacking():
    assert lacking(["import numpy as np\nx = [np.pi + y for y in range(3)]", "def f(a): return a + x"]) == []
    assert lacking(["def f(a): return a + x + z", "x = 1\nf(w)"]) == ["x", "z", "w"]


def test_what_is_mistaken():
    assert mistaken([("x = y = 1", False), ("x = 2; z = 3", True), ("x + y + z", False)]) == ["x"]
    assert mistaken([("x = 1", False), ("x = 2", True), ("x = 3\nx", False), ("x", False)]) == []
    assert mistaken([("import os", False), ("import os", True), ("os", False)]) == []


@pytest.mark.parametrize("hidden", [False, True], ids=["visible", "all"])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_cells_need_no_name_that_is_not_there(path, hidden):
    assert lacking([program for program, out_of_sight in cells(path) if hidden or not out_of_sight]) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_name_means_on_the_page_what_it_means_in_the_book(path):
    assert mistaken(cells(path)) == []


@pytest.mark.live
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_visible_cells_copied_into_a_fresh_notebook_run(path, tmp_path):
    """In an empty folder, with `pooling` installed and whatever fits the book's build has kept."""
    notebook = new_notebook(cells=[new_code_cell(program) for program, hidden in cells(path) if not hidden])
    client = nbclient.NotebookClient(
        notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute(env=kernel_environment(BUILD), transport_encryption="auto")  # raises what a cell raises
    assert all(cell.execution_count for cell in notebook.cells)
