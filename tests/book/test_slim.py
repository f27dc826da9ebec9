"""The explorers' programs on the built pages are shortened, and do the same."""

import json
import re
import subprocess
import sys

import node
import pytest
from places import ROOT
from pooling.explorer.exact_posterior import EXPLORER
from pooling.explorer.frontend.link import link
from sphinx_ext.slim import shortened

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "tools")!r})
extensions = ["myst_nb", "sphinx_ext.slim"]
nb_execution_mode = "off"
"""
PROGRAM = """
// </script> must not end the page's own
const twice = (value) => { const result = 2 * value; return result; };
export default { twice, name: "µ </script>" };
"""
STATE = {
    "one": {"model_name": "AnyModel", "state": {"_esm": PROGRAM, "_css": "a {\n  top: 0px;\n}", "y": [1]}},
    "other": {"state": {}},
}


@pytest.fixture
def page(tmp_path):
    """Return a page with saved widgets, built by Sphinx."""
    saved = {"application/vnd.jupyter.widget-state+json": {"state": STATE, "version_major": 2}}
    notebook = {"cells": [], "metadata": {"widgets": saved}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.ipynb").write_text(json.dumps(notebook))
    command = [sys.executable, "-m", "sphinx", "-q", ".", "html"]
    subprocess.run(command, check=True, cwd=tmp_path)
    return (tmp_path / "html" / "index.html").read_text(encoding="utf8")


def test_a_page_carries_less_and_the_same(page):
    saved = re.search(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', page)
    state = json.loads(saved[1])["state"]
    assert state["other"] == STATE["other"]
    assert state["one"]["state"]["y"] == [1]
    assert state["one"]["state"]["_css"] == "a{top:0}"
    program = state["one"]["state"]["_esm"]
    assert len(program) < 0.7 * len(PROGRAM)
    told = node.run(
        f"const url = 'data:text/javascript,' + encodeURIComponent({json.dumps(program)});"
        "const { default: it } = await import(url); console.log(JSON.stringify([it.twice(4), it.name]));"
    )
    assert told == [8, "µ </script>"]


def test_an_explorer_is_two_thirds_of_itself():
    program = link(EXPLORER.folder / "view.js")
    short = shortened(program)
    assert len(short) < 0.7 * len(program)
    told = node.run(
        f"const url = 'data:text/javascript,' + encodeURIComponent({json.dumps(short)});"
        "const { default: it } = await import(url); console.log(JSON.stringify(typeof it.render));"
    )
    assert told == "function"
