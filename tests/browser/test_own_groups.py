"""The workbench as a reader meets it: tables pasted, dropped or chosen, and what comes of them."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from pooling.explorer.own_groups.tables import TABLES, groups_of
from pooling.own_groups import analyse, branches, from_estimates, from_rows
from pooling.priors import HalfCauchy

STEM = "own_groups"
#: What is told of a table, once everything has been computed.
TOLD = """() => Object.fromEntries([...document.querySelectorAll("output[data-quantity]")]
  .map((one) => [one.dataset.quantity, Number(one.dataset.value)]))"""
DONE = """() => {
  const said = document.querySelector(".pw-said");
  return said && (said.classList.contains("pw-error") || said.querySelector("li")
    || said.textContent.includes("Nothing to warn"));
}"""
FORGET = """() => {
  const said = document.querySelector(".pw-said");
  said.replaceChildren();
  said.classList.remove("pw-error");
}"""
DROP = """([name, bytes, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const zone = document.querySelector(".pw-zone");
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
PASTE = """(text) => {
  const area = document.querySelector('textarea[data-control="table"]');
  const data = new DataTransfer();
  data.setData("text/plain", text);
  area.focus();
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  if (area.dispatchEvent(paste))
    document.execCommand("insertText", false, text);
}"""
#: Cells of a German sheet, with what makes tables hard.
GERMAN = (
    'Filiale;Wert\n"Köln; Süd";71,5\nBonn;64,25\n"Köln; Süd";\nBonn;1.061,5\n"Köln; Süd";70\n'
    "Äüß;66,5\nÄüß;69\n"
)


def settled(page, act, *arguments):
    """Do something, and return what is told when the answer to it has come."""
    page.evaluate(FORGET)
    act(*arguments)
    page.wait_for_function(DONE)
    return page.evaluate(TOLD)


def box(page):
    return page.locator('textarea[data-control="table"]')


def said(page):
    return page.locator(".pw-said").inner_text()


def agrees(told, found):
    """Check the page's numbers: to a millionth of a posterior sd, ranks within what draws differ by."""
    table = found.table
    size = len(table)
    for name, row in zip(table["group"], table.to_dict("records"), strict=True):
        assert abs(told[f"mean:theta[{name}]"] - row["estimate"]) < 1e-6 * row["sd"], name
        assert abs(told[f"sd:theta[{name}]"] - row["sd"]) < 1e-6 * row["sd"], name
        assert abs(told[f"lower:rank[{name}]"] - row["rank_lower"]) <= 1 + size / 20, name
        assert abs(told[f"upper:rank[{name}]"] - row["rank_upper"]) <= 1 + size / 20, name
        assert abs(told[f"best:[{name}]"] - row["p_best"]) < 0.05, name
    mu = found.population.mu
    assert abs(told["mean:mu"] - mu.mean) < 1e-6 * mu.sd
    if found.groups.kind != "counts":
        assert told["median:tau"] == pytest.approx(found.population.tau.median, rel=1e-5)
    assert len([one for one in told if one.startswith("mean:theta")]) == size


@pytest.fixture
def page(read):
    opened = read(STEM).page
    opened.wait_for_function(DONE)
    return opened


@pytest.mark.parametrize("table", TABLES)
def test_each_example_is_what_python_says(page, table):
    told = settled(page, page.locator(f'[data-preset="{table}"]').click)
    agrees(told, analyse(groups_of(table)))
    assert page.locator(f'[data-preset="{table}"]').get_attribute("aria-pressed") == "true"
    chosen = {
        use: page.locator(f'select[data-control="column:{use}"]').input_value() for use in TABLES[table].roles
    }
    assert chosen == TABLES[table].roles


def test_typed_pasted_dropped_and_chosen_tables_are_the_same(page, tmp_path):
    """With a decimal comma, thousands, a quoted separator, and a cell missing."""
    rows = pd.read_csv(io.StringIO(GERMAN), sep=";", decimal=",", thousands=".")
    found = analyse(from_rows(rows, group="Filiale", value="Wert"))
    ways = {
        "typed": lambda: box(page).fill(GERMAN),
        "pasted": lambda: (box(page).fill(""), page.evaluate(PASTE, GERMAN)),
        "dropped": lambda: page.evaluate(DROP, ["b.csv", list(GERMAN.encode("utf-16")), "text/csv"]),
    }
    for how, act in ways.items():
        told = settled(page, act)
        if how == "pasted":  # the box was emptied first, which is refused
            page.wait_for_function("document.querySelectorAll('output').length > 20")
            page.wait_for_function(DONE)
            told = page.evaluate(TOLD)
        agrees(told, found)
        assert "Rows without a value in column 'Wert' left out: 'Köln; Süd' 1 of 3." in said(page), how
        assert box(page).input_value().splitlines()[1] == '"Köln; Süd";71,5', how
    path = tmp_path / "filialen.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    agrees(settled(page, page.locator('input[type="file"]').set_input_files, path), found)


def test_columns_are_chosen_and_the_decimal_mark(page):
    text = "shop\tbig\tsmall\nA\t1,234\t5\nA\t2,345\t7\nB\t3,456\t9\nB\t4,567\t8\n"
    told = settled(page, box(page).fill, text)
    agrees(told, analyse(from_rows(pd.read_csv(io.StringIO(text), sep="\t"), group="shop", value="small")))
    told = settled(page, page.locator('[data-control="column:value"]').select_option, "big")
    assert told == {}
    assert "Choose the decimal mark" in said(page)
    for mark, decimal in ((".", {"thousands": ","}), (",", {"decimal": ","})):
        told = settled(page, page.locator('[data-control="decimal"]').select_option, mark)
        frame = pd.read_csv(io.StringIO(text), sep="\t", **decimal)
        agrees(told, analyse(from_rows(frame, group="shop", value="big")))


def test_a_kind_of_table_is_chosen_by_its_columns(page):
    text = "lab,result,error\nA,28,15\nB,8,10\nC,-3,16\nD,7,11\n"
    settled(page, box(page).fill, text)
    page.locator('[data-control="column:estimate"]').select_option("result")
    told = settled(page, page.locator('[data-control="column:se"]').select_option, "error")
    frame = pd.read_csv(io.StringIO(text))
    agrees(told, analyse(from_estimates(frame, group="lab", estimate="result", se="error")))
    assert page.locator('[data-kind="estimates"].pw-on').count() == 1


def test_an_error_is_told_and_takes_every_number_away(page):
    settled(page, box(page).fill, "g,est,se\nA,1,0\nB,2,1\n")
    told = page.locator(".pooling-explorer [role=status]").inner_text()
    assert "se must be > 0, got 0 in column 'se' for group 'A'" in told
    assert page.locator("output[data-quantity]").count() == 0
    assert not page.locator(".pe-drawing").is_visible()
    agrees(
        settled(page, page.locator('[data-preset="eight_schools"]').click),
        analyse(groups_of("eight_schools")),
    )


def test_nothing_in_a_cell_is_run_or_becomes_html(page):
    evil = '<img src=x onerror="window.hacked=1">'
    quoted = evil.replace('"', '""')
    text = f'branch,"<b>score</b>"\n"{quoted}",1\n=cmd(),2\njavascript:x,3\n<svg onload=1>,4\n'
    told = settled(page, box(page).fill, text)
    assert f"mean:theta[{evil}]" in told
    assert page.evaluate("window.hacked") is None
    assert page.locator(".pooling-explorer img, .pooling-explorer b").count() == 0
    assert evil in page.locator(".pw-groups").inner_text()


def test_priors_are_changed_in_the_datas_unit(page):
    settled(page, page.locator('[data-preset="eight_schools"]').click)
    page.locator("summary", has_text="Priors, and what they do").click()
    told = settled(page, page.locator('select[data-control="prior:tau"]').select_option, "HalfCauchy")
    told = settled(
        page, lambda: (page.locator('[data-control="prior:tau.scale"]').fill("5"), page.keyboard.press("Tab"))
    )
    changed = analyse(groups_of("eight_schools"), tau=HalfCauchy(5))
    agrees(told, changed)
    assert page.locator(".pw-sensitivity tbody tr").count() == len(changed.sensitivity)
    told = settled(page, page.get_by_role("button", name="Choose the priors by the data again").click)
    agrees(told, analyse(groups_of("eight_schools")))


DRAWN = """() => {
  const path = (kind) => document.querySelector(`.pe-drawing > .${kind}`).getAttribute("d");
  return {
    ticks: [...document.querySelectorAll(".pe-drawing .pe-tick")]
      .map((one) => [one.textContent, Number(one.getAttribute("x"))]),
    names: [...document.querySelectorAll(".pw-names text")].map((one) => one.textContent),
    bars: path("pw-intervals"), dots: path("pw-dots"), owns: path("pw-own"), mu: path("pw-mu"),
  };
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_the_drawing_is_where_the_numbers_are(read, width):
    page = read(STEM, width=width).page
    page.wait_for_function(DONE)
    told, drawn = page.evaluate(TOLD), page.evaluate(DRAWN)
    values = np.array([float(text.replace("−", "-")) for text, _ in drawn["ticks"]])
    slope, start = np.polyfit(values, [at for _, at in drawn["ticks"]], 1)
    found = analyse(groups_of("branches")).table.sort_values("estimate", ascending=False)
    assert [name[:8] for name in drawn["names"]] == [name[:8] for name in found["group"]]
    bars = np.array(re.findall(r"M(-?[\d.]+),(-?[\d.]+)H(-?[\d.]+)", drawn["bars"]), float)
    dots = np.array(re.findall(r"M(-?[\d.]+),(-?[\d.]+)a([\d.]+)", drawn["dots"]), float)
    owns = np.array(re.findall(r"M(-?[\d.]+),(-?[\d.]+)l([\d.]+)", drawn["owns"]), float)
    near = {"atol": 0.2, "rtol": 0}
    np.testing.assert_allclose(dots[:, 0] + dots[:, 2], start + slope * found["estimate"], **near)
    np.testing.assert_allclose(owns[:, 0] + owns[:, 2] / 2, start + slope * found["own"], **near)
    for column, kind in ((0, "lower"), (2, "upper")):
        bounds = [told[f"{kind}:theta[{name}]"] for name in found["group"]]
        np.testing.assert_allclose(bars[:, column], start + slope * np.array(bounds), **near)
    assert (np.diff(bars[:, 1]) > 0).all()
    assert float(drawn["mu"][1:].split(",")[0]) == pytest.approx(start + slope * told["mean:mu"], abs=0.2)


def test_a_mark_of_the_legend_looks_as_it_does_in_the_drawing(page):
    """Colour, dash and shape: what is drawn in a class has them in the legend too; nothing is left out."""
    looks = """(place) => Object.fromEntries([...document.querySelectorAll(`${place} path[class]`)]
      .filter((one) => /pw-/.test(one.getAttribute("class")))
      .map((one) => [one, getComputedStyle(one)])
      .map(([one, { stroke, fill, strokeDasharray }]) =>
        [one.getAttribute("class"), [stroke, fill, strokeDasharray]]))"""
    drawn, told = page.evaluate(looks, ".pe-drawing"), page.evaluate(looks, ".pe-legend")
    assert drawn == told
    assert len(drawn) == 4
    assert len({tuple(look) for look in drawn.values()}) == 4


def test_the_table_is_sorted_and_searched(page):
    def names():
        return page.locator(".pw-groups tbody th").all_inner_texts()

    table = analyse(groups_of("branches")).table
    assert names() == list(table.sort_values("estimate", ascending=False)["group"])
    page.locator('[data-sort="group"]').click()
    assert names() == sorted(table["group"])
    page.locator('[data-sort="own"]').click()
    own = page.locator(".pw-groups tbody td:nth-child(3)").all_inner_texts()
    assert [float(one) for one in own] == sorted((float(one) for one in own), reverse=True)
    page.locator(".pw-find").fill("ril")
    assert names() == []
    page.locator(".pw-find").fill("ilk")
    assert names() == ["Ilkley"]


def test_what_is_taken_away(page):
    page.locator("summary", has_text="Take it away").click()

    def saved(words):
        with page.expect_download() as waiting:
            page.locator(f'[data-save="{words}"]').click()
        path = waiting.value.path()
        return waiting.value.suggested_filename, path.read_bytes()

    found = analyse(from_rows(pd.read_csv(branches.PATH), group="branch", value="score"))
    name, table = saved("Table (csv)")
    assert name == "groups.csv"
    back = pd.read_csv(io.BytesIO(table))
    assert list(back["group"]) == list(found.table["group"])
    np.testing.assert_allclose(back["estimate"], found.table["estimate"], rtol=1e-9)
    _, svg = saved("Picture (svg)")
    assert svg.startswith(b"<svg")
    assert b"Ilkley" in svg
    assert b"var(" not in svg
    _, png = saved("Picture (png)")
    assert png.startswith(b"\x89PNG")
    assert len(png) > 10_000
    _, words = saved("Methods (text)")
    assert words.decode().startswith("570 values of score in 40 groups (branch) were analysed")
    for button, needed in (
        ("Python (exact)", "from_rows(frame, group='branch', value='score')"),
        ("Python (PyMC)", "pm.HalfNormal"),
    ):
        _, program = saved(button)
        assert needed in program.decode()
        compile(program, button, "exec")


def test_many_rows_do_not_freeze_the_page(page):
    """Dropped, read and pooled off the page's thread: frames are drawn until there is an answer."""
    rng = np.random.default_rng(0)
    at = rng.integers(0, 1000, 200_000)
    cells = np.char.add(
        np.char.add("shop ", at.astype(str)), np.char.add(",", np.round(rng.normal(at % 7, 3), 2).astype(str))
    )
    text = "shop,score\n" + "\n".join(cells.tolist())
    page.evaluate("""() => {
      window.frames_meanwhile = 0;
      const said = document.querySelector(".pw-said");
      const tick = () => {
        window.frames_meanwhile += /^Reading|Computing/.test(said.textContent);
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    }""")
    page.evaluate("""(text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "big.csv", { type: "text/csv" }));
      document.querySelector(".pw-said").replaceChildren();
      const drop = new DragEvent("drop", { dataTransfer: data, cancelable: true });
      document.querySelector(".pw-zone").dispatchEvent(drop);
    }""", text)  # fmt: skip
    page.wait_for_function(DONE)
    told = page.evaluate(TOLD)
    frame = pd.read_csv(io.StringIO(text))
    found = analyse(from_rows(frame, group="shop", value="score"))
    table = found.table.set_index("group")
    shown = [one for one in table.index if f"mean:theta[{one}]" in told]
    assert len(shown) == 500  # the table has so many rows, the largest first
    assert set(shown) <= set(table.nlargest(501, "estimate").index)
    for name in shown:
        assert abs(told[f"mean:theta[{name}]"] - table.estimate[name]) < 1e-6 * table.sd[name]
    assert page.evaluate("window.frames_meanwhile") > 10  # one, if the page itself computes
    assert "…" in box(page).input_value()


def test_it_asks_nobody(read):
    """`read` fails a test that sends anything to another host; nor is anything asked of its own."""
    page = read(STEM).page
    page.wait_for_function(DONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    settled(page, box(page).fill, GERMAN)
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == []


def test_it_works_from_a_folder(read, stick):
    page = read(STEM, address=stick.as_uri()).page
    page.wait_for_function(DONE)
    agrees(settled(page, page.locator('[data-preset="batting"]').click), analyse(groups_of("batting")))
