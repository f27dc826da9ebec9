"""Run one notebook to its end, whatever is in it, and say what happened.

A cell that takes too long is interrupted. If it won't be, or if the kernel dies, a new kernel runs again what
had run before, and goes on after that cell: a student loses the points of that cell and of what needs it, and
no others. A cell that is not run holds an error that says why, so it cannot be taken for a success.
"""

import nbformat

from grading.kernel import Kernel, left_out
from grading.scores import about, error

MOST_TIMEOUTS, MOST_KERNELS = 3, 3


def run(nb, folder, limits):
    """Execute a notebook's cells, leaving their outputs in it, and return notes for its author.

    Parameters
    ----------
    nb : NotebookNode
    folder : Path
        The run's own folder.
    limits : Limits

    Returns
    -------
    list of str
    """
    return _Run(nb, folder, limits).notes


class _Run:
    def __init__(self, nb, folder, limits):
        self.nb, self.folder, self.limits = nb, folder, limits
        self.notes = []
        self.timeouts = 0
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        self.name = {id(cell): f"cell {k} ({_called(cell)})" for k, cell in enumerate(code, 1)}
        waiting = [cell for cell in code if cell.source.strip()]
        ran, kernels, why = [], 0, None
        while waiting and not why:
            kernels += 1
            try:
                why = self._one_kernel(ran, waiting)
            except Exception as problem:  # the grader's own trouble with one notebook is not another's
                why = f"the kernel did not answer ({type(problem).__name__}: {problem})"
            if waiting and not why and kernels == MOST_KERNELS:
                why = f"the kernel was lost {kernels} times"
        for cell in waiting:
            cell.outputs = [error("NotRun", f"this cell was not run: {why}")]
        if waiting:
            self._tell(f"From {self.name[id(waiting[0])]} on nothing was run: {why}.")

    def _one_kernel(self, ran, waiting):
        """Move cells from waiting to ran until none is left, or the kernel has to go; why to end, if so."""
        with Kernel(self.folder, self.limits) as kernel:
            for cell in ran:
                if kernel.execute(cell.source).state in ("stuck", "dead"):
                    return "what had run before could not be run again"
            while waiting:
                cell = waiting.pop(0)
                state, cell.outputs, flooded = kernel.execute(cell.source)
                if flooded:
                    cell.outputs.insert(1, left_out())
                    self._tell(f"In {self.name[id(cell)]}: too much was printed; the beginning was kept.")
                self._tell_why(cell)
                if state == "ran":
                    ran.append(cell)
                    continue
                if state == "dead":
                    self._lose(cell, "KernelDied", "Python crashed or was ended in this cell")
                    return None
                self.timeouts += 1
                self._lose(cell, "TooLong", f"this cell ran longer than {self.limits.seconds:g} seconds")
                if self.timeouts == MOST_TIMEOUTS:
                    return f"{self.timeouts} cells had taken too long"
                if state == "stuck":
                    return None
        return None

    def _lose(self, cell, name, why):
        cell.outputs = [output for output in cell.outputs if output.output_type == "stream"]
        cell.outputs.append(error(name, why))
        self._tell(f"In {self.name[id(cell)]}: {why}.")

    def _tell_why(self, cell):
        """Say in words what the commonest errors at the fence mean."""
        for output in cell.outputs:
            if output.output_type != "error":
                continue
            if output.ename == "MemoryError" or "RESOURCE_EXHAUSTED" in output.evalue:  # JAX's word
                why = f"more memory was wanted than the {self.limits.memory:g} GB there are"
                self._tell(f"In {self.name[id(cell)]}: {why}.")
            elif output.ename == "PermissionError" and self.limits.fence:
                self._tell(f"In {self.name[id(cell)]}: files outside the notebook's own folder were refused.")

    def _tell(self, note):
        note = note[0].upper() + note[1:]
        if note not in self.notes:
            self.notes.append(note)


def _called(cell):
    return about(cell).get("grade_id", "your own")


def copied(nb):
    """Return a notebook that shares nothing with this one."""
    return nbformat.from_dict(nbformat.reads(nbformat.writes(nb), as_version=4))
