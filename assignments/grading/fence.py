"""Start a kernel that may write into one folder and use so much memory: `python fence.py SETTINGS ...`.

Standard library only, because it runs before anything else, in the course's environment. Linux's Landlock
(since 5.13, no privileges needed) does what a file mode cannot: this process and all that it starts may
from now on read the interpreter, its packages and this folder, write into this folder, and signal or
connect to nothing outside. Where the system has no Landlock, only the memory limit holds.
"""

import contextlib
import ctypes
import json
import os
import sys

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_NO_NEW_PRIVILEGES = 38
_PATH_BENEATH = 1
_CAPABILITIES = 0x20080522
_EXECUTE, _WRITE, _READ, _READ_FOLDER, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_ALL_OF_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
#: How many kinds of access to files each version of Landlock knows.
_KINDS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/nix", "/proc", "/sys", "/dev")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Capabilities(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version():
    """Return the version of Landlock of this system, 0 if there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, ctypes.CDLL(None).syscall(_CREATE, None, 0, 1))


def limit_memory(n_bytes):
    """Let allocations beyond n_bytes fail; return whether the system does that."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    for what in ("RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_FSIZE"):
        most = {"RLIMIT_AS": n_bytes, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 2**30}[what]
        with contextlib.suppress(ValueError, OSError):  # macOS refuses to limit addresses
            resource.setrlimit(getattr(resource, what), (most, most))
    return resource.getrlimit(resource.RLIMIT_AS)[0] == n_bytes


def restrict(readable, writable):
    """Take everything else away from this process and all that it will start.

    Parameters
    ----------
    readable : list of str
        Folders to read and to execute programs from.
    writable : str
        The folder to write into.
    """
    abi = version()
    if not abi:
        raise OSError("this system has no Landlock")
    libc = ctypes.CDLL(None, use_errno=True)
    known = (1 << _KINDS[min(abi, 5)]) - 1
    # To connect by TCP (a kernel must still bind its own ports); then sockets without a file, and signals.
    rules = _Ruleset(known, 0b10 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    size = {1: 8, 2: 8, 3: 8, 4: 16, 5: 16}.get(abi, 24)
    rules_fd = _asked(libc, _CREATE, ctypes.byref(rules), size, 0)
    reading = _EXECUTE | _READ | _READ_FOLDER
    allowed = [(path, reading) for path in (*_SYSTEM, *readable)]
    allowed += [(path, _WRITE | _READ) for path in _DEVICES]
    for path, access in [*allowed, (writable, known)]:
        if os.path.exists(path):
            if not os.path.isdir(path):
                access &= _ALL_OF_FILE
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            _asked(libc, _ADD_RULE, rules_fd, _PATH_BENEATH, ctypes.byref(_Beneath(access & known, place)), 0)
            os.close(place)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # Who grades as root grades without root's powers: some of them see through the fence.
    libc.capset(ctypes.byref(_Capabilities(_CAPABILITIES, 0)), (ctypes.c_uint32 * 6)())
    _asked(libc, _RESTRICT, rules_fd, 0)
    os.close(rules_fd)


def limit_output(n_characters):
    """Drop what a cell prints beyond n_characters, before it fills anybody's memory."""
    from ipykernel.iostream import OutStream
    from IPython.core.interactiveshell import InteractiveShell

    write, printed = OutStream.write, {}

    def limited(self, text):
        cell = self.parent_header.get("msg_id")
        if cell not in printed:
            printed.clear()
        so_far = printed.get(cell, 0)
        printed[cell] = so_far + len(text)
        if so_far < n_characters:
            write(self, text[: n_characters - so_far])
        return len(text)

    OutStream.write = limited
    InteractiveShell._tee = lambda *_, **__: contextlib.nullcontext()  # it would keep a second copy of it all


def _asked(libc, call, *arguments):
    answer = libc.syscall(call, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), f"Landlock refused: {os.strerror(ctypes.get_errno())}")
    return answer


def main():
    """Put up the fence and become the kernel."""
    settings = json.loads(sys.argv.pop(1))
    limit_memory(settings["memory"])
    if settings["fence"]:
        homes = {sys.prefix, sys.base_prefix, *map(os.path.realpath, (sys.prefix, sys.base_prefix))}
        restrict([*homes, *settings["readable"]], settings["writable"])
    limit_output(settings["output"])
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
