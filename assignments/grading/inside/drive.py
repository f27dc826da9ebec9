"""Drives a kernel inside a box: sources come in on stdin, what they put out goes out on stdout.

Both are lines of JSON. In: `{"execute": source}`, `{"interrupt": true}`. Out: `{"ready": true}`, then for
each source any number of `{"output": message}` and one of `{"ended": error or null, "flooded": bool}` or
`{"died": true}`. The grader trusts none of it: whoever runs code in here could write such lines too.
"""

import contextlib
import ctypes
import json
import os
import queue
import sys
import threading

_OUTPUTS = ("stream", "display_data", "execute_result", "error")
MOST_OF_ERROR = 20_000  # characters
PATIENCE = 10  # seconds for the kernel's word on a cell that has ended


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


def become_kernel(settings):
    """Run a kernel in this process; files in its folder are no modules."""
    limit_output(settings["output"] + 1)
    from ipykernel.kernelapp import IPKernelApp

    options = ["--IPKernelApp.ignore_cwd=True", "--HistoryManager.hist_file=:memory:"]
    IPKernelApp.launch_instance(argv=["-f", sys.argv[2], *options])


class Driver:
    """A kernel and the two ends of its pipes."""

    def __init__(self, settings):
        # Nothing that the kernel starts inherits these, nor may it look for them in /proc.
        self._requests, self._answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # not dumpable
        self._most, self._sources = settings["output"], queue.Queue()
        self._manager = _manager(settings)
        self._manager.start_kernel(cwd=os.getcwd(), env=os.environ)
        self._client = self._manager.client()
        self._client.start_channels(hb=False)
        self._client.wait_for_ready(timeout=settings["patience"])

    def run(self):
        """Execute what comes in until nothing more does, or can."""
        self._say({"ready": True})
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            self._execute(self._sources.get())

    def _listen(self):
        for line in self._requests:
            asked = json.loads(line)
            if "interrupt" in asked:
                self._manager.interrupt_kernel()
            else:
                self._sources.put(asked["execute"])
        os._exit(0)  # the grader has gone

    def _say(self, what):
        self._answers.write(json.dumps(what, ensure_ascii=False).encode("utf8", "replace") + b"\n")
        self._answers.flush()

    def _execute(self, source):
        size, said_error = 0, False
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        while True:
            message = self._heard()
            if message and message["parent_header"].get("msg_id") == request:
                content, kind = message["content"], message["msg_type"]
                if content.get("execution_state") == "idle":
                    error = self._unsaid(request)
                    self._say({"ended": None if said_error else error, "flooded": size > self._most})
                    return
                if kind == "stream":
                    room = max(0, self._most - size)
                    size += len(content["text"])
                    content["text"] = content["text"][:room]
                    if room:
                        self._say({"output": {"kind": kind, **content}})
                elif kind in _OUTPUTS:
                    said_error |= kind == "error"
                    if kind == "error":  # always told, the end of a long one: there stands what went wrong
                        content["evalue"] = content["evalue"][:MOST_OF_ERROR]
                        content["traceback"] = ["\n".join(content["traceback"])[-MOST_OF_ERROR:]]
                    size += len(json.dumps(content, default=str))
                    if size < 2 * self._most or kind == "error":
                        self._say({"output": {"kind": kind, **content}})
            if not message and not self._manager.is_alive():
                self._say({"died": True})
                sys.exit()

    def _heard(self):
        """Return what the kernel has to say, None if that is nothing for a moment."""
        with contextlib.suppress(queue.Empty):
            return self._client.get_iopub_msg(timeout=0.2)
        return None

    def _unsaid(self, request):
        """Return the error that the kernel replied with, which it may not have printed."""
        with contextlib.suppress(queue.Empty):
            while True:
                reply = self._client.get_shell_msg(timeout=PATIENCE)
                if reply["parent_header"].get("msg_id") == request:
                    said = reply["content"]
                    break
            if said["status"] != "ok":
                return {"ename": said.get("ename", "Aborted"), "evalue": said.get("evalue", "")}
        return None


def _manager(settings):
    """Return a manager that knows one kernel, this file."""
    from jupyter_client import KernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    argv = [sys.executable, "-P", os.path.abspath(__file__), json.dumps(settings), "{connection_file}"]

    class OneKernel(KernelSpecManager):
        def get_kernel_spec(self, _):
            return KernelSpec(argv=argv, display_name="in the box", language="python")

    connection = os.path.join(settings["place"], "tmp", "kernel.json")
    return KernelManager(kernel_spec_manager=OneKernel(), connection_file=connection)


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    if len(sys.argv) > 2:
        become_kernel(settings)
    else:
        Driver(settings).run()
