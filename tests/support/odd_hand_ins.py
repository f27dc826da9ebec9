"""Odd submissions, as students, platforms and editors make them, each from a set answered in full.

A kind takes `raw`, the notebook as a dictionary, and the set; it changes `raw` or returns what to hand in
in its place: bytes, or a function that fills the student's folder.
"""

import json
import os
from typing import NamedTuple


class Odd(NamedTuple):
    """A kind, the share of the points of the checks that it gets, what follows, words of its note."""

    kind: object
    share: float = 1.0
    by_hand: bool = True
    note: str = ""


class Answers(NamedTuple):
    """What a kind needs to know of a set: cells for code answers, and for the written one."""

    code: list
    written: str
    stem: str
    key: str


def cell(raw, grade_id):
    """Return a cell by nbgrader's name."""
    return next(c for c in raw["cells"] if name(c) == grade_id)


def name(c):
    """Return nbgrader's name of a cell, None if it has none."""
    return (c["metadata"] or {}).get("nbgrader", {}).get("grade_id")


def code(source, **metadata):
    """Return a cell of the student's own."""
    return {
        **{"cell_type": "code", "source": source, "metadata": metadata, "outputs": []},
        "execution_count": None,
    }


def markdown(source, **metadata):
    """Return a text of the student's own."""
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def as_it_is(raw, of):
    """Everything right."""


def picture_missing(raw, of):
    """A picture that was dragged in, and is not in the notebook."""
    cell(raw, of.written)["source"] = "Look: ![sketch.png](attachment:sketch.png)"


def picture_with_an_odd_name(raw, of):
    """A picture whose name has to be quoted."""
    c = cell(raw, of.written)
    c["source"] = "Look: ![x](<attachment:Bild schön (1).png>)"
    c["attachments"] = {"Bild schön (1).png": {"image/png": "iVBORw0KGgo="}}


def pictures_that_are_none(raw, of):
    """Attachments of other types than the format knows."""
    c = cell(raw, of.written)
    c["source"] = "![a](attachment:a) ![b](attachment:b) ![c](attachment:c)"
    c["attachments"] = {"a": None, "b": {"image/png": None}, "c": [1], "d": {"text/html": "<b>"}}


def no_metadata(raw, of):
    """The notebook says nothing of itself."""
    del raw["metadata"]


def metadata_null(raw, of):
    """Null in its place."""
    raw["metadata"] = None


def metadata_of_other_types(raw, of):
    """What should be a dictionary is not."""
    raw["metadata"] = {"partial_pooling": [1], "kernelspec": 3}


def cells_metadata_null(raw, of):
    """Null, list and text as the metadata of cells."""
    for c, odd in zip(raw["cells"], [None, [], "x", 7] * len(raw["cells"]), strict=False):
        c["metadata"] = odd


def grade_ids_of_other_types(raw, of):
    """A name that is a list, and one that is a dictionary."""
    for c, odd in zip(raw["cells"], [[], {}, 1, None] * len(raw["cells"]), strict=False):
        if "nbgrader" in c["metadata"]:
            c["metadata"]["nbgrader"]["grade_id"] = odd


def metadata_lost(raw, of):
    """A program that keeps ids and no metadata."""
    for c in raw["cells"]:
        c["metadata"] = {}


def everything_lost(raw, of):
    """A program that keeps texts only."""
    for c in raw["cells"]:
        c["metadata"] = {}
        c.pop("id", None)


def answers_lost(raw, of):
    """Answers in cells of one's own, in the place of those that were for them."""
    for c in raw["cells"]:
        if name(c) in (*of.code, of.written):
            c["metadata"] = {}
            c.pop("id", None)


def surrogate(raw, of):
    """Half a character, in a program and in words."""
    cell(raw, of.written)["source"] = "Half \ud83d a character"
    raw["cells"].append(code("s = '\udc00'"))


def other_types_as_text(raw, of):
    """Cells whose text is none."""
    raw["cells"] += [markdown(x) for x in (None, 7, ["a", ["b", 3]], {"a": "b"})]


def cells_that_are_none(raw, of):
    """Null, numbers and texts among the cells."""
    raw["cells"] += [None, 7, "a text", [], {}, {"cell_type": []}]


def outputs_of_other_types(raw, of):
    """Outputs that no kernel has made."""
    for c in raw["cells"]:
        if c["cell_type"] == "code":
            c["outputs"], c["execution_count"] = {"a": None}, "one"


def byte_order_mark(raw, of):
    """An editor of another system."""
    return b"\xef\xbb\xbf" + json.dumps(raw).encode()


def utf_16(raw, of):
    """Another one."""
    return json.dumps(raw, ensure_ascii=False).encode("utf-16")


def latin_1(raw, of):
    """An old one."""
    cell(raw, of.written)["source"] = "Größer wäre schöner"
    return json.dumps(raw, ensure_ascii=False).encode("latin-1")


def old_format(raw, of):
    """As ten years ago."""
    cells = raw.pop("cells")
    for c in cells:
        if c["cell_type"] == "code":
            c["input"] = c.pop("source")
    return json.dumps(raw | {"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()


def a_format_to_come(raw, of):
    """As in ten years."""
    raw["nbformat"] = 7


def no_format(raw, of):
    """As never."""
    raw["nbformat"] = {"major": None}


def cut_off(raw, of):
    """An upload that broke."""
    held = json.dumps({"cells": raw["cells"], "metadata": {}})
    return held[: held.rindex('"cell_type"')].encode()


def nested(raw, of):
    """Brackets only."""
    return b"[" * 200_000


def nested_inside(raw, of):
    """Brackets in a notebook."""
    return b'{"cells": ' + b"[" * 200_000


def empty(raw, of):
    """Nothing in the file."""
    return b""


def bytes_of_a_picture(raw, of):
    """Another file under the notebook's name."""
    return b"\x89PNG\r\n\x1a\n\x00\xff" * 100


def cells_null(raw, of):
    """No cells."""
    raw["cells"] = None


def long_number(raw, of):
    """A number that Python does not read."""
    return json.dumps(raw)[:-1].encode() + b', "n": ' + b"9" * 10_000 + b"}"


def doubled(raw, of):
    """An answer twice, the first of them wrong."""
    at = raw["cells"].index(cell(raw, of.code[0]))
    wrong = json.loads(json.dumps(raw["cells"][at])) | {"source": "x = y = -1", "id": "other"}
    raw["cells"].insert(at, wrong)


def split(raw, of):
    """An answer in two halves, as JupyterLab splits a cell: both keep its name."""
    at = raw["cells"].index(cell(raw, of.code[0]))
    half = json.loads(json.dumps(raw["cells"][at])) | {"source": "pass", "id": "half"}
    raw["cells"].insert(at + 1, half)
    at = raw["cells"].index(cell(raw, of.written))
    raw["cells"].insert(at, json.loads(json.dumps(raw["cells"][at])) | {"source": "FIRST HALF", "id": "h"})


def words_elsewhere(raw, of):
    """The written answer in a cell of one's own."""
    raw["cells"].append(markdown("MY WORDS"))
    cell(raw, of.written)["source"] = "YOUR ANSWER HERE"


def words_as_code(raw, of):
    """The written answer in a cell for programs."""
    raw["cells"].append(code("MY WORDS, in the wrong kind of cell."))
    cell(raw, of.written)["source"] = "YOUR ANSWER HERE"


def words_of_another_type(raw, of):
    """The cell for words, made one for programs."""
    c = cell(raw, of.written)
    c |= {"cell_type": "code", "source": "MY WORDS", "outputs": [], "execution_count": None}


def words_in_the_question(raw, of):
    """The written answer below the question, in its cell."""
    at = raw["cells"].index(cell(raw, of.written)) - 1
    raw["cells"][at]["source"] += "\n\nMY WORDS"
    cell(raw, of.written)["source"] = "YOUR ANSWER HERE"


def no_words(raw, of):
    """Nothing written."""
    cell(raw, of.written)["source"] = "YOUR ANSWER HERE"


def null_bytes(raw, of):
    """Bytes that no program may hold."""
    raw["cells"].append(code("'\0'"))
    cell(raw, of.written)["source"] = "a\0b\x1b[31m"


def brackets_in_words(raw, of):
    """Texts over which readers of Markdown stumble."""
    cell(raw, of.written)["source"] = "[" * 2000 + "\n\n" + ">" * 2000 + "a" + "\n\n" + "*a_" * 1000


def markup_in_words(raw, of):
    """Words for a browser."""
    cell(raw, of.written)["source"] = "</div></body><img src=x onerror=alert(1)>{{ 7 }}{% raw %}"


def many_cells(raw, of):
    """More cells than anybody reads."""
    raw["cells"] += [markdown("a")] * 5000


def in_another_case(raw, of):
    """The end of the name as Windows writes it."""
    return lambda folder: (folder / f"{of.stem}.IPYNB").write_text(json.dumps(raw))


def with_another_end(raw, of):
    """The end of the name as a browser writes it."""
    return lambda folder: (folder / f"{of.stem}.ipynb.txt").write_text(json.dumps(raw))


def in_a_folder(raw, of):
    """One folder deeper."""

    def fill(folder):
        (folder / "my work").mkdir()
        (folder / "my work" / "final.ipynb").write_text(json.dumps(raw))

    return fill


def two_notebooks(raw, of):
    """Two, and none with the right name."""

    def fill(folder):
        for k in "12":
            (folder / f"v{k}.ipynb").write_text(json.dumps(raw))

    return fill


def a_copy_beside_it(raw, of):
    """Another notebook beside the one that is graded: which did the student mean?"""

    def fill(folder):
        for end in ("", "-final"):
            (folder / f"{of.stem}{end}.ipynb").write_text(json.dumps(raw))

    return fill


def a_link_to_the_key(raw, of):
    """Another file, that the student must not see."""
    return lambda folder: (folder / f"{of.stem}.ipynb").symlink_to(of.key)


def strange_files(raw, of):
    """A link to nowhere, one to everything, a pipe, folders that nobody may open, names for no terminal."""

    def fill(folder):
        (folder / f"{of.stem}.ipynb").write_text(json.dumps(raw))
        (folder / "nowhere").symlink_to(folder / "gone")
        (folder / "root").symlink_to("/")
        (folder / "key.csv").symlink_to(of.key)
        os.mkfifo(folder / "pipe")
        (folder / "line\nend\x1b[2J").write_text("x")
        (folder / os.fsdecode(b"latin-\xe9")).write_text("x")
        (folder / "data.csv").write_text("a,b")
        deep = folder / "closed" / "closed"
        deep.mkdir(parents=True)
        (deep / "file").write_text("x")
        deep.chmod(0)
        deep.parent.chmod(0)

    return fill


def a_folder_as_notebook(raw, of):
    """A folder where the notebook should be."""
    return lambda folder: (folder / f"{of.stem}.ipynb").mkdir()


def a_pipe_as_notebook(raw, of):
    """A pipe where the notebook should be: whoever opens it waits for ever."""
    return lambda folder: os.mkfifo(folder / f"{of.stem}.ipynb")


def nothing(raw, of):
    """Something else."""
    return lambda folder: (folder / "sorry.txt").write_text("The dog has eaten it.")


KINDS = {
    odd.kind.__name__: odd
    for odd in (
        Odd(as_it_is),
        Odd(picture_missing, note="A picture that your text shows is not in your notebook: sketch.png"),
        Odd(picture_with_an_odd_name),
        Odd(pictures_that_are_none, note="a, b, c"),
        Odd(no_metadata),
        Odd(metadata_null),
        Odd(metadata_of_other_types),
        Odd(cells_metadata_null),
        Odd(grade_ids_of_other_types),
        Odd(metadata_lost),
        Odd(everything_lost, note="were found by their place"),
        Odd(answers_lost, note="were found by their place"),
        Odd(surrogate, note="Half"),
        Odd(other_types_as_text, note="the text of a cell is no text"),
        Odd(cells_that_are_none, note="something stands among its cells"),
        Odd(outputs_of_other_types),
        Odd(byte_order_mark),
        Odd(utf_16),
        Odd(latin_1, note="Größer wäre schöner"),
        Odd(old_format, note="version 3 of the file format"),
        Odd(a_format_to_come, note="version 7, is newer"),
        Odd(no_format),
        Odd(cut_off, note="were kept"),
        Odd(nested, 0, note="nested too deep"),
        Odd(nested_inside, 0, note="nested too deep"),
        Odd(empty, 0, by_hand=False, note="is empty"),
        Odd(bytes_of_a_picture, 0, note="could not be read as a notebook"),
        Odd(cells_null, 0, note="it holds no cells"),
        Odd(long_number),
        Odd(doubled, note="more than once"),
        Odd(split, note="FIRST HALF"),
        Odd(words_elsewhere, note="MY WORDS"),
        Odd(words_as_code, note="text of your own, but not in the cell for it"),
        Odd(words_of_another_type, note="MY WORDS"),
        Odd(words_in_the_question, note="MY WORDS"),
        Odd(no_words, by_hand=False),
        Odd(null_bytes),
        Odd(brackets_in_words),
        Odd(markup_in_words),
        Odd(many_cells, note="were read"),
        Odd(in_another_case),
        Odd(with_another_end, note="Your notebook was called"),
        Odd(in_a_folder, note="Your notebook was called my work/final.ipynb"),
        Odd(two_notebooks, 0, note="more than one other notebook"),
        Odd(a_copy_beside_it, note="these other notebooks were not"),
        Odd(a_link_to_the_key, 0, note="links are not followed"),
        Odd(strange_files, note="data.csv"),
        Odd(a_folder_as_notebook, 0, by_hand=False, note="No notebook was handed in"),
        Odd(a_pipe_as_notebook, 0, note="it is a pipe"),
        Odd(nothing, 0, by_hand=False, note="No notebook was handed in"),
    )
}


def hand_in(kind, raw, of, folder):
    """Fill a student's folder for a set."""
    folder.mkdir(parents=True)
    made = kind(raw, of)
    if callable(made):
        made(folder)
    else:
        (folder / f"{of.stem}.ipynb").write_bytes(json.dumps(raw).encode() if made is None else made)
