"""Progress in the sidebar: what was opened and answered, in this browser only, and how it is cleared."""

import re

import pytest

PAGES = {"01_complete_pooling": "1. Complete pooling", "02_no_pooling": "2. No pooling"}
SIDE = "#pst-primary-sidebar nav.bd-links"


def told(page):
    """Return what stands beside each page in the sidebar, as it is heard."""
    return page.eval_on_selector_all(
        f"{SIDE} a:has(.pooling-progress)",
        "all => all.map((one) => [one.firstChild.textContent.trim(), "
        "one.querySelector('.visually-hidden').textContent.trim()])",
    )


def leave(page, go):
    """Go to another page once this one has fetched all, so that nothing is broken off."""
    page.wait_for_load_state("networkidle")
    go()


def answer(page, question, *, right):
    group = page.locator(".pooling-check fieldset").nth(question)
    for choice in group.get_by_role("radio").all():
        choice.check()
        if group.locator("output").inner_text().startswith("Yes.") == right:
            return


@pytest.mark.parametrize("where", ["http", "file"])
def test_what_was_visited_and_answered_stands_in_the_sidebar(read, stick, http_site, where):
    address = stick.as_uri() if where == "file" else http_site
    page = read("chapters/01_complete_pooling.html", address=address).page
    first, second = PAGES.values()
    ((title, said),) = told(page)
    assert title.startswith(first)
    assert said == "(visited, 0 of 3 questions right)"
    answer(page, 0, right=True)
    answer(page, 2, right=True)
    answer(page, 2, right=False)  # the last answer counts
    assert told(page)[0][1] == "(visited, 1 of 3 questions right)"

    leave(page, page.locator(SIDE).get_by_role("link", name=re.compile(re.escape(second))).click)
    page.wait_for_url("**/02_no_pooling.html")
    page.wait_for_function("document.querySelectorAll('.pooling-progress').length === 2")
    assert [(title.split(":")[0], said) for title, said in told(page)] == [
        (first, "(visited, 1 of 3 questions right)"),
        (second, "(visited, 0 of 3 questions right)"),
    ]
    for question in range(3):
        answer(page, question, right=True)
    assert told(page)[1][1] == "(visited, 3 of 3 questions right)"
    signs = page.locator(".pooling-progress-sign").all_inner_texts()
    assert signs == ["○ 1/3", "✓ 3/3"]  # told apart without a colour
    links = page.locator(f"{SIDE} a.reference.internal").count()
    whole = page.locator(".pooling-progress-all")
    assert whole.locator("p").inner_text() == (
        f"2 of {links} pages visited, 4 of their 6 questions right. Kept in this browser only."
    )

    leave(page, page.reload)
    page.wait_for_selector(".pooling-progress-all")
    assert [said for _, said in told(page)] == [
        "(visited, 1 of 3 questions right)",
        "(visited, 3 of 3 questions right)",
    ]
    whole.get_by_role("button", name="Clear progress").click()
    assert told(page) == []
    assert page.locator(".pooling-progress-all").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('progress'))") == []


def test_answers_are_counted_after_all_was_cleared(read):
    page = read("chapters/01_complete_pooling.html").page
    page.get_by_role("button", name="Clear progress").click()
    answer(page, 1, right=True)
    assert [said for _, said in told(page)] == ["(visited, 1 of 3 questions right)"]


def test_progress_and_guesses_are_cleared_apart(read):
    page = read("chapters/01_complete_pooling.html").page
    place = page.locator(".pooling-guess").first
    place.get_by_role("textbox").fill("3")
    place.get_by_role("button").click()
    page.get_by_role("button", name="Clear progress").click()
    leave(page, page.reload)
    assert place.locator("[data-of=you]").inner_text() == "3.0"
    assert page.locator(".pooling-progress").count() == 1


def test_a_browser_that_keeps_nothing_shows_nothing_and_complains_of_nothing(read):
    """Where storage is refused the chapter, its guesses and its checks work, and the sidebar is as it was."""
    page = read("chapters/01_complete_pooling.html").page
    refuse = """for (const name of ["getItem", "setItem", "removeItem"]) {
      const own = Storage.prototype[name];
      Storage.prototype[name] = function (key, ...rest) {
        if (key.startsWith("partial-pooling")) throw new DOMException("refused", "SecurityError");
        return own.call(this, key, ...rest);
      };
    }"""  # to us; that the theme's own scripts complain is not ours to mend
    page.context.add_init_script(refuse)
    leave(page, page.reload)
    page.wait_for_selector(".pooling-check fieldset")
    answer(page, 0, right=True)
    place = page.locator(".pooling-guess").first
    place.get_by_role("textbox").fill("3")
    place.get_by_role("button").click()
    assert place.locator("[data-of=you]").inner_text() == "3.0"
    assert page.locator(".pooling-progress, .pooling-progress-all").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_marks_are_accessible_and_fit(read, axe, theme, width):
    page = read("chapters/01_complete_pooling.html", width=width, color_scheme=theme).page
    answer(page, 0, right=True)
    if width == 360:
        page.locator(".primary-toggle").click()
    box = page.locator(".pooling-progress-all")
    box.scroll_into_view_if_needed()
    assert box.is_visible()
    page.evaluate(axe)
    result = page.evaluate("axe.run({ include: ['nav.bd-links'] })")
    assert result["violations"] == [], [v["id"] for v in result["violations"]]
    nav = page.locator("nav.bd-links").bounding_box()
    sign = page.locator(".pooling-progress-sign").bounding_box()
    assert nav["x"] <= sign["x"]
    assert sign["x"] + sign["width"] <= nav["x"] + nav["width"] + 0.5
