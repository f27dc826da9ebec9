"""The explorers as a reader meets them: built pages, a real browser, every other host out of reach."""

import re

import numpy as np
import pytest
from explorers import CHAPTERS, CHOSEN, CONTROLS, PAGES, SETTINGS, SLIDERS, called, calls, expected
from places import ROOT
from pooling.departments import ONE_MEETING
from pooling.explorer.arrivals import ARRIVALS as ARRIVAL_CONTROLS
from reader import CONTRAST, TWO_FRAMES

stems = pytest.mark.parametrize("stem", PAGES)
#: The workbench has a table in the place of sliders.
slid = pytest.mark.parametrize("stem", [stem for stem in PAGES if CONTROLS[stem]])
draggable = pytest.mark.parametrize("stem", [stem for stem in PAGES if "t[MATH]" in CONTROLS[stem]])

#: Every page of the book.
BOOK = [
    f"{file}.html"
    for file in re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
]


# --- the page ---------------------------------------------------------------------------------------------


@stems
def test_it_is_live_and_right(read, stem):
    """All that is to be read without touching anything, on one visit."""
    reader = read(stem)
    root = reader.page.locator(".pooling-explorer")
    assert root.count() == 1
    assert root.get_attribute("data-explorer") == stem
    assert "explorer-live" in reader.page.locator("html").get_attribute("class")
    assert not reader.page.locator(".pooling-explorer-static").is_visible()
    assert reader.settings() == {name: c.initial for name, c in CONTROLS[stem].items()}
    reader.agrees()
    every_slider_says_its_name_and_unit(reader)
    tables_and_picture_call_a_group_the_same(reader)
    counts_are_whole_and_a_small_p_is_a_bound(reader)


@stems
def test_it_is_live_and_right_from_a_folder(read, stick, stem):
    reader = read(stem, address=stick.as_uri())
    assert not reader.page.locator(".pooling-explorer-static").is_visible()
    reader.agrees()


def test_every_chapter_has_its_explorer():
    for stem, file in CHAPTERS.items():
        assert [asked for asked, _ in calls(file)] == [stem], file


@pytest.mark.parametrize("stem", [stem for stem in PAGES if stem != "front"])  # it is guessed in chapters
def test_it_begins_within_two_windows_of_the_guesses(read, stem):
    """Play before proof: who has guessed need not scroll past the chapter to try."""
    bottom_and_top = """() => [
      [...document.querySelectorAll(".pooling-guess")].at(-1).getBoundingClientRect().bottom,
      document.querySelector(".pooling-explorer").getBoundingClientRect().top]"""
    bottom, top = read(stem).page.evaluate(bottom_and_top)
    assert 0 < top - bottom <= 2 * 900


def every_slider_says_its_name_and_unit(reader):
    labels = reader.page.locator(".pooling-explorer-box .widget-slider .widget-label").all_inner_texts()
    assert sorted(labels) == sorted(control.words for control in SLIDERS[reader.stem].values())
    for name, control in CONTROLS[reader.stem].items():
        handle = reader.page.get_by_role("slider", name=called(reader.stem, name), exact=True)
        assert handle.count() == 1
        assert handle.get_attribute("data-control") == name
        text = handle.get_attribute("aria-valuetext")
        digits = 2 if control.step < 0.1 else int(control.step < 1)
        assert text == f"{control.initial:.{digits}f} {control.unit}"
        assert float(handle.get_attribute("aria-valuemin")) == control.min
        assert float(handle.get_attribute("aria-valuemax")) == control.max
    for name, control in SLIDERS[reader.stem].items():
        assert control.words[-1].isalpha(), name
        assert reader.page.locator(f".pooling-control-{control.trait} .pe-name").inner_text() == name
        assert reader.handle(name).get_attribute("aria-description") == name


def tables_and_picture_call_a_group_the_same(reader):
    """`theta[A]` where the picture says A: in the brackets of a row stands a word of the drawing."""
    rows = reader.page.locator(".pooling-explorer tbody th").all_text_contents()
    drawn = " ".join(reader.page.locator(".pooling-explorer svg text").all_text_contents()).casefold()
    labels = {found for row in rows for found in re.findall(r"\[(\w+)\]", row)}
    missing = {label for label in labels if not re.search(rf"\b{label.casefold()}\b", drawn)}
    assert not missing


def counts_are_whole_and_a_small_p_is_a_bound(reader):
    stem = reader.stem
    initial = CHOSEN[stem] | {name: c.initial for name, c in (SETTINGS[stem] | CONTROLS[stem]).items()}
    texts = reader.page.eval_on_selector_all(
        "output[data-quantity]", "all => Object.fromEntries(all.map((o) => [o.dataset.quantity, o.value]))"
    )
    for quantity, value in expected(stem, *initial.items()).items():
        if isinstance(value, int | np.integer):
            assert texts[quantity] == f"{value}", quantity
        if quantity == "value:p":
            assert texts[quantity] == ("< 0.001" if value < 0.001 else f"{value:.3f}")


# --- every control ------------------------------------------------------------------------------------------


@stems
def test_every_control_goes_by_keyboard(read, stem):
    """To both ends, by a step, and by a page."""
    reader = read(stem)
    for name, control in CONTROLS[stem].items():
        reader.handle(name).focus()
        for key, end in (("Home", control.min), ("End", control.max)):
            tables, drawing, stood = reader.tables(), reader.drawing(), reader.settings()[name]
            reader.page.keyboard.press(key)
            assert reader.settings()[name] == end, (name, key)
            reader.agrees()
            if stood != end:
                assert reader.tables() != tables, (name, key)
                assert reader.drawing() != drawing, (name, key)
        reader.page.keyboard.press("Home")
        for key, steps in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("PageUp", 6)):
            reader.page.keyboard.press(key)
            assert reader.settings()[name] == pytest.approx(control.min + steps * control.step), (name, key)
    reader.agrees()


@stems
def test_every_control_reaches_both_ends_by_mouse(read, stem):
    reader = read(stem)
    for name, control in CONTROLS[stem].items():
        for high, end in enumerate((control.min, control.max)):
            tables, drawing, stood = reader.tables(), reader.drawing(), reader.settings()[name]
            reader.drag_to_end(reader.handle(name), high)
            assert reader.settings()[name] == end, (name, end)
            reader.agrees()
            if stood != end:
                assert reader.tables() != tables, name
                assert reader.drawing() != drawing, name


@draggable
def test_every_observation_is_dragged_on_the_plot(read, stem):
    reader = read(stem)
    for name, control in CONTROLS[stem].items():
        if not name.startswith("t["):
            continue
        point = reader.point(name)
        for x, end in ((5, control.min), (1275, control.max)):
            drawing = reader.drawing()
            reader.drag(point, x)
            assert reader.settings()[name] == end
            reader.agrees()
            assert reader.drawing() != drawing
        box = point.bounding_box()
        reader.drag(point, box["x"] + box["width"] / 2 - 60)
        assert control.min < reader.settings()[name] < control.max
        reader.agrees()


def test_a_typed_value_lands_on_the_slider_or_nowhere(read):
    reader = read("partial_pooling")
    readout = reader.page.get_by_role("textbox", name=f"{called(reader.stem, 'tau_scale')}, typed")
    for typed, lands in (
        ("8", 8),
        ("99", 99),
        ("1000000", 1e6),
        ("-5", 1),
        ("3.3", 3.5),
        ("nonsense", 3.5),
        ("2000000", 1e6),
        ("8", 8),
    ):
        readout.fill(typed)
        readout.press("Enter")
        assert reader.settings()["tau_scale"] == lands, typed
        reader.agrees()


@slid
def test_reset_returns_to_the_first_setting(read, stem):
    reader = read(stem)
    settings, numbers, drawing = reader.settings(), reader.numbers(), reader.drawing()
    for name in settings:
        reader.handle(name).focus()
        reader.page.keyboard.press("ArrowLeft")
    assert reader.numbers() != numbers
    reader.page.get_by_role("button", name="Reset").click()
    assert reader.numbers() == numbers
    assert reader.settings() == settings
    reader.page.get_by_role("checkbox").uncheck()  # without the ghost the drawing is the first one again
    reader.numbers()
    assert reader.drawing() == drawing


def test_a_number_changes_in_its_place(read):
    """A text taken out and another put in would have the whole page looked over, for its `:has`."""
    reader = read("partial_pooling")
    output = reader.page.locator("output[data-quantity='mean:theta[MATH]']")
    text = output.evaluate_handle("output => output.firstChild")
    before = output.text_content()
    reader.handle("mu_scale").focus()
    reader.page.keyboard.press("Home")
    reader.agrees()
    assert text.evaluate("text => text.isConnected")
    assert text.evaluate("text => text.data") == output.text_content() != before


def test_it_survives_being_taken_off_the_page_and_put_back(read):
    """As JupyterLab does with an output that is scrolled away, or shown in another place."""
    reader = read("no_pooling")
    reader.page.evaluate("""() => {
      const box = document.querySelector(".pooling-explorer-box");
      const place = box.parentNode;
      box.remove();
      for (const handle of box.querySelectorAll("[data-control]")) {
        handle.removeAttribute("aria-label");
        handle.removeAttribute("data-control");
      }
      place.style.width = "500px";
      return new Promise((done) => setTimeout(() => done(place.append(box)), 100));
    }""")
    reader.page.get_by_role("slider", name=called("no_pooling", "tau"), exact=True).focus()
    reader.page.keyboard.press("Home")
    assert reader.settings()["tau"] == 1
    reader.agrees()
    assert float(reader.page.locator(".pe-drawing").get_attribute("width")) <= 500


# --- comparing, saying --------------------------------------------------------------------------------------


def _ghosts(reader):
    reader.page.evaluate(TWO_FRAMES)
    return [d for d in reader.page.eval_on_selector_all(
        ".pe-panel .pe-ghost", "all => all.map((path) => path.getAttribute('d'))"
    ) if d]  # fmt: skip


def test_the_previous_setting_is_kept_dashed_and_told_in_words(read):
    reader = read("partial_pooling")
    assert _ghosts(reader) == []
    first = reader.drawing()
    reader.handle("tau_scale").focus()
    reader.page.keyboard.press("End")
    assert _ghosts(reader)
    note = reader.page.locator(".pe-note")
    assert note.inner_text() == "dashed: tau_scale 3"
    voice = reader.page.get_by_role("status").filter(has_text="minutes.")
    voice.wait_for()  # the change has come to rest
    said = voice.inner_text()
    assert f"mean of theta MATH {reader.numbers()['mean:theta[MATH]']:.1f}" in said

    reader.handle("t[MATH]").focus()
    reader.page.keyboard.press("Home")
    reader.numbers()
    assert note.inner_text() == "dashed: t[MATH] 30"  # compared with the setting at rest, not with the first
    toggle = reader.page.get_by_role("checkbox", name="Compare with previous setting")
    toggle.uncheck()
    assert _ghosts(reader) == []
    assert not note.is_visible()
    toggle.check()
    assert _ghosts(reader)
    assert reader.drawing() != first


def test_a_ghost_waits_while_the_pointer_is_held(read):
    reader = read("no_pooling")
    point = reader.point("t[MATH]")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x - 40, y)
    reader.page.wait_for_timeout(900)
    reader.page.mouse.move(x - 80, y)
    reader.page.evaluate(TWO_FRAMES)
    assert reader.page.locator(".pe-note").inner_text() == "dashed: t[MATH] 30"
    reader.page.mouse.up()


# --- narrow, touched, dark, printed, without JavaScript -----------------------------------------------------


@stems
def test_a_narrow_page_has_no_sideways_scroll(read, stem):
    reader = read(stem, width=360)
    for key in ("", "Home", "End"):
        for name in CONTROLS[stem]:
            if key and name.startswith("t["):
                reader.handle(name).focus()
                reader.page.keyboard.press(key)
        for width in (360, 320):
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.agrees()
            assert reader.page.evaluate(TEXT_OUTSIDE) == [], (width, key)
            wide, narrow = reader.page.evaluate(
                "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
            )
            assert wide <= narrow, (width, key)
            sizes = reader.page.eval_on_selector_all(
                ".pe-drawing text, .pe-drawing tspan",
                "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize))",
            )
            assert min(sizes) >= 12, (width, key)


#: Make it narrower: [its marks in the frame that paints it so, its marks in the end]. An observer made later
#: hears of a size after the explorer's own, and before anything is painted.
NARROWED = """async () => {
  const stage = document.querySelector(".pe-stage");
  const drawn = () => stage.querySelectorAll("svg :is(path, line, rect, circle, text)");
  const marks = () => Array.from(drawn(), (one) => one.outerHTML).join("");
  const wide = stage.clientWidth;
  const painted = new Promise((tell) => {
    const size = new ResizeObserver(() => {
      if (stage.clientWidth === wide) return;
      size.disconnect();
      tell(marks());
    });
    size.observe(stage);
  });
  document.querySelector(".pooling-explorer-box").style.width = `${wide - 100}px`;
  const first = await painted;
  for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
  return [first, marks()];
}"""


@stems
def test_no_frame_shows_axes_of_one_width_and_marks_of_another(read, stem):
    first, last = read(stem).page.evaluate(NARROWED)
    assert first == last


TEXT_OUTSIDE = """() => {
  const stage = document.querySelector(".pe-stage").getBoundingClientRect();
  const outside = (text) => {
    const { left, right } = text.getBoundingClientRect();
    return right > left && (left < stage.left - 4 || right > stage.right + 4); // what is folded has no width
  };
  return [...document.querySelectorAll(".pe-drawing text")].filter(outside).map((text) => text.textContent);
}"""


@draggable
def test_an_observation_follows_a_finger_at_360_px(read, stem):
    reader = read(stem, width=360, has_touch=True, is_mobile=True)
    reader.swipe(reader.point("t[ENGLISH]"))
    assert reader.settings()["t[ENGLISH]"] > CONTROLS[stem]["t[ENGLISH]"].initial + 10
    reader.agrees()


@pytest.mark.parametrize("page_name", BOOK)
def test_axe_finds_no_violation(read, axe, page_name):
    """On the whole of every page, all of it unfolded: light on a phone, dark on a desk."""
    stem = {page: stem for stem, page in PAGES.items()}.get(page_name)
    page = read(stem or page_name, width=360, color_scheme="light").page
    page.evaluate(axe)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    for width, theme in ((360, "light"), (1280, "dark")):
        page.emulate_media(color_scheme=theme)
        page.locator(f"html[data-theme={theme}]").wait_for()
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)  # until what scrolls now has been given to the keyboard
        page.evaluate("for (const fading of document.getAnimations()) fading.finish()")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert found["passes"]
        told = [
            f"{rule['id']}: {rule['help']}: {[node['html'] for node in rule['nodes']]}"
            for rule in found["violations"]
        ]
        assert told == [], (width, theme)


@stems
def test_text_and_marks_stand_out_and_paper_gets_the_still_picture(read, stem):
    page = read(stem).page
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.locator(f"html[data-theme={theme}]").wait_for()
        page.evaluate("for (const fading of document.getAnimations()) fading.finish()")
        text = page.evaluate(CONTRAST, [".pe-drawing :is(text, tspan):not(.pe-chosen *)", "fill"])
        text += page.evaluate(CONTRAST, [".pe-hint, .pe-legend span, output, .pooling-explorer th", "color"])
        lines = ".pe-posterior, .pe-prior, .pe-likelihood, .pe-ghost, .pe-centre, .pe-through, .pe-reference"
        lines += ", .pe-span, .pe-sample, .pe-leader"
        marks = page.evaluate(CONTRAST, [lines, "stroke"])
        marks += page.evaluate(CONTRAST, [".pe-puck, .pe-dot", "fill"])
        marks += page.evaluate(CONTRAST, [".pooling-explorer-box .noUi-connects", "backgroundColor"])
        marks += page.evaluate(CONTRAST, [".pooling-explorer-box .noUi-handle", "borderTopColor"])
        assert min(text) >= 4.5, theme
        assert min(marks) >= 3, theme
    page.emulate_media(media="print")
    assert page.locator(".pooling-explorer-static svg").is_visible()
    assert not page.locator(".pooling-explorer-box").is_visible()


#: What is in the box and stops the Tab key; of radio buttons only the one that is chosen does.
STOPS = """() => [...document.querySelectorAll(".pooling-explorer-box *")]
  .filter((one) => one.matches('[tabindex="0"], [contenteditable=true], a[href]')
    || one.matches("input, textarea, select, button, summary"))
  .filter((one) => one.checkVisibility() && !one.disabled)
  .filter((one) => one.type !== "radio" || one.checked)"""
#: All that may show where the focus is.
LOOK = """(one) => [one, one.parentElement, ...one.querySelectorAll("*")].map((part) => {
  const { outline, boxShadow, stroke, strokeWidth, borderColor, opacity } = getComputedStyle(part);
  return [outline, boxShadow, stroke, strokeWidth, borderColor, opacity].join();
}).join()"""
BEFORE = """() => {
  const box = document.querySelector(".pooling-explorer-box");
  const precedes = (one) => box.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING;
  const all = [...document.querySelectorAll("body :is(a[href], button, summary)")];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  all.filter((one) => precedes(one) && seen(one)).at(-1).focus();
}"""


@stems
def test_a_walk_by_keyboard_alone(read, stem):
    """From the words above into the explorer, all through it, and out: each stop is seen, none is a trap."""
    reader = read(stem)
    page, drawn = reader.page, reader.drawing()
    plain = page.evaluate(f"() => ({STOPS})().map({LOOK})")
    where = f"() => ({STOPS})().indexOf(document.activeElement)"
    page.evaluate(BEFORE)
    walked = []
    for _ in range(len(plain) + 10):
        page.keyboard.press("Tab")
        at = page.evaluate(where)
        if at >= 0:
            walked.append(at)
            assert page.evaluate(f"() => ({LOOK})(document.activeElement)") != plain[at]
        elif walked:
            break
    assert walked == list(range(len(plain)))
    assert len(walked) > len(SLIDERS[stem])  # there is a button, too
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(where) == walked[-1]
    assert reader.drawing() == drawn


def test_focus_is_seen(read):
    reader = read("partial_pooling")
    for _ in range(40):
        reader.page.keyboard.press("Tab")
    handle = reader.handle("tau_scale")
    handle.focus()
    reader.page.keyboard.press("ArrowRight")  # by keyboard: so that the ring is due
    style, width = handle.evaluate(
        "(node) => [getComputedStyle(node).outlineStyle, getComputedStyle(node).outlineWidth]"
    )
    assert (style, width) == ("solid", "3px")


def test_less_motion_when_asked(read):
    reader = read("partial_pooling", reduced_motion="reduce")
    moving = reader.page.eval_on_selector_all(
        ".pooling-explorer-box, .pooling-explorer-box *",
        "all => all.filter((node) => parseFloat(getComputedStyle(node).transitionDuration) > 0).length",
    )
    assert moving == 0


@stems
def test_without_javascript_the_still_picture_is_there(read, http_site, stem):
    reader = read(stem, java_script_enabled=False)
    reader.page.goto(f"{http_site}/{PAGES[stem]}")
    picture = reader.page.locator(".pooling-explorer-static svg")
    assert picture.is_visible()
    assert reader.page.locator(".pooling-explorer").count() == 0
    assert picture.get_attribute("aria-label") or picture.locator("title").count()


def test_the_default_is_the_meeting_of_the_story():
    told = expected(
        "complete_pooling", *((name, c.initial) for name, c in CONTROLS["complete_pooling"].items())
    )
    assert [c.initial for c in ARRIVAL_CONTROLS] == ONE_MEETING.tolist()
    assert told["mean:theta"] == pytest.approx(4.491, abs=5e-4)  # closed form
    assert np.isfinite(list(told.values())).all()


#: Scrolled to the top and the bottom of each picture: what of it is seen below the sliders, and whether these
#: are all where a finger reaches them.
WITH_SLIDERS = """async () => {
  const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const panel = document.querySelector(".pooling-explorer-controls");
  const reached = () => [...panel.querySelectorAll("[role=slider]")].every((handle) => {
    const { left, top, width, height } = handle.getBoundingClientRect();
    return handle.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  const told = [];
  for (const picture of document.querySelectorAll(".pooling-explorer > :is(.pe-map, .pe-stage)"))
    for (const end of ["top", "bottom"]) {
      const at = () => picture.getBoundingClientRect();
      const edge = () => panel.getBoundingClientRect().bottom;
      const goal = () => (end === "top" ? at().top - edge() : at().bottom - innerHeight);
      scrollBy({ top: at().top - 100, behavior: "instant" });
      for (let n = 0; n < 2; n++) {
        await settled();
        scrollBy({ top: goal(), behavior: "instant" });
      }
      await settled();
      const seen = Math.min(innerHeight, at().bottom) - Math.max(edge(), at().top);
      told.push([picture.className, end, Math.round(seen), Math.round(at().height), reached()]);
    }
  return told;
}"""
#: The size at which each word of the drawing is seen.
SIZES = """() => [...document.querySelectorAll(".pooling-explorer :is(text, tspan, .pe-tag)")].map((text) =>
  parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM?.().a ?? 1))"""
PICTURE_SEEN = 440  # pixels of 740 that the sliders leave, if it is so tall


@slid
def test_a_window_holds_it_and_a_phone_the_sliders_with_their_picture(read, stem):
    page = read(stem).page
    box = page.locator(".pooling-explorer-box")
    assert box.bounding_box()["height"] <= 900
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function("document.querySelector('.pe-drawing').getBoundingClientRect().width <= 360")
    for name, end, seen, height, reached in page.evaluate(WITH_SLIDERS):
        assert reached, (name, end)
        assert seen >= min(height - 1, PICTURE_SEEN), (name, end)
    assert min(page.evaluate(SIZES)) >= 11


def test_on_a_phone_numbers_and_the_rest_of_the_panels_are_folded(read):
    page = read("learned_variance", width=360).page
    sigma = page.locator('[data-panel="sigma[MATH]"]')
    more = page.get_by_role("button", name="Show the scatter of each department, sigma")
    assert not sigma.is_visible()
    assert sigma.locator(".pe-posterior").get_attribute("d") is None  # not drawn
    more.click()
    assert sigma.is_visible()
    assert sigma.locator(".pe-posterior").get_attribute("d")
    page.get_by_role("button", name="Hide the scatter of each department, sigma").click()
    assert not sigma.is_visible()
    table = page.get_by_role("table").filter(has_text="94 % HDI")
    assert table.count() == 0
    page.locator(".pe-fold summary").click()
    assert table.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("document.querySelector('.pe-drawing').getBoundingClientRect().width > 560")
    assert sigma.is_visible()
    assert not more.is_visible()
