"""A notebook that any program can show: what its author wrote and put out, as text and nothing else."""

from nbformat.v4 import new_output

from grading.run import copied
from grading.scores import about, is_answer
from grading.texts import fenced


def both(staged, executed):
    """Return a notebook before and after its run, with its author's texts and outputs as plain text."""
    staged, executed = copied(staged), copied(executed)
    for nb in (staged, executed):
        for cell in nb.cells:
            if cell.cell_type == "markdown" and (is_answer(cell) or not about(cell)):
                cell.source = fenced(cell.source)
                cell.pop("attachments", None)
            if cell.cell_type == "code":
                cell.outputs = [x for output in cell.outputs if (x := _text_only(output))]
    return staged, executed


def _text_only(output):
    if output.output_type in ("stream", "error"):
        return output
    text = output.get("data", {}).get("text/plain")
    if text is None:
        return None
    if output.output_type == "execute_result":
        return new_output("execute_result", data={"text/plain": text}, execution_count=None)
    return new_output("display_data", data={"text/plain": text})
