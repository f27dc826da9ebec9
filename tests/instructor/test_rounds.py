"""One submission never ends a round: what stays right when something goes wrong, by the grader's own steps.

Without kernels: `QuickRound` runs cells by `exec`. With kernels, `test_assignments` has the whole round.
"""

import csv
import json
import shutil
import subprocess
import sys

import nbformat
import odd_hand_ins
import pytest
from class_round import MARK
from filelock import FileLock
from grading import layout, roster
from quick_round import GRADE, RELEASE, SET, QuickRound

MOST = 5.0  # points of the checks; 4 more by a person
#: What nbgrader, its pages or the files in between had trouble with; `live` has every kind.
IN_SHORT = (
    *("as_it_is", "picture_missing", "cells_metadata_null", "surrogate", "nested"),
    *("strange_files", "no_words", "nothing"),
)
FULL = """
import errno
from grading import files
def full(path, held, written=files.written):
    if WHERE in str(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    written(path, held)
rounds.written = full
"""


def hand_in(a_round, student, kind=odd_hand_ins.as_it_is):
    a_round.hand_in(student, kind)


def points(a_round):
    """Return {student: points}, of grades.csv."""
    return {student: score for (student, _), score in a_round.grades(a_round.name).items()}


def complaints(a_round, kinds):
    """Return what is wrong with how odd submissions were graded."""
    gradebook, found = a_round.gradebook(a_round.name), []
    for name in kinds:
        odd = odd_hand_ins.KINDS[name]
        score, _, by_hand, _ = gradebook.get((name, SET), (None,) * 4)
        if score != pytest.approx(MOST * odd.share) or by_hand != odd.by_hand:
            found.append((name, score, by_hand))
        text = a_round.feedback(a_round.name, SET, name)
        if odd.note not in text:
            found.append((name, odd.note))
        if "THE KEY" in text:
            found.append((name, "the key"))
    return found


def everybody(a_round, kinds):
    for name in kinds:
        hand_in(a_round, name, odd_hand_ins.KINDS[name].kind)
    # files that a student had no right to give: read by nobody, and in nobody's way
    before = {
        path: path.read_bytes() for path in a_round.folder.glob("submitted/*/*/*.ipynb") if path.is_file()
    }
    said = a_round.grade()
    assert not complaints(a_round, kinds)
    assert set(points(a_round)) == set(kinds)
    assert {path: path.read_bytes() for path in before} == before
    assert not (a_round.folder / "running").exists()
    assert not (a_round.folder / "staged").exists()
    assert "nothing new" in a_round.grade()
    return said


def test_odd_submissions_end_no_round(a_round):
    everybody(a_round, IN_SHORT)


@pytest.mark.live
def test_every_odd_submission_ends_no_round(a_round):
    everybody(a_round, odd_hand_ins.KINDS)


def test_odd_folders_end_no_round_and_are_told(a_round):
    submitted = a_round.folder / "submitted"
    hand_in(a_round, "ada")
    for name in (
        "smith [late]",
        "two\nlines",
        "O'Brien",
        "j.smith+x@a.edu",
        "*",
        "Ünal Çelik",
        " ",
        "x" * 200,
    ):
        hand_in(a_round, name)
    hand_in(a_round, "Ada")
    (submitted / "eve").mkdir()
    (submitted / "eve" / f"{SET}.ipynb").write_text("{}")
    (submitted / "eve" / "2_other").mkdir()
    (submitted / "linked").symlink_to(submitted / "ada")
    (submitted / "loose.ipynb").write_text("{}")
    (submitted / "._x").write_text("")
    said = a_round.grade()
    graded = points(a_round)
    assert len(graded) == 10
    assert set(graded.values()) == {MOST}
    assert {"ada", "Ada", "O'Brien", "j.smith+x@a.edu", "Ünal Çelik"} < set(graded)
    assert any(student.startswith("smith_late-") for student in graded)
    for told in (
        f"submitted: eve/{SET}.ipynb lies in no student's folder of a set",
        "submitted: eve/2_other is none of 1_small",
        "submitted: submitted/linked is a link, and links are not followed",
        "submitted: submitted/loose.ipynb lies in no student's folder",
        "Ada and ada: one student, in two places?",
        "smith [late] is graded as smith_late-",
        r"two\nlines is graded as two_lines-",
    ):
        assert told in said, said


def test_trouble_with_one_is_its_own_and_is_tried_again(a_round):
    for name in ("ada", "bob", "eve"):
        hand_in(a_round, name)
    broken = """
well = run
def run(nb, box, limits):
    if "bob" in str(box):
        raise MemoryError("no memory")
    return well(nb, box, limits)
rounds.run = run
"""
    said = a_round.grade(before=broken)
    assert points(a_round) == {"ada": MOST, "bob": 0, "eve": MOST}
    assert "to be tried again by the next `make grade`: 1_small of bob (MemoryError: no memory)" in said
    assert a_round.gradebook(a_round.name)["bob", SET][2]
    assert "This could not be graded (MemoryError: no memory). A person looks at it." in a_round.feedback(
        a_round.name, SET, "bob"
    )
    said = a_round.grade()
    assert "[1/1] 1_small      bob" in said
    assert points(a_round)["bob"] == MOST
    assert "could not be graded" not in a_round.feedback(a_round.name, SET, "bob")


def test_what_cannot_be_shown_is_shown_plainly(a_round):
    shown = (
        "class M:\n    mime = {'text/html': '<b>bold</b>'}\n    def __repr__(self): return 'not bold'\nM()"
    )
    hand_in(a_round, "bob", lambda raw, of: raw["cells"].append(odd_hand_ins.code(shown)))
    hand_in(a_round, "ada", odd_hand_ins.words_elsewhere)
    broken = """
well, failed = rounds.done, []
def done(answer, what):
    well(answer, what)
    if what == "write the feedback" and STUDENT not in failed:
        failed.append(STUDENT)
        raise RuntimeError("nbgrader could not:\\nInvalidNotebook: no such page")
enter = rounds._enter
def entered(a_class, nbgrader, task, *all):
    global STUDENT
    STUDENT = task.student
    enter(a_class, nbgrader, task, *all)
rounds.done, rounds._enter = done, entered
"""
    said = a_round.grade(before=broken)
    assert "tried again" not in said
    assert points(a_round) == {"ada": MOST, "bob": MOST}
    for name, words in (("ada", "MY WORDS"), ("bob", "not bold")):
        text = a_round.feedback(a_round.name, SET, name)
        assert "This could not be shown as it is (InvalidNotebook: no such page)" in text
        assert words in text
    assert "<b>bold" not in (a_round.folder / "feedback" / "bob" / SET / f"{SET}.html").read_text()


def test_a_folder_may_go_away_meanwhile(a_round):
    for name in ("ada", "bob"):
        hand_in(a_round, name)
    gone = """
import shutil
read = rounds.tasks
def tasks(a_class, strays):
    yield from list(read(a_class, strays))
    shutil.rmtree(a_class.folder / "submitted" / "bob")
rounds.tasks = tasks
"""
    a_round.grade(before=gone)
    assert points(a_round) == {"ada": MOST, "bob": MOST}


@pytest.mark.parametrize("where", ["graded/bob", "running/bob", "staged/bob"])
def test_a_full_disk_costs_nobody_else(a_round, where):
    for name in ("ada", "bob", "eve"):
        hand_in(a_round, name)
    said = a_round.grade(before=FULL.replace("WHERE", repr(f"{where}")))
    got = points(a_round)
    assert (got["ada"], got["eve"]) == (MOST, MOST)
    assert "to be tried again by the next `make grade`: 1_small of bob (No space left on device)" in said
    assert a_round.gradebook(a_round.name)["bob", SET][2]
    a_round.grade()
    assert points(a_round) == {"ada": MOST, "bob": MOST, "eve": MOST}
    assert json.loads((a_round.folder / "graded" / "bob" / f"{SET}.json").read_text())["digest"]


def test_grades_that_cannot_be_written_are_told(a_round):
    hand_in(a_round, "ada")
    a_round.grade()
    before = (a_round.folder / "grades.csv").read_bytes()
    hand_in(a_round, "bob")
    full = "def export(*all): raise OSError(28, 'No space left on device')\nrounds.export = export"
    said = a_round.grade(before=full, fails=True)
    assert "grades.csv could not be written and is as it was (No space left on device)" in said
    assert (a_round.folder / "grades.csv").read_bytes() == before
    a_round.step("rounds.feedback(a_class)")
    assert points(a_round) == {"ada": MOST, "bob": MOST}


def test_what_nobody_has_thought_of_is_left_to_a_person(a_round):
    for name in ("ada", "bob"):
        hand_in(a_round, name)
    broken = """
from grading import hand_in
well = hand_in.read
def read(folder, stem, frame):
    return {}["no"] if "bob" in str(folder) else well(folder, stem, frame)
hand_in.read = read
"""
    a_round.grade(before=broken)
    assert points(a_round) == {"ada": MOST, "bob": 0}
    assert a_round.gradebook(a_round.name)["bob", SET][2]
    a_round.grade()
    assert points(a_round) == {"ada": MOST, "bob": MOST}


def test_a_round_that_broke_off_is_cleared_and_done_again(a_round):
    for name in ("ada", "bob"):
        hand_in(a_round, name)
    killed = "import os\ndef run(nb, box, limits): os._exit(9)\nrounds.run = run"
    a_round.grade(before=killed, fails=True)
    assert (a_round.folder / "running").exists()
    deep = a_round.folder / "running" / "ada" / SET / "a" / "b"
    deep.mkdir(parents=True)
    deep.chmod(0)
    deep.parent.chmod(0)
    for left in ("", "{", "[]", '{"digest": '):
        seen = a_round.folder / "graded" / "bob" / f"{SET}.json"
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(left)
        a_round.grade()
        assert points(a_round) == {"ada": MOST, "bob": MOST}
        assert not (a_round.folder / "running").exists()


def test_who_stops_a_round_gets_the_grades_so_far(a_round):
    for name in ("ada", "bob"):
        hand_in(a_round, name)
    stopped = """
enter = rounds._entered
def entered(*all):
    enter(*all)
    raise KeyboardInterrupt
rounds._entered = entered
"""
    a_round.grade(before=stopped, fails=True)
    assert sorted(points(a_round).values()) == [MOST]
    a_round.grade()
    assert points(a_round) == {"ada": MOST, "bob": MOST}


def test_two_rounds_are_kept_apart(a_round):
    hand_in(a_round, "ada")
    with FileLock(a_round.folder / ".lock"):
        said = a_round.grade(fails=True)
        assert "is being worked on by another" in said
        assert "Traceback" not in said
    assert points_or_none(a_round) is None
    a_round.grade()
    assert points(a_round) == {"ada": MOST}


def points_or_none(a_round):
    return points(a_round) if (a_round.folder / "grades.csv").exists() else None


def test_marks_given_by_hand_stay_and_are_looked_at_again(a_round):
    hand_in(a_round, "ada")
    a_round.grade()
    a_round.python(MARK, a_round.name, "ada", SET, "words")
    a_round.grade(again=True)
    score, _, by_hand, _ = a_round.gradebook(a_round.name)["ada", SET]
    assert (score, by_hand) == (MOST + 2.5, True)
    # handed in again with less, then broken, then gone: the mark stays until a person takes it back
    for kind, expected in (
        (odd_hand_ins.no_words, MOST),
        (odd_hand_ins.nested, 0),
        (odd_hand_ins.nothing, 0),
    ):
        shutil.rmtree(a_round.place("ada"))
        hand_in(a_round, "ada", kind)
        assert "[1/1] " in a_round.grade()
        score, _, by_hand, _ = a_round.gradebook(a_round.name)["ada", SET]
        assert (score, by_hand) == (expected + 2.5, True)
    shutil.rmtree(a_round.folder / "submitted" / "ada")
    a_round.grade()
    assert points(a_round) == {"ada": 2.5}


def test_a_mended_submission_forgets_what_was_wrong(a_round):
    hand_in(a_round, "ada", odd_hand_ins.nested)
    a_round.grade()
    assert "nested too deep" in a_round.feedback(a_round.name, SET, "ada")
    shutil.rmtree(a_round.place("ada"))
    hand_in(a_round, "ada")
    a_round.grade()
    assert points(a_round) == {"ada": MOST}
    assert "What happened" not in a_round.feedback(a_round.name, SET, "ada")


ROSTERS = {
    "plain": b'id,first_name,last_name,email\nada,Ada,"Lovelace, Lady",a@uni.edu\neve,Eve,,\n',
    "marked": b"\xef\xbb\xbfid,first_name,last_name\r\nada,Ada,Lovelace\r\neve,Eve,\r\n",
    "semicolons": b"id;first_name;last_name\nada;Ada;Lovelace\neve;Eve;\n;;\n\n",
    "tabs": b"ID\tFirst Name\tLast-Name\tGroup\nada\tAda\tLovelace\t3\neve\n",
    "Latin-1": "id,first_name\nada,Zoë\neve,Eve\n".encode("latin-1"),
    "UTF-16": "id,first_name\nada,Zoë\neve,Eve\n".encode("utf-16"),
    "empty rows": b"\n\n ,,\nid,first_name\n\nada,Ada\n,\neve,Eve\n\n\n",
}


@pytest.mark.parametrize("held", ROSTERS.values(), ids=list(ROSTERS))
def test_the_list_of_a_class_is_read_as_spreadsheets_write_it(tmp_path, held):
    (tmp_path / "students.csv").write_bytes(held)
    found = roster.read(tmp_path / "students.csv")
    assert [told["id"] for told in found] == ["ada", "eve"]
    assert found[0].get("first_name", "Ada") in ("Ada", "Zoë")
    assert all(set(told) <= set(roster.COLUMNS) for told in found)


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b"name,mail\nada,x\n", "must begin with the names of its columns"),
        (b"id,first_name\n,Ada\n", "line 2: every student needs an id, got Ada"),
        (b"id\nada\n\nAda\n", "line 4: the id 'Ada' is there twice"),
        (b"id\nsmith [late]\n", "line 2: an id is made of letters"),
        (b"PK\3\4\0\0", "must begin with the names of its columns"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_before_anything_is_graded(tmp_path, held, why):
    (tmp_path / "students.csv").write_bytes(held)
    with pytest.raises(SystemExit, match=r"students\.csv") as told:
        roster.read(tmp_path / "students.csv")
    assert why in str(told.value)


def test_the_list_is_read_first_and_everybody_on_it_has_a_row(a_round):
    hand_in(a_round, "ada")
    (a_round.folder / "students.csv").write_text("id\nada\nada\n")
    assert "is there twice" in a_round.grade(fails=True)
    assert not a_round.gradebook(a_round.name)
    (a_round.folder / "students.csv").write_bytes(ROSTERS["plain"])
    a_round.grade()
    with (a_round.folder / "grades.csv").open(encoding="utf8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert rows["ada"]["last_name"] == "Lovelace, Lady"
    assert float(rows["ada"]["score"]) == MOST
    assert rows["ada"]["needs_manual_grade"] == "True"
    assert float(rows["eve"]["score"]) == 0
    (a_round.folder / "students.csv").write_bytes(ROSTERS["plain"] + b"zoe,Zoe,,\n")
    assert "nothing new" in a_round.grade()
    assert points(a_round)["zoe"] == 0


def test_a_release_that_failed_is_told_by_the_next_step(a_round):
    hand_in(a_round, "ada")
    key = a_round.folder / "source" / SET / f"{SET}.ipynb"
    whole = key.read_text()
    key.write_text(whole.replace('"test-product"', '"test-sum"').replace('"version": "', '"version": "0'))
    assert "was not released" in a_round.step(RELEASE, fails=True)
    said = a_round.grade(fails=True)
    assert "`make assignments CLASS=quick` has not come to its end: run it again" in said
    assert "Traceback" not in said
    key.write_text(whole)
    a_round.release()
    a_round.grade()
    assert points(a_round) == {"ada": MOST}


def test_a_class_that_was_made_and_not_released_is_told(tmp_path, grader):
    a_round = QuickRound(tmp_path, grader=grader)
    assert "these sets are not ready: 1_small" in a_round.step(GRADE, fails=True)


def test_a_page_of_feedback_costs_no_other(a_round):
    for name in ("ada", "bob"):
        hand_in(a_round, name)
    a_round.grade()
    held = a_round.folder / "autograded" / "ada" / SET / f"{SET}.ipynb"
    held.chmod(0o644)
    held.write_text("{")
    said = a_round.step("rounds.feedback(a_class)")
    assert "no page for 1_small of ada" in said
    assert "grades: " in said
    assert a_round.feedback(a_round.name, SET, "bob")


def test_ids_are_kept_where_nbgrader_can_find_them():
    for name in ("ada", "O'Brien", "j.smith+x@a.edu", "Ünal Çelik", "7", "a b", "नमस्ते"):
        assert layout.student_id(name) == name
    odd = [
        "smith [late]",
        "smith (late)",
        "a*",
        "a?",
        "a\nb",
        "a/b",
        ".a",
        "-a",
        " a",
        "a ",
        "",
        "\udce9",
        "x" * 200,
        "..",
        "a,b",
    ]
    made = [layout.student_id(name) for name in odd]
    assert len(set(made)) == len(odd)
    assert all(layout.student_id(name) == name and "/" not in name and name[0] not in ".-" for name in made)


def test_nobody_waits_for_a_lock_of_the_dead(tmp_path):
    code = "import filelock, os, sys\nfilelock.FileLock(sys.argv[1]).acquire()\nos._exit(9)"
    subprocess.run([sys.executable, "-c", code, tmp_path / ".lock"], check=False)
    with layout.locked(layout.Class("a", tmp_path)):
        pass


@pytest.mark.live
def test_a_disk_that_is_really_full(a_round, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", disk], check=False)
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    try:
        for name in ("ada", "bob", "eve"):
            hand_in(a_round, name)
        shutil.copytree(a_round.classes, disk / "classes")
        a_round.classes, a_round.folder = disk / "classes", disk / "classes" / a_round.name
        filler = disk / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(disk).free - 400_000))
        a_round.step(GRADE, fails=None)
        filler.unlink()
        a_round.grade()
        assert points(a_round) == {"ada": MOST, "bob": MOST, "eve": MOST}
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_notebook_that_is_entered_is_valid(a_round):
    hand_in(a_round, "ada", odd_hand_ins.surrogate)
    a_round.grade()
    nbformat.validate(
        nbformat.read(a_round.folder / "autograded" / "ada" / SET / f"{SET}.ipynb", as_version=4)
    )
