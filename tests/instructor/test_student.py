"""What students are given: the whole course, and nothing of what is withheld from them."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from instructor import exercises, leaks, student
from places import ROOT

SOLUTIONS = sorted((ROOT / "solutions").rglob("*.md"))
SETS = sorted((ROOT / "assignments").glob("*.md"))
SECRET = leaks.withheld()
FORK = "https://github.com/someone/their-fork"
PLANTED = {
    "a.md": "Look at school three. {}",
    "a.html": "<p>Look at <em>school</em> three.\n{}</p>",
    "a.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": ["Look.\n", "{}"]}]}),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return the student's tree, with the remote of somebody's fork."""
    folder = tmp_path_factory.mktemp("student") / "course"
    student.write(folder)
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", f"{FORK}.git"], check=True)
    return folder


def told_by(site):
    """Return the words of the search index, stemmed, and the titles."""
    text = (site / "searchindex.js").read_text(encoding="utf8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    return set(index["terms"]) | set(index["titleterms"]), index["titles"] + index["docnames"]


def whats_wrong_with(site):
    """Return what the search index of a site gives away."""
    words, titles = told_by(site)
    telling = leaks.telling_stems()
    return sorted(words & telling.keys()) + [title for title in titles if "olution" in title]


def test_the_tree_has_the_course_and_nothing_that_is_withheld(tree):
    names = [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()]
    for name in (
        "chapters/14_calibration.md",
        "code/pooling/exact/__init__.py",
        "binder/runtime.txt",
        "Makefile",
    ):
        assert name in names
    secret = re.compile(r"solution|assignments|hand_in|grading|instructor\.py")
    assert not [name for name in names if secret.search(name)]
    assert "{exercise}" in (tree / "chapters" / "01_complete_pooling.md").read_text("utf8")
    for name, stays, goes in (
        ("README.md", ["Check it"], ["Teach with it"]),
        ("CONTRIBUTING.md", ["The build"], ["Write a problem set", "Write a solution"]),
    ):
        ours, theirs = ((root / name).read_text("utf8") for root in (ROOT, tree))
        for heading in goes:
            assert f"## {heading}\n" in ours
            assert f"## {heading}\n" not in theirs
        for heading in stays:
            assert f"## {heading}\n" in theirs
        assert not re.search(r"make (assignments|grade)|solutions/", theirs), name


def test_every_solution_and_every_hidden_check_would_be_recognised():
    labels = {e.label for path in exercises.chapters() for e in exercises.read_exercises(path)}
    solved = {label for path in SOLUTIONS for label in exercises.read_solutions(path).solutions}
    assert solved <= labels
    places = set(SECRET.values())
    assert {f"the solution of {label}" for label in solved} <= places
    for path in SETS:
        assert sum(path.name in place for place in places) >= 8, path.name


def test_nothing_withheld_is_in_the_tree(tree):
    assert list(leaks.leaks(tree, SECRET)) == []


def test_nothing_withheld_is_in_the_site(site):
    assert list(leaks.leaks(site, SECRET)) == []
    assert whats_wrong_with(site) == []


def a_passage(kind):
    """Return the first prose, or the first code that is its own, of a solution."""
    file = exercises.read_solutions(ROOT / "solutions" / "01_complete_pooling.md")
    solution = file.solutions["ex-complete-worth"]
    if kind == "code":
        return exercises.code_cells(solution.text)[0]
    return leaks._CELL.sub("", solution.text)


@pytest.mark.parametrize("kind", ["prose", "code"])
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_solution_is_found(kind, name, tmp_path):
    passage = a_passage(kind)
    if name == "a.ipynb":
        passage = json.dumps(passage)[1:-1]
    (tmp_path / name).write_text(PLANTED[name].replace("{}", passage), encoding="utf8")
    assert list(leaks.leaks(tmp_path, SECRET)) == [f"{name}: the solution of ex-complete-worth"]


@pytest.mark.parametrize(("kind", "k"), [("prose", 8), ("code", 12)])
def test_a_short_run_of_words_is_enough(kind, k, tmp_path):
    """Eight words of prose and twelve of code, as leaks.py promises; one fewer may be a coincidence."""
    words = re.findall(r"[a-z0-9_]+", a_passage(kind).lower())
    runs = [words[i : i + k] for i in range(len(words) - k + 1)]
    for n, run in enumerate(runs):
        (tmp_path / f"{n:03}.txt").write_text(" ".join(run), encoding="utf8")
        (tmp_path / f"{n:03}-shorter.txt").write_text(" ".join(run[:-1]), encoding="utf8")
    found = list(leaks.leaks(tmp_path, SECRET))
    assert found  # not all of them: some are formulas, or stand in the chapter too
    assert not [told for told in found if "shorter" in told]


def test_planted_notes_on_teaching_are_found(tmp_path):
    notes = exercises.read_solutions(ROOT / "solutions" / "01_complete_pooling.md").teaching
    (tmp_path / "a.md").write_text(notes, encoding="utf8")
    expected = "a.md: the notes on teaching of 01_complete_pooling.md"
    assert list(leaks.leaks(tmp_path, SECRET)) == [expected]


@pytest.mark.parametrize(
    "mark",
    ["Solution to Exercise 3", "### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS", "### BEGIN MARK SCHEME"],
)
def test_what_is_written_around_the_withheld_is_found(mark, tmp_path):
    (tmp_path / "a.md").write_text(f"Nothing secret.\n\n{mark}\n", encoding="utf8")
    (tmp_path / "tool.py").write_text(f"# looks for {mark}\n", encoding="utf8")
    told = list(leaks.leaks(tmp_path, {}))
    assert len(told) == 1
    assert told[0].startswith("a.md: ")


def test_escaped_letters_of_a_page_hide_nothing(tmp_path):
    secret = {("it", "is", "the", "school", "s", "own", "mean", "again"): "a solution"}
    page = "<p>It is the <b>school</b>&#x27;s own mean&nbsp;again.</p>"
    (tmp_path / "a.html").write_text(page, encoding="utf8")
    assert list(leaks.leaks(tmp_path, secret)) == ["a.html: a solution"]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["HIDDEN TESTS", "SOLUTION", "MARK SCHEME"])
def test_what_a_set_withholds_is_found_where_it_is_planted(kind, path, tmp_path):
    passages = re.findall(rf"### BEGIN {kind}\n(.*?)### END", path.read_text("utf8"), re.DOTALL)
    (tmp_path / "look.txt").write_text(max(passages, key=len), encoding="utf8")
    assert any(path.name in told for told in leaks.leaks(tmp_path, SECRET))


def test_a_solution_that_was_indexed_is_found(site, tmp_path):
    word = min(leaks.telling_stems())
    text = (site / "searchindex.js").read_text("utf8")
    index = re.sub(r'"terms": ?\{', rf'\g<0>"{word}": 3, ', text, count=1)
    (tmp_path / "searchindex.js").write_text(index, encoding="utf8")
    assert whats_wrong_with(tmp_path) == [word]


def test_a_tree_that_gives_something_away_is_not_offered(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(student, "FOLDER", tmp_path)
    monkeypatch.setattr(student, "WITHHELD", tuple(set(student.WITHHELD) - {"solutions/"}))
    assert student.main() == 1
    printed = capsys.readouterr()
    assert "ex-complete-worth" in printed.err
    assert "To publish" not in printed.out


def test_a_tree_that_gives_nothing_away_is_written_and_offered(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(student, "FOLDER", tmp_path)
    monkeypatch.setattr(leaks, "withheld", lambda: SECRET)
    assert student.main() == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert f"The student's tree: {tmp_path}\n" in printed.out
    assert "git remote add public ADDRESS" in printed.out
    assert "To publish it: cd " in printed.out
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == set(student.files())


def test_a_tree_is_written_again_around_its_repository(tree):
    (tree / "chapters" / "99_mine.md").write_text("gone from the course")
    (tree / "README.md").write_text("old")
    student.write(tree)
    assert not (tree / "chapters" / "99_mine.md").exists()
    assert (tree / "README.md").read_text("utf8").startswith("# Partial Pooling")
    assert (tree / ".git" / "config").exists()


def test_no_tree_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RuntimeError, match="needs a git repository"):
        student.write(tmp_path / "student", root=tmp_path)


def test_the_tests_of_the_tree_need_nothing_that_is_withheld(tree):
    missing = "|".join(path.rpartition("/")[2][:-3] for path in student.WITHHELD if path.endswith(".py"))
    wanted = re.compile(rf"^(?:import|from) (?:{missing}|grading|class_numbers|make_class)\b", re.MULTILINE)
    asking = [path.name for path in tree.rglob("*.py") if wanted.search(path.read_text("utf8"))]
    assert asking == []


def test_the_tree_builds_the_same_site_with_links_to_the_fork(tree, site):
    """Every chapter's key is that of the course, so the outputs it has are taken over."""
    for name in (".jupyter_cache", "javascript"):
        shutil.copytree(ROOT / "_build" / name, tree / "_build" / name, symlinks=True, dirs_exist_ok=True)
    built = subprocess.run(
        [sys.executable, "tools/book.py"], cwd=tree, capture_output=True, encoding="utf8", check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert "executing" not in built.stdout
    pages = sorted(path.relative_to(site) for path in (site / "chapters").rglob("*.html"))
    its = tree / "_build" / "html"
    assert sorted(path.relative_to(its) for path in (its / "chapters").rglob("*.html")) == pages
    for page in pages:
        text = (its / page).read_text("utf8")
        if page.stem == "hub":  # links for a class, with the address in the middle
            assert "github.com%2Fsomeone%2Ftheir-fork" in article(text)
        else:
            assert article(text) == article((site / page).read_text("utf8")), page
        assert f'href="{FORK}"' in text, page
        source = page.with_suffix(".md").as_posix()
        assert f"{FORK}/blob/main/{source}" in text, page
        if (its / "_sources" / page.with_suffix(".ipynb")).exists():
            binder = "https://mybinder.org/v2/gh/someone/their-fork/main"
            assert f"{binder}?urlpath=lab/tree/{source}" in text, page


def article(page):
    """Return what a page says, without the frame around it."""
    return re.search(r"<article\b.*?</article>", page, re.DOTALL)[0]
