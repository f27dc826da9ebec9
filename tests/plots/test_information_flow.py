"""The figures of chapter 12 draw and say the numbers they were given."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import artists
import numpy as np
import pictures
import pytest
from matplotlib.colors import to_hex
from pooling.plots import information_flow as figures
from pooling.plots import style as look
from pooling.plots.picture import SVG

CITY, Y = np.array([0, 1, 1, 2, 1, 3]), np.array([4.0, 9, 7, 2, 8, 0])
GROUPS = {"n": np.array([1, 3, 1, 1]), "mean": np.array([4.0, 8, 2, 0])}
MATRIX = np.array([[0.4, 0.3, 0.05, 0.2], [0.1, 0.7, 5e-5, -0.02], [0.2, 0.3, 0.4, 0.1], [0, 0.5, -0.1, 0.5]])
REPLICAS = {name: {"smallest": np.arange(-9.0, 1), "scatter": np.linspace(1, 3, 40)} for name in ("a", "b")}
FIGURES = {
    "counts": lambda: figures.counts(CITY, Y, **GROUPS),
    "more counts": lambda: figures.counts(
        np.arange(10), np.arange(10.0), n=np.repeat([1, 3], [6, 4]), mean=np.arange(10.0)
    ),
    "changes": lambda: figures.changes({"one": MATRIX[:, 1], "two": MATRIX[:, 3]}, sender=1, **GROUPS),
    "matrices": lambda: figures.matrices({"pooled": MATRIX, "alone": np.eye(4)}, **GROUPS),
    "shares": lambda: figures.shares(MATRIX, **GROUPS),
    "index_map": lambda: figures.index_map(CITY, GROUPS["mean"][CITY], GROUPS["mean"], chosen=1),
    "checked": lambda: figures.checked(REPLICAS, observed={"smallest": 3.0, "scatter": 2.0}),
}
PICTURES = {name: figure() for name, figure in FIGURES.items()}
each_picture = pytest.mark.parametrize("name", FIGURES)


def elements(name, tag):
    return list(ElementTree.fromstring(PICTURES[name].svg).iter(f"{{{SVG}}}{tag}"))


@each_picture
def test_a_figure_keeps_the_rules_of_all(name, check):
    check(name)


def test_cities_are_ordered_by_rows_and_then_by_mean():
    np.testing.assert_array_equal(figures.by_rows(**GROUPS), [1, 0, 2, 3])
    assert "6 counts of 4 cities, ordered by rows a city: 3 with 1, 1 with 3." in PICTURES["counts"].alt


def test_the_changes_tell_the_sender_from_the_others():
    assert "one: itself 0.700, others from 0.3000 to 0.5000." in PICTURES["changes"].alt
    assert "two: itself -0.020, others from 0.1000 to 0.5000." in PICTURES["changes"].alt
    assert "0.70 itself" in [text.text for text in elements("changes", "text")]


def test_negative_influence_is_hatched_and_what_is_nothing_is_left_out():
    said = PICTURES["matrices"].alt
    assert "pooled: diagonal 0.400 to 0.700, elsewhere -0.1000 to 0.5000, 17 % of it negative." in said
    assert "alone: diagonal 1.000 to 1.000, elsewhere 0.0000 to 0.0000, 0 % of it negative." in said
    hatched = [path for path in elements("matrices", "path") if "url(#" in (path.get("style") or "")]
    assert len(hatched) == 3  # two shades of negative cells, and the legend
    only_positive = figures.matrices({"pooled": np.abs(MATRIX)}, **GROUPS).svg
    assert only_positive.count("url(#h") + only_positive.count("fill: url(") == 1


def over(color, opacity, page):
    """Return the colour that is seen where one with an opacity lies on a page."""
    parts = [[int(one[k : k + 2], 16) for k in (1, 3, 5)] for one in (color, page)]
    mixed = opacity * np.array(parts[0]) + (1 - opacity) * np.array(parts[1])
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


@pytest.mark.parametrize("page", ["#ffffff", "#14181e", "#121212"])
def test_every_shade_is_seen_beside_the_next_on_light_and_dark_pages(page):
    """By the swatches of the legend, and by the fills of the matrix: 1.3 is what the eye tells apart."""
    styles = [path.get("style") or "" for path in elements("matrices", "path")]
    swatches = [re.match(r"fill: (#\w{6})(?:; opacity: ([\d.]+))?$", style) for style in styles]
    cells = [re.match(r"fill: (#\w{6})(?:; fill-opacity: ([\d.]+))?$", style) for style in styles]
    shades = {(one[1], float(one[2] or 1)) for one in (*swatches, *cells) if one}
    for color in {color for color, _ in shades}:
        seen = [page] + [over(color, opacity, page) for _, opacity in sorted(shades) if _ == color]
        steps = [pictures.contrast(one, other) for one, other in pairwise(seen)]
        assert min(steps) >= 1.3, (color, steps)
    assert len({opacity for color, opacity in shades if color == look.BLUE}) == 4


def test_the_shares_add_up():
    assert "1 row: own 0.43, others 0.52, prior 0.050." in PICTURES["shares"].alt
    assert "3 rows: own 0.70, others 0.08, prior 0.220." in PICTURES["shares"].alt


def test_the_map_says_which_rows_belong_to_the_city():
    assert "City 1 has the rows 1, 2, 4: E[theta] is 8.00" in PICTURES["index_map"].alt


def test_the_check_says_what_fails():
    assert "a, smallest: -8.7 to -0.3, data 3.0, outside." in PICTURES["checked"].alt
    assert "b, scatter: 1.1 to 2.9, data 2.0, within." in PICTURES["checked"].alt


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="panels must hold 1 or 2 matrices, got 3"):
        figures.matrices(dict.fromkeys("abc", MATRIX), **GROUPS)
    with pytest.raises(ValueError, match=r"panels\['a'\] must have shape \(4, 4\)"):
        figures.matrices({"a": MATRIX[:3]}, **GROUPS)
    with pytest.raises(ValueError, match=r"mean must have shape \(4,\), got shape \(1,\)"):
        figures.counts(CITY, Y, n=GROUPS["n"], mean=[1])


ORDER, SORTED = [1, 0, 2, 3], [3, 1, 1, 1]  # most rows first, then the highest mean


def test_a_count_stands_over_its_city(drawn):
    fig = drawn("counts")
    (ax,) = fig.axes
    row, mean = artists.legend_looks(fig).values()
    assert list(artists.legend(fig)) == ["a row", "mean of a city"]
    place = [ORDER.index(city) for city in CITY]
    np.testing.assert_array_equal(artists.marks(ax, row.color, row.marker), np.column_stack([place, Y]))
    means = artists.marks(ax, mean.color, mean.marker)
    assert dict(means) == dict(zip((1, 0, 2, 3), GROUPS["mean"], strict=True))
    # a block of one city with three rows, then one of three cities with one
    assert [x[0] for x, _ in artists.lines(ax, artists.TEXT, artists.NO_MARK)] == [0.5]
    assert artists.ticks(ax.xaxis) == {"3": 0}  # the other would be too close
    assert ax.get_xlim() == (-0.5, 3.5)


def test_blocks_are_named_in_their_middle(drawn):
    (ax,) = drawn("more counts").axes
    assert artists.ticks(ax.xaxis) == {"3": 1.5, "1": 6.5}
    assert [x[0] for x, _ in artists.lines(ax, artists.TEXT, artists.NO_MARK)] == [3.5]


def test_a_change_is_a_bar_in_the_place_of_its_city(drawn):
    for ax, column in zip(drawn("changes").axes, (MATRIX[:, 1], MATRIX[:, 3]), strict=True):
        left, bottom, width, height = artists.bars(ax).T
        np.testing.assert_allclose(left + width / 2, range(4))
        np.testing.assert_array_equal(bottom, 0)
        np.testing.assert_array_equal(height, column[ORDER])
        colors = [to_hex(bar.get_facecolor()) for bar in ax.patches]
        ups = [look.BLUE if up else look.ORANGE for up in column[ORDER] >= 0]
        assert colors == [look.PURPLE, *ups[1:]]  # the sender is city 1, which stands first
        assert f"{column[1]:.2f} itself".replace("-", "−") in [text for text, _, _ in artists.words(ax)]


def test_a_cell_of_the_matrix_has_the_sign_and_the_shade_of_its_number(drawn):
    pooled, alone = drawn("matrices").axes
    for ax, matrix in ((pooled, MATRIX), (alone, np.eye(4))):
        fills = [patch for patch in ax.patches if patch.get_facecolor()[3] and not patch.get_hatch()]
        for row, receiver in enumerate(ORDER):
            for column, sender in enumerate(ORDER):
                value = matrix[receiver, sender]
                here = [patch for patch in fills if patch.get_path().contains_point((column, row))]
                # a shade begins at each power of ten, from 0.0001; each is less transparent
                step = np.searchsorted([1e-4, 1e-3, 1e-2, 1e-1], abs(value), side="right")
                assert len(here) == (step > 0)
                for patch in here:
                    color = look.BLUE if value > 0 else look.ORANGE
                    assert to_hex(patch.get_facecolor()) == color
                    assert patch.get_facecolor()[3] == pytest.approx((0.28, 0.52, 0.76, 1)[step - 1])
        hatched = [patch for patch in ax.patches if patch.get_hatch()]
        assert len(hatched) == len({np.floor(np.log10(-x)) for x in matrix[matrix < 0]})
    assert (pooled.get_title(), alone.get_title()) == ("pooled", "alone")


def test_what_an_estimate_listens_to_fills_its_bar(drawn):
    fig = drawn("shares")
    (ax,) = fig.axes
    own, everything = np.diag(MATRIX)[ORDER], MATRIX.sum(axis=1)[ORDER]
    parts = {
        "its own": (0 * own, own),
        "all others": (own, everything),
        "the prior": (everything, 0 * own + 1),
    }
    assert list(artists.legend(fig)) == list(parts)
    for bars, (name, (low, high)) in zip(ax.containers, parts.items(), strict=True):
        assert bars.get_label() == name
        np.testing.assert_allclose([bar.get_x() + bar.get_width() / 2 for bar in bars], range(4))
        np.testing.assert_allclose([bar.get_y() for bar in bars], low, atol=1e-12)
        np.testing.assert_allclose([bar.get_y() + bar.get_height() for bar in bars], high)


def test_the_map_has_a_dot_for_each_row_at_its_city(drawn):
    above, _, main, beside = drawn("index_map").axes
    by_row = GROUPS["mean"][CITY]
    for ax, x, y in ((main, range(6), CITY), (above, range(6), by_row), (beside, GROUPS["mean"], range(4))):
        np.testing.assert_array_equal(artists.marks(ax, marker="."), np.column_stack([x, y]))
    for ax, chosen in (
        (main, [(1, 1), (2, 1), (4, 1)]),
        (above, [(1, 8), (2, 8), (4, 8)]),
        (beside, [(8, 1)]),
    ):
        np.testing.assert_array_equal(artists.marks(ax, look.PURPLE, "D"), chosen)
    assert [x.tolist() for x, _ in artists.lines(main, look.PURPLE, artists.NO_MARK)][:3] == [
        [1, 1],
        [2, 2],
        [4, 4],
    ]
    assert artists.lines(beside, look.PURPLE, artists.NO_MARK)[0][1].tolist() == [1, 1]
    assert [y.tolist() for _, y in artists.lines(above, look.PURPLE, artists.NO_MARK)] == [[0, 8]] * 3


def test_replicas_are_counted_beside_the_data(drawn):
    fig = drawn("checked")
    for ax, name, seen in zip(fig.axes, ["smallest", "scatter"] * 2, [3, 2] * 2, strict=True):
        values = REPLICAS["a"][name]
        left, _, width, height = artists.bars(ax).T
        assert height.sum() == values.size
        assert (left @ height + width @ height / 2) / values.size == pytest.approx(
            values.mean(), abs=width[0]
        )
        assert artists.lines(ax, look.ORANGE)[0][0].tolist() == [seen, seen]
    assert [ax.get_xlabel() for ax in fig.axes] == ["", "", "smallest", "scatter"]
    assert [ax.get_title("left") for ax in fig.axes] == ["a", "", "b", ""]
    assert list(artists.legend(fig)) == ["replicated", "the data"]


def test_counts_and_their_means_are_told():
    assert PICTURES["counts"].alt.endswith("Counts from 0 to 9, means of cities from 0.0 to 8.0.")
    assert PICTURES["index_map"].alt.startswith(
        "An index array as a map: 6 rows, each with one dot, at its city of 4. Above, 6 numbers, one a row; "
        "on the right, 4 numbers, one a city."
    )
    assert PICTURES["index_map"].alt.endswith("E[y] of its rows 8.00, 8.00, 8.00.")
