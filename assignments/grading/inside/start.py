"""The first that runs in a box: take away what the box leaves, then become the driver.

Standard library only. It runs before anything that a student wrote, so it can be trusted to limit itself.
bubblewrap confines what is seen; here go the limits of each process, the identity of somebody who owns
nothing, and a list of system calls that no notebook needs: those that hide memory from whoever watches it,
and those with which sandboxes have been left.
"""

import contextlib
import ctypes
import json
import os
import platform
import shutil
import struct
import sys

NOBODY = 65533  # owns no file and, unlike 65534, no process of the system's either
_SET_DUMPABLE, _SET_SECCOMP, _NO_NEW_PRIVILEGES = 4, 22, 38
_EPERM, _ENOSYS = 1, 38
#: For each processor its number in seccomp, then numbers of system calls: refused, clone, clone3.
_BOTH = (425, 428, 429, 430, 431, 432, 433, 442, 447)  # io_uring_setup, new mount calls, memfd_secret
_CALLS = {
    # shmget msgget ptrace pivot_root mount umount2 add_key request_key keyctl unshare perf_event_open setns
    # process_vm_readv process_vm_writev memfd_create bpf userfaultfd, in this order
    "x86_64": (
        0xC000003E,
        (29, 68, 101, 155, 165, 166, 248, 249, 250, 272, 298, 308, 310, 311, 319, 321, 323, *_BOTH),
        56,
    ),
    "aarch64": (
        0xC00000B7,
        (194, 186, 117, 41, 40, 39, 217, 218, 219, 97, 241, 268, 270, 271, 279, 280, 282, *_BOTH),
        220,
    ),
}
_CLONE3 = 435  # its flags cannot be looked at; the C library falls back on clone
_NEW_NAMESPACES = 0x7E020000


def limit(settings):
    """Limit what each process may use; what all may use together, the grader watches."""
    import resource

    wanted = {
        "RLIMIT_AS": settings["memory"],
        "RLIMIT_FSIZE": settings["written"],
        "RLIMIT_NOFILE": 256,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_CORE": 1,  # with 0, a program of the system's may still be given the dump, to keep outside
    }
    if settings["boxed"]:
        # Threads too, and each library starts one for each processor. Older than Linux 5.14, all processes
        # of the user count, and the grader alone looks how many there are in the box.
        version = tuple(int(part) for part in platform.release().split(".")[:2])
        wanted["RLIMIT_NPROC"] = 256 + 16 * os.cpu_count() if version >= (5, 14) else 8192
    for name, most in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # macOS refuses to limit addresses
            resource.setrlimit(getattr(resource, name), (most, most))


def give_up_root():
    """Become somebody who owns nothing, in a user namespace without a way back.

    A process of root's owns /proc/sys, and may write there without any capability.
    """
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        os.unshare(os.CLONE_NEWUSER)


def refuse_calls():
    """Let system calls that no notebook needs fail, for this process and all that it starts."""
    machine = platform.machine()
    if machine not in _CALLS:
        raise OSError(f"the box knows the system calls of {', '.join(_CALLS)}, not of {machine}")
    architecture, refused, clone = _CALLS[machine]

    def returns(what):
        return struct.pack("HBBI", 0x06, 0, 0, what)

    def loads(offset):
        return struct.pack("HBBI", 0x20, 0, 0, offset)

    def unless(kind, value):  # skip the next instruction unless ...
        return struct.pack("HBBI", kind, 0, 1, value)

    equal, at_least, any_bit, allow, error = 0x15, 0x35, 0x45, 0x7FFF0000, 0x00050000
    program = [loads(4), struct.pack("HBBI", equal, 1, 0, architecture), returns(error | _EPERM), loads(0)]
    program += [unless(at_least, 0x40000000), returns(error | _EPERM)]  # x86_64's other set of numbers
    for number in refused:
        program += [unless(equal, number), returns(error | _EPERM)]
    program += [unless(equal, _CLONE3), returns(error | _ENOSYS)]
    program += [struct.pack("HBBI", equal, 1, 0, clone), returns(allow), loads(16)]
    program += [unless(any_bit, _NEW_NAMESPACES), returns(error | _EPERM), returns(allow)]
    code = ctypes.create_string_buffer(b"".join(program))
    filters = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(_SET_SECCOMP, 2, ctypes.c_char_p(filters), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp refused the list of system calls")


def main():
    """Prepare the place to work in and become the driver, or only say that it could be done."""
    settings = json.loads(sys.argv[1])
    if settings["boxed"]:
        give_up_root()  # first, for a user namespace counts its own processes up to its own limit
        refuse_calls()
    limit(settings)
    place = settings["place"]
    for name in ("work", "home", "tmp"):
        os.makedirs(os.path.join(place, name), exist_ok=True)
    work = os.path.join(place, "work")
    if settings["given"]:
        shutil.copytree(settings["given"], work, symlinks=True, dirs_exist_ok=True)
    os.chdir(work)
    if settings["trial"]:
        sys.exit("ready")
    driver = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drive.py")
    os.execv(sys.executable, [sys.executable, "-P", driver, sys.argv[1]])


if __name__ == "__main__":
    main()
