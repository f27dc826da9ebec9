"""A diagram shows exactly the model's quantities, arrows, plates and what was observed."""

import subprocess
import sys
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from pooling.diagrams import MODELS, Model, draw, plate
from pooling.picture import SVG

RAGGED = Model(
    fixed={"sigma": "σ̇"},
    latent={"mu": "μ", "theta": "θ_{d}"},
    observed={"t": "t_{d,i}"},
    edges=("mu theta", "theta t", "sigma t"),
    plates={"arrival i": ("t",), "department d": ("theta", "t")},
)


def parts(svg):
    """Return node groups by name, the edges, and plate groups by label."""
    groups = list(ElementTree.fromstring(svg).iter(f"{{{SVG}}}g"))
    nodes = {group.get("data-node"): group for group in groups if "data-node" in group.attrib}
    edges = {group.get("data-edge") for group in groups if "data-edge" in group.attrib}
    plates = {
        group.get("data-cluster").removeprefix("cluster_"): group
        for group in groups
        if "data-cluster" in group.attrib
    }
    return nodes, edges, plates


def box(group):
    points = group.find(f"{{{SVG}}}polygon").get("points").split()
    xs, ys = zip(*(map(float, point.split(",")) for point in points), strict=True)
    return min(xs), max(xs), min(ys), max(ys)


def center(group):
    ellipse = group.find(f"{{{SVG}}}ellipse")
    return float(ellipse.get("cx")), float(ellipse.get("cy"))


@pytest.mark.parametrize("stem", MODELS)
def test_nodes_and_edges_are_the_models(stem):
    model = MODELS[stem]
    nodes, edges, plates = parts(plate(stem).svg)
    assert set(nodes) == {*model.fixed, *model.latent, *model.observed}
    assert edges == set(model.edges)
    assert set(plates) == set(model.plates)


def test_the_models_are_those_of_the_chapters():
    assert MODELS["complete_pooling"].plates == {"department d": ("t",)}
    assert MODELS["no_pooling"].plates == {"department d": ("theta", "t")}
    assert {"mu theta", "tau theta", "theta t", "sigma t"} < set(MODELS["partial_pooling"].edges)
    assert set(MODELS["partial_pooling"].latent) == {"mu", "tau", "theta"}


@pytest.mark.parametrize("stem", MODELS)
def test_shape_tells_what_a_quantity_is(stem):
    nodes, _, _ = parts(plate(stem).svg)
    for name, group in nodes.items():
        ellipse = group.find(f"{{{SVG}}}ellipse")
        assert (ellipse is None) == (name in MODELS[stem].fixed)
        if ellipse is not None:
            assert (ellipse.get("fill-opacity") is not None) == (name in MODELS[stem].observed)


@pytest.mark.parametrize("stem", MODELS)
def test_a_plate_holds_its_own_and_nothing_else(stem):
    nodes, _, plates = parts(plate(stem).svg)
    for label, held in MODELS[stem].plates.items():
        left, right, top, bottom = box(plates[label])
        for name, group in nodes.items():
            if group.find(f"{{{SVG}}}ellipse") is not None:
                x, y = center(group)
                assert (left < x < right and top < y < bottom) == (name in held)


def test_a_plate_within_a_plate_is_drawn_within():
    _, _, plates = parts(draw(RAGGED, title="ragged").svg)
    left, right, top, bottom = box(plates["department d"])
    inner = box(plates["arrival i"])
    assert left < inner[0] < inner[1] < right
    assert top < inner[2] < inner[3] < bottom


def test_subscripts_are_set_lower():
    nodes, _, _ = parts(draw(RAGGED, title="ragged").svg)
    text = nodes["t"].find(f"{{{SVG}}}text")
    assert text.text == "t"
    assert text[0].text == "d,i"
    assert float(text[0].get("dy")) > 0


def test_names_with_underscores_are_no_subscripts():
    model = RAGGED._replace(fixed={"sigma": "sigma_0"})
    nodes, _, _ = parts(draw(model, title="x").svg)
    assert nodes["sigma"].find(f"{{{SVG}}}text").text == "sigma_0"


def test_fixed_values_carry_a_dot_and_learned_ones_none():
    for model in MODELS.values():
        for symbols, dotted in ((model.fixed, True), (model.latent | model.observed, False)):
            for symbol in symbols.values():
                assert ("\N{COMBINING DOT ABOVE}" in normalize("NFD", symbol)) is dotted


def test_the_words_say_the_graph():
    alt = draw(RAGGED, title="ragged arrivals").alt
    assert alt == (
        "Plate diagram of ragged arrivals. Fixed: sigma. Unknown: mu, theta. Observed: t. "
        "Repeated for each arrival i: t. Repeated for each department d: theta, t. "
        "Arrows: mu to theta, theta to t, sigma to t."
    )


@pytest.mark.parametrize("stem", MODELS)
def test_it_follows_the_page(stem):
    svg = plate(stem).svg
    for fixed in ("black", "white", "gray", "#000", "#fff", "font-family"):
        assert fixed not in svg
    assert "currentColor" in svg


def test_it_is_drawn_once_and_alike():
    assert plate("no_pooling") is plate("no_pooling")
    assert draw(MODELS["no_pooling"], title="no pooling") == plate("no_pooling")


def test_unknown_stems_and_names_are_refused():
    with pytest.raises(ValueError, match=r"stem must be one of complete_pooling, .*got 'all_pooling'"):
        plate("all_pooling")
    with pytest.raises(ValueError, match=r"edges must name declared quantities .*got 'nu'"):
        draw(RAGGED._replace(edges=("nu t",)), title="x")
    with pytest.raises(ValueError, match=r"plates must name declared quantities .*got 'x'"):
        draw(RAGGED._replace(plates={"department d": ("x",)}), title="x")


def test_diagrams_do_not_load_matplotlib():
    code = "import sys, pooling.diagrams; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
