"""What the tests of the book share: the built site, a browser, a web server.

`site` builds the book through the same entry as `make book`, once for all processes of a test run.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import archive
import chromium
import pytest
from filelock import FileLock
from hypothesis.configuration import set_hypothesis_home_dir
from places import ROOT
from playwright.sync_api import sync_playwright
from serve import serving

set_hypothesis_home_dir(ROOT / "_build" / ".hypothesis")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory, worker_id) -> Path:
    """Return a folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def build_log(run_folder) -> tuple[int, str]:
    """Build the book, once a test run, and return the exit code and what the build printed."""
    log = run_folder / "book.log"
    with FileLock(run_folder / "book.lock"):
        if not log.exists():
            result = subprocess.run(
                [sys.executable, str(ROOT / "tools" / "book.py")],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf8",
                check=False,
            )
            log.write_text(f"{result.returncode}\n{result.stdout}", encoding="utf8")
    status, _, text = log.read_text(encoding="utf8").partition("\n")
    return int(status), text


@pytest.fixture(scope="session")
def site(build_log) -> Path:
    """Return the folder of the built site."""
    status, text = build_log
    if status:
        pytest.fail(f"the book could not be built:\n{text}", pytrace=False)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def stick(site, run_folder) -> Path:
    """Return the site as somebody has it who unpacked its archive, in a folder with a space in its name."""
    folder = run_folder / "USB stick"
    with FileLock(run_folder / "stick.lock"):
        if not folder.exists():
            shutil.unpack_archive(archive.pack(site, run_folder / "book.zip"), folder)
    return folder / archive.NAME


@pytest.fixture(scope="session")
def http_site(site):
    """Serve the built site on this machine and yield its address, without a slash at the end."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium_executable(run_folder) -> str:
    """Return a Chromium, Chrome or Edge: one that is there, or else one installed now."""
    with FileLock(run_folder / "chromium.lock"):
        return chromium.executable()


@pytest.fixture(scope="session")
def browser(chromium_executable):
    """Return a running browser (Playwright's), one for each process of the tests."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_executable, args=chromium.FLAGS)
        yield running
        running.close()
