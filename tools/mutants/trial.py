"""Try a mutant: in a copy of the tree, by the tests of its subject, which may not take for ever."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

#: A change may make a program slower; one that takes so many times what it took before hangs.
PATIENCE, LEAST = 10, 120  # times, seconds
#: The tests that take seconds first, those that sample or compile for minutes last.
_ROUNDS = ("not live and not slow", "slow and not live")
_NOTHING_COLLECTED = 5


@contextmanager
def copy(root: Path) -> Iterator[Path]:
    """Copy a repository's files, as they are now, and npm's packages; yield the copy, remove it after."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        tree = Path(name) / root.name
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, check=True, capture_output=True, encoding="utf8",
        ).stdout  # fmt: skip
        for path in filter(None, listed.split("\0")):
            if (root / path).exists():
                (tree / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / path, tree / path)
        if (root / "_build" / "javascript").exists():
            shutil.copytree(root / "_build" / "javascript", tree / "_build" / "javascript", symlinks=True)
        yield tree


class Outcome(NamedTuple):
    """What became of a mutant: killed, survived or timed out; and the first test that failed, if one did."""

    what: str
    test: str = ""


class Trials:
    """Trials in one copy of the tree; what the tests say of the tree as it is, they are asked once."""

    def __init__(self, tree: Path):
        self.tree = tree
        self._seconds = {}

    def outcome(self, path: Path, mutated: str, tests: Iterable[Path], only: str = "") -> Outcome:
        """Write a file's text in the copy, run tests, put it back; return what became of it.

        `only` is pytest's -k: which of the tests.

        Raises
        ------
        ValueError
            If the tests do not pass without the change.
        """
        tests = (*map(str, tests), *(("-k", only) if only else ()))
        file = self.tree / path
        kept = file.read_text("utf8")
        for marks in _ROUNDS:
            limit = max(LEAST, PATIENCE * self._seconds_without(tests, marks))
            file.write_text(mutated, "utf8")
            try:
                outcome, said = self._run(tests, marks, limit)
            finally:
                file.write_text(kept, "utf8")
            if outcome != "survived":
                failed = re.search(r"(?m)^(?:FAILED|ERROR) (\S+)", said)
                return Outcome(outcome, failed[1] if failed else "")
        return Outcome("survived")

    def _seconds_without(self, tests, marks):
        """Return how long tests take while nothing is changed."""
        if (tests, marks) not in self._seconds:
            begin = time.monotonic()
            outcome, said = self._run(tests, marks, None)
            if outcome != "survived":
                raise ValueError(f"{', '.join(tests)} must pass before anything is changed, got\n{said}")
            self._seconds[tests, marks] = time.monotonic() - begin
        return self._seconds[tests, marks]

    def _run(self, tests, marks, limit):
        """Run pytest on the copy, at its first failure no further; return the outcome and what it printed."""
        options = ["-x", "-q", "-m", marks, "-p", "mutants.no_site"]
        paths = os.pathsep.join(str(self.tree / folder) for folder in ("code", "tools"))
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self.tree,
            # A file of bytecode knows its source by second and size: a mutant's may have both.
            env=os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf8",
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            return "timed out", ""
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        return ("survived" if process.returncode in (0, _NOTHING_COLLECTED) else "killed"), said
