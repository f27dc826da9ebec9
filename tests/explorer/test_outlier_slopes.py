"""Chapter 11's explorer without a browser: its engine in Node, and its Python numbers, against `exact`."""

import drawings
import jax
import node
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pooling import outlier_slopes
from pooling.exact import normal_groups
from pooling.explorer import explore
from pooling.explorer.outlier_slopes import EXPLORER, marginals, numbers, posterior
from pooling.priors import Exponential, Normal

START = (0.4, 0.7, 4.2, 5.1)


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js says at settings, from one Node process, by quantity."""
    with node.engine(EXPLORER) as ask:

        def tell(y, tau_rate, names):
            return ask({"y": list(y), "tau_rate": tau_rate}, names)["told"]

        yield tell


reading = st.integers(-40, 160).map(lambda tenths: tenths / 10)


@settings(max_examples=15, deadline=None)
@given(st.tuples(reading, reading, reading, reading), st.integers(1, 20))
@example(START, 13)
@example((16, 16, 16, 16), 1)
@example((16, 16, 16, 16), 20)
@example((-4, -4, 16, 16), 13)
@example((-4, 16, -4, 16), 1)
@example((-4, -4, -4, -4), 20)
@example((0.4, 0.7, 9.2, 10.1), 13)  # two hills of about the same mass
def test_engine_agrees_with_python(engine, y, tau_rate):
    expected = numbers(y=np.array(y), tau_rate=tau_rate)
    told = engine(y, tau_rate, expected)
    for name, value in expected.items():
        assert told[name] == pytest.approx(value, rel=1e-5, abs=1e-5), name


def test_the_marginals_are_those_of_the_exact_posterior():
    """Whose draws are independent, and share no line with the marginals."""
    y = np.array(START)
    draws = posterior({"y": y, "tau_rate": 13}).draw(jax.random.key(1), 4_000)
    for marginal, values in zip(marginals(y, tau_rate=13), (draws.tau, draws.sigma), strict=True):
        assert marginal.mean == pytest.approx(values.mean(), abs=4 * values.std() / np.sqrt(values.size))
        for prob in (0.1, 0.5, 0.9):
            at = np.interp(prob, np.append(0, np.cumsum(marginal.probability)), marginal.edges)
            assert abs((values < at).mean() - prob) < 4 * np.sqrt(prob * (1 - prob) / values.size) + 1e-3


def test_it_begins_with_the_chapters_data():
    explorer = explore("outlier_slopes")
    data = outlier_slopes.simulate(seed=42)
    known = normal_groups(data.weight, data.slope, data.ss, count=data.n,
                          mu=Normal(0, 1), tau=Exponential(13), sigma=Exponential(10))  # fmt: skip
    assert explorer.settings()["y"] == pytest.approx(data.y[data.bench == 7])
    assert explorer.posterior().theta_mean == pytest.approx(known.theta_mean)
    told = numbers(**explorer.settings())
    assert told["alone:theta[7]"] > 4.5
    assert told["mean:theta[7]"] < 2.3
    assert told["median:sigma"] == pytest.approx(known.sigma_mean, rel=0.01)


def test_alone_is_least_squares_but_for_the_prior(engine):
    told = engine(START, 13, [f"{kind}:theta[{j}]" for kind in ("alone", "spread") for j in range(8)])
    data = outlier_slopes.simulate(seed=42)
    assert [told[f"alone:theta[{j}]"] for j in range(8)] == pytest.approx(data.slope, rel=2e-3)
    spread = np.array([told[f"spread:theta[{j}]"] for j in range(8)])
    assert np.ptp(spread * np.sqrt(data.weight)) < 1e-3  # one sigma for all


def test_a_good_ruler_narrows_the_noise(engine):
    quantities = ["median:sigma", "sd:theta[0]", "sd:theta[7]"]
    blundered = engine(START, 13, quantities)
    careful = engine(EXPLORER.data["good"], 13, quantities)
    assert all(careful[name] < 0.8 * blundered[name] for name in quantities)


def test_a_wide_prior_lets_the_bench_go(engine):
    told = {rate: engine(START, rate, ["mean:theta[7]"])["mean:theta[7]"] for rate in (20, 13, 1)}
    assert told[20] < told[13] < 2.5 < 3.5 < told[1] < 4.64


def test_readings_are_checked():
    with pytest.raises(ValueError, match=r"y must have shape \(4,\), got shape \(3,\)"):
        explore("outlier_slopes", y=[1, 2, 3])
    with pytest.raises(ValueError, match=r"y\[7,1\] must be in \[-4, 16\] in steps of 0.1, got 0.75"):
        explore("outlier_slopes", y=[0.4, 0.75, 1, 2])
    with pytest.raises(ValueError, match=r"y\[7,3\] must be in \[-4, 16\], got 17"):
        explore("outlier_slopes", y=[0.4, 0.7, 1, 17])


def test_the_still_picture_tells_its_numbers():
    told = numbers(y=np.array(START), tau_rate=13)
    still = EXPLORER.still({"y": np.array(START), "tau_rate": 13})
    assert f"alone {told['alone:theta[7]']:.2f} cm per newton" in still.alt
    assert f"in company {told['mean:theta[7]']:.2f}" in still.alt


DATA = outlier_slopes.simulate(seed=42)
SLOPES, PLANE = (0, 8), (-5, 17)  # where the axes end


def check_benches(drawing, at):
    """Readings, the two lines of bench 7, and each bench's slope alone and in company."""
    plot, rows = (drawing.plot(axes) for axes in drawing.all("pe-axes")[:2])
    svg, told = drawing.one("pe-drawing"), numbers(**at)
    others = DATA.bench != 7
    dots = np.array([drawing.place(one) for one in drawing.all("pe-reading", svg)])
    plot.x.says(dots[:, 0], DATA.x[others])
    plot.y.says(dots[:, 1], DATA.y[others])
    own = np.array([drawing.place(one) for one in drawing.drawn("pe-handle")])
    plot.x.says(own[:, 0], DATA.x[~others])
    plot.y.says(own[:, 1], at["y"])
    (alone, whiskers), (line, bars, _) = drawing.all("pe-apart", svg), drawing.all("pe-posterior", svg)
    for path, of in ((alone, "alone"), (line, "mean")):
        slope, (ends,) = told[f"{of}:theta[7]"], drawing.pieces(path)
        reach = np.clip(slope * 1.1, *PLANE)
        plot.x.says(ends[:, 0], [0, np.clip(reach / slope, 0, 1.1)])
        plot.y.says(ends[:, 1], [0, reach])
    squares, circles = drawing.all("pe-square", svg), drawing.all("pe-dot", svg)
    for path, marks, of, away in (
        (whiskers, squares, "alone", "spread"), (bars, circles, "mean", "sd")
    ):  # fmt: skip
        middle, sd = (np.array([told[f"{kind}:theta[{j}]"] for j in range(8)]) for kind in (of, away))
        spans = np.array(drawing.pieces(path))
        rows.x.says(spans[:, :, 0], np.clip(np.column_stack([middle - sd, middle + sd]), *SLOPES))
        places = np.array([drawing.place(mark) for mark in marks])
        rows.x.says(places[:, 0], np.clip(middle, *SLOPES))
        np.testing.assert_array_equal(places[:, 1], spans[:, 0, 1])
        np.testing.assert_allclose(np.diff(places[:, 1]), 34)
    assert drawing.texts("pe-code", svg) == list("01234567")
    beyond = told["alone:theta[7]"]
    words = drawing.texts("pe-stat", svg)[0]
    assert bool(words) == (not SLOPES[0] <= beyond <= SLOPES[1])
    if words:
        assert words.endswith("→") == (beyond > SLOPES[1])
        assert drawings.numbers(words) == pytest.approx([beyond], abs=0.0501)


def check_noise(drawing, at, careful):
    """The density of sigma, its median in words, and where it would be with a good ruler."""
    axes = drawing.all("pe-axes")[2]
    x, (_, sigma) = drawing.plot(axes).x, marginals(at["y"], tau_rate=at["tau_rate"])
    (hill,) = drawing.pieces(drawing.all("pe-posterior", drawing.one("pe-drawing"))[2])
    foot = drawing.pieces(drawing.one("pe-baseline", axes))[0][0, 1]
    density = drawings.Curve(x, hill, foot, lambda s: np.interp(s, sigma.values, sigma.density))
    drawings.on_one_scale([density])
    (good,) = drawing.pieces(drawing.one("pe-through", drawing.one("pe-drawing")))
    x.says(good[:, 0], careful)
    assert drawings.numbers(drawing.texts("pe-stat", drawing.one("pe-drawing"))[1]) == pytest.approx(
        [sigma.median], abs=0.0051
    )


def test_everything_stands_where_python_has_it():
    careful = outlier_slopes.simulate(seed=42, blunder=0)
    good = marginals(careful.y[careful.bench == 7], tau_rate=13)[1].median
    for at, drawing in drawings.everywhere("outlier_slopes", seed=11, number=3):
        check_benches(drawing, at)
        check_noise(drawing, at, good)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"y": [0.5, 1.0, 7.0, 3.0]}
    with drawings.shown("outlier_slopes") as show:
        drawing = show(before=before)
    plot, rows = (drawing.plot(axes) for axes in drawing.all("pe-axes")[:2])
    told = numbers(**drawings.arguments(EXPLORER, before))
    line, spans, hill = drawing.drawn("pe-ghost")
    plot.y.says(drawing.pieces(line)[0][:, 1], [0, 1.1 * told["mean:theta[7]"]])
    middle, sd = (np.array([told[f"{kind}:theta[{j}]"] for j in range(8)]) for kind in ("mean", "sd"))
    ends = np.array(drawing.pieces(spans))[:, :, 0]
    rows.x.says(ends, np.clip(np.column_stack([middle - sd, middle + sd]), *SLOPES))
    assert hill.get("d")
