"""A round without kernels: the grader's own steps and nbgrader's, on a small set, in seconds.

Cells are run by `exec`, in the grader's Python; everything else is what `make grade` does. `IN_BOXES` has
them run in boxes after all.
"""

import copy
import json
import os
import shutil
import subprocess
import sys

import odd_hand_ins
from class_round import ROOT, Round
from make_class import make

SET = "1_small"
TEXT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A small set

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: sum, locked: false, solution: true, OTHERS}
---
total = ...
### BEGIN SOLUTION
total = {{ a }} + {{ b }}
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: test-sum, locked: true, points: 3, solution: false, OTHERS}
---
print(total)
### BEGIN HIDDEN TESTS
3.0 if total == {{ a + b }} else 0.0
### END HIDDEN TESTS
```

```{code-cell} ipython3
---
nbgrader: {grade: false, grade_id: product, locked: false, solution: true, OTHERS}
---
times = ...
### BEGIN SOLUTION
times = {{ a }} * {{ b }}
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade: true, grade_id: test-product, locked: true, points: 2, solution: false, OTHERS}
---
print(times)
### BEGIN HIDDEN TESTS
2.0 if times == {{ a * b }} else 0.0
### END HIDDEN TESTS
```

+++ {"nbgrader": {"grade": false, "grade_id": "rubric", "locked": true, "solution": false, OTHERS}}

In words: why?

### BEGIN MARK SCHEME

A reason.

### END MARK SCHEME

+++ {"nbgrader": {"grade": true, "grade_id": "words", "locked": false, "points": 4, "solution": true, OTHERS}}

### BEGIN SOLUTION

Because.

### END SOLUTION
""".replace("OTHERS", '"schema_version": 3, "task": false')
NUMBERS = '''"""The numbers of a small set."""


def draw(rng):
    a, b = rng.integers(2, 50, 2)
    return {"a": a, "b": b}


def files(drawn):
    return {"table.csv": [["a", "b"], [drawn["a"], drawn["b"]]]}
'''
DRIVER = """
import ast, json, os, sys, traceback, types, warnings
from pathlib import Path
import jinja2
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
warnings.filterwarnings("ignore", module="nbgrader.api")
from nbformat.v4 import new_output
from grading import layout, rounds
from grading.scores import error

def run(nb, box, limits):
    names = {}
    for cell in nb.cells:
        if cell.cell_type == "code":
            try:
                *body, last = ast.parse(cell.source).body or [None]
                exec(compile(ast.Module(body, []), "cell", "exec"), names)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
                    data = {"text/plain": repr(value)} | getattr(value, "mime", {})
                    cell.outputs = [new_output("execute_result", data=data, execution_count=1)]
                elif last:
                    exec(compile(ast.Module([last], []), "cell", "exec"), names)
            except Exception as problem:
                cell.outputs = [error(type(problem).__name__, str(problem))]
    return []

in_boxes, rounds.run = rounds.run, run
limits = types.SimpleNamespace(fence=True)
answers = os.fdopen(os.dup(1), "w")
# A template is compiled once, not once a page.
compiled, compile_it = {}, jinja2.Environment.compile
def remembered(self, *asked, **more):
    key = repr((asked, more))
    if key not in compiled:
        compiled[key] = compile_it(self, *asked, **more)
    return compiled[key]
jinja2.Environment.compile = remembered

for line in sys.stdin:
    name, classes, code, again, to, stays = json.loads(line)
    status = 0
    if stays or not os.fork():
        out = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        layout.CLASSES = Path(classes)
        sys.stdout.reconfigure(errors="backslashreplace")
        try:
            a_class = layout.named(name)
            exec(code, globals())
        except SystemExit as told:
            print(told)
            status = 1
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        if not stays:
            os._exit(status)
    else:
        status = os.waitstatus_to_exitcode(os.wait()[1])
    print(status, file=answers, flush=True)
"""
GRADE = "with layout.locked(a_class):\n    rounds.grade(a_class, limits, again=again)\n"
IN_BOXES = f"""
from grading import box
from grading.watch import Limits
python, readable = {sys.executable!r}, ({str(ROOT / "code")!r},)
rounds.run = in_boxes
limits = Limits(5, 1.0, box.choose(python, readable), python, readable, written=0.1)
"""
RELEASE = "with layout.locked(a_class):\n    rounds.release(a_class)\n"


class Grader:
    """A process in the grader's Python; a step is a child of its own, which need not import nbgrader.

    A step that stays is done by the process itself: what it has imported and compiled, later ones have.
    """

    def __init__(self, folder):
        python = ROOT / "_build" / "grading" / "bin" / "python"
        self._said = folder / "said.txt"
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-c", DRIVER],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "assignments")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf8",
        )

    def step(self, name, classes, code, *, again=False, stays=False):
        """Do a step for a class in a folder of classes; return its exit code and what it said."""
        asked = [name, str(classes), code, again, str(self._said), stays]
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return status, self._said.read_text(encoding="utf8", errors="replace")

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class QuickRound(Round):
    """A class of its own in a folder, with a small set."""

    def __init__(self, folder, name="quick", grader=None):
        super().__init__(folder / "classes")
        self.name, self.sets, self.grader = name, folder / "sets", grader
        (self.sets / "class_numbers").mkdir(parents=True)
        (self.sets / f"{SET}.md").write_text(TEXT)
        (self.sets / "class_numbers" / "small.py").write_text(NUMBERS)
        self.folder = make(name, self.classes, self.sets)

    def copied(self, folder):
        """Return a copy in another folder, as it is now."""
        shutil.copytree(self.classes.parent, folder)
        other = copy.copy(self)
        other.sets, other.classes = folder / "sets", folder / "classes"
        other.folder = other.classes / self.name
        return other

    def step(self, code, *, fails=False, **options):
        """Do a step of the grader's; return what it printed."""
        status, said = self.grader.step(self.name, self.classes, code, **options)
        if fails is not None and bool(status) != fails:
            raise AssertionError(f"ended with {status}:\n{said}")
        return said

    def python(self, code, name, *arguments):
        """Run code with the class's gradebook, in the process that has nbgrader at hand."""
        argv = ["-c", str(self.classes / name / "gradebook.db"), name, *arguments]
        return self.step(f"sys.argv = {argv!r}\n{code}")

    def release(self, **options):
        """Release the set."""
        return self.step(RELEASE, **options)

    def grade(self, before="", **options):
        """Do a round, after some code of a test."""
        return self.step(f"{before}\n{GRADE}", **options)

    def answered(self):
        """Return the released set with the key in it, as a dictionary."""
        raw, key = (
            json.loads((self.folder / kind / SET / f"{SET}.ipynb").read_text())
            for kind in ("release", "source")
        )
        for cell, full in zip(raw["cells"], key["cells"], strict=True):
            if full["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = full["source"]
        return raw

    def answers(self):
        """Return what an odd submission needs to know of the set."""
        key = self.folder / "source" / SET / f"{SET}.ipynb"
        return odd_hand_ins.Answers(["sum", "product"], "words", SET, str(key))

    def hand_in(self, student, kind):
        """Put a submission of an odd kind in its place."""
        odd_hand_ins.hand_in(kind, self.answered(), self.answers(), self.place(student))

    def place(self, student):
        """Return the folder of a student's submission."""
        return self.folder / "submitted" / student / SET
