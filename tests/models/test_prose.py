"""Numbers of the prose: what a cell displays is what the build reads, and a kernel says the same."""

import IPython.display
import pytest
from myst_nb.core.variables import format_plain_text
from myst_nb.ext.glue import extract_glue_data_cell
from nbformat.v4 import new_code_cell, new_output
from pooling.plots.picture import Picture
from pooling.prose import glue


@pytest.fixture
def displayed(monkeypatch):
    """Return the list of what is displayed, as a cell's outputs."""
    outputs = []

    def show(data, *, raw, metadata):
        assert raw
        outputs.append(new_output("display_data", data=data, metadata=metadata))

    monkeypatch.setattr(IPython.display, "display", show)
    return outputs


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (4.4912, ".1f", "4.5"),
        (0.5, ".0f", "0"),
        (12345.678, ",.0f", "12,346"),
        (1e-9, ".0e", "1e-09"),
        (7, ".0f", "7"),
        (7, "", "7"),
        (2.5, "", "2.5"),
        ("English, and Math", "", "English, and Math"),
    ],
)
def test_kernel_and_build_show_the_same(displayed, value, how, text):
    glue("it", value)
    asked = f"it:{how}" if how else "it"
    assert glue[asked] == text
    ((name, output),) = extract_glue_data_cell(new_code_cell(outputs=displayed))
    assert name == "it"
    assert format_plain_text(output["data"]["text/plain"], how or "s") == text


def test_it_is_shown_in_the_notebook_only_if_asked_to(displayed):
    glue("hidden", 1)
    glue("shown", 2, display=True)
    assert [list(output["data"]) for output in displayed] == [
        ["application/papermill.record/text/plain"],
        ["text/plain"],
    ]


def test_a_picture_stands_in_the_text_by_its_name(displayed):
    plate = Picture("One box.", "<svg></svg>")
    glue("plate", plate)
    assert glue["plate"] is plate
    ((name, output),) = extract_glue_data_cell(new_code_cell(outputs=displayed))
    assert name == "plate"
    assert output["data"]["text/html"] == plate.svg


def test_a_name_that_no_cell_has_glued():
    with pytest.raises(KeyError, match=r"no cell that was run has glued 'nothing': run all cells"):
        glue["nothing:.1f"]


def test_a_name_with_a_colon_would_be_taken_for_a_format():
    with pytest.raises(ValueError, match="glue takes a name without a colon, got 'a:b'"):
        glue("a:b", 1)
