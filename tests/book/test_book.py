"""The built book: strict, complete, and at home on a machine without a network."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jupytext
import pytest
import yaml
from javascript import icons
from jupyter_cache import get_cache
from places import ROOT
from pooling import explorer
from sphinx_ext.chapter_key import chapter_key, files_used

CHAPTERS = sorted(path for path in (ROOT / "chapters").rglob("*.md"))


def code_cells(path):
    """Return the code cells of a chapter; none if it is not a notebook."""
    text = path.read_text(encoding="utf8")
    return [cell for cell in jupytext.reads(text, fmt="md:myst").cells if cell.cell_type == "code"]


NOTEBOOKS = [path for path in CHAPTERS if "```{code-cell}" in path.read_text(encoding="utf8")]
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def tracked_files():
    """Return the files of the repository, as git has them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf8", check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


class Page(HTMLParser):
    """What a page loads, links to and offers to link to."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.links, self.ids, self.icons = [], [], set(), set()
        self.feed(path.read_text(encoding="utf8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("id"):
            self.ids.add(attrs["id"])
        if tag == "a" and attrs.get("name"):
            self.ids.add(attrs["name"])
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag == "link" and attrs.get("href") and attrs.get("rel") not in {"canonical", "author"}:
            self.loads.append(attrs["href"])
        source = attrs.get("data" if tag == "object" else "src")
        if tag in {"script", "img", "iframe", "source", "embed", "object"} and source:
            self.loads.append(source)
        for part in (attrs.get("srcset") or "").split(","):
            if part.strip():
                self.loads.append(part.split()[0])
        for name in re.findall(r"\bfa-([a-z0-9-]+)", attrs.get("class") or ""):
            self.icons.add(name)


@pytest.fixture(scope="module")
def pages(site):
    """Return every page of the site by its path in it."""
    found = {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}
    # The theme leaves its templates among the static files.
    return {name: page for name, page in found.items() if not name.startswith("_static/")}


def is_elsewhere(address):
    """Tell whether an address is on another host."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https", "ftp"}


# -- the build ---------------------------------------------------------------------------------------------


def test_strict_build_passes_and_says_where_the_book_is(build_log):
    status, text = build_log
    assert status == 0, text
    assert (ROOT / "_build" / "html" / "index.html").as_uri() in text


def test_every_chapter_of_the_contents_has_a_page_and_every_file_a_place(pages):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    listed = [contents["root"]] + [c["file"] for part in contents["parts"] for c in part["chapters"]]
    written = [path.relative_to(ROOT).with_suffix("").as_posix() for path in CHAPTERS]
    assert sorted(listed) == sorted(written)
    assert {f"{name}.html" for name in listed} <= set(pages)


@pytest.fixture
def cache(site):
    """Return the cache that the pages' outputs come from."""
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")
    yield cache
    cache.db.dispose()  # it leaves its database open, of which Python 3.13 warns


def test_every_code_cell_was_executed_without_a_word_on_stderr(cache):
    records = cache.list_cache_records()
    assert {Path(record.uri) for record in records} == set(NOTEBOOKS)
    for record in records:
        notebook = cache.get_cache_bundle(record.pk).nb
        sources = [cell.source for cell in code_cells(Path(record.uri))]
        assert [cell.source for cell in notebook.cells] == sources
        for cell in notebook.cells:
            assert cell.execution_count or not cell.source.strip(), f"{record.uri}: {cell.source}"
            assert not [o for o in cell.outputs if o.get("name") == "stderr"], record.uri


# -- the pages ---------------------------------------------------------------------------------------------


def test_no_page_loads_anything_from_another_host(pages, site):
    outside = {
        name: found for name, page in pages.items() if (found := [a for a in page.loads if is_elsewhere(a)])
    }
    assert not outside
    for style in site.rglob("*.css"):
        for address in re.findall(r"(?:url\(|@import\s+)['\"]?([^'\")\s;]+)", style.read_text("utf8")):
            assert not is_elsewhere(address), f"{style.name}: {address}"


def test_no_page_preconnects_or_carries_an_outside_script_address(pages, site):
    for name in pages:
        text = (site / name).read_text(encoding="utf8")
        scripts = re.findall(r"<script(?![^>]*json)[^>]*>(.*?)</script>", text, flags=re.DOTALL)
        for script in scripts:
            assert not re.search(r"https?://(?!www\.w3\.org)", script), f"{name}: {script[:200]}"
        assert "preconnect" not in text


def test_everything_that_a_page_loads_is_there(pages, site):
    missing = [
        (name, address)
        for name, page in pages.items()
        for address in page.loads
        if urlsplit(address).path
        and not urlsplit(address).scheme
        and not (site / name).parent.joinpath(unquote(urlsplit(address).path)).is_file()
    ]
    assert not missing


def test_links_inside_the_book_resolve(pages, site):
    broken = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (
                (site / name).parent.joinpath(unquote(parts.path)).resolve() if parts.path else site / name
            )
            if not target.is_file():
                broken.append((name, link))
            elif parts.fragment and target.suffix == ".html":
                there = pages[target.relative_to(site.resolve()).as_posix()]
                if unquote(parts.fragment) not in there.ids:
                    broken.append((name, link))
    assert not broken


def test_every_icon_is_in_the_font_of_the_pages(pages, site):
    known = icons.named(icons.theme_style())
    asked = set().union(*(page.icons for page in pages.values()))
    drawn = {name: known[name] for name in asked if name in known}
    # The rest are styles and sizes, not icons.
    assert asked - drawn.keys() <= {"solid", "regular", "lg", "fw", "sm", "xs", "2x"}
    assert {"bars", "sun", "magnifying-glass"} <= drawn.keys()
    for style in (site / "_static" / "styles").glob("*book-theme.css"):
        written = re.findall(r'content:"\\(f[0-9a-f]{3})"', style.read_text(encoding="utf8"))
        drawn |= {code: int(code, 16) for code in written}
    assert set(drawn.values()) <= icons.code_points(), drawn


def test_pages_without_a_widget_do_not_load_the_widgets(pages, site):
    for name, page in pages.items():
        has_widget = "vnd.jupyter.widget-view+json" in (site / name).read_text(encoding="utf8")
        for file in ("widgets.js", "widgets.css"):
            assert has_widget == any(file in address for address in page.loads), (name, file)


def test_formulas_are_typeset_and_have_mathml(pages, site):
    for name in pages:
        text = (site / name).read_text(encoding="utf8")
        formulas = re.findall(r'<(?:span|div) class="(?:output text_latex )?math [^>]*>(?!</)', text)
        assert text.count("<mjx-assistive-mml") == len(formulas), name
        assert "merror" not in text, name


def test_no_line_begins_with_the_mark_after_a_formula(pages, site):
    """Which a browser would allow between a picture and a full stop. Headings of the contents are short."""
    texts = [(site / name).read_text(encoding="utf8") for name in pages]
    every = "".join(article for text in texts for article in re.findall(r"<article.*?</article>", text, re.S))
    after = re.findall(r"</mjx-container></span>([.,;:!?)’”]+)(</span>)?", every)
    assert len(after) > 100
    assert {end for _, end in after} == {"</span>"}
    wrapped = '<span style="white-space: nowrap"><span class="math notranslate nohighlight">'
    assert every.count(wrapped) == len(after)


# -- what may change the outputs of a chapter --------------------------------------------------------------


def copy_code(folder):
    """Copy the code of the course, and what else a key is made of."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "code", folder / "code", ignore=ignore)
    shutil.copy(ROOT / "requirements.txt", folder)


@pytest.fixture
def library(tmp_path):
    """Return a copy of the course's code, and a few chapters' cells by name."""
    copy_code(tmp_path)
    toy = tmp_path / "code" / "pooling" / "toy"
    toy.mkdir()
    (toy / "__init__.py").write_text('"""A package."""\nfrom pooling.toy.inner import VALUE\n')
    (toy / "inner.py").write_text("from .. import departments\n\nVALUE = 1\n")
    (toy / "lazy.py").write_text("def load():\n    from . import inner\n    return inner\n")
    (toy / "page.js").write_text("// a script\n")
    (tmp_path / "code" / "pooling" / "apart.py").write_text("VALUE = 2\n")
    cells = {
        "package": ["import pooling.toy as toy", "toy.VALUE"],
        "module": ["%matplotlib inline\nfrom pooling import apart"],
        "lazy": ["from pooling.toy import lazy"],
        "named": ["from importlib import import_module\nimport_module(f'pooling.{1}')"],
        "nothing": ["1 + 1"],
        "broken": ["from pooling import"],
    }
    return tmp_path, cells


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        ("code/pooling/toy/inner.py", {"package", "lazy", "named", "broken"}),
        ("code/pooling/toy/__init__.py", {"package", "lazy", "named", "broken"}),
        ("code/pooling/toy/page.js", {"package", "lazy", "named", "broken"}),
        ("code/pooling/toy/lazy.py", {"lazy", "named", "broken"}),
        ("code/pooling/departments.py", {"package", "lazy", "named", "broken"}),
        ("code/pooling/apart.py", {"module", "named", "broken"}),
        ("code/pooling/__init__.py", {"package", "module", "lazy", "named", "broken"}),
        ("requirements.txt", {"package", "module", "lazy", "nothing", "named", "broken"}),
    ],
)
def test_an_edit_changes_the_keys_of_just_those_who_use_the_file(library, edited, changed):
    root, chapters = library
    before = {name: chapter_key(cells, root) for name, cells in chapters.items()}
    assert before == {name: chapter_key(cells, root) for name, cells in chapters.items()}
    with (root / edited).open("a") as file:
        file.write("\n")
    after = {name: chapter_key(cells, root) for name, cells in chapters.items()}
    assert {name for name in chapters if before[name] != after[name]} == changed


def test_a_cell_changes_the_key_of_its_chapter(library):
    root, _ = library
    keys = {chapter_key(cells, root) for cells in (["a"], ["a", ""], ["a", "b"], ["b", "a"], ["ab"])}
    assert len(keys) == 5


def test_another_python_changes_every_key(library, monkeypatch):
    root, chapters = library
    before = {name: chapter_key(cells, root) for name, cells in chapters.items()}
    monkeypatch.setattr(sys, "version", f"{sys.version} and a day")
    assert not [name for name, cells in chapters.items() if chapter_key(cells, root) == before[name]]


@each_notebook
def test_a_chapter_depends_on_the_modules_that_its_cells_name(path, tmp_path):
    """The names in the cells are found in the same way as a reader finds them: by looking."""
    named = set(re.findall(r"pooling\.(\w+)", "\n".join(cell.source for cell in code_cells(path))))
    copy_code(tmp_path)
    package = tmp_path / "code" / "pooling"
    modules = [file for name in named for file in (package / f"{name}.py", package / name / "__init__.py")]
    cells = [cell.source for cell in code_cells(path)]
    for module in filter(Path.exists, modules):
        before = chapter_key(cells, tmp_path)
        with module.open("a") as file:
            file.write("\n")
        assert chapter_key(cells, tmp_path) != before, module


def test_an_explorers_files_are_in_the_keys_of_its_own_chapters_and_no_others():
    """Chapters 1 to 7 share a folder; what all explorers share is in every key."""
    code = ROOT / "code"
    explorers = code / "pooling" / "explorer"
    pages = {"front" if path.stem == "index" else path.stem[3:]: path for path in NOTEBOOKS}
    used = {
        stem: files_used("\n".join(cell.source for cell in code_cells(path)), code)
        for stem, path in pages.items()
        if stem in explorer.MODULES
    }
    assert used.keys() == explorer.MODULES.keys()
    folders = {stem: explorers / module.split(".")[0] for stem, module in explorer.MODULES.items()}
    for stem, files in used.items():
        assert {explorers / "frontend" / name for name in ("view.js", "style.css", "link.py")} <= files
        own = explorers.joinpath(*explorer.MODULES[stem].split("."))
        assert {own.with_suffix(".py"), own / "__init__.py"} & files
        engines = {path.parent for path in files if path.name == "engine.js"}
        assert engines == {folders[stem]}, stem


# -- a small book, built again and again -------------------------------------------------------------------

HEADER = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
TOC = "{format: jb-book, root: chapters/index, chapters: [{file: chapters/two}]}"


class SmallBook:
    """A book of two chapters, with a package of its own, that is built by the course's own tools."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("tools", "assets"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("_config.yml", "requirements.txt", "CITATION.cff"):
            shutil.copy(ROOT / name, folder)
        # What was fetched from npm is fetched once.
        shutil.copytree(ROOT / "_build" / "javascript", folder / "_build" / "javascript", symlinks=True)
        self.write("chapters/references.bib", "")
        self.write("_toc.yml", TOC)
        self.write("code/pooling/__init__.py", "")
        self.write("code/pooling/one.py", "VALUE = 'first'\n")
        self.write("code/pooling/two.py", "VALUE = 'second'\n")
        self.chapter("index", "from pooling.one import VALUE\nprint(VALUE)")
        self.chapter("two", "from pooling.two import VALUE\nprint(VALUE)")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf8")

    def chapter(self, name, code, text=""):
        cell = f"```{{code-cell}} ipython3\n{code}\n```\n"
        self.write(f"chapters/{name}.md", f"{HEADER}\n# Chapter {name}\n\n{text}\n\n{cell}")

    def build(self):
        """Build; return the exit code, what was printed, and the names of the chapters executed."""
        result = subprocess.run(
            [sys.executable, "tools/book.py"],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder / "code")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf8",
            check=False,
        )
        executed = re.findall(
            r"^chapter \d+ of \d+: chapters/(\w+) … [\d.]+ s", result.stdout, flags=re.MULTILINE
        )
        return result.returncode, result.stdout, sorted(executed)

    def page(self, name):
        return (self.folder / "_build" / "html" / "chapters" / f"{name}.html").read_text(encoding="utf8")


def test_a_rebuild_executes_what_changed_and_no_output_is_stale(site, tmp_path):
    book = SmallBook(tmp_path)
    book.write("_toc.yml", TOC.replace("]", ", {file: chapters/three}]"))
    book.write("chapters/three.md", "# Chapter three\n\nWords.\n")
    status, text, executed = book.build()
    assert status == 0, text
    assert executed == ["index", "two"]
    assert "first" in book.page("index")
    assert "second" in book.page("two")

    # Nothing changed, and what somebody left in the folder is no chapter.
    notebook = book.folder / "_build" / "html" / "_sources" / "chapters" / "two.ipynb"
    downloaded = notebook.stat().st_mtime_ns
    book.write("chapters/Untitled.md", "# Not in the contents\n\n{ref}`nowhere`\n")
    book.write("chapters/Untitled.ipynb", "{}")
    status, text, executed = book.build()
    assert (status, executed) == (0, []), text
    assert notebook.stat().st_mtime_ns == downloaded

    book.write("code/pooling/two.py", "VALUE = 'changed'\n")
    status, text, executed = book.build()
    assert (status, executed) == (0, ["two"]), text
    assert "changed" in book.page("two")

    # Words alone need no execution and no other page, and old outputs do not come back with an old module.
    three = book.folder / "_build" / "html" / "chapters" / "three.html"
    written = three.stat().st_mtime_ns
    book.chapter("two", "from pooling.two import VALUE\nprint(VALUE)", "New words.")
    assert book.build()[2] == []
    assert "New words." in book.page("two")
    assert "New words." in notebook.read_text("utf8")
    assert three.stat().st_mtime_ns == written
    book.write("code/pooling/two.py", "VALUE = 'second'\n")
    assert book.build()[2] == ["two"]
    assert "second" in book.page("two")

    # Every page is made anew by tools that changed.
    book.write("tools/templates/cite.html", "Cite us.")
    assert book.build()[2] == []
    assert "Cite us." in book.page("three")

    # Another title stands in the contents of every page.
    two = book.folder / "chapters" / "two.md"
    two.write_text(two.read_text("utf8").replace("Chapter two", "Chapter zwei"), "utf8")
    assert book.build()[2] == []
    assert "Chapter zwei" in book.page("three")

    book.write("_toc.yml", "{format: jb-book, root: chapters/index, chapters: [{file: chapters/three}]}")
    (book.folder / "chapters" / "two.md").unlink()
    status, text, executed = book.build()
    assert (status, executed) == (0, []), text
    assert not (book.folder / "_build" / "html" / "chapters" / "two.html").exists()
    assert "Chapter zwei" not in book.page("three")


def test_errors_and_warnings_fail_the_build_and_are_named(site, tmp_path):
    book = SmallBook(tmp_path)
    book.chapter("index", "1 + 1\n```\n\n```{code-cell} ipython3\nlost(1)")
    book.chapter(
        "two", "import warnings\n```\n\n```{code-cell} ipython3\nwarnings.warn('far off', UserWarning)"
    )
    status, text, _ = book.build()
    assert status != 0
    assert re.search(r"chapters/index, code cell 2 \(lost\(1\)\) failed", text), text
    assert "NameError" in text
    assert re.search(r"chapters/two, code cell 2 \(warnings.warn.*\) wrote to stderr", text), text
    assert "far off" in text

    book.chapter("index", "1 + 1", r"$\frac{1}$")
    book.chapter("two", "1 + 1", "{ref}`nowhere`")
    status, text, _ = book.build()
    assert status != 0
    assert "frac" in text, text
    assert "nowhere" in text, text


# -- the chapters' sources ---------------------------------------------------------------------------------


#: Installs something; keeps all warnings away, or all but the first.
INSTALLS = re.compile(r"^\s*[!%]+.*\b(pip|conda|uv)\b|\bsubprocess\b.*\bpip\b", re.MULTILINE)
SILENCES = re.compile(
    r"\b(?:simplefilter|filterwarnings)\((?=[^)]*[\"'](?:ignore|once)[\"'])|\bcatch_warnings\([^)]*\baction\s*="
)


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("!pip install memo", INSTALLS),
        ("%pip install memo", INSTALLS),
        ("!python -m pip install memo", INSTALLS),
        ("!{sys.executable} -m pip install memo", INSTALLS),
        ("x = 1\n%conda install memo", INSTALLS),
        ("!uv pip install memo", INSTALLS),
        ("warnings.filterwarnings('ignore')", SILENCES),
        ('filterwarnings(action="ignore")', SILENCES),
        ("warnings.simplefilter('once')", SILENCES),
        ("warnings.simplefilter(category=UserWarning, action='ignore')", SILENCES),
        ("with warnings.catch_warnings(action='ignore'):\n    pass", SILENCES),
    ],
)
def test_what_the_house_forbids_is_recognised(source, rule):
    assert [one for one in (INSTALLS, SILENCES) if one.search(source)] == [rule]


@pytest.mark.parametrize(
    "source",
    ["pipes = 3", "warnings.catch_warnings(record=True)", "warnings.simplefilter('always')", "!git log"],
)
def test_what_it_allows_is_allowed(source):
    assert not INSTALLS.search(source)
    assert not SILENCES.search(source)


@each_notebook
def test_chapters_keep_the_rules_of_the_house(path):
    for cell in code_cells(path):
        where = f"{path.name}: {cell.source[:60]!r}"
        assert not INSTALLS.search(cell.source), where
        assert not SILENCES.search(cell.source), where
        assert "skip-execution" not in cell.metadata.get("tags", []), where
        code = re.sub(r"^\s*[!%].*$", "", cell.source, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= 6, f"{where}: {node.name} has {lines} lines; it belongs into pooling"


@each_notebook
def test_jupytext_opens_chapters_as_they_are(path):
    text = path.read_text(encoding="utf8")
    notebook = jupytext.reads(text, fmt="md:myst")
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    again = jupytext.reads(jupytext.writes(notebook, fmt="md:myst"), fmt="md:myst")
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]


# -- the repository ----------------------------------------------------------------------------------------


def test_requirements_are_pinned_exactly_and_name_no_address():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf8").splitlines()
    assert lines[0] == "-e ."
    for line in lines[1:]:
        assert re.fullmatch(r"[a-z0-9._-]+==[a-z0-9.!+_-]+( ; [^#@]+)?", line), line
    assert not [line for line in lines if "://" in line or line.startswith("--")]


def test_every_package_asked_for_is_pinned():
    pinned = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text("utf8"), flags=re.MULTILINE)
    text = (ROOT / "requirements.in").read_text(encoding="utf8")
    asked = [re.split(r"[<>=]", line)[0] for line in text.splitlines() if re.match(r"[a-z]", line)]
    assert set(asked) <= set(pinned)
    assert "jupyter-book<2" in text


def test_lock_file_pins_everything_and_names_no_address():
    text = (ROOT / "tools" / "javascript" / "package-lock.json").read_text(encoding="utf8")
    packages = json.loads(text)["packages"]
    assert all("version" in package for name, package in packages.items() if name)
    assert not [name for name, package in packages.items() if "resolved" in package]
    asked = json.loads((ROOT / "tools" / "javascript" / "package.json").read_text("utf8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())


def test_nothing_built_is_committed():
    files = tracked_files()
    assert not [name for name in files if name.endswith((".ipynb", ".pyc", ".woff", ".woff2", ".min.js"))]
    assert not [name for name in files if re.match(r"(_build|\.venv|node_modules)/|.*node_modules/", name)]
    assert "code/__init__.py" not in files, "it would shadow the standard module `code`"
