"""What a search engine, a preview and a citation find: with an address that is known, and without."""

import html
import json
import os
import re
import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

import matplotlib.image
import pytest
from docutils.core import publish_doctree
from places import ROOT
from sphinx_ext import found

ADDRESS = "https://course.example/book/"
FACTS = """*This is who wrote it.*

A page about three departments. How late is Math? It has a second sentence, and a third one that says so much
about everything that it does not fit into two hundred letters any more, whatever is done."""


def _content(page, name):
    """Return what <meta NAME> says, for each time that it stands there."""
    return [
        html.unescape(said)
        for said in re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)"', page)
    ]


# -- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One. Two? Three!", "One. Two? Three!"),
        ("*They are different,* she says. And so on.", "They are different, she says. And so on."),
        (".. note:: not this\n\nThat is 3.5 minutes late.", "That is 3.5 minutes late."),
        (f"Short. {'long ' * 60}end.", "Short."),
        (f"{'long ' * 60}end.", f"{('long ' * 40)[:198].rsplit(' ', 1)[0]}…"),
        ("A ``program`` here, :math:`x` there.", "A program here, there."),
        ("She turns back. “Who chose those?” Nobody.", "She turns back. “Who chose those?” Nobody."),
        ("At .400 he led. There were three:\n\nA table.", "At .400 he led. A table."),
        ("", ""),
    ],
)
def test_a_page_is_described_by_its_first_sentences(text, said):
    doctree = publish_doctree(
        f"Title\n=====\n\nSub\n---\n\n{text}\n", settings_overrides={"doctitle_xform": False}
    )
    assert found.description(doctree) == said


def test_a_citation_has_what_the_file_says():
    told = found.citation()
    entry = found.bibtex("Partial pooling: one university", "chapters/03_partial_pooling", ADDRESS)
    assert entry.startswith("@misc{partial-pooling-03_partial_pooling,\n")
    assert f"  url = {{{ADDRESS}chapters/03_partial_pooling.html}},\n" in entry
    assert f"version {told['version']}}}" in entry
    assert "  title = {Partial pooling: one university},\n" in entry
    assert "url" not in found.bibtex("A", "a", None)


# -- a site, small enough to be built here -----------------------------------------------------------------

CONF = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "tools")!r})
from sphinx_ext import launch
launch.ROOT = Path(__file__).parent  # nobody's clone
extensions = ["myst_parser", "sphinx_ext.launch", "sphinx_ext.found"]
html_theme = "sphinx_book_theme"
html_theme_options = {{"article_footer_items": ["cite.html"]}}
templates_path = [{str(ROOT / "tools" / "templates")!r}]
"""
CHAPTER = """# Complete pooling: one lateness for all

One number for all.

```{note}
**Time** 20 minutes to read and play, 45 for the exercises
```

```{raw} html
STILL
```
"""


@pytest.fixture(scope="module")
def built(site, tmp_path_factory):
    """Return a function that builds a site of two pages, one with an explorer, and returns its folder."""
    folder = tmp_path_factory.mktemp("found")
    (folder / "conf.py").write_text(CONF)
    chapter = (site / "chapters" / "01_complete_pooling.html").read_text("utf8")
    still = re.search(r'<div class="pooling-explorer-static">.*?</svg></div>', chapter, flags=re.DOTALL)[0]
    (folder / "chapters").mkdir()
    (folder / "chapters" / "01_one.md").write_text(CHAPTER.replace("STILL", still), encoding="utf8")
    contents = "```{toctree}\nchapters/01_one\n```"
    (folder / "index.md").write_text(f'# The "front" & more\n\n{FACTS}\n\n{contents}\n')

    def build(*options, **environment):
        ours = {name: text for name, text in os.environ.items() if name not in ("REPO_URL", "SITE_URL")}
        out = folder / f"html-{len(environment)}"
        command = [sys.executable, "-m", "sphinx", "-q", "-W", *options, ".", out]
        subprocess.run(command, check=True, cwd=folder, env=ours | environment)
        return out

    return build


@pytest.fixture(scope="module")
def known(built):
    return built("-E", SITE_URL=ADDRESS)


def test_a_page_of_a_known_address_is_found_and_shown(known):
    page = (known / "chapters" / "01_one.html").read_text("utf8")
    address = f"{ADDRESS}chapters/01_one.html"
    assert f'<link rel="canonical" href="{address}"' in page
    assert _content(page, "description") == ["One number for all."]
    assert _content(page, "og:description") == ["One number for all."]
    assert _content(page, "og:url") == [address]
    assert _content(page, "og:title") == ["Complete pooling: one lateness for all"]
    assert _content(page, "og:site_name") == ["Partial Pooling"]
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(told)
    assert told["@type"] == "LearningResource"
    assert told["url"] == address
    assert told["timeRequired"] == "PT65M"
    assert "creativecommons.org/licenses/by/4.0" in told["license"]
    front = (known / "index.html").read_text("utf8")
    assert _content(front, "description") == [
        "This is who wrote it. A page about three departments. How late is Math?"
    ]
    assert _content(front, "og:title") == ["The “front” & more"]
    assert "timeRequired" not in front


def test_its_preview_shows_title_and_explorer(known):
    page = (known / "chapters" / "01_one.html").read_text("utf8")
    (address,) = _content(page, "og:image")
    assert address.startswith(ADDRESS)
    picture = matplotlib.image.imread(known / address.removeprefix(ADDRESS))
    assert picture.shape[:2] == (found.HEIGHT, found.WIDTH)
    assert [_content(page, f"og:image:{side}") for side in ("width", "height")] == [["1200"], ["630"]]
    dark = picture[..., :3].min(axis=2) < 0.5
    assert dark[40:330, 50:600].mean() > 0.02  # the title
    assert dark[60:570, 700:1160].mean() > 0.01  # the explorer
    assert picture[0, 0, :3].min() == 1
    (alt,) = _content(page, "og:image:alt")
    assert "Government 1, English -15, Math 30" in alt
    assert _content((known / "index.html").read_text("utf8"), "og:image") == []


@pytest.mark.parametrize("written", ["all pages", "one page"])
def test_a_sitemap_lists_every_page_and_robots_find_it(known, built, written):
    if written == "one page":
        chapter = (known / "chapters" / "01_one.html").stat().st_mtime_ns
        (known.parent / "index.md").touch()
        built(SITE_URL=ADDRESS)
        assert (known / "chapters" / "01_one.html").stat().st_mtime_ns == chapter
    root = ElementTree.parse(known / "sitemap.xml").getroot()
    listed = Counter(loc.text for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc"))
    assert listed == {f"{ADDRESS}index.html": 1, f"{ADDRESS}chapters/01_one.html": 1}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (known / "robots.txt").read_text()


def test_what_is_not_there_leads_home_from_any_folder(known):
    page = (known / "404.html").read_text("utf8")
    base = page.index('<base href="/book/">')
    assert base < page.index("<link")  # before the first address
    assert base < page.index("<script")
    assert 'href="index.html"' in page
    assert _content(page, "robots") == ["noindex"]


def test_without_an_address_there_is_a_description_and_no_host(built):
    out = built("-E")
    for page in (out / "index.html", out / "chapters" / "01_one.html"):
        text = page.read_text("utf8")
        assert len(_content(text, "description")) == 1
        assert not re.findall(r'"og:|rel="canonical"|ld\+json|course\.example', text)
        assert "@misc{partial-pooling-" in text
    assert not [
        name for name in ("sitemap.xml", "robots.txt", "404.html", found.CARDS) if (out / name).exists()
    ]


# -- the built book ----------------------------------------------------------------------------------------


def test_every_page_of_the_book_describes_itself_and_says_how_it_is_cited(site):
    said = {}
    for path in sorted(site.glob("chapters/**/*.html")):
        page = path.read_text("utf8")
        name = path.relative_to(site).as_posix()
        (said[name],) = _content(page, "description")
        assert 30 <= len(said[name]) <= found.LONGEST, (name, said[name])
        (entry,) = re.findall(r'<details class="cite-page">.*?<pre>(.*?)</pre>', page, flags=re.DOTALL)
        (title,) = re.findall(r"  title = \{(.*?)\},\n", html.unescape(entry))
        heading = re.findall(r'<h1>(.*?)<a class="headerlink"', page)[0]
        plain = html.unescape(re.sub(r"<[^>]+>", "", heading))
        assert plain.endswith(title), name
    assert max(Counter(said.values()).values()) == 1
