"""Chapter 10's explorer on its page: a school is picked on the drawing, as by the slider."""

from reader import TWO_FRAMES

WORDS = ".pe-drawing .pe-stat"


def circle(reader, school):
    """Return where the open circle of a school's own mean is, on the page."""
    box = reader.page.locator(".pe-raw").nth(school).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_picks_the_school_that_is_there(read):
    reader = read("fifty_schools")
    reader.page.locator(".pe-pick").scroll_into_view_if_needed()
    for school, students in ((5, 86), (27, 82), (35, 8)):
        reader.page.mouse.click(*circle(reader, school))
        assert reader.settings()["school"] == school
        assert f"mean:theta[{school}]" in reader.numbers()
        assert reader.page.locator(WORDS).text_content().startswith(f"school {school}: {students} students")
        reader.agrees()


def test_hovering_tells_of_a_school_and_does_not_pick_it(read):
    reader = read("fifty_schools")
    reader.page.locator(".pe-pick").scroll_into_view_if_needed()
    told = reader.page.locator(WORDS).text_content()
    assert told.startswith("school 6: 10 students, 55.0 → ")
    reader.page.mouse.move(*circle(reader, 5))
    assert reader.page.locator(WORDS).text_content().startswith("school 5: 86 students, 67.7 → ")
    assert reader.settings()["school"] == 6
    reader.page.mouse.move(5, 5)
    reader.page.evaluate(TWO_FRAMES)
    assert reader.page.locator(WORDS).text_content() == told


def test_a_tap_picks_at_360_px(read):
    reader = read("fifty_schools", width=360, has_touch=True, is_mobile=True)
    reader.page.locator(".pe-pick").scroll_into_view_if_needed()
    reader.page.touchscreen.tap(*circle(reader, 27))
    assert reader.settings()["school"] == 27
    reader.agrees()


def test_complete_pooling_is_at_one_end_and_almost_none_at_the_other(read):
    reader = read("fifty_schools")
    reader.handle("tau").focus()
    reader.page.keyboard.press("Home")
    numbers = reader.numbers()
    assert numbers["mean:theta[6]"] == numbers["mean:mu"]
    reader.page.keyboard.press("End")
    assert abs(reader.numbers()["mean:theta[6]"] - 55) < 1
    reader.agrees()


def test_the_voice_names_the_school(read):
    reader = read("fifty_schools")
    reader.handle("school").focus()
    reader.page.keyboard.press("Home")
    voice = reader.page.get_by_role("status").filter(has_text="mean of theta 0 ")
    voice.wait_for()
    assert f"mean of theta 0 {reader.numbers()['mean:theta[0]']:.1f}" in voice.inner_text()
