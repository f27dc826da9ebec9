"""Measures edit and run: what the first click fetches, how long a program takes, and JAX beside it."""

import gzip
import time

from javascript import in_page
from pooling.edit_and_run.programs import BOXES
from pooling.partial_pooling import posterior

PAGE = "chapters/03_partial_pooling.html"
DONE = "() => document.querySelector('.pooling-run [data-part=run]').disabled === false"


def measure(browser, address: str):
    """Yield a line for each measurement; `browser` is Playwright's, `address` the site's."""
    sizes = [len(gzip.compress(path.read_bytes())) for path in in_page.PACKS.iterdir()]
    yield f"{'a first Run fetches':33} {sum(sizes) / 1e6:6.2f} MB gzip"
    page = browser.new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{address.rstrip('/')}/{PAGE}")
    box = page.locator(".pooling-run")
    for what in ("click to the first answer", "the same program again"):
        yield f"{what:33} {_seconds(page, box):6.2f} s"
    for name in BOXES["partial_pooling"].edits:
        box.locator(f'[data-edit="{name}"]').click()
        yield f"{f'with the edit {name}':33} {_seconds(page, box):6.2f} s"
        box.get_by_role("button", name="Reset").click()
    page.close()
    posterior([1, -15, 30], mu_scale=10, tau_scale=3)  # compiled
    start = time.perf_counter()
    posterior([1, -15, 30], mu_scale=10, tau_scale=3)
    yield f"{'its programs in JAX, compiled':33} {time.perf_counter() - start:6.2f} s"


def _seconds(page, box) -> float:
    start = time.perf_counter()
    box.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_function("() => document.querySelector('.pooling-run output')")
    page.wait_for_function(DONE)
    return time.perf_counter() - start
