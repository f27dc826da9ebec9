"""What a cell is for, and what its outputs are worth.

nbgrader reads a score from a cell's outputs, and reads some of them generously: no output is full marks,
so is a negative number. Here a graded cell ends in a number that its question allows, or in an error.
"""

import math

from nbformat.v4 import new_output


def about(cell):
    """Return what nbgrader's metadata say of a cell, whatever a student has made of them."""
    found = cell.metadata.get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def is_answer(cell):
    """Tell whether a cell is for the student's answer, written ones too."""
    return bool(about(cell).get("solution"))


def is_checks(cell):
    """Tell whether a cell is graded by what it puts out."""
    return bool(about(cell).get("grade")) and not is_answer(cell)


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
