"""The box around students' programs, attacked: real kernels, a real bubblewrap, nothing of it pretended.

Each attack is a notebook. Beside it stand a gradebook, a key, another's submission and a home; after each
test every byte of them must be what it was.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import textwrap
import time
import uuid
from pathlib import Path

import nbformat
import psutil
import pytest
from grading import box
from grading import kernel as kernels
from grading.files import cleared
from grading.run import run
from grading.submitted import Task, sent_along
from grading.watch import Crowded, Limits, Spent
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
READABLE = (str(ROOT / "code"),)
STUBBORN = """while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""
#: Where the system keeps what is not one user's: a class's keys, nbgrader's exchange. Root looks there too.
SHARED = (
    "/opt",
    "/srv",
    "/usr/local/share",
    "/usr/share",
    "/usr/local/lib",
    "/var/tmp",
    "/etc",
    "/mnt",
    "/home",
)


#: A grader of its own: cells come in, outputs go out.
AS_SOMEBODY = """
import json, sys
from pathlib import Path
sys.path[:0] = [{assignments!r}]
from grading import box
from grading.run import run
from grading.watch import Limits
from nbformat.v4 import new_code_cell, new_notebook
readable = (sys.argv[1],)
cells = json.loads(sys.stdin.read())
nb = new_notebook(cells=[new_code_cell(source) for source in cells])
fence = box.choose(sys.executable, readable)
folder = Path(sys.argv[2]) / "box"
folder.mkdir()
notes = run(nb, folder, Limits(30, 2, fence, sys.executable, readable, processes=10**6))
print(json.dumps([fence, notes, [[dict(o) for o in cell.outputs] for cell in nb.cells]]))
"""


@pytest.fixture
def others(tmp_path):
    """A class's folder and an instructor's home, unchanged after the test."""
    folder = tmp_path / "class"
    for name in (
        "gradebook.db",
        "source/1_pooling/1_pooling.ipynb",
        "submitted/other/1_pooling/1_pooling.ipynb",
        "nbgrader_config.py",
        "home/.ssh/id",
        "kernel.log",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"private {name}")
    before = contents(folder)
    yield folder
    assert contents(folder) == before


def contents(folder):
    return {path: (path.lstat().st_mode, path.is_file() and path.read_bytes()) for path in folder.rglob("*")}


@pytest.fixture
def ran(tmp_path, fence, monkeypatch):
    """A function that runs cells and returns what each put out, in a word or two, and the notes."""
    monkeypatch.setattr("grading.watch.LEAST", 1.0)  # so that endless loops end soon on a busy machine too

    def runs(*cells, seconds=30.0, memory=2.0, fence=fence, work=(), **more):
        nb = new_notebook(cells=[new_code_cell(textwrap.dedent(source)) for source in cells])
        folder = cleared(tmp_path / "running" / "box")
        for name, text in dict(work).items():
            (folder / "work" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "work" / name).write_text(text)
        notes = run(nb, folder, Limits(seconds, memory, fence, sys.executable, READABLE, **more))
        said = []
        for cell in nb.cells:
            words = [o.get("text", o.get("ename", "")) or o.data["text/plain"] for o in cell.outputs]
            said.append("".join(words).strip())
        return said, notes

    return runs


# What a notebook can rely on


def test_cells_run_in_order_and_errors_do_not_stop_them(ran):
    said, notes = ran(
        "x = 1",
        "1 / 0",
        "print(x)\nx + 1",
        "open('table.csv').read()",
        "open('table.csv', 'w').write('own')",
        work={"table.csv": "a,b"},
    )
    assert said == ["", "ZeroDivisionError", "1\n2", "'a,b'", "3"]
    assert notes == []


def test_a_loop_is_interrupted_and_the_rest_goes_on(ran):
    said, notes = ran("x = 1", "while True:\n    pass", "x", seconds=3)
    assert said == ["", "TooLong", "1"]
    assert notes == ["In cell 2 (your own): this cell ran longer than 3 seconds."]


def test_a_loop_that_will_not_stop_costs_its_kernel_and_no_other_cell(ran, monkeypatch):
    monkeypatch.setattr("grading.kernel.PATIENCE", 2)
    said, notes = ran("x = 1", STUBBORN, "x", seconds=3)
    assert said == ["", "TooLong", "1"]
    assert len(notes) == 1


def test_after_three_loops_nothing_more_is_run(ran):
    loop = "while True:\n    pass"
    said, notes = ran(loop, loop, loop, loop, "1", seconds=1)
    assert said == ["TooLong", "TooLong", "TooLong", "NotRun", "NotRun"]
    assert "From cell 4 (your own) on nothing was run: 3 cells had taken too long." in notes


def test_a_crash_costs_its_cell_and_no_other(ran):
    said, notes = ran("import os\nos.abort()", "x = 1", "import os\nos._exit(0)", "x")
    assert said == ["KernelDied", "", "KernelDied", "1"]
    assert len(notes) == 2


def test_who_always_crashes_comes_to_an_end(ran):
    said, _ = ran(*["import os\nos.abort()"] * 5)
    assert said == ["KernelDied"] * 3 + ["NotRun"] * 2


def test_processes_that_share_their_memory_count_once(ran):
    said, _ = ran(
        """
        import os, time
        hoard = b"x" * 700_000_000
        for _ in range(4):
            if not os.fork():
                time.sleep(2)
                os._exit(0)
        for _ in range(4):
            os.wait()
        len(hoard)
        """,
        memory=2.0,
    )
    assert said[0].endswith("700000000")


# What is there to be seen and changed


SEARCH = """
import os
found = []
for where, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if not os.path.islink(os.path.join(where, f))]
    if where == "/proc":
        folders[:] = ["self"]
    found += [os.path.join(where, x) for x in [*folders, *files] if {name!r} in x]
found
"""
WRITABLE = """
import os
found = set()
for where, folders, files in os.walk("/"):
    if where == "/":
        folders.remove("box")
    if where == "/proc":
        folders[:] = [f for f in folders if not f.isdigit() and f not in ("self", "thread-self")]
    paths = [os.path.join(where, x) for x in [".", *files]]
    found |= {os.path.normpath(p) for p in paths if not os.path.islink(p) and os.access(p, os.W_OK)}
sorted(found)
"""


def test_nothing_of_anybody_can_be_found(ran, others):
    name = f"planted-{uuid.uuid4().hex}"
    places = [others, others / "home", Path.home(), ROOT, ROOT / "assignments", ROOT / "_build"]
    places += [Path(place) for place in SHARED]
    planted = [place / name for place in places if place.is_dir() and os.access(place, os.W_OK)]
    assert len(planted) >= 3
    try:
        for path in planted:
            path.write_text("secret")
        targets = [
            *map(str, planted),
            str(ROOT / "assignments" / "1_pooling.md"),
            "/etc/passwd",
            "/etc/shadow",
        ]
        said, _ = ran(
            SEARCH.format(name=name),
            f"import os\n[path for path in {targets!r} if os.path.lexists(path)]",
            "sorted(os.listdir('/usr'))",
        )
    finally:
        for path in planted:
            path.unlink(missing_ok=True)
    assert said[:2] == ["[]", "[]"]
    assert "local" not in said[2]


def test_nothing_can_be_written_but_the_notebooks_own_folder(ran):
    said, _ = ran(
        WRITABLE, "open('/proc/sys/kernel/core_pattern', 'w')", "open('own.txt', 'w').write('mine')"
    )
    found = eval(said[0])
    assert [path for path in found if not path.startswith("/dev/")] == []
    assert said[1:] == ["OSError", "4"]


def test_the_environments_packages_stay_what_they_are(ran):
    packages = Path(pytest.__file__).parents[1]
    said, notes = ran(
        f"open({str(packages / 'sitecustomize.py')!r}, 'w')",
        "import pooling.marks as m\nopen(m.__file__, 'a')",
        "import os\nos.chmod(m.__file__, 0o777)",
        "import sys\nopen(sys.executable, 'ab')",
    )
    assert set(said) <= {"OSError", "PermissionError"}
    assert len(notes) == 4


def test_a_kernel_sees_no_secret_and_no_other_process(ran, monkeypatch):
    monkeypatch.setenv("A_SECRET", "42")
    said, _ = ran(
        "import os\nos.environ.get('A_SECRET', 'unknown')",
        """
        seen = []
        for p in filter(str.isdigit, os.listdir("/proc")):
            try:
                seen.append((int(p), open(f"/proc/{p}/environ", "rb").read()))
            except PermissionError:
                seen.append((int(p), b""))
        max(p for p, _ in seen) < 1000, any(b"A_SECRET" in text for _, text in seen)
        """,
        "print(open('/proc/self/status').read())",
    )
    assert said[:2] == ["'unknown'", "(True, False)"]
    status = dict(line.split(":\t", 1) for line in said[2].splitlines() if ":\t" in line)
    assert {int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Amb")} == {0}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_each_kernel_has_namespaces_of_its_own(ran):
    kinds = ("pid", "net", "ipc", "user", "mnt", "uts")
    said, _ = ran(f"import os\n[os.readlink(f'/proc/self/ns/{{kind}}') for kind in {kinds!r}]")
    own = [os.readlink(f"/proc/self/ns/{kind}") for kind in kinds]
    assert not set(eval(said[0])) & set(own)


def test_names_that_the_box_can_change_are_nothing_that_the_grader_opens(ran, others):
    """A log once became a link, the next kernel opened it for writing, and had its descriptor at hand."""
    said, _ = ran(
        f"""
        import os
        targets = {[str(path) for path in sorted(others.rglob("*")) if path.is_file()]!r}
        for where, folders, files in os.walk("..", topdown=False):
            for name in [*files, *folders]:
                path = os.path.join(where, name)
                for change in (os.remove, os.rmdir, lambda path: os.rename(path, path + ".away")):
                    try:
                        change(path)
                        os.symlink(targets[0], path)
                        break
                    except OSError:
                        pass
        for name in ("kernel.log", "kernel.json", "stdout", "stderr", "executed.ipynb", "notes.json"):
            try:
                os.symlink(targets[0], os.path.join("..", name))
            except OSError:
                pass
        os._exit(1)
        """,
        """
        import os
        opened = []
        for number in os.listdir("/proc/self/fd"):
            try:
                path = os.readlink(f"/proc/self/fd/{number}")
                if path.startswith("/") and not path.startswith(("/dev", "/proc", "/box")):
                    opened.append(path)
            except OSError:
                pass
        [path for path in opened if not os.access(path, os.R_OK) or os.access(path, os.W_OK)], os.listdir(".")
        """,
    )
    assert said == ["KernelDied", "([], [])"]


def test_pipes_of_the_grader_are_out_of_reach(ran):
    said, _ = ran(
        """
        import os
        reached = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            if int(process) != os.getpid():
                try:
                    reached += os.listdir(f"/proc/{process}/fd")
                except PermissionError:
                    pass
        reached
        """,
    )
    assert said == ["[]"]


def test_files_that_a_student_sends_along_are_no_modules(ran, tmp_path):
    evil = "raise SystemExit('evil')"
    names = ["pooling/__init__.py", "pooling/marks.py", "numpy.py", "json.py", "ipykernel.py", "IPython.py"]
    names += ["sitecustomize.py", "usercustomize.py", "evil.pth", "ipython_config.py", "ipykernel_config.py"]
    names += [".ipython/profile_default/startup/evil.py", "jupyter_config.py", "logging.py", "random.py"]
    said, notes = ran(
        "import json, numpy, random\nfrom pooling import marks",
        "[module.__file__ for module in (json, numpy, random, marks)]",
        "import subprocess, sys\nask = 'import json; print(json.__file__)'",
        "subprocess.check_output([sys.executable, '-c', ask])",
        work=dict.fromkeys(names, evil),
    )
    assert "'/box/" not in said[1] + said[3]
    assert str(ROOT / "code") in said[1]
    assert "json" in said[3]
    assert notes == []

    folder = tmp_path / "handed in"
    for name in [*names, "1_pooling.ipynb", "honey.csv", "a\nb`<b>.txt"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(evil)
    task = Task("ada", "1_pooling", folder, "", None)
    (note,) = sent_along(task, {"honey.csv"})
    assert note.startswith("These files were handed in too, and were not used: .ipython/profile_default/")
    assert "a\\nb`<b>.txt" in note
    assert sent_along(task._replace(folder=cleared(tmp_path / "nothing")), set()) == []


# Who is outside


def test_no_program_outside_can_be_reached(ran, tmp_path):
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        by_file = stack.enter_context(socket.socket(socket.AF_UNIX))
        by_file.bind(os.path.relpath(tmp_path / "socket"))
        by_name = stack.enter_context(socket.socket(socket.AF_UNIX))
        name = f"\0{uuid.uuid4().hex}"
        by_name.bind(name)
        by_file.listen()
        by_name.listen()
        said, _ = ran(
            f"import socket\nsocket.create_connection(('127.0.0.1', {tcp.getsockname()[1]}))",
            f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 'socket')!r})",
            f"socket.socket(socket.AF_UNIX).connect({name!r})",
            "socket.create_connection(('192.0.2.1', 80), timeout=2)",
            f"there = '127.0.0.1', {udp.getsockname()[1]}",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', there)",
        )
        udp.setblocking(False)
        with pytest.raises(BlockingIOError):
            udp.recv(1)
    assert said[0] == said[2] == "ConnectionRefusedError"
    assert said[1] == "FileNotFoundError"
    assert said[3] == "OSError"


def test_signals_end_nothing_but_the_box(ran):
    said, _ = ran(
        f"import os, signal\nos.kill({os.getpid()}, signal.SIGKILL)", "import os\nos.kill(-1, 9)", "1"
    )
    assert said == ["ProcessLookupError", "KernelDied", "1"]


def with_argument(mark):
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found += [process] * (mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE)
    return found


def test_what_a_notebook_starts_ends_with_it(ran):
    mark = uuid.uuid4().hex
    ran(
        f"""
        import subprocess, sys, os, time
        sleeps = [sys.executable, "-c", "import time; time.sleep(600)", {mark!r}]
        subprocess.Popen(sleeps, env={{}}, start_new_session=True, stdin=-3, stdout=-3, stderr=-3)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv(sleeps[0], sleeps)
            os._exit(0)
        time.sleep(0.5)
        """
    )
    assert with_argument(mark) == []


def test_the_box_ends_with_its_grader(fence, tmp_path):
    mark, code = uuid.uuid4().hex, AS_SOMEBODY.format(assignments=str(ROOT / "assignments"))
    sleep = f"import subprocess\nsubprocess.run(['sh', '-c', 'sleep 600; true', {mark!r}])"
    grader = subprocess.Popen(
        [sys.executable, "-c", code, *READABLE, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    grader.stdin.write(json.dumps([sleep]).encode())
    grader.stdin.close()
    while not with_argument(mark):
        assert grader.poll() is None
        time.sleep(0.2)
    grader.kill()
    grader.wait()
    while left := with_argument(mark):
        psutil.wait_procs(left, timeout=1)


CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def refused(name, *arguments):
    return getattr(libc, name)(*arguments) < 0 and ctypes.get_errno() == 1
[refused("memfd_create", b"hidden", 0), refused("shmget", 0, 2**20, 0o1600), refused("unshare", 0x10000000),
 refused("ptrace", 0, 0, 0, 0), refused("mount", b"a", b"/box", b"tmpfs", 0, None),
 libc.syscall(435, 0, 0) < 0 and ctypes.get_errno() == 38]
"""


def test_calls_that_no_notebook_needs_are_refused(ran):
    said, _ = ran(
        CALLS, "import os\nos.unshare(os.CLONE_NEWNS)", "import threading\nthreading.Thread().start()"
    )
    assert said == [str([True] * 6), "PermissionError", ""]


# How much of everything


def test_memory_has_an_end(ran):
    said, notes = ran("hoard = bytearray(2**33)", "1", memory=1.0)
    assert said == ["MemoryError", "1"]
    assert notes == ["In cell 1 (your own): more memory was wanted than the 1 GB there are."]


def test_memory_of_many_processes_has_an_end(ran):
    said, notes = ran(
        """
        import os, time
        for _ in range(8):
            if not os.fork():
                hoard = b"x" * 300_000_000
                time.sleep(600)
        time.sleep(600)
        """,
        "1",
        memory=1.0,
    )
    assert said[0].endswith("TooMuch")
    assert said[1] == "1"
    assert notes == ["In cell 1 (your own): more memory was wanted than the 1 GB there are."]


def test_files_count_as_memory(ran):
    fill = "with open('big', 'wb') as file:\n    for _ in range(900):\n        file.write(bytes(10**6))\n"
    said, notes = ran(f"{fill}import time\ntime.sleep(600)", "1", memory=0.7)
    assert said == ["TooMuch", "1"]
    assert "more memory" in notes[0]


@pytest.mark.parametrize("where", ["/box/work", "/box/home", "/tmp", "/dev/shm"])
def test_the_disk_cannot_be_filled(ran, where):
    said, notes = ran(
        f"""
        for number in range(30):
            with open(f"{where}/{{number}}", "wb") as file:
                file.write(bytes(10**7))
        """,
        "1",
        written=0.1,
    )
    assert said == ["OSError", "1"]
    assert notes == ["In cell 1 (your own): more was written than the 0.1 GB there are room for."]


def test_files_cannot_be_too_many(ran, monkeypatch):
    monkeypatch.setattr("grading.watch.MOST_FILES", 3000)
    said, notes = ran("for k in range(10**7):\n    open(f'{k}', 'w').close()", "1")
    assert said == ["TooMuch", "1"]
    assert notes == ["In cell 1 (your own): more than 3000 files were made."]


FORKS = """
import os, time
started = 0
try:
    while started < 20_000:
        if not os.fork():
            time.sleep(600)
        started += 1
except OSError:
    pass
started
"""


def test_the_system_bounds_processes_before_anybody_looks(ran):
    said, _ = ran(FORKS, processes=10**6, seconds=20)
    assert 20 < int(said[0].split()[-1]) < 257 + 16 * os.cpu_count()


def test_a_fork_bomb_ends(ran):
    said, notes = ran(
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass", "1"
    )
    assert said[0].endswith("TooMuch")
    assert said[1] == "1"
    assert notes == ["In cell 1 (your own): more than 64 processes ran at once."]


def test_what_is_printed_has_an_end(ran):
    gigabyte = "for _ in range(1000):\n    print('x' * 10**6)"
    by_hand = "import os\nfor _ in range(20):\n    os.write(1, b'x' * 10**6)\n    os.write(2, b'x' * 10**6)"
    display = "from IPython.display import Markdown as M\nM('z' * 10**6)"
    fails = "raise ValueError('v' * 10**6)"
    before = psutil.Process().memory_info().rss
    said, notes = ran(gigabyte, "print('y' * 10**6)", by_hand, display, fails, "1", seconds=5)
    assert psutil.Process().memory_info().rss - before < 2e8
    assert [len(text) > 100_000 for text in said[:2]] == [True, True]
    assert max(map(len, said)) < 300_000
    assert said[3:] == ["... the rest was left out ...", "ValueError", "1"]
    assert sum("too much was printed" in note for note in notes) >= 4


def test_sleep_counts_for_the_whole_notebook(ran):
    said, notes = ran(*["import time\ntime.sleep(2.5)"] * 12, seconds=4)
    assert said[:2] == ["", ""]
    assert said.count("TooLong") == 1
    assert said[-1] == "NotRun"
    assert any("the whole notebook slept longer than 12 seconds" in note for note in notes)
    said, _ = ran(*["import time\ntime.sleep(7)"] * 12, seconds=2)
    assert said == ["TooLong"] * 3 + ["NotRun"] * 9


def test_work_counts_for_the_whole_notebook(ran):
    work = "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end:\n    pass"
    said, notes = ran(*[work] * 40, seconds=1)
    assert 5 < said.count("") < 18
    assert "TooLong" in said
    assert said[-1] == "NotRun"
    assert "From" in notes[-1]


#: Ways to take long that once were nobody's time: children for whom nobody waits, a parent that is not
#: asleep but suspended, everybody stopped, who should have said that it takes long among them.
UNSEEN = {
    "nobody waits": """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if not os.fork():
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        os._exit(0)
    try:
        os.wait()
    except ChildProcessError:
        pass""",
    "suspended": """
import os
os.mkfifo("pipe")
os.posix_spawn("/bin/true", ["true"], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 0, "pipe", os.O_RDONLY, 0)])""",
    "stopped": "import os, signal\nos.kill(-1, signal.SIGSTOP)",
    "driver stopped": "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("source", UNSEEN.values(), ids=list(UNSEEN))
def test_no_way_to_take_long_is_unseen(ran, monkeypatch, source):
    monkeypatch.setattr("grading.kernel.PATIENCE", 1)
    said, notes = ran(source, "1", seconds=3)
    assert said[0].endswith(("TooLong", "KernelDied"))
    assert said[1] == "1"
    assert len(notes) == 1


def test_a_crash_leaves_no_picture_of_the_memory(ran):
    said, _ = ran("import resource\nresource.getrlimit(resource.RLIMIT_CORE)")
    assert said == ["(1, 1)"]


def test_processor_time_of_all_processes_counts(ran):
    said, _ = ran(
        """
        import os
        for _ in range(4):
            if not os.fork():
                while True:
                    pass
        os.wait()
        """,
        seconds=3,
    )
    assert said[0].endswith("TooLong")


@pytest.mark.live  # it keeps every processor busy, and no test beside it would be what it is
def test_a_busy_machine_costs_no_points(ran, monkeypatch):
    """Six seconds of work, five allowed, and each processor shared with six that never rest."""
    monkeypatch.undo()
    work = "import time\nend = time.process_time() + 6\nwhile time.process_time() < end:\n    pass\n'done'"
    burn = f"import os\nwhile os.getppid() == {os.getpid()}:\n    pass"
    # Each in a session of its own, as the box is: Linux may share processors between sessions.
    others = [
        subprocess.Popen([sys.executable, "-c", burn], start_new_session=True)
        for _ in range(6 * os.cpu_count())
    ]
    try:
        said, notes = ran(work, seconds=5)
    finally:
        for process in others:
            process.kill()
            process.wait()
    assert (said, notes) == (["'done'"], [])


def test_what_a_machine_is_too_busy_for_is_run_again_alone_and_then_left_for_a_person(ran, monkeypatch):
    over, times = Spent.over, []

    def crowded(self):
        if len(times) < most:
            times.append(1)
            raise Crowded("it took too long by the clock")
        return over(self)

    monkeypatch.setattr(Spent, "over", crowded)
    slow = "import time\ntime.sleep(0.6)\n'done'"
    most = 1
    assert ran("1", slow) == (["1", "'done'"], [])
    most = 100
    times.clear()
    with pytest.raises(Crowded, match="too long by the clock"):
        ran("1", slow)


# What comes out of the pipes


@pytest.mark.parametrize(
    "said",
    [None, 7, [], "x", {}, {"kind": 7}, {"kind": "stream"}, {"kind": "stream", "text": {"a": 1}}]
    + [{"kind": "error", "ename": [], "evalue": 3, "traceback": [1, {}]}, {"kind": "error", "traceback": 4}]
    + [
        {"kind": "display_data", "data": data}
        for data in (None, [], {"text/html": 7, "": "x", "a/b": "\ud800"})
    ]
    + [{"kind": "execute_result", "data": {"text/plain": "1"}, "metadata": 5, "execution_count": "x"}],
)
def test_whatever_a_box_says_is_an_output_or_nothing(said):
    outputs = kernels._output(said)
    nb = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    nbformat.validate(nb)
    nbformat.writes(nb).encode("utf8")


@pytest.mark.parametrize(
    "says",
    [
        "'{' * 10**8",
        "'[' * 10**6 + '\\n'",
        "('9' * 10**6 + '\\n') * 50",
        '(\'{"output": {"kind": "stream", "text": "\' + \'x\' * 10**6 + \'"}}\\n\') * 200',
        "'\\x00\\xff\\n' * 10**6",
        '\'{"ended": [], "flooded": []}\\n{"ended": 1}\\n{"died": 3}\\n\'',
    ],
)
def test_a_driver_that_is_not_ours_costs_its_own_points_only(ran, monkeypatch, tmp_path, says):
    """As if a student had taken over the program that speaks for the box."""
    inside = tmp_path / "inside"
    inside.mkdir(mode=0o755)
    (inside / "drive.py").write_text(
        f"import sys\nprint('{{\"ready\": true}}', flush=True)\nsys.stdin.readline()\n"
        f"sys.stdout.write({says})\nsys.stdout.flush()\nimport time\ntime.sleep(600)\n"
    )
    (inside / "start.py").write_text((box.INSIDE / "start.py").read_text())
    monkeypatch.setattr(box, "INSIDE", inside)
    monkeypatch.setattr("grading.kernel.PATIENCE", 1)
    before = psutil.Process().memory_info().rss
    said, _ = ran("1", seconds=2)
    assert psutil.Process().memory_info().rss - before < 4e8
    assert all(len(text) < 10**6 for text in said)


# Where there is no box


def test_without_a_box_grading_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"(?s)bwrap: not installed.*apt install bubblewrap.*UNFENCED=1"):
        box.choose(sys.executable, READABLE)
    fails = tmp_path / "bwrap"
    fails.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    fails.chmod(0o755)
    with pytest.raises(SystemExit, match="bwrap: No permissions to create new namespace"):
        box.choose(sys.executable, READABLE)


def test_unfenced_runs_all_the_same(ran, monkeypatch):
    monkeypatch.setenv("A_SECRET", "42")
    said, notes = ran(
        "import os\nos.environ.get('A_SECRET', 'unknown')",
        "while True:\n    pass",
        "open('table.csv').read()",
        "import subprocess\nsubprocess.Popen(['sleep', '600']).pid",
        fence="",
        seconds=3,
        work={"table.csv": "a,b"},
    )
    assert said[:3] == ["'unknown'", "TooLong", "'a,b'"]
    assert len(notes) == 1
    state = Path(f"/proc/{said[3]}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(os.geteuid() != 0, reason="everything above was tried as an unprivileged user")
def test_an_unprivileged_user_has_the_same_box(fence, tmp_path):
    """As nobody, who must be able to reach the interpreter: in a view of this machine where all may."""
    folder = tmp_path / "nobody's"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    name = f"planted-{uuid.uuid4().hex}"
    (folder / name).write_text("secret")
    cells = ["x = 1", WRITABLE, SEARCH.format(name=name), "import os\nos.fork() or os._exit(0)\nx"]
    cells += [CALLS, "open('/proc/sys/kernel/core_pattern', 'w')", FORKS, "x"]
    argv = ["bwrap", "--dev-bind", "/", "/", "--die-with-parent"]
    closed = {parent for path in box._seen(sys.executable) for parent in [*Path(path).parents][:-1]}
    opened = {}
    for parent in sorted(closed):
        if not parent.stat().st_mode & 1 and not any(parent.is_relative_to(above) for above in opened):
            opened[parent] = [path for path in box._seen(sys.executable) if Path(path).is_relative_to(parent)]
    for parent, below in opened.items():
        argv += ["--perms", "0755", "--tmpfs", str(parent)]
        for above in sorted(
            {str(p) for path in below for p in Path(path).parents if p.is_relative_to(parent)}
        ):
            argv += ["--perms", "0755", "--dir", above]
        for path in below:
            argv += ["--ro-bind", path, path]
    argv += ["--perms", "0755", "--tmpfs", "/mnt", "--bind", str(folder), "/mnt", "--"]
    argv += ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all"]
    code = AS_SOMEBODY.format(assignments=str(ROOT / "assignments"))
    argv += [sys.executable, "-c", code, *READABLE, "/mnt"]
    done = subprocess.run(
        argv,
        input=json.dumps(cells),
        capture_output=True,
        encoding="utf8",
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr
    used, notes, outputs = json.loads(done.stdout)
    assert used == "bwrap"
    text = [out[-1].get("data", {}).get("text/plain", out[-1].get("ename")) if out else "" for out in outputs]
    found = eval(text[1])
    assert [path for path in found if not path.startswith("/dev/")] == []
    assert text[2] == "[]"
    assert text[3:6] + text[7:] == ["1", str([True] * 6), "OSError", "1"]
    assert 20 < int(text[6]) < 257 + 16 * os.cpu_count()
    assert len(notes) == 1  # of the file that was refused
