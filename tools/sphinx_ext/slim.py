"""A Sphinx extension for pages with explorers: esbuild shortens what they bring; their sliders have a style.

Only on the pages, whose build has esbuild: in JupyterLab and Binder the same program comes unshortened from
the installed package (see pooling.explorer.frontend.link), and the sliders are styled.
"""

import json
import subprocess
from functools import cache

from javascript import bundle
from myst_nb.core.render import sanitize_script_content
from myst_nb.sphinx_ import NbMetadataCollector

LANGUAGES = {"_esm": "js", "_css": "css"}


@cache
def shortened(text: str, language: str = "js") -> str:
    """Return an ES module, or a style sheet, that does the same in fewer letters; exports keep names."""
    esbuild = bundle.BUILD / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [bundle.node_program(), str(esbuild), f"--loader={language}", "--minify", "--charset=utf8"]
    done = subprocess.run(command, input=text, capture_output=True, check=True, encoding="utf8")
    return done.stdout.strip()


def shorten(body: str) -> str:
    """Return the saved state of a page's widgets with what they bring shortened."""
    saved = json.loads(body)
    for model in saved["state"].values():
        for name, language in LANGUAGES.items():
            if model["state"].get(name):
                model["state"][name] = shortened(model["state"][name], language)
    return sanitize_script_content(json.dumps(saved))


def prepare(app, pagename, templatename, context, doctree):
    """Shorten what myst-nb is about to write into a page; link the sliders' style sheet before the others."""
    files = NbMetadataCollector.get_js_files(app.env, pagename)
    if "ipywidgets_state" in files:
        address, attributes = files["ipywidgets_state"]
        files["ipywidgets_state"] = (address, attributes | {"body": shorten(attributes["body"])})
        app.add_css_file("widgets.css", priority=100)


def setup(app):
    """Register the extension."""
    app.connect("html-page-context", prepare, priority=400)  # myst-nb's own has 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
