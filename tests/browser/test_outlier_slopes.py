"""Chapter 11's explorer as a reader meets it, beside what `test_every_explorer` holds all pages to."""

from explorers import CONTROLS
from pooling.explorer.outlier_slopes import EXPLORER
from reader import TWO_FRAMES

STEM = "outlier_slopes"


def drag_by(reader, name, pixels):
    """Drag a reading up or down by mouse."""
    handle = reader.handle(name)
    handle.evaluate("(node) => node.scrollIntoView({block: 'center'})")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x, y + pixels, steps=4)
    reader.page.mouse.up()


def test_the_outliers_are_dragged_home_and_everybodys_noise_narrows(read):
    reader = read(STEM)
    wide = reader.numbers()
    for i in (2, 3):
        drag_by(reader, f"y[7,{i}]", 50)
        reader.agrees()
    narrow = reader.numbers()
    assert narrow["alone:theta[7]"] < wide["alone:theta[7]"] - 1.5
    for name in ("median:sigma", "sd:theta[0]", "sd:theta[7]"):
        assert narrow[name] < 0.85 * wide[name]


def test_a_reading_follows_a_finger_at_360_px(read):
    reader = read(STEM, width=360, has_touch=True, is_mobile=True)
    reader.swipe(reader.handle("y[7,3]"))  # 64 px to the right and 32 down: it hears of the 32 only
    assert reader.settings()["y[7,3]"] < CONTROLS[STEM]["y[7,3]"].initial - 1
    reader.agrees()


def test_two_keys_in_one_frame_are_two_steps(read):
    reader = read(STEM)
    start = EXPLORER.held[0].initial[2]
    reader.handle("y[7,2]").evaluate("""(node) => {
      for (let n = 0; n < 3; n++) node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }));
    }""")
    assert abs(reader.settings()["y[7,2]"] - (start + 0.3)) < 1e-6


def test_what_lies_beyond_the_axis_is_said(read):
    reader = read(STEM)
    beyond = reader.page.locator(".pe-drawing .pe-stat").first
    assert beyond.text_content() == ""
    for i in (2, 3):
        reader.handle(f"y[7,{i}]").focus()
        reader.page.keyboard.press("End")
    reader.page.evaluate(TWO_FRAMES)
    assert beyond.text_content() == f"alone: {reader.numbers()['alone:theta[7]']:.1f} →"
