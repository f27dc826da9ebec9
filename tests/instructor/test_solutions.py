"""The exercises and their solutions: every exercise says what it is and is solved, every solution runs."""

import ast
import re
import runpy
from collections import Counter

import pytest
from instructor import exercises
from places import ROOT

CHAPTERS = exercises.chapters()
NUMBERED = [path for path in CHAPTERS if path.parent.name == "chapters"]
SOLUTIONS = sorted((ROOT / "solutions").rglob("*.md"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
each_numbered = pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
each_file = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


@each_chapter
def test_every_exercise_has_a_solution_and_every_solution_an_exercise(path):
    wanted = [exercise.label for exercise in exercises.read_exercises(path)]
    solved = exercises.read_solutions(exercises.solutions_of(path)).solutions
    assert wanted == list(solved)


def test_no_file_of_solutions_is_left_over():
    assert sorted(exercises.solutions_of(path) for path in CHAPTERS) == SOLUTIONS


@each_numbered
def test_a_chapter_sets_four_to_six_exercises_of_every_kind_and_one_stretch(path):
    found = exercises.read_exercises(path)
    assert 4 <= len(found) <= 6
    assert {exercise.kind for exercise in found} == set(exercises.KINDS)
    assert [exercise.stretch for exercise in found] == [False] * (len(found) - 1) + [True]


def test_a_chapter_with_a_number_sets_exercises():
    assert sorted((ROOT / "chapters").glob("[0-9]*.md")) == NUMBERED


@each_chapter
def test_exercises_have_labels_of_their_own_times_that_can_be_and_needs(path):
    for exercise in exercises.read_exercises(path):
        assert exercise.label.startswith("ex-")
        assert exercise.minutes in {5, 10, 15, 20, 25, 30, 40, 60}, exercise.label
        assert exercise.needs, exercise.label


def test_a_label_is_there_once():
    labels = Counter(e.label for path in CHAPTERS for e in exercises.read_exercises(path))
    assert max(labels.values()) == 1


@each_numbered
def test_every_exercise_has_a_hint_that_unfolds(path):
    text = path.read_text(encoding="utf8")
    hints = re.findall(r"^````\{dropdown\} Hints\n(.*?)^````$", text, flags=re.MULTILINE | re.DOTALL)
    assert len(hints) == 1
    hinted = re.findall(r"^- \{ref\}`([\w-]+)`: ", hints[0], flags=re.MULTILINE)
    assert hinted == [exercise.label for exercise in exercises.read_exercises(path)]


@each_file
def test_every_solution_tells_the_teacher_and_asserts(path):
    file = exercises.read_solutions(path)
    assert file.teaching
    for label, solution in file.solutions.items():
        assert "**Common mistake" in solution.note, label
        cells = exercises.code_cells(solution.text)
        # At the top level of a cell, so that it is reached whenever the cells run.
        checks = [node for cell in cells for node in ast.parse(cell).body if isinstance(node, ast.Assert)]
        assert checks, f"{label} asserts nothing"
        assert not [node for node in checks if isinstance(node.test, ast.Constant | ast.Tuple)], label


@each_file
def test_what_solutions_name_is_never_what_the_chapter_names(path):
    """In the instructor's book both are on one page."""
    text = path.read_text(encoding="utf8")
    labels = re.findall(r"^\$\$ \((\S+)\)", text, flags=re.MULTILINE)
    assert all(label.startswith("eq-sol-") for label in labels)
    assert "glue(" not in text


@each_file
def test_solutions_run_by_themselves(path, tmp_path, monkeypatch):
    monkeypatch.setenv("POOLING_QUIET", "1")
    monkeypatch.setenv("POOLING_FITS", str(ROOT / "_build" / "fits"))
    script = tmp_path / f"{path.stem}.py"  # memo reads the source of its programs from a file
    script.write_text("\n\n\n".join(exercises.code_cells(path.read_text("utf8"))), encoding="utf8")
    runpy.run_path(str(script))


# -- the form, enforced ------------------------------------------------------------------------------------

EXERCISE = """```{exercise} Guess
:label: ex-guess

*(To think, 5 minutes, paper.)* Guess a number.
```
"""
SOLUTION = """---
kernelspec: {name: python3}
---

# Solutions: guessing

Ask them.

```{code-cell} ipython3
x = 1
```

## ex-guess

```{admonition} In class: 7 minutes
**Common mistake**: none.
```

One.

```{code-cell} ipython3
# One.
assert x == 1
```
"""


def written(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf8")
    return path


def test_exercises_are_read(tmp_path):
    chapter = written(tmp_path / "chapters" / "01_guess.md", f"# A chapter\n\n{EXERCISE}\nMore.\n")
    (found,) = exercises.read_exercises(chapter)
    assert found[:5] == ("ex-guess", "Guess", "think", 5, "paper")
    assert not found.stretch
    assert chapter.read_text()[found.start : found.end] == EXERCISE
    assert exercises.solutions_of(chapter) == tmp_path / "solutions" / "01_guess.md"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(To think, 5 minutes, paper.)", "(5 minutes, paper.)", r"ex-guess must begin with \*\(To think\|"),
        ("To think", "To wonder", r"ex-guess must begin with \*\(To think\|"),
        (":label: ex-guess", ":class: tip", "an exercise has no label"),
    ],
)
def test_an_exercise_of_another_form_is_named(old, new, message, tmp_path):
    chapter = written(tmp_path / "chapters" / "01_guess.md", EXERCISE.replace(old, new))
    with pytest.raises(exercises.FormError, match=message):
        exercises.read_exercises(chapter)


def test_solutions_are_read(tmp_path):
    file = exercises.read_solutions(written(tmp_path / "solutions" / "01_guess.md", SOLUTION))
    assert file.teaching == "Ask them."
    assert exercises.code_cells(file.setup) == ["x = 1"]
    (solution,) = file.solutions.values()
    assert (solution.label, solution.minutes) == ("ex-guess", 7)
    assert solution.note == "```{admonition} In class: 7 minutes\n**Common mistake**: none.\n```"
    assert solution.text == "One.\n\n```{code-cell} ipython3\n# One.\nassert x == 1\n```"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("In class: 7 minutes", "In class", "ex-guess must begin with an admonition 'In class: N minutes'"),
        ("One.\n\n", "One.\n\n### Two\n\n", "the solution of ex-guess must have no headings"),
        ("# Solutions: guessing", "# Solutions: guessing\n" + SOLUTION[SOLUTION.index("## ex") :], "twice"),
    ],
)
def test_a_solution_of_another_form_is_named(old, new, message, tmp_path):
    path = written(tmp_path / "solutions" / "01_guess.md", SOLUTION.replace(old, new, 1))
    with pytest.raises(exercises.FormError, match=message):
        exercises.read_solutions(path)
