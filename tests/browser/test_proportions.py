"""Chapter 15's players as a reader meets them; `test_every_explorer.py` has what all explorers promise."""

import re

import numpy as np
import pytest
from pooling.explorer.proportions import EXPLORER

STEM = "proportions"
PLAYERS = range(18)
HITS, AT_BATS = (np.array(held.initial) for held in EXPLORER.held)

DRAWN = """() => {
  const all = (selector, name) =>
    [...document.querySelectorAll(selector)].map((node) => node.getAttribute(name));
  const ticks = [...document.querySelectorAll(".pe-axes")].map((axes) =>
    [...axes.querySelectorAll("text")].map((text) => [text.textContent, Number(text.getAttribute("x"))]));
  const path = (kind) => document.querySelector(`.pe-drawing > .${kind}`).getAttribute("d");
  return {
    ticks,
    dots: all(".pe-drawing > g > circle.pe-dot", "cx").map(Number),
    spans: path("pe-reach-of-sd"),
    arrows: path("pe-pull"),
    given: path("pe-given"),
    everybody: path("pe-through"),
    hits: all('.pe-handle[data-control^="hits"]', "transform"),
    atBats: all('.pe-handle[data-control^="at_bats"]', "transform"),
    names: [...document.querySelectorAll(".pe-drawing > text")].map((text) => text.textContent),
  };
}"""


def scale(ticks, first, last):
    """Return the linear scale of an axis, from two of its ticks."""
    at = dict(ticks)
    low, high = float(first), float(last)
    return lambda value: at[first] + (np.asarray(value) - low) / (high - low) * (at[last] - at[first])


def starts(path):
    """Return the x at which each piece of a path begins."""
    return np.array([float(x) for x in re.findall(r"M(-?[\d.]+),", path)])


def ends(path):
    """Return the x to which the first stroke of each piece goes across."""
    return np.array([float(x) for x in re.findall(r"M-?[\d.]+,-?[\d.]+H(-?[\d.]+)", path)])


def places(transforms):
    return np.array([float(re.match(r"translate\((-?[\d.]+),", text)[1]) for text in transforms])


def check_drawing(reader, hits, at_bats):
    """Everything stands where its number has it, to a tenth of a pixel."""
    told, drawn = reader.numbers(), reader.page.evaluate(DRAWN)
    x, n = scale(drawn["ticks"][0], "0.0", "0.6"), scale(drawn["ticks"][1], "0", "90")
    means, sds, given = (
        np.array([told[f"{kind}:p[{j}]"] for j in PLAYERS]) for kind in ("mean", "sd", "given")
    )
    near = {"atol": 0.11, "rtol": 0}

    def across(values):
        return x(np.clip(values, 0, 0.6))

    np.testing.assert_allclose(drawn["dots"], across(means), **near)
    np.testing.assert_allclose(starts(drawn["spans"]), across(means - sds), **near)
    np.testing.assert_allclose(ends(drawn["spans"]), across(means + sds), **near)
    np.testing.assert_allclose(starts(drawn["given"]), across(given), **near)
    np.testing.assert_allclose(starts(drawn["everybody"]), x([told["mean:m"]]), **near)
    batted = at_bats > 0
    own = np.minimum(hits, at_bats)[batted] / at_bats[batted]
    # an arrow is three strokes; the first begins at the own average and ends at the estimate
    np.testing.assert_allclose(ends(drawn["arrows"]), across(means[batted]), **near)
    np.testing.assert_allclose(places(drawn["hits"])[batted], across(own), **near)
    np.testing.assert_allclose(starts(drawn["arrows"]), across(own), **near)
    np.testing.assert_allclose(places(drawn["atBats"]), n(at_bats), **near)
    assert set(EXPLORER.data["names"]) <= set(drawn["names"])
    return told


@pytest.mark.parametrize("width", [1280, 360])
def test_the_drawing_is_where_the_numbers_are(read, width):
    reader = read(STEM, width=width)
    check_drawing(reader, HITS, AT_BATS)
    hits, at_bats = HITS.copy(), AT_BATS.copy()
    for name, key in (("hits[3]", "End"), ("at_bats[0]", "End"), ("at_bats[17]", "Home"), ("kappa", "End")):
        reader.handle(name).focus()
        reader.page.keyboard.press(key)
    hits[3], at_bats[0], at_bats[17] = 45, 90, 0
    told = check_drawing(reader, hits, at_bats)
    assert told["given:p[0]"] - told["given:p[16]"] < 0.05  # at 500 at-bats nearly all alike


def test_kappa_by_hand_moves_the_marks_and_not_the_posterior(read):
    reader = read(STEM)
    first = reader.numbers()
    reader.handle("kappa").focus()
    reader.page.keyboard.press("Home")
    reader.agrees()
    then = reader.numbers()
    moved = {name for name in first if first[name] != then[name]}
    assert moved == {f"given:p[{j}]" for j in PLAYERS}


def test_who_hits_more_often_than_he_bats_is_warned_of(read):
    reader = read(STEM)
    warning = reader.page.locator(".pe-warning")
    assert warning.inner_text() == ""
    reader.handle("at_bats[1]").focus()
    for _ in range(6):
        reader.page.keyboard.press("ArrowLeft")
    reader.agrees()
    assert reader.settings()["at_bats[1]"] == 15
    assert "Robinson" in warning.inner_text()
    assert "Clemente" not in warning.inner_text()


def test_ten_times_as_many_at_bats_shorten_the_arrows(read):
    reader = read(STEM)
    before = reader.page.evaluate(DRAWN)["arrows"]
    reader.handle("times").focus()
    reader.page.keyboard.press("End")
    reader.agrees()
    after = reader.page.evaluate(DRAWN)["arrows"]
    short, long = (np.abs(ends(path) - starts(path)).sum() for path in (after, before))
    assert short < long / 2


def test_averages_are_written_as_averages(read):
    cell = read(STEM).page.locator('output[data-quantity="mean:p[0]"]')
    assert re.fullmatch(r"\.\d{3}", cell.text_content())
