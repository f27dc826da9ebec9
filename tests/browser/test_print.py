"""Every page on paper: folds open, no bar that only a screen can press, and no word of the text left out."""

from itertools import chain

import pytest
import yaml
from places import ROOT
from reader import CONTRAST

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
FILES = [TOC["root"], *(page["file"] for page in chain(*(part["chapters"] for part in TOC["parts"])))]

#: What paper can do without: what is pressed, dragged or typed, and what stands there as a figure instead.
SCREEN = (
    ".pooling-explorer, .pooling-explorer-box, .widget-subarea, .pooling-guess, .pooling-guesses, "
    ".pooling-run, .bd-header-article, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-footer, "
    ".copybtn, .headerlink, details.hide > summary"
)
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
    folds = page.locator(".bd-article details:not([open]):not(.pooling-run *)").count()
    hidden = page.evaluate(UNSEEN, f"{SCREEN}, .pooling-explorer-static")
    assert bool(hidden) == bool(folds)  # on the screen a fold hides words
    page.emulate_media(media="print")
    assert page.evaluate(UNSEEN, SCREEN) == []
    assert page.evaluate(SEEN, SCREEN) == 0
    assert page.locator("h1:visible").count() == 1


def test_a_dark_page_is_printed_in_light_colours(read):
    page = read("partial_pooling", color_scheme="dark").page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    look = f"({CONTRAST})(['.bd-article :is(p, a:not(.headerlink), h2, pre span)', 'color'])"
    page.evaluate(f"""() => addEventListener("beforeprint", () => {{
      globalThis.paper = getComputedStyle(document.body).backgroundColor;
      globalThis.contrasts = {look};
    }})""")
    page.pdf()
    assert page.evaluate("paper") == "rgb(255, 255, 255)"
    assert min(page.evaluate("contrasts")) >= 4.5
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_an_admonition_that_is_folded_is_printed_open(read):
    """The course has none now; exercises of the instructor's book have."""
    page = read("partial_pooling").page
    page.evaluate("""() => document.querySelector(".bd-article section").insertAdjacentHTML("beforeend",
      `<div class="admonition toggle toggle-hidden">
         <p class="admonition-title">Title</p><p id="in">In</p>
       </div>`)
    """)
    inside = page.locator("#in")
    assert not inside.is_visible()
    page.emulate_media(media="print")
    assert inside.is_visible()
    assert inside.bounding_box()["height"] > 10


#: Of programs, or outputs, on paper: whether no frame is around them, and how wide the rule at their side is.
FRAMES = """(pre) => [...document.querySelectorAll(pre)].map((one) => {
  const [frames, framed] = [[], "pre, [class*=highlight], .cell_input"];
  for (let box = one; box.matches(framed); box = box.parentElement) {
    const { backgroundColor: ground, borderTopWidth: top, borderBottomWidth: foot } = getComputedStyle(box);
    frames.push(ground === "rgba(0, 0, 0, 0)" && top === "0px" && foot === "0px");
  }
  return [frames.every(Boolean), getComputedStyle(one).borderInlineStartWidth];
})"""


def test_a_program_has_a_rule_on_paper_and_no_frame_that_a_page_could_end_with(read):
    page = read("partial_pooling").page
    page.emulate_media(media="print")
    for pre, rule in ((".cell_input pre", "2px"), (".cell_output pre", "0px")):
        shown = page.evaluate(FRAMES, f".bd-article {pre}")
        assert len(shown) > 3
        assert all(one == [True, rule] for one in shown), (pre, shown)
