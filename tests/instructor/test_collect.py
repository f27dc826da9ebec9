"""Collecting loses nothing and guesses nothing: platforms' names, wrappers, archives, what is no hand-in."""

import io
import json
import os
import shutil
import zipfile

import pytest
from grading import archives, layout
from grading.collect import collect
from make_class import make
from quick_round import NUMBERS, TEXT

ONE, TWO = "1_small", "2_more"


@pytest.fixture
def a_class(tmp_path):
    sets = tmp_path / "sets"
    (sets / "class_numbers").mkdir(parents=True)
    for stem in (ONE, TWO):
        (sets / f"{stem}.md").write_text(TEXT.replace("sum", f"sum-{stem}"))
        (sets / "class_numbers" / f"{stem[2:]}.py").write_text(NUMBERS)
    return layout.Class("quick", make("quick", tmp_path / "classes", sets))


def notebook(a_class, stem=ONE, by="", **about):
    """Return a notebook of a set, somebody's."""
    raw = json.loads((a_class.folder / "source" / stem / f"{stem}.ipynb").read_text())
    raw["cells"].append({"cell_type": "markdown", "metadata": {}, "source": by})
    raw["metadata"]["partial_pooling"] |= about
    return json.dumps(raw).encode()


def given(folder, files):
    """Write files below a folder."""
    for name, held in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)
    return folder


def zipped(files):
    """Return the bytes of an archive."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return to.getvalue()


def taken(a_class):
    """Return {student: [sets]} of what is in submitted."""
    found = {}
    for path in sorted((a_class.folder / "submitted").glob("*/*/*.ipynb")):
        assert path.stem == path.parent.name
        found.setdefault(path.parent.parent.name, []).append(path.stem)
    return found


def why_not(left):
    return {str(where): why for where, why in left}


LAYOUTS = {
    "folders": ["ada/{}.ipynb", "grace/{}.ipynb"],
    "a wrapper": ["submissions/ada/{}.ipynb", "submissions/grace/{}.ipynb"],
    "two wrappers": ["course/submissions/ada/a.ipynb", "course/submissions/grace/b.ipynb"],
    "a wrapper of another name": ["Ms Noether's/ada/{}.ipynb", "Ms Noether's/grace/{}.ipynb"],
    "as nbgrader keeps them": ["submitted/ada/{0}/{0}.ipynb", "submitted/grace/{0}/{0}.ipynb"],
    "names of files": ["ada-{}.ipynb", "{}_grace.ipynb"],
    "names of files in a wrapper": ["downloads/ada-{}.ipynb", "downloads/{}_grace (1).ipynb"],
    "ends of names": ["ada/x.IPYNB", "grace/y.ipynb.txt"],
    "other ends of names": ["ada/x.ipynb.json", "grace/y.json"],
    "inner folders": ["ada/my homework/{}.ipynb", "grace/final/{}.ipynb"],
    "Moodle": [
        "ada_77_assignsubmission_file_/x.ipynb",
        "grace_78_assignsubmission_file_/{}.ipynb",
    ],
    "Moodle without folders": [
        "ada_77_assignsubmission_file_x.ipynb",
        "grace_78_assignsubmission_file_{}.ipynb",
    ],
    "Canvas": ["ada_12_345_x.ipynb", "grace_LATE_13_346_{}-2.ipynb"],
    "Blackboard": [
        "gradebook_C1_Set/Set 1_ada_attempt_2027-03-01-12-30-59_x.ipynb",
        "gradebook_C1_Set/Set 1_grace_attempt_2027-03-01-12-31-59_{}.ipynb",
    ],
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("names", LAYOUTS.values(), ids=list(LAYOUTS))
def test_two_students_are_found_whatever_the_platform(a_class, tmp_path, names, packed):
    files = {name.format(ONE): notebook(a_class, by=name) for name in names}
    source = given(tmp_path / "from", files)
    if packed:
        source = tmp_path / "from.zip"
        source.write_bytes(zipped(files))
    assert collect(a_class, source) == []
    assert taken(a_class) == {"ada": [ONE], "grace": [ONE]}
    assert [s for _, s in sorted(collect_again(a_class, source))] == []


def collect_again(a_class, source):
    before = {path: path.read_bytes() for path in (a_class.folder / "submitted").rglob("*.ipynb")}
    left = collect(a_class, source)
    assert {path: path.read_bytes() for path in (a_class.folder / "submitted").rglob("*.ipynb")} == before
    assert not (a_class.folder / "submitted-before").exists()
    return left


def test_one_student_alone_is_no_wrapper(a_class, tmp_path):
    collect(
        a_class,
        given(tmp_path / "1", {"ada/x.ipynb": notebook(a_class), "ada/y.ipynb": notebook(a_class, TWO)}),
    )
    assert taken(a_class) == {"ada": [ONE, TWO]}
    left = collect(a_class, given(tmp_path / "2", {"submissions/x.ipynb": notebook(a_class)}))
    assert "no name of a student" in why_not(left)["submissions/x.ipynb"]
    assert taken(a_class) == {"ada": [ONE, TWO]}


def test_every_file_that_is_not_taken_is_told(a_class, tmp_path, capsys):
    (tmp_path / "key").write_bytes(notebook(a_class, by="THE KEY"))
    source = given(
        tmp_path / "from",
        {
            "ada/x.ipynb": notebook(a_class),
            "ada/report.pdf": b"%PDF",
            "ada/.ipynb_checkpoints/x-checkpoint.ipynb": notebook(a_class),
            "__MACOSX/ada/._x.ipynb": b"\0\5\26\7",
            "grace/.DS_Store": b"",
            "grace/x.rar": b"Rar!",
            "emmy/deep.ipynb": b"[" * 200_000,
            "emil/1_small.ipynb": b"[" * 200_000,
            "eve/holiday.ipynb": b'{"nbformat": 4, "cells": []}',
            "mallory/broken.zip": b"PK\3\4 and nothing",
            "1_small.ipynb": notebook(a_class),
            "line\nend/1_small.ipynb": notebook(a_class),
        },
    )
    (source / "bob").mkdir()
    (source / "bob" / "1_small.ipynb").symlink_to(tmp_path / "key")
    (source / "carl").symlink_to(tmp_path)
    os.mkfifo(source / "bob" / "pipe")
    left = why_not(collect(a_class, source))
    said = capsys.readouterr().out
    assert all(f"not taken: {layout_shown(where)}: " in said for where in left)
    everything = {
        str(path.relative_to(source)) for path in source.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    got = {"ada/x.ipynb", "emil/1_small.ipynb", "line\nend/1_small.ipynb"}
    assert {x.removesuffix(".zip") for x in everything - got} == {x.removesuffix(".zip") for x in left}
    assert "links are not followed" in left["bob/1_small.ipynb"]
    assert "links are not followed" in left["carl"]
    assert "a pipe" in left["bob/pipe"]
    assert "unpack it" in left["grace/x.rar"]
    assert "of which set" in left["eve/holiday.ipynb"]
    assert "no name of a student" in left["1_small.ipynb"]
    assert "THE KEY" not in "".join(path.read_text() for path in a_class.folder.glob("submitted/*/*/*"))
    assert len(taken(a_class)) == 3


def layout_shown(where):
    return where.replace("\n", r"\n")


@pytest.mark.parametrize(
    "names",
    [
        ("O'Brien", "O.Brien"),
        ("j.smith@a.edu", "j_smith@a.edu"),
        ("a b", "a_b"),
        ("smith [late]", "smith (late)"),
    ],
)
def test_names_that_are_alike_do_not_merge(a_class, tmp_path, names):
    files = {f"{name}/x.ipynb": notebook(a_class, by=name) for name in names}
    left = collect(a_class, given(tmp_path / "from", files))
    held = [path.read_bytes() for path in a_class.folder.glob("submitted/*/*/*.ipynb")]
    assert len(held) + len(left) == 2
    assert sorted(held) == sorted(files.values())


def test_one_name_of_two_students_is_refused(a_class, tmp_path):
    both = {f"Ada King_{k}_assignsubmission_file_/x.ipynb": notebook(a_class, by=str(k)) for k in (7, 8)}
    left = collect(a_class, given(tmp_path / "1", both))
    assert len(left) == 2
    assert all("Ada King 7 and Ada King 8 would be one student" in why for _, why in left)
    one, other = ({name: held} for name, held in both.items())
    assert collect(a_class, given(tmp_path / "2", one)) == []
    ((_, why),) = collect(a_class, given(tmp_path / "3", other))
    assert "Ada King was number 7" in why
    ((_, why),) = collect(a_class, given(tmp_path / "4", {"ada king/x.ipynb": notebook(a_class)}))
    assert "is 'ada king' the same student" in why


def test_of_attempts_the_last_is_taken_and_the_others_kept(a_class, tmp_path):
    first, second, third = (notebook(a_class, by=str(k)) for k in range(3))
    files = {
        f"ada_12_{345 + k}_x{end}.ipynb": held
        for k, (end, held) in enumerate([("-2", third), ("", first), ("-1", second)])
    }
    assert collect(a_class, given(tmp_path / "from", files)) == []
    assert (a_class.folder / "submitted" / "ada" / ONE / f"{ONE}.ipynb").read_bytes() == third
    before = a_class.folder / "submitted-before" / "ada" / ONE
    assert [path.read_bytes() for path in sorted(before.iterdir())] == [first, second]


def test_two_notebooks_of_which_nothing_says_the_last_are_refused(a_class, tmp_path):
    files = {f"ada/{name}.ipynb": notebook(a_class, by=name) for name in ("v1", "final")} | {
        "eve/x.ipynb": notebook(a_class)
    }
    left = why_not(collect(a_class, given(tmp_path / "from", files)))
    assert set(left) == {"ada/v1.ipynb", "ada/final.ipynb"}
    assert "ada has 2 notebooks of 1_small, and nothing says which is the last" in left["ada/v1.ipynb"]
    twice = {f"ada/{name}.ipynb": notebook(a_class) for name in ("v1", "final")} | {
        "eve/x.ipynb": notebook(a_class)
    }
    left = why_not(collect(a_class, given(tmp_path / "again", twice)))
    assert left == {"ada/v1.ipynb": "the same is in ada/final.ipynb"}


def test_an_older_one_does_not_come_back(a_class, tmp_path):
    old, new = (given(tmp_path / by, {"ada/x.ipynb": notebook(a_class, by=by)}) for by in ("old", "new"))
    for source in (old, new):
        assert collect(a_class, source) == []
    ((_, why),) = collect(a_class, old)
    assert "ada has handed in a later one" in why
    assert b"new" in (a_class.folder / "submitted" / "ada" / ONE / f"{ONE}.ipynb").read_bytes()


def test_the_list_of_the_class_finds_and_compares(a_class, tmp_path, capsys):
    (a_class.folder / "students.csv").write_text(
        "id,first_name,last_name,email\nal1,Ada,Lovelace,ada@uni.edu\ngh2,Grace,Hopper,\nen3,Emmy,Nöther,\n"
        "jo4,J,Doe,jdoe@uni.edu\njo5,J,Doe,\n"
    )
    files = {
        "Set 1/section A/Ada Lovelace_77_assignsubmission_file_/x.ipynb": notebook(a_class, by="a"),
        "Set 1/section B/hoppergrace_1_2_x.ipynb": notebook(a_class, by="b"),
        "Set 1/section B/NOTHER emmy/x.ipynb": notebook(a_class, by="c"),
        "Set 1/section B/J Doe/x.ipynb": notebook(a_class, by="d"),
        "Set 1/section B/jdoe@uni.edu/x.ipynb": notebook(a_class, by="e"),
        "Set 1/al1/gh2/y.ipynb": notebook(a_class, TWO),
        "Set 1/Eve Stranger_79_assignsubmission_file_/x.ipynb": notebook(a_class, by="f"),
    }
    left = why_not(collect(a_class, given(tmp_path / "from", files)))
    said = capsys.readouterr().out
    assert set(taken(a_class)) == {"al1", "gh2", "en3", "jo4", "Eve Stranger"}
    assert "may be jo4 or jo5" in left["Set 1/section B/J Doe/x.ipynb"]
    assert "named after al1 and gh2" in left["Set 1/al1/gh2/y.ipynb"]
    assert "not in students.csv: Eve Stranger" in said
    assert "nothing of 1_small from: jo5" in said


def test_archives_within_archives_have_an_end(a_class, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 3 * 2**20)
    deep = notebook(a_class)
    for _ in range(5):
        deep = zipped({"x.ipynb": deep, "next.zip": deep} if deep[:2] != b"PK" else {"next.zip": deep})
    files = {
        "ada/hw.zip": zipped({"hw/x.ipynb": notebook(a_class)}),
        "eve/deep.zip": deep,
        "mallory/bomb.zip": zipped({"1_small.ipynb": b"\0" * (60 * 2**20)}),
        "ted/up.zip": zipped({"../../../../x.ipynb": notebook(a_class)}),
    }
    left = why_not(collect(a_class, given(tmp_path / "from", files)))
    assert "ada" in taken(a_class)
    assert "mallory" not in taken(a_class)
    assert any("unpacked" in why for where, why in left.items() if where.startswith("mallory"))
    assert any("more than 2 other archives" in why for where, why in left.items() if where.startswith("eve"))
    assert any("leads out" in why for where, why in left.items() if where.startswith("ted"))


def test_a_pattern_finds_the_student(a_class, tmp_path):
    source = given(
        tmp_path / "from", {"7-ada-x.ipynb": notebook(a_class), "8 eve.ipynb": notebook(a_class, by="e")}
    )
    left = why_not(collect(a_class, source, r"^\d+-(\w+)-"))
    assert taken(a_class) == {"ada": [ONE]}
    assert "finds nobody" in left["8 eve.ipynb"]
    with pytest.raises(SystemExit, match="must be a regular expression"):
        collect(a_class, source, "(")


def test_a_set_is_told_by_its_cells(a_class, tmp_path):
    raw = json.loads(notebook(a_class, TWO))
    raw["metadata"] = {}
    collect(a_class, given(tmp_path / "from", {"ada/homework.ipynb": json.dumps(raw).encode()}))
    assert taken(a_class) == {"ada": [TWO]}


def test_a_full_disk_costs_one_hand_in(a_class, tmp_path, monkeypatch):
    from grading import files

    written = files.written

    def full(path, held):
        if "ada" in path.parts:
            raise OSError(28, "No space left on device")
        written(path, held)

    monkeypatch.setattr(files, "written", full)
    names = {f"{name}/x.ipynb": notebook(a_class) for name in ("ada", "eve")}
    left = collect(a_class, given(tmp_path / "from", names))
    assert why_not(left) == {"ada/x.ipynb": "No space left on device"}
    assert "eve" in taken(a_class)


def test_nothing_is_written_through_a_link(a_class, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (a_class.folder / "submitted").mkdir()
    (a_class.folder / "submitted" / "ada").symlink_to(tmp_path / "elsewhere")
    left = collect(a_class, given(tmp_path / "from", {"ada/x.ipynb": notebook(a_class)}))
    assert "links are not followed" in left[0][1]
    assert not list((tmp_path / "elsewhere").iterdir())
    shutil.rmtree(tmp_path / "elsewhere")


@pytest.mark.parametrize("name", ["x.ipynb", "all.zip"])
def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(a_class, tmp_path, monkeypatch, name):
    """As in a folder that students can write to: what was listed is changed before it is opened."""
    from grading import files

    key = {"x.ipynb": notebook(a_class, by="THE KEY"), "all.zip": zipped({"x.ipynb": notebook(a_class)})}
    given(tmp_path / "secret", {f"ada/{name}": key[name]})
    source = given(tmp_path / "from", {f"eve/ada/{name}": key[name], "bob/x.ipynb": notebook(a_class)})
    opened = files.opened

    def changed(path, **options):
        if not (source / "eve").is_symlink() and "eve" in path.parts:
            shutil.rmtree(source / "eve")
            (source / "eve").symlink_to(tmp_path / "secret")
        return opened(path, **options)

    monkeypatch.setattr(files, "opened", changed)
    left = collect(a_class, source)
    assert list(taken(a_class)) == ["bob"]
    assert all(where.parts[0] == "eve" and "cannot be read" in why for where, why in left)
    assert left
