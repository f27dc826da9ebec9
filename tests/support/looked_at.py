"""A record of the figures as somebody has looked at them: what is drawn otherwise since then is noticed.

What a figure claims is read back and compared with numbers from elsewhere, figure by figure. For where a
label stands, how long a dash is or which ticks there are, no number exists elsewhere: the eye has to judge,
and this record says what it has seen. It holds for each figure its words (a digest), how many numbers its SVG
has, and some sums of those numbers with random signs: their differences say how far all numbers have moved.

`make looked-at` writes the record anew, and the figures that are drawn otherwise to `_build/looked_at`.
"""

import hashlib
import json
import re
import sys
from importlib import import_module

import numpy as np
from places import ROOT

ROOM = ROOT / "tests" / "plots"
RECORD = ROOM / "looked_at.json"
LEAST = 0.05  #: Points: what all numbers of a figure together (root of the sum of squares) may move.
_SUMS = 16
_NAMES = re.compile(r'\b(?:id|clip-path|xlink:href|href)="[^"]*"')
_NUMBER = re.compile(r"(?<![\w#.])-?\d+(?:\.\d+)?(?:e-?\d+)?")


def sketch(svg):
    """Return the digest of an SVG's words, how many numbers it has, and their sums with random signs."""
    svg = _NAMES.sub("", svg)
    numbers = np.array([float(number) for number in _NUMBER.findall(svg)])
    words = hashlib.sha256(_NUMBER.sub("0", svg).encode()).hexdigest()[:16]
    signs = np.random.RandomState(len(numbers)).choice([-1, 1], size=(_SUMS, len(numbers)))
    return [words, len(numbers), *np.round(signs @ numbers, 3).tolist()]


def difference(known, svg):
    """Return how an SVG differs from a sketch, in words, or "" if it is the one that was looked at."""
    if known is None:
        return "nobody has looked at it"
    now = sketch(svg)
    if now[:2] != known[:2]:
        return f"its words or parts are others ({known[1]} numbers then, {now[1]} now)"
    moved = np.sqrt(np.mean(np.subtract(now[2:], known[2:]) ** 2))
    return f"its numbers have moved by {moved:.2f} in all" if moved > LEAST else ""


def known():
    """Return the sketches of the record, by "module.figure"."""
    return json.loads(RECORD.read_text("utf8"))


def figures():
    """Return every figure of the tests, by "module.figure": each a function that draws it."""
    sys.path.insert(0, str(ROOM))
    stems = sorted(path.stem for path in ROOM.glob("test_*.py") if "\nFIGURES = {" in path.read_text("utf8"))
    return {
        f"{stem.removeprefix('test_')}.{name}": draw
        for stem in stems
        for name, draw in import_module(stem).FIGURES.items()
    }


def main():
    """Write the record; keep and name the figures that it had otherwise."""
    before = known() if RECORD.exists() else {}
    drawn = {name: draw().svg for name, draw in figures().items()}
    folder = ROOT / "_build" / "looked_at"
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        if said := difference(before.get(name), svg):
            (folder / f"{name}.svg").write_text(svg, "utf8")
            print(f"{folder.relative_to(ROOT) / name}.svg: {said}")
    rows = [f'"{name}": {json.dumps(sketch(svg))}' for name, svg in drawn.items()]
    RECORD.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf8")
    for name in sorted(before.keys() - drawn.keys()):
        print(f"{name} is drawn no more")


if __name__ == "__main__":
    main()
