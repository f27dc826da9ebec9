"""A Sphinx extension that typesets formulas while the book is built, with MathJax run by Node.

See javascript/math.mjs for what a reader has from that. `mathjax_macros` in _config.yml defines TeX macros
for every page.

sphinxcontrib-katex can do it too (`katex_prerender`) and was not taken: what KaTeX writes is set in KaTeX's
own fonts, so that each page would bring a style sheet and font files, by default from another host. The
paths that MathJax draws need none.
"""

import json
import os
import re
import subprocess

from docutils import nodes
from javascript.bundle import BUILD, node_program
from sphinx.ext.mathjax import get_node_equation_number
from sphinx.util import logging

from sphinx_ext.place import place

logger = logging.getLogger(__name__)


class Typesetter:
    """MathJax in a Node process of its own, started at the first formula."""

    def __init__(self, macros: dict):
        self.macros = macros
        self.process = None

    def __call__(self, tex: str, *, display: bool) -> str:
        """Return the HTML of a formula; raise ValueError if it is not TeX."""
        if self.process is None:
            self.process = subprocess.Popen(
                [node_program(), "math.mjs"],
                cwd=BUILD,
                env=os.environ | {"BOOK_MATH_MACROS": json.dumps(self.macros)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf8",
            )
        self.process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def close(self):
        """End the process."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def typeset(translator, node, tex: str, *, display: bool) -> str:
    """Return the HTML of a formula, or report what is wrong with it."""
    try:
        return translator.builder.app.typesetter(tex, display=display)
    except ValueError as error:
        logger.warning("formula %r: %s", tex, error, location=node, type="math")
        return translator.encode(tex)


def keep_marks(app, doctree, docname):
    """Give each inline formula the marks that follow it: a browser may begin a line with them."""
    for node in doctree.findall(nodes.math):
        after = node.next_node(descend=False, siblings=True)
        marks = re.match(r"[.,;:!?)’”]+", after) if isinstance(after, nodes.Text) else None
        if marks:
            node["marks"] = marks[0]
            after.parent[place(after)] = nodes.Text(after[marks.end() :])


def visit_math(translator, node):
    """Write an inline formula, on one line with the marks after it."""
    marks = translator.encode(node.get("marks", ""))
    translator.body.append('<span style="white-space: nowrap">' if marks else "")
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    translator.body.append(typeset(translator, node, node.astext(), display=False) + "</span>")
    translator.body.append(f"{marks}</span>" if marks else "")
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """Write a displayed formula, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    tex = node.astext()
    # Sphinx's own rule: a line break makes a formula of several lines.
    if not node["nowrap"] and r"\\" in tex:
        tex = r"\begin{split}" + tex + r"\end{split}"
    translator.body.append(typeset(translator, node, tex, display=True) + "</div>\n")
    raise nodes.SkipNode


def start(app):
    """Get ready to typeset."""
    app.typesetter = Typesetter(app.config.mathjax_macros)


def finish(app, exception):
    """End the Node process."""
    if hasattr(app, "typesetter"):
        app.typesetter.close()


def setup(app):
    """Register the extension."""
    app.add_config_value("mathjax_macros", {}, "html", dict)
    app.add_html_math_renderer(
        "at_build", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    app.add_css_file("math.css")
    app.connect("builder-inited", start)
    app.connect("doctree-resolved", keep_marks)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
