"""Chapter 16's counties as a reader meets them; `test_every_explorer.py` has what all explorers promise."""

import re

import numpy as np
import pytest
from pooling import group_predictors
from pooling.explorer.group_predictors import EXPLORER
from pooling.group_predictors.posteriors import posterior

STEM = "group_predictors"
RADON = group_predictors.data()
FIRST = int(next(c.initial for c in EXPLORER.controls if c.name == "county"))

DRAWN = """() => {
  const path = (kind) => document.querySelector(`.pe-drawing > .${kind}`).getAttribute("d");
  const puck = document.querySelector('[data-point="shift"]').getAttribute("transform");
  const axes = [...document.querySelectorAll(".pe-drawing > .pe-axes")].map((one) =>
    [...one.querySelectorAll("text")].map((text) =>
      [text.textContent, Number(text.getAttribute("x")), Number(text.getAttribute("y")),
       text.getAttribute("text-anchor")]));
  return {
    axes, puck,
    pulls: path("pe-pulls"), owns: path("pe-own"), dots: path("pe-estimates"), line: path("pe-through"),
    cellar: path("pe-houses"), ground: path("pe-ground"), hand: path("pe-by-hand"),
    chosen: path("pe-chosen"), hill: path("pe-tau"),
    words: [...document.querySelectorAll(".pe-drawing > text")].map((text) => text.textContent),
  };
}"""
NEAR = {"atol": 0.11, "rtol": 0}


def scale(ticks, places):
    """Return the linear scale through the ticks of an axis."""
    values = np.array([float(text.replace("−", "-")) for text, _ in ticks])
    slope, start = np.polyfit(values, [at for _, at in ticks], 1)
    return lambda x: start + slope * np.clip(np.asarray(x, float), *places)


def scales(axes):
    upper, lower = axes
    number = re.compile(r"−?\d+(\.\d+)?")
    ticks = [one for one in upper if number.fullmatch(one[0])]
    x = scale([(text, at) for text, at, _, anchor in ticks if anchor == "middle"], (-9, 9))
    y = scale([(text, at - 4) for text, _, at, anchor in ticks if anchor == "end"], (-1, 4))
    tau = scale([(text, at) for text, at, _, _ in lower if number.fullmatch(text)], (0, 0.8))
    return x, y, tau


def moves(path):
    """Return where each piece of a path begins, (pieces, 2)."""
    return np.array([[float(a), float(b)] for a, b in re.findall(r"M(-?[\d.]+),(-?[\d.]+)", path)])


def check_drawing(reader, county, shift):
    """Everything stands where its number has it, to a tenth of a pixel."""
    told, drawn = reader.numbers(), reader.page.evaluate(DRAWN)
    x, y, tau = scales(drawn["axes"])
    here = RADON.county == county
    own = RADON.mean - told["given:beta"] * RADON.share
    own[county] += shift
    starts = moves(drawn["pulls"])
    np.testing.assert_allclose(starts[:, 0], x(RADON.uranium), **NEAR)
    np.testing.assert_allclose(starts[:, 1], y(own), **NEAR)
    ends = np.array([float(one) for one in re.findall(r"V(-?[\d.]+)", drawn["pulls"])])
    assert ends[county] == pytest.approx(y(told["given:theta"]), abs=0.11)
    np.testing.assert_allclose(moves(drawn["dots"])[:, 1], ends, **NEAR)
    # a ring begins at its left or right
    np.testing.assert_allclose(moves(drawn["chosen"])[0, 1], y(told["given:theta"]), **NEAR)
    assert abs(moves(drawn["chosen"])[0, 0] - x(RADON.uranium[county])) == pytest.approx(6, abs=0.11)
    np.testing.assert_allclose(moves(drawn["owns"])[:, 1], y(own), **NEAR)
    at = [float(one) for one in re.match(r"translate\((-?[\d.]+),(-?[\d.]+)\)", drawn["puck"]).groups()]
    np.testing.assert_allclose(at, [x(RADON.uranium[county]), y(own[county])], **NEAR)
    for kind, path, corner in ((0, "cellar", 2.5), (1, "ground", 3)):
        houses = RADON.y[here & (RADON.first_floor == kind)] + shift
        found = moves(drawn[path])
        assert len(found) == houses.size
        if houses.size:
            np.testing.assert_allclose(found[:, 1] + corner, y(houses), **NEAR)
    (a, b), (c, d) = (
        [float(one) for one in place.split(",")] for place in re.findall(r"-?[\d.]+,-?[\d.]+", drawn["line"])
    )
    on_line = b + (x(RADON.uranium[county]) - a) / (c - a) * (d - b)
    assert on_line == pytest.approx(y(told["given:line"]), abs=0.2)
    assert moves(drawn["hand"])[0, 0] == pytest.approx(tau(reader.settings()["tau"]), abs=0.11)
    assert any(RADON.name[county] in words for words in drawn["words"])
    return drawn


@pytest.mark.parametrize("width", [1280, 360])
def test_the_drawing_is_where_the_numbers_are(read, width):
    reader = read(STEM, width=width)
    check_drawing(reader, FIRST, 0.0)
    for name, key in (("tau", "Home"), ("county", "End"), ("shift", "End")):
        reader.handle(name).focus()
        reader.page.keyboard.press(key)
    reader.agrees()
    check_drawing(reader, 84, 3.0)


def switch(reader, name, value):
    reader.page.locator(f'[data-choice="{name}"] input[value="{value}"]').check()
    reader.agrees()
    return reader.numbers()


def test_uranium_tilts_the_line_and_moves_the_hill_of_tau_to_the_left(read):
    reader = read(STEM)
    before = reader.numbers()
    flat = moves(check_drawing(reader, FIRST, 0.0)["line"].replace("L", "M"))
    assert flat[0, 1] == flat[1, 1]
    after = switch(reader, "uranium", "on")
    drawn = check_drawing(reader, FIRST, 0.0)
    tilted = moves(drawn["line"].replace("L", "M"))
    assert tilted[0, 1] - tilted[1, 1] > 40
    assert after["mean:tau"] < 0.5 * before["mean:tau"]
    _, _, tau = scales(drawn["axes"])
    hill = moves(drawn["hill"].replace("L", "M"))
    top = hill[hill[:, 1].argmin(), 0]
    assert tau(0.12) < top < tau(0.2)


def test_without_the_floor_means_stand_as_they_were_measured(read):
    reader = read(STEM)
    told = switch(reader, "floor", "off")
    assert told["mean:beta"] == told["given:beta"] == 0
    check_drawing(reader, FIRST, 0.0)


def test_tau_by_hand_moves_the_pulls_and_not_the_posterior(read):
    reader = read(STEM)
    first = reader.numbers()
    reader.handle("tau").focus()
    reader.page.keyboard.press("End")
    reader.agrees()
    then = reader.numbers()
    moved = {name for name in first if first[name] != then[name]}
    assert moved == {name for name in first if name.startswith("given:")}


@pytest.mark.parametrize("width", [1280, 360])
def test_a_county_is_picked_by_a_tap_and_its_houses_dragged(read, width):
    reader = read(STEM, width=width)
    louis = int(RADON.n.argmax())
    drawn = reader.page.evaluate(DRAWN)
    place = moves(drawn["pulls"])[louis]
    svg = reader.page.locator(".pe-drawing")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    reader.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    assert reader.settings()["county"] == louis
    before = reader.numbers()
    point = reader.point("shift")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reader.page.mouse.move(*middle)
    reader.page.mouse.down()
    reader.page.mouse.move(middle[0], middle[1] - 56, steps=5)
    reader.page.mouse.up()
    shift = reader.settings()["shift"]
    assert 0.7 < shift < 1.3
    reader.agrees()
    check_drawing(reader, louis, shift)
    assert reader.numbers()["given:theta"] - before["given:theta"] > 0.8 * shift
    expected = posterior(RADON._replace(y=RADON.y + shift * (RADON.county == louis)), ("floor",))
    assert reader.numbers()["mean:tau"] == pytest.approx(expected.tau_mean, abs=1e-5)


def test_tau_is_told_in_hundredths(read):
    text = read(STEM).handle("tau").get_attribute("aria-valuetext")
    assert re.match(r"0\.\d\d log pCi/L$", text)
