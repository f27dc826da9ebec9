"""Chapter 3's evidence multiplied once, and again: each step is Python's, and the curves move there."""

import re

import numpy as np
import pytest
from pooling import published
from pooling.departments import ONE_MEETING, Department
from pooling.published.counted import counted
from reader import CONTRAST, TWO_FRAMES

SCALES = {"mu_scale": 10, "tau_scale": 3}
LAST = 5

#: Press a button and return each curve of Math that is drawn until it has come to rest, a frame each 50 ms of
#: a clock that the test turns: how many frames a busy machine would have drawn does not matter.
MOTION = """([name]) => {
  const root = document.querySelector(".pooling-count");
  const line = root.querySelector('[data-panel="theta[MATH]"] .pc-curve');
  const button = [...root.querySelectorAll("button")].find((one) => one.textContent.includes(name));
  const own = [window.requestAnimationFrame, performance.now];
  let [now, next] = [own[1].call(performance), null];
  performance.now = () => now;
  window.requestAnimationFrame = (draw) => { next = draw; return 0; };
  try {
    const seen = [line.getAttribute("d")];
    button.click();
    for (let turn = 0; seen.length === 1 || next; turn++) {
      if (turn > 200) throw new Error("the curve does not come to rest");
      now += 50;
      const draw = next;
      next = null;
      draw?.(now);
      if (line.getAttribute("d") !== seen.at(-1)) seen.push(line.getAttribute("d"));
    }
    return seen;
  } finally {
    [window.requestAnimationFrame, performance.now] = own;
  }
}"""

OUTPUTS = """(all) => all.map((row) =>
  [...row.querySelectorAll("output")].map((one) => [one.dataset.counted, one.value]))"""


def _points(path):
    """Return the x and the heights above the lowest point of a curve."""
    x, y = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", path), float).T
    return x, y.max() - y


def _mean(path):
    x, heights = _points(path)
    return x @ heights / heights.sum()


class Count:
    """The picture, and what a reader does with it."""

    def __init__(self, reader):
        self.page = reader.page
        self.root = self.page.get_by_role("group", name="The evidence of Math's arrival")
        self.root.scroll_into_view_if_needed()
        self.curve("mu").wait_for()

    def curve(self, name):
        return self.root.locator(f'[data-panel="{name}"] .pc-curve')

    def focused(self):
        return self.page.evaluate("document.activeElement.textContent")

    def rows(self):
        """Return the numbers told, by step."""
        self.page.evaluate(TWO_FRAMES)
        rows = self.root.locator("tbody tr").evaluate_all(OUTPUTS)
        return [{name: float(text.replace("−", "-")) for name, text in row} for row in rows]


def _check(count, times):
    """Numbers and curves of a step are Python's."""
    step = counted(ONE_MEETING, department=Department.MATH, times=times, **SCALES)
    told = count.rows()
    assert len(told) == times + 1
    for name, marginal in (("mu", step.mu), ("theta[MATH]", step.theta)):
        numbers = {f"{kind}:{name}": getattr(marginal, kind) for kind in ("mean", "sd")}
        assert {key: told[-1][key] for key in numbers} == pytest.approx(numbers, abs=0.00501)
        _, heights = _points(count.curve(name).get_attribute("d"))
        shown = np.interp(marginal.values, marginal.values[: len(heights)], heights)
        p = marginal.probability
        np.testing.assert_allclose(shown / shown.max(), p / p.max(), atol=0.01)
        seen = count.root.locator(f'[data-panel="{name}"] text.pe-stat').text_content()
        assert seen == f"mean {marginal.mean:.2f}, sd {marginal.sd:.2f}".replace("-", "−")


def test_each_step_by_keyboard_and_back_where_less_motion_is_asked(read, stick):
    count = Count(read("partial_pooling", address=stick.as_uri(), reduced_motion="reduce"))
    _check(count, 0)
    count.root.get_by_role("button", name="Multiply the evidence once").focus()
    for times in range(1, LAST + 1):
        count.page.keyboard.press("Enter")
        assert count.focused() == "… and again"
        _check(count, times)
    sds = [row["sd:theta[MATH]"] for row in count.rows()]
    assert sds == sorted(sds, reverse=True)
    theta = published.posterior(ONE_MEETING, **SCALES).theta
    assert count.rows()[2]["mean:theta[MATH]"] == pytest.approx(theta.mean[2], abs=0.00501)
    count.page.keyboard.press("Enter")  # there is no sixth
    _check(count, LAST)
    count.page.keyboard.press("Tab")
    assert count.focused() == "Back"
    for times in range(LAST - 1, -1, -1):
        count.page.keyboard.press("Space")
        assert len(count.rows()) == times + 1
    _check(count, 0)
    jumped = count.page.evaluate(MOTION, ["Multiply"])
    assert len(jumped) == 2


def test_the_curve_moves_and_does_not_jump(read):
    count = Count(read("partial_pooling", width=360, color_scheme="dark"))
    for name, way in (("Multiply", 1), ("again", 1), ("Back", -1)):
        seen = count.page.evaluate(MOTION, [name])
        assert len(seen) > 4
        means = [_mean(path) for path in seen]
        assert (np.diff(means) * way > -0.2).all()
        assert abs(means[-1] - means[0]) > 5  # pixels
    _check(count, 1)
    assert count.page.evaluate("document.scrollingElement.scrollWidth") <= 360
    sizes = count.root.locator("text").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 11
    box = count.root.bounding_box()
    assert box["height"] < 740
    inside = ".pooling-count :is(text, output, button, p, th)"
    assert min(count.page.evaluate(CONTRAST, [".pooling-count text", "fill"])) >= 4.5
    assert min(count.page.evaluate(CONTRAST, [inside, "color"])) >= 4.5
    lines = ".pooling-count :is(.pc-curve, .pe-prior, .pe-ghost, .pe-centre)"
    assert min(count.page.evaluate(CONTRAST, [lines, "stroke"])) >= 3
    count.page.emulate_media(media="print")
    assert not count.root.is_visible()
    assert count.page.locator(".pooling-count-static svg").is_visible()
