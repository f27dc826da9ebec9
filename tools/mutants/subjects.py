"""Which files belong to an area, and which tests have to notice a file's mistakes."""

import re
from fnmatch import fnmatch
from pathlib import Path

#: Where a sample comes from: files, and what those have in their path or text that do not belong to it.
AREAS = {
    "models": ("code/pooling/**/*.py", r"pooling/(exact|calibration|plots|explorer|edit_and_run)/"),
    "exact": ("code/pooling/[ec]*/**/*.py", r"pooling/(explorer|edit_and_run|exact_posterior)/"),
    "plots": ("code/pooling/plots/*.py", None),
    "engines": ("code/pooling/explorer/**/*.js", r'frontend/|/draw\.js"'),
    "views": ("code/pooling/explorer/**/*.js", r'^(?!(?s:.*)(frontend/|/draw\.js"))'),
    "tools": ("tools/**/*.py", r"tools/(bench|mutants)/"),
}
#: Modules without a test file of their own, or with more, and where in `tests` they are tested.
TESTED_ELSEWHERE = {
    "calibration.pymc_models": "models/calibration/test_three_engines.py",
    "calibration.study": "models/test_calibration.py",
    "departments": "models/test_complete_pooling.py",
    "edit_and_run": "models/edit_and_run/test_programs.py",
    "edit_and_run.standin*": "models/edit_and_run/test_standin.py",
    "exact": "models/exact/",
    "exact.engine": "models/exact/test_normal_groups.py",
    "exact.groups": "models/exact/test_normal_groups.py",
    "exact.regression": "models/exact/test_random_intercept.py",
    "funnel.leapfrog": "models/funnel/test_joint_density.py",
    "grids": "models/test_partial_pooling.py",
    "hyperpriors.sweep": "models/test_hyperpriors.py",
    "learned_variance.exact": "models/test_learned_variance.py",
    "learned_variance.sigma_grids": "models/test_learned_variance.py",
    "learned_variance.sum_order": "models/test_learned_variance.py",
    "likelihood": "models/test_missing_data.py",
    "own_groups.analysis": "models/test_own_groups.py",
    "own_groups.columns": "models/own_groups/test_groups.py",
    "own_groups.methods": "models/own_groups/test_concerns.py",
    "own_groups.solved": "models/test_own_groups.py",
    "plots.alt_text": "plots/test_meetings.py",
    "plots.curves": "plots/test_meetings.py",
    "plots.palette": "explorer/test_style.py",
    "plots.panels": "plots/test_meetings.py",
    "plots.style": "plots/test_meetings.py plots/test_learned_variance.py plots/test_style.py",
    "published.learned_variance": "models/test_learned_variance.py",
}


def files(area: str, root: Path) -> list[Path]:
    """Return the files of an area that have tests of their own."""
    pattern, others = AREAS[area]
    found = sorted(path.relative_to(root) for path in root.glob(pattern))
    if others:
        found = [
            path for path in found if not re.search(others, f"{path}\n{(root / path).read_text('utf8')}")
        ]
    return [path for path in found if noticed_by(path, root)]


def keyword(path: Path) -> str:
    """Return pytest's -k for the tests that have to do with a file, "" for all: of an explorer, its own."""
    parts = path.parts[2:]
    own = parts[:1] == ("explorer",) and len(parts) > 2 and parts[1] not in ("exact", "frontend", "meetings")
    return parts[1] if own else ""


def noticed_by(path: Path, root: Path) -> list[Path]:
    """Return the tests that have to notice a file's mistakes, those of its own name first."""
    tests = root / "tests"
    if path.is_relative_to("tools"):
        name = ".".join(path.relative_to("tools").with_suffix("").parts)
        package, _, module = name.rpartition(".")
        ways = f"from {name} import|import {name}\\b|from {package or '-'} import .*\\b{module}\\b"
        rooms = [*tests.glob("book/test_*.py"), *tests.glob("instructor/test_*.py")]
        return sorted(test for test in rooms if re.search(rf"(?m)^({ways})", test.read_text("utf8")))
    parts = path.relative_to("code/pooling").with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    if parts in ((), ("plots",)):
        return []  # nothing but a docstring
    if parts[0] == "explorer":
        room = tests / "explorer"
        own = [room / f"test_{parts[1]}.py", room / parts[1], room / "test_every_explorer.py"]
        return [test for test in own if test.exists()]
    for pattern, told in TESTED_ELSEWHERE.items():
        if fnmatch(".".join(parts), pattern):
            return [tests / one for one in told.split()]
    room = () if parts[0] == "plots" else ("models",)
    return [tests.joinpath(*room, *parts[:-1], f"test_{parts[-1]}.py")]
