"""How numbers are told on the reader's own page: as many decimals as their sds need, and no "-0.0"."""

import math

import pytest
from node import answering
from workbench import FOLDER

_PROGRAM = """
import { decimalsFor, shown, tickText } from "FOLDER/scale.js";
const answer = ({ sds, of, digits }) =>
  sds ? decimalsFor(sds) : [shown(of, digits), tickText(of, digits)];
""".replace("FOLDER", FOLDER.as_uri())


@pytest.fixture(scope="module")
def ask():
    with answering(_PROGRAM) as answer:
        yield lambda **question: answer(question)


@pytest.mark.parametrize(
    ("sds", "digits"),
    [
        ([], 2),
        ([0, math.inf], 2),
        ([1], 2),
        ([9.9, 0, math.inf], 2),
        ([10], 1),
        ([250], 0),
        ([7e6], 0),
        ([0.5], 3),
        ([0.04, 3, 200], 2),
        ([1e-30], 20),
    ],
)
def test_decimals_show_three_digits_of_the_middle_sd(ask, sds, digits):
    assert ask(sds=[str(sd) if math.isinf(sd) else sd for sd in sds]) == digits


@pytest.mark.parametrize(
    ("of", "digits", "words"),
    [
        ("NaN", 2, ["–", "–"]),
        ("Infinity", 2, ["∞", "Infinity"]),
        (-0.004, 2, ["0.00", "0.00"]),
        (-1.5, 1, ["-1.5", "−1.5"]),
        (1234.56, 0, ["1235", "1235"]),
        (-2.5e9, 0, ["−2.500e+9", "−2500000000"]),
        (1.23456e7, 2, ["12345600.00", "12350000"]),
        (1e-12, 14, ["1.000e-12", "1e-12"]),
    ],
)
def test_a_number_as_it_is_read(ask, of, digits, words):
    assert ask(of=of, digits=digits) == [word.replace("e-12", "e−12") for word in words]
