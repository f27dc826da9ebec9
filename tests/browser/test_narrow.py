"""On a phone what is wide scrolls in a box of its own, and shows that it does; the page never scrolls so."""

import re

import pytest
from explorers import PAGES, SLIDERS
from places import ROOT
from playwright.sync_api import expect

FILES = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text("utf8"))

#: Of each table, displayed formula and picture that does not fit: what its box tells, scrolled and not.
WIDE = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const edges = (box) => {
    const [, before, after] = getComputedStyle(box).maskImage
      .match(/rgb\\(0, 0, 0\\) ([^,]+), rgb\\(0, 0, 0\\) ([^,]+), /) ?? [null, "0px", "calc(100% - 0px)"];
    return [before !== "0px", !["100%", "calc(100% - 0px)"].includes(after)];
  };
  const shown = [];
  for (const one of document.querySelectorAll(
    ".bd-article :is(table, div.math mjx-container, svg.pooling-picture:not(table *))",
  )) {
    if (!one.checkVisibility()) continue;
    let box = one;
    while (box.scrollWidth <= box.clientWidth + 1 && !box.matches(".bd-article")) box = box.parentElement;
    const fits = box.matches(".bd-article, .cell_output, .pooling-explorer, section");
    if (fits && one.getBoundingClientRect().right <= innerWidth) continue;
    const name = `${one.tagName} ${one.textContent.trim().replaceAll(/\\s+/g, " ").slice(0, 60)}`;
    const told = { name, label: box.ariaLabel, tabIndex: box.tabIndex, role: box.role, start: edges(box) };
    box.focus();
    box.scrollLeft = box.scrollWidth;
    await frame();
    const edge = Math.min(innerWidth, box.getBoundingClientRect().right + 1);
    const within = one.getBoundingClientRect().right <= edge;
    shown.push({ ...told, focused: document.activeElement === box, end: edges(box), within });
  }
  return shown;
}"""

#: Text, icons and pictures beyond the window where nothing scrolls; what a drawing has within it is clipped.
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (one.ownerSVGElement || !(text || one.matches("i, img, svg, input, button"))) return false;
  if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const { left, right, width, height } = one.getBoundingClientRect();
  if (width < 2 || height < 2 || (left >= -1 && right <= innerWidth + 1)) return false;
  for (let box = one.parentElement; box !== document.body; box = box.parentElement) {
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
    if (scrolls && box.scrollWidth > box.clientWidth) return false;
  }
  return true;
}).map((one) => one.outerHTML.slice(0, 200))"""

#: Words in pictures, with the height of their letters on the screen; indices are smaller.
LETTERS = """() => [...document.querySelectorAll(".bd-article svg.pooling-picture text")]
  .filter((text) => text.checkVisibility())
  .map((text) => {
    const { c, d } = text.getScreenCTM();
    return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * Math.hypot(c, d)];
  })"""


@pytest.mark.parametrize("file", FILES)
def test_what_is_wide_scrolls_and_shows_it(read, file):
    stem = {page: stem for stem, page in PAGES.items()}.get(f"{file}.html")
    page = read(stem or f"{file}.html", width=360).page
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.wait_for_timeout(500)  # until the boxes are measured again
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert page.evaluate(CUT) == []
    assert not [(text, size) for text, size in page.evaluate(LETTERS) if round(size, 3) < 11]
    for shown in page.evaluate(WIDE):
        assert re.fullmatch(r"(Table: .+|Formula( .+)?|Output), scrolls sideways", shown["label"] or ""), (
            shown
        )
        assert (shown["tabIndex"], shown["role"], shown["focused"]) == (0, "group", True), shown
        assert (shown["start"], shown["end"]) == ([False, True], [True, False]), shown
        assert shown["within"], shown


def test_a_program_to_edit_shows_where_it_goes_on(read):
    page = read("chapters/01_complete_pooling.html", width=360).page
    editor = page.get_by_role("textbox", name="The program")
    expect(editor).to_have_attribute("data-more-after", "")
    assert editor.get_attribute("data-more-before") is None
    editor.evaluate("(area) => { area.scrollLeft = area.scrollWidth; }")
    expect(editor).to_have_attribute("data-more-before", "")
    assert editor.get_attribute("data-more-after") is None
    editor.fill("mu = 0")
    expect(editor).not_to_have_attribute("data-more-before", "")
    assert editor.get_attribute("data-more-after") is None
    assert editor.get_attribute("role") is None


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("stem", [stem for stem in PAGES if stem != "front" and SLIDERS[stem]])
def test_a_sliders_number_keeps_clear_of_its_handle(read, stem, width):
    page = read(stem, width=width).page
    handles = page.locator(".widget-slider [role=slider]")
    for handle in handles.all():
        handle.press("End")
    gaps = page.eval_on_selector_all(
        ".widget-slider:has([role=slider]):has(.widget-readout)",
        """all => all.map((slider) => {
          const text = new Range();
          text.selectNodeContents(slider.querySelector(".widget-readout"));
          const handle = slider.querySelector("[role=slider]").getBoundingClientRect();
          return text.getBoundingClientRect().left - handle.right;
        })""",
    )
    assert len(gaps) == handles.count()
    assert min(gaps) >= 8
