"""Chapter 8's explorer without a browser: its engine against the formula, its drawing against its numbers."""

import drawings
import node
import numpy as np
import pytest
from pooling import fifty_schools
from pooling.explorer.shrinkage_formula import EXPLORER, numbers
from pooling.shrinkage import shrink
from scipy.stats import norm

SCHOOLS = fifty_schools.simulate()
X = np.arange(40, 90.1, 0.2)  # where curves have their corners


def densities(settings):
    """Return the curves by Bayes' rule for a normal mean: precisions are added."""
    n, sigma, tau, mu = (settings[name] for name in ("n", "sigma", "tau", "mu"))
    precision = tau**-2 + n * sigma**-2
    mean = (mu * tau**-2 + n * settings["mean"] * sigma**-2) / precision
    found = {"prior": norm(mu, tau), "posterior": norm(mean, precision**-0.5)}
    return found | ({"likelihood": norm(settings["mean"], sigma / n**0.5)} if n else {})


def test_the_engine_says_what_python_says():
    rng = np.random.default_rng(8)
    with node.engine(EXPLORER, also="{ lines: result.lines, schools: result.schools }") as ask:
        for _ in range(30):
            settings = drawings.random_settings(EXPLORER, rng)
            expected, curves = numbers(**settings), densities(settings)
            said = ask(settings, expected)
            assert said["told"] == pytest.approx(expected, rel=1e-12)
            assert expected["mean:theta"] == pytest.approx(curves["posterior"].mean(), rel=1e-12)
            assert expected["sd:theta"] == pytest.approx(curves["posterior"].std(), rel=1e-9)
            for kind, heights in said["also"]["lines"].items():
                assert (heights is None) == (kind not in curves)
                if heights:
                    np.testing.assert_allclose(heights, curves[kind].pdf(X), rtol=1e-9, atol=1e-300)
            scales = {name: settings[name] for name in ("sigma", "tau", "mu")}
            estimates = [school["estimate"] for school in said["also"]["schools"]]
            expected = shrink(np.round(SCHOOLS.mean, 3), SCHOOLS.n, **scales)
            np.testing.assert_allclose(estimates, expected, rtol=1e-12)


def check_curves(drawing, given, told):
    """Prior, likelihood and posterior, each in its own place; the bar that is shared out by the weight."""
    x, svg = drawing.plot(drawing.all("pe-axes")[0]).x, drawing.one("pe-drawing")
    (filled,) = drawing.pieces(drawing.one("pe-fill", svg))
    foot, curves = filled[-2, 1], densities(given)
    drawn = []
    for kind in ("prior", "likelihood", "posterior"):
        (line,) = drawing.like(kind)[:1]
        pieces = drawing.pieces(line)
        assert bool(pieces) == (kind in curves)
        drawn += [drawings.Curve(x, piece, foot, curves[kind].pdf) for piece in pieces]
    np.testing.assert_array_equal(filled[: len(X)], drawn[-1].places)
    drawings.on_one_scale(drawn)

    theta, (stem,) = told["mean:theta"], drawing.pieces(drawing.one("pe-centre", svg))
    dot = drawing.place(drawing.one("pe-dot", svg))
    x.says(stem[:, 0], theta)
    np.testing.assert_array_equal(stem[0], dot)
    assert dot[1] == drawn[-1].places[:, 1].min()
    for kind, ends in (("pe-own", (given["mu"], theta)), ("pe-rest", (theta, given["mean"]))):
        (part,) = drawing.pieces(drawing.one(kind, drawing.one("pe-split", svg)))
        x.says(part[:, 0], ends)
    (share,) = drawing.texts("pe-stat")
    w = told["weight:theta"]
    assert drawings.numbers(share) == pytest.approx([w, 1 - w], abs=0.0051)
    points = {node.get("data-point"): drawing.place(node)[0] for node in drawing.all("pe-point")}
    x.says([points["mu"], points["mean"]], [given["mu"], given["mean"]])


def check_schools(drawing, given, told):
    """Fifty schools, each from its own mean to its estimate; the one of the sliders, and its arrow's head."""
    plot, svg = drawing.plot(drawing.all("pe-axes")[1]), drawing.one("pe-drawing")
    raw = np.array([drawing.place(one) for one in drawing.all("pe-raw", svg)])
    plot.x.says(raw[:, 0], SCHOOLS.n)
    plot.y.says(raw[:, 1], SCHOOLS.mean)
    ways = drawing.pieces(drawing.one("pe-arrows", svg))[::2]  # each, and its foot
    scales = {name: given[name] for name in ("sigma", "tau", "mu")}
    estimates = shrink(SCHOOLS.mean, SCHOOLS.n, **scales)
    plot.x.says([way[0, 0] for way in ways], SCHOOLS.n)
    plot.y.says([way[:, 1] for way in ways], np.column_stack([SCHOOLS.mean, estimates]))
    (level,) = drawing.pieces(drawing.one("pe-through", svg))
    plot.y.says(level[:, 1], given["mu"])
    (own,), head = drawing.pieces(drawing.one("pe-arrow", svg)), drawing.one("pe-head", svg)
    plot.x.says(own[:, 0], given["n"])
    plot.y.says(own[:, 1], [given["mean"], told["mean:theta"]])
    np.testing.assert_array_equal(drawing.place(head), own[-1])
    if np.ptp(own[:, 1]) > 1:
        turned = "rotate(90)" if own[1, 1] > own[0, 1] else "rotate(-90)"
        assert turned in head.get("transform")


def test_everything_stands_where_python_has_it():
    for given, drawing in drawings.everywhere("shrinkage_formula", seed=8, number=4):
        told = numbers(**given)
        check_curves(drawing, given, told)
        check_schools(drawing, given, told)


def test_what_was_set_before_is_dashed_on_the_same_scale():
    before = drawings.initial(EXPLORER) | {"n": 30.0, "mu": 52.0}
    with drawings.shown("shrinkage_formula") as show:
        drawing = show(before=before)
    x, svg = drawing.plot(drawing.all("pe-axes")[0]).x, drawing.one("pe-drawing")
    foot = drawing.pieces(drawing.one("pe-fill", svg))[0][-2, 1]
    (past,) = (node for node in drawing.drawn("pe-ghost") if node.get("d"))
    lines = [(past, densities(before)["posterior"].pdf)]
    lines += [
        (drawing.drawn(f"pe-{kind}")[0], one.pdf)
        for kind, one in densities(drawings.initial(EXPLORER)).items()
    ]
    drawings.on_one_scale([drawings.Curve(x, drawing.pieces(one)[0], foot, pdf) for one, pdf in lines])
