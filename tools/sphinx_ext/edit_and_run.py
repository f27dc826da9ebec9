"""A Sphinx extension: under a printed program a box in which it can be changed and run.

The box stands behind the last cell of a page that is tagged `edit-and-run`; `pooling.edit_and_run.programs`
says what is in it. The page itself carries the editor only; Python is fetched with the first Run, from
`_static/run`. The package is imported for a page that has a box, and for no other book.
"""

import json
import shutil
from html import escape
from pathlib import Path
from string import Template

from docutils import nodes
from places import ROOT

TAG = "edit-and-run"
FORM = Template((ROOT / "tools" / "templates" / "edit_and_run.html").read_text(encoding="utf8"))


def stem_of(page: str) -> str:
    """Return the stem of a page: 03_partial_pooling is partial_pooling."""
    return page.rpartition("/")[2].lstrip("0123456789_")


def about(stem: str) -> dict:
    """Return what the page's scripts must know of a box."""
    from pooling.edit_and_run.programs import BOXES, asked

    box = BOXES[stem]
    questions = [{"name": q.name, "axes": list(q.axes), "labels": box.labels} for q in box.questions]
    edits = {name: edit.changes for name, edit in box.edits.items()}
    return {"asked": asked(stem), "questions": questions, "edits": edits}


def form(stem: str, cells: list[str]) -> str:
    """Return the HTML of a box."""
    from javascript import in_page
    from pooling.edit_and_run.programs import BOXES, text

    in_page.build()
    program = text(stem, cells)
    buttons = "".join(
        f'<button type="button" data-edit="{name}">{escape(edit.words)}</button>'
        for name, edit in BOXES[stem].edits.items()
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
    cells = [node for node in doctree.findall(nodes.container) if f"tag_{TAG}" in node.get("classes", ())]
    if not cells or app.builder.format != "html":
        return
    inputs = [part for node in cells for part in node.children if "cell_input" in part.get("classes", ())]
    sources = [block.astext() for part in inputs for block in part.findall(nodes.literal_block)]
    box = nodes.raw("", form(stem_of(app.env.docname), sources), format="html")
    last = cells[-1]
    last.parent.insert(last.parent.index(last) + 1, box)


def write(app, exception):
    """Put what the boxes fetch into the site, if any page has one."""
    env = app.env
    if exception or app.builder.format != "html":
        return
    if not any(TAG in Path(env.doc2path(page)).read_text(encoding="utf8") for page in env.found_docs):
        return
    from javascript import in_page

    in_page.build()
    folder = Path(app.outdir, "_static", "run")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(in_page.PACKS, folder)


def load_editor(app, pagename, templatename, context, doctree):
    """Load the editor's script where there is an editor."""
    if doctree is not None and "pooling-run" in context.get("body", ""):
        app.add_js_file("run.js", defer="defer", priority=900)


def setup(app):
    """Register the extension."""
    app.connect("doctree-read", put_boxes)
    app.connect("html-page-context", load_editor)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
