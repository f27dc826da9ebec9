"""The key of a chapter: a digest of everything that can change what its cells print and draw.

That is its code cells, the modules of `pooling` that they import (through any number of imports, with the
scripts and styles of the packages among them), requirements.txt and the Python that runs them.
"""

import ast
import functools
import hashlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

PACKAGE = "pooling"
_BY_TABLE = re.compile(r'import_module\(f"([\w.]+)\.\{(\w+)\[\w+\]\}"\)')


def package_modules(code: Path) -> dict[str, Path]:
    """Return every module of the package by its dotted name, with its file."""
    modules = {}
    for path in sorted((code / PACKAGE).rglob("*.py")):
        parts = (*path.parts[len(code.parts) : -1], path.stem)
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


@functools.cache  # the chapters share most of their modules
def imported_names(source: str, module: str, is_package: bool) -> frozenset[str]:
    """Return the dotted names that Python source imports from anywhere in it, made absolute.

    `from a import b` gives both `a` and `a.b`, since `b` may be a module. Source that imports by a name
    made at run time, or that cannot be parsed, gives `*`: it may import anything. Where it is looked up in a
    table of the same source, `import_module(f"a.{TABLE[word]}")`, each entry gives `word?a.b`: the module a.b
    for who asks by that word.
    """
    names = set()
    base = module.split(".") if is_package else module.split(".")[:-1]
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset("*")  # the execution will tell
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = base[: len(base) - node.level + 1] if node.level else []
            origin = ".".join([*parent, *([node.module] if node.module else [])])
            names.add(origin)
            names.update(f"{origin}.{alias.name}" for alias in node.names)
    rest = source
    for call, parent, table in [(found[0], *found.groups()) for found in _BY_TABLE.finditer(source)]:
        if entries := _written_table(tree, table):
            names.update(f"{word}?{parent}.{module}" for word, module in entries.items())
            rest = rest.replace(call, "")
    if names & {"pkgutil", "runpy"} or "import_module" in rest or "__import__" in rest:
        names.add("*")
    return frozenset(names)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield all statements in a tree; within expressions there are none."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, block, ()):
            yield child
            yield from _statements(child)


def _written_table(tree: ast.Module, name: str) -> dict[str, str] | None:
    """Return the dict that a module assigns to a name, if all of it is written out."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(one, "id", None) for one in node.targets] == [name]:
            try:
                return ast.literal_eval(node.value)
            except ValueError:
                return None
    return None


def files_used(source: str, code: Path) -> set[Path]:
    """Return the files of the package that source uses, through any number of imports.

    Of the modules that are looked up by a word it uses those whose word it quotes: `explore("funnel")`.
    """
    words = set(re.findall(r"[\"'](\w+)[\"']", source))
    modules = package_modules(code)
    used: set[str] = set()

    def visit(names: frozenset[str]) -> None:
        if "*" in names:
            names = names | modules.keys()
        for name in names:
            word, asked, name = name.rpartition("?")
            if asked and word not in words:
                continue
            # Importing a.b.c also runs a and a.b.
            parts = name.split(".")
            for i in range(1, len(parts) + 1):
                dotted = ".".join(parts[:i])
                if dotted in modules and dotted not in used:
                    used.add(dotted)
                    path = modules[dotted]
                    text = path.read_text(encoding="utf8")
                    visit(imported_names(text, dotted, path.name == "__init__.py"))

    visit(imported_names(source, "", False) if PACKAGE in source else frozenset())
    files = {modules[name] for name in used}
    # A package's scripts and styles belong to whoever imports the package.
    packages = {path.parent for path in files if path.name == "__init__.py"}
    files.update(
        path
        for folder in packages
        for path in folder.iterdir()
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    )
    return files


def chapter_key(cells: list[str], root: Path) -> str:
    """Return the key of a chapter: a digest of all that its outputs can depend on."""
    transform = TransformerManager().transform_cell
    source = "\n".join(transform(cell) for cell in cells)
    files = [root / "requirements.txt", *sorted(files_used(source, root / "code"), key=str)]
    digest = hashlib.sha256()
    for part in [sys.version, *cells, *(str(path).removeprefix(f"{root}{os.sep}") for path in files)]:
        digest.update(part.encode() + b"\0")
    for path in files:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
