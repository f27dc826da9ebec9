"""`make pdf`: an outline, every word of the folds, the explorers' pictures, and no half-empty page.

`make test` prints three chapters, `make test-live` the whole course.
"""

import re
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

import pdf
import pytest
import yaml
from places import ROOT
from pypdf import PdfReader
from pypdf.generic import Destination

THREE = ["chapters/03_partial_pooling", "chapters/10_fifty_schools", "chapters/appendices/notation"]
A4 = 842  # points high
FOOT = 20 / 25.4 * 72  # the margin where the page's number stands
ROOM = A4 - FOOT - 18 / 25.4 * 72

#: What is folded on a page; an explorer that has come live folds some of its own, and paper has its picture.
FOLDS = ".bd-article details:not(.pooling-run *, .pooling-explorer-box *)"
#: The words inside an element of a page, but no formulas and no buttons.
WORDS = """(selector) => [...document.querySelectorAll(selector)].flatMap((one) => {
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    const left = "style, script, mjx-container, button, .pooling-guess, .headerlink, details.hide > summary";
    if (!parentElement.closest(left)) words.push(data);
  }
  return words;
})"""


class Sheet(NamedTuple):
    """What stands on a sheet of paper above its number, without spaces, and the share that is blank below."""

    text: str
    blank: float


def solid(text):
    """Return a text without spaces and ligatures: a line may break anywhere."""
    return re.sub(r"\s+", "", normalize("NFKC", text))


def read_sheet(page):
    """Read a page of the document."""
    parts, heights = [], []

    def visit(text, cm, tm, _font, _size):
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and height > FOOT - 8:  # descenders
            parts.append(text)
            heights.append(height)

    page.extract_text(visitor_text=visit)
    return Sheet(solid("".join(parts)), (min(heights, default=A4) - FOOT) / ROOM)


def on_paper(word, texts):
    """Tell whether a text stands on a sheet, or begins on one and ends on the next."""
    return any(word in text for text in texts) or any(
        word[:at] in one and word[at:] in other
        for one, other in pairwise(texts)
        for at in range(1, len(word))
    )


@pytest.fixture(scope="module", params=["three", pytest.param("all", marks=pytest.mark.live)])
def files(request):
    """Return the pages of the site that are printed."""
    return [one for one in pdf.listed() if request.param == "all" or one[1] in THREE]


@pytest.fixture(scope="module")
def course(browser, site, files, tmp_path_factory):
    """Return the document, of which the whole course takes minutes."""
    return PdfReader(pdf.write(browser, site, files, tmp_path_factory.mktemp("pdf") / "course.pdf"))


@pytest.fixture(scope="module")
def titles(browser, site, files):
    """Return the titles of the pages, as the site has them."""
    page = browser.new_page()
    found = []
    for _, file in files:
        page.goto(pdf.address(site, file))
        found.append(
            page.locator(".bd-article h1").evaluate("(one) => one.innerText.replace(/#$/, '').trim()")
        )
    page.close()
    return found


@pytest.fixture(scope="module")
def starts(course, titles):
    """Return where each chapter begins, by the outline."""

    def flat(items):
        for item in items:
            yield from [item] if isinstance(item, Destination) else flat(item)

    entries = {item.title: course.get_destination_page_number(item) for item in flat(course.outline)}
    return [entries[title] for title in titles]


@pytest.fixture(scope="module")
def sheets(course):
    """Return all pages of the document, read."""
    return [read_sheet(page) for page in course.pages]


def test_it_says_what_it_is(course):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert citation["title"].startswith(course.metadata.title)
    assert course.metadata.author
    assert course.trailer["/Root"]["/Lang"] == "en"


def test_the_outline_has_each_chapter_in_its_part_and_in_order(course, files, titles, starts):
    assert starts == sorted(set(starts))
    assert starts[0] >= 2  # a title page, the contents
    parts = list(dict.fromkeys(part for part, _ in files if part))
    tops = [item.title for item in course.outline if isinstance(item, Destination)]
    assert tops == [title for title, (part, _) in zip(titles, files, strict=True) if not part] + parts
    for title, start, sheet in zip(titles, starts, (course.pages[at] for at in starts), strict=True):
        assert solid(title) in read_sheet(sheet).text, start


def test_sheets_are_numbered_from_the_first_chapter_on(course, starts):
    assert course.page_labels[starts[0]] == "1"
    last = len(course.pages) - 1
    number = str(last - starts[0] + 1)
    assert course.page_labels[last] == number
    assert number in course.pages[last].extract_text().split("\n")


def test_no_sheet_is_half_empty(sheets, starts):
    """Where a chapter ends the rest of its sheet stays blank."""
    ends = {start - 1 for start in starts} | {len(sheets) - 1}
    assert all(sheet.text for sheet in sheets)
    blank = {number: sheet.blank for number, sheet in enumerate(sheets) if number not in {0, *ends}}
    assert max(blank.values()) < 0.5, sorted(blank.items(), key=lambda one: -one[1])[:5]


def test_every_fold_and_every_explorers_picture_is_on_paper(browser, site, files, sheets, starts):
    page = browser.new_page()
    folds = pictures = 0
    for (_, file), start, end in zip(files, starts, [*starts[1:], len(sheets)], strict=True):
        page.goto(pdf.address(site, file))
        texts = [sheet.text for sheet in sheets[start:end]]
        inside = [solid(word) for word in page.evaluate(WORDS, FOLDS)]
        drawn = [solid(word) for word in page.evaluate(WORDS, ".pooling-explorer-static svg text")]
        missing = [word for word in (*inside, *drawn) if len(word) > 3 and not on_paper(word, texts)]
        assert missing == [], file
        folds += len(inside)
        pictures += bool(drawn)
        if "explorer" in (ROOT / f"{file}.md").read_text("utf8"):
            assert drawn or "appendices" in file, file
    page.close()
    assert folds > 100
    assert pictures >= 2
    assert "Showcode" not in "".join(sheet.text for sheet in sheets)


def test_links_lead_inside_or_to_other_hosts_and_tell_no_path_of_this_machine(course, starts):
    inside, outside = [], []
    for page in course.pages:
        for one in page.get("/Annots", []):
            link = one.get_object()
            if "/Dest" in link:
                inside.append(course.get_page_number(link["/Dest"][0].get_object()))
            else:
                outside.append(link["/A"]["/URI"])
    assert set(starts) <= set(inside)
    assert len(set(inside)) > len(starts) + 5  # not only to the beginnings of chapters
    assert all(uri.startswith(("https://", "http://")) for uri in outside)
    assert not any("localhost" in uri or "127.0.0.1" in uri for uri in outside)
