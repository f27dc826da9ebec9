"""What stands between a student's notebook and the grader: small notebooks, real kernels, a real fence."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grading import fence
from grading.guard import Guard
from grading.kernel import Limits, cleared
from grading.run import run
from grading.scores import error, graded
from nbformat.v4 import new_code_cell, new_notebook, new_output
from places import ROOT

needs_fence = pytest.mark.skipif(not fence.version(), reason="this system has no Landlock")

ABORT = "import os\nos.abort()"
STUBBORN = """while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""


def notebook(*cells):
    return new_notebook(cells=[new_code_cell(source) for source in cells])


def ran(folder, *cells, seconds=30.0, memory=2.0, fenced=True):
    """Run cells and return, for each, its outputs in a word or two, and the notes."""
    nb = notebook(*cells)
    limits = Limits(seconds, memory, fenced and fence.version() > 0, sys.executable, (str(ROOT / "code"),))
    notes = run(nb, cleared(folder / "box"), limits)
    said = []
    for cell in nb.cells:
        words = [o.get("text", o.get("ename", "")) or o.data["text/plain"] for o in cell.outputs]
        said.append("".join(words).strip())
    return said, notes


def test_cells_run_in_order_and_errors_do_not_stop_them(tmp_path):
    said, notes = ran(tmp_path, "x = 1", "1 / 0", "print(x)\nx + 1")
    assert said == ["", "ZeroDivisionError", "1\n2"]
    assert notes == []


def test_a_loop_is_interrupted_and_the_rest_goes_on(tmp_path):
    began = time.monotonic()
    said, notes = ran(tmp_path, "x = 1", "while True:\n    pass", "x", seconds=3)
    assert said == ["", "TooLong", "1"]
    assert notes == ["In cell 2 (your own): this cell ran longer than 3 seconds."]
    assert time.monotonic() - began < 60


def test_a_loop_that_will_not_stop_costs_its_kernel_and_no_other_cell(tmp_path, monkeypatch):
    monkeypatch.setattr("grading.kernel.PATIENCE", 2)
    said, notes = ran(tmp_path, "x = 1", STUBBORN, "x", seconds=3)
    assert said == ["", "TooLong", "1"]
    assert len(notes) == 1


def test_after_three_loops_nothing_more_is_run(tmp_path):
    loop, sleep = "while True:\n    pass", "import time\ntime.sleep(600)"
    said, notes = ran(tmp_path, loop, sleep, loop, loop, "1", seconds=1)
    assert said == ["TooLong", "TooLong", "TooLong", "NotRun", "NotRun"]
    assert "From cell 4 (your own) on nothing was run: 3 cells had taken too long." in notes


def test_a_crash_costs_its_cell_and_no_other(tmp_path):
    said, notes = ran(tmp_path, ABORT, "x = 1", "import os\nos._exit(0)", "x")
    assert said == ["KernelDied", "", "KernelDied", "1"]
    assert len(notes) == 2


def test_who_always_crashes_comes_to_an_end(tmp_path):
    said, _ = ran(tmp_path, *[ABORT] * 5)
    assert said == ["KernelDied"] * 3 + ["NotRun"] * 2


def test_memory_has_an_end(tmp_path):
    said, notes = ran(tmp_path, "hoard = bytearray(2**33)", "1", memory=1.0)
    assert said == ["MemoryError", "1"]
    assert notes == ["In cell 1 (your own): more memory was wanted than the 1 GB there are."]


def test_what_is_printed_has_an_end(tmp_path):
    endless = "while True:\n    print('x' * 10_000)"
    display = "from IPython.display import Markdown as M\nM('z' * 10**6)"
    said, notes = ran(tmp_path, endless, "print('y' * 10**6)", display, "1", seconds=3)
    assert [len(text) > 100_000 for text in said] == [True, True, False, False]
    assert max(map(len, said)) < 300_000
    assert said[0].endswith("TooLong")
    assert said[3] == "1"
    assert len(notes) == 4


@needs_fence
def test_the_fence_keeps_writes_in_and_eyes_out(tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("private")
    said, notes = ran(
        tmp_path,
        f"open({str(diary)!r}, 'w')",
        f"open({str(diary)!r}).read()",
        f"import os\nos.remove({str(diary)!r})",
        f"import os\nos.symlink({str(diary)!r}, 'link')\nopen('link', 'a')",
        "import subprocess\n"
        f"subprocess.run(['/bin/sh', '-c', 'echo mine > {diary}'], stderr=subprocess.DEVNULL).returncode > 0",
        "open('own.txt', 'w').write('mine')",
    )
    assert said == ["PermissionError"] * 4 + ["True", "4"]
    assert len(notes) == 4
    assert diary.read_text() == "private"


@needs_fence
def test_a_kernel_sees_no_secret_and_cannot_signal_or_connect(tmp_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "42")
    said, _ = ran(
        tmp_path,
        "import os\nos.environ.get('A_SECRET', 'unknown')",
        f"open('/proc/{os.getpid()}/environ', 'rb').read()",
        f"os.kill({os.getpid()}, 0)",
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
    )
    assert said[0] == "'unknown'"
    assert said[1] == "PermissionError"
    if fence.version() >= 6:
        assert said[2] == "PermissionError"
    if fence.version() >= 4:
        assert said[3] == "PermissionError"


def test_a_process_that_was_left_behind_is_ended(tmp_path):
    forgotten = "[sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True"
    said, _ = ran(tmp_path, f"import subprocess, sys\nsubprocess.Popen({forgotten}).pid")
    state = Path(f"/proc/{said[0]}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def course(folder):
    (folder / "deep").mkdir(parents=True)
    for name in ("changed", "gone", "unreadable", "deep/one"):
        (folder / name).write_text(name)
    (folder / "link").symlink_to("changed")
    return folder


def test_the_guard_puts_back_what_changed_and_loses_nothing(tmp_path):
    folder, aside = course(tmp_path / "course"), tmp_path / "aside"
    guard = Guard([folder], aside)
    assert guard.restore() == []
    (folder / "changed").write_text("a new version")
    (folder / "gone").unlink()
    (folder / "new").write_text("late")
    (folder / "unreadable").chmod(0)
    (folder / "deep" / "one").unlink()
    (folder / "deep").rmdir()
    (folder / "link").unlink()
    names = {Path(path).name for path in guard.restore()}
    assert names == {"changed", "gone", "unreadable", "deep", "one", "link"}
    for name in ("changed", "gone", "deep/one"):
        assert (folder / name).read_text() == name
    assert (folder / "link").readlink() == Path("changed")
    assert stat.S_IMODE((folder / "unreadable").stat().st_mode) != 0
    assert (folder / "new").read_text() == "late"
    assert [path.read_text() for path in aside.iterdir()] == ["a new version"]
    assert guard.restore() == []


def test_behind_a_fence_the_guard_looks_at_modes_only(tmp_path):
    folder = course(tmp_path / "course")
    guard = Guard([folder], None)
    (folder / "changed").write_text("a new version")
    (folder / "gone").unlink()
    (folder / "unreadable").chmod(0)
    assert [Path(path).name for path in guard.restore()] == ["unreadable"]
    assert (folder / "changed").read_text() == "a new version"
    assert not (folder / "gone").exists()


def result(text):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


@pytest.mark.parametrize(
    ("outputs", "ends_in"),
    [
        ([result("2.5")], "2.5"),
        ([new_output("stream", name="stderr", text="a warning"), result("3.0")], "3.0"),
        ([], "NoScore"),
        ([result("-1")], "NoScore"),
        ([result("1000")], "NoScore"),
        ([result("nan")], "NoScore"),
        ([result("'full marks'")], "NoScore"),
        ([result("1"), result("2")], "NoScore"),
        ([new_output("stream", text="2.0")], "NoScore"),
        ([result("3.0"), error("ValueError", "no")], "ValueError"),
    ],
)
def test_a_score_is_a_number_that_the_question_allows(outputs, ends_in):
    left = graded(outputs, 3.0)
    last = left[-1]
    assert last.get("ename", last.get("data", {}).get("text/plain")) == ends_in
    assert all(output.get("name") != "stderr" for output in left)
    assert ends_in != "NoScore" or not any(output.output_type == "execute_result" for output in left)


def test_the_fence_needs_nothing_but_the_standard_library():
    source = (ROOT / "assignments" / "grading" / "fence.py").read_text(encoding="utf8")
    alone = subprocess.run(
        [sys.executable, "-I", "-S", "-c", source.replace('__name__ == "__main__"', "False")], check=False
    )
    assert alone.returncode == 0
