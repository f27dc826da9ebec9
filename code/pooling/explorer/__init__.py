"""All chapters: the explorers, a posterior under the reader's hand, on the static page as in a live notebook.

`explore` returns a box of sliders and one figure. The figure computes the posterior in the browser
(`engine.js`, which mirrors the Python) and draws it, so that nothing here runs when a slider moves and a
page without a kernel behaves like a page with one.

A folder an explorer: `explorer/<stem>/__init__.py` states it (`EXPLORER`, a `Kind`) and says in Python what
numbers its page tells (`numbers`); `engine.js` computes without the page, `compute(settings, data)` and
`number(result, quantity)`; `view.js` draws. `frontend` is shared; so is `meetings`, chapters 1 to 7.
"""

import importlib

import anywidget
import ipywidgets
import traitlets
from IPython.display import HTML, display

from pooling.explorer import frontend
from pooling.explorer.controls import Choice, Control, Values
from pooling.explorer.kind import Kind

__all__ = ["MODULES", "STEMS", "Choice", "Control", "Explorer", "Kind", "Values", "explore"]

#: The module here that states each explorer (`EXPLORER` and `numbers`): the front page's, then by chapter.
MODULES = {
    "front": "front",
    "complete_pooling": "meetings.complete_pooling",
    "no_pooling": "meetings.no_pooling",
    "partial_pooling": "meetings.partial_pooling",
    "hyperpriors": "meetings.hyperpriors",
    "missing_data": "meetings.missing_data",
    "learned_variance": "meetings.learned_variance",
    "models_contrasted": "meetings.models_contrasted",
    "shrinkage_formula": "shrinkage_formula",
    "exact_posterior": "exact_posterior",
    "fifty_schools": "fifty_schools",
    "outlier_slopes": "outlier_slopes",
    "information_flow": "information_flow",
    "funnel": "funnel",
    "calibration": "calibration",
    "proportions": "proportions",
    "group_predictors": "group_predictors",
    "varying_slopes": "varying_slopes",
    "own_groups": "own_groups",
}
STEMS = tuple(MODULES)

# The theme puts every HTML output of a dark page on a light box; a picture that follows the page needs none.
NO_BOX = (
    "<style>.text_html:has(>.pooling-explorer-static)"
    "{background:none!important;color:inherit!important;padding:0!important}</style>"
)
_ENDS = ("min", "max")  # of a slider


class Figure(anywidget.AnyWidget):
    """The drawing: one synced trait a setting, which its JavaScript reads and writes.

    `controls` have sliders, or stand still; of what it is `held` the drawing itself is the control.
    """

    stem = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    held = traitlets.List().tag(sync=True)
    presets = traitlets.List().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)

    def __init__(self, stem, kind):
        self._esm = frontend.script(kind.folder)
        self._css = frontend.style(kind.folder)
        settings = [*((c, traitlets.Float) for c in kind.controls), *((h, traitlets.Any) for h in kind.held)]
        self.add_traits(**{one.trait: sort(one.initial).tag(sync=True) for one, sort in settings})
        ends = {f"{c.trait}_{end}": getattr(c, end) for c in kind.controls if c.most for end in _ENDS}
        self.add_traits(**{name: traitlets.Float(float(end)).tag(sync=True) for name, end in ends.items()})
        told = [
            [{**one._asdict(), "trait": one.trait} for one in group] for group in (kind.controls, kind.held)
        ]
        accept = kind.accept or dict
        presets = [one._asdict() | {"settings": accept(one.settings)} for one in kind.presets]
        super().__init__(stem=stem, controls=told[0], held=told[1], presets=presets, data=dict(kind.data))


class Explorer(ipywidgets.VBox):
    """Sliders linked in the browser to one figure; `posterior()` goes on from where they stand.

    Attributes
    ----------
    stem : str
        The chapter whose model it shows.
    sliders : dict of str to ipywidgets.FloatSlider
        By the name of the setting, such as "tau_scale" or "t[MATH]".
    figure : Figure
        The drawing. It has a trait for what is moved on it: `figure.t`, a list of minutes for each
        department, where arrivals are points; `figure.chosen`, a stem, where a model is chosen.
    """

    def __init__(self, stem, kind):
        self.stem = stem
        self.kind = kind
        self.figure = Figure(stem, kind)
        self.controls = kind.controls
        self.held = kind.held
        self.sliders = {c.name: _slider(c) for c in kind.controls if c.slider}
        self.links = [
            ipywidgets.jslink((self.sliders[c.name], "value"), (self.figure, c.trait))
            for c in kind.controls
            if c.slider
        ]
        # A slider grows to a number that is typed
        self.ends = [
            ipywidgets.jslink((self.sliders[c.name], end), (self.figure, f"{c.trait}_{end}"))
            for c in kind.controls
            if c.slider and c.most
            for end in _ENDS
        ]
        arrivals = [slider for name, slider in self.sliders.items() if name.startswith("t[")]
        settings = [slider for name, slider in self.sliders.items() if not name.startswith("t[")]
        groups = [ipywidgets.VBox(group) for group in (settings, arrivals) if group]
        for group in groups:
            group.add_class("pooling-explorer-group")
        box = ipywidgets.HBox(groups)
        box.add_class("pooling-explorer-controls")
        super().__init__([box, self.figure])
        self.first = self.settings()  # the state that is shown to who has no JavaScript
        self.add_class("pooling-explorer-box")

    def settings(self):
        """Return what is set, by name: the arguments of `posterior`."""
        # A slider in the browser may come to stand at 10.000000000000002.
        values = {c.name: getattr(self.figure, c.trait) for c in self.controls}
        values |= {name: round(slider.value, 6) for name, slider in self.sliders.items()}
        values |= {one.name: one.value(getattr(self.figure, one.trait)) for one in self.held}
        return self.kind.collect(values) if self.kind.collect else values

    def posterior(self):
        """Return the Python posterior of the chapter's model, or of the one chosen, as things are set."""
        return self.kind.posterior(self.settings())

    def _ipython_display_(self):
        """Show a still picture, which the live figure then hides, and the widgets."""
        picture = self.kind.still(self.first)
        display(HTML(f'<div class="pooling-explorer-static">{NO_BOX}{picture._repr_html_()}</div>'))
        display(self._repr_mimebundle_(), raw=True)


def _slider(control):
    slider = ipywidgets.FloatSlider(
        value=control.initial,
        min=control.min,
        max=control.max,
        step=control.step,
        description=control.words,
        readout_format=f".{control.decimals}f",
    )
    slider.add_class(f"pooling-control-{control.trait}")
    return slider


def explore(stem, **settings):
    """Return the explorer of a chapter.

    Parameters
    ----------
    stem : str
        The chapter's: one of `STEMS`.
    **settings
        Where its controls begin, and where its reset returns to; on the page a reader may go farther. In
        chapters 1 to 7: t, array_like (3,), minutes in [-40, 40]; sigma in [5, 30]; mu in [-20, 20] and tau
        in [1, 20], or mu_scale and tau_scale in [1, 20]; sigma_scale in [1, 20] in place of sigma where that
        is learned. Scales are sds in steps of half a minute, the others are whole minutes. In "hyperpriors" t
        and sigma stay where they begin. From "missing_data" on t has up to 8 arrivals a department, (3,) or
        (3, N), NaN = nobody there, each of them a point on the plot; "models_contrasted" also takes model,
        the stem of the one chosen first. Those of later chapters are named where they are stated, in
        `pooling.explorer.<stem>`; a wrong name is answered by the right ones.

    Returns
    -------
    Explorer
        An `ipywidgets.VBox`; its `posterior()` is the Python posterior at the current settings.

    Raises
    ------
    ValueError
        If there is no such explorer or setting, or a value is not on its slider.

    Examples
    --------
    >>> explorer = explore("partial_pooling", tau_scale=10)
    >>> print(f"{explorer.posterior().theta.mean[2]:.1f}")
    11.2
    """
    if stem not in STEMS:
        raise ValueError(f"stem must be one of {', '.join(STEMS)}, got {stem!r}")
    # Only this explorer's module, so that a chapter depends on its own: see tools/sphinx_ext/chapter_key.py.
    kind = importlib.import_module(f"pooling.explorer.{MODULES[stem]}").EXPLORER
    names = kind.names or tuple(one.name for one in (*kind.controls, *kind.held))
    for name in settings:
        if name not in names:
            raise ValueError(f"the settings of {stem} are {', '.join(names)}; got {name!r}")
    if kind.accept:
        settings = kind.accept(settings)
    controls = [c._replace(initial=c.checked(settings.get(c.name, c.initial))) for c in kind.controls]
    held = [one.checked(settings[one.name]) if one.name in settings else one for one in kind.held]
    return Explorer(stem, kind._replace(controls=controls, held=held))
