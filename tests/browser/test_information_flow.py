"""Chapter 12's cities as a reader meets them; `test_every_explorer.py` has what all explorers promise."""

import pytest
from pooling.explorer.information_flow import EXPLORER

STEM = "information_flow"
ORDER = EXPLORER.data["order"]


def choose(reader, model):
    reader.page.locator(f'input[type=radio][value="{model}"]').check()
    reader.agrees()
    return reader.numbers()


def tap(reader, place):
    """Tap the column of the city at a place in the drawing's order."""
    field = reader.page.locator(".pe-field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    share = (place + 0.7) / (len(ORDER) + 0.4)
    reader.page.mouse.click(box["x"] + share * box["width"], box["y"] + 150)


def test_each_model_agrees_with_python_and_lets_less_pass(read):
    reader = read(STEM)
    reader.handle("added").focus()
    reader.page.keyboard.press("End")
    pooled, apart, fixed = (choose(reader, m) for m in ("partial_pooling", "no_pooling", "error_fixed"))
    assert pooled["fall:others"] < -1 < 1 < pooled["rise:others"]
    assert -0.1 < apart["fall:others"] < -0.01
    assert fixed["fall:others"] == fixed["rise:others"] == 0


@pytest.mark.parametrize("place", [0, 12, 60])
def test_a_tap_picks_a_city(read, place):
    reader = read(STEM)
    tap(reader, place)
    assert reader.settings()["city"] == ORDER[place]
    reader.agrees()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_city_is_dragged_up_and_down(read, width):
    reader = read(STEM, width=width)
    point = reader.point("added")
    for pixels, holds in ((-50, lambda added: 8 <= added <= 20), (400, lambda added: added == -10)):
        point.scroll_into_view_if_needed()
        box = point.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        drawing = reader.drawing()
        reader.page.mouse.move(x, y)
        reader.page.mouse.down()
        reader.page.mouse.move(x, y + pixels, steps=6)
        reader.page.mouse.up()
        assert holds(reader.settings()["added"])
        reader.agrees()
        assert reader.drawing() != drawing


def test_reset_returns_to_partial_pooling(read):
    reader = read(STEM)
    first = reader.numbers()
    choose(reader, "error_fixed")
    reader.page.get_by_role("button", name="Reset").click()
    assert reader.numbers() == first
    assert reader.page.locator('input[value="partial_pooling"]').is_checked()
