"""The explorer of the funnel: its engine in Node against Python, and what its sliders do."""

from itertools import product

import drawings
import node
import numpy as np
import pytest
from pooling import exact
from pooling.explorer import explore
from pooling.explorer.funnel import EXPLORER, numbers, posterior
from pooling.funnel.leapfrog import LIMIT, paths
from pooling.priors import HalfCauchy

DEFAULT = {c.name: c.initial for c in EXPLORER.controls}
ENDS = [
    dict(zip(DEFAULT, ends, strict=True)) for ends in product(*((c.min, c.max) for c in EXPLORER.controls))
]


def engine(settings):
    """Return what engine.js tells, and the outlines of 90 and 40 %, at each of some settings."""
    outlines = "[1, 3].map((held) => result.rings.theta[held])"
    with node.engine(EXPLORER, also=outlines) as ask:
        return [ask(one, numbers(**DEFAULT)) for one in settings]


def test_the_engine_says_what_python_says():
    rng = np.random.default_rng(2)
    settings = [DEFAULT, *ENDS]
    for _ in range(40):
        inside = [int(rng.integers(round((c.max - c.min) / c.step) + 1)) for c in EXPLORER.controls]
        settings.append({c.name: c.min + k * c.step for c, k in zip(EXPLORER.controls, inside, strict=True)})
    diverged = 0
    for one, said in zip(settings, engine(settings), strict=True):
        expected = numbers(**one)
        assert said["told"] == pytest.approx(expected, rel=1e-6, abs=1e-5), one
        diverged += expected["error:theta"] == LIMIT
    assert 3 < diverged < len(settings)  # both kinds of path were compared


def test_what_is_drawn_is_the_contour_of_python():
    hill = posterior(DEFAULT).theta
    for held, rows in zip((0.9, 0.4), engine([DEFAULT])[0]["also"], strict=True):
        lower, upper = hill.ends(hill.level(held))
        at = [np.interp(np.log(row["tau"]), hill.log_tau, ends) for row in rows for ends in (lower, upper)]
        drawn = [row[side] for row in rows for side in ("from", "to")]
        close = np.isfinite(at)
        assert close.mean() > 0.9
        np.testing.assert_allclose(np.array(drawn)[close], np.array(at)[close], atol=0.3)


@pytest.mark.parametrize("settings", [DEFAULT, ENDS[0], ENDS[-1], DEFAULT | {"n": 9.0}])
def test_the_numbers_are_those_of_the_exact_posterior(settings):
    se = settings["sigma"] / settings["n"] ** 0.5
    answer = exact.known_se([settings["y"]], [se], mu=0.0, tau=HalfCauchy(5))
    told = numbers(**settings)
    assert told["mean:theta"] == pytest.approx(answer.theta_mean[0], abs=1e-3)
    assert told["sd:theta"] == pytest.approx(answer.theta_sd[0], abs=1e-3)
    assert told["median:tau"] == pytest.approx(answer.tau_median, rel=1e-3)


def test_observations_turn_the_funnel_into_a_hill_and_the_hill_into_a_bow():
    few, many = numbers(**DEFAULT), numbers(**DEFAULT | {"n": 100.0})
    assert few["error:theta"] == LIMIT
    assert abs(few["error:z"]) < 0.5
    assert few["narrowing:theta"] > 20 * few["narrowing:z"]
    assert many["error:z"] == LIMIT
    assert abs(many["error:theta"]) < 0.5
    assert many["narrowing:z"] > 5 * many["narrowing:theta"]
    assert many["correlation:z"] < -0.8


def test_only_the_ratio_of_sigma_to_the_root_of_n_counts():
    one, other = (numbers(n=n, sigma=sigma, y=10.0, step=0.3) for n, sigma in ((1.0, 15.0), (4.0, 30.0)))
    assert one == pytest.approx(other, abs=1e-9)


def test_settings():
    explorer = explore("funnel", n=9, y=-3)
    assert explorer.settings() == {"n": 9, "sigma": 15, "y": -3, "step": 0.8}
    assert explorer.posterior().se == pytest.approx(5)
    with pytest.raises(ValueError, match=r"n must be in \[1, 100\], got 0"):
        explore("funnel", n=0)


def check_side(drawing, side, hill, path, smooth):
    """The regions of the posterior, and the path over it, in one of the two coordinates."""
    axes, window = side
    plot = drawing.plot(axes, log="y")
    held = (0.99, 0.9, 0.7, 0.4)
    for line, share in zip(drawing.one("pe-rings", window).findall("path"), held, strict=True):
        (outline,) = drawing.pieces(line)
        tau, at = np.log(plot.y.value(outline[:-1, 1])), plot.x.value(outline[:-1, 0])
        half = len(at) // 2
        ends = hill.ends(hill.level(share))
        wide = np.nanmax(ends[1]) - np.nanmin(ends[0])
        for places, drawn, end in ((tau[:half], at[:half], ends[0]), (tau[half:], at[half:], ends[1])):
            expected = np.interp(places, hill.log_tau, end)
            inside = np.isfinite(expected)
            assert inside.mean() > 0.5  # it ends between two rows of Python's
            near = 0.03 * wide + drawings.PIXEL / plot.x.slope
            np.testing.assert_allclose(drawn[inside], expected[inside], atol=near)
    far = 4 * hill.sd  # half of the axis
    for kind, points in (("pe-hops", path.q), ("pe-smooth", smooth.q)):
        (line,) = drawing.pieces(drawing.one(kind, window))
        seen = (np.abs(points[:, 0] - hill.mean) < far) & (np.abs(points[:, 1]) < 8)
        plot.x.says(line[seen, 0], points[seen, 0])
        plot.y.says(line[seen, 1], np.exp(points[seen, 1]))
    (hops,) = drawing.pieces(drawing.one("pe-hops", window))
    np.testing.assert_array_equal(drawing.place(drawing.one("pe-dot", window)), hops[0])
    np.testing.assert_allclose(drawing.middles(drawing.one("pe-hop", window)), hops[1:], atol=0.11)


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("funnel", seed=13, number=4):
        svg, school = drawing.one("pe-drawing"), posterior(at)
        sides = list(zip(drawing.all("pe-axes", svg), svg.findall("svg"), strict=True))
        every = (paths(school, step=step) for step in (at["step"], 0.04))
        crashes, words = drawing.all("pe-crash", svg), drawing.texts("pe-stat", svg)
        for side, hill, path, smooth, crash, said in zip(
            sides, (school.theta, school.z), *every, crashes, words, strict=True
        ):
            check_side(drawing, side, hill, path, smooth)
            assert bool(crash.get("d")) == path.diverged == said.startswith("diverged after ")
            told = len(path.q) - 1 if path.diverged else max(-LIMIT, path.error[-1])
            assert drawings.numbers(said) == pytest.approx([told], abs=0.0051)
            last = drawing.pieces(drawing.one("pe-hops", side[1]))[0][-1]
            low = np.array([float(side[1].get(name)) for name in ("x", "y")])
            size = np.array([float(side[1].get(name)) for name in ("width", "height")])
            np.testing.assert_allclose(drawing.place(crash), np.clip(last, low, low + size), atol=0.11)
        warned = drawing.texts("pe-warning")[0]
        assert ("non-centred" in warned) == ("diverged" in words[1])
        assert bool(warned) == any("diverged" in said for said in words)


def test_what_was_set_before_is_dashed():
    before = DEFAULT | {"n": 30.0, "y": 20.0}
    with drawings.shown("funnel") as show:
        drawing = show(before=before)
    hill, svg = posterior(before).theta, drawing.one("pe-drawing")
    plot = drawing.plot(drawing.all("pe-axes", svg)[0], log="y")
    (outline,) = drawing.pieces(drawing.all("pe-ghost", svg)[0])
    lower, upper = hill.ends(hill.level(0.9))
    ends = [plot.x.value(outline[:, 0].min()), plot.x.value(outline[:, 0].max())]
    wide = np.nanmax(upper) - np.nanmin(lower)
    np.testing.assert_allclose(ends, [np.nanmin(lower), np.nanmax(upper)], atol=0.01 * wide)
