"""What nbgrader does in place of executing: it takes the outputs of an execution behind the fence.

nbgrader reads a score from a cell's outputs, and reads some of them generously: no output is full marks,
so is a negative number. Here a graded cell ends in a number that its question allows, or in an error.
"""

import json
import math
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

EXECUTED = "executed.ipynb"
NOTES = "notes.json"
MARKS = ("### BEGIN MARK SCHEME", "### END MARK SCHEME")


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
                if is_grade(cell) and not is_solution(cell):
                    cell.outputs = graded(cell.outputs, float(cell.metadata.nbgrader["points"]))
            elif any(mark in cell.source for mark in MARKS):
                lines = [line for line in cell.source.split("\n") if line.strip() not in MARKS]
                cell.source = "\n".join(lines)
        notes = json.loads((place / NOTES).read_text(encoding="utf8"))
        if notes:
            lines = "\n".join(f"- {note}" for note in notes)
            nb.cells.insert(0, new_markdown_cell(f"## What happened when this was graded\n\n{lines}"))
        return nb, resources


def error(name, says):
    """Return an output that counts as an error and reads as a sentence."""
    return new_output("error", ename=name, evalue=says, traceback=[f"{name}: {says}"])


def graded(outputs, points):
    """Return outputs from which nbgrader reads a score from 0 to points: warnings cost nothing."""
    for output in outputs:
        if output.output_type == "stream":
            output.name = "stdout"
    if any(output.output_type == "error" for output in outputs):
        return outputs
    results = [output for output in outputs if output.output_type == "execute_result"]
    try:
        (result,) = results
        score = float(result.data["text/plain"])
    except (ValueError, KeyError):
        score = math.nan
    if 0 <= score <= points:
        return outputs
    others = [output for output in outputs if output.output_type != "execute_result"]
    return [*others, error("NoScore", f"these checks did not end in a score between 0 and {points:g}")]
