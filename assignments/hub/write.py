"""What a JupyterHub needs for this course, written for its administrator: `make hub-config`.

COURSE=2027-spring INSTRUCTOR=NAME names a class and the account that sets and grades it; called again,
another class is added. The settings are read from a folder (TO) that the hub's own configuration names, for
everybody's server at each start: nothing is installed in anybody's home, and nobody's home can undo it. As
root it also makes the folders of the exchange, each with its owner and rights.
"""

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
GRADERS_ONLY = ("formgrader", "create-assignment", "course-list")

HUB = '''\
# Read by the hub's own configuration: load_subconfig("{to}/jupyterhub_course.py")
import json
from pathlib import Path

SETTINGS = Path({to!r})


def settings(spawner):
    """Name the folders of settings of somebody's server: those of instructors stand before everybody's."""
    instructors = json.loads((SETTINGS / "courses.json").read_text()).values()
    folders = ["instructors", "students"] if spawner.user.name in instructors else ["students"]
    return ":".join(str(SETTINGS / folder) for folder in folders)


c = get_config()
c.Spawner.default_url = "/lab"
c.Spawner.environment = {{
    "JUPYTER_CONFIG_PATH": settings,
    "JUPYTER_PATH": str(SETTINGS / "share"),
}}
'''
STUDENTS = """\
c = get_config()
c.Exchange.root = {exchange!r}
# Each class in a folder of its own, in students' homes too: their sets have the same names.
c.Exchange.path_includes_course = True
"""
INSTRUCTORS = """\
import sys

sys.path.insert(0, {code!r})
from grading.links import distrust_links
from grading.pages import configure

# Whichever class a formgrader is opened for, it shows what students wrote, and runs none of it.
configure(get_config())
distrust_links()
"""


def write(to, exchange, course, instructor):
    """Write the settings into a folder.

    Parameters
    ----------
    to : Path
        The folder; what is in it is written again, but for the classes that are named there.
    exchange : Path
        nbgrader's exchange.
    course, instructor : str
        A class, and the account that releases, collects and grades it.
    """
    for name, value in {"COURSE": course, "INSTRUCTOR": instructor}.items():
        if not value or (name == "COURSE" and not NAME.fullmatch(value)):
            raise ValueError(f"{name} must be given, as in COURSE=2027-spring INSTRUCTOR=prof, got {value!r}")
    for path, what in ((to, "TO"), (exchange, "EXCHANGE")):
        if not path.is_absolute():
            raise ValueError(f"{what} must be a path from the root of the file system, got {path}")
    to.mkdir(parents=True, exist_ok=True)
    _json(to / "courses.json", _courses(to) | {course: instructor})
    (to / "jupyterhub_course.py").write_text(HUB.format(to=str(to)), encoding="utf8")
    # (kernels by files of their owner's: what one sends over a port of the machine, others can listen to)
    for folder, text, hidden in (("students", STUDENTS, True), ("instructors", INSTRUCTORS, False)):
        (to / folder / "labconfig").mkdir(parents=True, exist_ok=True)
        settings = text.format(exchange=str(exchange), code=str(to / "instructors" / "python"))
        (to / folder / "nbgrader_config.py").write_text(settings, encoding="utf8")
        servers = {"nbgrader.server_extensions.formgrader": not hidden}
        settings = {"ServerApp": {"jpserver_extensions": servers}, "KernelManager": {"transport": "ipc"}}
        _json(to / folder / "jupyter_server_config.json", settings)
        menus = {f"@jupyter/nbgrader:{name}": hidden for name in GRADERS_ONLY}
        _json(to / folder / "labconfig" / "page_config.json", {"disabledExtensions": menus})
    # a copy, which holds no answers: so that nobody need be able to read the folder beside it, which does
    package, own = ROOT / "assignments" / "grading", to / "instructors" / "python" / "grading"
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(package, own, ignore=shutil.ignore_patterns("__pycache__"))
    overrides = to / "students" / "labconfig" / "default_setting_overrides.json"
    command = ["jupytext_config", "--settings-file", str(overrides), "set-default-viewer", "markdown", "myst"]
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)
    kernel = to / "share" / "kernels" / "python3"
    kernel.mkdir(parents=True, exist_ok=True)
    _json(
        kernel / "kernel.json",
        {
            "argv": [
                *(str(ROOT / ".venv" / "bin" / "python"), "-m", "ipykernel_launcher"),
                *("-f", "{connection_file}"),
            ],
            "display_name": "Python 3",
            "language": "python",
            # an allocator with fewer arenas keeps a sixth less of what several threads have freed
            "env": {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1000000"},
        },
    )


def make_exchange(exchange, course, instructor):
    """Make the folders of the exchange: who could make them in their owner's place could also read them."""
    owner = pwd.getpwnam(instructor)
    # Who may put something in may not take others' away: the sticky bit.
    _folder(exchange, 0o1777)
    for path, mode in (("", 0o755), ("outbound", 0o755), ("inbound", 0o3733), ("feedback", 0o711)):
        _folder(exchange / course / path, mode, owner)


def _folder(path, mode, owner=None):
    path.mkdir(parents=True, exist_ok=True)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    path.chmod(mode)


def _courses(to):
    kept = to / "courses.json"
    return json.loads(kept.read_text(encoding="utf8")) if kept.exists() else {}


def _json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf8")


def main():
    """Write what the environment asks for, and say what is left to do."""
    asked = {name: os.environ.get(name, "") for name in ("TO", "EXCHANGE", "COURSE", "INSTRUCTOR")}
    to = Path(asked["TO"] or ROOT / "_build" / "hub-config")
    exchange = Path(asked["EXCHANGE"] or "/srv/nbgrader/exchange")
    try:
        write(to, exchange, asked["COURSE"], asked["INSTRUCTOR"])
        if os.geteuid() == 0:
            make_exchange(exchange, asked["COURSE"], asked["INSTRUCTOR"])
    except KeyError:
        sys.exit(f"INSTRUCTOR must be an account of this machine, got {asked['INSTRUCTOR']!r}")
    except ValueError as error:
        sys.exit(str(error))
    print(f'in the hub\'s configuration: load_subconfig("{to}/jupyterhub_course.py")')
    if os.geteuid() != 0:
        print(f"as root, once a class: make hub-config again, to make {exchange} and its folders")


if __name__ == "__main__":
    main()
