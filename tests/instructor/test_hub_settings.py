"""What `make hub-config` writes, and the versions of a hub's environment; `test_hub.py` runs one."""

import itertools
import json
import os
import re
import subprocess
import sys

import pytest
from places import ROOT

HUB = ROOT / "assignments" / "hub"


def write(to, course="2027-spring", instructor="prof", **rest):
    environment = os.environ | {"TO": str(to), "COURSE": course, "INSTRUCTOR": instructor} | rest
    program = "import os, runpy; os.geteuid = lambda: 1000; runpy.run_path({!r}, run_name='__main__')"
    command = [sys.executable, "-c", program.format(str(HUB / "write.py"))]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf8", check=False)


def test_a_second_class_joins_the_first(tmp_path):
    said = [write(tmp_path / "to", course, who) for course, who in (("a", "prof"), ("b", "lee"))]
    assert [one.returncode for one in said] == [0, 0], said
    assert f'load_subconfig("{tmp_path}/to/jupyterhub_course.py")' in said[0].stdout
    assert json.loads((tmp_path / "to" / "courses.json").read_text()) == {"a": "prof", "b": "lee"}


def test_an_instructors_settings_stand_before_everybodys(tmp_path):
    to = tmp_path / "to"
    write(to)
    settings = {"get_config": lambda: type("c", (), {"Spawner": type("s", (), {})})}
    exec((to / "jupyterhub_course.py").read_text(), settings)

    def folders(name):
        return settings["settings"](type("x", (), {"user": type("u", (), {"name": name})}))

    assert folders("anna") == f"{to}/students"
    assert folders("prof") == f"{to}/instructors:{to}/students"
    for folder, off in (("students", True), ("instructors", False)):
        menus = json.loads((to / folder / "labconfig" / "page_config.json").read_text())["disabledExtensions"]
        assert set(menus.values()) == {off}
        server = json.loads((to / folder / "jupyter_server_config.json").read_text())["ServerApp"]
        assert server["jpserver_extensions"] == {"nbgrader.server_extensions.formgrader": not off}


def test_everybody_may_read_the_settings_and_no_answer_is_among_them(tmp_path):
    write(tmp_path / "to")
    for path in (tmp_path / "to").rglob("*"):
        assert path.stat().st_mode & 0o007 == (5 if path.is_dir() else 4), path
        if path.is_file():
            assert "BEGIN SOLUTION" not in path.read_text(encoding="utf8")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"course": "Spring term"}, "COURSE must be given"),
        ({"course": "../x"}, "COURSE must be given"),
        ({"instructor": ""}, "INSTRUCTOR must be given"),
        ({"EXCHANGE": "here"}, "EXCHANGE must be a path from the root"),
    ],
)
def test_what_is_asked_wrongly_is_told(tmp_path, wrong, why):
    said = write(tmp_path / "to", **wrong)
    assert said.returncode != 0
    assert why in said.stderr
    assert not (tmp_path / "to").exists()


def pins(path):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(encoding="utf8"), flags=re.MULTILINE))


def test_the_environments_agree_where_they_have_a_package_in_common():
    course, grader, hub = (pins(folder / "requirements.txt") for folder in (ROOT, ROOT / "assignments", HUB))
    for one, other in itertools.combinations((course, grader, hub), 2):
        shared = one.keys() & other.keys()
        assert shared
        assert {name: one[name] for name in shared} == {name: other[name] for name in shared}
    assert {"jupyterhub", "nbgrader", "nbgitpuller", "nh3", "latex2mathml"} <= hub.keys()


def test_no_lock_file_holds_an_address():
    for name in ("requirements.txt", "package.json", "package-lock.json"):
        assert "://" not in (HUB / name).read_text(encoding="utf8"), name
    assert json.loads((HUB / "package-lock.json").read_text())["lockfileVersion"] == 3
