"""All chapters: an explorer's JavaScript, many ES modules on disk, linked into the one that anywidget takes.

Each module becomes a function that is called once, so that its names are its own:

    // pill.js                             const $pots_pill = (() => {
    import { draw } from "../svg.js";      const { draw } = $svg_svg;
    export const pill = () => draw(3);     const pill = () => draw(3);
                                           return { pill };
                                           })();

A bundler such as esbuild, which the book's build has, would do the same; but it is a program from npm, and
whoever has installed `pooling` alone must get the same explorer. So there is this one way for the pages,
JupyterLab and Binder. It reads what our own modules are written in and refuses everything else. On the
built pages esbuild then shortens what it made (tools/sphinx_ext/slim).
"""

import re
from functools import cache
from pathlib import Path

__all__ = ["LinkError", "bare", "link", "modules"]

_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.\.?/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function\*?|function\*?|class|const) (\w+)\b)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_NOT_UNDERSTOOD = re.compile(r"^export\b.*|^.*\bimport\b.*|^.*\$[A-Za-z_].*", re.MULTILINE)


class LinkError(ValueError):
    """A module is written in a way that cannot be linked, or asks for what is not there."""


@cache
def link(entry: Path) -> str:
    """Return one ES module whose default export is that of `entry`.

    Comments on lines of their own and indentation are left out.

    Parameters
    ----------
    entry : Path
        An ES module. It, and whatever it imports by a relative path, may have `import { a, b as c } from
        "./x.js"`, exports of functions, classes and constants where they are declared, and the entry one
        `export default`.

    Raises
    ------
    LinkError
        If a module has any other import or export, a template literal over several lines, or a name with a
        dollar; if its default export is not last; if it imports a name that is not exported; if modules
        import each other in a circle.
    """
    *others, own = modules(entry)
    exports = {path: _EXPORT.findall(bare(path)) for path in others}
    names = [_name(path) for path in others]
    if len(set(names)) < len(names):
        raise LinkError(f"{entry}: two modules have the same folder's name and the same stem: {names}")
    parts = [
        f"const {_name(path)} = (() => {{\n{_body(path, exports)}\n"
        f"return {{ {', '.join(exports[path])} }};\n}})();\n"
        for path in others
    ]
    return "".join(parts) + f"export default (() => {{\n{_body(own, exports, is_entry=True)}\n}})();\n"


def modules(entry: Path) -> list[Path]:
    """Return a module and all that it imports, through any number of imports, each after its own imports."""
    found: list[Path] = []
    under_way: list[Path] = []

    def visit(path):
        if path in found:
            return
        if path in under_way:
            circle = " → ".join(one.name for one in [*under_way[under_way.index(path) :], path])
            raise LinkError(f"{path}: modules import each other: {circle}")
        under_way.append(path)
        for _, address in _IMPORT.findall(bare(path)):
            visit((path.parent / address).resolve())
        found.append(under_way.pop())

    visit(entry.resolve())
    return found


@cache
def bare(path):
    """Return a module's text without comments on lines of their own and without indentation."""
    if not path.is_file():
        raise LinkError(f"{path}: no such module")
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    default = _DEFAULT.search(text)
    if default and re.search(r"^\w", text[default.end() :].partition("\n")[2], re.MULTILINE):
        raise LinkError(f"{path}: export default must come last")
    lines = text.splitlines()
    for line in lines:
        if line.count("`") % 2:
            raise LinkError(f"{path}: a template literal must end on its line, got {line.strip()!r}")
    return "\n".join(line.strip() for line in lines if line.strip())


def _body(path, exports, *, is_entry=False):
    """Return what stands in the module's function."""

    def imported(found):
        target = (path.parent / found[2]).resolve()
        pairs = [part.split() for part in found[1].split(",") if part.strip()]
        for name, *_ in pairs:
            if name not in exports[target]:
                raise LinkError(f"{path}: {target.name} does not export {name}")
        names = ", ".join(pair[0] if len(pair) == 1 else f"{pair[0]}: {pair[2]}" for pair in pairs)
        return f"const {{ {names} }} = {_name(target)};"

    source = bare(path)
    own = _EXPORT.sub("", _IMPORT.sub("", source))
    if (n_defaults := len(_DEFAULT.findall(own))) != is_entry:
        raise LinkError(f"{path}: the entry, and no other module, has one default export, got {n_defaults}")
    if is_entry and (more := _EXPORT.findall(source)):
        raise LinkError(f"{path}: the entry exports nothing but its default, got {', '.join(more)}")
    if found := _NOT_UNDERSTOOD.search(_DEFAULT.sub("", own)):
        raise LinkError(f"{path}: not understood: {found[0]!r}; see what `link` takes")
    return _DEFAULT.sub("return ", _EXPORT.sub("", _IMPORT.sub(imported, source)))


def _name(path):
    """Return what a module is called in the linked one: $frontend_draw."""
    name = f"{path.parent.name}_{path.stem}"
    if not name.isidentifier():
        raise LinkError(f"{path}: its folder and its stem must be words joined by _")
    return f"${name}"
