"""Where a page speaks of a live notebook, it leads to how one is had."""

import re
from html.parser import HTMLParser

import pytest
from places import ROOT

SAID = re.compile(r"live\s+notebook")
SOURCES = [path for path in (ROOT / "chapters").rglob("*.md") if SAID.search(path.read_text("utf8"))]
UNLINKED = {"script", "style", "code", "pre", "title", "h1", "h2", "h3", "nav"}


class Said(HTMLParser):
    """Each mention of a live notebook in the article, with the link that it is in, or None."""

    def __init__(self, text):
        super().__init__()
        self.around, self.found = [], []
        self.feed(text[text.index('<article class="bd-article"') : text.index("</article>")])

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "img", "input", "link", "meta", "hr", "use", "path", "rect"}:
            self.around.append((tag, dict(attrs).get("href")))

    def handle_endtag(self, tag):
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if SAID.search(data) and not UNLINKED & {tag for tag, _ in self.around}:
            links = [href for tag, href in self.around if tag == "a"]
            self.found.append((data, links[-1] if links else None))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_live_notebook_leads_to_how_one_is_had(site, path):
    name = path.relative_to(ROOT).with_suffix(".html")
    found = Said((site / name).read_text("utf8")).found
    if path.name == "index.md":
        assert all(link is None for _, link in found)
        return
    mentions = [(words, link) for words, link in found if "Open live notebook" not in words]
    said = len(re.findall(r"(?<!Open )live\s+notebook", path.read_text("utf8")))
    assert len(mentions) == said
    for words, link in mentions:
        assert words.split() == ["live", "notebook"]
        there, _, section = link.partition("#")
        assert (site / name).parent.joinpath(there).resolve() == (site / "chapters" / "index.html").resolve()
        assert f'id="{section}"' in (site / "chapters" / "index.html").read_text("utf8")


def test_the_front_page_names_each_way(site):
    text = (site / "chapters" / "index.html").read_text("utf8")
    section = text[text.index('<section id="live-notebooks"') :].partition("</section>")[0]
    words = " ".join(re.sub(r"<[^>]+>", "", section).split())
    for way in (".ipynb", "Binder", "make lab"):
        assert way in words
    assert (site / "_sources" / "chapters" / "01_complete_pooling.ipynb").is_file()
