"""The problem sets of a class, and the whole round: release, hand in, grade, export, feedback."""

import json
import os
import re
import shutil
import subprocess
import time
import zipfile

import class_numbers
import hand_ins
import pytest
from class_round import MARK, ROOT, SETS, Round, complaints, kept_clear
from make_class import make, rendered
from quick_round import SET, QuickRound

SECRETS = ("BEGIN SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "marks.near", "marks.total", "was graded**")
#: What everybody can hand in for any set; in the class of forty the rest is perfect.
PLAIN = (hand_ins.perfect, hand_ins.half, hand_ins.wrong)


@pytest.mark.parametrize("name", ["2027-spring", "a", "7", "x" * 40])
def test_a_good_name_of_a_class(name):
    assert class_numbers.checked_name(name) == name


@pytest.mark.parametrize("name", ["", "Spring", "2027 spring", "../x", "-x", "a/b", "x" * 41, "ü", "a\n"])
def test_a_bad_name_of_a_class_is_told(name, tmp_path):
    with pytest.raises(ValueError, match="CLASS must"):
        make(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_make_tells_a_bad_name(installed):
    command = ["make", "--no-print-directory", "assignments", "CLASS=Spring term"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf8", check=False)
    assert done.returncode != 0
    assert "got 'Spring term'" in done.stderr


def test_a_class_has_its_numbers_and_no_other_class_has_them():
    for stem in SETS:
        names = ("2027-spring", "2027-spring", "2027-autumn")
        one, same, other = (class_numbers.numbers(name, stem) for name in names)
        assert one == same
        shared = [name for name in one if one[name] == other[name]]
        assert len(shared) <= len(one) / 2, shared


def test_a_set_names_no_number_that_is_not_drawn():
    with pytest.raises(Exception, match="'nothing' is undefined"):
        rendered("{{ nothing }}", {"something": 1})


def test_numbers_stay_once_they_are_drawn(tmp_path, monkeypatch):
    folder = make("a", tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.parent.name for path in before if path.suffix == ".ipynb"} == set(SETS)
    monkeypatch.setattr("make_class.numbers", lambda *_: pytest.fail("drawn again"))
    make("a", tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.fixture
def sets(tmp_path):
    """Return a folder with one small set, which is no part of the course."""
    return QuickRound(tmp_path, "first").sets


def test_a_set_without_numbers_is_an_error(sets, tmp_path):
    (sets / "4_radon.md").write_text((sets / f"{SET}.md").read_text())
    with pytest.raises(ValueError, match=r"4_radon.md has no numbers: write draw\(rng\) into .*radon.py"):
        make("b", tmp_path / "classes", sets)
    assert not (tmp_path / "classes" / "b").exists()
    for text, why in [
        ("", "must have a function draw"),
        ("def draw(rng):\n    return None", "must return numbers now and then"),
        ("def draw(rng):\n    return {'a': 1}", "'b' is undefined"),
    ]:
        (sets / "class_numbers" / "radon.py").write_text(text)
        with pytest.raises(ValueError, match=why):
            make("b", tmp_path / "classes", sets)
    (sets / "4_radon.md").rename(sets / "Radon.md")
    with pytest.raises(ValueError, match=r"as in 4_radon.md, got Radon.md"):
        make("b", tmp_path / "classes", sets)


def test_a_class_that_exists_gets_a_new_set_and_keeps_its_numbers(sets, tmp_path):
    before = (tmp_path / "classes" / "first" / "source" / SET / f"{SET}.ipynb").read_bytes()
    (sets / "2_more.md").write_text((sets / f"{SET}.md").read_text())
    shutil.copy(sets / "class_numbers" / "small.py", sets / "class_numbers" / "more.py")
    folder = make("first", tmp_path / "classes", sets)
    assert sorted(json.loads((folder / "numbers.json").read_text())) == [SET, "2_more"]
    assert (folder / "source" / "2_more" / "table.csv").read_text().startswith("a,b")
    assert (folder / "source" / SET / f"{SET}.ipynb").read_bytes() == before


def test_numbers_that_cannot_be_read_are_told(tmp_path):
    folder = make("a", tmp_path)
    (folder / "numbers.json").write_text("")
    with pytest.raises(ValueError, match=r"cannot be read: .*numbers.json"):
        make("a", tmp_path)


@pytest.mark.parametrize("stem", SETS)
def test_a_set_keeps_the_rules(stem):
    text = (ROOT / "assignments" / f"{stem}.md").read_text(encoding="utf8")
    cells = rendered(text, class_numbers.numbers("2027-spring", stem)).cells
    told = [cell.metadata.nbgrader for cell in cells if "nbgrader" in cell.metadata]
    names = [x.grade_id for x in told]
    assert len(set(names)) == len(names)
    answers = [x.grade_id for x in told if x.solution and not x.grade]
    assert [x.grade_id for x in told if x.grade and not x.solution] == [f"test-{name}" for name in answers]
    for x, cell in ((cell.metadata.nbgrader, cell) for cell in cells if "nbgrader" in cell.metadata):
        assert x.locked != x.solution
        if x.solution:
            assert "### BEGIN SOLUTION" in cell.source
        elif x.grade:
            assert cell.source.rstrip().endswith("marks.total()\n### END HIDDEN TESTS")


@pytest.mark.parametrize("stem", SETS)
def test_the_points_of_a_set_are_those_it_promises(stem):
    text = (ROOT / "assignments" / f"{stem}.md").read_text(encoding="utf8")
    points = [int(found) for found in re.findall(r"points\"?: (\d+)[,}]", text)]
    total, checked, written = map(
        int, re.search(r"(\d+) points: (\d+) are given by checks, (\d+) by a person", text).groups()
    )
    assert sum(points) == total == checked + written
    assert sum(int(x) for x in re.findall(r"^## .*\((\d+) points\)", text, re.M)) == total
    assert text.count("BEGIN MARK SCHEME") == 1


@pytest.fixture
def a_round(tmp_path, installed):
    return Round(kept_clear(tmp_path / "classes"))


def test_the_whole_round_with_the_key_of_every_set(a_round):
    """What needs no model is tried on a small set, by `test_attacks` and `test_rounds`."""
    a_round.make("assignments", "spring")
    for path in (a_round.classes / "spring" / "release").rglob("*.ipynb"):
        assert not [secret for secret in SECRETS if secret in path.read_text(encoding="utf8")]
    sets = {stem: a_round.set_of("spring", stem) for stem in SETS}
    everything = {("perfect", stem): hand_ins.perfect(a_set) for stem, a_set in sets.items()}
    for (student, stem), expected in everything.items():
        a_round.hand_in("spring", stem, student, expected)
    before = a_round.submitted("spring")

    said = a_round.make("grade", "spring", SECONDS=300)
    count = len(everything)
    assert len(re.findall(rf"^\[ *\d+/{count}\] .*$", said, re.M)) == count, said
    assert not complaints(a_round, "spring", everything)
    assert a_round.submitted("spring") == before
    assert (a_round.classes / "diary.txt").read_text() == "private"
    assert "nothing new" in a_round.make("grade", "spring")

    pooling = sets["1_pooling"]
    a_round.python(MARK, "spring", "perfect", "1_pooling", pooling.written)
    a_round.make("feedback", "spring")
    assert a_round.grades("spring")["perfect", "1_pooling"] == pooling.worth + 2.5
    text = a_round.feedback("spring", "1_pooling", "perfect")
    assert "The second effect is missing." in text
    assert "two effects against each other" in text  # the rubric


def test_every_exercise_has_its_outcome():
    page = (ROOT / "chapters" / "appendices" / "instructors.md").read_text(encoding="utf8")
    chapters = (ROOT / "chapters").rglob("*.md")
    labels = {
        label for path in chapters for label in re.findall(r"^:label: (ex-\S+)", path.read_text("utf8"), re.M)
    }
    assert labels
    assert labels - set(re.findall(r"\{ref\}`(ex-[\w-]+)`", page)) == set()


def test_collecting_overwrites_nothing(a_round, tmp_path):
    release = make("spring", a_round.classes) / "source" / "1_pooling" / "1_pooling.ipynb"
    handed_out = tmp_path / "from the platform"
    (handed_out / "Ada Lovelace_77_file").mkdir(parents=True)
    (handed_out / "Ada Lovelace_77_file" / "final (1).ipynb").write_bytes(release.read_bytes())
    (handed_out / "grace-1_pooling.ipynb").write_text("{}")
    (handed_out / "holiday.ipynb").write_text("{}")
    said = a_round.make("collect", "spring", FROM=handed_out)
    assert "not taken: holiday.ipynb: of which set is it?" in said
    submitted = a_round.classes / "spring" / "submitted"
    ada, grace = submitted / "Ada Lovelace", submitted / "grace"
    assert (ada / "1_pooling" / "1_pooling.ipynb").read_bytes() == release.read_bytes()
    assert (grace / "1_pooling" / "1_pooling.ipynb").read_text() == "{}"

    with zipfile.ZipFile(tmp_path / "again.zip", "w") as archive:
        archive.writestr("grace-1_pooling.ipynb", '{"cells": []}')
        archive.writestr("Ada Lovelace_77_file/final (1).ipynb", release.read_bytes())
    said = a_round.make("collect", "spring", FROM=tmp_path / "again.zip")
    assert "as before" in said
    earlier = a_round.classes / "spring" / "submitted-before" / "grace" / "1_pooling"
    assert [path.read_text() for path in earlier.iterdir()] == ["{}"]
    assert (grace / "1_pooling" / "1_pooling.ipynb").read_text() == '{"cells": []}'


@pytest.mark.live
def test_forty_submissions(a_round):
    for name in ("spring", "autumn"):
        a_round.make("assignments", name)
    sets = {stem: a_round.set_of("spring", stem) for stem in SETS}
    everything, foreign = {}, {}
    for k, stem in enumerate(SETS):
        hostile = hand_ins.HOSTILE[k :: len(SETS)]
        everything |= {(kind.__name__, stem): kind(sets[stem]) for kind in (*PLAIN, *hostile)}
        foreign["foreign", stem] = hand_ins.perfect(a_round.set_of("autumn", stem))
    for k in range(40 - len(everything) - len(foreign)):
        stem = SETS[k % len(SETS)]
        everything[f"perfect-{k}", stem] = hand_ins.perfect(sets[stem])
    for (student, stem), expected in (everything | foreign).items():
        a_round.hand_in("spring", stem, student, expected)
    before = a_round.submitted("spring")
    assert len(everything) + len(foreign) == 40

    began = time.monotonic()
    said = a_round.make("grade", "spring")
    minutes = (time.monotonic() - began) / 60
    print(f"\n{said}\n{minutes:.1f} minutes")
    assert not complaints(a_round, "spring", everything)
    gradebook = a_round.gradebook("spring")
    assert len(gradebook) == 40
    for (student, stem), expected in foreign.items():
        assert gradebook[student, stem][0] <= expected.score / 2, stem
        assert "is of class autumn, not spring" in a_round.feedback("spring", stem, student)
    assert a_round.submitted("spring") == before
    assert (a_round.classes / "diary.txt").read_text() == "private"


@pytest.mark.live
def test_without_a_box_only_who_asks_for_it_loudly_grades(a_round, tmp_path, monkeypatch):
    a_round.make("assignments", "spring")
    a_set = a_round.set_of("spring", "2_shrinkage")
    everything = {(kind.__name__, "2_shrinkage"): kind(a_set) for kind in (hand_ins.half, hand_ins.perfect)}
    for (student, stem), expected in everything.items():
        a_round.hand_in("spring", stem, student, expected)
    before = a_round.submitted("spring")
    refuses = tmp_path / "bwrap"
    refuses.write_text("#!/bin/sh\necho 'No permissions' >&2\nexit 1\n")
    refuses.chmod(0o755)
    for name in ("podman", "docker"):
        (tmp_path / name).symlink_to(refuses)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(pytest.fail.Exception, match=r"(?s)bwrap: No permissions.*apt install bubblewrap"):
        a_round.make("grade", "spring")
    assert "UNFENCED: students' programs run as you" in a_round.make("grade", "spring", UNFENCED=1)
    assert not complaints(a_round, "spring", everything)
    assert a_round.submitted("spring") == before
