"""The search: each hit once, its words marked on the page it leads to, from a web server and from a stick."""

import pytest

#: The words that are marked now.
MARKED = "() => [...(CSS.highlights.get('pooling-marks') ?? [])].map(String)"
SEARCH = "search.html?q="
MARKED_PAGE = "chapters/08_shrinkage_formula.html?marked=shrinkage"
places = pytest.mark.parametrize("way", ["http", "file"])


@pytest.fixture
def address(way, http_site, stick):
    """Return where the book is."""
    return http_site if way == "http" else stick.as_uri()


def hits(page):
    """Return the links of all hits, once the page says what was found."""
    page.get_by_role("status").filter(has_text="ound").wait_for()
    return page.locator("ul.search > li > a")


def follow(page, title):
    """Go where a hit leads; return the words that are marked there."""
    hits(page).filter(has_text=title).click()
    page.locator(".pooling-marks").wait_for()
    return page.evaluate(MARKED)


@places
def test_each_page_is_listed_once_and_leads_to_the_words(read, address):
    page = read(f"{SEARCH}shrinkage", address=address).page
    links = hits(page).evaluate_all("all => all.map((link) => link.pathname)")
    assert len(links) == len(set(links)) > 5
    parts = page.locator("ul.search ul a").evaluate_all("all => all.map((link) => link.href)")
    assert len(parts) == len(set(parts))
    assert page.get_by_role("status").inner_text() == f"“shrinkage”: found on {len(links)} pages"
    marked = follow(page, "8. The shrinkage formula")
    assert page.locator("h1").last.inner_text().startswith("8. The shrinkage formula")
    assert len(marked) > 5
    assert {word.lower() for word in marked} == {"shrinkage"}
    assert page.locator(".pooling-marks").inner_text().startswith(f"“shrinkage”: {len(marked)} marked")


def test_a_line_of_each_page_shows_the_words(read):
    page = read(f"{SEARCH}exchangeable").page
    found = hits(page).count()
    page.wait_for_function(f"document.querySelectorAll('ul.search .context').length === {found}")
    assert all("xchange" in line for line in page.locator("ul.search .context").all_inner_texts())
    marked = {word.lower() for word in page.evaluate(MARKED)}
    assert "exchangeable" in marked
    assert all(word.startswith("exchang") for word in marked)  # its stem


def test_a_line_is_without_the_link_of_a_heading(read):
    """The words stand first in chapter 8's heading, which ends with a # to link to it."""
    page = read(f"{SEARCH}shrinkage").page
    own = page.get_by_role("link", name="8. The shrinkage formula", exact=True)
    line = page.locator("ul.search > li").filter(has=own).locator(".context")
    assert line.inner_text() == "8. The shrinkage formula"


@places
def test_a_reader_searches_twice(read, address):
    page = read(f"{SEARCH}shrinkage", address=address).page
    follow(page, "8. The shrinkage formula")
    page.go_back()
    assert set(follow(page, "13. The funnel")) >= {"shrinkage"}
    page.reload()
    page.locator(".pooling-marks").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("funnel divergence")
    page.keyboard.press("Enter")
    marked = follow(page, "13. The funnel")
    assert {"funnel", "divergences"} <= {word.lower() for word in marked}
    assert "shrinkage" not in marked


@pytest.mark.parametrize("how", ["Escape", "Tab"])
def test_the_keyboard_takes_the_marks_away(read, how):
    page = read(MARKED_PAGE).page
    bar = page.locator(".pooling-marks")
    bar.wait_for()
    if how == "Tab":
        page.locator("#pst-skip-link a").press("Enter")
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Remove marks":
                break
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main-content"
    else:
        page.keyboard.press("Escape")
    assert page.evaluate(MARKED) == []
    assert bar.count() == 0
    assert "marked" not in page.url


def test_a_step_leads_to_each_mark_and_opens_its_fold(read):
    page = read("chapters/03_partial_pooling.html?marked=hint").page
    bar = page.locator(".pooling-marks")
    bar.wait_for()
    count = len(page.evaluate(MARKED))
    assert page.locator("details.pooling-hint[open], details.sd-dropdown[open]").count() == 0
    seen = set()
    for number in range(1, count + 1):
        bar.get_by_role("button", name="Next").click()
        assert bar.get_by_role("status").inner_text() == f"“hint”: {number} of {count}"
        top = page.evaluate("""() => {
          const [range] = CSS.highlights.get("pooling-mark");
          const { top, bottom, height } = range.getBoundingClientRect();
          return height && top >= 0 && bottom <= innerHeight ? scrollY + top : -1;
        }""")
        assert top > 0
        seen.add(top)
    assert len(seen) > 1
    assert page.locator("details.sd-dropdown[open]").count()


def test_marks_change_nothing_on_the_page(read):
    """Formulas, explorers and the text itself are the same elements as without marks."""
    shape = "() => document.querySelectorAll('.bd-article *').length"
    plain = read("partial_pooling").page.evaluate(shape)
    page = read("chapters/03_partial_pooling.html?marked=tau").page
    page.wait_for_selector("output[data-value]", state="attached")
    page.locator(".pooling-marks").wait_for()
    assert len(page.evaluate(MARKED)) > 3
    assert page.evaluate(shape) == plain
    marked = "[...CSS.highlights.get('pooling-marks')].map((range) => range.startContainer.parentElement)"
    alive = "(one) => one.closest('.pooling-explorer-box, mjx-container')"
    assert page.evaluate(f"{marked}.filter({alive}).length") == 0


@places
def test_nothing_found_says_so(read, address):
    page = read(f"{SEARCH}xyzzy", address=address).page
    assert hits(page).count() == 0
    assert page.get_by_role("status").inner_text().startswith("Nothing found for “xyzzy”.")


def test_a_part_of_a_word_is_found_and_its_words_marked(read):
    marked = follow(read(f"{SEARCH}hyperprio").page, "4. Hyperpriors")
    assert {word.lower() for word in marked} == {"hyperprior", "hyperpriors"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [f"{SEARCH}shrinkage", MARKED_PAGE])
def test_axe_finds_no_violation(read, axe, name, theme):
    page = read(name, width=360, color_scheme=theme).page
    page.locator("ul.search .context, .pooling-marks").first.wait_for()
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in found["violations"]] == []


def test_only_the_search_page_brings_the_index(site):
    brings = {page.name for page in site.rglob("*.html") if "searchindex.js" in page.read_text("utf8")}
    assert brings == {"search.html"}
