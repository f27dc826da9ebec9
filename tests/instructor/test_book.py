"""The instructor's book: every chapter with its solutions, and nothing of it in the student's site."""

import shutil
import subprocess

import pytest
from instructor import book as instructor
from instructor import exercises
from places import ROOT

CHAPTERS = exercises.chapters()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_exercise_is_followed_by_its_solution(path):
    text, file = instructor.woven(path), exercises.read_solutions(exercises.solutions_of(path))
    places = []
    for exercise in exercises.read_exercises(path):
        solution = file.solutions[exercise.label]
        for part in (
            exercise.text,
            solution.note,
            f"```{{solution-start}} {exercise.label}\n",
            solution.text,
        ):
            assert text.count(part) == 1, exercise.label
            places.append(text.index(part))
    assert places == sorted(places)
    assert file.teaching in text


def test_an_exercise_without_a_solution_is_named(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "solutions").mkdir()
    stem = "01_complete_pooling.md"
    chapter = shutil.copy(ROOT / "chapters" / stem, tmp_path / "chapters")
    with pytest.raises(exercises.FormError, match=r"there is no solutions/01_complete_pooling\.md"):
        instructor.woven(tmp_path / "chapters" / stem)
    text = (ROOT / "solutions" / stem).read_text("utf8")
    (tmp_path / "solutions" / stem).write_text(text.replace("## ex-complete-worth", "## ex-complete-value"))
    with pytest.raises(exercises.FormError, match=r"it solves .*ex-complete-value"):
        instructor.woven(exercises.Path(chapter))


@pytest.mark.live
def test_the_book_is_built_strictly():
    built = subprocess.run(
        ["make", "--no-print-directory", "book-instructor"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        check=False,
    )
    assert built.returncode == 0, built.stdout
    for path in CHAPTERS:
        page = instructor.FOLDER / "_build" / "html" / path.relative_to(ROOT).with_suffix(".html")
        text = page.read_text(encoding="utf8")
        for exercise in exercises.read_exercises(path):
            assert f'id="{exercise.label}"' in text
        assert text.count("In class: ") == len(exercises.read_exercises(path))
        assert "Common mistake" in text
