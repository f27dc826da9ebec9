"""A Sphinx extension: the buttons that open a chapter elsewhere, and the notebook that each offers.

Where the source is, is read when the book is built: from REPO_URL, else the git remote `public`, which an
instructor has who publishes the student's tree of a private repository, else `origin`. So a fork's site
leads to the fork. A remote that no stranger can open, a folder of this machine for instance, gives no button.

REPO_BRANCH names the branch (else `main`), HUB_URL a JupyterHub with nbgitpuller to open chapters in.
"""

import os
import re
import subprocess
from pathlib import Path

from places import ROOT

BINDER = "https://mybinder.org"
HOSTS = ("github.com", "gitlab.com")  # those whose addresses Binder and the theme both know

_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@|git://)(?P<host>[^/:]+)[/:](?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)"
    r"(?:\.git)?/?"
)


class AddressError(ValueError):
    """REPO_URL is no address of a public repository."""


def public_address(remote: str) -> str | None:
    """Return https://host/owner/name of a git remote, or None if strangers cannot open it."""
    found = _REMOTE.fullmatch(remote.strip())
    if not found or found["host"] not in HOSTS:
        return None
    return f"https://{found['host']}/{found['owner']}/{found['name']}"


def repository(environment, root: Path) -> str | None:
    """Return the address of the public source, if there is one."""
    if wanted := environment.get("REPO_URL"):
        if address := public_address(wanted):
            return address
        raise AddressError(
            f"REPO_URL must be https://HOST/OWNER/NAME, HOST {' or '.join(HOSTS)}, got {wanted}"
        )
    for name in ("public", "origin"):
        asked = ["git", "-C", str(root), "config", "--get", f"remote.{name}.url"]
        remote = subprocess.run(asked, capture_output=True, encoding="utf8", check=False)
        if remote.stdout:
            return public_address(remote.stdout)
    return None


def add_buttons(app, config):
    """Tell the theme where the source is."""
    config.launch_repository = repository(os.environ, ROOT) or ""
    if not config.launch_repository:
        return
    hub = os.environ.get("HUB_URL", "")
    config.html_theme_options |= {
        "repository_url": config.launch_repository,
        "repository_branch": os.environ.get("REPO_BRANCH", "main"),
        "use_repository_button": True,
        "use_source_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": BINDER,
            **({"jupyterhub_url": hub} if hub else {}),
        },
    }


def offer_notebook(app, pagename, templatename, context, doctree):
    """Let the theme's download button name the notebook that `downloads` will write."""
    if "kernelspec" in app.env.metadata.get(pagename, {}):
        context["ipynb_source"] = f"{pagename}.ipynb"


def mend_icons(app, pagename, templatename, context, doctree):
    """Take icons out of the font that the pages have: it holds no brands."""
    for button in context.get("header_buttons", []):
        for one in (button, *button.get("buttons", [])):
            if str(one.get("icon", "")).startswith("fab "):
                one["icon"] = "fas fa-code-branch"


def setup(app):
    """Register the extension."""
    app.add_config_value("launch_repository", "", "html", str)
    app.connect("config-inited", add_buttons)
    app.connect("html-page-context", offer_notebook)
    app.connect("html-page-context", mend_icons, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
