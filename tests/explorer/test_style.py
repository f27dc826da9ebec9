"""The colours of figures and explorers: one palette, seen on light and dark pages; whose styles are."""

import re

import pytest
from pooling.explorer import STEMS, explore
from pooling.plots import palette, style

LIGHT, DARK = "#ffffff", "#14181e"  # the explorers' paper, which is the theme's page
MARK, TEXT = 3, 4.5  # least contrasts: WCAG 2, 1.4.11 and 1.4.3
COLOURS = [getattr(palette, name) for name in palette.__all__ if name != "DARK"]


def contrast(one, other):
    """Return the ratio of two colours' luminances, as WCAG 2 defines it."""

    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def variables(stem):
    """Return what each colour of an explorer is on a light page and on a dark one."""
    pattern = r"--pe-(\w+): light-dark\((#\w{6}), (#\w{6})\);"
    return {name: pair for name, *pair in re.findall(pattern, explore(stem).figure._css)}


@pytest.mark.parametrize("color", COLOURS)
def test_a_figures_colours_are_seen_on_both_pages_and_their_twins_on_the_dark_one(color):
    assert min(contrast(color, LIGHT), contrast(color, DARK)) >= MARK
    assert contrast(palette.DARK[color], DARK) >= TEXT


def test_explorers_and_figures_have_the_same_colours():
    told = variables("funnel")
    for name, department in (("government", 0), ("english", 1), ("math", 2)):
        light = style.DEPARTMENTS[department].color
        assert told[name] == [light, palette.DARK[light]]
    assert told["likelihood"][0] == style.KINDS["likelihood"]["color"]


@pytest.mark.parametrize("stem", STEMS)
def test_a_style_sheet_states_each_colour_once(stem):
    css = explore(stem).figure._css
    told = variables(stem)
    assert told["paper"] == [LIGHT, DARK]
    for name in ("ink", "quiet"):
        assert min(contrast(told[name][0], LIGHT), contrast(told[name][1], DARK)) >= TEXT
    assert min(contrast(told["rule"][0], LIGHT), contrast(told["rule"][1], DARK)) >= MARK
    written = re.findall(r"#[0-9a-f]{3,8}\b", css)
    assert sorted(written) == sorted(color for pair in told.values() for color in pair)
    assert set(re.findall(r"var\(--pe-(\w+)", css)) <= {*told, "code", "point"}


def test_what_only_one_explorer_draws_is_styled_in_its_folder():
    explorers = [explore(stem) for stem in STEMS]
    drawn = {one.kind.folder: one.figure._esm for one in explorers}
    shared = next(iter(drawn)).parent / "frontend"

    def by(folder):
        """Return who draws each class that a style sheet styles."""
        css = (folder / "style.css").read_text(encoding="utf-8") if (folder / "style.css").exists() else ""
        classes = set(re.findall(r"\.pe-([A-Za-z]+(?:-[a-z]+)*)", css))
        return {name: {at for at, esm in drawn.items() if re.search(rf"\b{name}\b", esm)} for name in classes}

    assert not [name for name, folders in by(shared).items() if len(folders) < 2]
    for folder in drawn:
        assert not [name for name, folders in by(folder).items() if folder not in folders]
