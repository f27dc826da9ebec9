"""The theme's script, with one change.

Code and outputs that can be scrolled have to be reached by the Tab key, so the theme measures each, when a
page begins and whenever something on it changes. For those in a closed fold a browser then styles and lays
out what nobody sees. Here they are measured when their fold is opened.
"""

import re

from javascript.icons import THEME

CHANGES = {
    r"(\w+)\.tabIndex=(\1\.scrollWidth>\1\.clientWidth\|\|\1\.scrollHeight>\1\.clientHeight\?0:-1)":
        r'\1.closest("details:not([open])")||(\1.tabIndex=\2)',
    r'window\.addEventListener\("resize",(\w+)\),new MutationObserver\(\1\)':
        r'window.addEventListener("resize",\1),document.addEventListener("toggle",\1,true),'
        r"new MutationObserver(\1)",
}  # fmt: skip


def script() -> str:
    """Return the script; raise ValueError where a new version of the theme has to be looked at."""
    text = (THEME / "scripts" / "pydata-sphinx-theme.js").read_text(encoding="utf8")
    for found, put in CHANGES.items():
        text, times = re.subn(found, put, text)
        if times != 1:
            raise ValueError(f"the theme's script must have {found!r} once, got {times} times")
    return text
