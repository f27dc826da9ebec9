"""The theme: a page is light or dark from its first paint; what can be scrolled is reached by the Tab key."""

import pytest

#: The theme, as it is whenever a part of the page has been read, and after each change.
WATCH = """
window.themes = [];
new MutationObserver(() => {
  if (document.body) window.themes.push(document.documentElement.dataset.theme);
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-theme"] });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("stem", ["front", "no_pooling"])
def test_no_moment_is_in_other_colours(read, scheme, stem):
    page = read(stem, color_scheme=scheme).page
    page.add_init_script(WATCH)
    page.reload(wait_until="load")
    assert set(page.evaluate("window.themes")) == {scheme}


def test_what_the_reader_chose_is_kept(read):
    page = read("no_pooling", color_scheme="light").page
    page.evaluate("localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark')")
    page.add_init_script(WATCH)
    page.reload(wait_until="load")
    assert set(page.evaluate("window.themes")) == {"dark"}


#: Of each program and output: whether it is in a closed fold, whether it can be scrolled, and its tabindex.
SCROLLED = """[...document.querySelectorAll("#main-content pre, .cell_output > .output")].map((one) => [
  Boolean(one.closest("details:not([open])")),
  one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight,
  one.getAttribute("tabindex"),
])"""


def test_what_can_be_scrolled_is_reached_by_the_tab_key(read):
    """What is in a closed fold as soon as it is opened; before, nobody has measured it."""
    page = read("hyperpriors", width=360).page
    page.wait_for_function(f"{SCROLLED}.every(([closed, _, index]) => closed || index !== null)")
    told = page.evaluate(SCROLLED)
    assert {index for closed, _, index in told if closed} == {None}
    assert {True, False} <= {closed for closed, _, _ in told}
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_function(f"{SCROLLED}.every(([closed, _, index]) => index !== null)")
    told = page.evaluate(SCROLLED)
    assert all((index == "0") == wide for _, wide, index in told)
    assert any(wide for _, wide, _ in told)
