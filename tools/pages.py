"""A Sphinx extension that keeps the pages of an incremental build in step with each other.

Sphinx writes the pages whose source changed. But each page also shows the titles of the others (in the
contents and in the links to the next and the previous chapter) and asks for our scripts and styles by a
checksum. So when any page is written, or any of those files changed, all of them are: it takes seconds.
"""

from javascript import ROOT, STAMP, digest


def note_assets(app, config):
    """Let the pages depend on the files that all of them load."""
    config.page_assets = STAMP.read_text() + digest(*sorted((ROOT / "assets").iterdir()))


def note_reading(app, env, docnames):
    """Remember whether any page was read in this build."""
    app.pages_were_read = bool(docnames)


def write_all(app, env):
    """Have every page written if any was read."""
    return sorted(env.found_docs) if app.pages_were_read else []


def setup(app):
    """Register the extension."""
    app.add_config_value("page_assets", "", "html", str)
    app.connect("config-inited", note_assets)
    app.connect("env-before-read-docs", note_reading)
    app.connect("env-updated", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
