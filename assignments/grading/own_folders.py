"""The formgrader opens no folder of somebody else's.

Asked for `formgrader?path=FOLDER`, nbgrader runs the settings that lie there, as whoever is logged in: a link
in a mail is enough. It has no setting about that, so its answer to such a request is wrapped. Called by a
class's `nbgrader_config.py`, and by a hub's settings for instructors.
"""

import os
import stat

from nbgrader.server_extensions.formgrader.handlers import FormgraderHandler
from tornado import web


def is_own(folder):
    """Tell whether a folder and its settings are this user's, and nobody else can write to them."""
    try:
        infos = [os.stat(path) for path in (folder, os.path.join(folder, "nbgrader_config.py"))]
    except OSError:
        return False
    return all(info.st_uid == os.geteuid() and not info.st_mode & stat.S_IWOTH for info in infos)


def open_own_folders_only():
    """Have every formgrader of this process refuse other folders."""
    answer = FormgraderHandler.get
    if getattr(answer, "own_folders_only", False):
        return

    def get(self):
        path = self.get_argument("path", "")
        if path and not is_own(os.path.realpath(path)):
            raise web.HTTPError(403, f"the formgrader opens folders of your own only, not {path}")
        return answer(self)

    get.own_folders_only = True
    FormgraderHandler.get = web.authenticated(get)
    FormgraderHandler.get.own_folders_only = True
