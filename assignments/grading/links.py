"""What a link can make the formgrader do: nothing that its author wants.

A link in a mail, or in an answer, is followed by somebody who is logged in. Asked for
`formgrader?path=FOLDER`, nbgrader runs the settings that lie there; a name in an address stands in its pages
as it came, script and all; and files beside a notebook are served as pages. It has no settings about any of
that, so what answers such requests is wrapped. Called by a class's `nbgrader_config.py`, and by a hub's
settings for instructors.
"""

import os
import re
import stat

from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.handlers import FormgraderHandler, SubmissionFilesHandler
from tornado import web

#: In no name of a student or a set; with these one gets out of an element, an attribute or a string.
_LEADS_OUT = re.compile(r'[<>"\\\x00-\x1f\u2028\u2029]')


def is_own(folder):
    """Tell whether a folder and its settings are this user's, and nobody else can write to them."""
    try:
        infos = [os.stat(path) for path in (folder, os.path.join(folder, "nbgrader_config.py"))]
    except OSError:
        return False
    return all(info.st_uid == os.geteuid() and not info.st_mode & stat.S_IWOTH for info in infos)


def distrust_links():
    """Have every formgrader of this process open own folders only, and show no name that is none."""
    answer, render = FormgraderHandler.get, BaseHandler.render
    if getattr(BaseHandler, "distrusts_links", False):
        return

    def get(self):
        path = self.get_argument("path", "")
        if path and not is_own(os.path.realpath(path)):
            raise web.HTTPError(403, f"the formgrader opens folders of your own only, not {path}")
        return answer(self)

    def rendered(self, name, **shown):
        for what in ("student_id", "assignment_id", "notebook_id"):
            if _LEADS_OUT.search(shown.get(what, "")):
                raise web.HTTPError(404, "no student and no set has a name like this")
        return render(self, name, **shown)

    FormgraderHandler.get = web.authenticated(get)
    BaseHandler.render = rendered
    SubmissionFilesHandler.content_security_policy = "sandbox"  # whatever the file is, no script of it runs
    BaseHandler.distrusts_links = True
