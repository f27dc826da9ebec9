"""What all figures share: numbers for the eye, and a legend that finds room."""

import artists
import pictures
import pytest
from matplotlib.lines import Line2D
from pooling.plots.style import figure, legend, number


@pytest.mark.parametrize(
    ("x", "spec", "text"),
    [
        (-3.456, ".2f", "−3.46"),
        (-0.001, ".2f", "0.00"),
        (-0.04, "+.1f", "+0.0"),
        (-0.06, "+.1f", "−0.1"),
        (-12345.6, ",.0f", "−12,346"),
        (2.5, "g", "2.5"),
    ],
)
def test_a_number_has_a_true_minus_and_zero_none(x, spec, text):
    assert number(x, spec) == text


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        (["a", "b", "c"], 3),
        (["a", "b", "c", "d"], 2),
        (["a", "b", "c", "d", "e"], 3),
        (["what is observed", "what is believed", "of everybody"], 2),
        (["what would be believed of a group alone", "what is believed of it here"], 1),
    ],
)
def test_a_legend_is_read_row_by_row_and_finds_room(labels, columns):
    fig, _ = figure()
    legend(fig, [Line2D([], [], label=label) for label in labels])
    fig.draw_without_rendering()
    assert list(artists.legend(fig)) == labels
    assert pictures.legend_fits(fig)
    rows = {round(text.get_window_extent().y0) for text in fig.legends[0].get_texts()}
    assert len(rows) == -(-len(labels) // columns)
