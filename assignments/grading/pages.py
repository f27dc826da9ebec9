"""The pages that show a student's notebook: feedback, and nbgrader's formgrader.

Both are nbconvert's, from nbgrader's templates. `configure` has them show notebooks as `sanitise` leaves
them, under a Content-Security-Policy: a feedback page runs no script at all and asks no host for anything;
the formgrader runs its own scripts, known by a number that is drawn for each page, and no others.
"""

import base64
import hashlib
import re
import secrets
from html import escape
from pathlib import Path

import jinja2
from nbconvert.preprocessors import Preprocessor

from grading import sanitise

TEMPLATE = Path(__file__).resolve().parent / "templates" / "page.html.j2"
FEEDBACK = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
FORMGRADER = (
    "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "connect-src 'self'; script-src {scripts}"
)
NO_MORE = "; base-uri 'none'; form-action 'none'"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)


def configure(config):
    """Have nbgrader's pages, in whichever program they are made, show what `sanitise` leaves.

    Parameters
    ----------
    config : traitlets.config.Config
        nbgrader's: of a class's `nbgrader_config.py`, or of its programming interface.
    """
    exporter = config.HTMLExporter
    exporter.template_file = str(TEMPLATE)
    exporter.preprocessors = ["grading.pages.Sanitise"]
    exporter.filters = {
        "markdown2html": "grading.pages.markdown2html",
        "with_policy": "grading.pages.with_policy",
    }


class Sanitise(Preprocessor):
    """Leave of a notebook what a page shows: sources, clean outputs, nbgrader's own metadata."""

    def preprocess(self, nb, resources):
        """Return the notebook for a page, and names that are text in it."""
        nb.metadata.clear()
        nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
        nb.cells = [
            cell for cell in nb.cells if cell.cell_type in ("code", "markdown")
        ]  # no set has raw cells
        for place, cell in enumerate(nb.cells):
            cell.id = f"cell-{place}"
            about = cell.metadata.get("nbgrader")
            known = isinstance(about, dict) and re.fullmatch(r"[\w.-]+", str(about.get("grade_id")))
            cell.metadata.clear()
            if known:
                cell.metadata["nbgrader"] = about
            if cell.cell_type == "code":
                count = cell.get("execution_count")
                cell.execution_count = count if type(count) is int else None
                shown = [sanitise.output(one) for one in cell.outputs]
                cell.outputs = [type(cell)(one) for one in shown if one]
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if resources.get(name):
                resources[name] = escape(str(resources[name]))
        return nb, resources


@jinja2.pass_context
def markdown2html(context, source):
    """Render the Markdown of a cell, or a comment, for a page."""
    return sanitise.markdown(source, context.get("cell", {}).get("attachments"))


def with_policy(head, own=""):
    """Return a page's head, from its beginning, with the policy before anything that it is about.

    Parameters
    ----------
    head : str
        As the template has it; nothing in it is a student's.
    own : str
        What else of the formgrader's own has scripts in it, as it stands in the page; nothing: a feedback
        page, which needs none.
    """
    if not own:
        return _begin(SCRIPT.sub("", head), FEEDBACK)
    nonce = secrets.token_urlsafe(16)
    hashes = [hashed(script) for _, script in SCRIPT.findall(own)]
    handlers = [hashed(handler) for handler in sorted(set(re.findall(r'\sonclick="([^"]*)"', own)))]
    scripts = " ".join([f"'nonce-{nonce}'", *hashes, "'unsafe-hashes'", *handlers])

    def numbered(match):
        attributes, text = match.groups()
        formgraders = "/formgrader/static/" in attributes or (
            "src" not in attributes and "MathJax" not in text
        )
        return f'<script nonce="{nonce}"{attributes}>{text}</script>' if formgraders else ""

    return _begin(SCRIPT.sub(numbered, head), FORMGRADER.format(scripts=scripts))


def hashed(script):
    """Return how a policy names a script by what it says."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _begin(head, policy):
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}{NO_MORE}">'
    begun, found = re.subn(r"<head>", f"<head>\n{meta}", head, count=1)
    if not found:
        raise ValueError("nbgrader's template has no <head>: its pages would be without a policy")
    return begun
