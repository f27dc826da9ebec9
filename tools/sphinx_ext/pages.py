"""A Sphinx extension that brings the pages' own files and keeps the pages in step with each other.

Sphinx writes the pages whose source changed. But each page also shows the titles of the others (in the
contents and in the links to the next and the previous chapter), the names and numbers of what it refers to
there, and asks for our scripts and styles by a checksum. So when any of these changed, all pages are written;
and all are read again when what makes them changed.

Documents are what `_toc.yml` names, whatever else lies in the folder. (Its extension can see to that, too,
and looks through everything that was ever built to find what to exclude.)
"""

import gc
from pathlib import Path

from javascript import bundle
from places import ROOT


def bring_assets(app, config):
    """Make the files that all pages load, and let the pages depend on them."""
    bundle.build()
    own = sorted((ROOT / "assets").iterdir())
    config.page_assets = bundle.STAMP.read_text() + bundle.digest(*own)
    tools, boxes = ROOT / "tools", ROOT / "code" / "pooling" / "edit_and_run"
    makers = [path for folder in (tools / "sphinx_ext", boxes) for path in folder.glob("*.py")]
    config.page_makers = bundle.digest(*sorted(makers), *sorted((tools / "templates").iterdir()))


def read_contents_only(app, config):
    """Let nothing be a document that is not in the contents."""
    config.include_patterns = [f"{name}.md" for name in config.external_site_map]


def remove_pages(app, env, added, changed, removed):
    """Remove the pages of chapters that are gone."""
    for name in removed:
        Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)
    return []


def shown_elsewhere(env) -> str:
    """Return what pages show of each other: titles, names, citations, numbers of chapters and figures."""
    told = {name: title.astext() for name, title in env.titles.items()}
    told |= {cited.key: cited.formatted_entry.label for cited in env.get_domain("cite").citations}
    named = [value for domain in ("std", "math") for value in env.get_domain(domain).data.values()]
    dictionaries = [one for one in named if isinstance(one, dict)]
    dictionaries += [told, env.toc_secnumbers, env.toc_fignumbers]
    return repr([sorted((str(key), str(value)) for key, value in one.items()) for one in dictionaries])


def write_all(app, env):
    """Have every page written if what they show of each other is not as it was."""
    before, env.pooling_shown_elsewhere = getattr(env, "pooling_shown_elsewhere", None), shown_elsewhere(env)
    return [] if env.pooling_shown_elsewhere == before else sorted(env.found_docs)


def setup(app):
    """Register the extension."""
    # Each collection looks through all trees of all pages: every 700 objects, a fifth of a small build.
    gc.set_threshold(50_000)
    app.add_config_value("page_assets", "", "html", str)
    app.add_config_value("page_makers", "", "env", str)
    app.connect("config-inited", bring_assets)
    app.connect("config-inited", read_contents_only, priority=901)  # when the contents are known
    app.connect("env-get-outdated", remove_pages)
    app.connect("env-get-updated", write_all, priority=900)  # after everything is numbered
    return {"parallel_read_safe": True, "parallel_write_safe": True}
