"""Write the tree that students may see into `_build/student`: `make student`.

It is this repository without what is withheld, and builds the same student's site. A git repository that is
already in `_build/student` stays, so that the next `make student` leaves its changes there to be committed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from places import ROOT

from instructor import leaks

FOLDER = ROOT / "_build" / "student"
#: Solutions and problem sets, and what is of no use without them.
WITHHELD = (
    "assignments/",
    "solutions/",
    "tests/instructor/",
    "tests/support/bubblewrap.py",
    "tests/support/class_round.py",
    "tests/support/hand_ins.py",
    "tests/support/hostile_class.py",
    "tests/support/hub.py",
    "tests/support/odd_hand_ins.py",
    "tests/support/quick_round.py",
    "tools/instructor/",
    "tools/mutants/instructor.toml",
)
#: Sections of the Markdown files at the top that speak of it, and rows of their tables.
SECTIONS = ("Teach with it", "Write a problem set", "Write a solution")
_SECTION = re.compile(rf"^## (?:{'|'.join(SECTIONS)})\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(?:assignments|solutions)/.*\n", re.MULTILINE)

FIRST = """Make it a repository, once, with the address of an empty public one:
  cd {place} && git init -b main && git remote add origin ADDRESS
and tell this one, so that the links of the site that you build here lead there:
  git remote add public ADDRESS"""


def files(root: Path = ROOT) -> list[Path]:
    """Return what students may see, relative to the root: files that git knows, or would if asked to.

    Raises
    ------
    RuntimeError
        If the root is no git repository: nobody could tell what belongs to the course.
    """
    asked = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(asked, capture_output=True, encoding="utf8", check=False)
    if told.returncode:
        raise RuntimeError(f"make student needs a git repository: {told.stderr.strip()}")
    names = sorted(set(told.stdout.split("\0")) - {""})
    return [Path(name) for name in names if not name.startswith(WITHHELD) and (root / name).is_file()]


def write(folder: Path, root: Path = ROOT) -> None:
    """Write the student's tree into a folder; what else is there goes, except a repository and builds."""
    wanted = files(root)
    for path in list(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside not in wanted and inside.parts[0] not in {".git", "_build", ".venv"}:
            path.unlink()
    for name in wanted:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if len(name.parts) == 1 and name.suffix == ".md":
            text = (root / name).read_text(encoding="utf8")
            target.write_text(_ROW.sub("", _SECTION.sub("", text)), encoding="utf8")
        else:
            shutil.copy(root / name, target)


def main() -> int:
    """Write the student's tree, look for leaks in it, and say what to do with it."""
    try:
        write(FOLDER)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    told = list(leaks.leaks(FOLDER, leaks.withheld()))
    if told:
        print("This must not be published, because it gives away", *told, sep="\n  ", file=sys.stderr)
        return 1
    place = os.path.relpath(FOLDER, ROOT)
    print(f"The student's tree: {FOLDER}")
    if not (FOLDER / ".git").exists():
        print(FIRST.format(place=place))
    print(f"To publish it: cd {place} && git add -A && git commit -m 'The course' && git push origin main")
    return 0


if __name__ == "__main__":
    sys.exit(main())
