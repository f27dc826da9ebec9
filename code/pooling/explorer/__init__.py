"""The explorers: a posterior under the reader's hand, on the static page as in a live notebook.

`explore` returns a box of sliders and one figure. The figure computes the posterior in the browser
(`engine.js`, which mirrors the memo programs on the course grid) and draws it, so that nothing here
runs when a slider moves and a page without a kernel behaves like a page with one.
"""

import importlib
import inspect

import anywidget
import ipywidgets
import numpy as np
import traitlets
from IPython.display import HTML, display

from pooling.departments import ONE_MEETING
from pooling.explorer.controls import ARRIVALS, EXPLORERS, FIXED_ARRIVALS, HELD, MODELS, Control
from pooling.explorer.frontend import CSS, ESM

__all__ = ["EXPLORERS", "Control", "Explorer", "explore"]


# The theme puts every HTML output of a dark page on a light box; a picture that follows the page needs none.
NO_BOX = (
    "<style>.text_html:has(>.pooling-explorer-static)"
    "{background:none!important;color:inherit!important;padding:0!important}</style>"
)


class Figure(anywidget.AnyWidget):
    """The drawing: one synced trait a setting, which its JavaScript reads and writes.

    `controls` have sliders, or stand still; of what it is `held` the drawing itself is the control.
    """

    _esm = ESM
    _css = CSS
    stem = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    held = traitlets.List().tag(sync=True)

    def __init__(self, stem, controls, held):
        kinds = [*((c, traitlets.Float) for c in controls), *((h, traitlets.Any) for h in held)]
        self.add_traits(**{one.trait: kind(one.initial).tag(sync=True) for one, kind in kinds})
        told = [[{**one._asdict(), "trait": one.trait} for one in group] for group in (controls, held)]
        super().__init__(stem=stem, controls=told[0], held=told[1])


class Explorer(ipywidgets.VBox):
    """Sliders linked in the browser to one figure; `posterior()` goes on from where they stand.

    Attributes
    ----------
    stem : str
        The chapter whose model it shows.
    sliders : dict of str to ipywidgets.FloatSlider
        By the name of the setting, such as "tau_scale" or "t[MATH]".
    figure : Figure
        The drawing. Where the arrivals are points on it, `figure.t` has a list of minutes for each
        department; where a model is chosen, `figure.chosen` is its stem.
    """

    def __init__(self, stem, controls, held=()):
        self.stem = stem
        self.figure = Figure(stem, controls, held)
        self.controls = controls
        self.held = held
        self.sliders = {c.name: _slider(c) for c in controls if c.slider}
        self.links = [
            ipywidgets.jslink((self.sliders[c.name], "value"), (self.figure, c.trait))
            for c in controls
            if c.slider
        ]
        arrivals = [slider for name, slider in self.sliders.items() if name.startswith("t[")]
        settings = [slider for name, slider in self.sliders.items() if not name.startswith("t[")]
        groups = [ipywidgets.VBox(group) for group in (settings, arrivals) if group]
        for group in groups:
            group.add_class("pooling-explorer-group")
        box = ipywidgets.HBox(groups)
        box.add_class("pooling-explorer-controls")
        super().__init__([box, self.figure])
        self.add_class("pooling-explorer-box")

    def settings(self):
        """Return the arguments of `posterior` that are set: t, (3,) or (3, N), and the others."""
        # A slider in the browser may come to stand at 10.000000000000002.
        values = {c.name: getattr(self.figure, c.trait) for c in self.controls}
        values |= {name: round(slider.value, 6) for name, slider in self.sliders.items()}
        values |= {one.name: one.value(getattr(self.figure, one.trait)) for one in self.held}
        if "t" in values:
            return values
        return {"t": np.array([values.pop(c.name) for c in ARRIVALS]), **values}

    def posterior(self):
        """Return the Python posterior of the chapter's module, or of the model chosen, as things are set."""
        settings = self.settings()
        stem = settings.pop("model", MODELS.get(self.stem, self.stem))
        model = importlib.import_module(f"pooling.{stem}")
        known = inspect.signature(model.posterior).parameters
        return model.posterior(**{name: value for name, value in settings.items() if name in known})

    def _ipython_display_(self):
        """Show a still picture, which the live figure then hides, and the widgets."""
        from pooling import plots  # Matplotlib: only when there is something to draw

        settings = self.settings()
        if "mu_scale" in settings and "sigma" in settings:
            settings["complete_pooling"] = _complete_pooling(**settings)
        picture = plots.explorer_static(self.stem, self.posterior(), settings)
        display(HTML(f'<div class="pooling-explorer-static">{NO_BOX}{picture._repr_html_()}</div>'))
        display(self._repr_mimebundle_(), raw=True)


def _complete_pooling(t, mu_scale, sigma, **_):
    """E[mu | t] in the limit tau -> 0: one theta for all departments."""
    return np.nansum(t) / (np.isfinite(t).sum() + (sigma / mu_scale) ** 2)


def _slider(control):
    slider = ipywidgets.FloatSlider(
        value=control.initial,
        min=control.min,
        max=control.max,
        step=control.step,
        description=control.name,
        readout_format=".1f" if control.step < 1 else ".0f",
    )
    slider.add_class(f"pooling-control-{control.trait}")
    return slider


def explore(stem, **settings):
    """Return the explorer of a chapter.

    Parameters
    ----------
    stem : str
        "complete_pooling", "no_pooling", "partial_pooling", "hyperpriors", "missing_data",
        "learned_variance" or "models_contrasted".
    **settings
        Where its controls begin, and where its reset returns to: t, array_like (3,), minutes in
        [-40, 40]; sigma in [5, 30]; mu in [-20, 20] and tau in [1, 20], or mu_scale and tau_scale in
        [1, 20]; sigma_scale in [1, 20] in place of sigma where that is learned. Scales are sds in
        steps of half a minute, the others are whole minutes. In "hyperpriors" t and sigma stay where
        they begin. From "missing_data" on t has up to 8 arrivals a department, (3,) or (3, N), NaN =
        nobody there, each of them a point on the plot; "models_contrasted" also takes model, the stem
        of the one chosen first.

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
    >>> round(explorer.posterior().theta.mean[2], 1)
    10.1
    """
    if stem not in tuple(EXPLORERS):
        raise ValueError(f"stem must be one of {', '.join(EXPLORERS)}, got {stem!r}")
    controls = EXPLORERS[stem]
    held = HELD.get(stem, ())
    names = [*dict.fromkeys(["t", *(c.name for c in controls), *(one.name for one in held)])]
    for name in settings:
        if name not in names:
            raise ValueError(f"the settings of {stem} are {', '.join(names)}; got {name!r}")
    values = {c.name: settings.get(c.name, c.initial) for c in controls}
    if held:
        held = [one.checked(settings[one.name]) if one.name in settings else one for one in held]
        return Explorer(stem, [c._replace(initial=c.checked(values[c.name])) for c in controls], held)
    t = settings.get("t", ONE_MEETING)
    try:
        arrivals = np.asarray(t)
    except ValueError:  # numpy's word for lists of unequal length
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got {t!r}") from None
    if arrivals.shape != ONE_MEETING.shape:
        raise ValueError(f"t must have shape {ONE_MEETING.shape}, got shape {arrivals.shape}")
    values |= {c.name: arrival for c, arrival in zip(ARRIVALS, arrivals.tolist(), strict=True)}
    arrivals = [c._replace(slider=stem not in FIXED_ARRIVALS) for c in ARRIVALS]
    return Explorer(stem, [c._replace(initial=c.checked(values[c.name])) for c in (*controls, *arrivals)])
