"""Chapter 3's evidence multiplied again and again: what the page is given, and the curves on the way."""

import json
from xml.etree import ElementTree

import drawings
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


@pytest.mark.parametrize("times", range(6))
def test_each_step_is_drawn_where_python_has_it(shown, times):
    """From the prior, once and again; less motion is asked for, so that each is drawn at once."""
    presses = ["Multiply the evidence once", *["… and again"] * 5][:times]
    with drawings.opened(shown.folder, {"steps": shown.steps, "arrival": shown.arrival}) as show:
        drawing = show({}, press=[{"words": words} for words in presses])
    svg, x = drawing.one("pc-drawing"), None
    for panel, name in reversed(list(zip(svg.findall("g"), ("mu", "theta"), strict=True))):
        x = drawing.plot(panel).x or x  # the lower panel has the labels of both
        foot = drawing.pieces(drawing.one("pe-baseline", panel))[0][0, 1]
        drawn = []
        for kind, step in (("pc-curve", times), ("pe-prior", 0), ("pe-ghost", 1)):
            pieces = drawing.pieces(drawing.one(kind, panel))
            assert bool(pieces) == (kind != "pe-ghost" or times > 1)
            marginal = getattr(STEPS[step], name)
            drawn += [drawings.Curve(x, piece, foot, density_of(marginal)) for piece in pieces]
        drawings.on_one_scale(drawn)
        (filled,) = drawing.pieces(drawing.one("pe-fill", panel))
        np.testing.assert_array_equal(filled[1:-2], drawn[0].places)
        marginal = getattr(STEPS[times], name)
        (stem,), dot = drawing.pieces(drawing.one("pe-centre", panel)), drawing.one("pe-dot", panel)
        x.says(stem[:, 0], marginal.mean)
        np.testing.assert_array_equal(drawing.place(dot), stem[0])
        told = drawings.numbers(drawing.texts("pe-stat", panel)[0])
        assert told == pytest.approx([marginal.mean, marginal.sd], abs=0.0051)
    x.says(drawing.place(drawing.one("pe-MATH", svg))[0], 30)
    table = drawing.one("pc-steps")
    assert [head.text for head in table.find("thead").iter("th")] == [
        "counted", "university, mean", "sd", "Math, mean", "sd"
    ]  # fmt: skip
    for row, step in zip(table.find("tbody").findall("tr"), STEPS, strict=False):
        found = [drawings.number(one.text) for one in row.iter("output")]
        expected = [step.mu.mean, step.mu.sd, step.theta.mean, step.theta.sd]
        assert found == pytest.approx(expected, abs=0.0051)
    assert len(table.find("tbody").findall("tr")) == times + 1
    theta, said = STEPS[times].theta, drawing.texts("pc-told")[0]
    assert drawings.numbers(said) == pytest.approx([theta.mean, theta.sd], abs=0.0051)


def test_beyond_either_end_there_is_no_step(shown):
    """The buttons that lead there are pressed all the same."""
    presses = ["Multiply the evidence once", *["… and again"] * 9]
    with drawings.opened(shown.folder, {"steps": shown.steps, "arrival": shown.arrival}) as show:
        last, beyond, first, before = (
            show({}, press=[{"words": words} for words in pressed])
            for pressed in (presses[:5], presses, [], ["Back", "Back"])
        )
    for one, other in ((last, beyond), (first, before)):
        assert ElementTree.tostring(one.root) == ElementTree.tostring(other.root)


def density_of(marginal):
    return lambda x: np.interp(x, marginal.values, marginal.density)
