"""A guess in a live notebook says what the page says."""

import ipywidgets
import pytest
from pooling.guesses import Guess


def compare(written, answers, name="mean:.1f"):
    """Return what a reader sees who writes that and presses the button."""
    label, field, button, told = Guess(answers)[name, "the mean", "#a-place-on-the-page"].children
    assert isinstance(label, ipywidgets.Label)
    assert label.value == "the mean"
    field.value = written
    button.click()
    return told.value


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("10", "You: 10, the chapter: 4.5, difference: 5.5 too high"),
        ("-2,25", "You: −2,25, the chapter: 4.5, difference: 6.8 too low"),
        ("\N{MINUS SIGN}1", "You: −1, the chapter: 4.5, difference: 5.5 too low"),
        ("4.52", "You: 4.52, the chapter: 4.5, difference: the same"),
        ("", "“” is not a number. Write one such as −3.5."),
        ("nan", "“nan” is not a number. Write one such as −3.5."),
        ("four", "“four” is not a number. Write one such as −3.5."),
    ],
)
def test_a_guess_is_compared(written, says):
    assert compare(written, {"mean:.1f": "4.5"}) == says


def test_before_the_cells_are_run_it_says_so():
    from pooling.prose import glue

    assert (
        compare("3", glue, name="not-glued:.1f")
        == "no cell that was run has glued 'not-glued': run all cells"
    )
