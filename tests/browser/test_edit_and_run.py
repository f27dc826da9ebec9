"""Edit and run, in a real browser: every other host out of reach, over http and from a file."""

import gzip
import re

import numpy as np
import pytest
from javascript.in_page import READERS
from playwright.sync_api import expect
from pooling.edit_and_run.programs import BOXES, edited, text
from pooling.grids import COURSE
from pooling.partial_pooling import posterior

SECONDS = 300_000  # ms, for what never comes; a slow machine does not fail
PARTIAL = "chapters/03_partial_pooling.html"
HALF_NORMAL = {"mean:theta[GOVERNMENT]": 2.9218, "mean:theta[ENGLISH]": 2.3106, "mean:theta[MATH]": 4.0297}


class Program:
    """The box of a page."""

    def __init__(self, page):
        self.page, self.box = page, page.locator(".pooling-run")
        self.editor = self.box.get_by_role("textbox", name="The program")
        self.error, self.status = self.box.get_by_role("alert"), self.box.locator('[data-part="status"]')
        self.run, self.stop, self.reset = (
            self.box.get_by_role("button", name=name, exact=True) for name in ("Run", "Stop", "Reset")
        )

    def press(self):
        """Press Run, and wait until it has come to an end."""
        self.run.click()
        self.rest()

    def rest(self):
        expect(self.status).not_to_have_text(re.compile("…$|^$"), timeout=SECONDS)
        expect(self.run).to_be_enabled(timeout=SECONDS)

    def type(self, program):
        """Select all and type."""
        self.editor.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(program)

    def numbers(self):
        told = self.box.locator("output[data-quantity]").evaluate_all(
            "all => all.map((o) => [o.dataset.quantity, Number(o.dataset.value), o.value])"
        )
        for _, value, shown in told:
            assert float(shown.replace("−", "-")) == pytest.approx(value, abs=0.00501)
        assert len({quantity for quantity, *_ in told}) == len(told)
        return {quantity: value for quantity, value, _ in told}


@pytest.mark.parametrize("where", ["http", "file"])
def test_chapter_3s_program_is_edited_run_mistaken_and_stopped(read, stick, http_site, where):
    page = read(PARTIAL, address=stick.as_uri() if where == "file" else http_site).page
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    program = Program(page)
    as_printed = program.editor.input_value()
    assert as_printed == text("partial_pooling")
    page.wait_for_timeout(300)
    assert asked == []  # nothing is fetched before the click

    program.press()
    assert all("/_static/run/" in url or url.startswith(("data:", "blob:")) for url in asked)
    exact = posterior([1, -15, 30], mu_scale=10, tau_scale=3)
    names = [f"theta[{d}]" for d in ("GOVERNMENT", "ENGLISH", "MATH")]
    wanted = {f"mean:{n}": m for n, m in zip(names, exact.theta.mean, strict=True)}
    wanted |= {f"sd:{n}": s for n, s in zip(names, exact.theta.sd, strict=True)}
    wanted |= {
        f"{kind}:{n}": getattr(getattr(exact, n), kind) for n in ("mu", "tau") for kind in ("mean", "sd")
    }
    assert program.numbers() == pytest.approx(wanted, abs=2e-6)
    curves = program.box.locator('[data-curve="yours:Math"]')
    before = curves.get_attribute("d")

    program.type(as_printed.replace("halfcauchypdf(tau, tau_scale)", "2 * normpdf(tau, 0, tau_scale)"))
    program.press()
    numbers = program.numbers()
    assert {name: numbers[name] for name in HALF_NORMAL} == pytest.approx(HALF_NORMAL, abs=5e-5)
    assert curves.get_attribute("d") != before
    expect(program.box.locator("del")).to_have_text(re.compile("halfcauchypdf"))
    expect(program.box.locator("ins")).to_have_text(re.compile("2 \\* normpdf"))

    program.type(as_printed.replace("president: knows(mu, tau)", "president: knowz(mu, tau)", 1))
    program.press()
    assert "MemoError" in program.error.inner_text()
    assert "president: knowz(mu, tau)" in program.error.inner_text()
    line = next(n for n, row in enumerate(as_printed.splitlines(), 1) if "knows(mu, tau)" in row)
    assert program.editor.evaluate("one => one.style.getPropertyValue('--line')") == str(line)

    program.type("while True:\n    pass\n")
    program.run.click()
    expect(program.status).to_have_text("Running …", timeout=SECONDS)
    page.wait_for_timeout(500)
    program.stop.click()
    expect(program.status).to_have_text("Stopped. Run starts again.")
    program.reset.click()
    assert program.editor.input_value() == as_printed
    program.press()
    assert program.numbers() == pytest.approx(wanted, abs=2e-6)


def test_a_program_is_written_run_and_left_by_keyboard_alone(read):
    page = read("chapters/01_complete_pooling.html").page
    program = Program(page)
    program.box.locator("[data-edit]").last.focus()
    page.keyboard.press("Tab")
    assert program.editor.evaluate("one => one === document.activeElement")
    as_printed = program.editor.input_value()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("if True:")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("sigma = 1")
    assert program.editor.input_value() == as_printed + "if True:\n    sigma = 1"
    page.keyboard.press("Shift+Tab")
    assert program.editor.input_value().endswith("\nsigma = 1")
    page.keyboard.press("ControlOrMeta+z")
    assert program.editor.input_value().endswith("\n    sigma = 1")
    page.keyboard.press("ControlOrMeta+Enter")
    program.rest()
    # with sigma 1 the mean of 1, -15, 30 has all the weight but 1/1201
    assert program.numbers()["mean:theta"] == pytest.approx(16 / 3 * 1200 / 1201, abs=1e-3)
    program.editor.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert program.run.evaluate("one => one === document.activeElement")


def test_what_was_written_is_there_at_the_second_visit_until_reset(read):
    page = read("chapters/02_no_pooling.html").page
    program = Program(page)
    as_printed = program.editor.input_value()
    expect(program.reset).to_be_hidden()  # there is nothing to reset
    program.box.locator('[data-edit="bridge"]').click()
    expect(program.reset).to_be_visible()
    written = edited(text("no_pooling"), BOXES["no_pooling"].edits["bridge"])
    assert program.editor.input_value() == written
    program.editor.press("ControlOrMeta+z")
    assert program.editor.input_value() == as_printed  # the editor's undo takes a suggested edit back
    program.box.locator('[data-edit="bridge"]').click()
    page.reload()
    assert program.editor.input_value() == written
    program.box.locator('[data-edit="bridge"]').click()
    expect(program.status).to_have_text(re.compile("Reset first"))
    program.reset.click()
    page.reload()
    assert program.editor.input_value() == as_printed


def test_suggested_edits_run_where_they_are_suggested(read):
    """Beside the numbers as printed, which do not change."""
    for stem, page_name in (("complete_pooling", "01_complete_pooling"), ("missing_data", "05_missing_data")):
        program = Program(read(f"chapters/{page_name}.html").page)
        printed = None
        for name in BOXES[stem].edits:
            if printed:
                program.reset.click()
            program.box.locator(f'[data-edit="{name}"]').click()
            program.press()
            rows = program.box.locator("tbody tr").all_inner_texts()
            first = [row.split("\t")[1:3] for row in rows]
            assert printed in (None, first)
            printed = first
            assert [row.split("\t")[3:] for row in rows] != first, name


def test_the_cups_of_the_appendix(read):
    page = read("chapters/appendices/reading_memo.html").page
    program = Program(page)
    program.press()
    assert program.numbers() == pytest.approx(
        {f"probability:belief[{cup}]": n / 6 for cup, n in (("ONE", 1), ("TWO", 2), ("THREE", 3))}, abs=1e-6
    )
    program.box.locator('[data-edit="white"]').click()
    program.press()
    assert program.numbers() == pytest.approx(
        {f"probability:belief[{cup}]": n / 6 for cup, n in (("ONE", 3), ("TWO", 2), ("THREE", 1))}, abs=1e-6
    )


def test_a_megabyte_printed_and_a_grid_beyond_the_page_leave_it_alive(read):
    page = read("chapters/01_complete_pooling.html").page
    program = Program(page)
    as_printed = program.editor.input_value()
    program.type(as_printed + "print('<b>bold</b>' * 100_000)\n")
    program.press()
    printed = program.box.locator('[data-part="printed"]')
    assert printed.inner_text().startswith("<b>bold</b><b>")  # as letters
    assert "characters more" in printed.inner_text()
    program.type(as_printed.replace("theta in THETA", "theta in HUGE") + "HUGE = list(range(10**9))\n")
    program.press()
    assert re.search("MemoryError|Python ended", program.error.inner_text())
    program.reset.click()
    program.press()
    assert program.error.inner_text() == ""
    assert "mean:theta" in program.numbers()


def test_a_program_may_import_of_pythons_library_what_is_promised_and_may_end_python(browser, http_site):
    """Python complains in the console when it is ended; the page does not mind."""
    page = browser.new_page()
    page.goto(f"{http_site}/chapters/01_complete_pooling.html")
    program = Program(page)
    as_printed = program.editor.input_value()
    program.type(f"import {', '.join(sorted(READERS))}\n{as_printed}")
    program.press()
    assert "mean:theta" in program.numbers()
    for end in ("import os\nos._exit(3)\n", "x = []\nfor i in range(100_000): x = [x]\nprint(x)\n"):
        program.type(end)
        program.press()
        assert program.error.inner_text().startswith("Python ended: ")
        assert program.editor.input_value() == end
    program.reset.click()
    program.press()
    assert "mean:theta" in program.numbers()
    page.close()


def test_a_first_answer_waits_for_no_module_to_be_compiled(read):
    """What stands compiled beside its source is found there, and the rest has no source."""
    program = Program(read("chapters/01_complete_pooling.html").page)
    program.type(
        f"{program.editor.input_value()}\n"
        "import os, sys\n"
        "specs = [m.__spec__ for m in sys.modules.values() if getattr(m, '__spec__', None)]\n"
        "files = [spec for spec in specs if spec.has_location and spec.origin.endswith(('.py', '.pyc'))]\n"
        "late = [s.name for s in files if not s.origin.endswith('.pyc') and not os.path.exists(s.cached)]\n"
        "print(len(files), late)\n"
    )
    program.press()
    count, late = program.box.locator('[data-part="printed"]').inner_text().strip().split(maxsplit=1)
    assert int(count) > 150
    assert late == "[]"


def test_it_is_stopped_while_it_is_fetched(read):
    page = read("chapters/01_complete_pooling.html").page
    page.context.route("**/_static/run/pyodide.asm.wasm.js", lambda route: None)  # never comes
    program = Program(page)
    program.run.click()
    expect(program.status).to_have_text("Fetching Python …", timeout=SECONDS)
    program.stop.click()
    expect(program.status).to_have_text("Stopped. Run starts again.")
    expect(program.run).to_be_enabled()


def test_where_the_network_is_gone_the_box_says_so(browser, http_site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{http_site}/chapters/01_complete_pooling.html")
    program = Program(page)
    context.set_offline(True)
    program.run.click()
    expect(program.error).to_contain_text("Is the network there?")
    context.set_offline(False)
    program.press()
    assert "mean:theta" in program.numbers()
    context.close()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_the_curves_are_drawn_where_the_numbers_are_and_axe_is_content(read, axe, width, dark):
    page = read(PARTIAL, width=width, color_scheme="dark" if dark else "light").page
    program = Program(page)
    program.box.locator('[data-edit="half_normal"]').click()
    program.press()
    program.box.locator("summary").click()
    exact = posterior([1, -15, 30], mu_scale=10, tau_scale=3)
    svg = program.box.locator("svg").first
    ticks = svg.locator(".pe-tick").evaluate_all(
        "all => all.map((t) => [t.textContent.replace('−', '-'), t.getAttribute('x')].map(Number))"
        ".filter(([value]) => !isNaN(value))"
    )
    (v0, x0), (v1, x1) = ticks[0], ticks[-1]
    for d, label in enumerate(("Government", "English", "Math")):
        path = svg.locator(f'[data-curve="printed:{label}"]').get_attribute("d")
        points = np.array([pair.split(",") for pair in re.findall(r"[-\d.]+,[-\d.]+", path)], dtype=float)
        minutes = v0 + (points[:, 0] - x0) * (v1 - v0) / (x1 - x0)
        height = points[:, 1].max() - points[:, 1]
        wanted = np.interp(minutes, COURSE.theta, exact.theta.probability[d])
        np.testing.assert_allclose(height / height.max(), wanted / wanted.max(), atol=0.02)
        yours = svg.locator(f'[data-curve="yours:{label}"]').get_attribute("d")
        filled = np.array(
            [pair.split(",") for pair in re.findall(r"[-\d.]+,[-\d.]+", yours)][1:-1], dtype=float
        )
        at = v0 + (filled[:, 0] - x0) * (v1 - v0) / (x1 - x0)
        weight = filled[:, 1].max() - filled[:, 1]
        mean = (weight * at).sum() / weight.sum()
        assert mean == pytest.approx(HALF_NORMAL[f"mean:theta[{label.upper()}]"], abs=0.2)
    assert svg.evaluate(
        "one => [one, one.closest('.pooling-run')].map((o) => o.getBoundingClientRect().right)"
        ".reduce((own, box) => own <= box)"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run('.pooling-run').then(({violations}) => "
        "violations.map((v) => [v.id, v.nodes.map((n) => n.html)]))"
    )
    assert found == []


@pytest.mark.parametrize("width", [320, 360])
def test_the_widest_numbers_fit_a_phone(read, width):
    """Chapter 6: five rows, means and sds of two digits before the point."""
    page = read("chapters/06_learned_variance.html", width=width).page
    program = Program(page)
    program.box.locator('[data-edit="small_sigma"]').click()
    program.press()
    assert any(value < -10 for value in program.numbers().values())
    right = "one => one.getBoundingClientRect().right"
    assert program.box.locator("table").evaluate(right) <= program.box.evaluate(right)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "name", ["01_complete_pooling", "02_no_pooling", "03_partial_pooling", "06_learned_variance"]
)
def test_a_box_costs_a_page_little_before_the_click(site, name):
    page = (site / "chapters" / f"{name}.html").read_text(encoding="utf8")
    box = re.search(r'<section class="pooling-run".*?</section>\n', page, flags=re.DOTALL)[0]
    script = (site / "_static" / "run.js").read_bytes()
    more = len(gzip.compress(page.encode())) - len(gzip.compress(page.replace(box, "").encode()))
    assert more + len(gzip.compress(script)) <= 4_096
