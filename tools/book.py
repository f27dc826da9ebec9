"""Build the book into `_build/html`: the one way to build it, which `make book` and the tests use.

Everything is incremental. Any error or warning, in a chapter or in its text, fails the build.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock
from places import ROOT


def main(source: Path = ROOT) -> int:
    """Build the book whose sources are in a folder, into `_build/html` there, and say where it is."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / "book.lock"):
        jupyter_book = shutil.which("jupyter-book", path=Path(sys.executable).parent)
        command = [jupyter_book, "build", "-q", "-W", "-n", "--keep-going", str(source)]
        status = subprocess.run(command, check=False).returncode
    if status:
        print("\nThe book was not built: see the errors and warnings above.", file=sys.stderr)
        return status
    index = source / "_build" / "html" / "index.html"
    print(f"\nThe book is built: {index.as_uri()}")
    served = ", or run `make serve` for a local web server" if source == ROOT else ""
    print(f"Open that address in a browser{served}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
