"""The lists beside this file: mistakes that a test must notice, and changes that are none.

A list is TOML. Both tables have a `file`, a `text` that stands in it once, and its `replacement`. A `mistake`
has a `meaning`, and `tests` if those of the file's own name are not the ones to notice it. A change that is
`equivalent` has whole lines, as the report of a sample prints them, and a `reason`.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from mutants.changes import Mutant

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the lists."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def mistakes(name: str, root: Path) -> Iterator[tuple[dict, Mutant]]:
    """Yield each mistake of a list with its mutant.

    Raises
    ------
    ValueError
        If the text that it changes does not stand in its file, or more than once.
    """
    for mistake in _tables(name, "mistake"):
        source = (root / mistake["file"]).read_text("utf8")
        if (count := source.count(mistake["text"])) != 1:
            raise ValueError(
                f"{name}: {mistake['text']!r} must stand once in {mistake['file']}, got {count} times"
            )
        start = source.index(mistake["text"])
        end = start + len(mistake["text"])
        yield mistake, Mutant(Path(mistake["file"]), start, end, mistake["text"], mistake["replacement"])


def equivalent(root: Path) -> set[tuple[str, str, str]]:
    """Return the changes that are no mistakes, each a file, a line, and what it becomes.

    Raises
    ------
    ValueError
        If a line does not stand in its file any more.
    """
    found = set()
    for name in names():
        for change in _tables(name, "equivalent"):
            if change["text"] not in (root / change["file"]).read_text("utf8"):
                raise ValueError(
                    f"{name}: {change['text']!r} must stand in {change['file']}, got nothing like it"
                )
            found.add((change["file"], change["text"], change["replacement"]))
    return found


def _tables(name, kind):
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf8")).get(kind, [])
