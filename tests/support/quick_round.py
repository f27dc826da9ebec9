"""A round without kernels: the grader's own steps and nbgrader's, on a small set, in seconds.

Cells are run by `exec`, in the grader's Python; everything else is what `make grade` does.
"""

import json
import os
import subprocess

from class_round import ROOT, Round
from make_class import make
from odd_hand_ins import Answers

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
import ast, os, sys, types, warnings
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

rounds.run = run
a_class = layout.named(sys.argv[1])
limits = types.SimpleNamespace(fence=True)
sys.stdout.reconfigure(errors="backslashreplace")
"""
GRADE = "with layout.locked(a_class):\n    rounds.grade(a_class, limits, again='again' in sys.argv)\n"
RELEASE = "with layout.locked(a_class):\n    rounds.release(a_class)\n"


class QuickRound(Round):
    """A class of its own in a folder, with a small set."""

    def __init__(self, folder, name="quick"):
        super().__init__(folder / "classes")
        self.name, self.sets = name, folder / "sets"
        (self.sets / "class_numbers").mkdir(parents=True)
        (self.sets / f"{SET}.md").write_text(TEXT)
        (self.sets / "class_numbers" / "small.py").write_text(NUMBERS)
        self.folder = make(name, self.classes, self.sets)

    def step(self, code, *arguments, before="", fails=False, **options):
        """Do a step in the grader's Python, after some code of a test; return what it printed."""
        python = ROOT / "_build" / "grading" / "bin" / "python"
        command = [python, "-W", "ignore", "-c", DRIVER + before + "\n" + code, self.name, *arguments]
        environment = os.environ | {"CLASSES": str(self.classes), "PYTHONPATH": str(ROOT / "assignments")}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, encoding="utf8", check=False, **options
        )
        if fails is not None and bool(done.returncode) != fails:
            raise AssertionError(f"ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def release(self):
        """Release the set."""
        return self.step(RELEASE)

    def grade(self, *arguments, **options):
        """Do a round."""
        return self.step(GRADE, *arguments, **options)

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
        return Answers(["sum", "product"], "words", SET, str(key))

    def place(self, student):
        """Return the folder of a student's submission."""
        return self.folder / "submitted" / student / SET
