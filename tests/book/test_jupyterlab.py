"""Every chapter in a real JupyterLab: all cells run, a slider moved, the kernel asked. `make test-live`."""

import ast
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import jupytext
import pytest
from explorers import CHAPTERS, CHOSEN, PAGES, POINTS, SETTINGS, SLIDERS, expected
from jupyter_cache import get_cache
from lab import open_chapters_as_notebooks
from places import BUILD, ROOT
from playwright.sync_api import expect
from reader import uncounted
from sphinx_ext.downloads import PICTURE, formatted, glued
from sphinx_ext.prose_numbers import asked, guessed

pytestmark = pytest.mark.live
MINUTES = 1_200_000  # ms, for what never comes; a slow machine does not fail

#: Numbers that say how long a cell took: another run, another number.
MEASURED = {"lv-faster", "ex-cost-small", "ex-cost-large"}
#: All cells stay on the page, also those that are scrolled away; no question about news stands over them.
SETTINGS_FILE = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
}
ASK = """
```{code-cell} ipython3
print("told", explorer.settings())
explorer.posterior()
```
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve copies of the chapters in JupyterLab, as Binder does, and yield its address."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    for stem in PAGES:
        file = CHAPTERS[stem]
        path = folder / f"{file}.md"
        text, found = re.subn(r"^(explore\(.*\))$", r"explorer = \1\nexplorer", path.read_text(), flags=re.M)
        assert found == 1, file
        path.write_text(text + ASK, encoding="utf8")
    open_chapters_as_notebooks()
    for name, settings in SETTINGS_FILE.items():
        path = folder / "settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--allow-root", "--expose-app-in-browser", "--IdentityProvider.token=", "--ServerApp.password="),
        f"--LabApp.user_settings_dir={folder / 'settings'}",
        f"--ServerApp.root_dir={folder}",
    ]
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        address = f"http://127.0.0.1:{port}"
        try:
            _await(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _await(address, server):
    """Wait until JupyterLab answers; a slow machine takes its time, a server that has ended never does."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status"):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab ended with {server.returncode} before it answered at {address}")


class Notebook:
    """A notebook open in JupyterLab."""

    RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
    PROMPTS = """() => {
      const { model } = jupyterapp.shell.currentWidget.content;
      return Array.from(model.cells).filter((cell) => cell.type === "code" && cell.sharedModel.source.trim())
        .map((cell) => [cell.executionCount, cell.sharedModel.source,
                        Array.from(cell.sharedModel.outputs).filter((o) => o.output_type === "error")]);
    }"""

    def __init__(self, page, address, file):
        self.page = page
        page.set_default_timeout(MINUTES)
        page.goto(f"{address}/lab/tree/{file}?reset")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    def run_all(self, minutes=30):
        """Run all cells; none may fail."""
        self.page.evaluate(self.RUN_ALL)
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            cells = self.page.evaluate(self.PROMPTS)
            failed = [(source, errors) for _, source, errors in cells if errors]
            assert not failed
            if all(count for count, *_ in cells):
                return
            time.sleep(0.5)
        raise TimeoutError(f"not run: {[source for count, source, _ in cells if not count][:1]}")

    LAST = """
      const notebook = jupyterapp.shell.currentWidget.content;
      const cell = notebook.widgets[notebook.widgets.length - 1].model.sharedModel;
    """

    def append(self, source):
        """Add a code cell at the end."""
        self.page.evaluate(
            f"""(source) => {{ {self.LAST}
              notebook.model.sharedModel.addCell({{cell_type: "code", source}}); }}""",
            source,
        )

    def source(self):
        """Return the source of the last cell."""
        return self.page.evaluate(f"() => {{ {self.LAST} return cell.source; }}")

    def write(self, source):
        """Give the last cell another source."""
        self.page.evaluate(f"(source) => {{ {self.LAST} cell.setSource(source); }}", source)

    def run_last(self):
        """Run the last cell again and return what it printed."""
        self.page.evaluate(f"""async () => {{ {self.LAST}
          notebook.activeCellIndex = notebook.widgets.length - 1;
          notebook.deselectAll();
          await jupyterapp.commands.execute("notebook:run-cell");
        }}""")
        return self.page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").all_inner_texts()

    EXPRESSIONS = """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells)
      .filter((cell) => cell.type === "markdown")
      .flatMap((cell) => cell.getMetadata("user_expressions") ?? [])
      .map(({ expression, result }) => [expression, result.data?.["text/plain"] ?? result.evalue])"""

    def prose(self, count):
        """Return (expression, what it evaluates to) for all of the prose, once they are so many."""
        self.page.wait_for_function(f"(count) => ({self.EXPRESSIONS})().length === count", arg=count)
        return self.page.evaluate(self.EXPRESSIONS)

    def numbers(self):
        """Return what the figure tells."""
        self.page.wait_for_timeout(300)
        told = self.page.eval_on_selector_all(
            ".pooling-explorer output[data-quantity]",
            "all => all.map((o) => [o.dataset.quantity, Number(o.dataset.value)])",
        )
        return dict(told)


@pytest.fixture
def open_chapter(browser, lab):
    contexts = []

    def go(stem):
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        contexts.append(context)
        return Notebook(context.new_page(), lab, f"{CHAPTERS[stem]}.md")

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("stem", PAGES)
def test_a_chapter_runs_and_its_explorer_is_linked_to_the_kernel(open_chapter, stem):
    notebook = open_chapter(stem)
    notebook.run_all()
    page = notebook.page
    page.locator(".pooling-explorer output[data-value]").first.wait_for(state="attached")
    assert not page.locator(".pooling-explorer-static").is_visible()
    before = uncounted(stem, notebook.numbers())
    values = {name: c.initial for name, c in SETTINGS[stem].items()} | CHOSEN[stem]
    values |= {c.name: c.initial for c in POINTS[stem]}
    assert before == pytest.approx(expected(stem, *values.items()), abs=1e-3)

    if stem == "own_groups":  # without sliders: another table is chosen
        page.locator('[data-preset="eight_schools"]').click()
        page.locator('output[data-quantity="best:[H]"]').wait_for()
        after = uncounted(stem, notebook.numbers())
        assert after == pytest.approx(expected(stem, ("table", "eight_schools")), abs=1e-3)
        assert "'table': 'eight_schools'" in " ".join(notebook.run_last())
        return
    name, control = next(iter(SLIDERS[stem].items()))
    handle = page.locator(f'[data-control="{name}"]')
    handle.scroll_into_view_if_needed()
    handle.focus()
    page.keyboard.press("End" if control.initial != control.max else "Home")
    end = control.max if control.initial != control.max else control.min
    after = notebook.numbers()
    assert after != before
    assert after == pytest.approx(expected(stem, *(values | {name: end}).items()), abs=1e-3)

    said = " ".join(notebook.run_last())
    assert re.search(rf"'{re.escape(name)}': (np\.float64\()?{end:g}\b", said), said


def of_the_site(stem):
    """Return what the prose evaluates, in order: expression, and the number that the site has there."""
    cells = jupytext.read(ROOT / f"{CHAPTERS[stem]}.md").cells
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    expressions = [found for text in prose for found in re.findall(r"\{eval\}`([^`]+)`", text)]
    cache = get_cache(BUILD / ".jupyter_cache")
    (record,) = [one for one in cache.list_cache_records() if one.uri.endswith(f"{CHAPTERS[stem]}.md")]
    numbers = glued(cache.get_cache_bundle(record.pk).nb)
    cache.db.dispose()
    return [(one, formatted(numbers, (guessed(one) or [asked(one)])[0])) for one in expressions]


def compare(guess, answer):
    """Guess far too low, and see the guess, the answer and the difference told beside it."""
    guess.get_by_role("textbox").fill("-1000")
    guess.get_by_role("button", name="Compare").click()
    digits = len(answer.partition(".")[2])
    told = f"You: -1000, the chapter: {answer}, difference: {float(answer) + 1000:.{digits}f} too low"
    guess.get_by_text(told.replace("-", "−"), exact=True).wait_for()


@pytest.mark.parametrize("stem", PAGES)
def test_after_run_all_every_number_of_the_prose_is_the_sites(open_chapter, site, stem):
    wanted = of_the_site(stem)
    notebook = open_chapter(stem)
    notebook.run_all()
    told = notebook.prose(len(wanted))
    assert [expression for expression, _ in told] == [expression for expression, _ in wanted]
    guesses = [there for expression, there in wanted if guessed(expression)]
    places = notebook.page.locator(".jp-MarkdownCell .widget-hbox")
    expect(places).to_have_count(len(guesses), timeout=MINUTES)
    for number, answer in enumerate(guesses):
        compare(places.nth(number), answer)
    drawn = notebook.page.locator(".jp-MarkdownCell svg.pooling-picture")
    expect(drawn).to_have_count(sum(there == PICTURE for _, there in wanted), timeout=MINUTES)
    for (expression, text), (_, there) in zip(told, wanted, strict=True):
        if guessed(expression) or there == PICTURE:
            continue
        here = ast.literal_eval(text)
        if asked(expression).partition(":")[0] in MEASURED:
            assert float(here) > 0
        else:
            assert here == there, expression
    # as it is rendered: a cell's source may stand beside it, in an editor that nobody sees
    cells = notebook.page.locator(".jp-MarkdownCell")
    rendered = cells.locator(".myst")
    expect(rendered).to_have_count(cells.count(), timeout=MINUTES)
    broken = rendered.filter(has_text=re.compile(r'glue\["|KeyError|Unknown (Directive|Role)'))
    expect(broken).to_have_count(0, timeout=MINUTES)
    shown = " ".join(rendered.all_inner_texts())
    assert not re.search(r"\{\w+\}`|^\([\w-]+\)=", shown, flags=re.MULTILINE)


BEGIN = """
from pooling import complete_pooling
from pooling.source import edit
edit(complete_pooling, "theta_posterior")
"""
CALL = """
import jax.numpy as jnp
t = jnp.array([1.0, -15.0, 30.0])
of = lambda program: float(jnp.array(THETA) @ program(t, 0.0, 20.0, 15.0))
print("told", of(complete_pooling.theta_posterior), of(theta_posterior))
"""


def test_a_program_brought_into_a_cell_is_edited_and_matters(open_chapter):
    notebook = open_chapter("complete_pooling")
    notebook.append(BEGIN)
    notebook.run_last()
    notebook.page.wait_for_function(f"() => {{ {Notebook.LAST} return cell.source.includes('@memo'); }}")
    program = notebook.source()
    assert program.startswith("from pooling.complete_pooling import ")
    notebook.write(program.replace("normpdf(theta, mu, tau)", "normpdf(theta, mu + 30, tau)"))
    notebook.run_last()
    notebook.append(CALL)
    (said,) = notebook.run_last()
    as_it_was, edited = map(float, said.split()[1:])
    assert as_it_was == pytest.approx(4.491, abs=1e-3)
    # the prior's mean has weight (1/20²) / (1/20² + 3/15²)
    assert edited - as_it_was == pytest.approx(30 / (1 + 3 * 20**2 / 15**2), abs=0.01)
