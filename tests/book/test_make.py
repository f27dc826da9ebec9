"""What the Makefile and `.ci/run` promise: which Python, which port, what `make clean` leaves."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest
from places import ROOT

FIND = ROOT / "tools" / "find-python"


def program(path, lines):
    """Write a shell script that can be run, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def run(*command, env=os.environ, **options):
    """Run a command as somebody does who has not called make for it."""
    env = {name: value for name, value in env.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command, env=env, capture_output=True, encoding="utf8", check=False, timeout=300, **options
    )


def old_python(path):
    """Write what does all that a Python does, but is 3.11.4, and itself, for whoever asks."""
    told = f"import sys; sys.version_info, sys.executable = (3, 11, 4), '{path}'"
    lines = [
        f'[ "$1" != -c ] || exec "{sys.executable}" -c "{told}; $2"',
        f'exec "{sys.executable}" "$@"',
    ]
    return program(path, lines)


def test_an_old_python_is_passed_over_for_a_new_one(tmp_path):
    found = run(FIND, old_python(tmp_path / "python3"), sys.executable)
    assert (found.returncode, found.stderr) == (0, "")
    assert os.path.samefile(found.stdout.strip(), sys.executable)


def test_where_all_are_too_old_it_says_what_it_looked_at_and_what_to_do(tmp_path):
    old = old_python(tmp_path / "python3")
    found = run(FIND, old, tmp_path / "nothing")
    assert (found.returncode, found.stdout) == (1, "")
    assert f"{old} is Python 3.11.4" in found.stderr
    assert "needs Python 3.12 or newer" in found.stderr
    assert "make book PYTHON=/path/to/python3" in found.stderr


def test_without_a_name_the_usual_places_are_searched(tmp_path):
    program(tmp_path / "python3", [f'exec "{sys.executable}" "$@"'])
    found = run(FIND, env={"PATH": f"{tmp_path}{os.pathsep}{os.defpath}", "HOME": str(tmp_path)})
    assert found.returncode == 0, found.stderr


@pytest.fixture
def tree(tmp_path):
    """Return a folder with nothing but the Makefile, and what it asks for a Python."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(FIND, tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def test_make_takes_the_python_that_is_named_and_makes_the_environment_with_it(tree):
    named = program(
        tree / "unusual" / "python",
        [
            'case "$1" in',
            '-m) echo "$@" > made-with; mkdir -p .venv/bin; printf "#!/bin/sh\\n" > .venv/bin/python;'
            " chmod +x .venv/bin/python;;",
            f'*) case "$2" in *sys.executable*) echo "$0";; *) exec "{sys.executable}" "$@";; esac;;',
            "esac",
        ],
    )
    made = run("make", ".venv/installed", f"PYTHON={named}", cwd=tree)
    assert made.returncode == 0, made.stderr
    assert (tree / "made-with").read_text() == "-m venv --clear .venv\n"
    assert f"making .venv with {named}" in made.stdout
    assert (tree / ".venv" / "installed").exists()
    old = run("make", "-B", ".venv/installed", f"PYTHON={old_python(tree / 'old')}", cwd=tree)
    assert old.returncode != 0
    assert "needs Python 3.12 or newer" in old.stderr


@pytest.mark.parametrize("target", ["serve", "lab"])
def test_make_passes_the_port_on(tree, target):
    (tree / ".venv").mkdir()
    (tree / ".venv" / "installed").touch()
    told = run("make", "-n", target, "PORT=8123", cwd=tree)
    assert told.stdout.split() == [".venv/bin/python", f"tools/{target}.py", "8123"]
    assert run("make", "-n", target, cwd=tree).stdout.split() == told.stdout.split()[:2]


def test_the_book_is_served_where_it_was_asked_for_and_a_port_in_use_is_told(tree):
    for name in ("serve.py", "places.py"):
        shutil.copy(ROOT / "tools" / name, tree / "tools")
    serve = [sys.executable, tree / "tools" / "serve.py"]
    nothing = run(*serve)
    assert (nothing.returncode, nothing.stderr) == (1, "There is no book yet: run `make book` first.\n")
    page = tree / "_build" / "html" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("the book")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(*serve, str(port))
    assert refused.returncode == 1
    assert f"Port {port} is not free" in refused.stderr
    assert "make serve PORT=8001" in refused.stderr
    with subprocess.Popen([*serve, str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            address = server.stdout.readline().decode().split()[4]
            assert address == f"http://127.0.0.1:{port}/"
            with urllib.request.urlopen(address, timeout=300) as answer:
                assert answer.read() == b"the book"
        finally:
            server.kill()


def test_clean_removes_all_that_was_built_but_no_class(tree):
    kept = ["_build/classes/spring/gradebook.db", "_build/classes/spring/release/a.ipynb", "chapters/a.md"]
    built = [
        *("_build/html/index.html", "_build/.jupyter_cache/global.db", "_build/grading/installed"),
        *("_build/student/README.md", ".venv/bin/python", "code/pooling.egg-info/PKG-INFO"),
        *("code/pooling/__pycache__/a.pyc", "tools/__pycache__/b.pyc"),
    ]
    before = {path for path in tree.rglob("*") if path.is_file()}
    for name in [*kept, *built]:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name)
    cleaned = run("make", "clean", cwd=tree)
    assert cleaned.returncode == 0, cleaned.stderr
    assert "keeping _build/classes" in cleaned.stdout
    left = {path for path in tree.rglob("*") if path.is_file()}
    assert left == before | {tree / name for name in kept}
    shutil.rmtree(tree / "_build" / "classes")
    assert run("make", "clean", cwd=tree).returncode == 0
    assert not (tree / "_build").exists()


def test_continuous_integration_runs_make_test_and_fails_with_it(tmp_path):
    """From wherever it is called."""
    (tmp_path / "course" / ".ci").mkdir(parents=True)
    script = shutil.copy(ROOT / ".ci" / "run", tmp_path / "course" / ".ci")
    program(tmp_path / "bin" / "make", [f'echo "$PWD: $@" >> {tmp_path}/called', "exit 3"])
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert run(script, cwd="/", env=os.environ | {"PATH": path}).returncode == 3
    assert (tmp_path / "called").read_text() == f"{tmp_path / 'course'}: test\n"
