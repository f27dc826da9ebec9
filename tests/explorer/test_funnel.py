"""The explorer of the funnel: its engine in Node against Python, and what its sliders do."""

from itertools import product

import node
import numpy as np
import pytest
from pooling import exact
from pooling.explorer import explore
from pooling.explorer.funnel import EXPLORER, numbers, posterior
from pooling.funnel.leapfrog import LIMIT
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
