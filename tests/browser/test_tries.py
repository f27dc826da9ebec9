"""What front page and chapters 1 to 10 tell the reader to try: followed on the page, it is as they say."""

from typing import NamedTuple

import numpy as np
import pytest
from explorers import called
from pooling import fifty_schools
from reader import TWO_FRAMES

LARGE = {"GOVERNMENT": [-10, 1, 11], "ENGLISH": [-16, -15, -14], "MATH": [30]}


class Try(NamedTuple):
    """One thing to try: the chapter's stem and its number in the list, steps, and what must be seen.

    Steps are the name of a preset, or (control, value), typed beside a slider, or ("+", department),
    ("−", department), ("model", stem), or ("press", control, key, how often). `seen` is asked with the
    numbers at the start and after each step.
    """

    stem: str
    number: str
    steps: tuple
    seen: object


def _same(before, after, *names, within=0.01):
    return all(abs(before[name] - after[name]) <= within for name in names)


M, E, G = (f"mean:theta[{name}]" for name in ("MATH", "ENGLISH", "GOVERNMENT"))
NEW, SD_M = "mean:theta[NEW]", "sd:theta[MATH]"
ONE = {G: 1, E: -15, M: 30}
W, SIX = "weight:theta", "mean:theta[6]"
EIGHT = [f"mean:theta[{j}]" for j in range(8)]


def _apart(numbers):
    """Return how far the three estimates are from each other."""
    means = [numbers[name] for name in (G, E, M)]
    return max(means) - min(means)


TRIES = [
    # the front page
    Try("front", "at 0 all are alike, at 60 nearly at their own", ("all-alike", "each-for-itself"),
        lambda _, b, c: _apart(b) < 1e-4 and max(abs(c[name] - t) for name, t in ONE.items()) < 2),
    Try("front", "the diamond follows, and goes back", ("apart", "together"),
        lambda a, b, c: b["median:tau"] > a["median:tau"] + 5 and c["median:tau"] < a["median:tau"]),
    # chapter 1
    Try("complete_pooling", "guess 3", ("farther-apart",),
        lambda a, b: _same(a, b, "mean:theta", "sd:theta")),
    Try("complete_pooling", "1: where does it go, does it get wider", ("spread",),
        lambda a, b: abs(b["mean:theta"]) < 0.001 < a["mean:theta"] and _same(a, b, "sd:theta")),
    Try("complete_pooling", "1: other arrivals, the same posterior",
        (("t[GOVERNMENT]", 16), ("t[ENGLISH]", -60), ("t[MATH]", 60)),
        lambda a, *b: _same(a, b[-1], "mean:theta", "sd:theta")),
    Try("complete_pooling", "2: the prior wins", (("tau", 1), ("t[MATH]", 120)),
        lambda a, b, c: abs(b["mean:theta"]) < 0.1 and b["sd:theta"] < 1 and abs(c["mean:theta"]) < 1),
    Try("complete_pooling", "3: sigma from 15 to 30", ("scatter-30",),
        lambda a, b: b["mean:theta"] < a["mean:theta"] and b["sd:theta"] > a["sd:theta"]),
    # chapter 2
    Try("no_pooling", "1: only Government has moved", ("government",),
        lambda a, b: b[G] < a[G] - 10 and _same(a, b, E, M)),
    Try("no_pooling", "2: half its arrival", ("half",), lambda a, b: abs(b[M] - 15) < 1e-3),
    Try("no_pooling", "3: all at 40, and who says that all are late", ("all-40", ("mu", 20)),
        lambda a, b, c: _same(b, b | {G: b[M], E: b[M]}, G, E) and b[M] < c[M] < 40),
    # chapter 3
    Try("partial_pooling", "guess 3: Math 60, English goes down", ("math-60",),
        lambda a, b: b[E] < a[E] and b[M] > a[M] and b["median:tau"] > a["median:tau"]
        and b["mean:mu"] > a["mean:mu"]),
    Try("partial_pooling", "1: from complete pooling, not to no pooling", ("alike", "different"),
        lambda a, b, c: _apart(b) < _apart(a) < _apart(c) and c[M] < 25),
    Try("partial_pooling", "2: Math down to -15", (("t[MATH]", -7), "math-minus-15"),
        lambda a, b, c: b["median:tau"] < a["median:tau"] and b["median:tau"] <= c["median:tau"]
        and b[G] < a[G] and c[G] < b[G] and c[M] < b[M] < a[M]),
    Try("partial_pooling", "3: a late university, or three late departments",
        ("late-university", "three-late"),
        lambda a, b, c: b["mean:mu"] > 20 > 5 > c["mean:mu"] and c["median:tau"] > 3 * b["median:tau"]
        and c[M] - c["mean:mu"] > 15 > b[M] - b["mean:mu"]),
    # chapter 4
    Try("hyperpriors", "guess 2: a million minutes, and not 30", ("million",),
        lambda a, b: a[M] < b[M] < 21),
    Try("hyperpriors", "1: A and B, Math stays", ("president-a", "president-b"),
        lambda a, b, c: _same(b, c, M, within=0.15) and abs(b[E] - c[E]) > 2
        and b[E] * c[E] < 0 and abs(b["mean:mu"] - c["mean:mu"]) > 2),
    Try("hyperpriors", "3: Government moves only where mu may",
        ("narrow-alike", "narrow-different", "wide-alike", "wide-different"),
        lambda _, *at: 3 * abs(at[1][G] - at[0][G]) < abs(at[3][G] - at[2][G]) > 1),
    # chapter 5
    Try("missing_data", "1: English leaves, and comes back",
        (("−", "ENGLISH"),) * 3 + (("+", "ENGLISH"),) * 3,
        lambda a, *b: _same(b[2], b[2] | {E: b[2][NEW]}, E)
        and all(b[2]["sd:theta[ENGLISH]"] > b[2][f"sd:theta[{name}]"] for name in ("MATH", "GOVERNMENT"))
        and _same(a, b[-1], G, E, M, NEW)),
    Try("missing_data", "2: professors at 30, one by one", (("+", "MATH"),) * 7,
        lambda a, *b: b[0][SD_M] > a[SD_M] > b[2][SD_M] > b[6][SD_M]
        and b[1][SD_M] < b[0][SD_M] and b[6]["median:tau"] > b[0]["median:tau"] > a["median:tau"]),
    Try("missing_data", "3: eight at 30, English has moved, away from them", ("eight-of-math",),
        lambda a, b: b[E] < a[E] - 1),
    # chapter 6
    Try("learned_variance", "2: Math down to -10", ("math-10",),
        lambda a, b: b["median:sigma[MATH]"] < a["median:sigma[MATH]"] and b[SD_M] < a[SD_M]),
    # chapter 7
    Try("models_contrasted", "3: nobody of Math is somebody never met",
        ("no-math", ("model", "no_pooling"), ("model", "learned_variance")),
        lambda _, *at: all(_same(one, one | {M: one[NEW]}, M) for one in at) and abs(at[1][M]) < 1e-3),
    # chapter 8
    Try("shrinkage_formula", "1: the bar in the middle, twice", (("n", 25), "scatter-20", ("n", 100)),
        lambda _, b, c, d: (b[W], d[W]) == (0.5, 0.5) and c[W] < 0.05),
    Try("shrinkage_formula", "3: the ends of tau", ("alike", "different"),
        lambda a, b, c: b[W] < 0.05 < a[W] < 0.9 < c[W]),
    # chapter 9
    Try("exact_posterior", "2: all up, then some come down", (("press", "se[0]", "ArrowLeft", 3), "precise"),
        lambda a, b, c: all(b[name] > a[name] for name in EIGHT) and c[EIGHT[0]] > b[EIGHT[0]]
        and c[EIGHT[4]] < a[EIGHT[4]] and c["median:tau"] > 2 * b["median:tau"]),
    Try("exact_posterior", "3: the same estimate, and tau", ("same",),
        lambda a, b: 1 < b["median:tau"] < a["median:tau"] and b["upper:tau"] > 5),
    Try("exact_posterior", "4: every school goes up, not all by the same", ("wide",),
        lambda a, b: min(b[name] - a[name] for name in EIGHT) > 2
        and np.ptp([b[name] - a[name] for name in EIGHT]) > 0.3),
    # chapter 10
    Try("fifty_schools", "1: on the line, and not quite at its own mean", ("alike", "different"),
        lambda _, b, c: _same(b, b | {SIX: b["mean:mu"]}, SIX, within=1e-4)
        and 0.3 < c[SIX] - fifty_schools.simulate().mean[6] < 1),
    Try("fifty_schools", "3: what explains the differences", ("scatter-20", "scatter-5"),
        lambda a, b, c: b["lower:tau"] < 0.01 and b["median:tau"] < a["median:tau"] < c["lower:tau"]),
]  # fmt: skip


class Follower:
    """A page, and the steps of a try."""

    def __init__(self, reader):
        self.reader, self.page = reader, reader.page

    def step(self, step):
        """Do one step; return the numbers after it, which Python has too."""
        if isinstance(step, str):
            self.page.locator(f'[data-preset="{step}"]').click()
        elif step[0] in "+−":
            verb, word = ("Add", "to") if step[0] == "+" else ("Remove", "from")
            self.page.get_by_role("button", name=f"{verb} an arrival {word} {step[1]}", exact=True).click()
        elif step[0] == "model":
            self.page.locator(f'input[value="{step[1]}"]').check()
        elif step[0] == "press":
            self.reader.handle(step[1]).focus()
            for _ in range(step[3]):
                self.page.keyboard.press(step[2])
        else:
            box = self.page.get_by_role(
                "textbox", name=f"{called(self.reader.stem, step[0])}, typed", exact=True
            )
            box.fill(str(step[1]))
            box.press("Enter")
        self.page.evaluate(TWO_FRAMES)
        self.reader.agrees()
        return self.reader.numbers()


@pytest.mark.parametrize("one", TRIES, ids=[f"{one.stem}, {one.number}" for one in TRIES])
def test_what_the_text_says_is_found(read, one):
    follower = Follower(read(one.stem))
    start = follower.reader.numbers()
    assert one.seen(start, *[follower.step(step) for step in one.steps])


# --- what takes more than numbers -------------------------------------------------------------------------


def test_english_leaves_and_the_same_three_come_back(read):
    reader = read("missing_data")
    follower = Follower(reader)
    for verb in ("−", "+"):
        for _ in range(3):
            follower.step((verb, "ENGLISH"))
    assert {name: value for name, value in reader.settings().items() if "ENGLISH" in name} == {
        f"t[ENGLISH,{place}]": value for place, value in enumerate(LARGE["ENGLISH"])
    }


def test_at_0_every_professor_of_math_makes_her_surer(read):
    """Chapter 5, 2: all of Math's arrivals at 0, and one after another leaves."""
    follower = Follower(read("missing_data"))
    sds = [follower.step("eight-at-0")[SD_M]] + [follower.step(("−", "MATH"))[SD_M] for _ in range(7)]
    assert sds == sorted(sds)


def test_identical_arrivals_are_warned_of_until_one_is_moved(read):
    """Chapter 6, 3."""
    reader = read("learned_variance")
    warning = reader.page.locator(".pe-warning")
    Follower(reader).step("same-minute")
    assert "arrivals of ENGLISH are identical" in warning.inner_text()
    assert "sigma" in warning.inner_text()
    reader.handle("t[ENGLISH,2]").focus()
    reader.page.keyboard.press("ArrowRight")
    reader.agrees()
    assert warning.inner_text() == ""
    Follower(reader).step("a-minute-apart")
    assert reader.settings()["t[ENGLISH,2]"] == -14


def test_only_one_model_notices_that_english_scatters(read):
    """Chapter 7, 1 and 2."""
    reader = read("models_contrasted")
    told = reader.page.locator(".pe-contrast td")  # with the numbers in a fold

    def rows():
        reader.page.evaluate(TWO_FRAMES)
        cells = [float(text.replace("−", "-")) for text in told.all_text_contents()]
        return [cells[4 * row : 4 * row + 4] for row in range(4)]

    before = rows()
    spans = [max(row) - min(row) for row in before[:3]]
    assert max(spans) == spans[2]  # Math moves most
    Follower(reader).step("english-scattered")
    english = [abs(a - b) for a, b in zip(before[1], rows()[1], strict=True)]
    assert max(english[:3]) == 0
    assert english[3] > 0.5


# --- presets and the pin ------------------------------------------------------------------------------------

STEMS = sorted({one.stem for one in TRIES})


@pytest.mark.parametrize("stem", STEMS)
def test_every_preset_is_set_by_keyboard_said_aloud_and_agrees_with_python(read, stem):
    reader = read(stem)
    group = reader.page.get_by_role("group", name="Settings to try")
    buttons = group.get_by_role("button").all()
    assert buttons
    for button in buttons:
        name = button.get_attribute("data-preset")
        assert name
        assert button.inner_text() != name
        before = reader.tables()  # chapter 7's model that is chosen may be one that notices nothing
        button.focus()
        reader.page.keyboard.press("Enter")
        reader.agrees()
        assert reader.tables() != before
        pressed = group.locator("[aria-pressed=true]")
        assert [one.get_attribute("data-preset") for one in pressed.all()] == [name]
    reader.page.locator(".pe-voice").filter(has_text="mean of ").wait_for(state="attached")


@pytest.mark.parametrize("stem", STEMS)
def test_a_pinned_setting_stays_until_it_is_unpinned(read, stem):
    reader = read(stem)
    page = reader.page
    start = reader.numbers()
    pin = page.get_by_role("button", name="Pin this setting", exact=True)
    pin.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Unpin", exact=True).wait_for()  # what is shown follows in the next frame
    presets = page.locator("[data-preset]")
    notes = []
    for n in (0, 1):
        presets.nth(n).click()
        reader.agrees()
        page.locator(".pe-voice").filter(has_text="mean of ").wait_for(state="attached")  # it came to rest
        notes.append(page.locator(".pe-note").inner_text())
        was = page.locator(".pe-was").all_text_contents()
        first = f"{next(iter(start.values())):.2f}"
        assert first.removeprefix("-") in "".join(was)
        assert page.locator(".pe-drawing path.pe-ghost[d^=M]").count()
    assert all(note.startswith("pinned: ") for note in notes)
    assert presets.nth(0).inner_text() != presets.nth(1).inner_text()
    page.get_by_role("button", name="Unpin", exact=True).click()
    page.evaluate(TWO_FRAMES)
    assert set(page.locator(".pe-was").all_text_contents()) == {""}


def test_the_end_of_an_axis_follows_what_is_set(read):
    reader = read("partial_pooling")
    page = reader.page
    ticks = page.locator(".pe-panel[data-panel=mu] .pe-tick")
    assert "−60" in ticks.all_text_contents() or "60" in ticks.all_text_contents()
    page.locator('[data-preset="math-120"]').click()
    reader.agrees()
    assert any(int(text.replace("−", "-")) > 60 for text in ticks.all_text_contents())
    assert "exact" in page.locator(".pe-warning").inner_text()
    point = reader.point("t[MATH]").bounding_box()
    stage = page.locator(".pooling-explorer .pe-stage").bounding_box()
    assert stage["x"] < point["x"] + point["width"] / 2 < stage["x"] + stage["width"]
    page.get_by_role("button", name="Reset").click()
    page.evaluate(TWO_FRAMES)
    assert not any(int(text.replace("−", "-")) > 60 for text in ticks.all_text_contents())
    assert page.locator(".pe-warning").inner_text() == ""
