"""What the processes of a box use, all together, seen from outside; and when that is too much.

Time is counted so that a busy machine grades like an idle one: seconds of processor, and seconds in which
nothing in the box wanted the processor or the disk. Waiting for one's turn is neither; and as a second of a
shared processor does less, its memory being shared too, it counts as a part of one.
"""

import contextlib
import os
import time
from pathlib import Path
from typing import NamedTuple

import psutil

#: Share of the machine's memory that must stay free, for the grader and everybody else.
RESERVE = 0.03
MOST_FILES = 30_000  # an empty one takes memory too
#: What a second of processor counts at least, however many others have the processor too.
LEAST = 0.25
_WANTS = ("R", "D")  # running or waiting for the processor; waiting for the disk


class Limits(NamedTuple):
    """What a submission may use.

    Attributes
    ----------
    seconds : float
        Of processor for each cell, and as many of sleep; see `Spent` for the notebook's.
    memory : float
        GB, of all its processes and files together.
    fence : str
        What puts up the box: bwrap, podman or docker; empty: nothing, on the instructor's own risk.
    python : str
        The interpreter of the course's environment.
    readable : tuple of str
        Folders that code may read besides the interpreter's own.
    written : float
        GB of files.
    processes : int
        At the same time.
    """

    seconds: float
    memory: float
    fence: str
    python: str
    readable: tuple
    written: float = 1.0
    processes: int = 64


class Crowded(Exception):
    """The machine, not the notebook, had too little time or memory: try again when it is quiet."""


class Spent:
    """The time a submission has used, in all its kernels.

    Attributes
    ----------
    processor, asleep : float
        Seconds. At most ten and three times what a cell may use.
    said : int
        Characters put out.
    """

    def __init__(self, limits):
        self.processor = self.asleep = 0.0
        self.said = 0
        self._limits, self._began = limits, time.monotonic()

    def over(self):
        """Return what has been used up, empty if nothing has.

        Raises
        ------
        Crowded
            If it is the clock's time, and not its own.
        """
        seconds = self._limits.seconds
        if self.processor > 10 * seconds:
            return f"the whole notebook ran longer than {10 * seconds:g} seconds"
        if self.asleep > 3 * seconds:
            return f"the whole notebook slept longer than {3 * seconds:g} seconds"
        if time.monotonic() - self._began > 600 + 20 * seconds:
            raise Crowded("the machine was too busy: it took too long by the clock")
        return ""


class Watch:
    """Looks at a box.

    Parameters
    ----------
    pid : int
        The process that all others in the box descend from: orphans cannot leave their namespace.
    places : tuple of str
        The folders in memory that can be written, as the box calls them.
    limits : Limits
    spent : Spent
        Where time is added up.
    """

    EVERY = 0.25  # seconds

    def __init__(self, pid, places, limits, spent):
        self._pid, self._places, self._limits, self._spent = pid, places, limits, spent
        self._processor, self._looked = sum(map(_processor, self.processes())), time.monotonic()

    def look(self):
        """Add up the time, if it is time to look, and return what is used too much of, if anything.

        Raises
        ------
        Crowded
            If the machine has too little memory left.
        """
        now = time.monotonic()
        passed = now - self._looked
        if passed < self.EVERY:
            return ""
        self._looked = now
        tree = self.processes()
        # What has ended is among the times of who waited for it, in the end the box's first process.
        processor = sum(map(_processor, tree))
        used = max(0.0, processor - self._processor)
        self._processor = processor
        wants = any(map(_wants, tree))
        self._spent.processor += used * (min(1.0, max(LEAST, used / passed)) if wants else 1.0)
        # Between two looks a box may have ended its work and waited for the grader: that is not its sleep.
        if not wants and used < 0.1 * passed:
            self._spent.asleep += min(passed, 2 * self.EVERY)
        return self._too_much(tree)

    def processes(self):
        """Return what runs in the box, the process that it began with first."""
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(self._pid)
            return [top, *top.children(recursive=True)]
        return []

    def _too_much(self, tree):
        limits = self._limits
        if len(tree) > limits.processes:
            return f"more than {limits.processes} processes ran at once"
        written, files = self._written(tree)
        if files > MOST_FILES:
            return f"more than {MOST_FILES} files were made"
        # What processes share counts once, but that takes longer to find out.
        for memory in (_resident, _own):
            if written + sum(map(memory, tree)) <= limits.memory * 2**30:
                break
        else:
            return f"more memory was wanted than the {limits.memory:g} GB there are"
        machine = psutil.virtual_memory()
        if machine.available < RESERVE * machine.total:
            raise Crowded("the machine was too busy: its memory ran out")
        return ""

    def _written(self, tree):
        """Return bytes and number of the files in the box's memory, as seen by one of its processes."""
        for process in tree[1:]:  # the first is bubblewrap itself, which is not in the box
            with contextlib.suppress(OSError):
                found = [os.statvfs(f"/proc/{process.pid}/root{place}") for place in self._places]
                bytes_ = sum((one.f_blocks - one.f_bfree) * one.f_frsize for one in found)
                return bytes_, sum(one.f_files - one.f_ffree for one in found)
        return 0, 0


def _processor(process):
    with contextlib.suppress(psutil.Error):
        return sum(process.cpu_times()[:4])  # user and system, its own and of those it has waited for
    return 0.0


def _resident(process):
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _own(process):
    """Return a process's memory, with its share of what it shares with others."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        return 1024 * int(text.partition("\nPss:")[2].split()[0])
    return _resident(process)


def _wants(process):
    """Tell whether any of a process's threads runs, waits for the processor, or for the disk."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process.pid}/task").iterdir():
            with contextlib.suppress(OSError, IndexError):
                if (thread / "stat").read_text().rpartition(")")[2].split()[0] in _WANTS:
                    return True
    return False
