"""Every program of a box, as printed and with each suggested edit: in JAX and as the page runs it."""

import jupytext
import numpy as np
import pytest
from in_page import arrays, in_jax, running
from places import ROOT
from pooling.edit_and_run.programs import BOXES, asked, edited, text
from pooling.grids import COURSE
from pooling.partial_pooling import posterior

CASES = [(stem, name) for stem, box in BOXES.items() for name in ["", *box.edits]]
PAGES = {path.stem.lstrip("0123456789_"): path for path in (ROOT / "chapters").rglob("*.md")}


def program(stem, name=""):
    """Return a box's program, with a suggested edit if one is named."""
    cells = [
        cell.source
        for cell in jupytext.read(PAGES[stem]).cells
        if "edit-and-run" in cell.metadata.get("tags", [])
    ]
    assert cells
    as_printed = text(stem, cells)
    return edited(as_printed, BOXES[stem].edits[name]) if name else as_printed


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as ask:
        yield ask


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "name"), CASES)
def test_the_page_answers_as_jax_does(page, tmp_path, stem, name):
    source = program(stem, name)
    here, there = arrays(page(source, asked(stem))), in_jax(source, asked(stem), tmp_path)
    assert here.keys() == there.keys()
    assert set(here) == {q.name for q in BOXES[stem].questions}
    for query, answer in there.items():
        # memo's weights begin in single precision, and JAX stays there where a program has whole numbers only
        np.testing.assert_allclose(here[query], answer, rtol=0, atol=1e-9 if answer.dtype == float else 1e-7)
    if name:
        printed = arrays(page(program(stem), asked(stem)))
        assert any(abs(printed[query] - here[query]).max() > 1e-3 for query in here)


def test_a_box_stands_on_every_page_that_has_one():
    tagged = {stem for stem, path in PAGES.items() if "edit-and-run" in path.read_text(encoding="utf8")}
    assert tagged == BOXES.keys()


def test_the_half_normal_prior_of_chapter_3_gives_what_was_found_elsewhere(page):
    theta = arrays(page(program("partial_pooling", "half_normal"), asked("partial_pooling")))[
        "theta_posterior"
    ]
    assert theta @ COURSE.theta == pytest.approx([2.9218, 2.3106, 4.0297], abs=5e-5)


def test_chapter_3_as_printed_is_its_posterior(page):
    told = arrays(page(program("partial_pooling"), asked("partial_pooling")))
    wanted = posterior([1, -15, 30], mu_scale=10, tau_scale=3)
    np.testing.assert_allclose(told["theta_posterior"], wanted.theta.probability, atol=1e-9)
    np.testing.assert_allclose(told["population_posterior"].sum(axis=0), wanted.tau.probability, atol=1e-9)


@pytest.mark.parametrize("stem", [stem for stem, box in BOXES.items() if box.module])
def test_a_program_without_its_settings_is_asked_with_the_printed_ones(page, stem):
    whole = program(stem)
    bare = whole.partition("# what Run asks with")[0]
    assert page(bare, asked(stem))["answers"] == page(whole, asked(stem))["answers"]


def test_the_modules_own_file_runs_too(page):
    """Who pastes a whole module has the same answer."""
    source = (ROOT / "code" / "pooling" / "partial_pooling.py").read_text(encoding="utf8")
    assert (
        page(source, asked("partial_pooling"))["answers"]
        == page(program("partial_pooling"), asked("partial_pooling"))["answers"]
    )


def test_an_edit_that_does_not_fit_says_so():
    edit = BOXES["complete_pooling"].edits["no_opinion"]
    with pytest.raises(ValueError, match="has it 0 times"):
        edited("nothing", edit)
