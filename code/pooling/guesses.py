"""All chapters: guesses that a reader writes down before the chapter answers, and compares with its answer.

The text of a chapter asks ``{eval}`glue.guess["mean:.1f", "the typical professor, minutes late"]` ``: the
name and the format of a number that a cell hands over with `glue`, and what is asked for. On the page that is
a field and a button (assets/guesses.js); in a live notebook the same, as a widget that asks the kernel.
"""

import re

__all__ = ["Guess"]

_MINUS = "\N{MINUS SIGN}"


class Guess:
    """What the prose evaluates where it asks for a guess at what `answers`, a mapping, has by then."""

    def __init__(self, answers):
        self._answers = answers

    def __getitem__(self, asked):
        """Return the widget for ("name:format", label).

        A third string is the place of an explanation, to which the page links.
        """
        import ipywidgets

        name, label, *_ = asked
        field = ipywidgets.Text(placeholder="a number", layout={"width": "8em"})
        button = ipywidgets.Button(description="Compare", layout={"width": "auto"})
        told = ipywidgets.Label()

        def compare(_):
            told.value = _compared(field.value, name, self._answers)

        button.on_click(compare)
        return ipywidgets.HBox([ipywidgets.Label(label), field, button, told])


def _compared(written: str, name: str, answers) -> str:
    """Return what a comparison says."""
    plain = written.strip().replace(_MINUS, "-").replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", plain):
        return f"“{written}” is not a number. Write one such as {_MINUS}3.5."
    try:
        answer = answers[name]
    except KeyError as nothing:
        return str(nothing.args[0])
    digits = len(answer.partition(".")[2])
    off = round(float(plain) - float(answer), digits)
    difference = "the same" if off == 0 else f"{abs(off):.{digits}f} too {'high' if off > 0 else 'low'}"
    text = f"You: {written.strip()}, the chapter: {answer}, difference: {difference}"
    return text.replace("-", _MINUS)
