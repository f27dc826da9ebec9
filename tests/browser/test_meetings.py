"""Arrivals that are points on the plot, beside what `test_every_explorer` holds all pages to."""

import pytest
from explorers import MEETINGS
from pooling.departments import Department
from reader import TWO_FRAMES

LARGE = {"GOVERNMENT": [-10, 1, 11], "ENGLISH": [-16, -15, -14], "MATH": [30]}
meetings = pytest.mark.parametrize("stem", MEETINGS)
#: What a hand does on the lane is one module for all of them, so one page shows it.
a_meeting = pytest.mark.parametrize("stem", MEETINGS[-1:])


class Meeting:
    """A page whose arrivals are points, and what a reader does with them."""

    def __init__(self, reader):
        self.reader, self.page = reader, reader.page

    def rows(self):
        """Return the arrivals of each department; their places count from 0 without a gap."""
        rows = {d.name: {} for d in Department}
        for name, value in self.reader.settings().items():
            if name.startswith("t["):
                department, place = name[2:-1].split(",")
                rows[department][int(place)] = value
        for row in rows.values():
            assert list(row) == list(range(len(row)))
        return {name: list(row.values()) for name, row in rows.items()}

    def hand(self, department, place):
        return self.reader.handle(f"t[{department},{place}]")

    def button(self, verb, department):
        word = {"Add": "to", "Remove": "from"}[verb]
        name = f"{verb} an arrival {word} {department}"
        return self.page.get_by_role("button", name=name, exact=True)

    def focused(self):
        self.page.evaluate(TWO_FRAMES)
        return self.page.evaluate("document.activeElement.getAttribute('aria-label')")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def drag_to(self, department, place, x):
        self.reader.drag(self.hand(department, place), x)


@pytest.fixture
def visit(read):
    return lambda stem, **options: Meeting(read(stem, **options))


@meetings
def test_points_are_sliders_in_named_groups(visit, stem):
    meeting = visit(stem)
    assert meeting.rows() == LARGE
    for department, row in LARGE.items():
        group = meeting.page.get_by_role("group", name=f"Arrivals of {department}", exact=True)
        assert group.get_by_role("slider").count() == len(row)
        for place, value in enumerate(row):
            hand = group.get_by_role("slider", name=f"t[{department},{place}]", exact=True)
            assert hand.get_attribute("aria-valuenow") == f"{value:g}"
            hand.focus()
            assert hand.inner_text() == f"t[{department},{place}] = {value}".replace(
                "-", "−"
            )  # what it says, seen


@meetings
def test_up_to_eight_are_added_each_as_late_as_the_last(visit, stem):
    meeting = visit(stem)
    add = meeting.button("Add", "MATH")
    for n in range(1, 8):
        add.click()
        assert meeting.focused() == f"t[MATH,{n}]"
        assert meeting.rows()["MATH"] == [30] * (n + 1)
        meeting.reader.agrees()
    assert add.is_disabled()
    assert meeting.button("Remove", "MATH").is_enabled()
    assert meeting.button("Add", "ENGLISH").is_enabled()
    meeting.press("Delete")
    assert add.is_enabled()
    assert meeting.focused() == "t[MATH,6]"


@meetings
def test_a_new_arrival_is_as_late_as_the_last_that_there_is(visit, stem):
    meeting = visit(stem)
    meeting.button("Add", "GOVERNMENT").click()
    assert meeting.rows()["GOVERNMENT"] == [*LARGE["GOVERNMENT"], LARGE["GOVERNMENT"][-1]]
    meeting.press("Home")
    meeting.button("Add", "GOVERNMENT").click()
    assert meeting.rows()["GOVERNMENT"] == [*LARGE["GOVERNMENT"], -40, -40]


@meetings
def test_a_department_can_lose_all_its_arrivals(visit, stem):
    meeting = visit(stem)
    remove = meeting.button("Remove", "GOVERNMENT")
    for left in ([-10, 1], [-10], []):
        remove.click()
        assert meeting.rows() == LARGE | {"GOVERNMENT": left}
        meeting.reader.agrees()
    assert remove.is_disabled()
    assert meeting.focused() == "Add an arrival to GOVERNMENT"
    assert meeting.page.locator(".pe-drawing").get_by_text("nobody came").count() == 1
    meeting.press("Enter")
    assert meeting.focused() == "t[GOVERNMENT,0]"
    assert meeting.rows() == LARGE | {"GOVERNMENT": [-10]}  # who left last
    meeting.reader.agrees()


@meetings
def test_nobody_at_all_returns_the_prior(visit, stem):
    meeting = visit(stem)
    for department, row in LARGE.items():
        for _ in row:
            meeting.hand(department, 0).focus()
            meeting.press("Backspace")
            meeting.rows()
    assert set(map(tuple, meeting.rows().values())) == {()}
    meeting.reader.agrees()
    numbers = meeting.reader.numbers()
    for name in ("mean:mu", "mean:theta[MATH]", "mean:theta"):
        assert numbers.get(name, 0) == pytest.approx(0, abs=1e-6)


@a_meeting
def test_delete_removes_the_point_that_has_the_focus(visit, stem):
    meeting = visit(stem)
    for place, left, focused in (
        (1, [-10, 11], "t[GOVERNMENT,1]"),
        (1, [-10], "t[GOVERNMENT,0]"),
        (0, [], "Add an arrival to GOVERNMENT"),
    ):
        meeting.hand("GOVERNMENT", place).focus()
        meeting.press("Delete")
        assert meeting.focused() == focused
        assert meeting.rows()["GOVERNMENT"] == left
        meeting.reader.agrees()


@a_meeting
def test_keys_that_are_not_its_own_pass_by(visit, stem):
    meeting = visit(stem)
    meeting.hand("MATH", 0).focus()
    meeting.press("a", "Control+ArrowLeft", "Alt+Home", "Enter", " ")
    assert meeting.rows() == LARGE
    meeting.press("Tab")
    assert meeting.focused() == "Add an arrival to MATH"
    meeting.press("Shift+Tab", "ArrowLeft")
    assert meeting.rows()["MATH"] == [29]


@a_meeting
def test_the_tab_key_goes_through_the_points_in_order(visit, stem):
    meeting = visit(stem)
    meeting.hand("GOVERNMENT", 0).focus()
    for name in ("t[GOVERNMENT,1]", "t[GOVERNMENT,2]", "Add an arrival to GOVERNMENT"):
        meeting.press("Tab")
        assert meeting.focused() == name
    meeting.press("Tab", "Tab")
    assert meeting.focused() == "t[ENGLISH,0]"


@a_meeting
def test_points_at_the_same_minute_are_all_within_reach(visit, stem):
    meeting = visit(stem)
    for _ in range(5):
        meeting.button("Add", "ENGLISH").click()
    for place in range(8):
        meeting.hand("ENGLISH", place).focus()
        meeting.press("End")
    assert meeting.rows()["ENGLISH"] == [40] * 8
    meeting.reader.agrees()
    boxes = [meeting.hand("ENGLISH", place).bounding_box() for place in range(8)]
    assert len({box["y"] for box in boxes}) == 8
    meeting.drag_to("ENGLISH", 7, 5)  # the last one lies on top
    assert meeting.rows()["ENGLISH"] == [40] * 7 + [-40]
    meeting.reader.agrees()


@a_meeting
def test_a_dragged_point_stays_under_the_pointer(visit, stem):
    meeting = visit(stem)
    hand = meeting.hand("MATH", 0)
    hand.scroll_into_view_if_needed()
    box = hand.bounding_box()
    x, y = box["x"] + box["width"] / 2 - 6, box["y"] + box["height"] / 2
    mouse = meeting.page.mouse
    mouse.move(x, y)
    mouse.down()
    for away in (-20, -60, 10):
        mouse.move(x + away, y + away, steps=3)
        meeting.page.evaluate(TWO_FRAMES)
        now = hand.bounding_box()
        assert now["x"] == pytest.approx(box["x"] + away, abs=4)  # a minute is some pixels wide
    mouse.up()
    mouse.move(x - 100, y)
    assert meeting.rows()["MATH"] != LARGE["MATH"]
    meeting.reader.agrees()
    assert meeting.focused() == "t[MATH,0]"


@a_meeting
def test_the_right_button_does_not_drag(visit, stem):
    meeting = visit(stem)
    box = meeting.hand("MATH", 0).bounding_box()
    meeting.hand("MATH", 0).click(button="right")
    meeting.page.mouse.move(box["x"] - 80, box["y"])
    assert meeting.rows() == LARGE


@meetings
def test_a_point_follows_a_finger_at_360_px(visit, stem):
    meeting = visit(stem, width=360, has_touch=True, is_mobile=True)
    meeting.reader.swipe(meeting.hand("ENGLISH", 2))
    assert meeting.rows()["ENGLISH"][:2] == [-16, -15]
    assert meeting.rows()["ENGLISH"][2] > 0
    meeting.reader.agrees()
    meeting.button("Add", "ENGLISH").tap()
    meeting.hand("ENGLISH", 3).wait_for()  # the browser makes a click of a tap in its own time
    assert len(meeting.rows()["ENGLISH"]) == 4
    meeting.reader.agrees()


@meetings
def test_reset_returns_to_the_meeting(visit, stem):
    meeting = visit(stem)
    numbers = meeting.reader.numbers()
    meeting.button("Add", "MATH").click()
    meeting.hand("ENGLISH", 1).focus()
    meeting.press("Delete")
    meeting.hand("GOVERNMENT", 0).focus()
    meeting.press("Home")
    assert meeting.reader.numbers() != numbers
    meeting.page.get_by_role("button", name="Reset").click()
    assert meeting.rows() == LARGE
    assert meeting.reader.numbers() == numbers


@meetings
def test_the_previous_meeting_is_kept_dashed_and_told_in_words(visit, stem):
    meeting = visit(stem)
    note = meeting.page.locator(".pe-note")
    meeting.hand("MATH", 0).focus()
    meeting.press("Home")
    meeting.rows()
    assert note.inner_text() == "dashed: MATH 30"
    meeting.page.get_by_role("status").filter(has_text="minutes.").wait_for()  # the change has come to rest
    meeting.button("Remove", "MATH").click()
    meeting.rows()
    assert note.inner_text() == "dashed: MATH -40"
    meeting.page.wait_for_timeout(900)
    meeting.button("Add", "MATH").click()
    meeting.rows()
    assert note.inner_text() == "dashed: MATH nobody"
    ghosts = meeting.page.eval_on_selector_all(
        ".pe-panel .pe-ghost", "all => all.map((path) => path.getAttribute('d'))"
    )
    assert any(ghosts)


@meetings
def test_a_full_house_fits_a_narrow_page(visit, axe, stem):
    meeting = visit(stem, width=360, color_scheme="dark")
    for department, row in LARGE.items():
        for _ in range(8 - len(row)):
            meeting.button("Add", department).click()
    for place, key in ((0, "Home"), (7, "End")):
        meeting.hand("MATH", place).focus()
        meeting.press(key)
        meeting.page.evaluate(TWO_FRAMES)
        tag = meeting.hand("MATH", place).locator(".pe-tag").bounding_box()
        stage = meeting.page.locator(".pe-stage").bounding_box()
        assert stage["x"] <= tag["x"]
        assert tag["x"] + tag["width"] <= stage["x"] + stage["width"]
    meeting.reader.agrees()
    wide, narrow = meeting.page.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    assert wide <= narrow
    meeting.page.evaluate(axe)
    found = meeting.page.evaluate("axe.run('.pooling-explorer-box', {resultTypes: ['violations']})")
    assert [rule["id"] for rule in found["violations"] if rule["impact"] in ("serious", "critical")] == []


contrasting = pytest.mark.skipif("models_contrasted" not in MEETINGS, reason="not in the book yet")
MODELS = ("complete_pooling", "no_pooling", "partial_pooling", "learned_variance")


@contrasting
def test_a_model_is_chosen_by_keyboard(visit):
    meeting = visit("models_contrasted")
    choice = meeting.page.get_by_role("group", name="Model:")
    radios = choice.get_by_role("radio")
    assert [radio.get_attribute("value") for radio in radios.all()] == list(MODELS)
    radios.nth(2).focus()
    drawings = []
    for key, model in (
        ("ArrowRight", "learned_variance"),
        ("ArrowRight", "complete_pooling"),
        ("ArrowDown", "no_pooling"),
        ("ArrowRight", "partial_pooling"),
        ("ArrowLeft", "no_pooling"),
    ):
        meeting.press(key)
        assert choice.locator("input:checked").get_attribute("value") == model
        meeting.reader.agrees()
        drawings.append(meeting.reader.drawing())
        assert drawings[-1] not in drawings[:-1] or model == "no_pooling"


@contrasting
@pytest.mark.parametrize("model", MODELS)
def test_each_model_tells_its_own_numbers_at_the_ends_of_its_controls(visit, model):
    meeting = visit("models_contrasted", width=360)
    meeting.page.locator(f'input[value="{model}"]').check()
    for name in ("mu_scale", "tau_scale", "sigma", "sigma_scale", "t[MATH,0]", "t[ENGLISH,1]"):
        for key in ("Home", "End"):
            meeting.reader.handle(name).focus()
            meeting.press(key)
            meeting.reader.agrees()
    numbers = meeting.reader.numbers()
    learned = {"complete_pooling": 0, "no_pooling": 0, "partial_pooling": 5, "learned_variance": 14}[model]
    thetas = {"complete_pooling": 2}.get(model, 8)
    assert len(numbers) == thetas + learned
    wide, narrow = meeting.page.evaluate("[document.body.scrollWidth, innerWidth]")
    assert wide <= narrow


@contrasting
def test_the_means_of_all_models_are_told_whichever_is_chosen(visit):
    meeting = visit("models_contrasted")
    named = meeting.page.get_by_role("table", name="E[theta] under each model, minutes", include_hidden=True)
    cells_told = named.locator("td")  # with the numbers in a fold
    rows = ["GOVERNMENT", "ENGLISH", "MATH", "NEW"]
    for model in MODELS:
        before = cells_told.all_text_contents()
        meeting.page.locator(f'input[value="{model}"]').check()
        numbers = meeting.reader.numbers()
        cells = cells_told.all_text_contents()
        assert cells == before
        told = [float(text.replace("−", "-")) for text in cells[MODELS.index(model) :: 4]]
        own = [numbers.get(f"mean:theta[{row}]", numbers.get("mean:theta")) for row in rows]
        assert told == pytest.approx(own, abs=0.00501)
        letters = meeting.page.locator(".pe-mark.pe-chosen text").all_text_contents()
        assert letters == [model[0].upper()] * 4
    assert meeting.page.locator(".pe-mark text").count() == 16


@contrasting
def test_reset_and_ghost_know_of_the_model(visit):
    meeting = visit("models_contrasted")
    numbers = meeting.reader.numbers()
    meeting.page.locator('input[value="no_pooling"]').check()
    meeting.reader.agrees()
    assert meeting.page.locator(".pe-note").inner_text() == "dashed: model partial_pooling"
    meeting.page.get_by_role("button", name="Reset").click()
    assert meeting.reader.numbers() == numbers
    assert meeting.page.locator("input:checked[type=radio]").get_attribute("value") == "partial_pooling"


@pytest.mark.skipif("learned_variance" not in MEETINGS, reason="its chapter is not in the book yet")
def test_identical_arrivals_are_warned_of(visit):
    meeting = visit("learned_variance")
    warning = meeting.page.locator(".pe-warning")
    assert warning.get_attribute("role") == "status"
    assert warning.inner_text() == ""
    meeting.button("Add", "MATH").click()
    meeting.press("End")
    meeting.hand("MATH", 0).focus()
    meeting.press("End")
    assert meeting.rows()["MATH"] == [40, 40]
    assert warning.inner_text().startswith(
        "The 2 arrivals of MATH are identical, so this posterior is improper"
    )
    assert "depends on the smallest sigma of the grid, 0.065 minutes." in warning.inner_text()
    meeting.reader.agrees()
    meeting.press("ArrowLeft")
    meeting.rows()
    assert warning.inner_text() == ""


@a_meeting
def test_the_focus_is_seen(visit, stem):
    meeting = visit(stem)
    meeting.hand("GOVERNMENT", 2).focus()
    meeting.press("ArrowRight")
    for name in ("t[GOVERNMENT,2]", "Add an arrival to GOVERNMENT", "Remove an arrival from GOVERNMENT"):
        assert meeting.focused() == name
        ring = meeting.page.evaluate(
            "(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])"
            "(getComputedStyle(document.activeElement))"
        )
        assert ring == ["solid", "3px"]
        meeting.press("Tab")
