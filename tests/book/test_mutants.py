"""`make mutants` says of a mistake whether a test notices it, and leaves the tree as it was."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from mutants import changes, listed, subjects, trial
from places import ROOT

TOY = '''"""A toy."""


def half(x):
    """Return half of 1, or of 2, but not 3."""
    return x / 2


def unread(x):
    return x - 1


def down(x):
    while x > 0:
        x -= 1
    return x
'''
TESTS = """from toy import down, half, unread


def test_half():
    assert half(6) == 3


def test_unread():
    unread(1)


def test_down():
    assert down(3) == 0
"""
PYTHON = (
    'best = min(low["own"], -3) + gap["all"] * f(a, b)  # 4 + 5 < 6\n"""7 + 8"""\nx.plot(a, linewidth=9)\n'
)
JAVASCRIPT = "const f = (a, b) => /* 1 + 2 */ `${a + 1} of 3 + 4` + g[b < 0 ? c : /5*6/.d](a, true); // 7"


def digests(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    shutil.copytree(ROOT / "tools" / "mutants", folder / "tools" / "mutants")
    (folder / "code").mkdir()
    (folder / "code" / "toy.py").write_text(TOY, "utf8")
    (folder / "test_toy.py").write_text(TESTS, "utf8")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def trials(toy):
    with trial.copy(toy) as tree:
        yield trial.Trials(tree)


def outcome(trials, text, replacement):
    return trials.outcome(Path("code/toy.py"), TOY.replace(text, replacement), [trials.tree / "test_toy.py"])


def test_a_mistake_is_killed_if_a_test_notices_it(toy, trials):
    before = digests(toy)
    assert outcome(trials, "x / 2", "x * 2") == ("killed", "test_toy.py::test_half")
    assert outcome(trials, "x - 1", "x + 1") == ("survived", "")
    assert (trials.tree / "code" / "toy.py").read_text("utf8") == TOY
    assert digests(toy) == before


def test_tests_of_something_else_are_not_asked(trials):
    mistake = TOY.replace("x / 2", "x * 2")
    for only, expected in (("half", "killed"), ("unread", "survived")):
        tests = [trials.tree / "test_toy.py"]
        assert trials.outcome(Path("code/toy.py"), mistake, tests, only).what == expected


def test_an_explorer_is_known_by_its_stem():
    code = Path("code/pooling")
    assert subjects.keyword(code / "explorer" / "proportions" / "view.js") == "proportions"
    for shared in ("explorer/meetings/view.js", "explorer/frontend/draw.js", "plots/proportions.py"):
        assert subjects.keyword(code / shared) == ""


def test_a_loop_that_does_not_end_is_stopped(trials, monkeypatch):
    monkeypatch.setattr(trial, "LEAST", 1)
    monkeypatch.setattr(trial, "PATIENCE", 1)
    assert outcome(trials, "x -= 1", "x += 1") == ("timed out", "")


def test_tests_that_fail_anyway_tell_nothing(trials):
    bad = trials.tree / "test_bad.py"
    bad.write_text("def test_toy():\n    assert 1 == 2\n", "utf8")
    with pytest.raises(
        ValueError, match=r"test_bad.py must pass before anything is changed, got(?s:.*)1 == 2"
    ):
        trials.outcome(Path("code/toy.py"), TOY, [bad])


def test_an_interrupted_trial_leaves_no_copy(toy):
    with pytest.raises(KeyboardInterrupt), trial.copy(toy) as tree:
        raise KeyboardInterrupt
    assert not tree.exists()


def test_python_is_changed_in_its_code_only():
    found = [(m.text, m.replacement) for m in changes.mutants(Path("a.py"), PYTHON)]
    assert (
        found
        == [
            ("min", "max"),
            ('low["own"], -3', '-3, low["own"]'),
            ("low", "high"),
            ('"own"', '"all"'),
            *[("3", "4"), ("3", "6"), ("+", "-"), ('"all"', '"own"'), ("*", "/"), ("a, b", "b, a")],
            ("a, linewidth=9", "linewidth=9, a"),
        ][:-1]
    )


def test_javascript_is_changed_in_its_code_only():
    found = [(m.text, m.replacement) for m in changes.mutants(Path("a.js"), JAVASCRIPT)]
    assert found == [
        *[("+", "-"), ("1", "2"), ("<", "<="), ("0", "1"), ("a, true", "true, a"), ("true", "false")],
    ]


def test_a_changed_line_is_shown():
    first = next(changes.mutants(Path("a.py"), "a = 1\nb = min(c)\n".replace("1", "c")))
    assert first.lines("a = c\nb = min(c)\n") == ("b = min(c)", "b = max(c)")
    assert first.apply("a = c\nb = min(c)\n") == "a = c\nb = max(c)\n"


def test_what_a_list_changes_stands_in_the_code():
    for name in listed.names():
        for _, mutant in listed.mistakes(name, ROOT):
            assert mutant.text != mutant.replacement
    listed.equivalent(ROOT)


def test_a_listed_mistake_that_cannot_be_made_is_an_error(toy, monkeypatch, tmp_path):
    table = '[[mistake]]\nmeaning = "m"\nfile = "code/toy.py"\ntext = "x"\nreplacement = "y"\n'
    (tmp_path / "some.toml").write_text(table, "utf8")
    monkeypatch.setattr(listed, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"some: 'x' must stand once in code/toy.py, got \d+ times"):
        list(listed.mistakes("some", toy))


@pytest.mark.parametrize("area", subjects.AREAS)
def test_an_area_has_files_and_each_file_its_tests(area):
    found = subjects.files(area, ROOT)
    assert found
    assert all(test.exists() for path in found for test in subjects.noticed_by(path, ROOT))
