"""A record of figures and explorers as somebody has looked at them: what is drawn otherwise since is noticed.

What a picture claims is read back and compared with numbers from elsewhere, picture by picture. For where a
label stands, how long a dash is or which ticks there are, no number exists elsewhere: the eye has to judge,
and this record says what it has seen. It holds for each picture its words (a digest), how many numbers its
markup has, and some sums of them with random signs: their differences say how far all numbers have moved.

`make looked-at` writes the record anew, and the pictures that are drawn otherwise to `_build/looked_at`.
"""

import hashlib
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import drawings
import numpy as np
from places import ROOT

RECORD = Path(__file__).with_suffix(".json")
LEAST = 0.05  #: What all numbers of a picture together (root of the sum of squares) may move, in its units.
_SUMS = 16
_NAMES = re.compile(r'\b(?:id|clip-path|xlink:href|href)="[^"]*"')
_NUMBER = re.compile(r"(?<![\w#.])-?\d+(?:\.\d+)?(?:e-?\d+)?")


def explorer(stem):
    """Return the markup of an explorer at its start, at the ends of its controls, and anywhere."""
    seen = (drawing.root for _, drawing in drawings.everywhere(stem, seed=31, number=1))
    return "\n".join(ElementTree.tostring(root, encoding="unicode") for root in seen)


def sketch(markup):
    """Return the digest of a picture's words, how many numbers it has, and their sums with random signs."""
    markup = _NAMES.sub("", markup)
    numbers = np.array([float(number) for number in _NUMBER.findall(markup)])
    words = hashlib.sha256(_NUMBER.sub("0", markup).encode()).hexdigest()[:16]
    signs = np.random.RandomState(len(numbers)).choice([-1, 1], size=(_SUMS, len(numbers)))
    return [words, len(numbers), *np.round(signs @ numbers, 3).tolist()]


def difference(name, markup):
    """Return how a picture differs from the one of the record, in words, or "" if it does not."""
    known = _known().get(name)
    if known is None:
        return f"nobody has looked at {name}: `make looked-at`"
    now = sketch(markup)
    if now[:2] != known[:2]:
        return f"{name}: words or parts are others ({known[1]} numbers then, {now[1]} now)"
    moved = np.sqrt(np.mean(np.subtract(now[2:], known[2:]) ** 2))
    return f"{name}: its numbers have moved by {moved:.2f} in all" if moved > LEAST else ""


def names():
    """Return the names of the record, such as "proportions.ranks" for a figure of `tests/plots`."""
    return set(_known())


def _known():
    return json.loads(RECORD.read_text("utf8"))


def _all():
    """Yield the name and the markup of every picture."""
    room = ROOT / "tests" / "plots"
    sys.path.insert(0, str(room))
    for path in sorted(room.glob("test_*.py")):
        if "\nFIGURES = {" in path.read_text("utf8"):
            for name, draw in import_module(path.stem).FIGURES.items():
                yield f"{path.stem.removeprefix('test_')}.{name}", draw().svg
    for stem in drawings.DRAWN:
        yield f"explorer.{stem}", explorer(stem)


def main():
    """Write the record; keep and name the pictures that it had otherwise."""
    folder = ROOT / "_build" / "looked_at"
    folder.mkdir(parents=True, exist_ok=True)
    drawn = dict(_all())
    for name, markup in drawn.items():
        if said := difference(name, markup):
            (folder / f"{name}.svg").write_text(markup, "utf8")
            print(said)
    rows = [f'"{name}": {json.dumps(sketch(markup))}' for name, markup in drawn.items()]
    RECORD.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf8")


if __name__ == "__main__":
    main()
