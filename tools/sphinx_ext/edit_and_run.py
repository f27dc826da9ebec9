"""A Sphinx extension: under a printed program a box in which it can be changed and run.

The box stands behind the last cell of a page that is tagged `edit-and-run`; `pooling.edit_and_run.programs`
says what is in it. The page itself carries the editor only; Python is fetched with the first Run, from
`_static/run`.
"""

import json
import shutil
from html import escape
from pathlib import Path
from string import Template

from docutils import nodes
from javascript import in_page
from places import ROOT
from pooling.edit_and_run.programs import BOXES, asked, text

TAG = "tag_edit-and-run"
FORM = Template((ROOT / "tools" / "templates" / "edit_and_run.html").read_text(encoding="utf8"))


def stem_of(page: str) -> str:
    """Return the stem of a page: 03_partial_pooling is partial_pooling."""
    return page.rpartition("/")[2].lstrip("0123456789_")


def about(stem: str) -> dict:
    """Return what the page's scripts must know of a box."""
    box = BOXES[stem]
    questions = [{"name": q.name, "axes": list(q.axes), "labels": box.labels} for q in box.questions]
    edits = {name: edit.changes for name, edit in box.edits.items()}
    return {"asked": asked(stem), "questions": questions, "edits": edits}


def form(stem: str, cells: list[str]) -> str:
    """Return the HTML of a box."""
    box = BOXES[stem]
    program = text(stem, cells)
    buttons = "".join(
        f'<button type="button" data-edit="{name}">{escape(edit.words)}</button>'
        for name, edit in box.edits.items()
    )
    return FORM.substitute(
        stem=stem,
        program=escape(program),
        rows=min(program.count("\n") + 1, 18),
        edits=buttons,
        about=json.dumps(about(stem), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"),
        megabytes=in_page.megabytes(),
    )


def put_boxes(app, doctree):
    """Put the box behind the last of the cells that are its program."""
    tagged = [node for node in doctree.findall(nodes.container) if TAG in node.get("classes", ())]
    if not tagged or app.builder.format != "html":
        return
    inputs = [part for node in tagged for part in node.children if "cell_input" in part.get("classes", ())]
    cells = [block.astext() for part in inputs for block in part.findall(nodes.literal_block)]
    box = nodes.raw("", form(stem_of(app.env.docname), cells), format="html")
    last = tagged[-1]
    last.parent.insert(last.parent.index(last) + 1, box)


def build(app, config):
    """Make what the boxes fetch."""
    in_page.build()
    config.page_programs = in_page.STAMP.read_text(encoding="utf8")


def write(app, exception):
    """Put it into the site."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", "run")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for file in sorted(in_page.PACKS.iterdir()):
        shutil.copyfile(file, folder / file.name)


def load_editor(app, pagename, templatename, context, doctree):
    """Load the editor's script where there is an editor."""
    if doctree is not None and "pooling-run" in context.get("body", ""):
        app.add_js_file("run.js", defer="defer", priority=900)


def setup(app):
    """Register the extension."""
    app.add_config_value("page_programs", "", "env", str)
    app.connect("config-inited", build, priority=600)  # after the pages' JavaScript
    app.connect("doctree-read", put_boxes)
    app.connect("html-page-context", load_editor)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
