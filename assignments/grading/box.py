"""The box in which students' code runs: bubblewrap's, or a container engine's.

Whoever is in it sees a list of folders, for reading only: the interpreter, its packages, the system's
libraries and compiler, the course's package, and what the set hands out. It may write into one folder in
memory, of limited size. It has no network, sees no process but its own, and all of them end with it.
"""

import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

INSIDE = Path(__file__).with_name("inside")
PLACE = "/box"
GIVEN = "/given"
MOST_OUTPUT = 200_000  # characters a cell
START = 300  # seconds in which a kernel must have started, however busy the machine is
SHARED = 64 * 2**20  # bytes of /dev/shm
#: What a program needs of the system, a compiler included (PyTensor's). Nothing else below /usr or /etc.
_SYSTEM = [f"/usr/{name}" for name in ("bin", "lib", "lib32", "lib64", "libexec", "include")]
_SYSTEM += [f"/usr/share/{name}" for name in ("zoneinfo", "fonts", "fontconfig")] + ["/etc/fonts"]
_SYSTEM += ["/bin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"]
_OF_PREFIX = ("bin", "lib", "lib64", "include", "libexec", "pyvenv.cfg")
_IMAGE = "partial-pooling-box"
_ASK = """
import json, sys, sysconfig
paths = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib", "include")]
shared = [sysconfig.get_config_var(name) for name in ("LIBDIR", "INSTSONAME")]
print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, paths, shared]))
"""
REFUSAL = """\
Students' programs are not run on this machine without a box around them, and there is none:
{tried}
Install bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap) or, if
it is there and may not work here, as in many containers, podman or docker. Elsewhere than on Linux, grade in
a virtual machine or in WSL 2. UNFENCED=1 runs the programs as you, without any protection: they can then
read, change and send away whatever you can."""


def choose(python, readable):
    """Return the name of the program that puts up a box here.

    Raises
    ------
    SystemExit
        If there is none that works, with what each of them said.
    """
    tried = []
    for name in ("bwrap", "podman", "docker"):
        if not shutil.which(name):
            tried.append(f"  {name}: not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            settings = {"memory": 2**32, "written": 2**20, "trial": True}
            argv, own = command(name, Path(folder), python, readable, settings)
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf8",
                errors="replace",
                env=own,
                check=False,
            )
        if done.stderr.strip() == "ready":
            return name
        tried.append(f"  {name}: {done.stderr.strip()[-500:] or 'it did not start'}")
    raise SystemExit(REFUSAL.format(tried="\n".join(tried)))


def command(name, folder, python, readable, settings):
    """Return the command that starts a driver in a new box, and the environment to call it in.

    Parameters
    ----------
    name : str
        bwrap, podman or docker; empty: no box at all.
    folder : Path
        Its subfolder `work` holds what the set hands out.
    python : str
        The course's interpreter.
    readable : tuple of str
        Folders to be read besides the interpreter's own.
    settings : dict
        memory and written, in bytes, and trial, for the program inside.
    """
    given = folder / "work"
    given.mkdir(exist_ok=True)
    settings = {"trial": False, "output": MOST_OUTPUT, "patience": START} | settings
    settings |= {"boxed": bool(name), "place": PLACE if name else str(folder), "given": GIVEN if name else ""}
    start, own = [python, "-I", str(INSIDE / "start.py"), json.dumps(settings)], environment(name, folder)
    if not name:
        return start, own
    for path in given.rglob("*"):  # whoever reads them is nobody in particular
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    given.chmod(0o755)
    seen = {path: path for path in (*_seen(python), *readable, str(INSIDE))} | {GIVEN: str(given)}
    if name == "bwrap":
        return [*_bubblewrap(seen, settings), *start], own
    return [*_container(name, folder, seen, settings), *start], None  # the engine's client needs the grader's


def environment(name, folder):
    """Return the environment variables in a box; nothing of the grader's shell is among them."""
    place = Path(PLACE) if name else folder
    home, tmp = str(place / "home"), str(place / "tmp")
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "student",
        "HOME": home,
        "TMPDIR": tmp,
        "IPYTHONDIR": f"{home}/ipython",
        "POOLING_FITS": f"{home}/fits",
        "POOLING_QUIET": "1",
        "PYTHONSAFEPATH": "1",  # a file in the folder is no module,
        "PYTHONNOUSERSITE": "1",  # nor is one in the home
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _bubblewrap(seen, settings):
    argv = [shutil.which("bwrap"), "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    argv += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
    if os.geteuid() == 0:
        # Root puts up the box with its own powers; who is in it then becomes somebody who owns nothing.
        argv += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        argv += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    argv += ["--hostname", "box", "--proc", "/proc", "--dev", "/dev"]
    for size, place in ((SHARED, "/dev/shm"), (settings["written"], PLACE)):
        argv += ["--perms", "1777", "--size", str(size), "--tmpfs", place]
    if not any(place.startswith("/tmp/") for place in seen):  # the course may lie there
        argv += ["--symlink", f"{PLACE[1:]}/tmp", "/tmp"]
    above = {str(folder) for place in seen for folder in Path(place).parents[:-1]}
    for place in sorted(above):  # of themselves they would be closed to anybody but root
        argv += ["--perms", "0755", "--dir", place]
    for place, path in sorted(seen.items()):
        argv += ["--ro-bind", path, place]
    for place in ("/proc", "/dev", "/"):
        argv += ["--remount-ro", place]
    return [*argv, "--chdir", "/", "--"]


def _container(name, folder, seen, settings):
    """Return the same for a container engine, from an image that holds nothing."""
    import_it = [name, "import", "-", _IMAGE]
    if subprocess.run([name, "image", "inspect", _IMAGE], capture_output=True, check=False).returncode:
        subprocess.run(import_it, input=bytes(10240), capture_output=True, check=False)  # an empty archive
    argv = [name, "run", "--rm", "--interactive", "--name", container(folder), "--network", "none"]
    argv += [
        "--read-only",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
        "--user",
        "65533:65533",
    ]
    argv += ["--memory", str(settings["memory"]), "--pids-limit", "512", "--shm-size", str(SHARED)]
    argv += ["--ulimit", "nofile=256:256", "--ulimit", "nproc=4096:4096"]
    argv += ["--tmpfs", f"{PLACE}:rw,exec,mode=1777,size={settings['written']}"]
    argv += [word for pair in environment(name, folder).items() for word in ("--env", "=".join(pair))]
    argv += [word for place, path in sorted(seen.items()) for word in ("--volume", f"{path}:{place}:ro")]
    return [*argv, "--workdir", "/", _IMAGE]


def container(folder):
    """Return the name of the container of a run."""
    return "pooling-" + "".join(letter if letter.isalnum() else "-" for letter in str(folder))[-60:]


@functools.cache
def _seen(python):
    """Return what must be readable for an interpreter to run, wherever it was installed."""
    told = subprocess.check_output([python, "-I", "-c", _ASK], encoding="utf8")
    executable, prefix, base, paths, (library_folder, library) = json.loads(told)
    own = [prefix] if base in ("/usr", "/usr/local") else [prefix, base]  # those two hold other things too
    wanted = [f"{home}/{name}" for home in own for name in _OF_PREFIX]
    wanted += [*_SYSTEM, *paths, *(["/nix/store"] if base.startswith("/nix/") else [])]
    if library and library.startswith("libpython"):
        wanted.append(f"{library_folder}/{library}")
    while True:  # from the environment's python to the real one, link by link
        wanted.append(executable)
        if not os.path.islink(executable):
            break
        executable = os.path.normpath(os.path.join(os.path.dirname(executable), os.readlink(executable)))
    wanted += [os.path.realpath(path) for path in wanted]
    found = sorted({path for path in wanted if os.path.exists(path)})
    kept = []
    for path in found:  # sorted, so that a folder comes before what is in it
        if not any(path.startswith(f"{folder}/") for folder in kept):
            kept.append(path)
    return tuple(kept)
