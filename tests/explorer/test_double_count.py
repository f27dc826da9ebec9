"""Chapter 3's evidence multiplied again and again: what the page is given, and the curves on the way."""

import json

import node
import numpy as np
import pytest
from pictures import check, texts
from pooling.departments import ONE_MEETING, Department
from pooling.explorer.double_count import DoubleCount
from pooling.published.counted import counted

STEPS = [
    counted(ONE_MEETING, department=Department.MATH, times=times, mu_scale=10, tau_scale=3)
    for times in range(6)
]


@pytest.fixture(scope="module")
def shown():
    return DoubleCount(STEPS, arrival=30)


def test_the_page_is_given_the_numbers_of_each_step(shown):
    assert shown.arrival == 30
    for step, posterior in zip(shown.steps, STEPS, strict=True):
        assert list(step) == ["mu", "theta[MATH]"]
        for told, marginal in zip(step.values(), (posterior.mu, posterior.theta), strict=True):
            np.testing.assert_allclose(told["values"], marginal.values, atol=1e-4)
            np.testing.assert_allclose(told["density"], marginal.density, rtol=1e-4)
            assert (told["mean"], told["sd"]) == (marginal.mean, marginal.sd)


def test_the_still_picture_says_what_each_count_gives(shown):
    picture = shown.still()
    check(picture, shown.still())
    for times in (0, 1, 2, 5):
        assert f"mean {STEPS[times].theta.mean:.2f}, sd {STEPS[times].theta.sd:.2f}" in picture.alt
    assert {"not counted", "once", "twice", "five times", "arrival 30"} <= set(texts(picture))


def test_its_style_is_its_own(shown):
    """What is written for explorers alone must not reach it, nor its own rules reach an explorer."""
    assert ".pooling-explorer " not in shown._css
    assert ".pooling-explorer-box" not in shown._css
    assert ".pooling-count .pc-curve" in shown._css


def test_on_the_way_a_normal_curve_moves_and_does_not_fade():
    x = np.linspace(-40, 40, 401)
    bells = [
        np.exp(-0.5 * ((x - mean) / sd) ** 2) / sd / np.sqrt(2 * np.pi) for mean, sd in ((-5, 8), (12, 6))
    ]
    address = (DoubleCount.folder / "between.js").as_uri()
    given = json.dumps([{"values": x.tolist(), "density": bell.tolist()} for bell in bells])
    found = node.run(
        f"import {{ between, meanOf }} from {json.dumps(address)};\n"
        f"const [one, other] = {given};\n"
        "const all = [0, 0.5, 1].map((part) => between(one, other, part));\n"
        "console.log(JSON.stringify({ all, means: all.map((p) => meanOf(one.values, p)) }));"
    )
    precision = 0.5 * 8**-2 + 0.5 * 6**-2
    mean = (0.5 * -5 * 8**-2 + 0.5 * 12 * 6**-2) / precision
    half = np.exp(-0.5 * (x - mean) ** 2 * precision) * np.sqrt(precision / 2 / np.pi)
    for density, expected in zip(found["all"], (bells[0], half, bells[1]), strict=True):
        np.testing.assert_allclose(density, expected, atol=1e-6)
    np.testing.assert_allclose(found["means"], [-5, mean, 12], atol=1e-3)
