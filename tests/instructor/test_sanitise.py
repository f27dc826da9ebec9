"""Nothing that a student wrote runs in a page that somebody else opens: known attacks, in a real browser.

Each attack calls `ran(NAME)`. All are in one notebook, which is shown by a page of feedback, by a running
formgrader, and by nbgrader's own page without this course's settings, where they must run: else they would
test nothing.
"""

import base64
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = Path(__file__).resolve().parents[1] / "support"
GRADER = ROOT / "_build" / "grading" / "bin" / "python"


def calls(name):
    return f"top.ran&&top.ran('{name}')"


def encoded(text):
    return base64.b64encode(text.encode()).decode()


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="{0}"><script>{0}</script></svg>'
#: In an answer that is Markdown. `(run)` marks those that run in nbgrader's own page without a click.
MARKDOWN = {
    "img onerror (run)": '<img src=x onerror="{0}">',
    "script (run)": "<script>{0}</script>",
    "svg onload (run)": '<svg onload="{0}"></svg>',
    "details ontoggle (run)": '<details open ontoggle="{0}">x</details>',
    "iframe srcdoc (run)": '<iframe srcdoc="<script>{0}</script>"></iframe>',
    "iframe javascript (run)": '<iframe src="javascript:{0}"></iframe>',
    "autofocus (run)": '<input autofocus onfocus="{0}">',
    "video source (run)": '<video><source onerror="{0}"></video>',
    "object data": '<object data="data:text/html,<script>{0}</script>"></object>',
    "embed svg": '<embed src="data:image/svg+xml;base64,{svg}">',
    "style import": "<style>@import 'http://127.0.0.1:9/{0}';</style>",
    "animation (run)": '<style>@keyframes x{{}}</style><b style="animation:x 1s" onanimationstart="{0}"></b>',
    "form action": '<form action="javascript:{0}"><button id=press>Full credit</button></form>',
    "base": '<base href="http://127.0.0.1:9/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
    "link in Markdown": "[press](<javascript:{0}>)",
    "link data": '<a href="data:text/html,<script>{0}</script>">press</a>',
    "link broken over lines": '<a href="java\n\tscript:{0}">press</a>',
    "math in svg": '<math><a xlink:href="javascript:{0}">press</a></math>',
    "namespaces": '<math><mtext><table><mglyph><style><img title="</style><img src=x onerror={q}>">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror={q}>"></noscript>',
    "comment": "<!--><img src=x onerror={q}>-->",
    "unclosed": "<img src=x onerror={q}//",
    "attached svg": "![x](attachment:x.svg)",
    "attachment breaks out": "![x](attachment:out.png)",
    "image's text breaks out": '![x" onerror="{0}](attachment:x.png)',
    "formula's text": r"$\text{{<img src=x onerror={q}>}}$",
    "formula's link": r"$\href{{javascript:{0}}}{{x}}$",
    "fence mermaid (run)": "```mermaid\n<img src=x onerror={q}>\n```",
    "fence language": '```"><img/src=x/onerror={q}>\nx\n```',
    "heading": "# <img src=x onerror={q}>",
    "clobber": '<b id=words>x</b><b id=submission_id class="navbar-fixed-top score">x</b>',
}
#: Among the outputs of a cell: data, metadata.
DATA = {
    "html (run)": ({"text/html": "<img src=x onerror={q}>"}, {}),
    "html isolated": ({"text/html": "<script>{0}</script>"}, {"text/html": {"isolated": True}}),
    "javascript": ({"application/javascript": "{0}"}, {}),
    "svg inline": ({"image/svg+xml": "{rawsvg}"}, {}),
    "markdown (run)": ({"text/markdown": "<img src=x onerror={q}>"}, {}),
    "latex": ({"text/latex": "$\\text{{<img src=x onerror={q}>}}$"}, {}),
    "plain": ({"text/plain": "<img src=x onerror={q}>"}, {}),
    "mermaid": ({"text/vnd.mermaid": "<img src=x onerror={q}>"}, {}),
    "png": ({"image/png": '"><img src=x onerror={q}>'}, {}),
    "png's width (run)": ({"image/png": PIXEL}, {"image/png": {"width": "1 onload={q}"}}),
    "widget": (
        {"application/vnd.jupyter.widget-view+json": {"model_id": "</script><img src=x onerror={q}>"}},
        {},
    ),
    "unknown": ({"text/x-unknown": "<img src=x onerror={q}>"}, {}),
}


def filled(template, name):
    """Put the call into a template, wherever one is."""
    if isinstance(template, dict):
        return {key: filled(value, name) for key, value in template.items()}
    if not isinstance(template, str):
        return template
    call = calls(name)
    svg = SVG.format(call)
    quoteless = f"ran(/{name.replace(' ', '_')}/.source)"
    return template.format(call, q=quoteless, svg=encoded(svg), rawsvg=svg)


def hostile():
    """Return the hostile notebook's parts."""
    shown = {name: filled(data, name) for name, (data, _) in DATA.items()}
    outputs = [
        {"output_type": "display_data", "data": shown[name], "metadata": filled(DATA[name][1], name)}
        for name in DATA
    ]
    image = filled("<img src=x onerror={q}>", "stream")
    outputs += [
        {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{image}\x1b[38;2;1;2;3m{image}\x1b[0m"},
        {"output_type": "stream", "name": "stderr", "text": image},
        {"output_type": "error", "ename": image, "evalue": image, "traceback": [f"\x1b[1m{image}"]},
    ]
    pixel = {"image/png": PIXEL}
    return {
        "answer": "\n\n".join(filled(template, name) for name, template in MARKDOWN.items()),
        "attachments": {
            "x.svg": {"image/svg+xml": encoded(SVG.format(calls("attached svg")))},
            "x.png": pixel,
            "out.png": {"image/png": filled('x" onerror="{0}', "attachment breaks out")},
        },
        "outputs": outputs,
        "note": f"This notebook is of class {image} [press](<javascript:{calls('note')}>), not hostile.",
        "names": [image, f"O'Brien {image}", image],
    }


@pytest.fixture(scope="module")
def a_class(tmp_path_factory, installed):
    """Return the folder of a class that is graded, and has pages."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "hostile.json").write_text(json.dumps(hostile()), encoding="utf8")
    environment = os.environ | {
        "PATH": f"{GRADER.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "assignments"),
    }
    command = [GRADER, "-W", "ignore", SUPPORT / "hostile_class.py", folder]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class Seen:
    """What a page did: scripts of the student's, other hosts that were asked, what the policy stopped."""

    def __init__(self, browser, allowed=""):
        self.context = browser.new_context()
        self.ran, self.asked, self.stopped = set(), [], []
        self.context.expose_function("ran", lambda name: self.ran.add(name.replace("_", " ")))
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: self._console(message.text))
        self.page.on("dialog", lambda dialog: dialog.dismiss())
        self.allowed = allowed
        self.context.route(re.compile("^https?:"), self._route)

    def _route(self, route):
        address = route.request.url
        if self.allowed and address.startswith(self.allowed):
            route.continue_()
        else:
            self.asked.append(address)
            route.abort()

    def _console(self, text):
        # (a page of feedback has nbgrader's style sheet, and not the font of icons that it names)
        if "Content Security Policy" in text and "Loading the font" not in text:
            self.stopped.append(text)

    def until(self, happened):
        """Wait until something has happened, however slow the machine is; whether it has, the test says."""
        for _ in range(600):
            if happened():
                return
            self.page.wait_for_timeout(100)

    def press_everything(self):
        """Click whatever in the notebook could be clicked, as a careless reader would."""
        here = self.page.url
        students = "#notebook :is(.text_cell_render, .output_area) :is(a, button, summary, [onclick])"
        for one in self.page.locator(students).all():
            if one.is_visible():
                one.click(force=True, no_wait_after=True)
        self.page.wait_for_timeout(300)
        assert self.page.url.partition("#")[0] == here.partition("#")[0]


@pytest.fixture
def seen(browser):
    opened = []

    def go(**settings):
        opened.append(Seen(browser, **settings))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()


def test_the_attacks_run_in_nbgraders_own_page(a_class, seen):
    page = seen()
    page.page.goto((a_class / "untouched.html").as_uri())
    names = {name for name in (*MARKDOWN, *DATA) if "(run)" in name}
    page.until(lambda: names <= page.ran and page.asked)
    assert names - page.ran == set()
    assert page.asked


def test_nothing_runs_in_a_page_of_feedback(a_class, seen):
    page = seen()
    page.page.goto((a_class / "page.html").as_uri())
    page.press_everything()
    assert page.ran == set()
    assert page.asked == []
    assert page.page.locator("script").count() == 0
    # the sanitiser alone does it: the policy, a second wall, had nothing to stop
    assert page.stopped == []
    assert page.page.locator("#notebook math").count() >= 1
    text = page.page.locator("body").inner_text()
    assert "This notebook is of class <img src=x onerror" in text
    assert "press (javascript:top.ran" in text


def test_a_page_of_feedback_is_closed_to_what_the_sanitiser_might_miss(a_class, seen, tmp_path):
    html = (a_class / "page.html").read_text(encoding="utf8")
    missed = '<script>ran("script")</script><img src=x onerror="ran(1)"><img src="http://127.0.0.1:9/x.png">'
    missed += '<iframe src="data:text/html,x"></iframe><link rel=stylesheet href="http://127.0.0.1:9/x.css">'
    (tmp_path / "page.html").write_text(html.replace("</body>", f"{missed}</body>"), encoding="utf8")
    page = seen()
    page.page.goto((tmp_path / "page.html").as_uri())
    page.until(lambda: len(page.stopped) >= 4)
    assert page.ran == set()
    assert page.asked == []
    assert len(page.stopped) >= 4


@pytest.fixture(scope="module")
def formgrader(a_class, tmp_path_factory):
    """Run nbgrader's formgrader on the class, as `make formgrader` does, and yield its address."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(GRADER, "-W", "ignore", "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--allow-root", "--IdentityProvider.token=", "--ServerApp.password="),
        f"--ServerApp.root_dir={a_class}",
    ]
    environment = os.environ | {
        "HOME": str(home),
        "PATH": f"{GRADER.parent}{os.pathsep}{os.environ['PATH']}",
    }
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=a_class, env=environment)
        address = f"http://127.0.0.1:{port}"
        try:
            _await(address)
            yield address
        finally:
            server.terminate()
            server.wait(60)


def _await(address):
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/api/status"):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"the formgrader did not answer at {address}")


def submission(address):
    """Return the address of the page on which the one submission is marked."""
    with urllib.request.urlopen(f"{address}/formgrader/api/submissions/set") as answer:
        (one,) = json.load(answer)
    with urllib.request.urlopen(f"{address}/formgrader/api/submitted_notebooks/set/set") as answer:
        (notebook,) = json.load(answer)
    assert one["student"] == "eve"
    return f"{address}/formgrader/submissions/{notebook['id']}/"


def test_nothing_runs_in_the_formgrader_and_marking_works(formgrader, seen):
    page = seen(allowed=formgrader)
    page.page.goto(submission(formgrader))
    score = page.page.locator("#words")
    score.wait_for()
    page.page.wait_for_function("() => formgrader && formgrader.grades && formgrader.grades.loaded")
    page.press_everything()
    assert page.ran == set()
    assert page.asked == []
    assert page.stopped == []

    # its own scripts do run: a name is shown on request, a mark is kept
    page.page.locator(".name-hidden.glyphicon").first.click()
    assert "O'Brien <img src=x onerror" in page.page.locator("a.name-shown").inner_text()
    assert score.evaluate("e => e.tagName") == "INPUT"
    score.fill("1.5")
    with page.page.expect_response(re.compile("/formgrader/api/grade/")) as kept:
        score.press("Tab")
    assert kept.value.ok
    page.page.reload()
    page.page.wait_for_function("() => formgrader && formgrader.grades && formgrader.grades.loaded")
    assert page.page.locator("#words").input_value() == "1.5"
    assert page.page.locator("#notebook math").count() >= 1


def test_the_formgraders_lists_show_names_as_they_are_written(formgrader, seen):
    """Names, an address: of `students.csv`, of which students themselves may have typed some."""
    page = seen(allowed=formgrader)
    name = "<img src=x onerror"
    for place, shown in {
        "manage_students": 2,  # names, and an address
        "manage_students/eve": 0,
        "manage_students/eve/set": 0,
        "manage_submissions/set": 1,
        "gradebook/set/set?showall": 1,
    }.items():
        page.page.goto(f"{formgrader}/formgrader/{place}")
        rows = page.page.locator("table tbody tr td.name, table tbody tr td.student-name")
        rows.first.wait_for()
        page.page.wait_for_function("() => !document.body.innerText.includes('please wait')")
        for button in page.page.locator("#toggle_names").all():
            button.click()
        assert page.page.locator("body").inner_text().count(name) >= shown, place
        assert page.page.locator("img[src=x]").count() == 0, place
    page.page.goto(f"{formgrader}/formgrader/manage_students")
    page.page.locator("td.edit a").first.click()
    page.page.locator("input.modal-last-name").wait_for()
    assert page.ran == set()


def test_a_link_brings_no_script_into_the_formgrader(a_class, formgrader, seen):
    page = seen(allowed=formgrader)
    script = quote("<script>ran('link')</script>", safe="")
    string = quote('";ran("string");"', safe="")
    end = quote("\\", safe="")
    for way in ("manage_students/{}", "manage_students/eve/{}", "manage_students/{}/set"):
        for name in (script, string, end):
            answer = page.page.goto(f"{formgrader}/formgrader/{way.format(name)}")
            assert answer.status == 404, way
            page.page.wait_for_timeout(100)
    for way in ("manage_submissions/{}", "gradebook/{}", "gradebook/set/{}"):
        page.page.goto(f"{formgrader}/formgrader/{way.format(script)}")
        page.page.wait_for_timeout(100)
    # a file beside the notebook, by the way that pictures come
    (a_class / "submitted").mkdir(exist_ok=True)
    (a_class / "submitted" / "evil.html").write_text("<p>here</p><script>ran('file')</script>")
    page.page.goto(f"{submission(formgrader)}..%2F..%2F..%2Fsubmitted%2Fevil.html")
    page.page.wait_for_timeout(300)
    assert page.ran == set()


def test_the_formgrader_is_closed_to_what_the_sanitiser_might_miss(formgrader, seen):
    page = seen(allowed=formgrader)
    page.page.goto(submission(formgrader))
    page.page.locator("#words").wait_for()
    page.page.evaluate("""() => document.querySelector("#notebook").insertAdjacentHTML("beforeend",
      '<img src=x onerror="ran(1)"><iframe srcdoc="<script>top.ran(2)</script>"></iframe>' +
      '<img src="/formgrader?path=/tmp"><form action="/logout"><button id=leave>x</button></form>')""")
    page.page.locator("#leave").click(no_wait_after=True)
    page.until(lambda: len(page.stopped) >= 4)
    assert page.ran == set()
    assert len(page.stopped) >= 4


def test_the_formgrader_runs_no_settings_from_a_folder_that_others_can_write_to(formgrader, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    tmp_path.chmod(0o777)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{formgrader}/formgrader?path={tmp_path}")
    assert not (tmp_path / "ran").exists()
    tmp_path.chmod(0o755)
    with urllib.request.urlopen(f"{formgrader}/formgrader?path={tmp_path}") as answer:
        assert answer.url.endswith("/formgrader/manage_assignments")
    assert (tmp_path / "ran").exists()
