"""A diagram shows exactly the model's quantities, arrows, plates and what was observed."""

import re
import subprocess
import sys
from math import dist
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from pooling import (
    fifty_schools,
    funnel,
    group_predictors,
    information_flow,
    outlier_slopes,
    proportions,
    varying_slopes,
)
from pooling.plots.diagrams import MODELS, Model, draw, of_pymc, plate
from pooling.plots.picture import SVG

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


def middle(group):
    """Return where a node is: the middle of its circle, or its letter."""
    ellipse = group.find(f"{{{SVG}}}ellipse")
    if ellipse is not None:
        return float(ellipse.get("cx")), float(ellipse.get("cy"))
    text = group.find(f"{{{SVG}}}text")
    return float(text.get("x")), float(text.get("y"))


def ends(group):
    """Return where an arrow begins, and its point."""
    path = [float(n) for n in re.findall(r"-?[\d.]+", group.find(f"{{{SVG}}}path").get("d"))]
    head = group.find(f"{{{SVG}}}polygon").get("points").split()
    return tuple(path[:2]), tuple(float(n) for n in head[1].split(","))


#: What each quantity's distribution is given, in the order of the chapters' sentences: t ~ N(theta, sigma).
_MEETING = {"mu": "mu_scale", "tau": "tau_scale", "theta": "mu tau", "t": "theta sigma"}
PARENTS = {
    "complete_pooling": {"theta": "mu tau", "t": "theta sigma"},
    "no_pooling": {"theta": "mu tau", "t": "theta sigma"},
    "partial_pooling": _MEETING,
    "missing_data": _MEETING,
    "learned_variance": _MEETING | {"sigma": "sigma_scale"},
    "shrinkage_formula": {"alpha": "mu tau", "y": "alpha sigma"},
    "exact_posterior": {"mu": "mu_scale", "tau": "tau_scale", "theta": "mu tau", "y": "theta se"},
}
#: What there is one of for each department (or school), and for each who arrives (or is tested).
EACH = {
    "complete_pooling": ["t"],
    "no_pooling": ["t theta"],
    "partial_pooling": ["t theta"],
    "missing_data": ["t theta", "t"],
    "learned_variance": ["sigma t theta", "t"],
    "shrinkage_formula": ["alpha y", "y"],
    "exact_posterior": ["se theta y"],
}
#: The letters that the formulas use, with a dot where a value is fixed; what follows one is its subscript.
_FIXED = {"mu": "μ̇", "tau": "τ̇", "sigma": "σ̇"}
_LEARNED = {"mu_scale": "ṁ", "tau_scale": "ṡ", "mu": "μ", "tau": "τ"}
LETTERS = {
    "complete_pooling": {**_FIXED, "theta": "θ", "t": "td"},
    "no_pooling": {**_FIXED, "theta": "θd", "t": "td"},
    "partial_pooling": {**_LEARNED, "theta": "θd", "sigma": "σ̇", "t": "td"},
    "missing_data": {**_LEARNED, "theta": "θd", "sigma": "σ̇", "t": "td,i"},
    "learned_variance": {**_LEARNED, "sigma_scale": "ṙ", "theta": "θd", "sigma": "σd", "t": "td,i"},
    "shrinkage_formula": {"mu": "μ̇", "tau": "σ̇α", "sigma": "σ̇y", "alpha": "αj", "y": "yj,i"},
    "exact_posterior": {**_LEARNED, "se": "σ̇j", "theta": "θj", "y": "yj"},
}


def test_every_model_is_held_to_the_tables():
    assert MODELS.keys() == PARENTS.keys() == EACH.keys() == LETTERS.keys()


@pytest.mark.parametrize("stem", PARENTS)
def test_arrows_come_from_what_a_distribution_is_given(stem):
    svg = plate(stem).svg
    nodes, edges, _ = parts(svg)
    assert edges == {f"{p} {child}" for child, given in PARENTS[stem].items() for p in given.split()}
    for group in ElementTree.fromstring(svg).iter(f"{{{SVG}}}g"):
        if "data-edge" in group.attrib:
            for name, end in zip(group.get("data-edge").split(), ends(group), strict=True):
                away = {other: dist(end, middle(node)) for other, node in nodes.items()}
                assert min(away, key=away.get) == name, group.get("data-edge")


@pytest.mark.parametrize("stem", EACH)
def test_a_box_is_around_what_there_is_many_of(stem):
    nodes, _, plates = parts(plate(stem).svg)
    held = []
    for group in plates.values():
        left, right, top, bottom = box(group)
        at = {name: middle(node) for name, node in nodes.items()}
        held.append(" ".join(sorted(n for n, (x, y) in at.items() if left < x < right and top < y < bottom)))
    assert sorted(held) == sorted(EACH[stem])


@pytest.mark.parametrize("stem", LETTERS)
def test_a_node_has_the_formulas_letter(stem):
    nodes, _, _ = parts(plate(stem).svg)
    drawn = {name: "".join(group.find(f"{{{SVG}}}text").itertext()) for name, group in nodes.items()}
    assert {name: normalize("NFC", letter) for name, letter in drawn.items()} == {
        name: normalize("NFC", letter) for name, letter in LETTERS[stem].items()
    }


@pytest.mark.parametrize("stem", PARENTS)
def test_a_circle_is_random_and_a_shaded_one_was_observed(stem):
    """Shading lets the letter be read: a sixth of the page's own colour, about."""
    nodes, _, _ = parts(plate(stem).svg)
    for name, group in nodes.items():
        ellipse = group.find(f"{{{SVG}}}ellipse")
        assert (ellipse is not None) == (name in PARENTS[stem]), name
        if ellipse is None:
            continue
        if name in ("t", "y"):
            assert ellipse.get("fill") == "currentColor"
            assert 0.1 <= float(ellipse.get("fill-opacity")) <= 0.3
        else:
            assert ellipse.get("fill") == "none", name


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


@pytest.fixture(scope="module")
def pymc_model():
    import pymc as pm

    with pm.Model(coords={"city": range(3), "year": range(2)}) as model:
        x = pm.Data("x", [1.0, 2.0, 3.0], dims="city")
        mu = pm.Normal("mu", 0, 1)
        theta = pm.Normal("theta", mu, 1, dims="city")
        twice = pm.Deterministic("twice", 2 * theta, dims="city")
        both = pm.Normal("both", 0, 1, dims=("city", "year"))
        pm.Potential("bound", -both.sum())
        pm.Normal("y", twice * x, 1, observed=[1, 2, 3], dims="city")
    return model


#: The models whose graphs the chapters show.
PYMC = {
    "fifty_schools": lambda: fifty_schools.partial_pooling_model(fifty_schools.simulate()),
    "outlier_slopes": lambda: outlier_slopes.centred_model(outlier_slopes.simulate()),
    "information_flow": lambda: information_flow.partial_pooling_model(
        information_flow.simulate(), centred=True
    ),
    "funnel": lambda: funnel.centred_model(funnel.EIGHT_SCHOOLS),
    "funnel, non-centred": lambda: funnel.non_centred_model(funnel.EIGHT_SCHOOLS),
    "proportions": lambda: proportions.partial_pooling_model(proportions.data()),
    "group_predictors": lambda: group_predictors.uranium_model(group_predictors.data()),
    "varying_slopes": lambda: varying_slopes.centred_model(varying_slopes.data()),
}


def arrows_of(model):
    """Return pairs of names, by a walk from each variable of PyTensor's graph up to the next with a name."""
    named = set(model.named_vars.values())

    def above(variable):
        for one in variable.owner.inputs if variable.owner else ():
            yield from (one.name,) if one in named else above(one)

    return {f"{parent} {child.name}" for child in named for parent in above(child)}


def plate_of(model, name):
    """Return what the plate of a variable says: its dims with their lengths, or, without names, its shape."""
    if dims := model.named_vars_to_dims.get(name):
        return " x ".join(f"{dim} ({len(model.coords[dim])})" for dim in dims)
    return " x ".join(str(length) for length in model.named_vars[name].shape.eval())


@pytest.mark.parametrize("stem", PYMC)
def test_a_chapters_graph_is_its_models(stem):
    model = PYMC[stem]()
    nodes, edges, plates = parts(of_pymc(model, title=stem).svg)
    assert edges == arrows_of(model)
    assert set(nodes) == set(model.named_vars)
    dims = {name: plate_of(model, name) for name in nodes}
    assert set(plates) == set(dims.values()) - {""}
    seen = {variable.name for variable in (*model.observed_RVs, *model.data_vars)}
    for name, group in nodes.items():
        x, y = middle(group)
        inside = {label for label, plate in plates.items() if within(x, y, plate)}
        assert inside == {dims[name]} - {""}, name
        shaded = [shape.get("fill-opacity") for shape in group if shape.get("fill-opacity")]
        assert bool(shaded) == (name in seen), name
        kind = [text.text for text in group.iter(f"{{{SVG}}}text")][-1]
        free = model.named_vars[name].owner and model.named_vars[name] in model.basic_RVs
        assert (kind in ("Data", "Deterministic")) != bool(free), (name, kind)


def within(x, y, plate):
    """Return whether a point lies in a plate of `of_pymc`, a path with rounded corners."""
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", plate.find(f"{{{SVG}}}path").get("d"))]
    return min(numbers[::2]) < x < max(numbers[::2]) and min(numbers[1::2]) < y < max(numbers[1::2])


def test_pymcs_graph_is_drawn_whole(pymc_model):
    nodes, edges, plates = parts(of_pymc(pymc_model, title="cities").svg)
    assert set(nodes) == {"x", "mu", "theta", "twice", "both", "bound", "y"}
    assert edges == {"mu theta", "theta twice", "twice y", "x y", "both bound"}
    assert set(plates) == {"city (3)", "city (3) x year (2)"}
    shaded = {name for name, group in nodes.items() if any(shape.get("fill-opacity") for shape in group)}
    assert shaded == {"x", "y", "bound"}
    texts = [text.text for text in nodes["theta"].iter(f"{{{SVG}}}text")]
    assert texts == ["theta", "~", "Normal"]


@pytest.mark.parametrize("length", [3, 2733, 1_000_000])
def test_a_plates_label_keeps_away_from_its_border(length):
    """Also in a font as wide as DejaVu Sans, whose letters take 0.65 of their height."""
    import pymc as pm

    with pm.Model(coords={"student": range(length)}) as model:
        pm.Normal("y", 0, 1, dims="student")
    root = ElementTree.fromstring(of_pymc(model, title="students").svg)
    (plate,) = (group for group in root.iter(f"{{{SVG}}}g") if "data-cluster" in group.attrib)
    xs = [float(x) for x in re.findall(r"(-?[\d.]+),", plate.find(f"{{{SVG}}}path").get("d"))]
    (label,) = (text for text in root.iter(f"{{{SVG}}}text") if text.text == f"student ({length})")
    reach = 0.65 * float(label.get("font-size")) * len(label.text) / 2
    assert float(label.get("x")) - reach > min(xs) + 3
    assert float(label.get("x")) + reach < max(xs) - 3


def test_pymcs_graph_is_said(pymc_model):
    assert of_pymc(pymc_model, title="three cities").alt == (
        "PyMC's graph of three cities. Once: mu ~ Normal, bound ~ Potential. In the box city (3): x ~ Data, "
        "theta ~ Normal, twice ~ Deterministic, y ~ Normal. In the box city (3) x year (2): both ~ Normal. "
        "Observed: y. Arrows: x to y, mu to theta, theta to twice, twice to y, both to bound."
    )


def test_names_that_graphviz_would_not_take_are_drawn():
    import pymc as pm

    with pm.Model() as model, pm.Model("sub"):
        pm.Normal("y [m]", pm.Normal("long name"), 1)
    assert of_pymc(model, title="nested").alt.endswith("Arrows: sub::long name to sub::y [m].")


def test_pymcs_graph_is_drawn_once_and_alike(pymc_model):
    first = of_pymc(pymc_model, title="cities")
    assert of_pymc(pymc_model, title="cities") is first  # though PyMC lists its nodes in any order
    assert "currentColor" in first.svg
    for fixed in ("black", "white", "gray", "#000", "#fff", "font-family"):
        assert fixed not in first.svg


def test_arrows_keep_off_the_plates_labels(pymc_model):
    root = ElementTree.fromstring(of_pymc(pymc_model, title="cities").svg)
    labels = [t for t in root.iter(f"{{{SVG}}}text") if t.text in ("city (3)", "city (3) x year (2)")]
    assert len(labels) == 2
    for label in labels:
        x, y, half = float(label.get("x")), float(label.get("y")), 3.2 * len(label.text)
        for path in (g.find(f"{{{SVG}}}path") for g in root.iter(f"{{{SVG}}}g") if "data-edge" in g.attrib):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))]
            for u, v in zip(numbers[::2], numbers[1::2], strict=True):
                assert not (abs(u - x) < half and -12 < v - y < 3)


def test_diagrams_do_not_load_matplotlib():
    code = "import sys, pooling.plots.diagrams; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
