"""MyST as plain Markdown, which any notebook shows: for chapters that are downloaded.

Labels and comments go, directives become what Markdown has of the kind, and a role becomes the words that
stand on the page. What those are is asked of whoever knows the book.
"""

import re
from collections.abc import Callable

_LABEL = re.compile(r"\(([\w-]+)\)=\s*")
_FENCE = re.compile(r"(?P<indent>\s*)(?P<ticks>`{3,})(?P<info>[^`]*)")
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*?)\s*")
_OPTION = re.compile(r":([\w-]+):\s*(.*)")
#: What is told apart in a line, from left to right: programs and formulas are left as they are.
_PART = re.compile(
    r"\{(?P<role>[\w:-]+)\}`(?P<inside>[^`]+)`"
    r"|(?P<code>(?P<ticks>`+).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<formula>\$\$.+?\$\$|\$[^$]+\$)"
    r"|(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]+)\)",
    flags=re.DOTALL,
)
_EQUATION = re.compile(r"^(\$\$.*?)\n?\$\$ *\(([\w-]+)\)[ \t]*$", flags=re.MULTILINE | re.DOTALL)
_DEFINITION = re.compile(r"^(\S.*)\n: (.*)$", flags=re.MULTILINE)

#: What a role or a link says: (its name, what is in it) → Markdown. A link has the name "link", and gives
#: "[text](target)" for "text" and "target" with a line break between them.
Say = Callable[[str, str], str]


def plain(text: str, say: Say) -> str:
    """Return MyST text as plain Markdown.

    Raises
    ------
    ValueError
        If the text has a directive for which there is nothing plain.
    """
    written, words, lines = [], [], iter(text.splitlines())

    def end_words():
        if words:
            written.append(_inline("\n".join(words), say))
            words.clear()

    for line in lines:
        fence = _FENCE.fullmatch(line)
        if fence:
            end_words()
            body = _until_closed(lines, fence["ticks"], len(fence["indent"]))
            directive = _DIRECTIVE.fullmatch(fence["info"].strip())
            shown = _directive(*directive.groups(), body, say) if directive else None
            if shown is None:
                shown = "\n".join([line.strip(), *body, fence["ticks"]])
            written.append("\n".join((fence["indent"] + row).rstrip() for row in shown.splitlines()))
        elif not _LABEL.fullmatch(line) and not re.match(r"% ?\w", line):
            words.append(line)
    end_words()
    return "\n".join(written).strip("\n")


def _until_closed(lines, ticks: str, indent: int) -> list[str]:
    body = []
    for line in lines:
        if line.strip() == ticks:
            return body
        body.append(line[indent:] if not line[:indent].strip() else line)
    raise ValueError("a fence is left open")


def _directive(name: str, title: str, body: list[str], say: Say) -> str:
    options = {}
    while body and (option := _OPTION.fullmatch(body[0])):
        options[option[1]] = option[2]
        body = body[1:]
    title = _inline(title, say)
    if name == "list-table":
        return _table(title, body, say)
    inside = plain("\n".join(body), say).strip()
    if name == "dropdown":
        return f"<details><summary>{_in_html(title)}</summary>\n\n{inside}\n\n</details>"
    if name == "exercise":
        return f"**{say('exercise', options['label'])} ({title})**\n\n{inside}"
    if name in {"admonition", "note", "tip", "important", "warning"}:
        quoted = f"**{title or name.capitalize()}**\n\n{inside}".splitlines()
        return "\n".join(f"> {row}".rstrip() for row in quoted)
    raise ValueError(f"there is nothing plain for a directive {{{name}}}")


def _table(title: str, body: list[str], say: Say) -> str:
    """Return a list of lists as a table."""
    rows = []
    for line in body:
        if row := re.match(r"\* - ?(.*)", line):
            rows.append([row[1]])
        elif cell := re.match(r" {2}- ?(.*)", line):
            rows[-1].append(cell[1])
        elif line.strip():
            rows[-1][-1] += f" {line.strip()}"
    cells = [[_inline(cell, say).replace("|", "\\|").strip() for cell in row] for row in rows]
    cells.insert(1, ["---"] * len(cells[0]))
    table = "\n".join(f"| {' | '.join(row)} |" for row in cells)
    return f"**{title}**\n\n{table}" if title else table


def _inline(text: str, say: Say) -> str:
    """Return text without directives in plain Markdown."""
    text = _EQUATION.sub(lambda found: _tagged(found[1], say("equation", found[2])), text)

    def written(part):
        if part["role"]:
            return say(part["role"], part["inside"])
        if part["target"]:
            return say("link", f"{_PART.sub(written, part['text'])}\n{part['target']}")
        return part[0]

    return _DEFINITION.sub(r"- \1: \2", _PART.sub(written, text))


def _tagged(formula: str, number: str) -> str:
    return f"{formula} \\tag{{{number}}}\n$$"


def _in_html(text: str) -> str:
    """Return Markdown as HTML, of which a title needs emphasis only."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
