"""Start JupyterLab on the chapters, as notebooks: `make lab`, or `make lab PORT=8890`.

The chapters are text, which JupyterLab would open in an editor. Jupytext's own command makes notebooks of
them; the setting lands in the virtual environment, and nowhere else.
"""

import subprocess
import sys
from pathlib import Path

from places import ROOT

SETTINGS = Path(sys.prefix, "etc", "jupyter", "labconfig", "default_setting_overrides.json")


def open_chapters_as_notebooks() -> None:
    """Have JupyterLab open text notebooks as notebooks."""
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    command = ["jupytext_config", "--settings-file", str(SETTINGS), "set-default-viewer", "markdown", "myst"]
    subprocess.run([sys.executable, "-m", *command], check=True)


def main(port="8888") -> int:
    """Open JupyterLab in the browser, at the first page of the book."""
    open_chapters_as_notebooks()
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}", "chapters/01_complete_pooling.md"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
