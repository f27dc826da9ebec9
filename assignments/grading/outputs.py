"""What nbgrader does in place of executing: it takes the outputs of an execution in the box."""

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.sanitise import plain
from grading.scores import graded, is_checks
from grading.texts import LONGEST

EXECUTED = "executed.ipynb"
NOTES = "notes.json"
MARKS = ("### BEGIN MARK SCHEME", "### END MARK SCHEME")


def _shorten(outputs):
    """Leave out what takes minutes to lay out: very long texts in Markdown, of which there is a plain one."""
    for output in outputs:
        data = output.get("data", {})
        for kind in ("text/markdown", "text/latex"):
            if len(data.get(kind, "")) > LONGEST:
                del data[kind]
                data.setdefault("text/plain", "(a very long text)")


class TakeOutputs(NbGraderPreprocessor):
    """Put the outputs and the notes that lie beside a staged notebook into it."""

    def preprocess(self, nb, resources):
        """Take them cell by cell; a cell without is one that was not run."""
        of = resources["nbgrader"]
        place = Path("running") / of["student"] / of["assignment"]  # nbgrader works in the class's folder
        executed = nbformat.read(place / EXECUTED, as_version=4).cells
        for cell, ran in zip(nb.cells, executed, strict=True):
            if cell.cell_type == "code":
                if ran.source != cell.source:
                    raise RuntimeError(f"what ran is not what is graded: {cell.source!r}")
                cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
                _shorten(cell.outputs)
                if is_checks(cell):
                    cell.outputs = graded(cell.outputs, float(cell.metadata.nbgrader["points"]))
            elif any(mark in cell.source for mark in MARKS):
                lines = [line for line in cell.source.split("\n") if line.strip() not in MARKS]
                cell.source = "\n".join(lines)
        notes = json.loads((place / NOTES).read_text(encoding="utf8"))
        if notes:
            lines = "\n".join(f"- {plain(note)}" for note in notes)
            nb.cells.insert(0, new_markdown_cell(f"## What happened when this was graded\n\n{lines}"))
        return nb, resources
