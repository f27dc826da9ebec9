"""Folders that others may write to: nothing in them is followed, waited for, or taken at its word."""

import datetime
import errno
import os
import pwd
import re
import secrets
import stat
from pathlib import Path

LARGEST = 200 * 2**20  # bytes of a hand-in
MOST = 1000  # files and folders of a hand-in
SECRET = r"[0-9a-f]{128}"
TIME = "%Y-%m-%d %H:%M:%S.%f UTC"


class Refused(ValueError):
    """What lies in a folder is not what it says, or is nothing to be copied."""


def copied_plainly(source, to, *, owner=None, largest=LARGEST):
    """Copy a folder's plain files, and nothing else that may lie in it.

    Each step is taken from the folder that is open, never by a path: its owner may change it meanwhile.

    Parameters
    ----------
    source, to : path
        A folder that others may write to, and where its copy shall be.
    owner : int, optional
        The user whose it must be, with all that is in it.
    largest : int
        Bytes, of all files together.

    Returns
    -------
    list of (str, str)
        What was left out, and why.
    """
    folder = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if owner not in (None, os.fstat(folder).st_uid):
            raise Refused(f"belongs to {owner_name(os.fstat(folder).st_uid)}")
        left_out, room = [], [largest, MOST]
        _copy(folder, Path(to), "", owner, room, left_out)
    finally:
        os.close(folder)
    return left_out


def receipt(submitted, staged):
    """Give what is graded the two files by which nbgrader finds where its feedback shall go.

    A student's own are copied if they are what nbgrader's `submit` writes. Who handed in by another way has
    none: then the time is that of the folder, and feedback goes where nobody looks for it.
    """
    when, secret = (_short(Path(submitted, name)) for name in ("timestamp.txt", "submission_secret.txt"))
    try:
        datetime.datetime.strptime(when, TIME)
    except ValueError:
        changed = datetime.datetime.fromtimestamp(os.lstat(submitted).st_mtime, datetime.UTC)
        when = changed.strftime(TIME)
    secret = secret if re.fullmatch(SECRET, secret) else secrets.token_hex(64)
    Path(staged, "timestamp.txt").write_text(when, encoding="ascii")
    Path(staged, "submission_secret.txt").write_text(secret, encoding="ascii")


def _copy(folder, to, where, owner, room, left_out):
    to.mkdir()
    for name in sorted(os.listdir(folder)):
        path = os.path.join(where, name)
        room[1] -= 1
        if room[1] < 0 or path.count(os.sep) > 8:
            left_out.append((path, "there are too many files, or folders in folders"))
            return
        try:  # a FIFO must not be waited for
            one = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError as error:
            left_out.append((path, "is a link" if error.errno == errno.ELOOP else error.strerror))
            continue
        try:
            info = os.fstat(one)
            if owner not in (None, info.st_uid):
                left_out.append((path, f"belongs to {owner_name(info.st_uid)}"))
            elif stat.S_ISDIR(info.st_mode):
                _copy(one, to / name, path, owner, room, left_out)
            elif not stat.S_ISREG(info.st_mode):
                left_out.append((path, "is no plain file"))
            elif info.st_size > room[0]:
                left_out.append((path, "is too large"))
            else:
                room[0] -= info.st_size
                with open(one, "rb", closefd=False) as file, open(to / name, "xb") as new:
                    new.write(file.read(info.st_size))
        finally:
            os.close(one)


def _short(path):
    """Return the text of a small plain file; nothing if it is anything else."""
    try:
        one = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(one).st_mode):
            return ""
        return os.read(one, 200).decode("ascii", "replace").strip()
    finally:
        os.close(one)


def owner_name(uid):
    """Return a user's name, or the number of one who has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
