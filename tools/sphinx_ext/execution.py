"""A Sphinx extension that executes the chapters before they are read.

jupyter-cache, which the book's `execute_notebooks: cache` reads outputs from, knows a chapter by its code
cells alone. That is not enough here: the code of a chapter lives in `pooling`, and a change there must
never leave an old figure on a page. So this extension gives each chapter a key made of everything that
can change its outputs (`chapter_key`), keeps it beside the cached outputs, and executes the chapters
whose key is not there, in parallel, before Sphinx starts to read. What it executed, it has Sphinx read
again. The cache holds the outputs of the chapters as they are now and nothing else.

The kernels are processes of their own and the driver only waits for them, so threads are enough to run
them side by side; jupyter-cache's own parallel executor would cost a process more for each of them and
cannot report progress.
"""

import os
import re
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbclient
import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from places import ROOT
from sphinx.errors import SphinxError
from sphinx.util.console import strip_colors

from sphinx_ext.chapter_key import chapter_key


class ChapterError(SphinxError):
    """One or more chapters failed, or printed a warning, while they were executed."""

    category = "The chapters could not be executed"


def kernel_environment(build: Path) -> dict[str, str]:
    """Return the environment of the kernels: the same on every machine, and it hides no warning."""
    settings = build / "kernel"
    settings.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "PYTHONWARNINGS": "default",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "JAX_PLATFORMS": "cpu",
        # An allocator with fewer arenas keeps a sixth less of what several threads have freed.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "1000000",
        "POOLING_QUIET": "1",  # no progress of a sampler
        "POOLING_FITS": str(build / "fits"),
        # A reader's own start-up files and matplotlibrc must not change the book.
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(settings / "ipython"),
        "MPLCONFIGDIR": str(settings / "matplotlib"),
    }


def first_line(cell) -> str:
    """Return the line of a cell by which a reader recognises it."""
    lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#")]
    return lines[0].strip() if lines else "(empty)"


def complaint(notebook) -> str | None:
    """Return what an executed notebook printed to stderr, by cell, or None if it printed nothing."""
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = []
    for number, cell in enumerate(code_cells, start=1):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                found.append(
                    f"code cell {number} ({first_line(cell)}) wrote to stderr, as a warning does:\n"
                    f"{textwrap.indent(strip_colors(output.text.strip()), '  ')}"
                )
    return "\n".join(found) or None


def peak_memory(pid: int) -> float | None:
    """Return the most memory (GB) that a living process has had at once, or None: only Linux tells."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf8")
    except OSError:
        return None
    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024 / 1e9


def execute(notebook, folder: Path, environment: dict[str, str], timeout: int) -> tuple[dict, str | None]:
    """Execute a notebook in place; return what it took (seconds, GB) and what went wrong, if anything."""
    start, took = time.perf_counter(), {}
    client = nbclient.NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # jupyter-cache finds a notebook by its cells, their metadata included
        on_cell_executed=lambda **_: took.update(gigabytes=peak_memory(client.km.provisioner.pid)),
    )

    try:
        client.execute(env=environment, transport_encryption="auto")
        problem = complaint(notebook)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        number = 1 + sum(
            cell.cell_type == "code" and cell.get("execution_count") is not None for cell in notebook.cells
        )
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for i, cell in enumerate(cells, start=1):
            if any(output.output_type == "error" for output in cell.outputs):
                number = i
        problem = (
            f"code cell {number} ({first_line(cells[min(number, len(cells)) - 1])}) failed:\n"
            f"{textwrap.indent(strip_colors(str(error)).strip(), '  ')}"
        )
    took["execution_seconds"] = time.perf_counter() - start
    return took, problem


def read_notebooks(app, names) -> dict[str, nbformat.NotebookNode]:
    """Return those of some documents that are notebooks, by name, read just as myst-nb reads them."""
    notebooks = {}
    for docname in sorted(names):
        path = app.env.doc2path(docname)
        text = Path(path).read_text(encoding="utf8")
        reader = create_nb_reader(path, app.env.myst_config, app.env.mystnb_config, text)
        if reader is not None:
            notebook = reader.read(text)
            if any(cell.cell_type == "code" for cell in notebook.cells):
                notebooks[docname] = notebook
    return notebooks


def execute_chapters(app, env, added, changed, removed):
    """Execute the chapters whose outputs are not in the cache; return those to be read again."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    notebooks = read_notebooks(app, env.found_docs)
    keys = {
        name: chapter_key([cell.source for cell in notebook.cells if cell.cell_type == "code"], ROOT)
        for name, notebook in notebooks.items()
    }
    stale = keep_current(cache, notebooks, keys)
    problems = execute_stale(env, cache, {name: notebooks[name] for name in stale}, keys, len(notebooks))
    if problems:
        raise ChapterError("\n\n".join(f"{name}, {problem}" for name, problem in problems.items()))

    known = getattr(env, "pooling_chapter_keys", {})
    env.pooling_chapter_keys = keys
    outdated = [name for name in keys if known.get(name) != keys[name]]
    for name in outdated:
        # Were this build to stop between reading and writing, the next one would take the page for current.
        Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)
    return outdated


def keep_current(cache, notebooks, keys) -> list[str]:
    """Drop outputs made under another key from the cache; return the chapters without any, longest first."""
    current, stale = set(), []
    for name, notebook in notebooks.items():
        try:
            record = cache.match_cache_notebook(notebook)
        except KeyError:
            record = None
        if record is not None and record.data.get("key") == keys[name]:
            current.add(record.pk)
        else:
            stale.append(name)
    for record in cache.list_cache_records():
        if record.pk not in current:
            cache.remove_cache(record.pk)
    return sorted(stale, key=lambda name: -len(notebooks[name].cells))


def execute_stale(env, cache, stale, keys, of) -> dict[str, str]:
    """Execute notebooks side by side, keep outputs in the cache, and return what went wrong by chapter."""
    if not stale:
        return {}
    environment = kernel_environment(ROOT / "_build")
    # Whoever first draws a figure builds matplotlib's font list and says so on stderr.
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"],
        env=environment,
        capture_output=True,
        check=False,
    )
    workers = min(len(stale), os.cpu_count() or 1)
    print(f"executing {len(stale)} of {of} chapters, {workers} at a time", flush=True)

    def run(name):
        folder = Path(env.doc2path(name)).parent
        return name, *execute(stale[name], folder, environment, env.mystnb_config.execution_timeout)

    problems = {}
    with ThreadPoolExecutor(workers) as pool:
        for done, (name, took, problem) in enumerate(completed(pool, run, stale), start=1):
            seconds, failed = took["execution_seconds"], " FAILED" if problem else ""
            print(f"chapter {done} of {len(stale)}: {name} … {seconds:.1f} s{failed}", flush=True)
            if problem:
                problems[name] = problem
            else:
                bundle = CacheBundleIn(stale[name], env.doc2path(name), data=took | {"key": keys[name]})
                cache.cache_notebook_bundle(bundle, overwrite=True)
    return problems


def check_cache(app, env):
    """Make sure that every output which the pages show was made under a key."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    unkeyed = [record.uri for record in cache.list_cache_records() if "key" not in record.data]
    if unkeyed:
        raise ChapterError(f"executed while being read, not before: {', '.join(unkeyed)}")


def completed(pool, function, items):
    """Yield the results of function over items in the order in which they get ready."""
    for future in as_completed([pool.submit(function, item) for item in items]):
        yield future.result()


def setup(app):
    """Register the extension."""
    app.connect("env-get-outdated", execute_chapters)
    app.connect("env-updated", check_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
