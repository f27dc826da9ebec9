"""A page with an explorer in a real browser, and what a reader does there."""

import re

import pytest
from explorers import PAGES, SETTINGS, expected

TOLERANCE = 1e-3  # minutes
#: What a page counts over draws of its own, which Python's are not: tests of its own compare that.
COUNTED = {"own_groups": re.compile(r"lower:|upper:|best:|median:(sigma|new)")}
NOTHING = re.compile(r"(?!)")


def uncounted(stem, told):
    """Return the numbers of a page that Python has to the same digits."""
    counted = COUNTED.get(stem, NOTHING)
    return {name: value for name, value in told.items() if not counted.match(name)}


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: Contrast with the page of text (4.5) and of marks (3), by the colour that the browser computed.
CONTRAST = """([selector, property]) => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const page = light(channels(getComputedStyle(document.body).backgroundColor));
  return [...document.querySelectorAll(selector)].map((node) => {
    const own = light(channels(getComputedStyle(node)[property]));
    return (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05);
  });
}"""


class Reader:
    """A page with an explorer, and what a reader does there."""

    def __init__(self, page, stem):
        self.page, self.stem = page, stem

    def open(self, address):
        """Go to the chapter and wait until its explorer shows numbers; or to any other page, by its name."""
        self.page.goto(f"{address}/{PAGES.get(self.stem, self.stem)}")
        if self.stem not in PAGES:
            return self
        self.page.wait_for_selector("output[data-value]", state="attached")
        self.page.wait_for_selector("[data-control]", state="attached")
        return self

    def handle(self, control):
        return self.page.locator(f'[data-control="{control}"]')

    def point(self, control):
        return self.page.locator(f'[data-point="{control}"]')

    def settings(self):
        """Return where the sliders stand, as they say aloud."""
        self.page.evaluate(TWO_FRAMES)
        told = self.page.eval_on_selector_all(
            "[data-control][role=slider]",
            "all => all.map((one) => [one.dataset.control, one.getAttribute('aria-valuetext')])",
        )
        assert len({name for name, _ in told}) == len(told)
        return {name: float(text.split()[0]) for name, text in told}

    def numbers(self):
        """Return what the page tells, once it has been drawn."""
        self.page.evaluate(TWO_FRAMES)
        told = self.page.eval_on_selector_all(
            "output[data-quantity]",
            "all => all.map((o) => [o.dataset.quantity, Number(o.dataset.value), o.value])",
        )
        for _, value, text in told:
            assert float(text) == pytest.approx(value, abs=0.00501)
        assert len({quantity for quantity, *_ in told}) == len(told)
        return {quantity: value for quantity, value, _ in told}

    def drawing(self):
        return self.page.eval_on_selector_all(
            ".pe-posterior, .pe-leader", "all => all.map((path) => path.getAttribute('d'))"
        )

    def tables(self):
        """Return all numbers as they are read, those in a fold and of models that are not chosen too."""
        self.page.evaluate(TWO_FRAMES)
        return self.page.locator(".pooling-explorer table").all_text_contents()

    def agrees(self):
        """Check numbers against the Python posterior at the settings where the controls stand."""
        settings = {name: c.initial for name, c in SETTINGS[self.stem].items()} | self.settings()
        for choice in self.page.locator("fieldset[data-choice]").all():
            checked = choice.locator("input:checked")
            settings[choice.get_attribute("data-choice")] = checked.get_attribute("value")
        told = uncounted(self.stem, self.numbers())
        assert told == pytest.approx(expected(self.stem, *settings.items()), abs=TOLERANCE)

    def drag_to_end(self, locator, high):
        """Drag a slider beyond one of its ends; if it moves up and down, that is above or below the page."""
        if locator.get_attribute("aria-orientation") != "vertical":
            return self.drag(locator, 1275 if high else 5)
        locator.evaluate("(node) => node.scrollIntoView({block: 'center'})")  # room above and below
        box = locator.bounding_box()
        x = box["x"] + box["width"] / 2
        self.page.mouse.move(x, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(x, 5 if high else 895, steps=6)
        return self.page.mouse.up()

    def drag(self, locator, x, steps=6):
        """Drag something sideways to the page's x by mouse."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] / 2, y)
        self.page.mouse.down()
        self.page.mouse.move(x, y, steps=steps)
        self.page.mouse.up()

    def swipe(self, locator):
        """Drag something 64 px to the right by finger, a little askew: the page must not scroll away."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        scrolled = self.page.evaluate("scrollY")
        finger = self.page.context.new_cdp_session(self.page)

        def touch(kind, *points):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

        touch("touchStart", {"x": x, "y": y})
        for step in range(1, 9):
            touch("touchMove", {"x": x + 8 * step, "y": y + 4 * step})
        touch("touchEnd")
        assert self.page.evaluate("scrollY") == scrolled
