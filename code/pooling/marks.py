"""All chapters: points for an answer, in parts; what the checks of the problem sets are written with.

A cell of checks looks at the answers by name, so that one that is missing or raises costs its own points
and no others. `look` guides and gives no points; `near` and `true` give them; `total` prints how each went.
"""

import contextlib
import io
import warnings

import numpy as np

__all__ = ["Marks"]


class Marks:
    """Collects points for the answers of one question.

    Parameters
    ----------
    answers : dict
        The notebook's names: `globals()`.
    points : float
        What the question is worth, > 0.
    """

    def __init__(self, answers, points):
        if not points > 0:
            raise ValueError(f"points must be > 0, got {points!r}")
        self._answers = answers
        self._points = points
        self._given = []

    def look(self, says, test):
        """Print whether `test(answers)` holds: a hint for the student, without points.

        Parameters
        ----------
        says : str
            What should be so.
        test : callable
            Takes a function that finds an answer by its name.
        """
        held, why = self._try(test)
        print(f"{'ok        ' if held else 'look again'}  {says}{why}")

    def near(self, points, name, expected, *, within, says):
        """Give points for an answer within a tolerance of what is expected: for a part of it, a part.

        Parameters
        ----------
        points : float
            Shared evenly by the entries of `expected`.
        name : str
            A number, or an array_like of the shape of `expected`, but for axes of length 1.
        expected : array_like
        within : float or array_like
            Largest difference that still counts as right, in the unit of the answer.
        says : str
            What was asked for, to be printed.

        Notes
        -----
        Axes of length 1 do not matter: `array([42.])` is the number 42, and gets its points.
        """
        expected = np.squeeze(np.asarray(expected, float))

        def share(answer):
            value = np.squeeze(np.asarray(answer(name), float))
            if value.shape != expected.shape:
                raise ValueError(f"its shape is {value.shape}, not {expected.shape}")
            return float(np.mean(np.abs(value - expected) <= within))

        self._give(points, share, f"{name}: {says}")

    def true(self, points, says, test):
        """Give points if `test(answers)` holds.

        Parameters
        ----------
        points : float
        says : str
            What should be so, to be printed.
        test : callable
            Takes a function that finds an answer by its name; returns a bool, or a share from 0 to 1.
        """
        self._give(points, test, says)

    def total(self):
        """Print what was given for what, and return the sum, which is what the grader reads.

        Returns
        -------
        float
            In [0, points].

        Raises
        ------
        ValueError
            If the parts do not add up to `points`: a mistake in the problem set.
        """
        worth = sum(points for _, points, _ in self._given)
        if abs(worth - self._points) > 1e-9:
            raise ValueError(f"points must add up to {self._points}, got {worth}")
        for given, points, line in self._given:
            print(f"{given:4.4g} of {points:g}  {line}")
        return round(float(sum(given for given, _, _ in self._given)), 4)

    def _give(self, points, test, says):
        share, why = self._try(test)
        given = points * min(max(float(share), 0.0), 1.0)
        self._given.append((given, points, f"{says}{why}"))

    def _try(self, test):
        """Return what the test says, and why it could not; nothing it prints or warns is shown."""
        quiet = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(quiet),
                contextlib.redirect_stderr(quiet),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                return float(test(self._find)), ""
        except Exception as error:
            return 0.0, f" ({type(error).__name__}: {error})"

    def _find(self, name):
        value = self._answers.get(name)
        if value is None or value is Ellipsis:
            raise LookupError(f"there is no {name} yet")
        return value
