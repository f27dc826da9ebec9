"""See what must not change while students' code runs, and put it back if it does.

Where the system has a fence, nothing but the modes of files could change, and nothing else is touched: who
edits a chapter, hands in late or marks an answer meanwhile is no intruder. Where it has none, every file is
compared after each run with what it was before; what is found in its place is kept aside, not lost.
"""

import os
import shutil
import stat


class Guard:
    """Remembers the files under some folders.

    Parameters
    ----------
    paths : list of Path
        Files, and folders with all that is in them.
    aside : Path or None
        Where to keep what stood in the place of a file that was put back; None: look at modes only.
    """

    def __init__(self, paths, aside):
        self._paths, self._aside, self._kept_aside = paths, aside, 0
        self._known = {path: (state, self._content(path, state)) for path, state in self._states().items()}

    def accept(self, path):
        """Take a file as it is now for what it should be."""
        state = _state(path)
        self._known[str(path)] = (state, self._content(path, state))

    def restore(self):
        """Put back what has changed or gone, and return its paths; what is new is left alone."""
        wrong = []
        for path in sorted(self._known):
            state, content = self._known[path]
            now = _state(path)
            if now == state:
                continue
            if now and now[1:] == state[1:]:
                os.chmod(path, stat.S_IMODE(state[0]))
            elif self._aside:
                self._put_back(path, state[0], content)
            else:
                continue
            self._known[path] = (_state(path), content)
            wrong.append(path)
        return wrong

    def _states(self):
        found = {}
        for top in map(str, self._paths):
            if os.path.lexists(top):
                found[top] = _state(top)
            for where, folders, files in os.walk(top):
                folders[:] = [name for name in folders if name != "__pycache__"]
                found |= {path: _state(path) for path in (os.path.join(where, x) for x in [*folders, *files])}
        return found

    def _content(self, path, state):
        if not self._aside or not stat.S_ISREG(state[0]):
            return os.readlink(path) if stat.S_ISLNK(state[0]) else None
        with open(path, "rb") as file:
            return file.read()

    def _put_back(self, path, mode, content):
        if os.path.lexists(path):
            self._aside.mkdir(parents=True, exist_ok=True)
            self._kept_aside += 1
            shutil.move(path, self._aside / f"{self._kept_aside}-{os.path.basename(path)}")
        if stat.S_ISDIR(mode):
            os.makedirs(path)
        elif stat.S_ISLNK(mode):
            os.symlink(content, path)
            return
        else:
            with open(path, "wb") as file:
                file.write(content)
        os.chmod(path, stat.S_IMODE(mode))


def _state(path):
    """Return a file's mode and what changes with its content; None if there is none."""
    try:
        info = os.lstat(path)
    except OSError:
        return None
    if stat.S_ISDIR(info.st_mode):
        return info.st_mode, "folder"
    return info.st_mode, info.st_size, info.st_mtime_ns, info.st_ino
