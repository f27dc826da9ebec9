"""The explorer of chapter 14 without a browser: its ranks, and its engine against Python."""

import json

import drawings
import node
import numpy as np
import pytest
from pooling import calibration
from pooling.calibration.study import GRIDS, SOURCES, study
from pooling.explorer import explore
from pooling.explorer.calibration import EXPLORER, LEVELS, levels, numbers, posterior
from scipy import stats

ASKED = [
    {"replications": n, "query": query, "grid": grid, "source": source, "of": of}
    for grid in GRIDS
    for source in SOURCES
    for of, query in (("theta", "once"), ("theta", "twice"), ("mu", "once"), ("tau", "twice"))
    for n in (200, 1300, 4000)
]
TAILS = [(0.0, 24), (3.0, 24), (24.0, 24), (60.5, 24), (400.0, 24), (7.0, 2)]


FRAME = "({ heights: result.heights, limits: result.limits })"
CHECKS = """
import { band, survival } from "FOLDER/engine.js";
console.log(JSON.stringify({ bands: SIZES.map(band), tails: TAILS.map(([x, df]) => survival(x, df)) }));
"""


@pytest.fixture(scope="module")
def engine():
    """Return what engine.js finds at each setting asked, and its band and tail of chi-square."""
    with node.engine(EXPLORER, also=FRAME) as ask:
        found = [(answer := ask(one, numbers(**one)))["also"] | {"told": answer["told"]} for one in ASKED]
    program = CHECKS.replace("FOLDER", EXPLORER.folder.as_uri()).replace("TAILS", json.dumps(TAILS))
    sizes = json.dumps([one["replications"] for one in ASKED])
    return {"found": found} | node.run(program.replace("SIZES", sizes))


def test_the_engine_agrees_with_python(engine):
    for asked, found in zip(ASKED, engine["found"], strict=True):
        assert found["told"] == pytest.approx(numbers(**asked), abs=1e-7), asked


def test_the_tail_of_chi_square(engine):
    for (x, df), found in zip(TAILS, engine["tails"], strict=True):
        assert found == pytest.approx(stats.chi2.sf(x, df), rel=1e-9, abs=1e-300)


def test_the_band_is_that_of_the_figures(engine):
    for asked, found, band in zip(ASKED, engine["found"], engine["bands"], strict=True):
        limits = calibration.band(asked["replications"])
        assert tuple(band) == limits
        assert found["limits"] == pytest.approx([x * 25 / asked["replications"] for x in limits])


@pytest.mark.parametrize("end", [0, 1])
def test_a_bin_at_an_end_of_the_band_is_within_it(end):
    ranks = study("course", "prior").tau
    for n in range(200, 4001, 100):
        counts, limits = calibration.uniformity(ranks[:n]).counts, calibration.band(n)
        if limits[end] in counts:
            break
    else:
        pytest.fail("no bin is at this end of the band")
    outside = int(np.sum(~np.isin(counts, np.arange(limits[0], limits[1] + 1))))
    asked = {"replications": n, "query": "once", "grid": "course", "source": "prior", "of": "tau"}
    assert numbers(**asked)["value:bins_outside"] == outside
    with node.engine(EXPLORER) as ask:
        assert ask(asked, ["value:bins_outside"])["told"] == {"value:bins_outside": outside}


def test_bars_are_counts_over_what_is_expected(engine):
    for asked, found in zip(ASKED, engine["found"], strict=True):
        assert np.sum(found["heights"]) == pytest.approx(25)
        field = {"theta": asked["query"]}.get(asked["of"], asked["of"])
        u = getattr(study(asked["grid"], asked["source"]), field)[: asked["replications"]]
        counts = calibration.uniformity(u).counts
        np.testing.assert_allclose(found["heights"], counts * 25 / u.size, atol=1e-9)


def test_a_hundredth_is_enough_for_bins_and_for_coverage():
    for grid in GRIDS:
        u = study(grid, "prior").tau
        shown = levels(grid, "prior", "tau")
        assert shown.max() == LEVELS - 1  # a rank of 1 too
        assert np.all(np.abs(shown / LEVELS - u) <= 1 / LEVELS + 1e-12)
        asked = {"replications": 4000, "query": "once", "grid": grid, "source": "prior", "of": "tau"}
        assert numbers(**asked)["value:coverage_percent"] == pytest.approx(
            100 * calibration.coverage(u).value, abs=0.05
        )


def test_the_story_in_numbers():
    asked = {"replications": 4000, "grid": "published", "source": "grid", "of": "theta"}
    assert numbers(**asked, query="once")["value:p"] > 0.01
    assert numbers(**asked, query="twice")["value:p"] < 1e-6
    assert numbers(**asked | {"of": "mu"}, query="twice") == numbers(**asked | {"of": "mu"}, query="once")


def test_it_is_small():
    assert sum(map(len, EXPLORER.data.values())) < 90_000


def test_posterior_returns_the_ranks_shown():
    explorer = explore("calibration", replications=300, query="twice", grid="published")
    np.testing.assert_array_equal(explorer.posterior(), levels("published", "grid", "twice")[:300])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"replications": 150}, r"replications must be in \[200, 4000\], got 150"),
        ({"query": "thrice"}, "query must be one of once, twice, got 'thrice'"),
        ({"tau_scale": 3}, "the settings of calibration are replications, query, grid, source, of; got"),
    ],
)
def test_bad_input_is_named(values, message):
    with pytest.raises(ValueError, match=message):
        explore("calibration", **values)


def check_drawing(drawing, at):
    """The histogram, the band and the bins outside it, as counts over what is expected of them."""
    svg, ranks = drawing.one("pe-drawing"), posterior(at)
    plot = drawing.plot(drawing.one("pe-axes", svg))
    counts, n = np.bincount(ranks // 4, minlength=25), ranks.size
    heights, limits = counts * 25 / n, np.array(calibration.band(n)) * 25 / n
    (stairs,) = drawing.pieces(drawing.one("pe-posterior", svg))
    plot.y.says(stairs[1:-1:2, 1], np.minimum(heights, 2.4))
    plot.x.says(stairs[2:-1:2, 0], (np.arange(25) + 1) / 25)
    plot.y.says(stairs[[0, -1], 1], 0)
    band = drawing.one("pe-band", svg)
    top, high = float(band.get("y")), float(band.get("height"))
    plot.y.says([top, top + high], np.minimum(limits[::-1], 2.4))
    plot.x.says([float(band.get("x")), float(band.get("x")) + float(band.get("width"))], [0, 1])
    out = np.flatnonzero((heights < limits[0]) | (heights > limits[1]))
    bars = drawing.pieces(drawing.one("pe-outside", svg))
    assert len(bars) == out.size
    for bar, k in zip(bars, out, strict=True):
        plot.x.says([bar[:, 0].min(), bar[:, 0].max()], [k / 25, (k + 1) / 25])
        plot.y.says(bar[1, 1], min(heights[k], 2.4))
    plot.y.says(drawing.pieces(drawing.one("pe-through", svg))[0][:, 1], 1)
    cut = [text for text in drawing.texts("pe-tick", svg) if text.startswith("×")]
    expected = [height for height in heights if height > 2.4]
    assert [drawings.number(text[1:]) for text in cut] == pytest.approx(expected, abs=0.0501)
    told = numbers(**at)
    (words,) = drawing.texts("pe-stat", svg)
    chi2, p = drawings.numbers(words)
    assert chi2 == pytest.approx(told["value:chi2"], abs=0.0501)
    assert p == (0.001 if "<" in words else pytest.approx(told["value:p"], abs=0.00051))
    assert ("<" in words) == (told["value:p"] < 0.001)
    written = {one.get("data-quantity"): one.text for one in drawing.root.iter("output")}
    assert written["value:bins_outside"] == str(out.size)
    assert drawings.numbers(written["value:p"])[-1] == p


def test_everything_stands_where_python_has_it():
    for at, drawing in drawings.everywhere("calibration", seed=14, widths=(700,)):
        check_drawing(drawing, at)


def test_what_was_set_before_is_dashed():
    before = drawings.initial(EXPLORER) | {"query": "twice", "replications": 600.0}
    with drawings.shown("calibration") as show:
        drawing = show(before=before)
    plot = drawing.plot(drawing.one("pe-axes"))
    (past,) = (one for one in drawing.drawn("pe-ghost") if one.get("d"))
    counts = np.bincount(posterior(before) // 4, minlength=25)
    (stairs,) = drawing.pieces(past)
    plot.y.says(stairs[1:-1:2, 1], np.minimum(counts / 24, 2.4))
