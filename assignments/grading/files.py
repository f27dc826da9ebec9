"""Files that others have sent: read only if they are plain, told apart from what is not, written whole.

No link is followed and no pipe opened: what a link leads to, the key perhaps, is nobody's hand-in.
"""

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

LARGEST = 50 * 2**20  # bytes of a file that is read
DEEPEST, MOST = 40, 5000  # folders in one another, files
#: Folders and files that a system or Jupyter makes, and nobody hands in.
LITTER = {".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git", ".DS_Store", "Thumbs.db", "desktop.ini"}
_KINDS = {
    stat.S_IFLNK: "it is a link, and links are not followed",
    stat.S_IFIFO: "it is a pipe, no file",
    stat.S_IFSOCK: "it is a socket, no file",
    stat.S_IFCHR: "it is a device, no file",
    stat.S_IFBLK: "it is a device, no file",
}


class File(NamedTuple):
    """Something below a folder: where, from that folder, and why it cannot be read (None if it can)."""

    path: Path
    inside: PurePosixPath
    why_not: str | None


def below(folder):
    """Yield a File for everything below a folder but folders that can be listed; never raises.

    Parameters
    ----------
    folder : Path

    Yields
    ------
    File
        In the order of their names; at most MOST of them, the last one then says that there are more.
    """
    for count, (path, why_not) in enumerate(_below(Path(folder), 0), 1):
        inside = PurePosixPath(*path.relative_to(folder).parts)
        if count > MOST:
            yield File(path, inside, f"there are more than {MOST} files; the rest was not looked at")
            return
        yield File(path, inside, why_not)


def _below(folder, depth):
    try:
        with os.scandir(folder) as entries:
            entries = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield folder, f"its files cannot be listed ({said(error)})"
        return
    for entry in entries:
        path = folder / entry.name
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            yield path, f"it cannot be looked at ({said(error)})"
            continue
        if not stat.S_ISDIR(mode):
            yield path, _KINDS.get(stat.S_IFMT(mode))
        elif depth == DEEPEST:
            yield path, f"it lies in more than {DEEPEST} folders"
        else:
            yield from _below(path, depth + 1)


def is_litter(inside):
    """Tell whether a path is something that a system or Jupyter made."""
    return bool(LITTER.intersection(inside.parts)) or inside.name.startswith("._")


def content(path, most=LARGEST, *, below=None):
    """Return the bytes of a plain file.

    Parameters
    ----------
    path : Path
    most : int
        Bytes.
    below : Path, optional
        A folder that others may write to, in which it lies: no folder on the way may have become a link.

    Raises
    ------
    ValueError
        If it is none, or cannot be read, or is larger than `most` bytes: in words that end "it was not read".
    """
    with opened(path, below=below) as file:
        try:
            held = file.read(most + 1)
        except OSError as error:
            raise ValueError(f"it cannot be read ({said(error)})") from error
    if len(held) > most:
        raise ValueError(f"it is larger than {most // 2**20} MB")
    return held


def opened(path, *, below=None):
    """Return a plain file, open for reading; parameters and errors are those of `content`."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(_KINDS.get(stat.S_IFMT(found.st_mode), "it is a folder, no file"))
        file = os.fdopen(_descriptor(path, flags, below), "rb")
    except OSError as error:
        raise ValueError(f"it cannot be read ({said(error)})") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise ValueError("it is no file any more")
    return file


def _descriptor(path, flags, below):
    if below is None or os.open not in os.supports_dir_fd:
        return os.open(path, flags)
    *way, name = path.relative_to(below).parts
    folder = os.open(below, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in way:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def written(path, held):
    """Write a file, a text or bytes, whole or not at all."""
    held = held.encode("utf8") if isinstance(held, str) else held
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def cleared(folder):
    """Return an empty folder, whatever modes the files that were in it had."""
    if os.path.lexists(folder):
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
        else:
            folder.chmod(0o700)
            for where, inside, _ in os.walk(folder):  # goes into a folder only after this
                for path in (os.path.join(where, name) for name in inside):
                    if not os.path.islink(path):
                        os.chmod(path, 0o700)
            shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def said(error):
    """Return what an error says, in a few words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def shown(text):
    """Return a text for one line of a terminal: what is no character of a line is told by its number."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(text)
    )
