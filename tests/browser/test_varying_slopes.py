"""Chapter 17's drivers as a reader meets them; `test_every_explorer.py` has what all explorers promise."""

import re

import numpy as np
import pytest
from pooling import varying_slopes
from pooling.explorer.varying_slopes import EXPLORER, posterior
from pooling.varying_slopes.given_scales import covariance, least_squares

STEM = "varying_slopes"
SLEEP = varying_slopes.data()
FIRST = int(EXPLORER.controls[4].initial)
SCALES = ("tau_a", "tau_b", "rho", "sigma")

DRAWN = """() => {
  const path = (kind) => document.querySelector(`.pe-drawing .${kind}`).getAttribute("d");
  const handles = [...document.querySelectorAll('.pe-layer [data-control^="shift"]')];
  const axes = [...document.querySelectorAll(".pe-drawing > .pe-axes")].map((one) =>
    [...one.querySelectorAll("text")].map((text) =>
      [text.textContent, Number(text.getAttribute("x")), Number(text.getAttribute("y")),
       text.getAttribute("text-anchor")]));
  const all = (kind) =>
    [...document.querySelectorAll(`.pe-drawing .${kind}`)].map((one) => one.getAttribute("d"));
  return {
    axes,
    days: handles.map((one) => one.getAttribute("transform")),
    seen: handles.map((one) => one.getAttribute("visibility")),
    all: path("pe-all"), apart: path("pe-apart"), line: path("pe-line"), pulls: path("pe-pulls"),
    owns: path("pe-own"), dots: path("pe-estimates"), chosen: path("pe-chosen"), oval: path("pe-oval"),
    hands: all("pe-by-hand"), bands: all("pe-band"), rails: all("pe-rail"),
    words: [...document.querySelectorAll(".pe-drawing > text")].map((text) => text.textContent),
  };
}"""
NEAR = {"atol": 0.11, "rtol": 0}
PLANE = np.array([[150, -12], [340, 30]])  # where it ends


def scale(ticks):
    """Return the linear scale through the ticks of an axis."""
    values = [float(text.replace("−", "-")) for text, _ in ticks]
    slope, start = np.polyfit(values, [at for _, at in ticks], 1)
    return lambda x: start + slope * np.asarray(x, float)


def scales(axes):
    """Return two scales for each of the two plots."""
    found = []
    for one in axes:
        ticks = [tick for tick in one if re.fullmatch(r"−?\d+", tick[0])]
        found.append(scale([(text, at) for text, at, _, anchor in ticks if anchor == "middle"]))
        found.append(scale([(text, at - 4) for text, _, at, anchor in ticks if anchor == "end"]))
    return found


def points(path):
    """Return all places of a path that is made of places, (n, 2)."""
    return np.array(
        [[float(a), float(b)] for a, b in re.findall(r"(-?[\d.]+),(-?[\d.]+)(?=[ML]|h0|$)", path)]
    )


def check_drawing(reader, shift=(0.0,) * 10, known="10"):
    """Everything stands where its number has it, to a tenth of a pixel."""
    set_to = reader.settings()
    settings = {name: set_to[name] for name in (*SCALES, "driver")}
    settings |= {"shift": np.array(shift), "known": known}
    told, drawn, found = reader.numbers(), reader.page.evaluate(DRAWN), posterior(settings)
    x, y, a, b = scales(drawn["axes"])
    j, days = int(settings["driver"]), int(known)
    here = SLEEP.driver == j
    times = SLEEP.y.copy()
    times[here] += shift
    at = np.array([[float(one) for one in re.findall(r"-?[\d.]+", place)] for place in drawn["days"]])
    np.testing.assert_allclose(at, np.column_stack([x(np.arange(10)), y(times[here])]), **NEAR)
    assert drawn["seen"] == ["visible"] * days + ["hidden"] * (10 - days)

    own = least_squares(SLEEP._replace(y=times).known(j, days))
    for name, (start, slope) in (("line", found.theta_mean[j]), ("all", found.mu_mean), ("apart", own[j])):
        ends = points(drawn[name])
        if np.isnan(start):
            assert drawn[name] == ""
            continue
        first, last = (float(one) for one in np.round((ends[:, 0] - x(0)) / (x(1) - x(0))))
        np.testing.assert_allclose(ends[:, 1], y(start + slope * np.array([first, last])), **NEAR)
        if name != "apart":
            assert (first, last) == (0, 9)

    inside = np.clip(found.theta_mean, *PLANE)
    ends = np.column_stack([a(inside[:, 0]), b(inside[:, 1])])
    rings = np.array(
        [[float(one) for one in pair] for pair in re.findall(r"M(-?[\d.]+),(-?[\d.]+)a2", drawn["dots"])]
    )
    np.testing.assert_allclose(rings + np.array([2, 0]), ends, **NEAR)
    pieces = [points(piece) for piece in re.findall(r"M[^M]+", drawn["pulls"])]
    for k, piece in enumerate(pieces):
        start = ends[k] if np.isnan(own[k, 0]) else np.clip(own[k], *PLANE)
        start = start if np.isnan(own[k, 0]) else [a(start[0]), b(start[1])]
        np.testing.assert_allclose(piece[0], start, **NEAR)
        np.testing.assert_allclose(piece[-1], ends[k], **NEAR)
    assert len(pieces) == 18
    chosen = [float(one) for one in re.match(r"M(-?[\d.]+),(-?[\d.]+)a7", drawn["chosen"]).groups()]
    np.testing.assert_allclose(np.array(chosen) + np.array([7, 0]), ends[j], **NEAR)

    oval = points(drawn["oval"].removesuffix("Z"))
    width = covariance([settings["tau_a"], settings["tau_b"]], settings["rho"])
    reach = np.sqrt(-2 * np.log(0.06) * np.diag(width))
    for k, of in enumerate((a, b)):
        expected = sorted(of(found.mu_mean[k] + sign * reach[k]) for sign in (1, -1))
        # the oval has 48 corners: between two of them it may reach a little farther
        np.testing.assert_allclose([oval[:, k].min(), oval[:, k].max()], expected, atol=1.5)
    for name, hand, rail in zip(SCALES, drawn["hands"], drawn["rails"], strict=True):
        (control,) = (one for one in EXPLORER.controls if one.name == name)
        low, high = (float(one) for one in re.match(r"M(-?[\d.]+),[\d.]+H(-?[\d.]+)", rail).groups())
        share = (settings[name] - control.min) / (control.max - control.min)
        place = float(re.match(r"M(-?[\d.]+)", hand)[1])
        assert place == pytest.approx(low + share * (high - low), abs=0.11)
    assert any(SLEEP.name[j] in words for words in drawn["words"])
    assert told["mean:a"] == pytest.approx(found.theta_mean[j, 0], abs=1e-5)
    return drawn


@pytest.mark.parametrize("width", [1280, 360])
def test_the_drawing_is_where_the_numbers_are(read, width):
    reader = read(STEM, width=width)
    check_drawing(reader)
    for name, key in (("rho", "End"), ("tau_b", "End"), ("driver", "Home"), ("shift[9]", "Home")):
        reader.handle(name).focus()
        reader.page.keyboard.press(key)
    reader.agrees()
    check_drawing(reader, shift=(0.0,) * 9 + (-100.0,))


def test_the_bars_are_where_the_posterior_has_the_scales(read):
    drawn = read(STEM).page.evaluate(DRAWN)
    for name, band, rail in zip(SCALES, drawn["bands"], drawn["rails"], strict=True):
        (control,) = (one for one in EXPLORER.controls if one.name == name)
        (left, right), (low, high) = (
            [float(one) for one in re.match(r"M(-?[\d.]+),[\d.]+H(-?[\d.]+)", path).groups()]
            for path in (rail, band)
        )
        share = (np.array(EXPLORER.data["marks"][name][:2]) - control.min) / (control.max - control.min)
        np.testing.assert_allclose([low, high], left + share * (right - left), **NEAR)


@pytest.mark.parametrize("known", ["5", "2", "0"])
def test_days_are_taken_away(read, known):
    reader = read(STEM)
    before = reader.numbers()
    reader.page.locator(f'[data-choice="known"] input[value="{known}"]').check()
    reader.agrees()
    check_drawing(reader, known=known)
    after = reader.numbers()
    assert after["sd:b"] > before["sd:b"]
    assert after["mean:b"] > before["mean:b"]  # of the driver who got faster


def test_one_line_for_all(read):
    reader = read(STEM)
    reader.page.locator('[data-preset="one_line"]').click()
    reader.agrees()
    told = reader.numbers()
    assert told["mean:a"] == pytest.approx(told["mean:mu_a"])
    assert told["mean:b"] == pytest.approx(told["mean:mu_b"])
    check_drawing(reader)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_driver_is_picked_by_a_tap_and_his_last_day_dragged(read, width):
    reader = read(STEM, width=width)
    j = SLEEP.name.tolist().index("308")
    drawn = reader.page.evaluate(DRAWN)
    place = points(re.findall(r"M[^M]+", drawn["pulls"])[j])[0]
    svg = reader.page.locator(".pe-drawing")
    svg.evaluate("(node, y) => scrollBy(0, node.getBoundingClientRect().top + y - 600)", place[1])
    box = svg.bounding_box()
    reader.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    assert reader.settings()["driver"] == j
    before = reader.numbers()
    point = reader.handle("shift[9]")
    point.evaluate("(node) => node.scrollIntoView({block: 'center'})")
    box = point.locator(".pe-reach").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(*middle)
    reader.page.mouse.down()
    reader.page.mouse.move(middle[0], middle[1] - 40, steps=5)
    reader.page.mouse.up()
    shift = reader.settings()["shift[9]"]
    assert 60 < shift <= 100
    reader.agrees()
    check_drawing(reader, shift=(0.0,) * 9 + (shift,))
    assert reader.numbers()["mean:b"] > before["mean:b"] + 2
    assert reader.numbers()["mean:a"] < before["mean:a"]


def test_a_redraw_is_quick(read):
    """The median of redraws at a slider, generously: the bench has the promise."""
    reader = read(STEM)
    times = reader.page.evaluate("""async () => {
      const seen = [];
      const watch = new PerformanceObserver((list) =>
        list.getEntries().forEach(({ name, duration }) => name.endsWith(":redraw") && seen.push(duration)));
      watch.observe({ entryTypes: ["measure"] });
      const handle = document.querySelector('[data-control="rho"]');
      for (let n = 0; n < 20; n++) {
        const key = n % 2 ? "ArrowLeft" : "ArrowRight";
        handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
      return seen;
    }""")
    assert len(times) >= 15
    assert np.median(times) < 16
