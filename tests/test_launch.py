"""Where the buttons of a page lead: to the fork that built it, or nowhere."""

import json
import subprocess
from types import SimpleNamespace

import launch
import pytest


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/someone/their-fork", "https://github.com/someone/their-fork"),
        ("https://github.com/someone/their-fork.git", "https://github.com/someone/their-fork"),
        ("https://user:secret@github.com/someone/their-fork.git", "https://github.com/someone/their-fork"),
        ("git@github.com:someone/their-fork.git", "https://github.com/someone/their-fork"),
        ("ssh://git@gitlab.com/someone/their.fork/", "https://gitlab.com/someone/their.fork"),
        ("/srv/git/course", None),
        ("file:///srv/git/course", None),
        ("../course", None),
        ("https://git.internal.example/someone/fork", None),
        ("https://github.com/someone", None),
        ("", None),
    ],
)
def test_a_remote_becomes_an_address_that_strangers_can_open(remote, address):
    assert launch.public_address(remote) == address


@pytest.fixture
def clone(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def test_the_remote_is_that_of_the_clone(clone):
    assert launch.repository({}, clone) is None
    remote = ["git", "-C", str(clone), "remote", "add", "origin", "https://github.com/someone/their-fork.git"]
    subprocess.run(remote, check=True)
    assert launch.repository({}, clone) == "https://github.com/someone/their-fork"
    asked = {"REPO_URL": "https://github.com/a/student-tree"}
    assert launch.repository(asked, clone) == "https://github.com/a/student-tree"


def test_a_wrong_repo_url_is_named(clone):
    with pytest.raises(launch.AddressError, match="got ftp://nowhere"):
        launch.repository({"REPO_URL": "ftp://nowhere"}, clone)


def _options(monkeypatch, **environment):
    for name in ("REPO_URL", "REPO_BRANCH", "HUB_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = SimpleNamespace(html_theme_options={"logo": {}}, launch_repository="")
    launch.add_buttons(None, config)
    return config.html_theme_options


def test_the_theme_is_told_and_told_nothing_without_a_public_remote(monkeypatch, clone):
    monkeypatch.setattr(launch, "ROOT", clone)
    assert _options(monkeypatch) == {"logo": {}}
    options = _options(monkeypatch, REPO_URL="https://github.com/a/b", HUB_URL="https://hub.example")
    assert options["repository_url"] == "https://github.com/a/b"
    assert options["launch_buttons"]["jupyterhub_url"] == "https://hub.example"


def test_every_chapter_can_be_downloaded_as_a_notebook_without_outputs(site):
    pages = [page for page in (site / "chapters").glob("[0-9]*.html")]
    assert pages
    for page in pages:
        name = f"_sources/chapters/{page.stem}.ipynb"
        assert f'href="../{name}"' in page.read_text(encoding="utf8"), page.stem
        notebook = json.loads((site / name).read_text(encoding="utf8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert cells
        assert not any(cell["outputs"] for cell in cells)
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
