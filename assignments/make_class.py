"""Make the problem sets of one class: `make assignments CLASS=2027-spring`.

Draws the class's numbers (once: they are kept, so that a set never changes while students work on it),
writes them into the sets, and leaves nbgrader's sources in `_build/classes/CLASS/source`. Releasing them is
`grading`'s, in an environment of its own.
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
from class_numbers import checked_name, numbers

HERE = Path(__file__).resolve().parent


def make(class_name, classes):
    """Write the sources of a class's sets and return its folder."""
    folder = classes / checked_name(class_name)
    kept = folder / "numbers.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(numbers(class_name), indent=1) + "\n", encoding="utf8")
    for stem, drawn in json.loads(kept.read_text(encoding="utf8")).items():
        source = folder / "source" / stem
        source.mkdir(parents=True, exist_ok=True)
        notebook = rendered((HERE / f"{stem}.md").read_text(encoding="utf8"), drawn)
        digest = hashlib.sha256("\0".join(cell.source for cell in notebook.cells).encode()).hexdigest()
        notebook.metadata["partial_pooling"] = {"class": class_name, "set": stem, "version": digest[:12]}
        nbformat.write(notebook, source / f"{stem}.ipynb")
        if "rows" in drawn:
            with (source / "honey.csv").open("w", encoding="utf8", newline="") as file:
                csv.writer(file).writerows([["apiary", "kg"], *drawn["rows"]])
    return folder


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
