"""Chapter 4's map without a browser: its numbers against Python, its contours against its numbers."""

import json
from pathlib import Path

import node
import numpy as np
import pytest
from pooling import partial_pooling
from pooling.departments import ONE_MEETING, Department
from pooling.explorer import explore, frontend
from pooling.explorer.meetings import still
from pooling.hyperpriors import expected_pooling_factor as factor_of
from pooling.hyperpriors import mean_map

pytestmark = pytest.mark.slow

FOLDER = Path(frontend.__file__).parent.parent
SCALES = np.arange(1, 20.5, 0.5)
MATH = "E[theta[MATH]]"
TOLERANCE = 1e-3  # minutes

PROGRAM = """
import { EXPLORERS } from "FOLDER/meetings/chapters.js";
import { compute, number } from "FOLDER/meetings/engine.js";
import { contours, levels, region } from "FOLDER/meetings/contours.js";
const asked = ASKED;
const { map } = EXPLORERS.hyperpriors;
const data = { stem: "hyperpriors" };
const answers = asked.map(({ t, settings }) => {
  const result = compute({ ...settings, t }, data);
  const tables = map.values(result, settings);
  const drawn = Object.entries(tables).map(([name, table]) => {
    const { at, digits } = levels(table);
    const lines = at.map((level) => contours(table, map.scales.length, level));
    return [name, { at, digits, lines, regions: at.map((level) => region(table, map.scales.length, level)) }];
  });
  return {
    scales: Array.from(map.scales),
    tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, Array.from(table)])),
    told: number(result, "mean:theta[MATH]"),
    drawn: Object.fromEntries(drawn),
  };
});
console.log(JSON.stringify(answers));
"""

ASKED = [
    {"t": t, "settings": {"mu_scale": mu_scale, "tau_scale": tau_scale, "sigma": sigma}}
    for t, mu_scale, tau_scale, sigma in [
        (ONE_MEETING.tolist(), 10, 3, 15),
        (ONE_MEETING.tolist(), 1, 20, 15),
        ([40, 40, 40], 20, 1, 5),
        ([-40, 40, -40], 20, 20, 30),
        ([0, 0, 0], 3, 3, 15),
    ]
]
cases = pytest.mark.parametrize("case", range(len(ASKED)))


@pytest.fixture(scope="module")
def answers():
    """Return what the JavaScript says of each case, the tables as arrays (39, 39)."""
    program = PROGRAM.replace("FOLDER", FOLDER.as_uri()).replace("ASKED", json.dumps(ASKED))
    found = node.run(program)
    for answer in found:
        answer["tables"] = {name: np.reshape(table, (39, 39)) for name, table in answer["tables"].items()}
    return found


@cases
def test_the_map_is_pythons_map(answers, case):
    t, settings = ASKED[case].values()
    expected = mean_map(t, SCALES, SCALES, sigma=settings["sigma"])
    tables = answers[case]["tables"]
    np.testing.assert_array_equal(answers[case]["scales"], SCALES)
    np.testing.assert_allclose(tables[MATH], expected.theta[Department.MATH], atol=1e-6)
    np.testing.assert_allclose(tables["pooling factor"], expected.pooling_factor[Department.MATH], atol=1e-8)


@cases
def test_the_map_is_the_posterior_at_any_setting(answers, case):
    t, at = ASKED[case].values()
    posterior = partial_pooling.posterior(t, **at)
    place = tuple(np.searchsorted(SCALES, [at["mu_scale"], at["tau_scale"]]))
    tables = answers[case]["tables"]
    assert tables[MATH][place] == pytest.approx(posterior.theta.mean[Department.MATH], abs=TOLERANCE)
    assert tables[MATH][place] == pytest.approx(answers[case]["told"], abs=1e-6)  # the page's own
    assert tables["pooling factor"][place] == pytest.approx(factor_of(posterior.tau, sigma=at["sigma"]))


def _between(table, points):
    """Return the table at [x, y], linear between neighbours; contours lie on the edges of its cells."""
    x, y = np.asarray(points).T
    i, j = np.minimum(np.floor(x).astype(int), 37), np.minimum(np.floor(y).astype(int), 37)
    u, v = x - i, y - j
    low, high = [(1 - u) * table[i, k] + u * table[i + 1, k] for k in (j, j + 1)]
    return (1 - v) * low + v * high


@cases
def test_contours_run_where_the_map_has_their_value(answers, case):
    for name, table in answers[case]["tables"].items():
        drawn = answers[case]["drawn"][name]
        for level, lines in zip(drawn["at"], drawn["lines"], strict=True):
            assert lines
            for line in lines:
                np.testing.assert_allclose(_between(table, line), level, atol=1e-9)
                assert np.abs(np.diff(line, axis=0)).max() <= 1  # from cell to cell, without a leap


@cases
def test_shades_cover_what_is_at_least_the_contours_value(answers, case):
    fine = np.linspace(0.013, 37.987, 150)
    for name, table in answers[case]["tables"].items():
        values = _between(table, np.array(np.meshgrid(fine, fine, indexing="ij")).reshape(2, -1).T)
        drawn = answers[case]["drawn"][name]
        for level, outlines in zip(drawn["at"], drawn["regions"], strict=True):
            area = abs(sum(_area(outline) for outline in outlines)) / 38**2
            assert area == pytest.approx((values >= level).mean(), abs=0.01)


def _area(outline):
    x, y = np.transpose(outline)
    return 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))


@cases
def test_levels_are_round_and_few(answers, case):
    for name, table in answers[case]["tables"].items():
        drawn = answers[case]["drawn"][name]
        at = np.array(drawn["at"])
        assert len(at) <= 8
        np.testing.assert_allclose(at, np.round(at, drawn["digits"]), atol=1e-12)  # the label is the level
        if np.ptp(table) > 0.02:
            assert len(at) >= 3
            assert table.min() < at.min()
            assert at.max() < table.max()


def test_a_flat_map_has_no_contours(answers):
    everybody_on_time = answers[-1]
    assert np.ptp(everybody_on_time["tables"][MATH]) < 1e-6
    assert everybody_on_time["drawn"][MATH]["at"] == []


def test_rings_and_saddles():
    """A peak gives a closed ring; at a saddle no two lines cross, and the region is still the right one."""
    program = f"""
    import {{ contours, region }} from "{(FOLDER / "meetings/contours.js").as_uri()}";
    const peak = [0, 0, 0, 0, 1, 0, 0, 0, 0];
    const saddle = [1, 0, 0, 1];
    console.log(JSON.stringify({{
      ring: contours(peak, 3, 0.5), around: region(peak, 3, 0.5),
      saddle: contours(saddle, 2, 0.6), corners: region(saddle, 2, 0.6), whole: region(saddle, 2, -1),
    }}));
    """
    found = node.run(program)
    (ring,) = found["ring"]
    assert sorted(ring) == [[0.5, 1], [1, 0.5], [1, 1.5], [1.5, 1]]
    assert abs(_area(found["around"][0])) == pytest.approx(0.5)
    assert [len(line) for line in found["saddle"]] == [2, 2]
    # The middle, at a half, is below 0.6: the region is the two high corners, apart.
    assert sum(abs(_area(outline)) for outline in found["corners"]) == pytest.approx(2 * 0.4**2 / 2)
    assert abs(_area(found["whole"][0])) == pytest.approx(1)


# --- the shell ------------------------------------------------------------------------------------------


def test_only_the_scales_have_sliders():
    explorer = explore("hyperpriors", t=[2, -10, 20], sigma=9, mu_scale=4)
    assert list(explorer.sliders) == ["mu_scale", "tau_scale"]
    assert {link.target[1] for link in explorer.links} == {"mu_scale", "tau_scale"}
    found = explorer.settings()
    assert found.pop("t").tolist() == [2, -10, 20]
    assert found == {"mu_scale": 4, "tau_scale": 3, "sigma": 9}
    # The JavaScript reads what has no slider from the same synced traits.
    assert (explorer.figure.t_MATH, explorer.figure.sigma) == (20, 9)
    explorer.sliders["tau_scale"].value = 6.5
    expected = partial_pooling.posterior([2, -10, 20], mu_scale=4, tau_scale=6.5, sigma=9)
    np.testing.assert_array_equal(explorer.posterior().theta.probability, expected.theta.probability)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sigma": 4}, "sigma must be in [5, 30], got 4"),
        ({"t": [1, 2, 41]}, "t[MATH] must be in [-40, 40], got 41"),
        ({"tau": 3}, "the settings of hyperpriors are t, mu_scale, tau_scale, sigma; got 'tau'"),
    ],
)
def test_bad_input_is_named(values, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole message is compared)
        explore("hyperpriors", **values)
    assert str(error.value) == message


def test_the_still_picture_tells_the_map_and_the_setting():
    settings = explore("hyperpriors").settings()
    posterior = partial_pooling.posterior(**settings)
    alt = still.hyperpriors(posterior, settings).alt
    corner = mean_map(ONE_MEETING, [20], [20]).theta[Department.MATH, 0, 0]
    assert alt.startswith("Default state.")
    assert f"{corner:.2f} at (20, 20)" in alt
    assert f"the setting (10, 3): {posterior.theta.mean[2]:.2f} minutes" in alt
    assert f"median {posterior.tau.median:.2f} minutes" in alt
