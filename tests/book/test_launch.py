"""Where the buttons of a page lead: to the fork that built it, or nowhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from places import ROOT
from sphinx_ext import launch


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
    remote[-2:] = ["public", "https://github.com/someone/student-tree.git"]
    subprocess.run(remote, check=True)
    assert launch.repository({}, clone) == "https://github.com/someone/student-tree"  # not the private one
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
    assert options["repository_branch"] == "main"
    options = _options(monkeypatch, REPO_URL="https://github.com/a/b", REPO_BRANCH="spring")
    assert options["repository_branch"] == "spring"


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


# -- a site, small enough to be built here -----------------------------------------------------------------

CONF = """
import sys
sys.path.insert(0, "tools")
extensions = ["myst_nb", "sphinx_ext.launch"]
html_theme = "sphinx_book_theme"
html_theme_options = {}
nb_execution_mode = "off"
"""
PAGE = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A chapter

```{code-cell} ipython3
1 + 1
```
"""


@pytest.fixture
def built(clone):
    """Return a function that builds a site of one chapter, with these tools, and returns its page."""
    (clone / "tools" / "sphinx_ext").mkdir(parents=True)
    for name in ("places.py", "sphinx_ext/__init__.py", "sphinx_ext/launch.py"):
        shutil.copy(ROOT / "tools" / name, clone / "tools" / name)
    (clone / "conf.py").write_text(CONF)
    (clone / "index.md").write_text(PAGE)

    def build(**environment):
        ours = {name: text for name, text in os.environ.items() if name not in ("REPO_URL", "HUB_URL")}
        command = [sys.executable, "-m", "sphinx", "-q", "-E", ".", "html"]
        subprocess.run(command, check=True, cwd=clone, env=ours | environment)
        return (clone / "html" / "index.html").read_text(encoding="utf8")

    return build


def test_the_site_of_a_fork_leads_to_the_fork_and_another_nowhere(clone, built):
    assert not re.findall(r"mybinder|github\.com/someone|fa-rocket|source-issues-button", built())
    remote = ["git", "-C", str(clone), "remote", "add", "origin", "git@github.com:someone/their-fork.git"]
    subprocess.run(remote, check=True)
    page = built()
    assert "https://mybinder.org/v2/gh/someone/their-fork/main?urlpath=lab/tree/index.md" in page
    assert 'href="https://github.com/someone/their-fork"' in page
    assert "https://github.com/someone/their-fork/blob/main/index.md?plain=1" in page
    assert "https://github.com/someone/their-fork/edit/main/index.md" in page
    assert "https://github.com/someone/their-fork/issues/new?" in page
    assert "fa-code-branch" in page
    assert "fab fa-" not in page
    assert 'href="_sources/index.ipynb"' in page
    elsewhere = built(REPO_URL="https://github.com/class/tree", HUB_URL="https://hub.example")
    assert "their-fork" not in elsewhere
    assert "https://hub.example/hub/user-redirect/git-pull?repo=https" in elsewhere
