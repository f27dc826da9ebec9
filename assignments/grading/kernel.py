"""One kernel behind the fence, and what a cell did in it.

The kernel is the course's Python, in a folder of its own: `work` to run in, `home` and `tmp` beside it. Its
environment variables are its own too, so that nothing of the grader's shell is there to be read.
"""

import contextlib
import json
import os
import queue
import shutil
import time
from pathlib import Path
from typing import NamedTuple

import psutil
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbformat.v4 import new_output, output_from_msg

from grading.scores import error

FENCE = Path(__file__).with_name("fence.py")
MARKER = "PARTIAL_POOLING_RUN"  # the environment variable by which what a run has left behind is found
MOST_OUTPUT = 200_000  # characters a cell
_OUTPUTS = ("stream", "display_data", "execute_result")
PATIENCE = 10  # seconds between asking a cell to stop and making it
SLACK = 4  # a cell may wait, and a busy machine may keep it waiting, for so many times its seconds
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


class Limits(NamedTuple):
    """What a run may use.

    Attributes
    ----------
    seconds : float
        Of processor for each cell, so that a busy machine grades like an idle one.
    memory : float
        GB, for each process.
    fence : bool
        Whether the system is asked to confine what is written.
    python : str
        The interpreter of the course's environment.
    readable : tuple of str
        Folders that code may read besides the interpreter's own.
    """

    seconds: float
    memory: float
    fence: bool
    python: str
    readable: tuple


class Ran(NamedTuple):
    """What a cell did: its state (ran, late, stuck or dead), its outputs, whether it printed too much."""

    state: str
    outputs: list
    flooded: bool


class _OneKernel(KernelSpecManager):
    """Knows one kernel, whatever a notebook asks for."""

    def __init__(self, argv):
        super().__init__()
        self._spec = KernelSpec(argv=argv, display_name="behind the fence", language="python")

    def get_kernel_spec(self, _):
        """Return that kernel."""
        return self._spec


class Kernel(contextlib.AbstractContextManager):
    """A running kernel; leaving the context ends it and everything it has started."""

    def __init__(self, folder, limits):
        self._folder, self._limits = folder, limits
        settings = {
            "memory": int(limits.memory * 2**30),
            "output": MOST_OUTPUT + 1,
            "fence": limits.fence,
            "readable": limits.readable,
            "writable": str(folder),
        }
        start = [limits.python, str(FENCE), json.dumps(settings), "-f", "{connection_file}"]
        for name in ("work", "home", "tmp"):
            (folder / name).mkdir(exist_ok=True)
        self._manager = KernelManager(
            kernel_spec_manager=_OneKernel([*start, "--HistoryManager.hist_file=:memory:"]),
            connection_file=str(folder / "kernel.json"),
        )
        with (folder / "kernel.log").open("w") as log:
            self._manager.start_kernel(
                cwd=str(folder / "work"), env=environment(folder), stdout=log, stderr=log
            )
        self._client = self._manager.client()
        self._client.start_channels(hb=False)
        try:
            self._client.wait_for_ready(timeout=max(120, limits.seconds))
        except RuntimeError:
            self.__exit__()
            raise

    def execute(self, source):
        """Run source for as long as a cell may take."""
        outputs, size, late = [], 0, False
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        began, spent, allowed = time.monotonic(), self._spent(), self._limits.seconds
        while True:
            message = self._heard()
            if message and message["parent_header"].get("msg_id") == request:
                content, kind = message["content"], message["msg_type"]
                if content.get("execution_state") == "idle":
                    outputs += self._unsaid(request, outputs)
                    return Ran("late" if late else "ran", _merged(outputs), size > MOST_OUTPUT)
                if kind == "stream":
                    content["text"] = content["text"][: max(0, MOST_OUTPUT - size)]
                size += len(str(content))
                if kind == "error" or (kind in _OUTPUTS and size < 2 * MOST_OUTPUT):
                    outputs.append(output_from_msg(message))
            if not message and not self._manager.is_alive():
                return Ran("dead", _merged(outputs), size > MOST_OUTPUT)
            if self._spent() - spent < allowed and time.monotonic() - began < SLACK * allowed:
                continue
            if late:
                return Ran("stuck", _merged(outputs), size > MOST_OUTPUT)
            self._manager.interrupt_kernel()
            late, allowed = True, allowed + PATIENCE

    def _heard(self):
        """Return what the kernel has to say, None if that is nothing for half a second."""
        with contextlib.suppress(queue.Empty):
            return self._client.get_iopub_msg(timeout=0.5)
        return None

    def _spent(self):
        """Return the seconds of processor that the kernel has used, all threads together."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._manager.provisioner.pid).cpu_times()
            return times.user + times.system
        return 0.0

    def _unsaid(self, request, outputs):
        """Return an error that the kernel replied with but did not print."""
        with contextlib.suppress(queue.Empty):
            while True:
                reply = self._client.get_shell_msg(timeout=PATIENCE)
                if reply["parent_header"].get("msg_id") == request:
                    break
            said = reply["content"]
            if said["status"] != "ok" and not any(output.output_type == "error" for output in outputs):
                return [error(said.get("ename", "Aborted"), said.get("evalue", ""))]
        return []

    def __exit__(self, *_):
        """End the kernel, and what it has left behind."""
        self._client.stop_channels()
        with contextlib.suppress(Exception):  # it may be dead already, or not want to
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        end_processes(self._folder)


def environment(folder):
    """Return the environment variables of a kernel."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    home, tmp = str(folder / "home"), str(folder / "tmp")
    own = {"HOME": home, "TMPDIR": tmp, "TEMP": tmp, "TMP": tmp, "IPYTHONDIR": f"{home}/ipython"}
    return kept | own | {MARKER: str(folder), "POOLING_FITS": f"{home}/fits", "POOLING_QUIET": "1"}


def end_processes(folder):
    """Kill every process that a run started and left behind, wherever it hides in the process tree."""
    ended = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARKER) == str(folder):
                process.kill()
                ended.append(process)
    psutil.wait_procs(ended, timeout=PATIENCE)


def cleared(folder):
    """Return an empty folder."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


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


def left_out():
    """Return what stands in place of what a cell printed too much."""
    return new_output("stream", name="stdout", text="\n... the rest was left out ...\n")
