"""Find a browser for the tests and measurements, or install one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The shell has no window of its own: a page costs it half the processor time.
NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


def installed() -> str | None:
    """Return a browser that this machine has, in its usual places or among Playwright's own."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for place in PLACES:
        if Path(place).exists():
            return place
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> str:
    """Try to install a browser; return what was tried and what came of it."""
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.append([["apt-get", "update"], ["apt-get", "install", "--yes", "chromium-headless-shell"]])
        ways.append([["apt-get", "install", "--yes", "chromium"]])
    tried = []
    for way in ways:
        for command in way:
            result = subprocess.run(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                encoding="utf8",
                check=False,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
        tried.append(f"{' '.join(way[-1])}: {result.stdout.strip()[-500:]}")
        if installed():
            break
    return "\n".join(tried)


def executable() -> str:
    """Return a Chromium, Chrome or Edge: one that is there, or else one installed now."""
    found = installed()
    if found is None:
        tried = install()
        found = installed()
        if found is None:
            raise RuntimeError(
                "A browser is needed. Install Chromium, Chrome or Edge (on Debian and Ubuntu: "
                f"sudo apt install chromium) and run the same command again. Tried:\n{tried}"
            )
    return found
