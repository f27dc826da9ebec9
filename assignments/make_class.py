"""Make the problem sets of one class: `make assignments CLASS=2027-spring`.

Every `.md` in this folder is a set. Draws the class's numbers (once: they are kept, so that a set never
changes while students work on it; a set that is new is added to a class that exists), writes them into the
sets, and leaves nbgrader's sources in `_build/classes/CLASS/source`. Releasing them is `grading`'s, in an
environment of its own.
"""

import csv
import hashlib
import json
import os
import sys
from pathlib import Path

import jinja2
import jupytext
import nbformat
from class_numbers import checked_name, module, numbers

HERE = Path(__file__).resolve().parent


def sets(folder=HERE):
    """Return the names of all sets, in order."""
    return sorted(path.stem for path in folder.glob("*.md"))


def make(class_name, classes, folder=HERE):
    """Write the sources of a class's sets and return its folder.

    Parameters
    ----------
    class_name : str
    classes : Path
        Where classes are.
    folder : Path
        Where the sets are, with `class_numbers` beside them.

    Raises
    ------
    ValueError
        If the name of the class is none, or a set has no numbers, or calls one by name that is not drawn.
    """
    to = classes / checked_name(class_name)
    modules = {stem: module(stem, folder / "class_numbers") for stem in sets(folder)}
    kept = to / "numbers.json"
    drawn = _kept(kept)
    new = [stem for stem in modules if stem not in drawn]
    drawn |= {stem: numbers(class_name, stem, folder / "class_numbers") for stem in new}
    made = {stem: _rendered(folder / f"{stem}.md", drawn[stem]) for stem in modules}
    if new:
        to.mkdir(parents=True, exist_ok=True)
        written = kept.with_suffix(".new")
        written.write_text(json.dumps(drawn, indent=1) + "\n", encoding="utf8")
        written.replace(kept)
    for stem, notebook in made.items():
        source = to / "source" / stem
        source.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256("\0".join(cell.source for cell in notebook.cells).encode()).hexdigest()
        notebook.metadata["partial_pooling"] = {"class": class_name, "set": stem, "version": digest[:12]}
        nbformat.write(notebook, source / f"{stem}.ipynb")
        tables = getattr(modules[stem], "files", lambda _: {})
        for name, rows in tables(drawn[stem]).items():
            with (source / name).open("w", encoding="utf8", newline="") as file:
                csv.writer(file).writerows(rows)
    return to


def _kept(path):
    """Return the numbers that a class has already."""
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text(encoding="utf8"))
    except ValueError as error:
        raise ValueError(
            f"The numbers of the class cannot be read: {path} ({error}). Put it back from a copy, or, if "
            "nobody has the sets yet, delete it: the same numbers are drawn again"
        ) from error


def _rendered(path, drawn):
    try:
        return rendered(path.read_text(encoding="utf8"), drawn)
    except jinja2.TemplateError as error:
        raise ValueError(f"{path.name}: {error}") from error


def rendered(text, drawn):
    """Return a set as a notebook, with the class's numbers in it; a name without a number is an error."""
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    notebook = jupytext.reads(template.from_string(text).render(drawn), fmt="md:myst")
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["kernelspec"]["language"] = "python"
    for place, cell in enumerate(notebook.cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"text-{place}")
    notebook.nbformat_minor = 5
    return notebook


if __name__ == "__main__":
    classes = Path(os.environ.get("CLASSES", HERE.parent / "_build" / "classes"))
    try:
        make(os.environ.get("CLASS", ""), classes)
    except ValueError as error:
        sys.exit(str(error))
