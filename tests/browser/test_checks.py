"""Quick checks in the page: a word to every choice, at once; by keyboard; readable without a script."""

import pytest
from places import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.md"))


@pytest.mark.parametrize("stem", CHAPTERS)
def test_every_choice_is_answered_and_one_is_right(read, stem):
    page = read(f"chapters/{stem}.html").page
    groups = page.locator(".pooling-check fieldset")
    assert groups.count() == 3
    for group in groups.all():
        told = group.locator("output")
        assert told.inner_text() == ""
        said = []
        for choice in group.get_by_role("radio").all():
            choice.check()
            said.append(told.inner_text())
            assert told.get_attribute("data-right") == str(said[-1].startswith("Yes.")).lower()
        assert len(set(said)) == len(said)
        assert sum(word.startswith("Yes.") for word in said) == 1
        assert sum(word.startswith("No.") for word in said) == len(said) - 1


@pytest.mark.parametrize("where", ["http", "file"])
def test_a_check_is_answered_by_keyboard(read, stick, http_site, where):
    address = stick.as_uri() if where == "file" else http_site
    page = read("chapters/03_partial_pooling.html", address=address).page
    first, second, _ = page.locator(".pooling-check fieldset").all()
    first.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    told = [first.locator("output").inner_text()]
    page.keyboard.press("ArrowDown")
    told.append(first.locator("output").inner_text())
    assert [word.partition(".")[0] for word in told] == ["No", "Yes"]
    assert second.locator("output").inner_text() == ""
    page.keyboard.press("Tab")  # one stop a question; after it the links of its words
    while not second.get_by_role("radio").first.evaluate("one => one === document.activeElement"):
        assert page.locator(".pooling-check :focus").count() == 1
        page.keyboard.press("Tab")
    radios = second.get_by_role("radio").all()
    names = [one.evaluate("one => one.labels[0].innerText.trim()") for one in radios]
    assert all(names)
    assert len(set(names)) == 3


def test_without_a_script_questions_and_answers_stand_there(http_site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{http_site}/chapters/03_partial_pooling.html")
    check = page.locator(".pooling-check")
    assert check.locator(":scope > ol > li").count() == 3
    check.locator("summary").click()
    assert check.get_by_text("stands squared in").is_visible()
    context.close()
