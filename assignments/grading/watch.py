"""What the processes of a box use, all together, seen from outside; and when that is too much.

Time is counted so that a busy machine grades like an idle one: seconds of processor, and seconds in which
nothing in the box wanted the processor or the disk. Waiting for one's turn is neither; and as a second of a
shared processor does less, its memory being shared too, it counts as a part of one. Two ways to use time and
not to be seen are closed: whoever waits for a disk may only pretend to, so that has an end; and where
processes have ended and nobody has waited for them, so that their time is in nobody's account, the clock's
time is taken.
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
    disk : float
        Seconds in which it waited for a disk, or for a process that began as a part of itself. What is more
        than a cell may use is sleep.
    said : int
        Characters put out.
    """

    def __init__(self, limits):
        self.processor = self.asleep = self.disk = 0.0
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
        self._times, self._looked = _times(self.processes()), time.monotonic()

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
        used, states = self._used(tree, passed), set().union(*map(_states, tree))
        if "D" in states and "R" not in states and used < 0.1 * passed:
            self._spent.disk += passed
        wants = "R" in states or ("D" in states and self._spent.disk <= self._limits.seconds)
        self._spent.processor += used * (min(1.0, max(LEAST, used / passed)) if wants else 1.0)
        # Between two looks a box may have ended its work and waited for the grader: that is not its sleep.
        if not wants and used < 0.1 * passed:
            self._spent.asleep += min(passed, 2 * self.EVERY)
        return self._too_much(tree)

    def _used(self, tree, passed):
        """Return the seconds of processor since the last look."""
        before, self._times = self._times, _times(tree)
        # What has ended is among the times of who waited for it, in the end the box's first process.
        ended = sum(sum(times) for process, times in before.items() if process not in self._times)
        own = waited = 0.0
        for process, times in self._times.items():
            had = before.get(process, (0.0, 0.0))
            own, waited = own + max(0.0, times[0] - had[0]), waited + max(0.0, times[1] - had[1])
        used = own + max(0.0, waited - ended)
        return max(used, passed) if before.keys() - self._times.keys() and waited <= ended - 0.01 else used

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


def _times(tree):
    """Return for each process its seconds of processor, and those of the processes it has waited for."""
    found = {}
    for process in tree:
        with contextlib.suppress(psutil.Error):
            user, system, waited_user, waited_system = process.cpu_times()[:4]
            found[process] = user + system, waited_user + waited_system
    return found


def _resident(process):
    return _told(process, "status", "VmRSS:", "VmSwap:")


def _own(process):
    """Return a process's memory, with its share of what it shares with others."""
    return _told(process, "smaps_rollup", "Pss:", "SwapPss:") or _resident(process)


def _told(process, file, *names):
    """Return the bytes that the system tells of a process, in thousands, under these names."""
    with contextlib.suppress(OSError, ValueError):
        lines = map(str.split, Path(f"/proc/{process.pid}/{file}").read_text().splitlines())
        return 1024 * sum(int(line[1]) for line in lines if line and line[0] in names)
    return 0


def _states(process):
    """Return the states of a process's threads: R has or wants the processor, D waits for the disk."""
    found = set()
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process.pid}/task").iterdir():
            with contextlib.suppress(OSError, IndexError):
                found.add((thread / "stat").read_text().rpartition(")")[2].split()[0])
    return found
