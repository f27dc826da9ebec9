"""What a student has written, so that a page can show it.

Pages are laid out by mistune, which stops at a picture that is missing, and takes minutes over
some long texts.
"""

import base64
import re
from html import unescape
from urllib.parse import quote, unquote

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

LONGEST, MOST = 40_000, 200_000  # characters of a text that is laid out, and of a notebook's texts
_DATA = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=]+")  # a picture within a text
_SAFE = ":/?#@!$&()*+,;=%"  # what mistune, which lays out the pages, leaves as it is in an address
_MISSING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="40"><rect width="240" height="40" '
    'fill="none" stroke="gray"/><text x="12" y="25" font-family="sans-serif">picture is missing</text></svg>'
)
PLACEHOLDER = {"image/svg+xml": base64.b64encode(_MISSING.encode()).decode()}


class _Asked(dict):
    """Takes down which pictures are asked for."""

    def __contains__(self, name):
        self[name] = PLACEHOLDER
        return True


def laid_out(cells):
    """Return cells with texts that are too long to be laid out as plain text, and how many these are."""
    left, too_long, found = MOST, 0, []
    for cell in cells:
        if cell.kind == "markdown":
            size = len(_DATA.sub("", cell.source))
            if size <= min(LONGEST, left):
                left -= size
            else:
                too_long += 1
                cell = cell._replace(source=fenced(cell.source), attachments={})
        found.append(cell)
    return found, too_long


def fenced(source):
    """Return a text that is shown as it was typed."""
    fence = "`" * (max(map(len, re.findall("`+", source)), default=2) + 1)
    return f"{fence}text\n{source}\n{fence}"


def completed(source, attachments):
    """Return pictures for all that a text shows, and the names of those that are missing.

    Parameters
    ----------
    source : str
        Markdown.
    attachments : dict
        For each picture that there is, its data by kind.

    Returns
    -------
    dict
        The same, by the names by which pages look for them, with a placeholder for each that is missing.
    list of str
    """
    found = dict(attachments)
    if "attachment:" not in source:
        return found, []
    asked = _Asked()
    try:
        MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=asked)).render(source)
    except Exception:  # a text that cannot be laid out at all is shown as plain text later on
        return found, []
    by_address = {quote(unescape(name), safe=_SAFE): data for name, data in attachments.items()}
    missing = []
    for name in asked:
        data = found.get(name) or by_address.get(name) or found.get(unquote(name))
        if data is None:
            missing.append(unquote(name))
        found[name] = data or PLACEHOLDER
    return found, missing
