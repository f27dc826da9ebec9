"""A page is light or dark from its first paint, as the reader's system is or as he has chosen."""

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
