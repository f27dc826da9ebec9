"""Chapter 3: the evidence of one arrival multiplied once, and again: a picture that moves step by step."""

import re
from pathlib import Path

import anywidget
import traitlets
from IPython.display import HTML, display

from pooling.explorer import frontend
from pooling.plots.curves import curves

__all__ = ["DoubleCount"]

#: What the picture shows of each step, by its name on the page.
SHOWN = {"mu": "mu", "theta[MATH]": "theta"}
_TIMES = ("not counted", "once", "twice", "three times", "four times", "five times")


class DoubleCount(anywidget.AnyWidget):
    """The university and Math, before Math's arrival is weighed, and each time that it is weighed again.

    Parameters
    ----------
    steps : sequence of Posterior
        From 0 times on, as `pooling.published.counted` has them.
    arrival : float
        Math's, minutes late.
    """

    folder = Path(__file__).parent
    steps = traitlets.List().tag(sync=True)
    arrival = traitlets.Float().tag(sync=True)

    def __init__(self, steps, *, arrival):
        self._esm, self._css = frontend.script(self.folder), _own(frontend.style(self.folder))
        self.posteriors = steps
        super().__init__(steps=[_told(one) for one in steps], arrival=float(arrival))

    def still(self):
        """Return the picture for print and for a browser without JavaScript: some of the steps at once."""
        shown = [0, 1, 2, len(self.posteriors) - 1]
        theta = [self.posteriors[times].theta for times in shown]
        words = [
            f"{_TIMES[times]}: mean {one.mean:.2f}, sd {one.sd:.2f}"
            for times, one in zip(shown, theta, strict=True)
        ]
        return curves(
            theta[0].values,
            {_TIMES[times]: one.density for times, one in zip(shown, theta, strict=True)},
            xlabel="θ of Math (minutes late)",
            marks={f"arrival {self.arrival:g}": self.arrival},
            alt="Math's theta by how often its arrival is counted, minutes late. " + "; ".join(words) + ".",
        )

    def _ipython_display_(self):
        """Show the still picture, which the live one then hides, and the widget."""
        display(HTML(f'<div class="pooling-count-static">{_NO_BOX}{self.still()._repr_html_()}</div>'))
        bundle, about = self._repr_mimebundle_()
        display(bundle, metadata=about, raw=True)


def _own(style):
    """Return the explorers' style for a picture that is no explorer."""
    return re.sub(r"\.pooling-explorer(-box)?(?=[ ,{:])", ".pooling-count", style)


# The theme puts every HTML output of a dark page on a light box.
_NO_BOX = (
    "<style>.text_html:has(>.pooling-count-static)"
    "{background:none!important;color:inherit!important;padding:0!important}</style>"
)


def _told(posterior):
    """Return what the page draws and tells of one step."""
    marginals = {name: getattr(posterior, attribute) for name, attribute in SHOWN.items()}
    return {
        name: {
            "values": [round(float(x), 4) for x in one.values],
            "density": [float(f"{p:.5g}") for p in one.density],
            "mean": float(one.mean),
            "sd": float(one.sd),
        }
        for name, one in marginals.items()
    }
