"""Measure what the course promises: build seconds, page weights, redraw times, memory, the exact posterior.

`make bench` prints them.

The builds are made in a copy, so that a cold one can be timed without throwing the book away. What memory a
chapter takes is what its kernel had in the cold build.
"""

import gzip
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import chromium
from jupyter_cache import get_cache
from places import ROOT, SITE
from playwright.sync_api import sync_playwright
from serve import serving

from bench import before as before_bench
from bench import browser as browser_bench
from bench import exact as exact_bench
from bench import programs as programs_bench
from bench import regression as regression_bench
from bench import workbench

MEMORY = 1.0  # GB that a chapter may take, as Binder grants


def copy_sources(folder: Path) -> None:
    """Copy what a build reads, and nothing that one wrote."""
    for name in ("tools", "assets", "chapters", "code"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "_toc.yml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)


def build_seconds(folder: Path) -> float:
    """Build the book in a folder and return the seconds it took."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, str(folder / "tools" / "book.py")],
        env=os.environ | {"PYTHONPATH": str(folder / "code")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def measure_builds():
    """Yield a line for each kind of build."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_sources(folder)
        yield f"{'cold build':33} {build_seconds(folder):6.1f} s (with npm's packages, without .venv)"
        for record in get_cache(folder / "_build" / ".jupyter_cache").list_cache_records():
            peak = record.data["gigabytes"]
            over = "" if peak <= MEMORY else ", OVER THE LIMIT"
            yield f"{Path(record.uri).stem:33} {peak:6.2f} GB at most{over}"
        yield f"{'warm build, nothing changed':33} {build_seconds(folder):6.1f} s"
        page = folder / "chapters" / "02_no_pooling.md"
        with page.open("a") as file:
            file.write("\nOne more line.\n")
        yield f"{'warm build, words of one chapter':33} {build_seconds(folder):6.1f} s"


def measure_weights(browser, address: str):
    """Yield a line for each page: what a first visit to it loads, and what it adds to the pages before."""
    known: set[str] = set()
    for path in ["chapters/index.html", *sorted(f"chapters/{p.name}" for p in SITE.glob("chapters/[0-9]*"))]:
        responses: list = []
        page = browser.new_page()
        page.on("response", lambda response, seen=responses: seen.append(response))
        page.goto(f"{address}/{path}", wait_until="networkidle")
        # A blob is a script that a widget made of its own state: it does not go over the wire.
        sizes = {
            response.url: len(gzip.compress(response.body()))
            for response in responses
            if response.url.startswith(address)
        }
        page.close()
        new = sum(size for url, size in sizes.items() if url not in known)
        known |= sizes.keys()
        total = sum(sizes.values())
        yield f"{path:33} {total / 1000:6.0f} kB gzip first visit, {new / 1000:6.0f} kB after those above"


def main() -> int:
    """Print all measurements."""
    for line in measure_builds():
        print(line, flush=True)
    if not (SITE / "index.html").exists():
        subprocess.run([sys.executable, str(ROOT / "tools" / "book.py")], check=True)
    program = chromium.executable()
    with serving(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        for line in measure_weights(browser, address):
            print(line, flush=True)
        for line in itertools.chain(
            browser_bench.measure(browser, address),
            browser_bench.measure(browser, address, slower=4),
            programs_bench.measure(browser, address),
        ):
            print(line, flush=True)
        for line in workbench.measure(browser, address):
            print(line, flush=True)
        browser.close()
    for line in itertools.chain(exact_bench.measure(), before_bench.measure(), regression_bench.measure()):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
