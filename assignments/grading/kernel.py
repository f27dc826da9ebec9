"""One kernel in a box of its own, and what a cell did in it.

The grader and the box know each other by three pipes and nothing else: no file, no socket, no port. What
comes out of them was written by a student, whatever it looks like: it is bounded, and only what it should
be is kept of it.
"""

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import time
from typing import NamedTuple

import psutil
from nbformat.v4 import new_output

from grading.box import MOST_OUTPUT, PLACE, START, command, container
from grading.scores import error
from grading.watch import Crowded, Limits, Watch

__all__ = ["Kernel", "Limits", "Ran", "left_out"]

PATIENCE = 10  # seconds between asking a cell to stop and making it
MOST_IN_ALL = 50 * MOST_OUTPUT  # characters a notebook
_LONGEST = 2**22  # bytes of a line
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


class Ran(NamedTuple):
    """What a cell did.

    Attributes
    ----------
    state : str
        ran; late: it was stopped; stuck: it did not let itself be stopped; dead: Python ended; over: it used
        too much of something; spent: the notebook has. All but the first two have cost the kernel.
    outputs : list
    flooded : bool
        Whether it printed too much.
    why : str
        What was too much.
    """

    state: str
    outputs: list
    flooded: bool
    why: str = ""


class Kernel(contextlib.AbstractContextManager):
    """A running kernel in a fresh box; leaving the context ends it and everything it has started.

    Parameters
    ----------
    folder : Path
        The run's own; what the set hands out is in `work`.
    limits : Limits
    spent : Spent
        Where the time of all of a submission's kernels is added up.

    Raises
    ------
    Crowded
        If it does not start: nothing of the student's has run yet, so it is not the student's fault.
    """

    def __init__(self, folder, limits, spent):
        self._limits, self._spent, self._folder = limits, spent, folder
        size = {"memory": int(limits.memory * 2**30), "written": int(limits.written * 2**30)}
        argv, own = command(limits.fence, folder, limits.python, limits.readable, size)
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self._box = subprocess.Popen(argv, cwd="/", env=own, start_new_session=True, bufsize=0, **pipes)
        for pipe in (self._box.stdin, self._box.stdout, self._box.stderr):
            os.set_blocking(pipe.fileno(), False)
        self._unsent, self._unread, self._log = b"", b"", b""
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        places = (PLACE, "/dev/shm") if limits.fence else ()
        self._watch = Watch(self._first_process(), places, limits, spent)

    def execute(self, source):
        """Run source for as long as a cell may take.

        Raises
        ------
        Crowded
            If the machine had too little time or memory for it.
        """
        self._unsent += _line({"execute": source})
        outputs, size, late, asked = [], 0, False, 0.0
        # Who has printed far too much keeps room for the number that a cell of checks ends in.
        most = 3 * MOST_OUTPUT if self._spent.said < MOST_IN_ALL else MOST_OUTPUT // 20
        processor, asleep, allowed = self._spent.processor, self._spent.asleep, self._limits.seconds

        def ran(state, why=""):
            return Ran(state, _merged(outputs), size > min(most, MOST_OUTPUT), why)

        while True:
            for said in self._heard():
                if "ended" in said:
                    if isinstance(said["ended"], dict) and not _failed(outputs):
                        outputs += _output({"kind": "error", **said["ended"]})
                    size += (MOST_OUTPUT + 1) * bool(said.get("flooded"))
                    return ran("late" if late else "ran")
                if "died" in said:
                    return ran("dead")
                found = _output(said.get("output"))
                size += len(str(found))
                self._spent.said += len(str(found))
                if size < most or (_failed(found) and not _failed(outputs)):
                    outputs += found
            if self._box.poll() is not None or self._box.stdout.closed:
                return ran("dead")
            if why := self._watch.look():
                return ran("over", why)
            if why := self._spent.over():
                return ran("spent", why)
            used = max(self._spent.processor - processor, self._spent.asleep - asleep)
            if used < allowed and not (late and time.monotonic() - asked > 6 * PATIENCE):
                continue
            if late:
                return ran("stuck")
            self._unsent += _line({"interrupt": True})
            late, asked, allowed = True, time.monotonic(), allowed + PATIENCE

    def _wait_until_ready(self):
        began = time.monotonic()
        while not any("ready" in said for said in self._heard()):
            if self._box.poll() is not None or self._box.stdout.closed:
                raise Crowded(f"the box ended before it began: {self._log.decode(errors='replace').strip()}")
            if time.monotonic() - began > START:
                raise Crowded("the box did not start")

    def _heard(self):
        """Return what the box has said, after waiting a moment for it; send what it has not taken yet."""
        sources = [pipe for pipe in (self._box.stdout, self._box.stderr) if not pipe.closed]
        sinks = [self._box.stdin] if self._unsent and not self._box.stdin.closed else []
        readable, writable, _ = select.select(sources, sinks, [], Watch.EVERY)
        if writable:
            try:
                self._unsent = self._unsent[os.write(self._box.stdin.fileno(), self._unsent[:65536]) :]
            except BlockingIOError:
                pass
            except BrokenPipeError:
                self._box.stdin.close()
        if self._box.stderr in readable:
            self._log = (self._log + self._read(self._box.stderr))[-2000:]
        if self._box.stdout in readable:
            self._unread += self._read(self._box.stdout)
        *lines, self._unread = self._unread.split(b"\n")
        if len(self._unread) > _LONGEST:  # no driver of ours: hear no more of it
            self._box.stdout.close()
            self._unread = b""
        return [said for line in lines if isinstance(said := _parsed(line), dict)]

    def _read(self, pipe):
        try:
            data = os.read(pipe.fileno(), 2**18)
        except BlockingIOError:
            return b""
        if not data:
            pipe.close()
        return data

    def _first_process(self):
        """Return the process that all others in the box descend from."""
        if self._limits.fence not in ("podman", "docker"):
            return self._box.pid
        ask = [self._limits.fence, "inspect", "--format", "{{.State.Pid}}", container(self._folder)]
        return int(subprocess.check_output(ask, encoding="utf8"))

    def __exit__(self, *_):
        """End the box and wait until nothing of it is left: what it took is there for the next one."""
        if self._limits.fence in ("podman", "docker"):
            end = [self._limits.fence, "rm", "--force", container(self._folder)]
            subprocess.run(end, capture_output=True, check=False)
        left = Watch(self._box.pid, (), self._limits, self._spent).processes()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._box.pid, signal.SIGKILL)
        if not self._limits.fence:  # else they end with their namespace
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        self._box.wait()
        for pipe in (self._box.stdin, self._box.stdout, self._box.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        patient = time.monotonic() + START  # a process that is being ended may have to wait for its turn
        while any(map(_runs, left)) and time.monotonic() < patient:
            time.sleep(0.01)


def left_out():
    """Return what stands in place of what a cell printed too much."""
    return new_output("stream", name="stdout", text="\n... the rest was left out ...\n")


def _runs(process):
    with contextlib.suppress(psutil.Error):  # is_running() tells another process of the same number apart
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _line(what):
    return json.dumps(what).encode() + b"\n"


def _parsed(line):
    if len(line) > _LONGEST:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _output(said):
    """Return a list of the output that a message of the box stands for, empty if it stands for none."""
    if not isinstance(said, dict):
        return []
    kind = said.get("kind")
    if kind == "stream":
        name = "stderr" if said.get("name") == "stderr" else "stdout"
        return [new_output("stream", name=name, text=_text(said.get("text")))]
    if kind == "error":
        name, words, lines = (said.get(field) for field in ("ename", "evalue", "traceback"))
        told = error(_text(name), _text(words))
        if isinstance(lines, list):
            told.traceback = [_text(line) for line in lines]
        return [told]
    if kind in ("display_data", "execute_result") and isinstance(said.get("data"), dict):
        data = {mime: _text(text) for mime, text in said["data"].items() if _MIME.fullmatch(mime)}
        count = {"execution_count": None} if kind == "execute_result" else {}
        return [new_output(kind, data=data, **count)]
    return []


def _text(said):
    """Return text that can be written to a file, whatever was said."""
    return said.encode("utf8", "replace").decode("utf8") if isinstance(said, str) else ""


def _failed(outputs):
    return any(output.output_type == "error" for output in outputs)


def _merged(outputs):
    """Join what was printed in pieces."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == last.get("output_type") == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged
