"""Chapter 4's map as a reader meets it, beside what `test_every_explorer` holds all pages to."""

import re

import pytest
from explorers import PAGES
from places import ROOT
from pooling.hyperpriors import expected_pooling_factor
from pooling.partial_pooling import posterior
from reader import CONTRAST, TWO_FRAMES

STEM = "hyperpriors"
T = [1, -15, 30]


class Map:
    """The map on a reader's page, by setting instead of by pixel."""

    def __init__(self, reader):
        self.reader, self.page = reader, reader.page
        self.svg = self.page.locator(".pe-map-drawing")
        self.svg.scroll_into_view_if_needed()
        self.page.wait_for_selector(".pe-contours path", state="attached")

    def place(self, mu_scale, tau_scale):
        """Return the page's x and y of a setting, from the frame round the map."""
        frame = self.page.locator(".pe-frame").bounding_box()
        across, up = (mu_scale - 1) / 19, (tau_scale - 1) / 19
        return frame["x"] + across * frame["width"], frame["y"] + (1 - up) * frame["height"]

    def click(self, mu_scale, tau_scale):
        self.page.mouse.click(*self.place(mu_scale, tau_scale))

    def marker(self):
        """Return the page's x and y of the marker's middle."""
        self.page.evaluate(TWO_FRAMES)
        box = self.page.locator(".pe-marker .pe-ring").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def words(self):
        self.page.evaluate(TWO_FRAMES)
        return self.page.locator(".pe-marker text").text_content()

    def stands_at(self, mu_scale, tau_scale):
        """Check sliders, numbers, marker and label at one setting."""
        assert self.reader.settings() == {"mu_scale": mu_scale, "tau_scale": tau_scale}
        self.reader.agrees()
        assert self.marker() == pytest.approx(self.place(mu_scale, tau_scale), abs=0.6)
        mean = posterior(T, mu_scale=mu_scale, tau_scale=tau_scale).theta.mean[2]
        assert self.words() == f"{mean:.2f} at ({mu_scale:g}, {tau_scale:g})".replace("-", "−")


@pytest.fixture
def visit(read):
    return lambda **options: Map(read(STEM, **options))


def test_every_chapter_that_shows_this_explorer_is_tested():
    chapters = re.findall(r"file: (chapters/0\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    text = {file: (ROOT / f"{file}.md").read_text(encoding="utf-8") for file in chapters}
    shown = [file for file in chapters if re.search(r"^explore\(.hyperpriors.", text[file], re.MULTILINE)]
    assert [f"{file}.html" for file in shown] == [PAGES[STEM]]


def test_a_click_sets_both_sliders_to_the_nearest_step(visit):
    the_map = visit()
    the_map.stands_at(10, 3)
    for clicked, lands in [
        ((1, 7), (1, 7)),
        ((20, 2), (20, 2)),
        ((13.2, 8.3), (13, 8.5)),
        ((5, 17), (5, 17)),
    ]:
        before = the_map.reader.drawing()
        the_map.click(*clicked)
        the_map.stands_at(*lands)
        assert the_map.reader.drawing() != before


def test_a_drag_goes_along_and_stops_at_the_rim(visit):
    the_map = visit()
    mouse = the_map.page.mouse
    mouse.move(*the_map.place(4, 4))
    mouse.down()
    the_map.stands_at(4, 4)  # already where the pointer went down
    mouse.move(*the_map.place(9, 12.5), steps=5)
    the_map.stands_at(9, 12.5)
    mouse.move(*the_map.place(40, -30), steps=5)
    the_map.stands_at(20, 1)
    mouse.move(*the_map.place(-9, 30), steps=5)
    the_map.stands_at(1, 20)
    mouse.up()
    mouse.move(*the_map.place(9, 9))
    the_map.stands_at(1, 20)


def test_only_the_first_mouse_button_moves_it(visit):
    the_map = visit()
    the_map.page.mouse.click(*the_map.place(5, 15), button="right")
    the_map.stands_at(10, 3)


def test_the_sliders_move_the_marker(visit):
    the_map = visit()
    for name, key in (
        ("mu_scale", "Home"),
        ("tau_scale", "Home"),
        ("mu_scale", "PageUp"),
        ("tau_scale", "ArrowUp"),
    ):
        the_map.reader.handle(name).focus()
        the_map.page.keyboard.press(key)
    the_map.stands_at(3.5, 1.5)
    shade = the_map.page.locator(".pe-shades path").first.element_handle()
    the_map.reader.handle("mu_scale").focus()
    the_map.page.keyboard.press("End")
    the_map.reader.agrees()
    assert shade.evaluate("path => path.isConnected")  # the axes reach farther, the map is still the same
    drawing = the_map.page.locator(".pe-map-drawing")
    assert "beyond the map" in drawing.get_attribute("aria-label")
    assert "(60, 1.5), beyond the map" in drawing.text_content()
    the_map.page.get_by_role("button", name="Reset").click()
    the_map.stands_at(10, 3)


def test_the_other_map_is_chosen_by_keyboard(visit):
    the_map = visit()
    contours = the_map.page.locator(".pe-contours path").first.get_attribute("d")
    radio = the_map.page.get_by_role("radio", name="E[theta[MATH]]")
    assert radio.is_checked()
    radio.focus()
    the_map.page.keyboard.press("ArrowDown")
    assert the_map.page.get_by_role("radio", name="pooling factor").is_checked()
    assert the_map.page.locator(".pe-contours path").first.get_attribute("d") != contours
    for at in ((10, 3), (1, 20), (20, 1)):
        the_map.click(*at)
        factor = expected_pooling_factor(posterior(T, mu_scale=at[0], tau_scale=at[1]).tau)
        assert the_map.words() == f"{factor:.2f} at ({at[0]:g}, {at[1]:g})"
        the_map.reader.agrees()


def test_what_the_map_says_to_those_who_do_not_see_it(visit):
    the_map = visit()
    the_map.click(20, 2)
    the_map.stands_at(20, 2)
    image = the_map.page.get_by_role("img", name="Map of")
    label = image.get_attribute("aria-label")
    corners = {(m, s): posterior(T, mu_scale=m, tau_scale=s).theta.mean[2] for m in (1, 20) for s in (1, 20)}
    for (m, s), mean in corners.items():
        assert f"{mean:.2f} at ({m}, {s})" in label
    mean = posterior(T, mu_scale=20, tau_scale=2).theta.mean[2]
    assert label.endswith(f"At the current setting, mu_scale 20 and tau_scale 2, it is {mean:.2f}.")
    assert the_map.page.locator("[data-control]").count() == 2  # the marker is none


def test_contours_are_labelled_with_what_they_are(visit):
    the_map = visit()
    labels = the_map.page.locator(".pe-contours text")
    assert labels.all_text_contents() == ["4", "6", "8", "10", "12", "14"]  # 2 is a corner without room
    for text in labels.all():
        box = text.bounding_box()
        frame = the_map.page.locator(".pe-frame").bounding_box()
        across = (box["x"] + box["width"] / 2 - frame["x"]) / frame["width"]
        up = 1 - (box["y"] + box["height"] / 2 - frame["y"]) / frame["height"]
        there = {"mu_scale": 1 + 19 * across, "tau_scale": 1 + 19 * up}
        assert posterior(T, **there).theta.mean[2] == pytest.approx(float(text.text_content()), abs=0.15)


def test_the_setting_before_is_kept_on_the_map(visit):
    the_map = visit()
    was = the_map.page.locator("circle.pe-ghost")
    assert not was.is_visible()
    start = the_map.marker()
    the_map.click(4, 14)
    the_map.page.evaluate(TWO_FRAMES)
    box = was.bounding_box()
    assert (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) == pytest.approx(start, abs=1)
    assert the_map.page.locator(".pe-note").inner_text() == "dashed: mu_scale 10, tau_scale 3"
    the_map.page.get_by_role("checkbox", name="Compare").uncheck()
    the_map.page.evaluate(TWO_FRAMES)
    assert not was.is_visible()


# --- by finger, narrow, dark ------------------------------------------------------------------------------


@pytest.fixture
def phone(visit):
    return visit(width=360, has_touch=True, is_mobile=True)


def test_a_tap_sets_both(phone):
    phone.page.touchscreen.tap(*phone.place(6, 15))
    phone.stands_at(6, 15)
    phone.page.touchscreen.tap(*phone.place(20, 20))
    phone.stands_at(20, 20)


#: Until the page, which a finger has pushed, has not moved for a fifth of a second.
AT_REST = """async () => {
  for (let stood = 0, last = scrollY; stood < 4; ) {
    await new Promise((done) => setTimeout(done, 50));
    stood = scrollY === last ? stood + 1 : 0;
    last = scrollY;
  }
}"""


def _swipe(page, start, end):
    finger = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = start, end

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        touch("touchMove", {"x": x + (to_x - x) * step / 8, "y": y + (to_y - y) * step / 8})
    touch("touchEnd")
    page.evaluate(AT_REST)


def test_a_finger_drags_the_marker_and_elsewhere_scrolls(phone):
    scrolled = phone.page.evaluate("scrollY")
    _swipe(phone.page, phone.marker(), phone.place(15, 16))
    assert phone.page.evaluate("scrollY") == scrolled
    phone.stands_at(15, 16)
    start = phone.place(5, 5)
    _swipe(phone.page, start, (start[0], start[1] - 150))
    assert phone.page.evaluate("scrollY") > scrolled
    phone.stands_at(15, 16)


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_nothing_leaves_its_place(visit, width):
    the_map = visit(width=width)
    for at in ((10, 3), (1, 1), (1, 20), (20, 1), (20, 20), (10.5, 20)):
        the_map.click(*at)
        the_map.page.evaluate(TWO_FRAMES)
        outside, small = the_map.page.evaluate("""() => {
          const { left, right, top, bottom } = document.querySelector(".pe-map").getBoundingClientRect();
          const texts = [...document.querySelectorAll(".pe-map text")];
          const out = texts.filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < left || box.right > right || box.top < top || box.bottom > bottom;
          });
          const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
          return [out.map((text) => text.textContent), Math.min(...sizes)];
        }""")
        assert outside == [], at
        assert small >= 12
    tops = {
        name: the_map.page.locator(f".pe-{name}").evaluate("(node) => node.offsetTop")
        for name in ("map", "stage", "legend", "numbers")
    }
    order = sorted(tops, key=tops.get)
    if width == 1280:  # the posteriors beside the map, the numbers under it
        assert tops["stage"] - tops["map"] < 50
        assert order[-1] == "legend"
    else:
        assert order == ["map", "stage", "legend", "numbers"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_and_words_stand_out_from_every_shade(visit, theme):
    """On the page, and on the deepest shade: the page's colour under all the layers of it."""
    the_map = visit(color_scheme=theme)
    page = the_map.page
    texts = page.evaluate(CONTRAST, [".pe-map text", "fill"])
    marks = page.evaluate(CONTRAST, [".pe-map .pe-ring, .pe-frame, .pe-hair, .pe-map .pe-ghost", "stroke"])
    assert min(texts) >= 4.5
    assert min(marks) >= 3
    deepest = page.evaluate("""() => {
      const channels = (text) => text.match(/[\\d.]+/g).map(Number).slice(0, 3);
      const light = (rgb) => rgb.map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const over = (top, share, below) => below.map((c, i) => c + share * (top[i] - c));
      let ground = channels(getComputedStyle(document.body).backgroundColor);
      for (const shade of document.querySelectorAll(".pe-shades path")) {
        const { fill, fillOpacity } = getComputedStyle(shade);
        ground = over(channels(fill), Number(fillOpacity), ground);
      }
      const { stroke, strokeOpacity } = getComputedStyle(document.querySelector(".pe-contours path"));
      const [a, b] = [light(over(channels(stroke), Number(strokeOpacity), ground)), light(ground)];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }""")
    assert deepest >= 3


def test_it_is_drawn_anew_on_a_page_that_was_turned(visit):
    """A phone held upright and then across: the map fits, and clicks land where they point."""
    the_map = visit(width=400)
    the_map.page.set_viewport_size({"width": 900, "height": 500})
    the_map.page.wait_for_timeout(200)
    the_map.svg.scroll_into_view_if_needed()
    the_map.click(12, 6)
    the_map.stands_at(12, 6)
