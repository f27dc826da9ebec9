"""What the workbench shows of an answer, its plot and its tables, read back, against Python's analysis."""

from pathlib import Path

import drawings
import numpy as np
import pytest
from node import answering
from pooling.explorer.own_groups.tables import TABLES, groups_of
from pooling.own_groups import analyse
from workbench import FOLDER

PROGRAM = """
import "PAGE";
import { element } from "FOLDER/../frontend/draw.js";
import { read, stages } from "FOLDER/engine.js";
import { createPlot } from "FOLDER/plot.js";
import { createPriors } from "FOLDER/prior_form.js";
import { createFacts, createTable } from "FOLDER/results.js";
function answer({ text, width }) {
  const [root, told] = [element("div"), {}];
  const { table, kind, roles } = read({ text });
  for (const stage of stages({ table, kind, roles })) Object.assign(told, stage);
  const order = [...told.groups.names.keys()].sort((a, b) => told.mean[b] - told.mean[a]);
  createPlot(element("div", { class: "pe-stage" }, root)).update(told, order, width);
  createFacts(root).tell(told);
  createTable(root).tell(told);
  createPriors(root, () => {}).tell(told, "");
  return root.xml;
}
"""
HEADS = ["group", "n", "own", "pooled", "sd", "94 %", "ranks, 94 %", "best"]


@pytest.fixture(scope="module")
def shown():
    """Return a function from a table's name and a width to what is drawn and told of it."""
    page = Path(drawings.__file__).with_name("page.js").as_uri()
    with answering(PROGRAM.replace("FOLDER", FOLDER.as_uri()).replace("PAGE", page)) as ask:
        yield lambda table, width: drawings.Drawing(ask({"text": TABLES[table].text, "width": width}))


@pytest.mark.parametrize("width", [900, 360])
@pytest.mark.parametrize("table", ["branches", "eight_schools", "batting"])
def test_groups_stand_where_the_numbers_are(shown, table, width):
    drawing, analysis = shown(table, width), analyse(groups_of(table))
    found = analysis.table.sort_values("estimate", ascending=False)
    svg, told = drawing.one("pe-drawing"), drawing.told()
    x = drawing.plot(drawing.one("pe-axes", svg)).x
    names = drawing.one("pw-names", svg).findall("text")
    room = 26 if width > 480 else 12  # letters, the dots among them
    assert [name.text for name in names] == [
        name if len(name) <= room else f"{name[: room - 1]}…" for name in found["group"]
    ]
    bars = np.array(drawing.pieces(drawing.one("pw-intervals", svg)))
    for column, kind in enumerate(("lower", "upper")):
        x.says(bars[:, column, 0], [told[f"{kind}:theta[{name}]"] for name in found["group"]])
    dots = drawing.middles(drawing.one("pw-dots", svg))
    x.says(dots[:, 0], found["estimate"])
    assert np.all(np.diff(dots[:, 1]) > 0)
    crosses = drawing.pieces(drawing.one("pw-own", svg))  # of two strokes each
    owns = np.array([np.concatenate(crosses[k : k + 2]) for k in range(0, len(crosses), 2)])
    x.says((owns[:, :, 0].min(axis=1) + owns[:, :, 0].max(axis=1)) / 2, found["own"])
    for rows in (bars[:, 0, 1], (owns[:, :, 1].min(axis=1) + owns[:, :, 1].max(axis=1)) / 2,
                 [float(name.get("y")) - 4.5 for name in names]):  # fmt: skip
        np.testing.assert_allclose(rows, dots[:, 1], atol=0.11)
    (middle,) = drawing.pieces(drawing.one("pw-mu", svg))
    x.says(middle[:, 0], analysis.population.mu.mean)


@pytest.mark.parametrize("table", ["branches", "eight_schools", "batting"])
def test_a_table_tells_what_its_heads_say(shown, table):
    drawing, analysis = shown(table, 900), analyse(groups_of(table))
    node = drawing.one("pw-groups")
    assert ["".join(head.itertext()) for head in node.find("thead").iter("th")] == HEADS
    found = analysis.table.set_index("group")
    rows = node.find("tbody").findall("tr")
    assert len(rows) == len(found)
    for row in rows:
        name, *cells = ["".join(cell.itertext()) for cell in row]
        n, own, estimate, sd, bounds, ranks, best = (
            drawings.numbers(cell.replace(",", "")) for cell in cells
        )
        digits = len(cells[2].partition(".")[2])
        near = 0.5 * 10.0**-digits + 1e-4
        expected = found.loc[name]
        assert [*own, *estimate, *sd] == pytest.approx(
            [expected["own"], expected["estimate"], expected["sd"]], abs=near
        )
        assert n == [expected["n"]]
        # counted over draws that are not Python's
        assert bounds == pytest.approx([expected["lower"], expected["upper"]], abs=0.25 * expected["sd"])
        assert ranks == pytest.approx([expected["rank_lower"], expected["rank_upper"]], abs=2)
        assert best == pytest.approx([expected["p_best"]], abs=0.06)


@pytest.mark.parametrize("table", ["branches", "eight_schools"])
def test_the_population_is_told_under_its_heads(shown, table):
    drawing, analysis = shown(table, 900), analyse(groups_of(table))
    node = drawing.one("pw-facts")
    assert [head.text for head in node.find("thead").iter("th")] == ["mean", "sd", "median", "94 %"]
    for row in node.find("tbody").findall("tr"):
        of = row.find("th").text.split(",")[0]
        believed = analysis.new_group if of == "a new group" else getattr(analysis.population, of)
        kinds = [[one.get("data-quantity").split(":")[0] for one in cell.iter("output")] for cell in row[1:]]
        told = {one.get("data-quantity").split(":")[0]: one.text for one in row.iter("output")}
        for kinds_, expected in zip(kinds, (["mean"], ["sd"], ["median"], ["lower", "upper"]), strict=True):
            assert kinds_ in ([], expected)
        for kind in {"mean", "sd"} & told.keys():
            digits = len(told[kind].partition(".")[2])
            near = 0.5 * 10.0**-digits + 2e-3 * believed.sd
            assert drawings.number(told[kind]) == pytest.approx(getattr(believed, kind), abs=near)


@pytest.mark.parametrize("table", ["branches", "eight_schools", "batting"])
def test_what_priors_do_is_told_under_its_heads(shown, table):
    drawing, analysis = shown(table, 900), analyse(groups_of(table))
    node = drawing.one("pw-sensitivity")
    scale = "kappa" if analysis.groups.kind == "counts" else "tau"
    heads = ["prior", "becomes", "mean", scale, "moves", "whose"]
    assert [head.text for head in node.find("thead").iter("th")] == heads
    assert "half and twice as wide" in node.find("caption").text
    rows = node.find("tbody").findall("tr")
    for row, one in zip(rows, analysis.sensitivity.itertuples(), strict=True):
        prior, becomes, mean, spread, moved, whose = (cell.text for cell in row)
        assert (prior, becomes, whose) == (one.prior, one.changed, f"'{one.group}'")
        assert [float(mean), float(spread)] == pytest.approx([one.mu, one.tau], rel=1e-3)
        assert float(moved) == pytest.approx(one.moved, abs=6e-4)
