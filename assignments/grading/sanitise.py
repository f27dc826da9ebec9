"""What a student wrote, as HTML that nothing runs in: answers, outputs, formulas, names.

nbgrader's pages show Markdown, HTML and SVG as they came, to an instructor who is logged in. Here Markdown is
rendered by nbconvert's own renderer, every result passes nh3 (an allow-list of elements and attributes), and
outputs are written anew from the few fields that a page shows. Links are shown as text: a formgrader that is
only *asked* for `?path=FOLDER` runs the settings it finds there. Formulas become MathML, so that the page
needs no script for them.
"""

import base64
import binascii
import re
from html import escape

import nh3
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

LONGEST = 10_000  # characters of an answer that are rendered; its parsers take the square of that

# fmt: off
HTML = {
    "p", "br", "hr", "div", "span", "pre", "code", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table",
    "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "b",
    "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "kbd", "samp", "var", "q",
    "abbr", "cite", "img", "figure", "figcaption", "details", "summary",
}
MATHML = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle",
    "mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover",
    "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd",
}
MATHML_ATTRIBUTES = {
    "display", "stretchy", "fence", "separator", "form", "movablelimits", "accent", "accentunder", "lspace",
    "rspace", "minsize", "maxsize", "largeop", "symmetric", "mathvariant", "linethickness", "columnalign",
    "columnspacing", "rowspacing", "width", "depth", "height", "notation", "displaystyle", "scriptlevel",
}
# fmt: on
#: Their content goes with them; of other elements that are not allowed, the text stays.
DROPPED = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "title",
    "textarea",
    "select",
}

ATTRIBUTES = {tag: MATHML_ATTRIBUTES for tag in MATHML} | {
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "style"},
    "td": {"colspan", "rowspan", "style"},
    "ol": {"start"},
    "div": {"class"},
    "span": {"class"},
}
#: What an attribute's value must look like, where any text would be too much: sizes that cover no page, the
#: classes of coloured code and no others, images that are in the page itself.
VALUES = {
    "src": r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]+",
    "width": r"\d{1,4}(\.\d+)?(em|ex|px|%)?",
    "height": r"\d{1,4}(\.\d+)?(em|ex|px|%)?",
    "colspan": r"\d{1,3}",
    "rowspan": r"\d{1,3}",
    "start": r"\d{1,6}",
    "style": r"\s*text-align:\s*(left|right|center)\s*;?\s*",
    "class": r"highlight|[a-z][a-z0-9]?",
}


def clean(html):
    """Return HTML with nothing in it that runs, loads, leads away or looks like the page's controls."""
    return nh3.clean(
        html,
        tags=HTML | MATHML,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=_value,
        url_schemes={"data"},
        link_rel=None,
    )


def markdown(source, attachments=None):
    """Return Markdown as clean HTML; what cannot be rendered is shown as it was written."""
    try:
        if len(source) > LONGEST:
            raise ValueError("too long to be rendered")
        return clean(MarkdownWithMath(renderer=_Renderer(attachments)).render(source))
    except Exception:  # RecursionError and whatever else: nobody's page is lost by one answer
        return f"<pre>{escape(source)}</pre>"


def formula(tex, display="inline"):
    """Return a formula as MathML, to be cleaned with what is around it; as TeX if it cannot be read."""
    try:
        return convert(tex, display=display)
    except Exception:  # the converter raises errors of many kinds, and its recursion ends where Python's does
        return f"<code>{escape(tex)}</code>"


def output(one):
    """Return a cell's output, written anew from what is shown of it; None if nothing of it can be shown.

    Parameters
    ----------
    one : NotebookNode
        An output as a kernel gave it. The kernel was the student's: no field is what it should be for sure.

    Returns
    -------
    dict or None
        A stream, an error, or data of which one kind is left: `text/html`, cleaned, or `text/plain`.
    """
    kind = one.get("output_type")
    if kind == "stream":
        name = "stderr" if one.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(one.get("text"))}
    if kind == "error":
        trace = one.get("traceback")
        lines = [_text(line) for line in trace] if isinstance(trace, list) else []
        about = {key: _text(one.get(key)) for key in ("ename", "evalue")}
        return {"output_type": kind, **about, "traceback": lines}
    data = one.get("data")
    shown = _shown(data) if isinstance(data, dict) else None
    if kind not in ("display_data", "execute_result") or not shown:
        return None
    count = {"execution_count": None} if kind == "execute_result" else {}
    return {"output_type": kind, "metadata": {}, "data": shown, **count}


def plain(text):
    """Return a text as Markdown that shows just this text: for what is quoted from a notebook in a note."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~$<>&:-])", r"\\\1", " ".join(_text(text).split()))


def _value(tag, attribute, value):
    pattern = VALUES.get(attribute)
    return value if pattern is None or re.fullmatch(pattern, value) else None


def _text(value):
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    # a lone surrogate is no character, and no file could be written with it
    return value.encode("utf8", "replace").decode("utf8") if isinstance(value, str) else ""


def _shown(data):
    """Return the best kind that there is of an output's data, ready for a page."""
    html = {
        "text/html": clean,
        "text/markdown": markdown,
        "image/svg+xml": lambda svg: _image("svg+xml", base64.b64encode(svg.encode()).decode()),
        "image/png": lambda data: _image("png", data),
        "image/jpeg": lambda data: _image("jpeg", data),
        "text/latex": lambda tex: clean(formula(tex.strip().strip("$"))),
    }
    for kind, shown in html.items():
        text = _text(data.get(kind))
        if text and (made := shown(text)).strip():
            return {"text/html": made}
    text = _text(data.get("text/plain"))
    return {"text/plain": text} if text else None


def _image(kind, data, alt=""):
    """Return an image that is in the page itself; an SVG among them runs no script, being an image."""
    try:
        data = base64.b64encode(base64.b64decode(data)).decode()
    except (binascii.Error, ValueError):
        return ""
    return f'<img src="data:image/{kind};base64,{data}" alt="{escape(alt)}">'


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, but for what leads out of the page."""

    def __init__(self, attachments):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.attachments = attachments if isinstance(attachments, dict) else {}

    def link(self, text, url, title=None):
        """Show where a link leads, as text."""
        return text if escape(url) in text else f"{text} ({escape(url)})"

    def image(self, text, url, title=None):
        """Show an attached image, or the address of another."""
        name = url.removeprefix("attachment:")
        kinds = self.attachments.get(name)
        for kind in ("svg+xml", "png", "jpeg", "gif"):
            data = _text(kinds.get(f"image/{kind}")) if isinstance(kinds, dict) else ""
            if data and (made := _image(kind, data, text)):
                return made
        if url.startswith("data:"):
            return f'<img src="{escape(url)}" alt="{escape(text)}">'
        return f"[image: {text} ({escape(url)})]"

    def block_mermaidjs(self, code):
        """Show a diagram's source."""
        return f"<pre>{escape(code)}</pre>"

    def block_math(self, body):
        """Typeset a displayed formula."""
        return formula(body, "block")

    def inline_math(self, body):
        """Typeset a formula within a line."""
        return formula(body)

    def latex_environment(self, name, body):
        """Typeset an environment: an equation's is what is in it."""
        if name.rstrip("*") in ("equation", "math", "displaymath"):
            return formula(body, "block")
        return formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")
