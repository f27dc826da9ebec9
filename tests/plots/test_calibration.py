"""The figures of chapter 14: what they say they show is what they were given."""

import numpy as np
import pytest
from pooling.calibration import uniformity
from pooling.calibration.three_engines import Row
from pooling.plots.calibration import agreement, histograms, p_text

EVEN = (np.arange(1000) + 0.5) / 1000


def _row(model, apart):
    return Row(model, "mean", "mu", None, 1.0, 1 + 0.1 * apart, 0.1, 1.0)


def test_histograms_tell_their_test():
    steep = np.concatenate([np.zeros(500), EVEN])
    drawn = histograms({"even": uniformity(EVEN), "piled up": uniformity(steep)})
    assert "even: χ² 0 with 24 degrees of freedom, p 1, 0 of 25 bins outside the band" in drawn.alt
    assert "piled up: χ²" in drawn.alt
    assert "highest 9.00 times uniform" in drawn.alt  # 540 of 1500, where 60 are expected
    assert "×9.0" in drawn.svg
    assert "p &lt; 10⁻¹²" in drawn.svg


def test_a_mark_for_each_parameter():
    drawn = agreement([_row("one", 1.5), _row("two", -2.5), _row("two", 0.5)])
    assert "one: 1 parameter, at most 1.5. two: 2 parameters, at most 2.5." in drawn.alt


@pytest.mark.parametrize(
    ("p", "text"), [(0.5, "p = 0.5"), (0.0123, "p = 0.012"), (3e-5, "p < 10⁻⁴"), (0, "p < 10⁻¹²")]
)
def test_p_for_the_eye(p, text):
    assert p_text(p) == text


def test_one_to_four_histograms():
    with pytest.raises(ValueError, match="tests must hold 1 to 4 histograms, got 0"):
        histograms({})
