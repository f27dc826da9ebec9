"""Every page on paper: folds open, no bar that only a screen can press, and no word of the text left out."""

from itertools import chain

import pytest
import yaml
from places import ROOT

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
FILES = [TOC["root"], *(page["file"] for page in chain(*(part["chapters"] for part in TOC["parts"])))]

#: What paper can do without: what is pressed, dragged or typed, and what stands there as a figure instead.
SCREEN = (
    ".pooling-explorer, .pooling-explorer-box, .widget-subarea, .pooling-guess, .pooling-guesses, "
    ".bd-header-article, .copybtn, .headerlink, details.hide > summary"
)
TITLE = ".bd-article h1"  # the theme prints it above the contents, once
#: Words that are not seen, each with the element around it.
UNSEEN = """(screen) => {
  const texts = document.createTreeWalker(document.querySelector(".bd-article"), NodeFilter.SHOW_TEXT);
  const unseen = [];
  while (texts.nextNode()) {
    const [words, around] = [texts.currentNode.data.trim(), texts.currentNode.parentElement];
    if (!words || around.closest(`script, style, mphantom, ${screen}`)) continue;
    const open = { contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true };
    if (!around.checkVisibility(open)) unseen.push(`${around.closest("[class]").className}: ${words}`);
  }
  return unseen;
}"""
SEEN = "(screen) => [...document.querySelectorAll(screen)].filter((one) => one.checkVisibility()).length"


@pytest.mark.parametrize("file", FILES)
def test_paper_leaves_out_no_word_and_shows_nothing_to_press(read, file):
    page = read(f"{file}.html").page
    assert page.locator(".bd-article").count() == 1
    folds = page.locator(".bd-article details:not([open])").count()
    hidden = page.evaluate(UNSEEN, f"{SCREEN}, .pooling-explorer-static")
    assert bool(hidden) == bool(folds)  # on the screen a fold hides words
    page.emulate_media(media="print")
    assert page.evaluate(UNSEEN, f"{SCREEN}, {TITLE}") == []
    assert page.evaluate(SEEN, f"{SCREEN}, {TITLE}") == 0
    assert page.locator(".onlyprint h1").is_visible()
