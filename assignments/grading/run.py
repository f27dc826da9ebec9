"""Run one notebook to its end, whatever is in it, and say what happened.

A cell that takes too long is interrupted. If it won't be, or if the kernel dies, a new kernel runs again what
had run before, and goes on after that cell: a student loses the points of that cell and of what needs it, and
no others. A cell that is not run holds an error that says why, so it cannot be taken for a success.

Where the machine was too busy for a notebook, it is run again, alone.
"""

import contextlib
import re
import threading

import nbformat

from grading.kernel import Kernel, left_out
from grading.scores import about, error
from grading.watch import Crowded, Spent

MOST_TIMEOUTS, MOST_KERNELS = 3, 3
#: No such file, permission denied, read-only file system, of a path from the root on; or no path at all
_OUTSIDE = re.compile(r"\[Errno (2|13|30)\] [^']*('(?!/box/)(/|[A-Z]:)|$)")


def run(nb, folder, limits):
    """Execute a notebook's cells, leaving their outputs in it, and return notes for its author.

    Parameters
    ----------
    nb : NotebookNode
    folder : Path
        The run's own folder; what the set hands out is in `work`.
    limits : Limits

    Returns
    -------
    list of str

    Raises
    ------
    Crowded
        If the machine had too little time or memory even so: for a person to see, or to be tried again.
    """
    try:
        with _MACHINE.shared():
            return _Run(nb, folder, limits).notes
    except Crowded:
        with _MACHINE.alone():
            return _Run(nb, folder, limits).notes


class _Machine:
    """Shared by several runs, or had by one alone."""

    def __init__(self):
        self._changed, self._running, self._waiting = threading.Condition(), 0, 0

    @contextlib.contextmanager
    def shared(self):
        """Run beside others, once nobody waits to be alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self):
        """Run alone, once all others have ended."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._running)
            try:
                yield
            finally:
                self._waiting -= 1
                self._changed.notify_all()


_MACHINE = _Machine()


class _Run:
    def __init__(self, nb, folder, limits):
        self.nb, self.folder, self.limits = nb, folder, limits
        self.notes, self.timeouts, self.spent = [], 0, Spent(limits)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        self.name = {id(cell): f"cell {k} ({_called(cell)})" for k, cell in enumerate(code, 1)}
        waiting = [cell for cell in code if cell.source.strip()]
        ran, kernels, why = [], 0, None
        while waiting and not why:
            kernels += 1
            why = self._one_kernel(ran, waiting)
            if waiting and not why and kernels == MOST_KERNELS:
                why = f"the kernel was lost {kernels} times"
        for cell in waiting:
            cell.outputs = [error("NotRun", f"this cell was not run: {why}")]
        if waiting:
            self._tell(f"From {self.name[id(waiting[0])]} on nothing was run: {why}.")

    def _one_kernel(self, ran, waiting):
        """Move cells from waiting to ran until none is left, or the kernel has to go; why to end, if so."""
        with Kernel(self.folder, self.limits, self.spent) as kernel:
            for cell in ran:
                if kernel.execute(cell.source).state not in ("ran", "late"):
                    return "what had run before could not be run again"
            while waiting:
                cell = waiting.pop(0)
                state, cell.outputs, flooded, why = kernel.execute(cell.source)
                if flooded:
                    cell.outputs.insert(1, left_out())
                    self._tell(f"In {self.name[id(cell)]}: too much was printed; the beginning was kept.")
                self._tell_why(cell)
                if state == "ran":
                    ran.append(cell)
                    continue
                if state in ("dead", "over"):
                    why = why or "Python crashed or was ended in this cell"
                    self._lose(cell, "KernelDied" if state == "dead" else "TooMuch", why)
                    return None
                if state == "spent":
                    self._lose(cell, "TooLong", why)
                    return why
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
        """Say in words what the commonest errors in the box mean."""
        for output in cell.outputs:
            if output.output_type != "error":
                continue
            if output.ename == "MemoryError" or "RESOURCE_EXHAUSTED" in output.evalue:  # JAX's word
                why = f"more memory was wanted than the {self.limits.memory:g} GB there are"
                self._tell(f"In {self.name[id(cell)]}: {why}.")
            elif output.evalue.startswith(("[Errno 28]", "[Errno 27]")):  # no space, file too large
                why = f"more was written than the {self.limits.written:g} GB there are room for"
                self._tell(f"In {self.name[id(cell)]}: {why}.")
            elif _OUTSIDE.match(output.evalue) and self.limits.fence:
                why = "files outside the notebook's own folder are out of reach when a set is graded"
                self._tell(f"In {self.name[id(cell)]}: {why}.")

    def _tell(self, note):
        note = note[0].upper() + note[1:]
        if note not in self.notes:
            self.notes.append(note)


def _called(cell):
    return about(cell).get("grade_id", "your own")


def copied(nb):
    """Return a notebook that shares nothing with this one."""
    return nbformat.from_dict(nbformat.reads(nbformat.writes(nb), as_version=4))
