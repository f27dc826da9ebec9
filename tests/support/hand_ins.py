"""Submissions of every kind, made from a set's own key, with the score and the note that each must get."""

from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell

STUBBORN = """while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""


class Expected(NamedTuple):
    """A submission (None: a text file), its points, words of its feedback, if it can be read; other files."""

    notebook: nbformat.NotebookNode | None
    score: float
    note: str = ""
    read: bool = True
    files: tuple = ()


class Set:
    """A released set and its key."""

    def __init__(self, release, source):
        self.frame = nbformat.read(release, as_version=4)
        self.key = {_id(cell): cell.source for cell in nbformat.read(source, as_version=4).cells if _id(cell)}
        about = [cell.metadata.nbgrader for cell in self.frame.cells if "nbgrader" in cell.metadata]
        self.points = {
            a.grade_id.removeprefix("test-"): a.points for a in about if a.grade and not a.solution
        }
        self.questions = list(self.points)
        self.written = next((a.grade_id for a in about if a.grade and a.solution), None)
        self.worth = sum(self.points.values())

    def answered(self, *questions, **instead):
        """Return the set with the key's answers to these questions, and other text in some cells."""
        nb = nbformat.from_dict(self.frame)
        for cell in nb.cells:
            if _id(cell) in (*questions, self.written):
                cell.source = self.key[_id(cell)]
            if _id(cell) in instead:
                cell.source = instead[_id(cell)]
        return nb

    def all_but(self, question, source):
        """Return the key with something else in place of one answer."""
        return self.answered(*self.questions, **{question: source})

    def spoilt(self, question, source, note):
        """Return what costs this question and no other."""
        return Expected(self.all_but(question, source), self.worth - self.points[question], note)


def perfect(a_set, **_):
    """Everything right."""
    return Expected(a_set.answered(*a_set.questions), a_set.worth)


def half(a_set, **_):
    """Some questions answered, the others left as they came."""
    some = a_set.questions[: len(a_set.questions) // 2]
    return Expected(a_set.answered(*some), sum(a_set.points[question] for question in some))


def wrong(a_set, **_):
    """Numbers everywhere, none of them right."""
    nb = a_set.answered()
    for cell in nb.cells:
        if _id(cell) in a_set.questions:
            names = [line.partition(" =")[0] for line in cell.source.split("\n") if line.endswith("= ...")]
            cell.source = "\n".join(f"{name} = -12345.0" for name in names) or "pass"
    return Expected(nb, 0)


def endless(a_set, **_):
    """A loop without an end."""
    return a_set.spoilt(a_set.questions[-1], "while True:\n    pass", "ran longer than")


def deleted(a_set, **_):
    """An answer and its checks are gone, and so is the cell that imports."""
    last = a_set.questions[-1]
    nb = a_set.answered(*a_set.questions)
    nb.cells = [cell for cell in nb.cells if _id(cell) not in ("start", last, f"test-{last}")]
    return Expected(nb, a_set.worth - a_set.points[last], f"put back, empty: start, {last}, test-{last}")


def missing(a_set, **_):
    """No notebook."""
    return Expected(None, 0, "No notebook was handed in", read=False)


def outside(a_set, **_):
    """Writes over another submission, the set's source and the course."""
    source = "\n".join(
        f"try:\n    open({path!r}, 'w').write('mine')\nexcept OSError as error:\n    print(error)"
        for path in a_set.targets
    )
    last = a_set.questions[-1]
    return a_set.spoilt(last, f"{source}\nopen({a_set.targets[0]!r}, 'w')", "outside")


def memory(a_set, **_):
    """Asks for far more memory than there is."""
    source = "import numpy\nhoard = [numpy.ones(2**27) for _ in range(64)]"
    return a_set.spoilt(a_set.questions[-1], source, "memory")


def crash(a_set, **_):
    """Python itself crashes, in the first cell."""
    nb = a_set.answered(*a_set.questions)
    nb.cells.insert(0, new_code_cell("import os\nos.abort()"))
    return Expected(nb, a_set.worth, "In cell 1 (your own): Python crashed")


def stubborn(a_set, **_):
    """A loop that does not want to be interrupted."""
    return a_set.spoilt(a_set.questions[-1], STUBBORN, "ran longer than")


def forged(a_set, **_):
    """Gives itself more points than there are."""
    nb = a_set.answered()
    nb.cells.insert(0, new_code_cell("from pooling.marks import Marks\nMarks.total = lambda self: 1000.0"))
    return Expected(nb, 0, "these checks did not end in a score between 0 and")


def flood(a_set, **_):
    """Prints without end."""
    source = "while True:\n    print('x' * 1000)"
    return a_set.spoilt(a_set.questions[-1], source, "too much was printed")


def disk(a_set, **_):
    """Writes until there is no room."""
    source = "for k in range(100):\n    with open(str(k), 'wb') as file:\n        file.write(bytes(10**8))"
    return a_set.spoilt(a_set.questions[-1], source, "more was written than")


def forks(a_set, **_):
    """Starts processes without end."""
    source = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    return a_set.spoilt(a_set.questions[-1], source, "more than 64 processes ran at once")


def escaping(a_set, **_):
    """Leaves links where a grader might write, dies, and looks for open files in the next kernel."""
    leave = f"""import os
for name in ("kernel.log", "kernel.json", "executed.ipynb", "notes.json"):
    for target in {a_set.targets!r}:
        try:
            if os.path.lexists("../" + name):
                os.remove("../" + name)
            os.symlink(target, "../" + name)
        except OSError as error:
            print(error)
os._exit(1)"""
    look = """import os
for number in os.listdir("/proc/self/fd"):
    try:
        if not os.readlink("/proc/self/fd/" + number).startswith("/dev"):
            open("/proc/self/fd/" + number, "r+").write("mine")
    except OSError as error:
        print(error)"""
    nb = a_set.answered(*a_set.questions)
    nb.cells[:0] = [new_code_cell(leave), new_code_cell(look)]
    return Expected(nb, a_set.worth, "In cell 1 (your own): Python crashed")


def shadowing(a_set, **_):
    """Answers nothing, and sends along a package that gives full marks."""
    marks = """class Marks:
    def __init__(self, answers, points):
        self.points = points
    near = true = look = lambda *_, **__: None
    total = lambda self: self.points
"""
    files = (
        ("pooling/__init__.py", ""),
        ("pooling/marks.py", marks),
        ("numpy.py", marks),
        ("json.py", marks),
    )
    return Expected(a_set.answered(), 0, "were not used: json.py, numpy.py, pooling/__init__.py", files=files)


def unreadable(a_set, **_):
    """Not a notebook at all: somebody has to look at it."""
    nb = a_set.answered()
    nb.cells = 7
    return Expected(nb, 0, "could not be read as a notebook")


def old_format(a_set, **_):
    """A perfect notebook in the file format of ten years ago."""
    nb = nbformat.convert(a_set.answered(*a_set.questions), 3)
    return Expected(nb, a_set.worth, "version 3 of the file format")


HOSTILE = (
    *(endless, deleted, missing, outside, memory, crash, stubborn, forged, flood, disk, forks, escaping),
    *(shadowing, unreadable, old_format),
)


def write(expected, folder, stem):
    """Put a submission where submissions are put."""
    folder.mkdir(parents=True)
    for name, text in expected.files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    if expected.notebook is None:
        (folder / "sorry.txt").write_text("The dog has eaten it.\n")
    elif expected.notebook.nbformat == 4 and isinstance(expected.notebook.cells, list):
        nbformat.write(expected.notebook, folder / f"{stem}.ipynb")
    else:
        import json

        (folder / f"{stem}.ipynb").write_text(json.dumps(expected.notebook))


def _id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")
