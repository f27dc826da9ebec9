"""A Sphinx extension that brings the pages' own files and keeps the pages in step with each other.

Sphinx writes the pages whose source changed. But each page also shows the titles of the others (in the
contents and in the links to the next and the previous chapter) and asks for our scripts and styles by a
checksum. So when any page is written, or any of those files changed, all of them are: it takes seconds.
"""

from pathlib import Path

from javascript import bundle
from places import ROOT


def bring_assets(app, config):
    """Make the files that all pages load, and let the pages depend on them."""
    bundle.build()
    own = sorted((ROOT / "assets").iterdir())
    config.page_assets = bundle.STAMP.read_text() + bundle.digest(*own)


def remove_pages(app, env, added, changed, removed):
    """Remove the pages of chapters that are gone."""
    for name in removed:
        Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)
    return []


def note_reading(app, env, docnames):
    """Remember whether any page was read in this build."""
    app.pages_were_read = bool(docnames)


def write_all(app, env):
    """Have every page written if any was read."""
    return sorted(env.found_docs) if app.pages_were_read else []


def setup(app):
    """Register the extension."""
    app.add_config_value("page_assets", "", "html", str)
    app.connect("config-inited", bring_assets)
    app.connect("env-get-outdated", remove_pages)
    app.connect("env-before-read-docs", note_reading)
    app.connect("env-updated", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
