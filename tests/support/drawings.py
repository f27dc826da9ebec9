"""What explorers draw and tell, read back: their view.js runs in Node, on a page that stands in for one.

A drawing is read as a reader does: an axis by its tick labels, a mark by the look that the legend gives it.
All places are pixels of the drawing until an `Axis` makes values of them.
"""

import json
import re
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from node import answering
from pooling.explorer import STEMS, Choice, explore

DRAWN = [stem for stem in STEMS if stem != "own_groups"]  # it draws nothing before a table is there
PIXEL = 0.16  # what is drawn is rounded to a tenth, and so are the ticks that an axis is known by
_NUMBER = re.compile(r"−?\d+(\.\d+)?")
_SHOWN = """
import { shown } from "PAGE";
import view from "VIEW";
const answer = shown(view, TRAITS);
"""


def number(text):
    """Return the number that a label says, whose minus sign is one."""
    return float(text.replace("−", "-"))


def numbers(text):
    """Return all numbers in a text, in their order."""
    return [number(one) for one in re.findall(r"[−-]?\d+(?:\.\d+)?|[−-]?\.\d+", text)]


class Axis(NamedTuple):
    """Where values stand along one axis: at start + slope · value, or · log10 of it."""

    slope: float
    start: float
    log: bool = False

    @classmethod
    def through(cls, values, at, *, log=False):
        """Return the axis through ticks, which must be on one line."""
        values = np.log10(values) if log else np.asarray(values, float)
        slope, start = np.polyfit(values, at, 1)
        np.testing.assert_allclose(start + slope * values, at, atol=PIXEL)
        return cls(slope, start, log)

    def at(self, values):
        """Return the pixels of values."""
        values = np.asarray(values, float)
        return self.start + self.slope * (np.log10(values) if self.log else values)

    def value(self, pixels):
        """Return the values of pixels."""
        x = (np.asarray(pixels, float) - self.start) / self.slope
        return 10**x if self.log else x

    def says(self, pixels, values):
        """Check that what stands there shows these values, to the tenth of a pixel that is drawn."""
        found, expected = self.value(pixels), np.asarray(values, float)
        if self.log:
            found, expected = np.log10(found), np.log10(expected)
        np.testing.assert_allclose(found, expected, rtol=0, atol=PIXEL / abs(self.slope))


class Plot(NamedTuple):
    """The axes of a plot; one without tick labels is None."""

    x: Axis | None
    y: Axis | None


class Table(NamedTuple):
    """A table of the page: its heads, and each row's head, texts and quantities, column by column."""

    heads: list
    rows: list


class Drawing:
    """A page with an explorer, as it is after its controls were set."""

    def __init__(self, xml):
        self.root = ElementTree.fromstring(xml)
        self.parent = {child: node for node in self.root.iter() for child in node}

    @property
    def xml(self):
        """All of it as XML."""
        return ElementTree.tostring(self.root, encoding="unicode")

    # --- nodes, by their classes -----------------------------------------------------------------------

    def all(self, kinds, within=None):
        """Return the nodes that have all of these classes, in the order in which they are drawn."""
        wanted = set(kinds.split())
        found = (self.root if within is None else within).iter()
        return [node for node in found if wanted <= set(node.get("class", "").split())]

    def one(self, kinds, within=None):
        """Return the one node that has these classes."""
        (node,) = self.all(kinds, within)
        return node

    def drawn(self, kinds=""):
        """Return the nodes that are drawn, of these classes."""
        return [
            node for place in (*self.all("pe-map"), *self.all("pe-stage")) for node in self.all(kinds, place)
        ]

    def looks(self):
        """Return the marks of the legend, each by the classes of its parts, by their words."""
        items = self.one("pe-legend").findall("li")
        return {item.find("span").text: [part.get("class") for part in item.find("svg")] for item in items}

    def like(self, words, part=0):
        """Return the nodes of the drawing that look like a part of a mark of the legend.

        A class that says whose it is may be that of a group around it.
        """
        mark, *whose = self.looks()[words][part].split()
        return [node for node in self.drawn(mark) if set(whose) <= self.around(node)]

    def around(self, node):
        """Return the classes of a node, and of the groups around it."""
        classes = set()
        while node is not None:
            classes |= set(node.get("class", "").split())
            node = self.parent.get(node)
        return classes

    def hidden(self, node):
        """Return whether a node is not seen, or a group around it."""
        while node is not None and node.get("visibility") != "hidden" and node.get("display") != "none":
            node = self.parent.get(node)
        return node is not None

    # --- places, in pixels ---------------------------------------------------------------------------------

    def origin(self, node):
        """Return where a node's own (0, 0) is: the groups around it are moved."""
        moved = np.zeros(2)
        while (node := self.parent.get(node)) is not None:
            moved += _moved(node)
        return moved

    def place(self, node):
        """Return where the middle of a mark is."""
        if node.get("cx"):
            return self.origin(node) + np.array([float(node.get("cx")), float(node.get("cy"))])
        return self.origin(node) + _moved(node)

    def pieces(self, node):
        """Return the places of each piece of a path, (n, 2)."""
        return [piece + self.origin(node) for piece in _pieces(node.get("d"))]

    def ends(self, node):
        """Return where each piece of a path begins, and where it ends, (pieces, 2) both."""
        pieces = self.pieces(node)
        return (np.array([piece[n] for piece in pieces]).reshape(-1, 2) for n in (0, -1))

    def middles(self, node):
        """Return the middle of each piece of a path, such as rings, (pieces, 2)."""
        boxes = [(piece.min(axis=0) + piece.max(axis=0)) / 2 for piece in self.pieces(node)]
        return np.array(boxes).reshape(-1, 2)

    def plot(self, node, *, log="", only="xy"):
        """Return the axes that a node's tick labels make; `log`, "x" or "y", is a logarithmic one."""
        lines = [piece for path in self.all("pe-grid", node) for one in path.iter("path")
                 for piece in self.pieces(one)]  # fmt: skip
        axes = {}
        for name, anchor, k in (("x", "middle", 0), ("y", "end", 1)):
            texts = [
                text
                for text in self.all("pe-tick", node)
                if text.get("text-anchor") == anchor and _NUMBER.fullmatch(text.text or "")
            ]
            at = [self.origin(text)[k] + float(text.get(name)) - 4 * k for text in texts]
            for one in at:  # a label stands at a line
                gaps = [abs(piece[0, k] - one) for piece in lines if np.ptp(piece[:, k]) == 0]
                assert not gaps or min(gaps) < PIXEL
            values = [number(text.text) for text in texts]
            known = name in only and len(at) > 1
            axes[name] = Axis.through(values, at, log=name == log) if known else None
        assert axes["x"] is None or axes["x"].slope > 0
        assert axes["y"] is None or axes["y"].slope < 0
        return Plot(**axes)

    # --- words and numbers ---------------------------------------------------------------------------------

    def texts(self, kinds="", within=None):
        """Return the words of nodes, of drawn texts if no classes are given."""
        nodes = self.all(kinds, within) if kinds else [node for node in self.drawn() if node.tag == "text"]
        return ["".join(node.itertext()) for node in nodes]

    def told(self):
        """Return the numbers of the page, by quantity."""
        outputs = [node for node in self.root.iter("output") if node.get("data-quantity")]
        return {node.get("data-quantity"): float(node.get("data-value")) for node in outputs}

    def tables(self):
        """Return the tables of numbers."""
        return [_table(node) for node in self.one("pe-numbers").iter("table")]

    def voice(self):
        """Return what is said once all is at rest."""
        return self.one("pe-voice").text or ""


def _moved(node):
    """Return by how much a node moves what is in it, in pixels."""
    text = " ".join([node.get("transform", ""), node.get("style", "")])
    found = re.search(r"translate\((-?[\d.]+)(?:px)?,(-?[\d.]+)", text)
    return np.array([float(one) for one in found.groups()]) if found else np.zeros(2)


def _pieces(path):
    """Return the corners of each piece of a path, which may be closed; of an arc, where it ends."""
    pieces, at = [], np.zeros(2)
    for letter, text in re.findall(r"([MmLlHhVvAaCZ])([^MmLlHhVvAaCZ]*)", path):
        found = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", text), float)
        kind, start = letter.upper(), at * letter.islower()
        if kind == "Z":
            at = pieces[-1][0]
            pieces[-1].append(at)
            continue
        if (k := "HV".find(kind)) >= 0:
            steps = np.tile(at, (found.size, 1))
            steps[:, k] = start[k] + found
        else:
            size = {"A": 7, "C": 6}.get(kind, 2)
            steps = start + found.reshape(-1, size)[:, -2:]
        if kind == "M":
            pieces.append([])
        pieces[-1].extend(steps)
        at = steps[-1]
    return [np.array(piece) for piece in pieces]


def _table(node):
    """Return a table as a reader sees it."""
    rows = []
    for row in node.find("tbody").findall("tr"):
        cells = [
            ([o.text for o in cell.iter("output")], [o.get("data-quantity") for o in cell.iter("output")])
            for cell in row.findall("td")
        ]
        rows.append((row.find("th").text, cells))
    return Table([head.text for head in node.find("thead").iter("th")], rows)


class Curve(NamedTuple):
    """What is drawn of a curve, the corners of its path, and what it should be: a density of values."""

    axis: Axis
    places: np.ndarray
    foot: float
    density: Callable

    def heights(self):
        """Return how high it is drawn, what it should be, and how much that is in a tenth of a pixel."""
        x = self.places[:, 0]
        here, *near = (self.density(self.axis.value(x + off)) for off in (0, -0.1, 0.1))
        return self.foot - self.places[:, 1], here, np.max(np.abs(np.array(near) - here), axis=0)


def on_one_scale(curves):
    """Check that curves are what they should be, on one scale; return its pixels per unit of density.

    Each corner leaves it some room, as what is drawn is rounded: there must be a scale that all allow.
    """
    drawn, expected, slack = (np.concatenate(one) for one in zip(*map(Curve.heights, curves), strict=True))
    assert drawn.max() > 20  # something is drawn
    nothing = 1e-9 * expected.max()
    low = ((drawn - PIXEL) / (expected + slack + nothing)).max()
    sure = expected > slack + nothing
    high = ((drawn + PIXEL)[sure] / (expected - slack)[sure]).min()
    assert low < high, f"no scale: at least {low:g} and at most {high:g} pixels"
    return (low + high) / 2


def random_settings(kind, rng):
    """Return settings on the steps of each control, as they may be set on the page."""

    def on_steps(one, size=None):
        low, high = getattr(one, "begin", None) or (one.min, one.max)
        return low + one.step * rng.integers(0, round((high - low) / one.step) + 1, size)

    drawn = {one.name: float(on_steps(one)) for one in kind.controls}
    for one in kind.held:
        if isinstance(one, Choice):
            drawn[one.name] = str(rng.choice(one.options))
        elif hasattr(one, "most"):  # arrivals of each department
            drawn[one.name] = [on_steps(one, rng.integers(0, one.most + 1)).tolist() for _ in one.initial]
        else:
            drawn[one.name] = np.round(on_steps(one, len(one.initial)), 6).tolist()
    return drawn


def initial(kind):
    """Return the settings with which an explorer begins."""
    held = {one.name: one.initial for one in kind.held}
    return {one.name: one.initial for one in kind.controls} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in held.items()
    }


def arguments(kind, settings):
    """Return settings as Python's functions take them."""
    values = {one.name: settings[one.name] for one in kind.controls}
    values |= {one.name: one.value(settings[one.name]) for one in kind.held}
    return kind.collect(values) if kind.collect else values


def everywhere(stem, *, seed, number=2, widths=(900, 360)):
    """Yield settings as Python's functions take them, and what is drawn at them, on a wide and a narrow page.

    Those at the start, with all sliders at one end and at the other, each choice, and a number anywhere.
    """
    kind, rng = explore(stem).kind, np.random.default_rng(seed)
    start = initial(kind)
    low, high = (
        start | {one.name: float((one.begin or (one.min, one.max))[end]) for one in kind.controls}
        for end in (0, 1)
    )
    chosen = [start | {one.name: option} for one in kind.held for option in getattr(one, "options", ())[1:]]
    with shown(stem) as show:
        for settings in [start, low, high, *chosen, *(random_settings(kind, rng) for _ in range(number))]:
            for width in widths:
                yield arguments(kind, settings), show(settings, width=width)


@contextmanager
def opened(folder, traits):
    """Show the view.js of a folder; yield a function from traits that are set to what is drawn."""
    program = _SHOWN.replace("PAGE", Path(__file__).with_name("page.js").as_uri())
    program = program.replace("VIEW", (folder / "view.js").as_uri())
    with answering(program.replace("TRAITS", json.dumps(traits, default=list))) as ask:

        def show(traits, *, before=None, width=900, press=(), idle=None):
            asked = {"set": traits, "before": before, "width": width, "press": press, "idle": idle}
            told = ask(asked)
            assert isinstance(told, str), told
            return Drawing(told)

        yield show


@contextmanager
def shown(stem):
    """Show an explorer; yield a function from settings, those at the start if there are none, to its Drawing.

    It also takes what was set `before`, the width of the page, and what is pressed, one after the other:
    {"words": "Reset"}, or {"class": "pe-point", "nth": 2, "type": "pointerdown", "event": {…}}; and whether
    the page is `idle` "before" the settings change, or "after".
    """
    explorer = explore(stem)
    kind = explorer.kind
    traits = {name: value for name, value in explorer.figure.get_state().items() if name[0] != "_"}
    traits.pop("layout")
    trait = {one.name: one.trait for one in (*kind.controls, *kind.held)}

    def by_trait(settings):
        return {trait[name]: value for name, value in settings.items()}

    with opened(kind.folder, traits) as draw:

        def show(settings=None, *, before=None, **page):
            now = by_trait(initial(kind) if settings is None else settings)
            return draw(now, before=before and by_trait(before), **page)

        yield show
