"""Whatever is handed in is read: it never raises, no answer is lost, what is unsure is left to a person."""

import contextlib
import json
import random
import time

import nbformat
import odd_hand_ins
import pytest
from grading import cells, files, hand_in, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

EMPTY = "YOUR ANSWER HERE"
WORDS = "Because they share what is not known."
KEY = "THE KEY"
ANSWERS = {"one": "x = 41 + 1", "two": "y = 42", "words": WORDS}


def about(grade_id, **kind):
    rest = {"grade": False, "solution": False, "locked": not kind, "schema_version": 3, "task": False}
    return {"nbgrader": {"grade_id": grade_id} | rest | kind}


@pytest.fixture
def frame():
    return made_frame()


def made_frame():
    nb = new_notebook(
        cells=[
            new_markdown_cell("# A set"),
            new_code_cell("import math", metadata=about("start")),
            new_code_cell("x = ...", metadata=about("one", solution=True)),
            new_code_cell("look(x)", metadata=about("test-one", grade=True, points=1, locked=True)),
            new_code_cell("y = ...", metadata=about("two", solution=True)),
            new_code_cell("look(y)", metadata=about("test-two", grade=True, points=1, locked=True)),
            new_markdown_cell("In words: why?", metadata=about("rubric")),
            new_markdown_cell(EMPTY, metadata=about("words", grade=True, solution=True, points=1)),
        ]
    )
    for place, cell in enumerate(nb.cells):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"text-{place}")
    nb.metadata["partial_pooling"] = {"class": "a", "set": "s", "version": "1"}
    return nb


def answered(frame):
    raw = json.loads(nbformat.writes(frame))
    for cell in raw["cells"]:
        grade_id = odd_hand_ins.name(cell)
        if grade_id in ANSWERS:
            cell["source"] = ANSWERS[grade_id]
    return raw


def handed_in(folder, nb, frame, name="s.ipynb"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(nb if isinstance(nb, str) else json.dumps(nb))
    return hand_in.read(folder, "s", frame)


def sources(nb):
    return [cell.source for cell in nb.cells]


def text(told):
    """Return everything that a person gets to see of a hand-in."""
    return "\n".join([*sources(told.notebook), *told.notes])


@pytest.mark.parametrize("name", odd_hand_ins.KINDS)
def test_odd_hand_ins_are_read(tmp_path, frame, name):
    odd = odd_hand_ins.KINDS[name]
    key = tmp_path / "key.ipynb"
    key.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": KEY}]}))
    of = odd_hand_ins.Answers(["one", "two"], "words", "s", str(key))
    odd_hand_ins.hand_in(odd.kind, answered(frame), of, tmp_path / "folder")
    told = hand_in.read(tmp_path / "folder", "s", frame)
    assert KEY not in text(told)
    blank = EMPTY in sources(told.notebook)
    assert (told.for_person or not blank) == odd.by_hand
    if odd.share:
        assert odd.note in text(told) or name == "strange_files"
        for grade_id in ("one", "two"):
            at = sources(told.notebook).index(ANSWERS[grade_id])
            assert sources(told.notebook)[at : at + 3].count(f"look({'xy'[grade_id == 'two']})") == 1
    else:
        assert odd.note in text(told)
        assert not told.answered
    nbformat.validate(told.notebook)
    nbformat.writes(told.notebook).encode("utf8")


def test_answers_come_into_the_sets_own_frame(tmp_path, frame):
    nb = nbformat.from_dict(frame)
    nb.cells[2].source = "x = 1"
    nb.cells[3].source = "look(7)"
    nb.cells[3].metadata.nbgrader.points = 100
    nb.cells.insert(3, new_code_cell("a_try = 'of my own'"))
    told = handed_in(tmp_path / "hand_in", nb, frame)
    expected = sources(frame)
    expected[2:3] = ["x = 1", "a_try = 'of my own'"]
    assert sources(told.notebook) == expected
    assert told.notebook.cells[4].metadata.nbgrader.points == 1
    assert told.notes == ["These cells are not for answers, and were put back as they were: test-one."]
    assert not told.for_person


def test_deleted_doubled_and_moved_cells(tmp_path, frame):
    nb = nbformat.from_dict(frame)
    answer = nbformat.from_dict(nb.cells[2])
    answer.source = "x = 2"
    nb.cells = [nb.cells[7], nb.cells[2], answer, nb.cells[4], nb.cells[5], nb.cells[6]]
    told = handed_in(tmp_path / "hand_in", nb, frame)
    expected = sources(frame)
    expected[2] = "x = 2"
    assert sources(told.notebook) == expected
    assert told.notes == ["These cells were missing and were put back, empty: start, test-one."]


def test_of_doubled_answers_all_run_and_the_last_counts(tmp_path, frame):
    nb = nbformat.from_dict(frame)
    far = nbformat.from_dict(nb.cells[2])
    nb.cells[2].source, far.source = "x = 1", "x = 2"
    nb.cells.append(far)
    told = handed_in(tmp_path / "hand_in", nb, frame)
    assert sources(told.notebook)[2:5] == ["x = 1", "x = 2", "look(x)"]
    assert told.notebook.cells[3].metadata.nbgrader.grade_id == "one"
    assert "more than once: one" in told.notes[0]


def test_other_versions_are_said_to_be_that(tmp_path, frame):
    nb = nbformat.from_dict(frame)
    nb.metadata.partial_pooling = {"class": "b", "set": "s", "version": "0"}
    assert "class b, not a" in handed_in(tmp_path / "1", nb, frame).notes[0]
    nb.metadata.partial_pooling = {"class": "a", "set": "s", "version": "0"}
    assert "another version of the set" in handed_in(tmp_path / "2", nb, frame).notes[0]
    old = nbformat.convert(nbformat.from_dict(frame), 3)
    told = handed_in(tmp_path / "3", old, frame)
    assert told.notes == ["Your notebook is in version 3 of the file format and was converted."]
    assert sources(told.notebook) == sources(frame)


def test_the_one_notebook_there_is_will_do(tmp_path, frame):
    told = handed_in(tmp_path / "1", frame, frame, name="s (1).ipynb")
    assert told.answered
    assert "was called s (1).ipynb" in told.notes[0]
    handed_in(tmp_path / "2", frame, frame, name="one.ipynb")
    assert "more than one other" in handed_in(tmp_path / "2", frame, frame, name="two.ipynb").notes[0]
    assert "No notebook was handed in" in hand_in.read(tmp_path / "nowhere", "s", frame).notes[0]
    empty = handed_in(tmp_path / "3", new_notebook(cells=[new_code_cell("1")]), frame)
    assert "None of the set's cells" in empty.notes[0]


@pytest.mark.skipif(not hasattr(__import__("os"), "seteuid"), reason="a system without users")
def test_what_may_not_be_read_is_told(tmp_path, frame, monkeypatch):
    handed_in(tmp_path / "hand_in", answered(frame), frame)

    def refused(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files.os, "open", refused)
    told = hand_in.read(tmp_path / "hand_in", "s", frame)
    assert told.for_person
    assert not told.answered
    assert "could not be read as a notebook: it cannot be read (Permission denied)" in told.notes[0]
    monkeypatch.setattr(files.os, "scandir", refused)
    told = hand_in.read(tmp_path / "hand_in", "s", frame)
    assert "No notebook was handed in" in told.notes[-1]


def test_a_folder_that_goes_away_meanwhile_is_no_error(tmp_path, frame, monkeypatch):
    handed_in(tmp_path / "hand_in", answered(frame), frame)
    monkeypatch.setattr(files, "content", lambda path, **_: path.read_bytes() if path.exists() else b"")
    monkeypatch.setattr(
        hand_in.files,
        "below",
        lambda _: iter([files.File(tmp_path / "x", files.PurePosixPath("s.ipynb"), None)]),
    )
    assert "is empty" in hand_in.read(tmp_path / "hand_in", "s", frame).notes[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["source", "metadata", "cells", "nbgrader", "id"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def places_in(value, path=()):
    """Yield the path of everything in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places_in(value[key], (*path, key))


def mutated(raw, rng, other):
    """Return a notebook with one thing changed, and whether it was in or around the written answer's text."""
    path = rng.choice(list(places_in(raw))[1:])
    *to, last = path
    holder = raw
    for key in to:
        holder = holder[key]
    touched = holder[last]
    kind = rng.randrange(6)
    if kind == 0:
        holder[last] = other
    elif kind == 1 and isinstance(holder, dict):
        holder[rng.choice(["a", "x y"])] = holder.pop(last)
    elif kind == 2:
        del holder[last]
    elif kind == 3:
        holder[last] = [touched]
    elif kind == 4 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), touched)
    elif kind == 5 and isinstance(holder, list):
        rng.shuffle(holder)
    else:
        deep = touched
        for _ in range(rng.choice([3, 50, 900])):
            deep = [deep] if rng.random() < 0.5 else {"source": deep}
        holder[last] = deep
    return raw


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.lists(JSON, min_size=1, max_size=4))
def test_no_mutation_raises_or_loses_what_was_written(tmp_path_factory, seed, others):
    rng, frame = random.Random(seed), made_frame()
    raw = answered(frame)
    for other in others:
        if isinstance(raw, dict) and len(list(places_in(raw))) > 1:
            raw = mutated(raw, rng, other)
    folder = tmp_path_factory.getbasetemp() / "mutated"
    folder.mkdir(exist_ok=True)
    try:
        held = json.dumps(raw)
    except RecursionError:
        return
    (folder / "s.ipynb").write_text(held)
    told = hand_in.read(folder, "s", frame)
    nbformat.validate(told.notebook)
    nbformat.writes(told.notebook).encode("utf8")
    # what a student wrote is shown, or, if it still is in the file, somebody is asked to look into it
    if WORDS in held and not any(WORDS in source for source in sources(told.notebook)):
        assert told.for_person, held
    if WORDS in held:
        graded = [c for c in told.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "words"]
        assert told.for_person or graded[0].source != EMPTY, held


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2000))
def test_no_bytes_raise(junk, at):
    held = json.dumps(answered(made_frame())).encode()
    for content in (junk, held[:at], held[:at] + junk + held[at:], held[:at] + junk):
        with contextlib.suppress(ValueError):
            cells.read(content)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab (1)<>%20é&'[]!\\\n"), max_size=12), st.booleans(), st.booleans())
def test_every_picture_that_a_text_shows_has_something_to_show(name, there, angles):
    source = f"![x](<attachment:{name}>)" if angles else f"![x](attachment:{name}) and more"
    found, missing = texts.completed(source, {name: {"image/png": "eA=="}} if there else {})
    page = MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=found)).render(source)
    assert "<img" not in page or "data:image" in page
    assert not missing or "<img" in page
    if there and name.replace(" ", "").isalnum() and (angles or " " not in name):
        assert not missing


def test_a_very_long_text_is_shown_as_it_was_typed(tmp_path, frame):
    raw = answered(frame)
    picture = f"![x](data:image/png;base64,{'A' * 10**6})"
    raw["cells"] += [odd_hand_ins.markdown(r"\begin{a}" * 100_000), odd_hand_ins.markdown(picture)]
    told = handed_in(tmp_path / "hand_in", raw, frame)
    assert told.notebook.cells[-2].source.startswith("```text\n\\begin{a}")
    assert told.notebook.cells[-1].source == picture
    assert "Very long texts (1)" in told.notes[0]


def test_twenty_thousand_cells_take_seconds(frame):
    raw = answered(frame)
    raw["cells"] += [{"cell_type": "code", "source": f"x{k} = 1", "id": str(k)} for k in range(20_000)]
    began = time.process_time()
    found = cells.read(json.dumps(raw).encode())
    hand_in.placed(found.cells, frame, same_version=True)
    assert len(found.cells) == cells.MOST_CELLS
    assert time.process_time() - began < 30
