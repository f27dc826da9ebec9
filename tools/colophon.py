"""A Sphinx extension that writes into the book how it was built: versions, and what each chapter took.

In the page `chapters/appendices/colophon` the lines `% versions` and `% chapters` become tables.
"""

import platform
from importlib.metadata import version
from pathlib import Path

from jupyter_cache import get_cache

PAGE = "chapters/appendices/colophon"
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


def outdated(app, env, added, changed, removed):
    """Have the page read again if it would say something else."""
    facts = versions() + chapters(env)
    known, env.colophon = getattr(env, "colophon", None), facts
    return [PAGE] if facts != known and PAGE in env.found_docs else []


def write(app, docname, source):
    """Put the tables in their places."""
    if docname == PAGE:
        for line, written in (("% versions", versions()), ("% chapters", chapters(app.env))):
            source[0] = source[0].replace(f"\n{line}\n", f"\n{written}\n")


def setup(app):
    """Register the extension."""
    app.connect("env-get-outdated", outdated, priority=600)  # after the chapters were executed
    app.connect("source-read", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
