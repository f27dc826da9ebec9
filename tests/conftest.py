"""What the tests of the book share: the built site, a browser, a web server.

`site` builds the book through the same entry as `make book`, once for all processes of a test run.
"""

import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parent.parent
set_hypothesis_home_dir(ROOT / "_build" / ".hypothesis")

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM_NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
]
CHROMIUM_PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


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
    assert status == 0, f"the book could not be built:\n{text}"
    return ROOT / "_build" / "html"


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="session")
def http_site(site):
    """Serve the built site on this machine and yield its address, without a slash at the end."""
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def installed_chromium() -> str | None:
    """Return a browser that this machine has, in its usual places or among Playwright's own."""
    from playwright.sync_api import sync_playwright

    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    for place in CHROMIUM_PLACES:
        if Path(place).exists():
            return place
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> str:
    """Install a browser and return what was tried, for the message if nothing helped."""
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.append([["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]])
    tried = []
    for way in ways:
        results = [
            subprocess.run(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf8",
                check=False,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
            for command in way
        ]
        tried.append(f"{' '.join(way[-1])}: {results[-1].stdout.strip()[-500:]}")
        if installed_chromium():
            break
    return "\n".join(tried)


@pytest.fixture(scope="session")
def chromium_executable(run_folder) -> str:
    """Return a Chromium, Chrome or Edge: one that is there, or else one installed now."""
    with FileLock(run_folder / "chromium.lock"):
        found = installed_chromium()
        if found is None:
            tried = install_chromium()
            found = installed_chromium()
            assert found, (
                "The tests need a browser. Install Chromium, Chrome or Edge (on Debian and Ubuntu: "
                f"sudo apt install chromium) and run them again. Tried:\n{tried}"
            )
    return found


@pytest.fixture(scope="session")
def browser(chromium_executable):
    """Return a running browser (Playwright's), one for each process of the tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_executable, args=CHROMIUM_FLAGS)
        yield running
        running.close()
