"""A downloaded chapter reads as the page does: no MyST in it, the numbers of the page, where it is from."""

import html
import json
import re

import pytest
from places import ROOT
from sphinx_ext.downloads import PICTURE, formatted, preface, site_address
from sphinx_ext.plain_markdown import plain

#: What only Sphinx understands: roles, directives, labels.
MYST = re.compile(r"\{[\w:-]+\}¶|^ *[`:]{3,}\{|^\([\w-]+\)=|\[\]\(|^% ", flags=re.MULTILINE)
PAGES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix()
    for path in (ROOT / "chapters").rglob("*.md")
    if "```{code-cell}" in path.read_text("utf8")
)
each_page = pytest.mark.parametrize("page", PAGES)


def myst_in(text):
    """Return what is MyST in a text, of which programs are left out."""
    return MYST.findall(re.sub(r"(`+).+?(?<!`)\1(?!`)", "¶", text, flags=re.DOTALL))


def said(name, inside):
    """Stand for the book: a role says its name and what is in it."""
    return f"<{name} {inside}>".replace("\n", " to ")


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("(ch-a)=\n# Title", "# Title"),
        ("% a remark\nText", "Text"),
        ("In {numref}`fig-a`, {eq}`eq-a`\nand {term}`chains <chain>`.",
         "In <numref fig-a>, <eq eq-a>\nand <term chains <chain>>."),
        ("See [](03_a.md) and [it](sec-b).", "See <link  to 03_a.md> and <link it to sec-b>."),
        ("![picture](a.svg)", "![picture](a.svg)"),
        ("`f[a, b](...)`, `t{A}`, `u` and $x[y](z)$", "`f[a, b](...)`, `t{A}`, `u` and $x[y](z)$"),
        ("[the `f` of {term}`x`](03_a.md)", "<link the `f` of <term x> to 03_a.md>"),
        ("```{admonition} In *this* chapter\n:class: note\n\n**Time** {glue:text}`x:.1f`\n\nMore\n```",
         "> **In *this* chapter**\n>\n> **Time** <glue:text x:.1f>\n>\n> More"),
        ("````{dropdown} a < *b*\n:open:\n\n```python\n{eq}`kept`\n```\n````",
         "<details><summary>a &lt; <em>b</em></summary>\n\n"
         "```python\n{eq}`kept`\n```\n\n</details>"),
        ("```{exercise} By hand\n:label: ex-a\n\nDo it.\n```", "**<exercise ex-a> (By hand)**\n\nDo it."),
        ("$$\nx = 1\n$$ (eq-a)\n\nnext $y$", "$$\nx = 1 \\tag{<equation eq-a>}\n$$\n\nnext $y$"),
        ("$$\nx\n$$\n\n$$\ny\n$$ (eq-b)", "$$\nx\n$$\n\n$$\ny \\tag{<equation eq-b>}\n$$"),
        ("`theta`\n: The unknown.\n\n`x`\n: Another.", "- `theta`: The unknown.\n\n- `x`: Another."),
        ("```{list-table} Words\n:header-rows: 1\n\n* - word\n  - what\n"
         "* - `a | b`\n  - {term}`c`\n    more\n```",
         "**Words**\n\n| word | what |\n| --- | --- |\n| `a \\| b` | <term c> more |"),
        ("````{list-table}\n* - a\n* - {eval}`x`\n````", "| a |\n| --- |\n| <eval x> |"),
        ("- a\n\n  ```{admonition} B\n  c\n  ```", "- a\n\n  > **B**\n  >\n  > c"),
    ],
)  # fmt: skip
def test_plain_markdown(myst, markdown):
    assert plain(myst, said) == markdown
    assert not myst_in(markdown)


def test_myst_is_found():
    assert myst_in("{eq}`a` and `t{A}`, [](a.md)\n(sec-a)=\n% b") == ["{eq}¶", "[](", "(sec-a)=", "% "]


@pytest.mark.parametrize(("myst", "message"), [("```{mermaid}\nx\n```", "mermaid"), ("```{note}\nx", "open")])
def test_what_has_nothing_plain_is_an_error(myst, message):
    with pytest.raises(ValueError, match=message):
        plain(myst, said)


@pytest.mark.parametrize(
    ("told", "repository", "address"),
    [
        ({}, "", None),
        ({"SITE_URL": "https://course.example/book"}, "", "https://course.example/book/"),
        ({}, "https://github.com/Some-One/book", "https://some-one.github.io/book/"),
        ({}, "https://github.com/some-one/some-one.github.io", "https://some-one.github.io/"),
        ({}, "https://gitlab.com/someone/book", None),
    ],
)
def test_where_the_page_is(told, repository, address):
    assert site_address(told, repository) == address


def test_the_first_cell_says_where_from_and_what_to_install():
    text = preface("chapters/01_a", "Title", "https://a.github.io/b/", "https://github.com/a/b")
    assert "<https://a.github.io/b/chapters/01_a.html>" in text
    assert "git clone https://github.com/a/b\n> cd b\n> python -m pip install -r requirements.txt" in text
    text = preface("chapters/01_a", "Title", None, "")
    assert "`chapters/01_a.html`" in text
    assert "git clone" not in text
    assert "python -m pip install -r requirements.txt" in text


# -- the built book ----------------------------------------------------------------------------------------


@pytest.fixture
def download(site):
    """Return a function that reads the notebook which a page offers."""
    return lambda page: json.loads((site / "_sources" / f"{page}.ipynb").read_text("utf8"))


def prose(notebook):
    """Return the Markdown of a notebook without its programs."""
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return re.sub(r"^( *)```.*?^\1```", "", "\n\n".join(cells), flags=re.MULTILINE | re.DOTALL)


@each_page
def test_a_download_has_no_myst_and_says_what_to_install(download, page):
    notebook = download(page)
    first = "".join(notebook["cells"][0]["source"])
    assert f"{page}.html" in first
    assert "pip install -r requirements.txt" in first
    assert not myst_in(prose(notebook))
    assert not any("remove-cell" in cell["metadata"].get("tags", []) for cell in notebook["cells"])
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


@each_page
def test_its_numbers_are_those_of_the_page(download, site, page):
    """Every paragraph in which the page has a number stands in the notebook, digit by digit."""
    written = re.sub(
        r'<span class="pooling-guess".*?</span></span>', "", (site / f"{page}.html").read_text("utf8")
    )
    shown = re.findall(r'<span class="pasted-text">(.*?)</span>', written)
    source = (ROOT / f"{page}.md").read_text("utf8")
    text = prose(download(page))
    assert len(shown) + text.count(PICTURE) == source.count('{eval}`glue["')
    for label in re.findall(r'\{eval\}`glue\.guess\["[^"]+", "([^"]+)"', source):
        assert f"*{label}:* \\_\\_" in text  # asked, and not answered
    for number in map(html.unescape, shown):
        assert number.replace("\N{MINUS SIGN}", "-") in text
    # and in their places: the words around each number, from the source to the notebook
    pattern = re.compile(r"(\w+ )\{eval\}`glue\[[^`]+`( \w+)")
    for before, after in pattern.findall(source):
        assert re.search(rf"{before}\S+{after}\b", text), (before, after)


def test_a_number_is_formatted_as_the_page_does():
    assert formatted({"a": "12.345", "b": "'word'"}, "a:.1f") == "12.3"


@each_page
def test_folded_cells_are_folded_and_figures_have_captions(download, page):
    notebook = download(page)
    for cell in notebook["cells"]:
        if {"hide-input", "remove-input"} & set(cell["metadata"].get("tags", [])):
            assert cell["metadata"]["jupyter"]["source_hidden"]
        assert "mystnb" not in cell["metadata"]
    figures = re.findall(r"^ +name: (fig-\S+)", (ROOT / f"{page}.md").read_text("utf8"), flags=re.MULTILINE)
    captions = [c for c in notebook["cells"] if re.match(r"\*Figure \d+(\.\d+)?\.\*", "".join(c["source"]))]
    assert len(captions) == len(figures)
