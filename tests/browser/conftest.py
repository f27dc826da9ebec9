"""Built pages in a real browser, every other host out of reach; and axe."""

from pathlib import Path

import pytest
from reader import Reader

#: anywidget says so when two seconds have passed before its module ran, as on a slow machine. Messages from
#: a kernel would be lost then; a page of this book has no kernel, and its explorer comes live all the same.
LATE = "[anywidget] Failed to initialize model."

#: What becomes of a request whose page the reader has left: a search reads the pages it found, and a click on
#: the first hit comes before the last of them on a slow machine.
LEFT = "net::ERR_ABORTED"


@pytest.fixture
def read(browser, http_site):
    """Return a function that opens a chapter; nothing may be asked of another host, nor complained of."""
    contexts, outside, complaints = [], [], []

    def block(route):
        url = route.request.url
        if url.startswith((http_site, "file:", "data:", "blob:")):
            route.continue_()
        else:
            outside.append(url)
            route.abort()

    def listen(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def fail(request):
        if request.failure != LEFT:
            complaints.append(f"failed: {request.url}: {request.failure}")

    def open_page(stem, *, address=http_site, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.route("**/*", block)
        page = context.new_page()
        page.set_default_timeout(120_000)  # a page that never comes fails; a slow machine does not
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)) if str(error) != LATE else None)
        reader = Reader(page, stem)
        if (
            options.get("java_script_enabled") is False
        ):  # then the browser drops scripts it had begun to fetch
            return reader
        page.on("requestfailed", fail)
        return reader.open(address)

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []
    assert complaints == []


@pytest.fixture(scope="session")
def axe(site):
    """Return the source of axe-core, which the build brings with the pages' JavaScript."""
    path = Path(site).parent / "javascript" / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8")
