"""A JupyterHub with users of its own, in namespaces of its own: when it ends, nothing of it is left.

The accounts stand in a copy of /etc/passwd that only the hub's processes see; /home and /srv are theirs too.
So the users are real ones to the kernel, with rights that hold against each other, and the
machine has none of them. Needs root, as a hub does that starts servers for system users.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from places import ROOT

PASSWORD = "correct horse battery staple"
UIDS = 61000  # and up: accounts that no system hands out
BIN = ROOT / "_build" / "hub" / "bin"
HOLDER = """
set -e
mount --bind {etc}/passwd /etc/passwd
mount --bind {etc}/group /etc/group
{reachable}
mount --bind {etc}/home /home
mount -t tmpfs -o mode=755 tmpfs /srv
echo ready
exec sleep infinity
"""
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = {password!r}
c.Authenticator.allow_all = True
c.Spawner.args = ["--LabApp.expose_app_in_browser=True"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 1200
load_subconfig("/srv/course-hub/jupyterhub_course.py")
"""


class Hub:
    """The namespaces, their users, and the hub in them."""

    def __init__(self, folder, users):
        self.users = {name: UIDS + k for k, name in enumerate(users)}
        self.folder = folder
        self.typed = []  # every command, as it was given
        self._write_accounts(folder)
        (folder / "home").mkdir()
        script = HOLDER.format(etc=folder, reachable="\n".join(_reachable(folder, sys.base_prefix, ROOT)))
        options = ("--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")
        # (ends with this process, whatever ends it)
        command = ["setpriv", "--pdeathsig=KILL", "unshare", *options, "sh", "-c", script]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf8")
        assert self._holder.stdout.readline() == "ready\n", "no namespaces"
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text()
        self.init = int(children.split()[0])
        for name, uid in self.users.items():
            self.run("root", "install", "-d", "-m", "700", "-o", str(uid), "-g", str(uid), f"/home/{name}")
        self._hub = None

    def path(self, path):
        """Return where a file of the hub's is, as this process sees it."""
        return Path(f"/proc/{self.init}/root{path}")

    def clone(self, user, place):
        """Give a user a clone of the course, with the environments of this one."""
        own = self.folder / place.removeprefix("/")  # by this process's own path: links cross no mount
        asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.check_output(asked, cwd=ROOT, encoding="utf8").split("\0")
        for name in filter(None, listed):  # times too: nothing is to be installed again
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, own / name)
        (own / "_build").mkdir()
        (own / "_build" / "grading").symlink_to(ROOT / "_build" / "grading")
        self.run("root", "chown", "--recursive", "--no-dereference", f"{user}:{user}", place)
        subprocess.run(["cp", "-al", ROOT / ".venv", own / ".venv"], check=True)  # names for the same files
        for path in (own / ".venv").glob("lib/*/site-packages/__editable__*.pth"):
            path.unlink()
            path.write_text(f"{place}/code\n", encoding="utf8")

    def popen(self, user, *command, cwd=None, env=None, **options):
        """Start a command inside as a user."""
        uid = self.users.get(user, 0)
        self.typed.append(" ".join(map(str, command)).removeprefix("bash -c "))
        home = f"/home/{user}" if uid else "/root"
        given = {"HOME": home, "USER": user, "LOGNAME": user, "LANG": "C.UTF-8"}
        given["PATH"] = f"{BIN}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        given |= {name: os.environ[name] for name in ("PIP_INDEX_URL",) if name in os.environ}
        given |= env or {}
        enter = ["nsenter", f"--target={self.init}", "--mount", "--pid"]
        become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        there = ["env", f"--chdir={cwd or home}"]
        return subprocess.Popen([*enter, *become, *there, *map(str, command)], env=given, **options)

    def run(self, user, *command, check=True, **options):
        """Run a command inside as a user and return what it printed."""
        with self.popen(
            user, *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf8", **options
        ) as process:
            said = process.communicate(timeout=7200)[0]
        if check and process.returncode:
            raise AssertionError(f"{user}: {' '.join(map(str, command))}: {process.returncode}\n{said}")
        return said

    def start(self):
        """Start the hub, as its administrator does, and wait until it answers."""
        self.ports = _free_ports(3)
        self.address = f"http://127.0.0.1:{self.ports[0]}"
        config = self.path("/srv/jupyterhub/jupyterhub_config.py")
        config.parent.mkdir(parents=True)
        config.write_text(CONFIG.format(ports=self.ports, password=PASSWORD), encoding="utf8")
        with (self.folder / "hub.log").open("w") as log:
            self._hub = self.popen(
                *("root", BIN / "jupyterhub", "-f", "/srv/jupyterhub/jupyterhub_config.py"),
                cwd="/srv/jupyterhub",
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            assert self._hub.poll() is None, (self.folder / "hub.log").read_text()
            try:
                with urllib.request.urlopen(f"{self.address}/hub/health"):
                    return
            except OSError:
                time.sleep(0.5)
        raise TimeoutError((self.folder / "hub.log").read_text())

    def server(self, user):
        """Return the environment of a user's server, which is that of a terminal in it, and its memory."""
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                command = (status.parent / "cmdline").read_text()
                if f"\nUid:\t{self.users[user]}\t" in text and "jupyterhub-singleuser" in command:
                    pairs = (status.parent / "environ").read_text().split("\0")
                    memory = int(text.partition("VmRSS:")[2].split()[0]) / 1024
                    return dict(pair.split("=", 1) for pair in pairs if "=" in pair), memory
            except OSError:
                continue
        raise LookupError(f"{user} has no server")

    def shell(self, user, line, cwd=None, check=True):
        """Run a line as somebody types it into a terminal of the own server."""
        return self.run(user, "bash", "-c", line, cwd=cwd, check=check, env=self.server(user)[0])

    def close(self):
        """End everything."""
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()
        if self._hub:
            self._hub.wait()

    def _write_accounts(self, folder):
        for name, line in {"passwd": "{0}:x:{1}:{1}::/home/{0}:/bin/bash", "group": "{0}:x:{1}:"}.items():
            own = "".join(f"{line.format(user, uid)}\n" for user, uid in self.users.items())
            (folder / name).write_text(Path("/etc", name).read_text() + own)


def why_not():
    """Return what is missing for a hub of system users; nothing if nothing is."""
    if sys.platform != "linux" or os.geteuid():
        return "a hub that starts servers for system users needs Linux, and root"
    missing = [name for name in ("unshare", "nsenter", "setpriv", "mount") if not shutil.which(name)]
    return f"missing: {', '.join(missing)}" if missing else ""


def _reachable(folder, *paths):
    """Return commands by which folders that only root could reach are reached by all, in the namespaces."""
    closed = {}
    for path in map(Path, paths):
        for parent in reversed(path.parents):
            if not parent.stat().st_mode & 1:
                closed.setdefault(parent, []).append(path)
                break
    for parent, inside in closed.items():
        for k, path in enumerate(inside):
            yield f"mkdir '{folder}/{k}'; mount --bind '{path}' '{folder}/{k}'"
        yield f"mount -t tmpfs -o mode=755 tmpfs '{parent}'"
        for k, path in enumerate(inside):
            yield f"mkdir -p '{path}'; mount --bind '{folder}/{k}' '{path}'"


def _free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
