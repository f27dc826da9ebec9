"""A Sphinx extension that writes into the book how it was built: versions, and what each chapter took.

In the pages `colophon` and `hub` of the appendices the lines `% versions`, `% chapters` and `% links` become
tables.
"""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

from jupyter_cache import get_cache

PAGES = ("chapters/appendices/colophon", "chapters/appendices/hub")
PACKAGES = (
    *("memo-lang", "jax", "numpy", "scipy", "sympy", "pymc", "pytensor", "nutpie", "arviz", "matplotlib"),
    *("anywidget", "ipywidgets", "jupyterlab", "jupyter-book", "sphinx", "myst-nb"),
)


def versions() -> str:
    """Return a table of what runs the models and builds the pages."""
    rows = [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]
    return table(("what", "version"), rows)


def chapters(env) -> str:
    """Return a table of what each chapter took when it was last executed."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    took = {Path(record.uri).stem: record.data for record in cache.list_cache_records()}
    rows = []
    for name in sorted(took):
        data = took[name]
        if "execution_seconds" in data:
            memory = data.get("gigabytes")
            rows.append((f"`{name}`", f"{data['execution_seconds']:.0f}", f"{memory:.2f}" if memory else "–"))
    return table(("notebook", "seconds", "GB at most"), rows)


def table(heads, rows) -> str:
    """Return a table in Markdown; all columns but the first hold numbers."""
    lines = [heads, ("---", *["--:"] * (len(heads) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def links(app) -> str:
    """Return a table of the address that opens each chapter on a hub, or how such an address is made."""
    repository = app.config.launch_repository or "https://github.com/OWNER/NAME"
    hub = os.environ.get("HUB_URL", "https://HUB").rstrip("/")
    folder = repository.rsplit("/", 1)[1]
    known = app.config.launch_repository and "HUB_URL" in os.environ
    rows = []
    for name in sorted(app.env.found_docs):
        if re.fullmatch(r"chapters/\d\d_\w+", name):
            query = {"repo": repository, "branch": os.environ.get("REPO_BRANCH", "main")}
            query["urlpath"] = f"lab/tree/{folder}/{name}.md"
            address = f"{hub}/hub/user-redirect/git-pull?{urlencode(query)}"
            rows.append((name.split("/")[1], f"[open]({address})" if known else f"`{address}`"))
    return "\n".join(f"| {' | '.join(row)} |" for row in (("chapter", "address"), ("---", "---"), *rows))


def facts(app) -> dict[str, str]:
    """Return what stands in the place of each line."""
    return {"% versions": versions(), "% chapters": chapters(app.env), "% links": links(app)}


def outdated(app, env, added, changed, removed):
    """Have the pages read again if they would say something else."""
    now = facts(app)
    known, env.colophon = getattr(env, "colophon", None), now
    return [page for page in PAGES if page in env.found_docs] if now != known else []


def write(app, docname, source):
    """Put the tables in their places."""
    if docname in PAGES:
        for line, written in facts(app).items():
            source[0] = source[0].replace(f"\n{line}\n", f"\n{written}\n")


def setup(app):
    """Register the extension."""
    app.connect("env-get-outdated", outdated, priority=600)  # after the chapters were executed
    app.connect("source-read", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
