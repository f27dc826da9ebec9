"""Binder: what repo2docker would do, and what comes of doing it. `make test-live`.

There is no engine to build images with, so its own detection and Dockerfile are looked at, and the steps that
are ours are taken in an environment of their own.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from places import ROOT

BINDER = ROOT / "binder"
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
LARGEST = 1.2  # GB, the installation
#: GB, of a chapter at most: what cannot be dropped, and with the libraries' files that are in memory.
MOST_KEPT, MOST_RESIDENT = 1.0, 1.15

LOOK = """
from repo2docker.app import Repo2Docker

app = Repo2Docker()
packs = (pack(base_image=app.base_image) for pack in app.buildpacks)
pack = next(pack for pack in packs if pack.detect())
pack.platform = "linux/amd64"
print(type(pack).__name__, pack.python_version, pack.binder_dir)
print(pack.render({}))
"""
#: Executes one chapter; tells the most memory that its kernel had at once, and how much of it were pages of
#: files, those of libraries: they are dropped when a container comes to its limit, and the rest cannot be.
RUN = """
import sys
from pathlib import Path

import jupytext
import nbclient

path = Path(sys.argv[1])
peak, files = [], []


def look(**_):
    status = Path(f"/proc/{client.km.provisioner.pid}/status").read_text()
    for name, seen in (("VmHWM:", peak), ("RssFile:", files)):
        seen.append(int(status.split(name)[1].split()[0]) * 1024 / 1e9)


client = nbclient.NotebookClient(
    jupytext.read(path), timeout=600, kernel_name="python3", resources={"metadata": {"path": path.parent}},
    on_cell_executed=look,
)
client.execute(transport_encryption="auto")
print(max(peak), files[-1])
"""


def test_the_interpreter_is_the_one_the_course_is_tested_with():
    version = (ROOT / ".python-version").read_text().strip()
    assert (BINDER / "runtime.txt").read_text().strip() == f"python-{version}"


def pinned(path):
    """Return the versions that a file of requirements states, by package."""
    lines = path.read_text(encoding="utf8").splitlines()
    return dict(line.split("==", 1) for line in lines if "==" in line)


def test_versions_are_those_of_the_whole_course():
    own, whole = pinned(BINDER / "requirements.txt"), pinned(ROOT / "requirements.txt")
    assert own.items() < whole.items()


def test_it_has_what_is_asked_for_and_what_the_chapters_import():
    own = pinned(BINDER / "requirements.txt")
    asked = (BINDER / "requirements.in").read_text(encoding="utf8").splitlines()
    assert {line for line in asked if re.fullmatch(r"[\w-]+", line)} < own.keys()
    chapters = "".join(path.read_text(encoding="utf8") for path in (ROOT / "chapters").rglob("*.md"))
    cells = "".join(re.findall(r"^```\{code-cell\}.*?^```$", chapters, re.DOTALL | re.MULTILINE))
    modules = set(re.findall(r"^(?:import|from) (\w+)", cells, re.MULTILINE))
    packages = packages_distributions()
    lacking = {
        module
        for module in modules - sys.stdlib_module_names - {"pooling"}
        if not {name.lower() for name in packages[module]} & own.keys()
    }
    assert lacking == set()
    assert len(modules) > 10


def test_everything_that_is_trimmed_is_there_to_be_trimmed():
    trimmed = re.search(r"pip uninstall (.*)", (BINDER / "postBuild").read_text())[1].split()
    assert {name for name in trimmed if not name.startswith("-")} < pinned(BINDER / "requirements.txt").keys()


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return what Binder would clone."""
    folder = tmp_path_factory.mktemp("binder") / "course"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf8", check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def new_environment(folder, home):
    """Make a virtual environment and return its folder of programs and what they see of the outside."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    registry = ("PIP_", "SSL_", "http", "HTTP")
    return folder / "bin", {
        **{name: value for name, value in os.environ.items() if name.startswith(registry)},
        "HOME": str(home),
        "PATH": f"{folder / 'bin'}:{os.defpath}",
        "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.mark.live
def test_repo2docker_takes_the_folder_for_what_it_is(tree, tmp_path):
    programs, seen = new_environment(tmp_path / "venv", tmp_path)
    subprocess.run([programs / "pip", "install", "-q", REPO2DOCKER], env=seen, check=True)
    told = subprocess.run(
        [programs / "python", "-c", LOOK],
        cwd=tree,
        env=seen,
        capture_output=True,
        encoding="utf8",
        check=True,
    ).stdout
    version = (ROOT / ".python-version").read_text().strip()
    first, _, dockerfile = told.partition("\n")
    assert first == f"PythonBuildPack {version} binder"
    install = 'pip install --no-cache-dir -r "binder/requirements.txt"'
    # The whole repository first: those requirements install the course's own package.
    assert dockerfile.index("COPY --chown=1000:1000 src/ ") < dockerfile.index(install)
    assert dockerfile.index(install) < dockerfile.index("RUN ./binder/postBuild")
    assert "binder/start" in dockerfile


@pytest.mark.live
def test_the_same_steps_give_an_environment_in_which_every_chapter_runs(tree, tmp_path):
    programs, seen = new_environment(tmp_path / "venv", tmp_path)
    bare = size(tmp_path / "venv")
    install = [programs / "pip", "install", "-q", "-r", "binder/requirements.txt"]
    subprocess.run(install, cwd=tree, env=seen, check=True)
    before = size(tmp_path / "venv")
    subprocess.run(["./binder/postBuild"], cwd=tree, env=seen, check=True)
    after = size(tmp_path / "venv")
    print(f"installed {before - bare:.2f} GB, trimmed to {after - bare:.2f} GB")
    assert after <= LARGEST
    assert "markdown" in "".join(p.read_text() for p in tmp_path.rglob("default_setting_overrides.json"))
    resident, kept = {}, {}
    for chapter in sorted((tree / "chapters").glob("[0-9]*.md")):
        run = [tree / "binder" / "start", programs / "python", "-W", "ignore", "-c", RUN, chapter]
        told = subprocess.run(run, cwd=tree, env=seen, capture_output=True, encoding="utf8", check=False)
        assert told.returncode == 0, f"{chapter.stem}: {told.stderr[-3000:]}"
        peak, files = map(float, told.stdout.split()[-2:])
        print(f"{chapter.stem:24} {peak:.2f} GB, {files:.2f} of them files'")
        resident[chapter.stem], kept[chapter.stem] = peak, peak - files
    assert not {stem: most for stem, most in kept.items() if most > MOST_KEPT}
    assert not {stem: most for stem, most in resident.items() if most > MOST_RESIDENT}


def size(folder):
    """Return what a folder holds, in GB."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e9
