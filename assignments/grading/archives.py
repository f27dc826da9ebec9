"""Everything in a folder or an archive, whatever lies within, without writing any of it anywhere.

Archives within archives are opened, to a depth and a size; a name is never used as a path.
"""

import io
import json
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple

from grading import files

DEEPEST = 3  # archives in one another
LARGEST_ARCHIVE = 200 * 2**20  # bytes of an archive within another
MOST_UNPACKED = 2**30  # bytes that are unpacked altogether
_OTHERS = re.compile(r"\.(rar|7z|tar|tgz|gz|bz2|xz|zst)$", re.IGNORECASE)


class Entry(NamedTuple):
    """A file in a folder or an archive.

    Attributes
    ----------
    where : PurePosixPath
        From the top; an archive is a folder, without the end of its name.
    why_not : str or None
        Why it cannot be read.
    read : callable
        Returns its bytes, or raises a ValueError that says why it cannot.
    """

    where: PurePosixPath
    why_not: str | None = None
    read: Callable = None


def entries(source, stack):
    """Yield an Entry for every file in a folder or a zip; never raises.

    Parameters
    ----------
    source : Path
    stack : ExitStack
        Keeps archives open for as long as entries are read.
    """
    left = [MOST_UNPACKED]
    if source.is_dir():
        for file in files.below(source):
            if file.why_not:
                yield Entry(file.inside, file.why_not)
            elif _is_zip(file.inside):
                try:
                    held = stack.enter_context(files.opened(file.path, below=source))
                except ValueError as why_not:
                    yield Entry(file.inside, str(why_not))
                else:
                    yield from _opened(held, file.inside, 1, left, stack)
            else:
                yield _plain(file.inside, lambda path=file.path: files.content(path, below=source))
    else:
        yield from _opened(source, PurePosixPath(), 1, left, stack)


def is_notebook(entry):
    """Tell whether a file is a notebook, by its name or by what is in it."""
    name = entry.where.name.lower()
    if ".ipynb" in name:
        return True
    if entry.why_not or entry.where.suffix.lower() not in ("", ".json", ".txt"):
        return False
    try:
        held = json.loads(entry.read())
    except (ValueError, RecursionError):
        return False
    return isinstance(held, dict) and "nbformat" in held and ("cells" in held or "worksheets" in held)


def _is_zip(where):
    return where.suffix.lower() == ".zip"


def _plain(where, read):
    other = _OTHERS.search(where.name)
    if other:
        return Entry(where, f"archives of this kind ({other[1]}) are not opened: unpack it")
    return Entry(where, None, read)


def _opened(file, where, depth, left, stack):
    """Yield what is in an archive: its path, or a file that is open."""
    top = where.with_suffix("") if where.name else where
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
    except Exception as error:  # damaged in whatever way
        yield Entry(where, f"it is no zip that can be opened ({files.said(error)})")
        return
    inside = sorted((x for x in archive.infolist() if not x.is_dir()), key=lambda info: info.filename)
    for info in inside[: files.MOST * 10]:
        yield from _of_archive(archive, info, top, depth, left, stack)
    if len(inside) > files.MOST * 10:
        yield Entry(where, f"there are more than {files.MOST * 10} files; the rest was not looked at")


def _of_archive(archive, info, top, depth, left, stack):
    parts = [part for part in re.split(r"[/\\]", info.filename) if part not in ("", ".")]
    where = top / PurePosixPath(*parts or ["?"])
    if ".." in parts:
        yield Entry(where, "its name leads out of the archive")
    elif stat.S_ISLNK(info.external_attr >> 16):
        yield Entry(where, "it is a link, and links are not followed")
    elif info.flag_bits & 1:
        yield Entry(where, "it is locked with a password")
    elif not _is_zip(where):
        yield _plain(where, lambda: _unpacked(archive, info, files.LARGEST, left))
    elif depth == DEEPEST:
        yield Entry(where, f"it lies in more than {DEEPEST - 1} other archives")
    else:
        try:
            held = io.BytesIO(_unpacked(archive, info, LARGEST_ARCHIVE, left))
        except ValueError as error:
            yield Entry(where, str(error))
        else:
            yield from _opened(held, where, depth + 1, left, stack)


def _unpacked(archive, info, most, left):
    """Return what an archive holds under a name; its own word on the size is not believed."""
    try:
        with archive.open(info) as file:
            held = file.read(min(most, left[0]) + 1)
    except Exception as error:  # damaged, or packed in a way that is not known
        raise ValueError(f"it cannot be unpacked ({files.said(error)})") from error
    if len(held) > most:
        raise ValueError(f"it is larger than {most // 2**20} MB")
    left[0] -= len(held)
    if left[0] < 0:
        raise ValueError(f"more than {MOST_UNPACKED // 2**30} GB would have to be unpacked")
    return held
