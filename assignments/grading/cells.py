"""The cells of whatever was handed in: every text that can be found, however broken the notebook.

`nbformat` refuses what is not valid, and converts old formats only if they are. Students hand in what other
programs have left of a notebook; so each part is taken for itself, and what is no text is said to be there.
"""

import json
import re
from typing import NamedTuple

MOST_CELLS = 2000
_CELLS = re.compile(r'"cells"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class Cell(NamedTuple):
    """A cell: code or markdown, its text, the ids it goes by (None: it has none), its pictures."""

    kind: str
    source: str
    grade_id: str | None = None
    id: str | None = None
    attachments: dict = {}  # noqa: RUF012 - never changed


class Read(NamedTuple):
    """What is in a notebook: its cells, what it says of its set, its format, and what went wrong."""

    cells: list
    about: dict
    major: int
    troubles: list


def read(content):
    """Read the bytes of a notebook.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Read

    Raises
    ------
    ValueError
        If there is nothing in it that could be a cell; nothing else is ever raised.
    """
    troubles = []
    text = _text(content, troubles)
    try:
        # numbers are of no use here, and some are too long for Python
        raw = json.loads(text, strict=False, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raw = {"cells": _whole_cells(text)}
        if not raw["cells"]:
            raise ValueError(_why(error)) from error
        troubles.append(f"it is broken ({_why(error)}); the {len(raw['cells'])} cells before that were kept")
    if not isinstance(raw, dict):
        raise ValueError("it holds no cells")
    cells = [cell for found in _lists(raw) for cell in map(lambda x: _cell(x, troubles), found) if cell]
    if not cells:
        raise ValueError("it holds no cells")
    if len(cells) > MOST_CELLS:
        troubles.append(f"it holds {len(cells)} cells, of which the first {MOST_CELLS} were read")
    major = _number(raw.get("nbformat"), 3 if "worksheets" in raw else 4)
    if major > 4:
        troubles.append(f"its format, version {major}, is newer than this grader")
    about = _dict(_dict(raw.get("metadata")).get("partial_pooling"))
    return Read(cells[:MOST_CELLS], {k: v for k, v in about.items() if isinstance(v, str)}, major, troubles)


def clean(text):
    """Return a text with a mark in place of what is no character: half a surrogate pair."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(content, troubles):
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        troubles.append("it is not in UTF-8, as notebooks are; letters beyond a to z may be wrong")
        return content.decode("cp1252", "replace")


def _why(error):
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


def _whole_cells(text):
    """Return the cells of a notebook that is cut off, or spoilt further on."""
    begin = _CELLS.search(text)
    found, at = [], begin.end() if begin else len(text)
    decoder = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
    while at < len(text):
        at = _BETWEEN.match(text, at).end()
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(cell)
    return found


def _lists(raw):
    """Return the lists of cells: of today's format, of worksheets before it, of what was made of either."""
    sheets = raw.get("worksheets")
    sheets = sheets if isinstance(sheets, list) else [sheets]
    for found in (raw.get("cells"), *(_dict(sheet).get("cells") for sheet in sheets)):
        if isinstance(found, dict):
            found = list(found.values()) if "cell_type" not in found else [found]
        if isinstance(found, list):
            yield found


def _cell(raw, troubles):
    if isinstance(raw, str):
        raw = {"cell_type": "markdown", "source": raw}
    if not isinstance(raw, dict):
        if raw is not None:
            troubles.append("something stands among its cells that is none")
        return None
    metadata = _dict(raw.get("metadata"))
    kind = raw.get("cell_type")
    if kind not in ("code", "markdown", "raw", "heading", "html"):  # a program that knows no kinds, perhaps
        kind = "code" if raw.keys() & {"outputs", "execution_count", "input"} else "markdown"
    source = _joined(raw.get("source", raw.get("input")), troubles)
    if raw.get("cell_type") == "heading" and source:
        source = f"{'#' * min(_number(raw.get('level'), 1), 6)} {source}"
    grade_id = _dict(metadata.get("nbgrader")).get("grade_id")
    own = next((x for x in (raw.get("id"), metadata.get("id")) if isinstance(x, str)), None)
    return Cell(
        "code" if kind == "code" else "markdown",
        source,
        grade_id if isinstance(grade_id, str) else None,
        own,
        _pictures(raw.get("attachments")),
    )


def _joined(source, troubles):
    """Return a cell's text, which is a string or a list of lines."""
    if isinstance(source, str):
        return clean(source)
    lines, waiting = [], [source]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += reversed(part)
        elif isinstance(part, str):
            lines.append(part)
        elif isinstance(part, dict):
            troubles.append("the text of a cell is no text")
            lines += [x for x in part if isinstance(x, str)]
            waiting += reversed(part.values())
        elif part is not None:
            lines.append(str(part))
    return clean("".join(lines))


def _pictures(attachments):
    found = {}
    for name, kinds in _dict(attachments).items():
        kept = {
            mime: clean("".join(data) if isinstance(data, list) else data)
            for mime, data in _dict(kinds).items()
            if mime.startswith("image/")
            and (isinstance(data, str) or (isinstance(data, list) and all(isinstance(x, str) for x in data)))
        }
        if kept:
            found[clean(name)] = {clean(mime): data for mime, data in kept.items()}
    return found


def _dict(value):
    return value if isinstance(value, dict) else {}


def _number(value, otherwise):
    try:
        return max(1, int(value))
    except (TypeError, ValueError):
        return otherwise
