"""A term on a JupyterHub, as `chapters/appendices/hub.md` tells it, line by line: `make test-live`.

Three students and an instructor, accounts of the system that hold against each other. One student works in a
real JupyterLab; one types; one cheats.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import hand_ins
import nbformat
import pytest
from class_round import install
from hub import PASSWORD, Hub, why_not
from places import ROOT

pytestmark = [pytest.mark.live, pytest.mark.skipif(bool(why_not()), reason=why_not())]

COURSE, STEM = "2027-spring", "1_pooling"
CLONE = "/home/prof/partial-pooling"
CLASS = f"{CLONE}/_build/classes/{COURSE}"
MINUTES = 60_000  # ms
EXCHANGE = "/srv/nbgrader/exchange"
#: What runs in an instructor's page if anything does.
HOSTILE = "It shrinks. <img src=x onerror=\"top.document.title='ran'\">"


@pytest.fixture(scope="module")
def hub():
    """Start a hub as its administrator does, by the lines of the page."""
    install()
    subprocess.run(["make", "--no-print-directory", "hub"], cwd=ROOT, check=True)
    folder = Path(tempfile.mkdtemp(prefix="hub-", dir=ROOT / "_build"))
    folder.chmod(0o755)
    running = Hub(folder, ["prof", "lee", "anna", "ben", "eve"])
    try:
        for course, instructor in {COURSE: "prof", "2027-autumn": "lee"}.items():
            said = f"make hub-config COURSE={course} INSTRUCTOR={instructor} TO=/srv/course-hub"
            running.run("root", *said.split(), cwd=ROOT)
        for name in ("assignments", "solutions"):  # as for everybody but root after chmod -R go-rwx
            closed = ["mount", "-t", "tmpfs", "-o", "mode=700", "tmpfs", ROOT / name]
            running.run("root", *closed)
        running.start()
        yield running
    except AssertionError:
        print((folder / "hub.log").read_text()[-5000:] if (folder / "hub.log").exists() else "")
        raise
    finally:
        running.close()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def people(hub, browser):
    """Log everybody in, each in a browser of their own, and return their pages."""
    contexts = {name: browser.new_context(viewport={"width": 1400, "height": 1000}) for name in hub.users}
    pages = {}
    for name, context in contexts.items():
        pages[name] = page = context.new_page()
        page.set_default_timeout(20 * MINUTES)  # for a machine that has much else to do
        page.goto(f"{hub.address}/hub/login")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("input[type=submit]")
        page.wait_for_url(re.compile(f"/user/{name}/lab"))
        page.wait_for_function("() => window.jupyterapp?.restored")
    yield pages
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def a_set(hub, people):
    """Make and release a class, as its instructor does in a terminal, and return the set."""
    hub.clone("prof", CLONE)
    hub.shell("prof", f"make assignments CLASS={COURSE}", cwd=CLONE)
    hub.shell("prof", f"nbgrader release_assignment {STEM}", cwd=CLASS)
    kinds = (hub.path(f"{CLASS}/{kind}/{STEM}/{STEM}.ipynb") for kind in ("release", "source"))
    return hand_ins.Set(*kinds)


def submitted(student, kind="submitted"):
    return f"{CLASS}/{kind}/{student}/{STEM}"


def hand_in(hub, student, notebook):
    """Write a notebook over the one that was fetched, and submit it."""
    path = hub.path(f"/home/{student}/{COURSE}/{STEM}/{STEM}.ipynb")
    nbformat.write(notebook, path)
    hub.shell(student, f"nbgrader submit {STEM} --course {COURSE}")


def inbound(hub, student):
    """Return the folders that say they are a student's, the latest last."""
    folder = hub.path(f"{EXCHANGE}/{COURSE}/inbound")
    return sorted(folder.glob(f"{student}+{STEM}+*"))


class Lab:
    """A student's JupyterLab."""

    def __init__(self, page, address):
        self.page, self.address = page, address

    def press(self, button):
        """Press a button in nbgrader's list of assignments."""
        self.page.goto(f"{self.address}/lab?reset")
        self.page.wait_for_function("() => window.jupyterapp?.restored")
        self.page.evaluate("() => jupyterapp.commands.execute('nbgrader:open-assignment-list')")
        row = self.page.locator(".list_item", has_text=STEM).filter(
            has=self.page.get_by_text(button, exact=True)
        )
        with self.page.expect_response(re.compile("/assignments/")) as answer:
            row.get_by_role("button", name=button, exact=True).first.click()
        assert answer.value.ok

    def open(self, path):
        """Open a file as a notebook and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{path}?reset")
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    def write(self, answers):
        """Type answers into the cells with these ids, run all, save."""
        self.page.evaluate(
            """async (answers) => {
              const { model } = jupyterapp.shell.currentWidget.content;
              for (const cell of model.cells) {
                const id = cell.getMetadata("nbgrader")?.grade_id;
                if (id in answers) cell.sharedModel.setSource(answers[id]);
              }
              await jupyterapp.commands.execute("notebook:run-all-cells");
              await jupyterapp.commands.execute("docmanager:save");
            }""",
            answers,
        )

    def show(self, text):
        """Scroll to the first cell of code with this text: JupyterLab draws those in view."""
        self.page.evaluate(
            """async (text) => {
              const notebook = jupyterapp.shell.currentWidget.content;
              const has = (one) => one.model.type === "code" && one.model.sharedModel.source.includes(text);
              await notebook.scrollToItem(notebook.widgets.findIndex(has), "start");
            }""",
            text,
        )

    def errors(self):
        """Return the errors that the cells show, and the cells that have not been run."""
        return self.page.evaluate(
            """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells)
              .filter((cell) => cell.type === "code" && cell.sharedModel.source.trim())
              .flatMap((cell) => cell.executionCount
                ? Array.from(cell.sharedModel.outputs).filter((o) => o.ename).map((o) => o.evalue)
                : [`not run: ${cell.sharedModel.source}`])"""
        )


def answers_of(a_set, notebook):
    """Return the sources that differ from the set as it was released."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    pairs = zip(ids, notebook.cells, a_set.frame.cells, strict=True)
    return {grade_id: cell.source for grade_id, cell, before in pairs if cell.source != before.source}


def test_graders_menus_are_graders(people):
    has = "(id) => jupyterapp.commands.hasCommand(id)"
    for name, page in people.items():
        grader = name in ("prof", "lee")
        assert page.evaluate(has, "nbgrader:open-assignment-list"), name
        assert page.evaluate(has, "nbgrader:open-formgrader") == grader, name
        assert page.evaluate(has, "nbgrader:open-create-assignment") == grader, name
        answer = page.request.get(f"{page.url.partition('/lab')[0]}/formgrader/api/assignments")
        assert answer.status == (200 if grader else 404), name
        if name in ("lee", "ben", "eve"):  # they type from here on
            page.goto("about:blank")


def test_a_chapter_comes_by_a_link_and_runs(hub, people):
    """Follow a link of nbgitpuller's: the chapter opens as a notebook, and runs where the course is."""
    public = hub.path("/srv/public")
    public.mkdir()
    shutil.copytree(ROOT / "chapters", public / "chapters")
    hub.run("root", "chown", "--recursive", "anna:anna", "/srv/public")
    author = "git -c user.name=prof -c user.email=prof@hub.example"
    made = f"git init -q -b main && git add . && {author} commit -q -m chapters"
    hub.shell("anna", made, cwd="/srv/public")
    lab = Lab(people["anna"], f"{hub.address}/user/anna")
    path = "public/chapters/03_partial_pooling.md"
    lab.page.goto(
        f"{hub.address}/hub/user-redirect/git-pull?repo=file:///srv/public&branch=main&urlpath=lab/tree/{path}"
    )
    lab.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    lab.open(path)
    lab.write({})
    assert lab.errors() == []
    lab.show("explore(")
    lab.page.locator(".pooling-explorer output[data-quantity]").first.wait_for(state="attached")
    (connection,) = hub.path("/home/anna/.local/share/jupyter/runtime").glob("kernel-*.json")
    assert json.loads(connection.read_text())["transport"] == "ipc"
    _, memory = hub.server("anna")
    assert memory < 400, "MB of a server: the page plans 150"


def test_a_term(hub, people, a_set):
    """Release, fetch, submit, submit again, collect, grade, mark, release feedback, fetch it."""
    half, perfect = hand_ins.half(a_set), hand_ins.perfect(a_set)
    anna = Lab(people["anna"], f"{hub.address}/user/anna")
    anna.press("Fetch")
    for student in ("ben", "eve"):
        hub.shell(student, f"nbgrader fetch_assignment {STEM} --course {COURSE}")

    # anna in JupyterLab, with half of it; ben with all
    anna.open(f"{COURSE}/{STEM}/{STEM}.ipynb")
    anna.write(answers_of(a_set, half.notebook))  # what is not answered fails its visible checks
    anna.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    anna.press("Submit")
    hand_in(hub, "ben", perfect.notebook)
    assert "new" in hub.shell("prof", f"nbgrader collect {STEM} --update", cwd=CLASS)

    # anna again, with the rest
    anna.open(f"{COURSE}/{STEM}/{STEM}.ipynb")
    anna.write(answers_of(a_set, perfect.notebook))
    assert anna.errors() == []
    anna.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    anna.press("Submit")

    # eve: a hostile answer, a link to the key, and a folder that says it is ben's
    written = hand_ins.half(a_set).notebook
    for cell in written.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == a_set.written:
            cell.source = HOSTILE
    hand_in(hub, "eve", written)
    (own,) = inbound(hub, "eve")
    (own / "leak.ipynb").symlink_to(f"{CLASS}/source/{STEM}/{STEM}.ipynb")
    forged = f"{EXCHANGE}/{COURSE}/inbound/ben+{STEM}+2099-01-01 00:00:00.000000 UTC+forged"
    hub.shell("eve", f"cp -r {COURSE}/{STEM} '{forged}'")
    said = hub.shell("prof", f"nbgrader collect {STEM} --update", cwd=CLASS)
    assert "is not ben's: it belongs to eve" in said
    assert "not taken: 'leak.ipynb' is a link" in said
    assert not hub.path(f"{submitted('eve')}/leak.ipynb").exists()
    before = nbformat.read(hub.path(f"{submitted('anna', 'submitted-before')}/1/{STEM}.ipynb"), as_version=4)
    assert answers_of(a_set, before) == answers_of(a_set, half.notebook)

    hub.shell("prof", f"make grade CLASS={COURSE} SECONDS=300", cwd=CLONE)
    assert scores(hub) == {"anna": perfect.score, "ben": perfect.score, "eve": half.score}

    mark(hub, people["prof"], a_set, "eve", 2.5, "The second effect is missing.")
    hub.shell("prof", f"make feedback CLASS={COURSE}", cwd=CLONE)
    assert scores(hub)["eve"] == half.score + 2.5
    hub.shell("prof", f"nbgrader release_feedback {STEM}", cwd=CLASS)

    anna.press("Fetch Feedback")
    for student in ("ben", "eve"):
        hub.shell(student, f"nbgrader fetch_feedback {STEM} --course {COURSE}")
    told = {student: feedback(hub, student) for student in ("anna", "ben", "eve")}
    for student, pages in told.items():
        assert len(pages) == 1, student
    assert f"(Score: {float(perfect.score)} / " in told["anna"][0]
    assert f"(Score: {float(half.score + 2.5)} / " in told["eve"][0]
    assert "The second effect is missing." in told["eve"][0]


def test_rights_hold_between_students(hub, people, a_set):
    """What a student may not do to another's, on the exchange and in homes."""
    hand_in_folder = f"{EXCHANGE}/{COURSE}/inbound"
    for line in (
        "ls /home/anna",
        f"ls {ROOT}/assignments",
        f"ls {CLASS}",
        f"ls {hand_in_folder}",
        f"ls {EXCHANGE}/{COURSE}/feedback",
        f"mv {EXCHANGE}/{COURSE} {EXCHANGE}/mine",
        f"touch {EXCHANGE}/{COURSE}/outbound/mine",
        "touch /srv/course-hub/students/nbgrader_config.py",
    ):
        assert "ermission denied" in hub.shell("eve", line, check=False) or "not permitted" in hub.shell(
            "eve", line, check=False
        ), line
    for path in inbound(hub, "anna"):  # even whoever knows its name
        said = hub.shell("eve", f"mv '{hand_in_folder}/{path.name}' {hand_in_folder}/gone", check=False)
        assert "not permitted" in said


def test_every_line_of_the_page_was_typed(hub, a_set):
    """Runs last: what the page says in a shell, the tests above have said."""
    page = (ROOT / "chapters" / "appendices" / "hub.md").read_text(encoding="utf8")
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", page)
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith("cd ")]
    assert len(lines) >= 10
    typed = ["make hub", *hub.typed]
    assert [line for line in lines if not any(f"{said} ".startswith(f"{line} ") for said in typed)] == []
    settings = re.findall(r"(?ms)^```python\n(.*?)^```", page)
    config = hub.path("/srv/jupyterhub/jupyterhub_config.py").read_text()
    assert settings
    assert all(line in config for line in settings)


def scores(hub):
    """Return each student's score in grades.csv."""
    header, *lines = hub.path(f"{CLASS}/grades.csv").read_text().splitlines()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    return {row["student_id"]: float(row["score"]) for row in rows if row["assignment"] == STEM}


def feedback(hub, student):
    """Return the text of the pages of feedback in a student's home."""
    found = hub.path(f"/home/{student}/{COURSE}/{STEM}/feedback").glob(f"*/{STEM}.html")
    pages = [re.sub(r"(?s)<style.*?</style>|<[^>]*>", "", path.read_text()) for path in found]
    return [re.sub(r"\s+", " ", page) for page in pages]


def mark(hub, page, a_set, student, points, comment):
    """Mark the written answer in the formgrader."""
    base = f"{hub.address}/user/prof/formgrader"
    page.goto(f"{base}?path={CLASS}")
    page.wait_for_url(re.compile("/formgrader/manage_assignments"))
    answer = page.request.get(f"{base}/api/submitted_notebooks/{STEM}/{STEM}")
    (one,) = [notebook for notebook in json.loads(answer.text()) if notebook["student"] == student]
    page.goto(f"{base}/submissions/{one['id']}/")
    page.wait_for_function("() => formgrader && formgrader.grades && formgrader.grades.loaded")
    assert page.title() != "ran"
    assert "It shrinks." in page.locator("#notebook").first.inner_text()
    for place, text in ((f"#{a_set.written}", str(points)), (f"#{a_set.written}-comment", comment)):
        field = page.locator(place)
        field.fill(text)
        with page.expect_response(re.compile("/formgrader/api/(grade|comment)/")) as kept:
            field.press("Tab")
        assert kept.value.ok
