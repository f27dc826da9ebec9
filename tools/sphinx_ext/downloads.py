"""A Sphinx extension: each chapter as a notebook to download, which reads as the page does.

Its first cell says where the page is and what to install. Numbers in the prose are those of the page, from
the cache of executed chapters; references are the words and numbers that the page has; captions stand under
their figures. There are no outputs, as a reader would begin with it, and no cell that only serves the page.

The page's address is SITE_URL, where that is set when the book is built, else where GitHub publishes the
repository that `launch` has found.
"""

import os
import re
from pathlib import Path
from posixpath import dirname, join, normpath

import jupytext
from jupyter_cache import get_cache
from myst_nb.core.variables import format_plain_text
from myst_nb.ext.glue import extract_glue_data_cell
from nbformat.v4 import new_markdown_cell

from sphinx_ext.execution import read_notebooks
from sphinx_ext.plain_markdown import plain
from sphinx_ext.prose_numbers import asked, guessed

ONLY_THE_PAGE = "remove-cell"  #: The tag of cells that put numbers into its prose.
FOLDED = {"hide-input", "remove-input"}
PICTURE = "(a picture, on the page)"  #: What stands in the text for one.


def site_address(environment, repository: str) -> str | None:
    """Return the address of the published book, with a slash at its end, if anything tells it."""
    if told := environment.get("SITE_URL"):
        return told.rstrip("/") + "/"
    if found := re.fullmatch(r"https://github\.com/([^/]+)/([^/]+)", repository):
        owner, name = found[1].lower(), found[2]
        pages = f"https://{owner}.github.io/"
        return pages if name.lower() == f"{owner}.github.io" else f"{pages}{name}/"
    return None


def glued(notebook) -> dict[str, str]:
    """Return what the cells of an executed notebook have glued, as Python writes it."""
    return {
        key: repr(PICTURE) if "text/html" in output["data"] else output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for key, output in extract_glue_data_cell(cell)
    }


def formatted(numbers: dict[str, str], wanted: str) -> str:
    """Return what the page shows for "name:format"."""
    name, _, how = wanted.partition(":")
    return format_plain_text(numbers[name], how or "s")


class Words:
    """What the roles and links of one page say."""

    def __init__(self, env, page: str, numbers: dict[str, str], site: str | None):
        self.env, self.page, self.numbers, self.site = env, page, numbers, site
        self.places = env.domaindata["std"]["anonlabels"]
        self.titles = env.domaindata["std"]["labels"]
        self.sources = env.domaindata["cite"]["bibdata"].data.entries if "cite" in env.domaindata else {}
        self.counted = {
            label: (kind, ".".join(map(str, number)))
            for kinds in env.toc_fignumbers.values()
            for kind, all_of in kinds.items()
            for label, number in all_of.items()
        }

    def __call__(self, name: str, inside: str) -> str:
        """Return a role as Markdown."""
        if name == "link":
            return self.link(*inside.split("\n"))
        if name == "equation":
            return self.counted[f"equation-{inside}"][1]
        if name == "exercise":
            return self.number(inside)
        if name == "eval" and (guess := guessed(inside)):
            return f"*{guess[1]}:* \\_\\_\\_\\_"
        if name in {"eval", "glue:text"}:
            return formatted(self.numbers, asked(inside) or inside)
        if name == "eq":
            return f"({self.counted[f'equation-{inside}'][1]})"
        title, target = _titled(inside)
        if name == "term":
            return title
        if name == "numref":
            return self.number(target)
        if name in {"ref", "doc"}:
            return self.link(title if title != target else "", target)
        if name in {"cite:p", "cite:t"}:
            return "; ".join(self.cited(key.strip(), textual=name == "cite:t") for key in inside.split(","))
        raise ValueError(f"{self.page}: there is nothing plain for a role {{{name}}}")

    def number(self, label: str) -> str:
        """Return "Figure 10.2"."""
        kind, number = self.counted[label]
        return f"{kind.capitalize()} {number}"

    def link(self, text: str, target: str) -> str:
        """Return a link to a place of the book, which needs the book's address, or to another one."""
        if re.match(r"\w+:", target):
            return f"[{text}]({target})"
        path, _, fragment = target.partition("#")
        if target in self.counted:
            return self.number(target)
        if target in self.places:
            page, fragment = self.places[target]
            title = self.titles[target][2] if target in self.titles else target
        else:
            page = normpath(join(dirname(self.page), path.removesuffix(".md"))) if path else self.page
            if page not in self.env.titles:
                raise ValueError(f"{self.page}: no page or label {target}")
            title = self.env.titles[page].astext()
        text = text or title
        if not self.site:
            return text
        return f"[{text}]({self.site}{page}.html{'#' if fragment else ''}{fragment})"

    def cited(self, key: str, *, textual: bool) -> str:
        """Return a source as the author-year style does."""
        entry = self.sources[key]
        people = entry.persons.get("author") or entry.persons.get("editor")
        if people:
            last = [" ".join([*one.prelast_names, *one.last_names]).strip("{}") for one in people]
            who = " and ".join(last) if len(last) < 3 else f"{last[0]} et al."
        else:
            who = entry.fields.get("organization") or entry.fields.get("key") or entry.fields["title"]
        year = entry.fields.get("year", "n.d.")
        return f"{who} ({year})" if textual else f"[{who}, {year}]"


def _titled(inside: str) -> tuple[str, str]:
    """Return title and target of "title <target>", which are the same where there is no title."""
    found = re.fullmatch(r"(.*?)\s*<([^>]+)>", inside, flags=re.DOTALL)
    return (found[1], found[2]) if found else (inside, inside)


def preface(page: str, title: str, site: str | None, repository: str) -> str:
    """Return what stands above the chapter: where it is from, and how to make it run."""
    address = f"<{site}{page}.html>" if site else f"`{page}.html` in the book that you have it from"
    if repository:
        folder = repository.rsplit("/", 1)[1]
        commands = [f"git clone {repository}", f"cd {folder}", "python -m pip install -r requirements.txt"]
        where = "once, in a terminal"
    else:
        commands = ["python -m pip install -r requirements.txt"]
        where = "once, in a terminal, in the folder with the course's source"
    lines = [
        f"**{title}**, a chapter of *Partial Pooling*, as a notebook. The page: {address}",
        f"Its cells need the course's package `pooling`. With Python 3.12 or newer, {where}:",
        "\n".join(["```sh", *commands, "```"]),
        "Then open this file in JupyterLab from there (`python -m jupyterlab`) and run all cells. The "
        "numbers in the text are those of the page; if you change a program, they do not follow.",
    ]
    return "\n>\n".join("\n".join(f"> {row}" for row in part.splitlines()) for part in lines)


def reads_alone(notebook, words: Words, head: str):
    """Turn a chapter's notebook, in place, into one that reads well without Sphinx."""
    cells = [new_markdown_cell(head)]
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, words)
            if cell.source:
                cells.append(cell)
        elif ONLY_THE_PAGE not in tags:
            figure = cell.metadata.pop("mystnb", {}).get("figure")
            if tags & FOLDED:
                cell.metadata["jupyter"] = {"source_hidden": True}
            cells.append(cell)
            if figure:
                caption = plain(figure["caption"].strip(), words)
                cells.append(new_markdown_cell(f"*{words.number(figure['name'])}.* {caption}"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same book, the same files
    notebook.cells = cells


def write_notebooks(app, exception):
    """Write as notebooks the chapters whose page was written since they last were."""
    if exception or app.builder.format != "html":
        return
    env, repository = app.env, app.config.launch_repository
    site = site_address(os.environ, repository)
    places = {name: Path(app.outdir, "_sources", f"{name}.ipynb") for name in env.found_docs}
    old = {name for name, path in places.items() if not newer(path, Path(app.builder.get_outfilename(name)))}
    for name, notebook in read_notebooks(app, old).items():
        words = Words(env, name, glued(executed(env, notebook)), site)
        download = jupytext.read(env.doc2path(name))
        reads_alone(download, words, preface(name, env.titles[name].astext(), site, repository))
        places[name].parent.mkdir(parents=True, exist_ok=True)
        jupytext.write(download, places[name])


def newer(path: Path, page: Path) -> bool:
    """Tell whether a file is there and was written after a page."""
    return path.exists() and path.stat().st_mtime_ns > page.stat().st_mtime_ns


def executed(env, notebook):
    """Return a notebook with its outputs from the cache."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    return cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb


def setup(app):
    """Register the extension, which needs `sphinx_ext.launch`."""
    app.connect("build-finished", write_notebooks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
