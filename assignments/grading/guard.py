"""See what must not change while students' code runs, and put it back if it does.

The fence keeps writes out where the system has one. This holds everywhere, afterwards: every file under the
folders guarded is kept in memory and compared after each run. File modes are compared too, because the
fence does not cover them.
"""

import os
import stat


class Guard:
    """Keeps the files under some folders.

    Parameters
    ----------
    folders : list of Path
    leave_out : tuple of Path
        Folders below them that are not guarded.
    """

    def __init__(self, folders, leave_out=()):
        self._folders, self._leave_out = folders, {str(path) for path in leave_out}
        self._kept = {path: (state, _read(path, state)) for path, state in self._states().items()}

    def restore(self):
        """Put back what has changed, take away what has come, and return the paths of all that."""
        wrong = []
        now = self._states()
        for path in sorted(now.keys() - self._kept.keys(), reverse=True):
            wrong.append(path)
            _remove(path)
        for path in sorted(self._kept):
            state, content = self._kept[path]
            if now.get(path) != state:
                wrong.append(path)
                _put_back(path, state, content)
                self._kept[path] = (_state(path), content)
        return sorted(wrong)

    def _states(self):
        found = {}
        for folder in self._folders:
            for where, folders, files in os.walk(folder):
                folders[:] = [
                    name
                    for name in folders
                    if os.path.join(where, name) not in self._leave_out and name != "__pycache__"
                ]
                for name in [*folders, *files]:
                    path = os.path.join(where, name)
                    found[path] = _state(path)
        return found


def _state(path):
    """Return what changes when a file does; what is in a folder is looked at for itself."""
    info = os.lstat(path)
    if stat.S_ISDIR(info.st_mode):
        return (info.st_mode,)
    return info.st_mode, info.st_size, info.st_mtime_ns, info.st_ino


def _read(path, state):
    mode = state[0]
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    if stat.S_ISREG(mode):
        with open(path, "rb") as file:
            return file.read()
    return None


def _remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    else:
        os.remove(path)


def _put_back(path, state, content):
    mode = state[0]
    if stat.S_ISDIR(mode):
        os.makedirs(path, exist_ok=True)
        os.chmod(path, stat.S_IMODE(mode))
        return
    if os.path.lexists(path):
        _remove(path)
    if stat.S_ISLNK(mode):
        os.symlink(content, path)
        return
    with open(path, "wb") as file:
        file.write(content or b"")
    os.chmod(path, stat.S_IMODE(mode))
    os.utime(path, ns=(os.stat(path).st_atime_ns, state[2]))
