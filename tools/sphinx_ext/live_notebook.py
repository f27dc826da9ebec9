"""A Sphinx extension: wherever a page says "live notebook", the words lead to how one is had.

That is a section of the front page; the words are linked in every text, so that no chapter has to do it. What
is a link, a heading or code already stays as it is, and so does the name of a button.
"""

import re

from docutils import nodes

from sphinx_ext.place import place

WORDS = re.compile(r"(?<!Open )live\s+notebook")
PAGE, SECTION = "chapters/index", "live-notebooks"


def link_words(app, doctree, docname):
    """Turn the words into links, on the pages of a book that has the section."""
    if app.builder.format != "html" or PAGE not in app.env.found_docs or docname == PAGE:
        return
    address = f"{app.builder.get_relative_uri(docname, PAGE)}#{SECTION}"
    for text in list(doctree.findall(nodes.Text)):
        if not WORDS.search(text) or _has_another_meaning(text):
            continue
        parts = []
        for words in re.split(f"({WORDS.pattern})", text):
            if WORDS.fullmatch(words):
                parts.append(nodes.reference("", words, internal=True, refuri=address))
            elif words:
                parts.append(nodes.Text(words))
        at = place(text)
        text.parent[at : at + 1] = parts


def _has_another_meaning(text) -> bool:
    around = text.parent
    while around is not None:
        if isinstance(
            around, nodes.reference | nodes.title | nodes.literal | nodes.literal_block | nodes.raw
        ):
            return True
        around = around.parent
    return False


def setup(app):
    """Register the extension."""
    app.connect("doctree-resolved", link_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
