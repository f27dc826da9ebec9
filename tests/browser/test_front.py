"""The front page: the dial and the arrivals move what is drawn to where the numbers say."""

import re

import numpy as np
import pytest
from pooling.departments import ONE_MEETING, Department
from pooling.explorer.front import numbers

DRAWN = """() => {
  const at = (node) => {
    const box = node.getBoundingClientRect();
    return box.left + box.width / 2;
  };
  const all = (selector, of = document) => [...of.querySelectorAll(`.pe-drawing ${selector}`)];
  const rows = Object.fromEntries(all("[data-row]").map((row) => [row.dataset.row, {
    arrival: at(row.querySelector(".pe-puck")),
    estimate: at(row.querySelector(".pe-dot")),
    learned: at(row.querySelector(".pe-ring")),
    way: row.querySelector(".pe-leader").getBoundingClientRect().toJSON(),
    told: row.querySelector(".pe-stat").textContent,
  }]));
  const track = document.querySelector(".pe-dial .pe-baseline").getBoundingClientRect();
  return {
    rows,
    ticks: all(".pe-axes text").map((text) => [text.textContent, at(text)]),
    middle: at(document.querySelector(".pe-middle")),
    track: [track.left, track.right],
    here: at(document.querySelector(".pe-here")),
    data: at(document.querySelector(".pe-data")),
  };
}"""


def read_back(page):
    """Return what is drawn, in minutes: by the labels of the axis, and along the dial."""
    drawn = page.evaluate(DRAWN)
    ticks = [(float(text.replace("−", "-")), x) for text, x in drawn["ticks"] if re.fullmatch(r"−?\d+", text)]
    assert len(ticks) >= 3
    slope, start = np.polyfit([x for _, x in ticks], [value for value, _ in ticks], 1)

    def minutes(x):
        return slope * x + start

    left, right = drawn["track"]

    def dial(x):
        return 60 * (x - left) / (right - left)

    rows = {
        name: {
            "arrival": minutes(row["arrival"]),
            "estimate": minutes(row["estimate"]),
            "learned": minutes(row["learned"]),
            "way": sorted([minutes(row["way"]["left"]), minutes(row["way"]["right"])]),
            "told": float(row["told"].replace("−", "-")),
        }
        for name, row in drawn["rows"].items()
    }
    return rows, {name: dial(drawn[name]) for name in ("here", "data")}, minutes(drawn["middle"])


def agrees(page, t, tau):
    expected = numbers(t=np.array(t, float), tau=tau)
    rows, dial, _ = read_back(page)
    pixel = 0.35  # minutes, at 360 px
    assert dial["here"] == pytest.approx(tau, abs=pixel)
    assert dial["data"] == pytest.approx(min(60, expected["median:tau"]), abs=pixel)
    for d in Department:
        row, mean = rows[d.name], expected[f"mean:theta[{d.name}]"]
        assert row["arrival"] == pytest.approx(t[d], abs=pixel)
        assert row["estimate"] == pytest.approx(mean, abs=pixel)
        assert row["learned"] == pytest.approx(expected[f"learned:theta[{d.name}]"], abs=pixel)
        assert row["way"] == pytest.approx(sorted([t[d], mean]), abs=pixel)
        assert row["told"] == pytest.approx(mean, abs=0.0501)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_dial_moves_everybody_from_one_place_to_their_own(read, width):
    reader = read("front", width=width)
    reader.agrees()
    agrees(reader.page, ONE_MEETING, 20)
    handle = reader.handle("tau")
    handle.focus()
    for key, tau in (("Home", 0), ("End", 60)):
        reader.page.keyboard.press(key)
        reader.agrees()
        agrees(reader.page, ONE_MEETING, tau)
        rows, _, middle = read_back(reader.page)
        places = [row["estimate"] for row in rows.values()]
        if key == "Home":  # all alike: where the university is
            assert places == pytest.approx([middle] * 3, abs=0.35)
    assert np.ptp(places) > 0.9 * np.ptp(ONE_MEETING)


def test_the_data_move_their_mark_when_arrivals_are_dragged_apart_and_together(read):
    """As the page says: the diamond follows English to -40 and Math to 40, and goes back."""
    reader = read("front")
    _, before, _ = read_back(reader.page)
    reader.drag(reader.point("t[ENGLISH]"), 5)
    reader.drag(reader.point("t[MATH]"), 1275)
    reader.agrees()
    agrees(reader.page, (1, -40, 40), 20)
    _, apart, _ = read_back(reader.page)
    assert apart["data"] > before["data"] + 5
    for name in ("t[ENGLISH]", "t[MATH]"):
        reader.handle(name).focus()
        while (there := reader.settings()[name]) != 1:
            reader.page.keyboard.press("ArrowLeft" if there > 1 else "ArrowRight")
    _, together, _ = read_back(reader.page)
    assert together["data"] < before["data"]
    agrees(reader.page, (1, 1, 1), 20)
