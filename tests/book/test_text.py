"""The text: what one page says of another agrees with it, and numbers in prose are not typed by hand."""

import importlib
import pkgutil
import re

import pooling
import pytest
from places import ROOT
from sphinx_ext.prose_numbers import asked, guessed

PAGES = sorted((ROOT / "chapters").rglob("*.md"))
CHAPTERS = sorted((ROOT / "chapters").glob("[0-9]*.md"))
#: Numbers with a decimal point that no cell puts into the prose, and why each may stand there.
TYPED = {
    "03_partial_pooling": {
        "0.15",
        "10.948",
        "80.582",
    },  # the grid's promise, which tests keep; printed by a source
    "04_hyperpriors": {
        "0.01",
        "0.15",
        "0.5",
        "59.5",
        "0.6745",
        "1.96",
        "5.7",
    },  # promises, the grid, normal, section
    "05_missing_data": {"0.15", "0.25"},  # the grid's promise; a quarter of an hour in hours
    "06_learned_variance": {
        *("0.003", "0.1", "0.2", "0.4"),  # promises, which tests keep
        *("0.05", "14.5", "15.5"),  # settings of exercises
        "23.800",  # printed by a source
    },
    "07_models_contrasted": {"0.15"},
    "09_exact_posterior": {"0.001"},  # what an earlier engine answered, silently
    "10_fifty_schools": {
        "0.05",
        "0.01",
        "0.15",
        "0.7",
        "1.01",
        "1.3",
    },  # bounds that cells assert; Pareto's k; R-hat; a slider
    "11_outlier_slopes": {
        *("0.1", "0.2", "0.4", "0.8", "0.995", "1.01"),  # settings and the bound of R-hat
        *("0.08", "0.09", "1.25"),  # 1/13, 5/53 and 5/4
    },
    "12_information_flow": {"1.01"},
    "13_funnel": {"0.125", "0.25", "0.3", "0.4", "0.5", "0.8", "0.9", "0.999"},  # settings
    "14_calibration": {
        *("0.02", "0.03", "0.12", "0.97", "6.69", "6.83"),  # tails of 94 %; a made-up case
        *("0.6", "0.99"),  # settings
        "10.948",  # printed by the page that the chapter criticises
    },
    "colophon": {"1.01"},
    "glossary": {"0.7", "1.01"},
    "probability": {"7.000", "0.02"},  # an exact arrival that cannot be; a guess to be made
    "references": {"5.5"},  # a section
}
#: Pages of another kind: versions of systems stand in them.
TECHNICAL = {"hub", "instructors"}
each_page = pytest.mark.parametrize(
    "path", [p for p in PAGES if p.stem not in TECHNICAL], ids=lambda path: path.stem
)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def prose(text):
    """Return a page without its front matter, programs, formulas, roles and addresses."""
    text = re.sub(r"\A---\n.*?^---\n", "", text, flags=re.MULTILINE | re.DOTALL)
    lines, opened = [], []  # the fences that are open, and whether programs are in them
    for line in text.splitlines():
        fence = re.match(r"\s*(?:[*-] )*\s*(?:- )?(`{3,})(.*)", line)
        if fence and opened and fence[1] == opened[-1][0] and not fence[2].strip():
            opened.pop()
        elif fence and not any(literal for _, literal in opened):
            opened.append((fence[1], not re.match(r"\{(?!code-cell|math)", fence[2])))
        elif not any(literal for _, literal in opened) and not re.match(r":\w+:", line):
            lines.append(line)
    assert not opened, "a fence is left open"
    text = re.sub(r"^\$\$.*?^\$\$[^\n]*$", "", "\n".join(lines), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\{[\w:]+\}`[^`]*`|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text)


def decimals(text):
    """Return the numbers with a decimal point that stand in the prose of a page."""
    return set(re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\w)", prose(text)))


def test_decimals_are_found_in_prose_only():
    page = "---\nversion: 0.13\n---\n\nIt is 3.25 minutes, {eval}`glue['x:.2f']`, $1.5$ or `0.5`.\n"
    page += "```{code-cell} ipython3\nx = 2.5\n```\n$$\n4.5\n$$ (eq-x)\n```python\n1.5\n```\n"
    assert decimals(page) == {"3.25"}


@each_page
def test_numbers_are_asked_of_cells_as_a_kernel_can_answer(path):
    text = path.read_text("utf8")
    assert "{" + "glue" not in text  # which JupyterLab does not know
    for expression in re.findall(r"\{eval\}`([^`]*)`", text):
        assert asked(expression) or guessed(expression), expression


@each_page
def test_no_number_with_a_decimal_point_is_typed_by_hand(path):
    assert decimals(path.read_text("utf8")) == TYPED.get(path.stem, set())


def widths(text):
    """Return how many cells the rows of each Markdown table have."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [{len(re.findall(r"(?<!\\)\|", row)) - 1 for row in table.splitlines()} for table in tables]


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda path: path.stem
)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(path):
    """What is too many is not shown, and what stands there is another column's."""
    assert widths("| a | b |\n|--|--|\n| 1 | 2 | 3 |\n") == [{2, 3}]
    assert all(len(width) == 1 for width in widths(path.read_text("utf8")))


WORDS_A_MINUTE, PLAY = 200, 10  # minutes with an explorer


def minutes(text):
    """Return the minutes that a chapter takes to read and play, to the next five, and its exercises' own.

    Words are those of the prose, folds included, without programs, formulas, exercises and their hints.
    """
    before, rest = text.split("\n## Exercises\n")
    exercises, after = rest.split("\n## Take-away\n")
    explorers = len(re.findall(r"^explore\(", before, flags=re.MULTILINE))
    words = len(prose(f"{before}\n{after}").split())
    told = re.findall(r"^\*\([^)]*?(\d+) minutes", exercises, flags=re.MULTILINE)
    assert len(told) == exercises.count("{exercise}")
    return 5 * round((words / WORDS_A_MINUTE + PLAY * explorers) / 5), sum(map(int, told))


def test_minutes_are_words_and_play():
    page = "word " * 1000 + '\n```{code-cell} ipython3\nexplore("funnel")\n```\n\n## Exercises\n'
    page += "```{exercise} One\n\n*(To think, 15 minutes, pencil.)* word\n```\n\n## Take-away\n\nword\n"
    assert minutes(page) == (15, 15)


@each_chapter
def test_printed_minutes_are_words_and_play_and_the_exercises_sum(path):
    text = path.read_text("utf8")
    index = (ROOT / "chapters" / "index.md").read_text("utf8")
    row = rf"^\| \d+ \| \[[^|]*\({path.name}\) \|[^|]*\| (\d+) \| (\d+) \|$"
    (listed,) = re.findall(row, index, flags=re.MULTILINE)
    own = r"^\*\*Time\*\* (\d+) minutes to read and play, (\d+) for the exercises"
    (printed,) = re.findall(own, text, flags=re.MULTILINE)
    assert listed == printed == tuple(map(str, minutes(text)))


def terms():
    """Return the terms of the glossary."""
    text = (ROOT / "chapters" / "appendices" / "glossary.md").read_text("utf8")
    (entries,) = re.findall(r"```\{glossary\}\n:sorted:\n\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(\S.*)$", entries, flags=re.MULTILINE)


def test_every_term_of_the_glossary_is_used_in_a_chapter_and_there_once():
    used = set()
    for path in PAGES:
        for said in re.findall(r"\{term\}`([^`]+)`", path.read_text("utf8")):
            used.add(re.sub(r".*<(.*)>", r"\1", said, flags=re.DOTALL).lower())
    assert len(set(terms())) == len(terms())
    assert {term.lower() for term in terms()} <= used


def test_every_source_of_the_bibliography_is_cited():
    known = re.findall(
        r"^@\w+\{(.*),$", (ROOT / "chapters" / "references.bib").read_text("utf8"), re.MULTILINE
    )
    cited = {
        key.strip()
        for path in PAGES
        for keys in re.findall(r"\{cite:\w+\}`([^`]+)`", path.read_text("utf8"))
        for key in keys.split(",")
    }
    assert set(known) == cited


@pytest.mark.parametrize(
    "stem",
    [
        "02_no_pooling",
        "04_hyperpriors",
        "07_models_contrasted",
        "08_shrinkage_formula",
        "09_exact_posterior",
        "10_fifty_schools",
    ],
)
def test_pages_that_tell_a_limit_say_which_reading_it_is(stem):
    """No pooling and complete pooling are models of their own, or limits; chapter 3 tells which is which."""
    assert "(sec-two-readings)" in (ROOT / "chapters" / f"{stem}.md").read_text("utf8")


CELLS = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
#: Roots of names that a reader knows from elsewhere, or that the text introduces.
LIBRARIES = {"glmer", "np", "pd", "pm", "scipy", "stats"}
MODULES = {module.name for module in pkgutil.iter_modules(pooling.__path__)} | {"pooling"}


@pytest.mark.parametrize(
    "path",
    [*CHAPTERS, *sorted((ROOT / "solutions").rglob("*.md"))],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_dotted_names_in_the_prose_are_names_that_there_are(path):
    """`module.function`: the page's cells, or its chapter's, have the root, or the package has the whole."""
    text = path.read_text("utf8")
    chapter = ROOT / "chapters" / path.name
    cells = CELLS.findall(text) + (CELLS.findall(chapter.read_text("utf8")) if chapter.exists() else [])
    known = set(re.findall(r"\b[A-Za-z_]\w*", "\n".join(cells)))
    for name in re.findall(r"`([A-Za-z_]\w*(?:\.\w+)+)(?:\([^`]*\))?`", CELLS.sub("", text)):
        root, *rest = name.split(".")
        assert root in known | LIBRARIES | MODULES, name
        if root == "pooling":
            found = pooling
            for part in rest:
                if not hasattr(found, part):
                    importlib.import_module(f"{found.__name__}.{part}")
                found = getattr(found, part)


FOLD = '<details class="pooling-deeper">\n<summary>'


@each_chapter
def test_a_fold_across_cells_is_whole_and_keeps_to_its_section(path):
    """Raw HTML around cells: a heading inside would close the section that the fold was opened in."""
    text = path.read_text("utf8")
    folds = re.findall(r"^<details.*?^</details>$", text, flags=re.MULTILINE | re.DOTALL)
    assert len(folds) == len(re.findall("<details", text)) == len(re.findall("</details>", text))
    for fold in folds:
        assert fold.startswith(f"{FOLD}Deeper: ")
        without_cells = CELLS.sub("", fold)
        assert not re.search(r"^#|^\(\S+\)=$", without_cells, flags=re.MULTILINE)
        assert len(re.findall("<details", fold)) == 1


LABEL = re.compile(r"^\((.*?)\)=$|^ *:?(?:name|label): (\S+)$|^\$\$.*\((\S+)\)$", flags=re.MULTILINE)
PREFIXES = r"(ch|sec|eq|fig|tab|ex|guess)-[a-z0-9-]+"  # as CONTRIBUTING lists them


def labels(text):
    """Return the labels that a page gives: of sections, figures, tables, exercises, folds and formulas."""
    return [next(filter(None, found)) for found in LABEL.findall(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_labels_begin_with_what_they_are_of_and_every_formula_has_one(path):
    text = path.read_text("utf8").partition("\n---\n")[2]
    odd = [label for label in labels(text) if not re.fullmatch(PREFIXES, label)]
    assert odd == []
    text = re.sub(r"^(`{3,})(?:\{code-cell\}|python).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    ends = re.findall(r"^\$\$(?:[^$]*)^\$\$(.*)$|^\$\$[^$\n]+\$\$(.*)$", text, flags=re.MULTILINE)
    bare = [end for end in map("".join, ends) if not re.fullmatch(r" \(eq-[a-z0-9-]+\)", end)]
    assert bare == []


def test_labels_are_found_wherever_they_are_given():
    page = "(ch-a)=\n# A\n:name: tab-b\n:label: ex-c\n    name: fig-d\n$$\nx\n$$ (eq-e)\n$$ y $$ (eq-f)\n"
    assert labels(page) == ["ch-a", "tab-b", "ex-c", "fig-d", "eq-e", "eq-f"]


def test_the_readmes_program_gives_the_numbers_of_its_comment():
    text = (ROOT / "README.md").read_text("utf8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    (told,) = re.findall(r"^(\S+)\s+# ([-\d., ]+) minutes: Government, English, Math$", program, re.MULTILINE)
    place = {}
    exec(program, place)
    computed = eval(told[0], place)
    assert [f"{x:.2f}" for x in computed] == told[1].split(", ")
