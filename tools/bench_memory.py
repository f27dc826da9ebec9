"""Peak resident memory of each chapter's cells, run one after the other in a process of their own."""

import subprocess
import sys

from javascript import ROOT

LIMIT = 1.0  # GB, what a Binder session can be relied on to have

_CHILD = """
import contextlib, io, resource, sys
import jupytext
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
with contextlib.redirect_stdout(io.StringIO()):
    for cell in jupytext.read(sys.argv[1]).cells:
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024))
"""


def measure():
    """Yield a line a chapter."""
    for chapter in sorted((ROOT / "chapters").glob("[0-9]*.md")):
        child = [sys.executable, "-c", _CHILD, str(chapter)]
        ran = subprocess.run(child, capture_output=True, text=True, check=True, cwd=ROOT)
        peak = int(ran.stdout.split()[-1]) / 1e9
        yield f"{chapter.stem:24} peak memory {peak:.2f} GB{'' if peak < LIMIT else ', OVER THE LIMIT'}"
